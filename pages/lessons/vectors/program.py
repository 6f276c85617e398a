"""The program of lesson 1: it prints the numbers of the page."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from pages.ui.numbers import vector_text
from pages.ui.programs import data, fill
from pages.ui.text import group

_ANGLE = Path(__file__).parent / "programs" / "angle.py.txt"


def program(a: np.ndarray, b: np.ndarray) -> str:
    """A program for NumPy: the inner product, the lengths, the angle."""
    values = {name: data(f"{name} = np.array([{vector_text(vector)}])") for name, vector in (("a", a), ("b", b))}
    return fill(_ANGLE, group("vectors.program"), **values)
