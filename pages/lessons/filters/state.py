"""What lesson 3 can be opened with, the filters to begin one's own from, and its experiments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from gramlib.filters import first_filters
from pages.ui.canvases.filter.canvas import LARGEST, NUMBERS, OWN
from pages.ui.compute import networks
from pages.ui.numbers import plain
from pages.ui.parameters import Parameter, option, pair, switch, whole
from pages.ui.pictures import picture_parameter
from pages.ui.state import PageState

SIZE = 256  # pixels of the longest side, as lessons 4 to 6 begin with: their relu1_1 has the same numbers

FACES = 6  # that are shown at a time

Weights = tuple[float, ...]


def _of_grey(rows: list[list[float]]) -> Weights:
    """A filter that treats the three colours alike, without a bias."""
    return (*np.tile(np.divide(rows, 3).round(3), (3, 1, 1)).ravel().tolist(), 0.0)


PRESETS: Mapping[str, Weights] = {
    "upright": _of_grey([[-1, 0, 1]] * 3),
    "level": _of_grey([[-1, -1, -1], [0, 0, 0], [1, 1, 1]]),
    "blur": _of_grey([[1 / 9] * 3] * 3),
    "red": (*[0.2] * 9, *[-0.1] * 18, 0.0),
    "nothing": (0.0,) * NUMBERS,
}


def _read(text: str) -> Weights:
    numbers = tuple(float(part) for part in text.split(","))
    if len(numbers) != NUMBERS or not all(abs(number) <= LARGEST for number in numbers):  # also refuses nan
        raise ValueError(text)
    return numbers


class State(PageState):
    lesson = "filters"
    picture = picture_parameter("neuschwanstein", travels=True)
    # one of VGG's own, counted from 1 as channels are everywhere, or the person's
    filter = Parameter(7, whole(OWN, 64))
    own: Parameter[Weights] = Parameter(PRESETS["upright"], _read, lambda numbers: ",".join(map(plain, numbers)))
    place = pair(107, 56)  # the edge of a tower, which filter 7 answers to
    before = switch()  # whether the channel is shown before its ReLU
    layer = option(*networks.LAYERS["vgg16"], default="relu3_1")
    first = Parameter(1, whole(1, 512 - FACES + 1))  # the first of the channels whose faces are shown
    mine = switch()  # whether the photo's own are shown below


EXPERIMENTS: Mapping[str, Mapping[str, Any]] = {
    "edges": {"filter": OWN, "own": PRESETS["level"], "before": True},
    "colour": {"picture": "summertime", "filter": 48, "place": (70, 124)},
    "bias": {"filter": 47},
}


def numbers_of(state: State) -> tuple[np.ndarray, float]:
    """The weights, (3, 3, 3), and the bias of the chosen filter."""
    if state.filter == OWN:
        return np.reshape(state.own[:-1], (3, 3, 3)), state.own[-1]
    filters, biases = first_filters()
    return filters[state.filter - 1], float(biases[state.filter - 1])


def placed(state: State, height: int, width: int) -> tuple[int, int]:
    """The chosen place, or the one that is nearest to it in a smaller photo."""
    return min(state.place[0], height - 1), min(state.place[1], width - 1)
