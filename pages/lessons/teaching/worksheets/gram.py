"""The worksheet of lesson 2: fill in a Gram matrix, read one, tell whether there can be vectors behind it."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np

from gramlib.gram import gram_matrix, properties
from gramlib.turning import rotation
from gramlib.vectors import angle
from pages.lessons.teaching.tasks import Numbers, Task, equals, matrix, vector
from pages.ui.numbers import number, subscript, without_noise
from pages.ui.text import plain_text

V = np.array([[1.0, 2.0], [3.0, 0.0], [-2.0, 1.0]])
W = np.array([[2.0, 0.0, 0.0], [1.0, 2.0, 2.0], [-2.0, 1.0, 0.0]])
CANDIDATES: dict[str, Numbers] = {
    "A": np.array([[2.0, 1.0], [1.0, 2.0]]),
    "B": np.array([[1.0, 2.0], [2.0, 1.0]]),
    "C": np.array([[1.0, 1.0], [0.0, 1.0]]),
    "D": np.array([[-1.0, 0.0], [0.0, 2.0]]),
}


def tasks() -> list[Task]:
    return [fill_in(), read(), which(), area(), turned()]


def fill_in() -> Task:
    values = {f"v{i}": vector(each) for i, each in enumerate(V, start=1)}
    values["count"] = number(len(V) * (len(V) + 1) / 2)
    return Task("fill_in", values, [matrix(gram_matrix(V), "G", blank=True)])


def read() -> Task:
    gram = gram_matrix(W)
    pairs = list(combinations(range(len(W)), 2))
    values = {f"length{i}": number(math.sqrt(square)) for i, square in enumerate(np.diag(gram), start=1)}
    values["exact3"] = f"√{number(gram[2, 2])}"
    values["upright"] = _named([pair for pair in pairs if gram[pair] == 0])
    values["behind"] = _named([pair for pair in pairs if gram[pair] < 0])
    values["degrees"] = number(angle(W[0], W[1], degrees=True))
    values["cosine"] = equals(float(gram_matrix(W, unit=True)[0, 1]))
    return Task("read", values, [matrix(gram, "G")], lines=3)


def which() -> Task:
    candidates = [matrix(values, name) for name, values in CANDIDATES.items()]
    answers = {f"why_{name.lower()}": _why(values) for name, values in CANDIDATES.items()}
    return Task("which", answers, candidates, lines=3)


def area() -> Task:
    gram = gram_matrix(V[:2])
    values = {
        "first": number(gram[0, 0]),
        "second": number(gram[1, 1]),
        "mixed": number(gram[0, 1]),
        "area": equals(properties(gram).volume),
    }
    return Task("area", values)


def turned() -> Task:
    turned = without_noise(V @ rotation(2, 90).T)
    values = {f"u{i}": vector(each) for i, each in enumerate(turned, start=1)}
    values["before"], values["after"] = number(gram_matrix(V)[0, 1]), number(gram_matrix(turned)[0, 1])
    return Task("turned", values, lines=2)


def _named(pairs: list[tuple[int, int]]) -> str:
    return ", ".join(f"w{subscript(i + 1)} · w{subscript(j + 1)}" for i, j in pairs)


def _why(values: Numbers) -> str:
    found = properties(values)
    if found.is_psd:
        return plain_text("teaching.gram_or_not.yes")
    if not found.symmetric:
        return plain_text("teaching.gram_or_not.not_symmetric")
    if values.diagonal().min() < 0:
        return plain_text("teaching.gram_or_not.diagonal", value=number(values.diagonal().min()))
    return plain_text("teaching.gram_or_not.eigenvalue", value=number(found.eigenvalues[-1]))
