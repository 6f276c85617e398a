"""The worksheet of lesson 6: a distance between two Gram matrices by hand, its ends, a table of distances to read."""

from __future__ import annotations

import numpy as np

from gramlib.distances import weighted_mean
from gramlib.vectors import norm
from pages.lessons.teaching.tasks import Blank, Cell, Numbers, Table, Task, equals, matrix
from pages.ui.numbers import number
from pages.ui.text import plain_text

A, B = np.array([[4.0, 2.0], [2.0, 5.0]]), np.array([[4.0, 2.0], [2.0, 1.0]])
C, D = np.array([[2.0, 0.0], [0.0, 0.0]]), np.array([[0.0, 0.0], [0.0, 2.0]])
PICTURES: dict[str, Numbers] = {
    "P": np.array([[4.0, 2.0], [2.0, 5.0]]),
    "Q": np.array([[4.0, 2.0], [2.0, 1.0]]),
    "R": np.array([[1.0, 0.0], [0.0, 6.0]]),
    "S": np.array([[1.0, 1.0], [1.0, 6.0]]),
}
LAYERS = {"relu1_1": 0.2, "relu5_1": 0.6}
WEIGHTS = ((1.0, 1.0), (3.0, 1.0), (0.0, 1.0))


def tasks() -> list[Task]:
    return [by_hand(), ends(), nearest(), weighted()]


def distance(first: Numbers, second: Numbers) -> float:
    """‖A − B‖ / (‖A‖ + ‖B‖) as on paper: a matrix is a long vector. gramlib.style_distance, which takes PyTorch."""
    return _norm(first - second) / (_norm(first) + _norm(second))


def by_hand() -> Task:
    values = {
        "difference": equals(_norm(A - B)),
        "first": equals(_norm(A)),
        "second": equals(_norm(B)),
        "distance": equals(distance(A, B)),
    }
    return Task("by_hand", values, [matrix(A, "A"), matrix(B, "B"), matrix(A - B, "A − B", blank=True)], lines=2)


def ends() -> Task:
    values = {
        "itself": number(distance(A, A)),
        "zero": number(distance(A, np.zeros_like(A))),
        "apart": equals(distance(C, D)),
    }
    return Task("ends", values, [matrix(C, "C"), matrix(D, "D")], lines=2)


def nearest() -> Task:
    names = list(PICTURES)
    table = np.array([[distance(one, other) for other in PICTURES.values()] for one in PICTURES.values()])
    others = table + np.diag([np.inf] * len(names))
    rows: list[list[Cell]] = [
        [name, *map(number, row), Blank(names[int(others[place].argmin())])]
        for place, (name, row) in enumerate(zip(names, table, strict=True))
    ]
    one, other = np.unravel_index(others.argmin(), others.shape)
    head = ("", *names, plain_text("teaching.words.nearest"))
    return Task("nearest", {"one": names[int(one)], "other": names[int(other)]}, [Table(rows, head)])


def weighted() -> Task:
    distances = {layer: np.array([[apart]]) for layer, apart in LAYERS.items()}
    rows: list[list[Cell]] = [
        [*map(number, weights), Blank(number(weighted_mean(distances, dict(zip(LAYERS, weights, strict=True))).item()))]
        for weights in WEIGHTS
    ]
    head = (*LAYERS, plain_text("teaching.words.mean"))
    return Task("weighted", {layer: number(apart) for layer, apart in LAYERS.items()}, [Table(rows, head)], lines=0)


def _norm(values: Numbers) -> float:
    return norm(values.ravel())
