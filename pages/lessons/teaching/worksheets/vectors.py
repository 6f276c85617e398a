"""The worksheet of lesson 1: an inner product by hand, a sign table, an angle."""

from __future__ import annotations

import numpy as np

from gramlib.vectors import angle, cosine, inner_product, norm, relation
from pages.lessons.teaching.tasks import Blank, Cell, Table, Task, equals, vector
from pages.ui.numbers import number
from pages.ui.text import plain_text, t

A, B = np.array([2.0, -1.0, 3.0]), np.array([4.0, 1.0, -2.0])
PAIRS = np.array(
    [[[3, 1], [1, 3]], [[2, 1], [-1, 2]], [[1, 2], [-3, 1]], [[1, 2], [2, 4]], [[2, -1], [-4, 2]]], dtype=float
)
LONG = np.array([3.0, 4.0]), np.array([4.0, 3.0])
LEANING, HEIGHT = np.array([3.0, -6.0]), 2.0


def tasks() -> list[Task]:
    return [by_hand(), signs(), the_angle(), upright(), twice()]


def by_hand() -> Task:
    rows: list[list[Cell]] = [
        [str(i), number(a), number(b), Blank(number(a * b))] for i, (a, b) in enumerate(zip(A, B, strict=True), start=1)
    ]
    rows.append(["", "", plain_text("teaching.words.sum"), Blank(number(inner_product(A, B)))])
    values = {
        "a": vector(A),
        "b": vector(B),
        "product": number(inner_product(A, B)),
        "angle": _verdict(A, B),
        "degrees": number(angle(A, B, degrees=True)),
    }
    return Task("by_hand", values, [Table(rows, ("i", "aᵢ", "bᵢ", "aᵢ · bᵢ"))], lines=1)


def signs() -> Task:
    rows: list[list[Cell]] = [
        [vector(a), vector(b), Blank(number(inner_product(a, b))), Blank(_verdict(a, b))] for a, b in PAIRS
    ]
    return Task("signs", {}, [Table(rows, ("a", "b", "a · b", plain_text("teaching.words.angle")))], lines=0)


def the_angle() -> Task:
    a, b = LONG
    values = {
        "a": vector(a),
        "b": vector(b),
        "length_a": number(norm(a)),
        "length_b": number(norm(b)),
        "product": number(inner_product(a, b)),
        "cosine": equals(cosine(a, b)),
        "degrees": number(angle(a, b, degrees=True)),
    }
    return Task("the_angle", values, lines=2)


def upright() -> Task:
    x = -HEIGHT * LEANING[1] / LEANING[0]
    values = {
        "height": number(HEIGHT),
        "leaning": vector(LEANING),
        "x": number(x),
        "first": number(x * LEANING[0]),
        "second": number(HEIGHT * LEANING[1]),
        "product": number(inner_product(np.array([x, HEIGHT]), LEANING)),
    }
    return Task("upright", values)


def twice() -> Task:
    a, b = LONG
    values = {
        "before": number(inner_product(a, b)),
        "after": number(inner_product(2 * a, b)),
        "degrees": number(angle(2 * a, b, degrees=True)),
    }
    return Task("twice", values, lines=2)


def _verdict(a: np.ndarray, b: np.ndarray) -> str:
    return t(f"teaching.angles.{relation(a, b).name}")
