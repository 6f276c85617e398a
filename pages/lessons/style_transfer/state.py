"""What lesson 7 can be opened with, its knobs, and its experiments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gramlib.recipes import PROGRAMS
from pages.ui.compute import networks
from pages.ui.numbers import plain
from pages.ui.parameters import Parameter, decimal, option, whole
from pages.ui.pictures import picture_parameter
from pages.ui.state import PageState

STARTS = ("content", "content+noise", "noise", "style", "picture", "closed_form")
CLOSED_LAYERS = ("relu1_1", "relu2_1", "relu3_1", "relu4_1")
MATCHES = ("covariance", "deviation")
STATISTICS = ("gram", "covariance")
COLOURS = ("style", "luminance", "matched")
OPTIMIZERS = ("lbfgs", "adam")
STYLE_LAYERS = tuple(f"relu{block}_1" for block in range(1, 6))
MORE_LAYERS = tuple(layer for layer in networks.LAYERS["vgg16"] if layer not in STYLE_LAYERS)
WEIGHTS = {
    "style_weight": (0.0, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0),
    "content_weight": (0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0),
    "smoothness": (0.0, 1.0, 3.0, 10.0, 30.0, 100.0),
}
LAYER_WEIGHTS = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0)
LEARNING_RATES = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1)
LADDERS = ("texture", "content")
LABS = ("ladder", "downhill", "closed_form", "translate", "take_away")

PRESETS: Mapping[str, Mapping[str, Any]] = {
    "hint": {"style_weight": 2.0},
    "balanced": {"style_weight": 20.0},
    "paint": {"style_weight": 200.0},
}
EXPERIMENTS: Mapping[str, Mapping[str, Any]] = {
    "texture": {"content_weight": 0.0, "start": "noise"},
    "colours": {"colour": "luminance"},
    "one_layer": {layer: float(layer == "relu1_1") for layer in STYLE_LAYERS},
}


def one_number_of(*options: float) -> Callable[[str], float]:
    """A reader of a number that must be one of these."""

    def read(text: str) -> float:
        if float(text) not in options:
            raise ValueError(text)
        return float(text)

    return read


def some_of(*options: str) -> Callable[[str], list[str]]:
    """A reader of words between commas, in the order of the options."""

    def read(text: str) -> list[str]:
        chosen = text.split(",")
        if not set(chosen) <= set(options):
            raise ValueError(text)
        return [option for option in options if option in chosen]

    return read


def _weight(name: str, default: float) -> Parameter[float]:
    return Parameter(default, one_number_of(*WEIGHTS[name]), plain)


def _layer() -> Parameter[float]:
    return Parameter(1.0, one_number_of(*LAYER_WEIGHTS), plain)


class State(PageState):
    """The knobs have the recipe that the library begins with; a test holds the two together."""

    lesson = "style_transfer"
    content = picture_parameter("neuschwanstein", travels=True)
    style = picture_parameter("great_wave")
    second = picture_parameter("composition_viii")
    start_picture = picture_parameter("poppies", name="from")
    ladder_style = picture_parameter("great_wave")
    ladder_content = picture_parameter("neuschwanstein")
    style_weight = _weight("style_weight", 20.0)
    content_weight = _weight("content_weight", 1.0)
    smoothness = _weight("smoothness", 30.0)
    mix = Parameter(0.0, decimal(0, 1), plain)
    relu1_1 = _layer()
    relu2_1 = _layer()
    relu3_1 = _layer()
    relu4_1 = _layer()
    relu5_1 = _layer()
    more: Parameter[list[str]] = Parameter([], some_of(*MORE_LAYERS), ",".join)
    content_layer = option(*networks.LAYERS["vgg16"], default="relu4_2")
    statistic = option(*STATISTICS)
    size = Parameter(256, whole(128, 512))
    steps = Parameter(100, whole(10, 500))
    scales = Parameter(3, whole(1, 4))
    start = option(*STARTS)
    colour = option(*COLOURS)
    pooling = option(*networks.POOLINGS)
    optimizer = option(*OPTIMIZERS)
    learning_rate = Parameter(0.02, one_number_of(*LEARNING_RATES), plain)
    seed = Parameter(0, whole(0, 9999))
    # of the closed form, as a laboratory and as a start
    deepest = option(*CLOSED_LAYERS, default="relu3_1")
    strength = Parameter(1.0, decimal(0, 1), plain)
    matches = option(*MATCHES)
    lab = option(*LABS)
    ladder = option(*LADDERS)
    # a weight of another program, and the one that it is wanted in
    weight = Parameter(1e6, decimal(0, 1e12), plain)
    weight_of = option(*PROGRAMS, default="neural-style")
    weight_in = option(*PROGRAMS, default="gramlab")
    job: Parameter[str | None] = Parameter(None, lambda text: text[:64], lambda job: job or "", personal=True)


_NOT_OF_A_TRANSFER = ("ladder_style", "ladder_content", "lab", "ladder", "weight", "weight_of", "weight_in", "job")
# what a transfer is asked to do; of that, what counts from its start and what reaches it while it runs
ASKED = tuple(name for name in State.parameters() if name not in _NOT_OF_A_TRANSFER)
CLOSED_FORM = ("deepest", "strength", "matches")
FROM_THE_START = ("content", "from", "size", "scales", "start", "colour", "pooling", "seed", *CLOSED_FORM)
# what counts for one start alone
ONLY_FOR = {"from": "picture", **dict.fromkeys(CLOSED_FORM, "closed_form")}
ON_THE_WAY = tuple(name for name in ASKED if name not in FROM_THE_START)
