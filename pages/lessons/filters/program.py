"""The program of lesson 3: it prints the one number that the page shows, from its 27 products."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from pages.ui.numbers import plain
from pages.ui.programs import data, fill
from pages.ui.text import group

_NUMBER = Path(__file__).parent / "programs" / "number.py.txt"


def program(levels: np.ndarray, place: tuple[int, int], weights: np.ndarray, bias: float) -> str:
    """A program for NumPy: the patch, the filter, the products of each colour, the sum, the ReLU.

    levels    (H, W, 3) uint8, the picture; place within it
    weights   (3, 3, 3): colour, row, column
    """
    row, column = place
    height, width, _ = levels.shape
    rows, columns = range(row - 1, row + 2), range(column - 1, column + 2)
    inside = [[int(0 <= r < height and 0 <= c < width) for c in columns] for r in rows]
    patch = np.pad(levels, ((1, 1), (1, 1), (0, 0)))[row : row + 3, column : column + 3].transpose(2, 0, 1)
    return fill(
        _NUMBER,
        group("filters.program"),
        patch=data(f"patch = np.array({patch.tolist()})"),
        weights=data(f"weights = np.array({weights.tolist()})"),
        bias=plain(bias),
        outside="" if all(map(all, inside)) else f"a *= np.array({inside})",
    )
