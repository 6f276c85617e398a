"""Every knob of a transfer, checked when it is set."""

from __future__ import annotations

import numbers
from collections.abc import ItemsView, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from gramlib.errors import GramlabError

Layers = tuple[tuple[str, float], ...]

STARTS = ("content", "content+noise", "noise", "style", "picture")
COLOURS = ("style", "luminance", "matched")
FROM_START = {"counts_from": "start"}
FIRST_OF_EACH: Layers = tuple((f"relu{block}_1", 1.0) for block in range(1, 6))


@dataclass(frozen=True)
class TransferSettings:
    """Every knob of a transfer. TransferSettings() is the recipe to start with.

    knob                     range            default    what it is
    optimizer                lbfgs | adam     lbfgs      L-BFGS needs fewer steps; Adam's are of an even size
    steps                    1 … 10 000       100        optimiser steps until it ends, those of all scales together
    scales                   1 … 4            3          coarse to fine: 3 works at a quarter of the size, at half of
                                                         it, then at the whole; fewer where that would be too small
    learning_rate            0.0001 … 1       0.02       Adam only: about how far a pixel of [0, 1] moves per step
    content_weight           0 … 10⁶          1          times content_loss; both pure numbers
    style_weight             0 … 10⁶          20         times style_loss; both pure numbers
    total_variation_weight   0 … 10⁶          30         times total_variation; pure numbers: the more, the smoother
    content_layers           each 0 … 10⁶     relu4_2    (name, weight) pairs; the content loss is their mean
    style_layers             each 0 … 10⁶     relu1_1 …  (name, weight) pairs; the style loss is their mean
    statistic                gram|covariance  gram       what of the features is matched; see style_statistic
    style_mix                0 … 1            0.5        share of the second of two styles; of one style, no matter
    colour                   style |          style      whose colours the picture gets; see gramlib.colour
                             luminance | matched
    start                    content |        content    the picture before the first step; "picture" is one that is
                             content+noise |             given to transfer. Noise alone is a grey of 0.5 ± 0.1;
                             noise | style |             "content+noise" adds −0.1 to 0.1 to every number of the
                             picture                     photo, evenly spread, and keeps it in [0, 1]; others add
                                                         up to 0.25, which leaves specks
    seed                     0 … 2³² − 1      0          of the noise

    The knobs of `counting_from_start` shape the way from its beginning on: an application that steers a running
    transfer leaves them as they were when it was started, until the next start.

    Why this recipe: means of eight pairs at 256 px, 60 steps, as `python -m tests.bench.recipe` makes and prints them.

                                                  grain     content   style     style by average pooling
    this one                                      0.0411    0.915     0.0451    0.125
    total variation 0                             0.0433    0.916     0.0450    0.127
    style weight 10                               0.0395    0.713     0.0604    0.147
    style layers 256, 64, 16, 4, 1                0.0382    0.154     0.2705    0.291
    content at relu3_2                            0.0409    1.338     0.0438    0.128
    average pooling, total variation 20           0.0406    1.082     0.0958    0.034

    Grain is the mean distance of a number from the mean of the 3 × 3 around it; the photos have 0.02, the paintings
    0.04. Content and style are measured by the network with max pooling, whatever was used: losses of different
    networks do not compare. Looked at, a total variation of 30 takes specks from skies and faces and no stroke (100
    begins to take edges from walls and trees). With half the style weight more of the photo is kept, which one has
    to look for; the steps from "a hint" to "mostly paint" are for that. Weights that fall with depth, as style-
    transfer-pytorch has them, bring colours and grain, and no strokes: a photo in other colours. Content at relu3_2
    gives a half more of relu4_2's away and looks no better. Average pooling, as there (VGG's, not a knob here),
    draws larger shapes and gives a fifth more of the photo away: a shuttle and a tower are gone. And it is another
    network than the one that the other lessons look into. Coarse to fine is in `scales`.

    At 512 px, three pairs: grain 0.0404, content 0.80, style 0.034, where average pooling has 0.0414, 0.91 and 0.075,
    and paints over a face.

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
    total_variation_weight: float = field(default=30.0, metadata={"range": (0.0, 1e6)})
    content_layers: Layers = field(default=(("relu4_2", 1.0),), metadata={"layers": (0.0, 1e6)})
    style_layers: Layers = field(default=FIRST_OF_EACH, metadata={"layers": (0.0, 1e6)})
    start: str = field(default="content", metadata={"choices": STARTS, **FROM_START})
    seed: int = field(default=0, metadata={"range": (0, 2**32 - 1), **FROM_START})
    scales: int = field(default=3, metadata={"range": (1, 4), **FROM_START})
    statistic: str = field(default="gram", metadata={"choices": ("gram", "covariance")})
    style_mix: float = field(default=0.5, metadata={"range": (0.0, 1.0)})
    colour: str = field(default="style", metadata={"choices": COLOURS, **FROM_START})

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


def counting_from_start() -> tuple[str, ...]:
    """Return the names of the knobs that count from the next start, and not for a picture on its way.

    >>> counting_from_start()
    ('start', 'seed', 'scales', 'colour')
    """
    return tuple(knob.name for knob in fields(TransferSettings) if knob.metadata.get("counts_from") == "start")


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
