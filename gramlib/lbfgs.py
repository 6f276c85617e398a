"""L-BFGS for a picture: what it takes for the curvature before it has seen any differs from octave to octave.

Nocedal, Wright, "Numerical Optimization" (2006), algorithm 7.4, remembers how far the last steps went and how the slope
changed by that, and builds the next direction on a first guess H⁰ of the inverse curvature. There H⁰ is one number for
all pixels (equation 7.20), as in torch.optim.LBFGS. But the losses of a style transfer curve very differently along
broad changes of a picture, which reach all layers, and along fine ones, along grey and along colours. Here H⁰ is a
number for each octave of spatial frequency of each of three colours, learnt from the same steps:

    h = √( Σ ‖s‖² / Σ ‖y‖² )       s what a step moved, y how the slope changed, of both the part in this octave and
                                   colour; summed over the steps remembered, fading; then all h times sᵀy / yᵀH⁰y

The geometric mean of the two step lengths of Barzilai, Borwein (1988), for each part its own: always positive.

Evaluations of the first recipe's objective, from the photo, at one scale of 128 px, until the loss is what
torch.optim.LBFGS as it comes has after 60; two pairs, a castle in Hokusai's style and a portrait in van Gogh's:

    H⁰ one number, as before                                        59, not counted
    for each octave, all colours alike                              54, 47
    for each octave and colour, steps fading by 1 / 0.8 / 0.6       52, 46 / 50, 46 / 49, 45

In a trial of the same idea, whose first step was also scaled by octave (doubled with each, colours less) and which knew
the last 20 steps, it was 43 and 44, and 110 to the loss after 150; at 256 px 44 on the first pair. Beside that one:

    half octaves 46; 30 steps remembered 44; s as it is after the picture was kept in [0, 1] 46; the first step doubled
    with each octave twice 48; the painting's colours given to the photo first 50 (with one number 54 instead of 59); a
    further factor for each place, of squares of 8 px, 42 and 42: not worth its lines
    a coarser scale first: in evaluations of the finest 42.2 (12 steps at half the size). What was remembered carried
    over, moved enlarged, bent enlarged and divided by 4: 42.2; one step ahead in the first ten, none later. At 256 px
    47.3 (16 steps at a quarter, 20 at half) where one scale takes 44, and 30 and 40 such steps had not got there by 49
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import overload

import torch
from torch import Tensor

HISTORY = 10  # steps remembered, each two pictures large
OCTAVES = 7  # the lowest holds whatever is broader
COLOURS = ((1, 1, 1), (1, 0, -1), (1, -2, 1))  # grey, red against blue, green against both: about a photo's own axes
FADING = 0.6  # of the weight of a step in the first guess, with each that is newer


class LBFGS(torch.optim.Optimizer):
    """Like torch.optim.LBFGS with max_iter=1, for one picture: one step for each slope that it is given.

    picture   (1, C, H, W); before each step its grad is the slope there, and it is where the last step led, or near
    lr        how much of a direction a step goes; the first direction is the slope itself, downwards
    """

    def __init__(self, picture: Tensor, lr: float = 1.0) -> None:
        super().__init__([picture], {"lr": lr})
        self._octaves = Octaves(picture)
        self._steps: deque[_Step] = deque(maxlen=HISTORY)
        self._last: tuple[Tensor, Tensor] | None = None  # the slope, and what the step from there moved

    @overload
    def step(self, closure: None = None) -> None: ...

    @overload
    def step(self, closure: Callable[[], float]) -> float: ...

    def step(self, closure: Callable[[], float] | None = None) -> float | None:
        """Move the picture; return what the closure, which is not needed, returns."""
        (picture,) = self.param_groups[0]["params"]
        with torch.no_grad():
            slope = picture.grad.clone()
            if self._last is not None:
                self._remember(self._last[1], slope - self._last[0])
            moved = self.param_groups[0]["lr"] * self.direction(slope)
            picture.add_(moved)
        self._last = (slope, moved)
        return None if closure is None else closure()

    def direction(self, slope: Tensor) -> Tensor:
        """Return −H · slope, H being what is known of the inverse curvature: the two loops of algorithm 7.4."""
        if not self._steps:
            return -slope
        found, shares = slope.clone(), []
        for step in reversed(self._steps):
            shares.append(step.weight * _inner(step.moved, found))
            found -= shares[-1] * step.bent
        found = self._octaves.scaled(found, self._first_guess())
        for step, share in zip(self._steps, reversed(shares), strict=True):
            found += (share - step.weight * _inner(step.bent, found)) * step.moved
        return -found

    def _remember(self, moved: Tensor, bent: Tensor) -> None:
        inner = _inner(moved, bent)
        if inner > 1e-10:  # as torch's: where the slope bends the other way there is no valley to describe
            energies = self._octaves.energies(moved), self._octaves.energies(bent)
            self._steps.append(_Step(moved, bent, 1 / inner, energies))

    def _first_guess(self) -> Tensor:
        """H⁰: a number for each part."""
        weights = [FADING**age for age in reversed(range(len(self._steps)))]
        moved, bent = (
            torch.stack([weight * step.energies[of] for weight, step in zip(weights, self._steps, strict=True)]).sum(0)
            for of in (0, 1)
        )
        # a part that is not there, or does not bend, is as the others are in the mean
        known = (moved > 0) & (bent > 0)
        ratios = torch.where(known, moved, moved.sum()) / torch.where(known, bent, bent.sum())
        guess, last = ratios.sqrt(), self._steps[-1]
        found: Tensor = guess / (last.weight * (guess * last.energies[1]).sum())
        return found


@dataclass(frozen=True, eq=False)
class _Step:
    """What a step moved, how the slope changed, 1 / their inner product, and the energies of both."""

    moved: Tensor
    bent: Tensor
    weight: Tensor
    energies: tuple[Tensor, Tensor]


class Octaves:
    """A picture's parts: of grey, red against blue, green against both, the octaves of spatial frequency.

    Octave 0 is the finest, from half of the highest frequency that pixels can hold; each next is half as fine.

    picture   whose size, dtype and device are meant, (1, C, H, W); colours are taken apart where C is 3
    """

    def __init__(self, picture: Tensor) -> None:
        channels, height, width = picture.shape[1:]
        self._size = (height, width)
        colours = torch.tensor(COLOURS, dtype=torch.float64) if channels == 3 else torch.eye(channels).double()
        self._colours = (colours / colours.norm(dim=1, keepdim=True)).to(picture)
        down, across = torch.fft.fftfreq(height), torch.fft.rfftfreq(width)
        frequency = torch.hypot(down[:, None], across[None]).clamp_min(1e-9)
        octave = (-(frequency / math.hypot(0.5, 0.5)).log2()).floor().clamp(0, OCTAVES - 1)
        self._octave = octave.long().to(picture.device)
        # of a real picture's frequencies rfft2 keeps one of each two that mirror each other
        twice = torch.full((width // 2 + 1,), 2.0)
        twice[0] = 1
        if width % 2 == 0:
            twice[-1] = 1
        self._twice = twice.to(picture)

    def energies(self, picture: Tensor) -> Tensor:
        """Return Σ x² of each part of a picture, (C, OCTAVES): together they are Σ x²."""
        energy = self._frequencies(picture).abs().square() * self._twice
        return energy.new_zeros(len(energy), OCTAVES).index_add_(1, self._octave.flatten(), energy.flatten(1))

    def scaled(self, picture: Tensor, factors: Tensor) -> Tensor:
        """Return the picture with each part times its factor, (C, OCTAVES)."""
        found = torch.fft.irfft2(self._frequencies(picture) * factors[:, self._octave], self._size, norm="ortho")
        return torch.einsum("ji,jhw->ihw", self._colours, found)[None]

    def _frequencies(self, picture: Tensor) -> Tensor:
        found: Tensor = torch.fft.rfft2(torch.einsum("ij,jhw->ihw", self._colours, picture[0]), norm="ortho")
        return found


def _inner(a: Tensor, b: Tensor) -> Tensor:
    return (a * b).sum()
