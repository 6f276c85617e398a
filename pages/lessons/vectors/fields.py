"""The two vectors of lesson 1 as they are typed, dragged or dropped as a file."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from gramlib.errors import GramlabError
from gramlib.reading import Reading, read_vector
from gramlib.vectors import parse_vector
from pages.ui.numbers import vector_text
from pages.ui.state import PageState, Parameter
from pages.ui.text import fault, remark, t

SHORT_ENOUGH = 1500  # characters of a vector that a link carries everywhere


def vector_parameter(name: str, default: str) -> Parameter:
    """A vector as a parameter of a page: the text that a person types."""

    def read(text: str) -> str:
        parse_vector(text)
        return text

    return Parameter(name, default, read, lambda text: text if len(text) <= SHORT_ENOUGH else None)


def take_vectors(state: PageState, names: Sequence[str], vectors: Sequence[Sequence[float]] | np.ndarray) -> None:
    """Write vectors that were dragged or came from a file into the fields, as a callback."""
    state.set(**{name: vector_text(vector) for name, vector in zip(names, vectors, strict=True)})


def typed_vectors(state: PageState, names: Sequence[str]) -> tuple[list[np.ndarray], bool]:
    """Show a field for each vector; returns them, of one half typed the last that could be read, and if all are typed.

    Fewer are returned when one has not been readable yet; its fault is said below its field.
    """
    vectors, current = [], True
    for name in names:
        st.text_input(t("vectors.field", name=name), live="100ms", **state.widget(name))
        good = state.key(f"good.{name}")
        try:
            found = read_vector(state[name])
            st.session_state[good] = state[name]
            vectors.append(_shown(found))
        except GramlabError as error:
            current = False
            st.error(fault(error))
            if good in st.session_state:
                vectors.append(parse_vector(st.session_state[good]))
    return vectors, current


def _shown(found: Reading) -> np.ndarray:
    """The numbers; and below the field how they were read, where they could have been meant otherwise."""
    for note in found.notes:
        st.caption(remark(note))
    return found.numbers
