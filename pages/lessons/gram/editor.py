"""The vectors of lesson 2: a table, a canvas where they lie in the plane, or a file too large for either."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from pages.lessons.gram.state import CANVAS, COUNTS, Rows, State, reading_of
from pages.ui.callbacks import undivided
from pages.ui.canvases.table.canvas import committed as committed_table
from pages.ui.canvases.table.canvas import number_table
from pages.ui.canvases.table.canvas import tapped as tapped_table
from pages.ui.canvases.vectors.canvas import MOST_VECTORS, committed, tapped, vector_canvas
from pages.ui.carried import TWO
from pages.ui.memory import Memory
from pages.ui.numbers import subscript
from pages.ui.parameters import within
from pages.ui.show import plots
from pages.ui.steppers import Resizing, stepper
from pages.ui.text import group, t

_FILE: Memory[np.ndarray | None] = Memory("gram.array", None)
# the vectors with which the table began, as long as they come from lesson 1
_BEGUN: Memory[Rows | None] = Memory("gram.begun", None)
_SIZES = Resizing("gram.kept")


def names_of(count: int) -> list[str]:
    return [f"v{subscript(index)}" for index in range(1, count + 1)]


def begin_with_two(state: State) -> None:
    """Begin with the two vectors that lesson 1 ended on, as long as nobody has put others into the table."""
    two = TWO.value
    if two is None or len(two[0]) > COUNTS[1] or state.vectors not in (State.vectors.default, _BEGUN.value):
        return
    third = State.vectors.default[2:] if len(two[0]) == len(State.vectors.default[0]) else ()
    state.vectors = _BEGUN.value = (*(tuple(each.tolist()) for each in two), *third)


def take_array(state: State, rows: np.ndarray) -> None:
    """Take the vectors of a file: into the table if they fit, else as they are."""
    _FILE.forget()
    if rows.shape[0] <= COUNTS[0] and rows.shape[1] <= COUNTS[1]:
        state.vectors = tuple(map(tuple, rows.tolist()))
    else:
        _FILE.value = rows


def back_to_table() -> None:
    """A file gives way to the vectors of the table."""
    _FILE.forget()


def begin_anew(state: State) -> None:
    """Go back to the vectors that the lesson begins with."""
    back_to_table()
    state.vectors = State.vectors.default


def draw(state: State) -> np.ndarray:
    """Show how many vectors there are, and where they lie if they can be drawn; returns them, (k, n)."""
    if (rows := _FILE.value) is not None:
        state.require("cell", max(state.cell) < len(rows))
        st.markdown(t("gram.file_shown", k=len(rows), n=rows.shape[1]))
        st.button(t("gram.back_to_table"), on_click=undivided(back_to_table), key="gram.back")
        return rows
    _steppers(state)
    k, n = np.shape(state.vectors)
    state.require("cell", max(state.cell) < k)
    cell = within(state.cell, k)
    if n == 2 and k <= MOST_VECTORS:
        vector_canvas(
            [(x, y) for x, y in state.vectors],
            names=names_of(k),
            key=CANVAS,
            words=group("canvas"),
            chosen=cell,
            mode="family",
            parallelogram=True,
            reading=reading_of(state),
            on_change=lambda: _take(state, committed(CANVAS, k)),
            on_tap=lambda: _choose(state, tapped(CANVAS, k)),
        )
        st.caption(t("gram.parallelogram"))
    elif n == 3 and k <= MOST_VECTORS:
        plots.turning(plots.space(list(np.array(state.vectors)), names_of(k), cell), key="gram.space")
        st.caption(t("gram.space"))
    return np.array(state.vectors)


def write_out(state: State) -> None:
    """Show their numbers, to be edited; of a file too large for a table nothing."""
    if _FILE.value is not None:
        return
    shape = k, n = np.shape(state.vectors)
    number_table(
        state.vectors,
        key="gram.table",
        row_names=names_of(k),
        column_names=[str(position) for position in range(1, n + 1)],
        words=group("table"),
        marked=within(state.cell, k),
        limits=COUNTS,
        follows=CANVAS,
        on_change=lambda: _take(state, committed_table("gram.table", shape, limits=COUNTS)),
        on_tap=lambda: _choose(state, tapped_table("gram.table", k)),
    )


def _take(state: State, vectors: tuple[tuple[float, ...], ...] | None) -> None:
    if vectors is not None:
        _SIZES.edited(state.vectors, vectors)
        state.vectors = vectors


def _choose(state: State, row: int | None) -> None:
    # the two last tapped make the pair
    state.cell = (state.cell[1], row) if row is not None else state.cell


def _steppers(state: State) -> None:
    """How many vectors, and how long: what had to go before comes back, what never was is filled with zeros."""
    shape = np.shape(state.vectors)

    def resize(axis: int, size: int) -> None:
        wanted = [size if each == axis else side for each, side in enumerate(shape)]
        state.vectors = _SIZES.resized(state.vectors, wanted)

    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        for axis, (side, most) in enumerate(zip(("count", "dimension"), COUNTS, strict=True)):
            key = f"gram.{side}"
            stepper(t(key), 1, most, shape[axis], partial(resize, axis), key=key)
