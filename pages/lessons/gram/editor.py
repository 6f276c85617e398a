"""The vectors of lesson 2: a table, a canvas where they lie in the plane, or a file too large for either."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages.ui.canvases.table.canvas import committed as committed_table
from pages.ui.canvases.table.canvas import number_table
from pages.ui.canvases.table.canvas import tapped as tapped_table
from pages.ui.canvases.vectors.canvas import MOST_VECTORS, committed, tapped, vector_canvas
from pages.ui.numbers import subscript
from pages.ui.state import PageState
from pages.ui.text import group, t

COUNTS = (16, 64)  # vectors, and numbers of each, that a table on the screen holds
DEFAULT = ((3.0, 1.0), (1.0, 2.0), (-2.0, 1.0))
STEPPER = 165  # pixels: two beside each other on a telephone
_FILE = "gram.array"


def names_of(count: int) -> list[str]:
    return [f"v{subscript(index)}" for index in range(1, count + 1)]


def take_array(state: PageState, rows: np.ndarray) -> None:
    """Take the vectors of a file: into the table if they fit, else as they are."""
    st.session_state.pop(_FILE, None)
    if rows.shape[0] <= COUNTS[0] and rows.shape[1] <= COUNTS[1]:
        state["vectors"] = tuple(map(tuple, rows.tolist()))
    else:
        st.session_state[_FILE] = rows


def begin_with(state: PageState, **values: object) -> None:
    """Set the vectors from an example, as a callback of a button: a file gives way."""
    st.session_state.pop(_FILE, None)
    state.set(**values)


def edit(state: PageState) -> np.ndarray:
    """Show the vectors for editing and return them, (k, n)."""
    if _FILE in st.session_state:
        rows = st.session_state[_FILE]
        state.require("cell", max(state["cell"]) < len(rows))
        st.markdown(t("gram.file_shown", k=len(rows), n=rows.shape[1]))
        st.button(t("gram.back_to_table"), on_click=lambda: st.session_state.pop(_FILE, None), key="gram.back")
        return rows
    _steppers(state)
    shape = k, n = np.shape(state["vectors"])
    state.require("cell", max(state["cell"]) < k)
    cell = tuple(min(index, k - 1) for index in state["cell"])

    def take_table() -> None:
        state["vectors"] = committed_table("gram.table", shape) or state["vectors"]

    def take_canvas() -> None:
        state["vectors"] = tuple(committed("gram.canvas", k) or state["vectors"])

    def choose(row: int | None) -> None:
        # the two last tapped make the pair
        state["cell"] = (state["cell"][1], row) if row is not None else state["cell"]

    if n == 2 and k <= MOST_VECTORS:
        vector_canvas(
            state["vectors"],
            names=names_of(k),
            key="gram.canvas",
            words=group("canvas"),
            chosen=cell,
            mode="family",
            parallelogram=True,
            on_change=take_canvas,
            on_tap=lambda: choose(tapped("gram.canvas", k)),
        )
    number_table(
        state["vectors"],
        key="gram.table",
        row_names=names_of(k),
        column_names=[str(position) for position in range(1, n + 1)],
        words=group("table"),
        marked=cell,
        on_change=take_table,
        on_tap=lambda: choose(tapped_table("gram.table", k)),
    )
    return np.array(state["vectors"])


def _steppers(state: PageState) -> None:
    """How many vectors, and how long: what still fits is kept, the rest is filled with zeros."""

    def resize() -> None:
        old = np.array(state["vectors"])
        new = np.zeros([st.session_state[f"gram.{side}"] for side in ("count", "dimension")])
        kept = tuple(slice(min(a, b)) for a, b in zip(old.shape, new.shape, strict=True))
        new[kept] = old[kept]
        state["vectors"] = tuple(map(tuple, new.tolist()))

    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        for side, size, most in zip(("count", "dimension"), np.shape(state["vectors"]), COUNTS, strict=True):
            st.session_state[f"gram.{side}"] = size
            st.number_input(t(f"gram.{side}"), 1, most, key=f"gram.{side}", on_change=resize, width=STEPPER)
