"""The worksheet of lesson 5: the sizes of the layers, a Gram matrix of channels to read, what the means hide."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from gramlib.filters import CHANNELS, receptive_field
from gramlib.gram import gram_matrix
from pages.lessons.teaching.tasks import Blank, Cell, Table, Task, equals, matrix, vector
from pages.ui.numbers import number
from pages.ui.text import plain_text

LAYERS = tuple(f"relu{block}_1" for block in range(1, 6))
SIZE = 256  # pixels of the photo
CHANNELS_READ = np.array([[4.0, 4.0, 0.0, 0.0], [2.0, 0.0, 4.0, 0.0], [0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 2.0, 1.0]])
TURNS = np.array([[4.0, 2.0, 4.0, 2.0], [1.0, 3.0, 1.0, 3.0]])
STROKE = 20  # pixels


def tasks() -> list[Task]:
    return [sizes(), read(), means(), stroke()]


def sizes() -> Task:
    rows: list[list[Cell]] = []
    for channels, layer in zip(CHANNELS, LAYERS, strict=True):
        side = SIZE // receptive_field(layer).stride
        shapes = [f"{side} × {side}", f"{channels} × {channels}"]
        rows.append([layer, str(channels), *(shapes if layer == LAYERS[0] else map(Blank, shapes))])
    head = (plain_text("teaching.words.layer"), "C", "H × W", "G")
    return Task("sizes", {"size": number(SIZE)}, [Table(rows, head)], lines=0)


def read() -> Task:
    gram, cosines = gram_matrix(CHANNELS_READ), gram_matrix(CHANNELS_READ, unit=True)
    never = [f"{i + 1} · {j + 1}" for i, j in combinations(range(len(gram)), 2) if gram[i, j] == 0]
    values = {
        "strongest": str(int(gram.diagonal().argmax()) + 1),
        "never": ", ".join(never),
        "strong": number(gram[0, 1]),
        "weak": number(gram[2, 3]),
        "cosine_strong": equals(cosines[0, 1]),
        "cosine_weak": equals(cosines[2, 3]),
    }
    return Task("read", values, [matrix(gram, "G")], lines=3)


def means() -> Task:
    positions = TURNS.shape[1]
    values = {
        "first": vector(TURNS[0]),
        "second": vector(TURNS[1]),
        "mean_first": number(TURNS[0].mean()),
        "mean_second": number(TURNS[1].mean()),
        "gram": number(gram_matrix(TURNS)[0, 1] / positions),
        "covariance": number(gram_matrix(TURNS, center=True)[0, 1] / positions),
        "correlation": number(gram_matrix(TURNS, center=True, unit=True)[0, 1]),
    }
    return Task("means", values, lines=3)


def stroke() -> Task:
    fields = {layer: receptive_field(layer).size for layer in LAYERS}
    first = next(layer for layer, size in fields.items() if size >= STROKE)
    table = Table([[number(size) for size in fields.values()]], tuple(fields))
    return Task("stroke", {"stroke": number(STROKE), "layer": first, "size": number(fields[first])}, [table])
