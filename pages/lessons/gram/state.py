"""What lesson 2 can be opened with, and its experiments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pages.ui.numbers import read_rows, write_rows
from pages.ui.parameters import Parameter, decimal, option, pair, switch, whole
from pages.ui.state import PageState

Rows = tuple[tuple[float, ...], ...]

COUNTS = (16, 64)  # vectors, and numbers of each, that a table on the screen holds
CANVAS = "gram.canvas"  # in which vectors of the plane are dragged
LARGEST_BY_HAND = 4  # rows of a matrix that is typed
READINGS: Mapping[str, Mapping[str, bool]] = {
    "inner": {},
    "cosines": {"unit": True},
    "covariance": {"center": True},
    "correlation": {"center": True, "unit": True},
}
LABS = ("symmetry", "eigenvalues", "rank", "volume", "forgets", "rebuild", "hand")
EXPERIMENTS: Mapping[str, Mapping[str, Any]] = {
    "orthonormal": {"vectors": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))},
    "flat": {
        "vectors": ((2.0, 1.0, 0.0), (0.0, 1.0, 2.0), (2.0, 2.0, 2.0)),
        "cell": (0, 2),
        "lab": "eigenvalues",
    },
    "opposed": {"vectors": ((3.0, 0.0, 2.0, 0.0), (0.0, 2.0, 0.0, 3.0)), "cell": (0, 1)},
}


def read_matrix(text: str) -> Rows:
    """A reader of links for a matrix that was typed: as many rows as columns."""
    rows = read_rows(LARGEST_BY_HAND, LARGEST_BY_HAND)(text)
    if len(rows) != len(rows[0]):
        raise ValueError(text)
    return rows


class State(PageState):
    lesson = "gram"
    vectors: Parameter[Rows] = Parameter(((3.0, 1.0), (1.0, 2.0), (-2.0, 1.0)), read_rows(*COUNTS), write_rows)
    reading = option(*READINGS)
    cell = pair(0, 1)
    hand: Parameter[Rows] = Parameter(((1.0, 2.0), (2.0, 1.0)), read_matrix, write_rows)
    lab = option(*LABS)
    # what is moved in the laboratories
    x0 = Parameter(1.0, decimal(-2, 2))
    x1 = Parameter(0.5, decimal(-2, 2))
    x2 = Parameter(-0.5, decimal(-2, 2))
    x3 = Parameter(1.0, decimal(-2, 2))
    share = Parameter(0, whole(0, 100))
    turn = Parameter(30, whole(0, 360))
    mirrored = switch()
    aligned = switch()


def reading_of(state: State) -> dict[str, bool]:
    """How the matrix of the page is read, as the canvases in the browser are told."""
    return {**READINGS[state.reading], "mean": state.reading == "covariance"}
