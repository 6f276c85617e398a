"""The program of lesson 2: it prints the matrix of the page and its eigenvalues."""

from __future__ import annotations

import io
from functools import partial
from pathlib import Path

import numpy as np

from pages.lessons.gram.state import READINGS
from pages.ui.folders import Program
from pages.ui.programs import data, fill
from pages.ui.text import group

_MATRIX = Path(__file__).parent / "programs" / "matrix.py.txt"
MOST = 1024  # numbers that are written out
_TABLE = "vectors.csv"


def program(vectors: np.ndarray, reading: str) -> Program:
    """A program for NumPy; of more numbers than one reads, with a file in their place."""
    steps, is_long = READINGS[reading], vectors.size > MOST
    written = f'np.loadtxt("{_TABLE}", delimiter=",", ndmin=2)' if is_long else f"np.array({vectors.tolist()})"
    text = fill(
        _MATRIX,
        group("gram.program"),
        vectors=data(f"V = {written}"),
        centred="V = V - V.mean(axis=1, keepdims=True)" if "center" in steps else "",
        scaled="V = V / np.linalg.norm(V, axis=1, keepdims=True)" if "unit" in steps else "",
        divided=" / V.shape[1]" if reading == "covariance" else "",
    )
    return Program(text, tables={_TABLE: partial(_table, vectors)} if is_long else {})


def _table(vectors: np.ndarray) -> str:
    file = io.StringIO()
    np.savetxt(file, vectors, delimiter=",", fmt="%.17g")
    return file.getvalue()
