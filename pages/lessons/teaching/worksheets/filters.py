"""The worksheet of lesson 3: one number of a channel by hand, a filter that slides, how much a number sees."""

from __future__ import annotations

import numpy as np

from gramlib.filters import CHANNELS, filtered, receptive_field
from gramlib.vectors import inner_product
from pages.lessons.teaching.tasks import Blank, Cell, Numbers, Table, Task, matrix
from pages.ui.numbers import number
from pages.ui.text import plain_text

UPRIGHT = np.array([[-1.0, 0.0, 1.0]] * 3)
BIAS = -10.0
EDGE = np.array([[2.0, 2.0, 8.0]] * 3)
EVEN = np.full((3, 3), 5.0)
STRIP = np.array([[2.0, 2.0, 2.0, 8.0, 8.0, 8.0, 3.0]] * 3)
LAYERS = ("relu1_1", "relu1_2", "relu2_1", "relu2_2", "relu3_1")


def tasks() -> list[Task]:
    return [one_number(), even(), slide(), sees(), weights()]


def one_number() -> Task:
    tables = [matrix(EDGE, "a"), matrix(UPRIGHT, "b"), matrix(EDGE * UPRIGHT, "a · b", blank=True)]
    return Task("one_number", {"bias": number(BIAS)} | _worked(EDGE), tables)


def even() -> Task:
    return Task("even", {"level": number(EVEN[0, 0])} | _worked(EVEN))


def slide() -> Task:
    # the strip as one of three colours, so that gramlib's filter of a picture takes it; the edge of the strip left out
    picture, filter_ = np.zeros((3, *STRIP.shape)), np.zeros((3, 3, 3))
    picture[0], filter_[0] = STRIP, UPRIGHT
    sums = filtered(picture, filter_)[1, 1:-1]
    values = {"up": number(sums.max()), "down": number(sums.min())}
    return Task("slide", values, [matrix(STRIP), matrix([sums], blank=True)])


def sees() -> Task:
    rows: list[list[Cell]] = []
    for place, layer in enumerate(LAYERS):
        field = receptive_field(layer)
        after = place > 0 and layer[4] != LAYERS[place - 1][4]
        sizes = [number(field.size), number(field.stride)]
        before = plain_text("teaching.words.pooled") if after else ""
        rows.append([before, layer, *(sizes if place == 0 else map(Blank, sizes))])
    head = ("", *(plain_text(f"teaching.words.{name}") for name in ("layer", "side", "step")))
    last = {"layer": LAYERS[-1], "size": number(receptive_field(LAYERS[-1]).size)}
    return Task("sees", last, [Table(rows, head)], lines=0)


def weights() -> Task:
    return Task(
        "weights",
        {"first": number(9 * 3), "channels": number(CHANNELS[0]), "second": number(9 * CHANNELS[0])},
    )


def _worked(patch: Numbers) -> dict[str, str]:
    """The way from a patch to a number of the channel: the sum, with the bias, after the ReLU."""
    total = inner_product(patch.ravel(), UPRIGHT.ravel())
    return {
        "sum": number(total),
        "total": number(total + BIAS),
        "value": number(max(0.0, total + BIAS)),
    }
