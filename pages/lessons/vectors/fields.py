"""The two vectors of lesson 1 as they are typed, dragged or dropped as a file."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import streamlit as st

from gramlib.errors import GramlabError
from gramlib.reading import Reading, read_vector
from gramlib.vectors import parse_vector
from pages.lessons.vectors.state import NAMES, State
from pages.ui.memory import Memory
from pages.ui.numbers import vector_text
from pages.ui.text import fault, remark, t


def take_vectors(state: State, vectors: Iterable[Iterable[float]]) -> None:
    """Write vectors that were dragged or came from a file into the fields, as a callback."""
    state.set(**{name: vector_text(vector) for name, vector in zip(NAMES, vectors, strict=True)})


def typed_vectors(state: State) -> tuple[list[np.ndarray], bool]:
    """Show a field for each vector; returns them, of one half typed the last that could be read, and if all are typed.

    Fewer are returned when one has not been readable yet; its fault is said below its field.
    """
    vectors, current = [], True
    for name, column in zip(NAMES, st.columns(len(NAMES), gap="small"), strict=True):
        with column:
            st.text_input(t("vectors.field", name=name), live="100ms", **state.widget(name))
            good: Memory[str | None] = Memory(state.key(f"good.{name}"), None)
            try:
                found = read_vector(state[name])
                good.value = state[name]
                vectors.append(_shown(found))
            except GramlabError as error:
                current = False
                st.error(fault(error))
                if good.value is not None:
                    vectors.append(parse_vector(good.value))
    return vectors, current


def _shown(found: Reading) -> np.ndarray:
    """The numbers; and below the field how they were read, where they could have been meant otherwise."""
    for note in found.notes:
        st.caption(remark(note))
    numbers: np.ndarray = found.numbers
    return numbers
