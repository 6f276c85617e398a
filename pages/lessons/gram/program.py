"""The program of lesson 2: it prints the matrix of the page and its eigenvalues."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from pages.lessons.gram.state import READINGS
from pages.ui.programs import data, fill

_MATRIX = Path(__file__).parent / "programs" / "matrix.py.txt"
MOST = 1024  # numbers that are written out


def program(vectors: np.ndarray, reading: str) -> str:
    """A program for NumPy; of more numbers than one reads, with the name of a file in their place."""
    steps = READINGS[reading]
    written = f"np.array({vectors.tolist()})" if vectors.size <= MOST else 'np.loadtxt("vectors.csv", delimiter=",")'
    return fill(
        _MATRIX,
        {},
        vectors=data(f"V = {written}"),
        centred="V = V - V.mean(axis=1, keepdims=True)" if "center" in steps else "",
        scaled="V = V / np.linalg.norm(V, axis=1, keepdims=True)" if "unit" in steps else "",
        divided=" / V.shape[1]" if reading == "covariance" else "",
    )
