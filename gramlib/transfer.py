"""Style transfer by optimisation: move the pixels until the picture's Grams are the painting's.

After Gatys, Ecker, Bethge, "Image Style Transfer Using Convolutional Neural Networks" (2016). Deviations: the losses
are relative (see gramlib.style), pixels stay in [0, 1], and layers, weights, style and optimiser can change on the way.
Coarse to fine is after Gatys, Ecker, Bethge, Hertzmann, Shechtman, "Controlling Perceptual Factors in Neural Style
Transfer" (2017), section 6; they carry the coarse picture up, here it is its change.
"""

from __future__ import annotations

import functools
import math
import sys
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any, TypeAlias

import torch
from torch import Tensor

from gramlib.colour import Palette
from gramlib.downhill import Pulls
from gramlib.errors import GramlabError
from gramlib.objective import Objective, Point
from gramlib.optimizer import FIRST_CHANGE, Optimizer
from gramlib.resizing import changed, coarser, cover, halved, size_of
from gramlib.settings import TransferSettings, counting_from_start
from gramlib.vgg import VGG, as_picture

__all__ = ["Change", "Downhill", "Step", "Steps", "TransferSettings", "ahead", "pulls", "transfer"]

# Width of the band that noise is drawn from, around grey or the photo: with 1 around grey, the specks never go away.
# Around the photo an exercise in TensorFlow that is copied everywhere has ±0.25; older programs blend 0.4 of the photo
# with 0.6 of a mean colour ± 20 / 255. A castle in Hokusai's style, 128 px, 40 steps, had a grain of 0.053 from the
# photo, 0.057 with ±0.1 and 0.068 with ±0.25, and totals of 3.18, 3.18 and 3.12 (without total variation, 144 px and 50
# steps: 0.058 and, with ±0.25, 0.094)
NOISE = 0.2
HALVINGS = 10  # of the step size, before the transfer gives up
# L-BFGS without a line search now and then leaps to a far larger loss, mostly where few layers are matched. A step that
# makes it more than so many times as large is undone, and tried once more without what L-BFGS remembers: texture of
# relu1_1 alone ended at 0.00004 instead of 0.00016; the usual recipe never leaps.
LEAP = 2.0
# Coarse to fine, at equal time on one core. 256 px, two pairs, 40 s: 15 coarse steps and then fine ones ended with 2 to
# 5 % less style loss and no more content loss than fine ones alone (30: 6 % less and 2 % more; 60: no better), with
# visibly larger strokes, and the first step came after 0.39 s, not 1.46 s. 384 px, one pair, 33 s: 3 scales had 15 %
# more style loss than 1, but large waves where the other had ripples, and began after 0.33 s, not 3.54 s.
SMALLEST_SIDE = 64  # pixels of the shorter side that a coarse picture must have to be worth the while
COARSE_SHARE = 0.25  # of the steps that are left, for each scale but the finest …
MOST_COARSE = 50  # … and no more than so many

# of a pixel by the first step from a picture that may be nearly there, which FIRST_CHANGE would shake: a picture of
# 128 px carried up to 256 had after 2 and 12 steps a total of 6.0 and 2.8, with FIRST_CHANGE 7.0 and 3.0
LATER_CHANGE = FIRST_CHANGE / 4

Style: TypeAlias = "Tensor | tuple[Tensor, Tensor]"


@dataclass(frozen=True, eq=False)
class Step:
    """The picture after an optimiser step, and what is true of this very picture.

    iteration   1 for the first step
    total       what the optimiser lowers: the weighted sum of the losses
    losses      {"content": …, "relu1_1": …, …}, unweighted pure numbers, 1 = "as far off as a blank"; one for each
                layer of style_layers; "content" if one of content_layers weighs; "total_variation" if it has a weight
    image       (1, 3, H, W) float32 in [0, 1], the content's size, on the CPU, nobody else's
    seconds     since the first step began, by the clock on the wall
    grams       {style layer: (C, C)}, float32 on the CPU: the statistic of this picture, divided by H·W
    targets     {style layer: (C, C)}, likewise: what it is moved to. The same objects from step to step while the style
                stays; whoever wants to write into them takes a copy
    worked_at   (height, width) of the picture that was worked on, in pixels. At a coarse scale it is smaller than
                `image`, which then is the start with the coarse change scaled up; total, losses, grams and targets are
                those of the small picture
    halvings    how often a step that was not finite has been undone, and the step size halved, so far
    settings    those that it was made with: its total is content_weight · losses["content"] + style_weight · the mean
                of the layers' by their weights (+ total_variation_weight · losses["total_variation"])

    With colour="luminance", losses and Grams are those of the picture in grey.
    """

    iteration: int
    total: float
    losses: Mapping[str, float]
    image: Tensor
    seconds: float
    grams: Mapping[str, Tensor] = field(default_factory=dict)
    targets: Mapping[str, Tensor] = field(default_factory=dict)
    worked_at: tuple[int, int] = (0, 0)
    halvings: int = 0
    settings: TransferSettings | None = None

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) of `image`, in pixels."""
        height, width = self.image.shape[-2:]
        return height, width


@dataclass(frozen=True, eq=False)
class Change:
    """What a running transfer is told to do otherwise; None leaves things as they are.

    settings    the new knobs; `start` and `seed` no longer matter
    style       (1, 3, H, W) in [0, 1], or a pair of them
    picture     (1, 3, H, W) in [0, 1], resized to cover the content's size: goes on from this picture; L-BFGS forgets
    iteration   how many steps count as done: the next is one more. It decides the scale worked at
    seconds     how much time counts as passed
    look        the next Step is of the picture as it stands now, not moved; the one after goes on from there
    """

    settings: TransferSettings | None = None
    style: Style | None = None
    picture: Tensor | None = None
    iteration: int | None = None
    seconds: float | None = None
    look: bool = False


Steps = Generator[Step, TransferSettings | Change | None, None]


def transfer(
    content: Tensor,
    style: Style,
    settings: TransferSettings,
    network: VGG,
    *,
    start: Tensor | None = None,
    change: Change | None = None,
) -> Steps:
    """Give the content the style, one Step per optimiser step, for settings.steps steps.

    To stop is to stop iterating. `steps.send(new_settings)`, or `steps.send(Change(…))`, returns the next step, made
    with what is new: the picture stays, L-BFGS forgets what it learnt of the loss.

    content   (1, 3, H, W), RGB in [0, 1]; every picture has its size
    style     likewise, of any size; or two of them, mixed by settings.style_mix
    start     likewise, for settings.start "picture": resized to cover the content's size
    change    as if it had been sent before the first step: to take up a transfer where it was left
    raises    GramlabError, here and not at the first step, if a picture or a layer cannot be used; while it runs, if
              what is sent cannot be used or no step gives a finite loss

    On a CPU the same input and number of threads give the same steps. Each costs one pass forward and back through the
    network; the first, the first with new settings, and the first at each scale, two.
    """
    change = change or Change()
    style = style if change.style is None else change.style
    return _Run(content, style, change.settings or settings, network, start, change).steps(change)


def pulls(image: Tensor, content: Tensor, style: Style, settings: TransferSettings, network: VGG) -> Pulls:
    """Return which way the content and the style pull at each pixel of a picture, such as a Step's.

    It knows of no transfer and disturbs none: JobPool.compute calls it between two steps. It costs about as much as
    two steps, of which ¾ of one goes into the content and the style; see Downhill for several pictures.

    image            (1, 3, H, W) in [0, 1], the content's size; otherwise it is resized to cover that
    content, style   as for `transfer`
    settings         the losses' knobs: weights, layers, statistic, mix, colour
    returns          on the CPU. At the finest scale the pulls are what the optimiser goes by; a coarse step went by
                     those of a smaller picture, these are of the whole one
    raises           GramlabError as `transfer` does
    """
    return Downhill(content, style, settings, network).at(image, settings)


class Downhill:
    """What `pulls` returns for one picture after another: the content and the style are measured with the first only.

    content, style, settings, network, raises   as for `pulls`
    """

    def __init__(self, content: Tensor, style: Style, settings: TransferSettings, network: VGG) -> None:
        self._run = _Run(content, style, replace(settings, start="content"), network, None, Change())

    def at(self, image: Tensor, settings: TransferSettings) -> Pulls:
        """Return the pulls at this picture. The colour of the settings stays that of the first."""
        return self._run.pulls(image, settings)


class _Run:
    """One transfer: its pictures, what it is told, and where it stands."""

    def __init__(
        self,
        content: Tensor,
        style: Style,
        settings: TransferSettings,
        network: VGG,
        start: Tensor | None,
        change: Change,
    ) -> None:
        self._network, self._settings = network, settings
        self._content, self._styles = self._picture(content), self._pair(style)
        self._start = self._start_from(settings, start)
        self._check(settings, self._styles)
        self._iteration = change.iteration or 0
        self._begun_with = None if change.picture is None else self._covering(change.picture)
        self._palette = Palette(self._content, settings.colour)
        self._scales: dict[int, _Scale] = {}
        self._shown_targets: tuple[object, dict[str, Tensor]] = (None, {})
        self._halvings = 0
        self._level: int
        self._point: Point
        self._optimizer: Optimizer

    def steps(self, change: Change) -> Steps:
        """Give one Step per optimiser step, and take what is sent."""
        started = time.perf_counter() - (change.seconds or 0.0)
        self._begin()
        while change.look or self._iteration < self._settings.steps:
            if not change.look:
                if (level := self._level_at(self._iteration)) < self._level:
                    self._refine(level)
                self._advance()
                self._iteration += 1
            received = yield self._step(time.perf_counter() - started)
            change = received if isinstance(received, Change) else Change(received)
            self._apply(change)
            if change.seconds is not None:
                started = time.perf_counter() - change.seconds

    def pulls(self, picture: Tensor, settings: TransferSettings) -> Pulls:
        """What pulls at a picture, at the content's size."""
        self._check(settings, self._styles)
        self._settings, self._level = settings, 0
        image = self._worked(self._covering(picture))
        slopes = self._scale.objective.slopes(image, self._settings)
        none = torch.zeros_like(image)
        parts = (none - slopes.get(name, none) for name in ("content", "style", "total_variation"))
        return Pulls(image.cpu(), *(part.cpu() for part in parts))

    def _begin(self) -> None:
        self._level = self._level_at(self._iteration)
        is_on_its_way = self._begun_with is not None or self._settings.start == "picture"
        image = self._scale.start if self._begun_with is None else self._worked(self._begun_with)
        self._begun_with = None
        self._point = self._scale.objective.at(image, self._settings)
        self._optimizer = Optimizer(self._settings, self._point, LATER_CHANGE if is_on_its_way else FIRST_CHANGE, 1.0)

    def _advance(self) -> None:
        """Go to the next point. A step to a loss that is not finite is undone and tried again half as large."""
        change = self._optimizer.change
        for _ in range(HALVINGS):
            remembered = self._optimizer.remembers
            image = self._optimizer.step(self._point)
            if image.isfinite().all():
                reached = self._scale.objective.at(image, self._settings)
                if math.isfinite(reached.total) and reached.gradient.isfinite().all():
                    if remembered and reached.total > LEAP * self._point.total:
                        self._optimizer.change = change  # of the step before: the leap's is no measure
                        self._optimizer = self._optimizer.anew(self._settings, self._point)
                        continue
                    self._point = reached
                    return
            self._optimizer = self._optimizer.halved(self._settings, self._point)
            self._halvings += 1
        raise GramlabError("transfer_not_finite", "No step leads to a finite loss: smaller weights are needed.")

    def _apply(self, change: Change) -> None:
        settings = change.settings or self._settings
        styles = self._styles if change.style is None else self._pair(change.style)
        self._check(settings, styles)  # before anything is changed
        picture = None if change.picture is None else self._covering(change.picture)
        if settings.colour != self._palette.colour and picture is None:
            picture = self._shown()
        # what neither the loss nor the optimiser knows of; other colours have given another picture above
        knobs = {name: getattr(self._settings, name) for name in ("steps", *counting_from_start())}
        same = replace(settings, **knobs) == self._settings and change.style is None
        if change.style is not None or settings.colour != self._palette.colour:
            self._scales.clear()
        self._settings, self._styles = settings, styles
        self._palette = Palette(self._content, settings.colour)
        if change.iteration is not None:
            self._iteration = change.iteration
        if picture is not None:
            level = self._level_at(self._iteration)
            self._level = level if change.picture is not None else min(level, self._level)
            self._point = self._scale.objective.at(self._worked(picture), settings)
            self._optimizer = self._optimizer.anew(settings, self._point)
        elif not same:
            self._point = self._scale.objective.at(self._point.image, settings)
            self._optimizer = self._optimizer.for_new(settings, self._point)

    def _refine(self, level: int) -> None:
        """Go on at a finer scale, with the change made so far."""
        change = self._point.image - self._scale.start
        del self._scales[self._level]
        self._level = level
        image = changed(self._scale.start, change)
        self._point = self._scale.objective.at(image, self._settings)
        self._optimizer = self._optimizer.anew(self._settings, self._point)

    def _step(self, seconds: float) -> Step:
        point = self._point
        if self._shown_targets[0] is not point.targets:
            self._shown_targets = (point.targets, {name: _on_cpu(A) for name, A in point.targets.items()})
        grams = {name: _on_cpu(G) for name, G in point.grams.items()}
        height, width = point.image.shape[-2:]
        image = self._shown().to("cpu", copy=True)
        return Step(
            self._iteration,
            point.total,
            point.losses,
            image,
            seconds,
            grams,
            self._shown_targets[1],
            (height, width),
            self._halvings,
            self._settings,
        )

    def _shown(self) -> Tensor:
        """The picture as it stands, in its final colours and at the content's size."""
        image = self._point.image
        if self._level:
            image = changed(self._palette.worked(self._start), image - self._scale.start)
        return self._palette.shown(image)

    @property
    def _scale(self) -> _Scale:
        if self._level not in self._scales:
            content = self._worked(self._content)
            start = content if self._start is self._content else self._worked(self._start)
            styles = tuple(coarser(self._palette.style(style), self._level) for style in self._styles)
            self._scales[self._level] = _Scale(Objective(content, styles, self._network), start)
        return self._scales[self._level]

    def _worked(self, picture: Tensor) -> Tensor:
        return coarser(self._palette.worked(picture), self._level)

    def _level_at(self, iteration: int) -> int:
        """How often the picture is halved for the step after so many."""
        ends = 0
        for level, steps in plan(self._settings, self._network, size_of(self._content), *map(size_of, self._styles)):
            ends += steps
            if iteration < ends:
                return level
        return 0

    def _check(self, settings: TransferSettings, styles: tuple[Tensor, ...]) -> None:
        _check_sizes(settings, self._network, size_of(self._content), *map(size_of, styles))

    def _start_from(self, settings: TransferSettings, start: Tensor | None) -> Tensor:
        if settings.start in ("noise", "content+noise"):
            generator = torch.Generator().manual_seed(int(settings.seed))
            noise = (torch.rand(self._content.shape, generator=generator) - 0.5).to(self._network.device)
            if settings.start == "noise":
                return 0.5 + NOISE * noise
            return (self._content + NOISE * noise).clamp(0, 1)
        if settings.start == "picture":
            if start is None:
                raise GramlabError("start_missing", 'start is "picture": a picture to start from is needed.')
            return self._covering(start)
        return self._content if settings.start == "content" else self._covering(self._styles[0])

    def _pair(self, style: Style) -> tuple[Tensor, ...]:
        styles = tuple(style) if isinstance(style, tuple | list) else (style,)
        if len(styles) not in (1, 2):
            raise GramlabError("style_count", f"{len(styles)} styles arrived: one or two are needed.", got=len(styles))
        return tuple(self._picture(picture) for picture in styles)

    def _covering(self, picture: Tensor) -> Tensor:
        return cover(self._picture(picture), *self._content.shape[-2:])

    def _picture(self, image: Tensor) -> Tensor:
        image = as_picture(image).detach()
        low, high = image.min().item(), image.max().item()
        if not (low >= 0 and high <= 1):  # also when one of them is nan
            message = f"The values of the image go from {low:.3g} to {high:.3g}: 0 to 1 is needed."
            raise GramlabError("image_range", message, low=low, high=high)
        return image.to(self._network.device, torch.float32).contiguous()


@dataclass(frozen=True, eq=False)
class _Scale:
    """What is known at one scale: the objective, and what the optimiser's work started from."""

    objective: Objective
    start: Tensor


def plan(
    settings: TransferSettings, network: VGG, content: tuple[int, int], *styles: tuple[int, int]
) -> list[tuple[int, int]]:
    """Return how often the sides of all pictures are halved, and for how many steps, from coarse to fine.

    What is left of the steps is shared out, coarse first. A coarse picture too small to be worth it, or for one of the
    layers, is left out.

    content, styles   (height, width) in pixels
    """
    level = next(
        level
        for level in range(settings.scales - 1, -1, -1)
        if level == 0 or _is_worth(settings, network, level, content, *styles)
    )
    shares, left = [], settings.steps
    for coarse in range(level, 0, -1):
        shares.append((coarse, min(MOST_COARSE, round(COARSE_SHARE * left))))
        left -= shares[-1][1]
    return [*shares, (0, left)]


def ahead(
    network: VGG, content: tuple[int, int], *styles: tuple[int, int]
) -> Callable[[TransferSettings, int], list[tuple[int, int]]]:
    """Return what tells JobPool.start of the way of a transfer: ahead(…)(settings, iteration).

    That returns (pixels of the picture worked on, steps) that are to come after so many steps, from coarse to fine. It
    computes next to nothing and never waits.

    content, styles   (height, width) in pixels
    """

    @functools.lru_cache(maxsize=4)
    def of(settings: TransferSettings) -> list[tuple[int, int]]:
        return plan(settings, network, content, *styles)

    def stretches(settings: TransferSettings, iteration: int) -> list[tuple[int, int]]:
        found = []
        for level, steps in of(settings):
            done = min(steps, iteration)
            iteration -= done
            if steps > done:
                found.append((math.prod(halved(content, level)), steps - done))
        return found

    return stretches


def _is_worth(settings: TransferSettings, network: VGG, level: int, *sizes: tuple[int, int]) -> bool:
    coarse = [halved(size, level) for size in sizes]
    try:
        _check_sizes(settings, network, *coarse)
    except GramlabError:
        return False
    return min(coarse[0]) >= SMALLEST_SIDE


def _check_sizes(settings: TransferSettings, network: VGG, content: tuple[int, int], *styles: tuple[int, int]) -> None:
    in_style = [name for name, _ in settings.style_layers]
    network.check([name for name, _ in settings.content_layers] + in_style, *content)
    for size in styles:
        network.check(in_style, *size)


def _on_cpu(gram: Tensor) -> Tensor:
    return gram.to("cpu", torch.float32)


class _CallableModule(ModuleType):
    """The module, which can be called: `gramlib.transfer` is the function's public name and this module's as well.

    Importing a module sets its name in the package, over whatever stood there; so it does what the function does.
    """

    def __call__(self, *arguments: Any, **keywords: Any) -> Steps:
        return transfer(*arguments, **keywords)


sys.modules[__name__].__class__ = _CallableModule
