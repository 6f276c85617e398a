"""The worksheet of lesson 4: flatten a feature map, multiply, divide; what a shuffle of the positions does."""

from __future__ import annotations

import numpy as np

from gramlib.gram import feature_gram, flatten_features
from pages.lessons.teaching.tasks import Numbers, Task, matrix
from pages.ui.numbers import number
from pages.ui.text import plain_text

MAPS = np.array([[[1.0, 0.0], [2.0, 3.0]], [[0.0, 3.0], [1.0, 1.0]]])
SHAPE = (128, 64, 64)  # of relu2_1, of a photo of 128 × 128 pixels


def tasks() -> list[Task]:
    return [flatten(), divide(), shuffle(), how_many()]


def flatten() -> Task:
    shown = [matrix(channel, plain_text("teaching.words.channel", number=i)) for i, channel in enumerate(MAPS, start=1)]
    asked = [matrix(flatten_features(MAPS), "F", blank=True), matrix(_gram(MAPS), "G", blank=True)]
    return Task("flatten", {"mixed": number(_gram(MAPS)[0, 1])}, [*shown, *asked], lines=0)


def divide() -> Task:
    positions = MAPS[0].size
    tables = [
        matrix(feature_gram(MAPS, normalize="hw"), "G / HW", blank=True),
        matrix(feature_gram(MAPS, normalize="chw"), "G / CHW", blank=True),
    ]
    return Task("divide", {"positions": number(positions), "numbers": number(MAPS.size)}, tables, lines=0)


def shuffle() -> Task:
    alike, alone = _swapped(MAPS, 0, 1), _swapped(MAPS, 1)
    values = {
        "before": number(_gram(MAPS)[0, 1]),
        "alike": number(_gram(alike)[0, 1]),
        "alone": number(_gram(alone)[0, 1]),
        "square": number(_gram(alone)[1, 1]),
    }
    return Task("shuffle", values, lines=3)


def how_many() -> Task:
    channels, height, width = SHAPE
    values = {
        "channels": number(channels),
        "height": number(height),
        "width": number(width),
        "of_f": number(channels * height * width),
        "of_g": number(channels**2),
        "different": number(channels * (channels + 1) / 2),
    }
    return Task("how_many", values, lines=2)


def _gram(maps: Numbers) -> Numbers:
    gram: Numbers = feature_gram(maps, normalize="none")
    return gram


def _swapped(maps: Numbers, *channels: int) -> Numbers:
    """The maps with the first and the last position of these channels exchanged."""
    swapped = flatten_features(maps).copy()
    for channel in channels:
        swapped[channel, [0, -1]] = swapped[channel, [-1, 0]]
    found: Numbers = swapped.reshape(maps.shape)
    return found
