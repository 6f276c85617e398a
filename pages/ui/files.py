"""Vectors from a file: one a row, as CSV, text, NPY or NPZ."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

from gramlib.errors import GramlabError
from gramlib.vectors import parse_vector
from pages.ui.memory import Memory
from pages.ui.text import fault

MOST_VECTORS, MOST_NUMBERS = 512, 10_000


def rows_of_file(name: str, data: bytes) -> np.ndarray:
    """The vectors of a file, (k, n), float64.

    raises   GramlabError for another kind of file, rows of different lengths, more than 512 rows or 10 000 columns
    """
    rows = _array(data) if name.lower().endswith((".npy", ".npz")) else _text(data)
    if rows.ndim != 2 or rows.size == 0:
        raise GramlabError(
            "file_shape", f"The file holds an array of shape {rows.shape}; (k, n) is needed.", shape=rows.shape
        )
    if rows.shape[0] > MOST_VECTORS or rows.shape[1] > MOST_NUMBERS:
        message = (
            f"The file holds {rows.shape[0]} vectors of {rows.shape[1]} numbers; {MOST_VECTORS} of {MOST_NUMBERS} fit."
        )
        raise GramlabError(
            "file_too_large",
            message,
            count=rows.shape[0],
            dimension=rows.shape[1],
            most_vectors=MOST_VECTORS,
            most_numbers=MOST_NUMBERS,
        )
    if not np.isfinite(rows).all():
        row, column = np.argwhere(~np.isfinite(rows))[0] + 1
        raise GramlabError(
            "file_not_finite",
            f"Row {row}, column {column} of the file is not a finite number.",
            row=int(row),
            column=int(column),
        )
    return rows


def _array(data: bytes) -> np.ndarray:
    try:
        loaded = np.load(io.BytesIO(data), allow_pickle=False)
        if not isinstance(loaded, np.ndarray):
            loaded = loaded[loaded.files[0]]
        if loaded.dtype.kind not in "biuf":  # complex numbers would lose half of themselves
            raise TypeError
        return np.atleast_2d(loaded).astype(np.float64)
    except (ValueError, TypeError, OSError, EOFError, IndexError, zipfile.BadZipFile) as error:
        raise GramlabError("file_array", "The file is no NumPy file of numbers.") from error


def _text(data: bytes) -> np.ndarray:
    try:
        lines = [line for line in data.decode("utf-8-sig").splitlines() if line.strip()]
    except UnicodeDecodeError as error:
        raise GramlabError("file_text", "The file is neither text nor a NumPy file.") from error
    if not lines:
        raise GramlabError("file_empty", "The file is empty.")
    rows = [_row(number, line) for number, line in enumerate(lines, start=1)]
    for number, row in enumerate(rows, start=1):
        if len(row) != len(rows[0]):
            message = f"Row {number} has {len(row)} numbers and row 1 has {len(rows[0])}: all need the same count."
            raise GramlabError("file_ragged", message, row=number, got=len(row), needed=len(rows[0]))
    return np.array(rows)


def _row(number: int, line: str) -> np.ndarray:
    try:
        return parse_vector(line)
    except GramlabError as error:
        raise GramlabError("file_row", f"Row {number}: {error}", row=number, cause=error) from error


def take_rows(
    label: str, note: str, take: Callable[[np.ndarray], None], *, key: str, exactly: int | None = None
) -> None:
    """A place to drop a file of vectors; `take` gets them before the page runs again.

    exactly   how many vectors are needed, if not any number
    """
    failed: Memory[GramlabError | None] = Memory(f"{key}.fault", None)

    def read() -> None:
        failed.forget()
        upload = Memory[Any](key, None).value
        if upload is None:
            return
        try:
            rows = rows_of_file(upload.name, upload.getvalue())
            if exactly is not None and len(rows) != exactly:
                message = f"The file holds {len(rows)} vectors; {exactly} are needed, one a row."
                raise GramlabError("file_count", message, count=len(rows), needed=exactly)
        except GramlabError as error:
            failed.value = error
        else:
            take(rows)

    with st.expander(label, icon=":material/upload_file:"):
        st.file_uploader(label, key=key, on_change=read, label_visibility="collapsed")
        st.caption(note)
        if failed.value is not None:
            st.error(fault(failed.value))
