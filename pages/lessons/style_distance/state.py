"""What lesson 6 can be opened with, and its experiments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gramlib.retrieval import LAYERS
from pages.lessons.style_distance.crops import pictures_and_parts_parameter, read_frame, write_frame
from pages.lessons.style_distance.measured import KINDS
from pages.ui.canvases.crop.canvas import Frame
from pages.ui.numbers import plain
from pages.ui.parameters import Parameter, no_pair, option, pair
from pages.ui.pictures import picture_parameter
from pages.ui.state import PageState

MAPS = ("style", "content")
LABS = ("pair", "retrieval", "others")
SAMPLES = (64, 256, 1024)  # positions of each picture in the sum of kernels
PARTS = ["great_wave@0-10-40-50", "great_wave@0-60-50-40", "great_wave@55-55-45-45"]
BUILDINGS = ["colosseum", "mont_st_michel", "neuschwanstein"]
# what the page begins with shows the point: each half is nearest to the other half of its own picture
HALVES = [
    f"{name}@{left}-0-50-100" for name in ("poppies", "village_street_in_auvers", "neuschwanstein") for left in (0, 50)
]
# and this the doubt: the Great Wave is nearest to Van Gogh, and not to the other print by Hokusai
DOUBT = ["great_wave", "poppies", "village_street_in_auvers", "neuschwanstein", "astronaut", "gravel"]
EXPERIMENTS: Mapping[str, Mapping[str, Any]] = {
    "parts": {"pictures": [*PARTS, *BUILDINGS]},
    "doubt": {"pictures": DOUBT},
    "layers": {
        "pictures": ["great_wave", "poppies", "village_street_in_auvers", "spring", "brick", "gravel"],
        "weights": (0.0, 0.0, 0.0, 0.0, 1.0),
        "open": "relu5_1",
    },
    "retrieval": {"lab": "retrieval"},
}


def read_weights(text: str) -> tuple[float, ...]:
    """A reader of links: a weight from 0 to 1 for each layer, one of them above 0."""
    weights = tuple(float(weight) for weight in text.split(","))
    if len(weights) != len(LAYERS) or not all(0 <= weight <= 1 for weight in weights) or not any(weights):
        raise ValueError(text)
    return weights


def write_weights(weights: tuple[float, ...]) -> str:
    return ",".join(plain(weight) for weight in weights)


def _positions(text: str) -> int:
    if int(text) not in SAMPLES:
        raise ValueError(text)
    return int(text)


class State(PageState):
    lesson = "style_distance"
    pictures = pictures_and_parts_parameter(HALVES)
    layer = option("mean", *LAYERS)
    weights: Parameter[tuple[float, ...]] = Parameter((1.0,) * len(LAYERS), read_weights, write_weights)
    distance = option(*KINDS)
    map = option(*MAPS)
    pair = pair(0, 1)
    open = option(*LAYERS, default="relu3_1")
    source = picture_parameter("great_wave", travels=True)
    frame: Parameter[Frame] = Parameter((30, 25, 40, 50), read_frame, write_frame)
    lab = option(*LABS)
    # of the pair's matrices; without one, the two channels that differ most
    channels = no_pair()
    positions = Parameter(SAMPLES[1], _positions)
