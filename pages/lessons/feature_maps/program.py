"""The program of lesson 4: it prints the matrix of the page."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from pages.lessons.feature_maps.presets import Maps
from pages.ui.programs import data, fill
from pages.ui.text import group

_MATRIX = Path(__file__).parent / "programs" / "matrix.py.txt"


def program(maps: Maps, divisor: int) -> str:
    """A program for NumPy: lay flat, multiply, divide."""
    return fill(
        _MATRIX,
        group("feature_maps.program"),
        maps=data(f"maps = np.array({np.array(maps).tolist()})"),
        divisor=str(divisor),
    )
