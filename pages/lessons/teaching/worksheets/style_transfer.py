"""The worksheet of lesson 7: both losses and their sum by hand, one step downhill, what the weights do."""

from __future__ import annotations

import numpy as np

from gramlib.vectors import norm
from pages.lessons.teaching.tasks import Blank, Cell, Numbers, Table, Task, equals, matrix, vector
from pages.ui.numbers import number
from pages.ui.text import plain_text

G, A = np.array([[4.0, 2.0], [2.0, 1.0]]), np.array([[4.0, 2.0], [2.0, 5.0]])
F, P = np.array([1.0, 2.0, 2.0]), np.array([1.0, 0.0, 2.0])
WEIGHTS = ((1.0, 1.0), (1.0, 20.0), (10.0, 1.0), (0.0, 20.0))  # of the content, of the style
PIXEL, SLOPE, RATE = 0.62, 0.8, 0.05


def tasks() -> list[Task]:
    return [style(), content(), total(), downhill(), knobs()]


def loss(found: Numbers, wanted: Numbers) -> float:
    """‖G − A‖² / ‖A‖² as on paper: both losses are of this form. gramlib.style_loss and content_loss take PyTorch."""
    return norm((found - wanted).ravel()) ** 2 / norm(wanted.ravel()) ** 2


def style() -> Task:
    values = {
        "above": number(norm((G - A).ravel()) ** 2),
        "below": number(norm(A.ravel()) ** 2),
        "loss": equals(loss(G, A)),
        "same": number(loss(A, A)),
        "blank": number(loss(np.zeros_like(A), A)),
    }
    return Task("style", values, [matrix(G, "G"), matrix(A, "A")], lines=2)


def content() -> Task:
    values = {
        "found": vector(F),
        "wanted": vector(P),
        "above": number(norm(F - P) ** 2),
        "below": number(norm(P) ** 2),
        "loss": equals(loss(F, P)),
    }
    return Task("content", values)


def total() -> Task:
    rows: list[list[Cell]] = []
    for of_content, of_style in WEIGHTS:
        parts = {"content": of_content * loss(F, P), "style": of_style * loss(G, A)}
        larger = max(parts, key=parts.__getitem__)
        answers = [number(sum(parts.values())), plain_text(f"teaching.words.{larger}")]
        rows.append([number(of_content), number(of_style), *map(Blank, answers)])
    head = tuple(plain_text(f"teaching.words.{name}") for name in ("of_content", "of_style", "total", "larger"))
    return Task("total", {"content": equals(loss(F, P)), "style": equals(loss(G, A))}, [Table(rows, head)], lines=0)


def downhill() -> Task:
    values = {
        "pixel": number(PIXEL),
        "slope": number(SLOPE),
        "rate": number(RATE),
        "next": number(PIXEL - RATE * SLOPE),
    }
    return Task("downhill", values)


def knobs() -> Task:
    return Task("knobs", lines=3)
