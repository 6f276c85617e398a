"""How the pixels know where to go: which way, and how strongly, each part of the total pulls at each of them.

The total is one number, made of all the numbers of the picture. Its slope, the gradient, says for each of those how
fast the total grows with it, all others held; the pull is minus that: the way downhill. Gradient descent moves every
number by its pull times one rate, the same for all. It may be taken apart: total = w_c · content + w_s · mean style,
and so the pull is the content's and the style's added.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from gramlib.optimizer import FIRST_CHANGE


@dataclass(frozen=True, eq=False)
class Pixel:
    """One pixel of a picture and what pulls at it; each a tuple of its 3 numbers, or of 1 in grey.

    value             in [0, 1]
    content           the pull of the content, weighted as in the total: minus the slope, total per unit of the number
    style             likewise
    total_variation   likewise
    slope             of the total: minus the sum of the pulls
    descended         where plain gradient descent would put it, value − rate · slope, kept in [0, 1]
    moved             where the optimiser did put it; None if that is not known
    """

    value: tuple[float, ...]
    content: tuple[float, ...]
    style: tuple[float, ...]
    total_variation: tuple[float, ...]
    slope: tuple[float, ...]
    descended: tuple[float, ...]
    moved: tuple[float, ...] | None


@dataclass(frozen=True, eq=False)
class Pulls:
    """A picture and how the parts of the total pull at it: minus their slopes, each times its weight.

    image             (1, 3, H, W) in [0, 1]; (1, 1, H, W) where the transfer works on the luminance alone
    content           like image; 0 everywhere where it has no weight
    style             likewise
    total_variation   likewise
    """

    image: Tensor
    content: Tensor
    style: Tensor
    total_variation: Tensor

    @property
    def total(self) -> Tensor:
        """All pulls together, like image: minus the gradient of the total."""
        return self.content + self.style + self.total_variation

    @property
    def agreement(self) -> Tensor:
        """How far content and style pull the same way at each pixel, (1, 1, H, W) float64 in [−1, 1].

        The cosine of the angle between the two as vectors of red, green and blue: 1 the same way, −1 against each
        other, 0 at a right angle or where one of them does not pull. Of one number a pixel it is 1, 0 or −1.
        """
        c, s = (pull.double() for pull in (self.content, self.style))  # on the CPU: squares of 1e-20 must not vanish
        lengths = c.norm(dim=1, keepdim=True) * s.norm(dim=1, keepdim=True)
        cosine: Tensor = (c * s).sum(1, keepdim=True) / lengths.where(lengths > 0, 1)
        return cosine.clamp(-1, 1)

    def rate(self, change: float = FIRST_CHANGE) -> float:
        """Return the rate with which gradient descent moves the numbers by `change`, of 1, in the mean.

        It is large, because the total is one pure number and thousands of numbers share in it. With what `change` is
        without being given, a transfer's first step by L-BFGS from the photo is this very step of gradient descent: it
        has seen no other slope yet. Returns 0 where nothing pulls.
        """
        mean = self.total.abs().mean().item()
        return change / mean if mean > 0 else 0.0

    def descended(self, rate: float) -> Tensor:
        """Return the picture after a step of plain gradient descent: image − rate · slope, kept in [0, 1]."""
        return (self.image + rate * self.total).clamp(0, 1)

    def pixel(self, row: int, column: int, rate: float, moved: Tensor | None = None) -> Pixel:
        """Return one pixel, what pulls at it, and where it goes.

        row, column   from the top left, from 0
        rate          of gradient descent; see `rate`
        moved         the picture after the optimiser's step from this one, like image
        raises        IndexError outside the picture
        """

        def at(image: Tensor) -> tuple[float, ...]:
            return tuple(image[0, :, row, column].tolist())

        slope, after = at(0 - self.total), None if moved is None else at(moved)
        content, style, total_variation = at(self.content), at(self.style), at(self.total_variation)
        return Pixel(at(self.image), content, style, total_variation, slope, at(self.descended(rate)), after)
