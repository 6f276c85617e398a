"""Style transfer by optimisation: move the pixels until the picture's Grams are the painting's.

After Gatys, Ecker, Bethge, "Image Style Transfer Using Convolutional Neural Networks" (2016). Deviations: the losses
are relative (see gramlib.style), pixels stay in [0, 1], and layers, weights and optimiser can change on the way.
"""

from __future__ import annotations

import math
import numbers
import sys
import time
from collections.abc import Generator, ItemsView, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from types import ModuleType
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from gramlib.errors import GramlabError
from gramlib.gram import feature_gram
from gramlib.style import content_loss, mean_loss, style_loss, total_variation
from gramlib.vgg import VGG, as_picture

Layers = tuple[tuple[str, float], ...]

FIRST_OF_EACH: Layers = tuple((f"relu{block}_1", 1.0) for block in range(1, 6))
NOISE = 0.2  # width of the band of greys that a start from noise draws from: with 1, the specks never go away
HISTORY = 10  # pairs that L-BFGS remembers, each two pictures large; 20 gained nothing in 60 steps
FIRST_CHANGE = 0.02  # mean change of a pixel by the first step of L-BFGS, of 1: enough to be seen
HALVINGS = 10  # of the step size, before the transfer gives up


@dataclass(frozen=True)
class TransferSettings:
    """Every knob of a transfer. TransferSettings() is the recipe to start with.

    knob                     range            default    what it is
    optimizer                lbfgs | adam     lbfgs      L-BFGS needs fewer steps; Adam's are of an even size
    steps                    1 … 10 000       100        optimiser steps until it ends
    learning_rate            0.0001 … 1       0.02       Adam only: about how far a pixel of [0, 1] moves per step
    content_weight           0 … 10⁶          1          times content_loss; both pure numbers
    style_weight             0 … 10⁶          20         times style_loss; both pure numbers
    total_variation_weight   0 … 10⁶          0          times total_variation; pure numbers: the more, the smoother
    content_layers           each 0 … 10⁶     relu4_2    (name, weight) pairs; the content loss is their mean
    style_layers             each 0 … 10⁶     relu1_1 …  (name, weight) pairs; the style loss is their mean
    start                    content | noise | style     the picture before the first step; content by default
    seed                     0 … 2³² − 1      0          of the noise

    Layers may be given as a mapping {name: weight}, as pairs, or as names that weigh 1. They are measured even if
    content_weight or style_weight is 0, so that a curve can be shown; list none to save the time.

    raises   GramlabError that names the knob, what arrived and what is needed

    >>> TransferSettings(style_layers={"relu1_1": 2}).style_layers
    (('relu1_1', 2.0),)
    """

    optimizer: str = field(default="lbfgs", metadata={"choices": ("lbfgs", "adam")})
    steps: int = field(default=100, metadata={"range": (1, 10_000)})
    learning_rate: float = field(default=0.02, metadata={"range": (1e-4, 1.0)})
    content_weight: float = field(default=1.0, metadata={"range": (0.0, 1e6)})
    style_weight: float = field(default=20.0, metadata={"range": (0.0, 1e6)})
    total_variation_weight: float = field(default=0.0, metadata={"range": (0.0, 1e6)})
    content_layers: Layers = field(default=(("relu4_2", 1.0),), metadata={"layers": (0.0, 1e6)})
    style_layers: Layers = field(default=FIRST_OF_EACH, metadata={"layers": (0.0, 1e6)})
    start: str = field(default="content", metadata={"choices": ("content", "noise", "style")})
    seed: int = field(default=0, metadata={"range": (0, 2**32 - 1)})

    def __post_init__(self) -> None:
        for knob in fields(self):
            name, value, rules = knob.name, getattr(self, knob.name), knob.metadata
            if "choices" in rules and value not in rules["choices"]:
                choices = ", ".join(rules["choices"])
                raise _refused("setting_choice", name, value, f"one of {choices}", choices=choices)
            if "range" in rules:
                _number(name, value, rules["range"], whole=isinstance(knob.default, int))
            if "layers" in rules:
                # a tuple, so that settings can be compared and be the key of a cache
                object.__setattr__(self, name, _pairs(name, value, rules["layers"]))
        pulls = ((self.content_weight, self.content_layers), (self.style_weight, self.style_layers))
        if not self.total_variation_weight and not any(pull and any(dict(layers).values()) for pull, layers in pulls):
            raise GramlabError("setting_nothing", "Nothing pulls at the picture: a weight above 0 is needed.")


@dataclass(frozen=True, eq=False)
class Step:
    """The picture after an optimiser step, and what is true of this very picture.

    iteration   1 for the first step
    total       what the optimiser lowers: the weighted sum of the losses
    losses      {"content": …, "relu1_1": …, …}, unweighted pure numbers, 1 = "as far off as a blank"; one for each
                layer of style_layers; "content" if one of content_layers weighs; "total_variation" if it has a weight
    image       (1, 3, H, W) float32 in [0, 1], on the CPU, nobody else's
    seconds     since the first step began, by the clock on the wall
    """

    iteration: int
    total: float
    losses: Mapping[str, float]
    image: Tensor
    seconds: float


Steps = Generator[Step, TransferSettings | None, None]


def transfer(content: Tensor, style: Tensor, settings: TransferSettings, network: VGG) -> Steps:
    """Give the content the style, one Step per optimiser step, for settings.steps steps.

    To stop is to stop iterating. `steps.send(new_settings)` returns the next step, made with the new settings: the
    picture stays, L-BFGS forgets what it learnt of the loss, `start` and `seed` no longer matter.

    content, style   (1, 3, H, W), RGB in [0, 1]; their sizes may differ, the picture has the content's
    raises           GramlabError, here and not at the first step, if a picture or a layer cannot be used; while it
                     runs, if the settings sent do not fit the network or no step gives a finite loss

    On a CPU the same input and number of threads give the same steps. Each costs one pass forward and back through the
    network; the first, and the first with new settings, two.
    """
    content, style = _in_range(as_picture(content)), _in_range(as_picture(style))
    _check_layers(content, style, settings, network)
    return _steps(content, style, settings, network)


def _steps(content: Tensor, style: Tensor, settings: TransferSettings, network: VGG) -> Steps:
    started = time.perf_counter()
    objective = _Objective(content, style, network)
    point = objective.at(_start(content, style, settings).to(network.device), settings)
    optimizer = _Optimizer(settings, point, FIRST_CHANGE, 1.0)
    iteration = 0
    while iteration < settings.steps:
        point, optimizer = _advance(objective, settings, point, optimizer)
        iteration += 1
        image = point.image.to("cpu", copy=True)
        received = yield Step(iteration, point.total, point.losses, image, time.perf_counter() - started)
        if received is not None:
            _check_layers(content, style, received, network)
            if replace(received, steps=settings.steps) != settings:
                point = objective.at(point.image, received)
                optimizer = optimizer.for_new(received, point)
            settings = received


@dataclass(frozen=True, eq=False)
class _Point:
    """A picture, and what the objective is and how it slopes there."""

    image: Tensor
    total: float
    losses: dict[str, float]
    gradient: Tensor


class _Objective:
    """What is minimised: the targets of two pictures, computed once for each layer when it is first needed."""

    def __init__(self, content: Tensor, style: Tensor, network: VGG) -> None:
        self._content, self._style, self._network = content, style, network
        self._P: dict[str, Tensor] = {}
        self._A: dict[str, Tensor] = {}

    # whatever the caller has switched off; and never around a yield, which would switch it on for the caller
    @torch.enable_grad()
    def at(self, image: Tensor, settings: TransferSettings) -> _Point:
        content_weights, style_weights = dict(settings.content_layers), dict(settings.style_layers)
        self._find_targets(content_weights, style_weights)
        image = image.detach().requires_grad_()
        features = self._network.features(image, {**content_weights, **style_weights})
        style = {layer: style_loss(feature_gram(features[layer]), self._A[layer]) for layer in style_weights}
        losses, terms = dict(style), []
        if any(content_weights.values()):
            content = {layer: content_loss(features[layer], self._P[layer]) for layer in content_weights}
            losses = {"content": mean_loss(content, content_weights), **style}
            if settings.content_weight:
                terms.append(settings.content_weight * losses["content"])
        if settings.style_weight and any(style_weights.values()):
            terms.append(settings.style_weight * mean_loss(style, style_weights))
        if settings.total_variation_weight:
            losses["total_variation"] = total_variation(image)
            terms.append(settings.total_variation_weight * losses["total_variation"])
        total = torch.stack(terms).sum()
        (gradient,) = torch.autograd.grad(total, image)
        values = {name: loss.item() for name, loss in losses.items()}
        return _Point(image.detach(), total.item(), values, gradient.contiguous())

    @torch.no_grad()
    def _find_targets(self, content_layers: Iterable[str], style_layers: Iterable[str]) -> None:
        if missing := [layer for layer in content_layers if layer not in self._P]:
            self._P |= self._network.features(self._content, missing)
        if missing := [layer for layer in style_layers if layer not in self._A]:
            features = self._network.features(self._style, missing)
            self._A |= {layer: feature_gram(F) for layer, F in features.items()}


class _Optimizer:
    """PyTorch's L-BFGS or Adam, given its gradients from outside: one evaluation, one step, one Step.

    Our losses are pure numbers, so that the slope of one pixel is tiny. Scaled to a mean of `first` where the optimiser
    starts, it lies above PyTorch's fixed thresholds, and as a step it moves the pixels by `first` in the mean.
    """

    def __init__(self, settings: TransferSettings, point: _Point, first: float, size: float) -> None:
        self.size, self.change = size, first
        self._picture = torch.nn.Parameter(point.image.clone())
        slope = point.gradient.abs().mean().item()
        self._scale = first / slope if slope > 0 else 1.0
        self._optimizer: torch.optim.Optimizer
        if settings.optimizer == "adam":
            # A shorter memory than usual: the gradient shrinks a thousandfold in the first steps, and PyTorch's
            # (0.9, 0.999) would take small steps ever after. Style loss after 80 steps 3 times lower, on one pair.
            self._optimizer = torch.optim.Adam([self._picture], lr=settings.learning_rate * size, betas=(0.8, 0.9))
        else:
            # Tolerances 0, or a tiny slope counts as arrival. PyTorch divides only the first step by the sum of slopes.
            options: Any = {"max_iter": 1, "history_size": HISTORY, "tolerance_grad": 0, "tolerance_change": 0}
            undivided = max(1.0, first * point.image.numel())
            self._optimizer = torch.optim.LBFGS([self._picture], lr=size * undivided, **options)

    def step(self, point: _Point) -> Tensor:
        """Return the picture after one step from this point, which must be where the last step led."""
        self._picture.grad = point.gradient * self._scale
        self._optimizer.step(lambda: point.total * self._scale)
        if isinstance(self._optimizer, torch.optim.LBFGS):
            self._optimizer.param_groups[0]["lr"] = self.size
        # Clamped after the step: as low a loss after 60 steps as with a projected L-BFGS, and simpler
        image = self._picture.data.clamp_(0, 1).clone()
        self.change = (image - point.image).abs().mean().item()
        return image

    def for_new(self, settings: TransferSettings, point: _Point) -> _Optimizer:
        """Return what goes on from the same picture with another loss."""
        if settings.optimizer == "adam" and isinstance(self._optimizer, torch.optim.Adam):
            self._optimizer.param_groups[0]["lr"] = settings.learning_rate * self.size
            return self  # it forgets by itself, within ten steps
        # L-BFGS knew the curvature of another loss. It begins anew with a step as long as the last one: with the full
        # first step, each touch of a slider would shake the picture.
        return _Optimizer(settings, point, min(FIRST_CHANGE, max(FIRST_CHANGE / 20, self.change)), self.size)


def _advance(
    objective: _Objective, settings: TransferSettings, point: _Point, optimizer: _Optimizer
) -> tuple[_Point, _Optimizer]:
    """Return the next point. A step to a loss that is not finite is undone and tried again half as large."""
    for _ in range(HALVINGS):
        image = optimizer.step(point)
        if image.isfinite().all():
            reached = objective.at(image, settings)
            if math.isfinite(reached.total) and reached.gradient.isfinite().all():
                return reached, optimizer
        optimizer = _Optimizer(settings, point, FIRST_CHANGE, optimizer.size / 2)
    raise GramlabError("transfer_not_finite", "No step leads to a finite loss: smaller weights are needed.")


def _start(content: Tensor, style: Tensor, settings: TransferSettings) -> Tensor:
    if settings.start == "noise":
        generator = torch.Generator().manual_seed(int(settings.seed))
        return 0.5 + NOISE * (torch.rand(content.shape, generator=generator) - 0.5)
    start = content if settings.start == "content" else _cover(style, *content.shape[-2:])
    return start.to(torch.float32, memory_format=torch.contiguous_format, copy=True)


def _cover(image: Tensor, height: int, width: int) -> Tensor:
    """Return the middle of the image, scaled to cover that size without distortion."""
    scale = max(height / image.shape[-2], width / image.shape[-1])
    rows, columns = max(height, round(image.shape[-2] * scale)), max(width, round(image.shape[-1] * scale))
    image = interpolate(image, (rows, columns), mode="bilinear", antialias=True).clamp(0, 1)
    top, left = (rows - height) // 2, (columns - width) // 2
    return image[..., top : top + height, left : left + width]


def _in_range(image: Tensor) -> Tensor:
    low, high = image.min().item(), image.max().item()
    if not (low >= 0 and high <= 1):  # also when one of them is nan
        message = f"The values of the image go from {low:.3g} to {high:.3g}: 0 to 1 is needed."
        raise GramlabError("image_range", message, low=low, high=high)
    return image.detach()


def _check_layers(content: Tensor, style: Tensor, settings: TransferSettings, network: VGG) -> None:
    names = [name for name, _ in settings.content_layers + settings.style_layers]
    network.check(names, *content.shape[-2:])
    network.check((name for name, _ in settings.style_layers), *style.shape[-2:])


def _pairs(knob: str, value: Any, bounds: tuple[float, float]) -> Layers:
    weights: dict[str, float] = {}
    items = value.items() if isinstance(value, Mapping) else value
    for item in items if isinstance(items, tuple | list | ItemsView) else (None,):
        match item:
            case str(name):
                weights[name] = 1.0
            case (str(name), weight):
                weights[name] = _number(f"{knob}.{name}", weight, bounds)
            case _:
                raise _refused("setting_layers", knob, value, "a list of layers with weights")
    return tuple(weights.items())


def _number(knob: str, value: Any, bounds: tuple[float, float], whole: bool = False) -> float:
    kind = numbers.Integral if whole else numbers.Real
    if isinstance(value, bool) or not isinstance(value, kind) or not bounds[0] <= float(value) <= bounds[1]:
        low, high = f"{bounds[0]:g}", f"{bounds[1]:g}"
        code, needed = ("setting_whole", "a whole number") if whole else ("setting_range", "a number")
        raise _refused(code, knob, value, f"{needed} from {low} to {high}", low=low, high=high)
    return float(value)


def _refused(code: str, knob: str, value: Any, needed: str, **values: str) -> GramlabError:
    return GramlabError(code, f"{knob} is {value!r}: {needed} is needed.", knob=knob, got=repr(value), **values)


class _CallableModule(ModuleType):
    """The module, which can be called: `gramlib.transfer` is the function's public name and this module's as well.

    Importing a module sets its name in the package, over whatever stood there; so it does what the function does.
    """

    def __call__(self, *arguments: Any, **keywords: Any) -> Steps:
        return transfer(*arguments, **keywords)


sys.modules[__name__].__class__ = _CallableModule
