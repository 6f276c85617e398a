"""How many vectors, numbers, channels: a field for a whole number, and nothing is lost when it becomes smaller."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import streamlit as st

WIDTH = 165  # pixels: two beside each other on a telephone


def stepper(label: str, low: int, high: int, size: int, take: Callable[[int], None], *, key: str) -> None:
    """A field for a whole number from low to high that shows `size`; `take` gets another before the page runs again.

    What is no number, or none of these, changes nothing: the field goes back to `size`.
    """

    def changed() -> None:
        given = st.session_state[key]
        if given is not None and low <= given <= high:
            take(int(given))

    st.session_state[key] = size
    # without a value of its own an emptied field is empty, and not the smallest number that it takes
    st.number_input(label, low, high, None, key=key, on_change=changed, width=WIDTH)


def resized(
    key: str, numbers: Any, shape: Sequence[int], filling: Callable[[Sequence[int]], np.ndarray] = np.zeros
) -> np.ndarray:
    """The numbers in another shape: what had to go before comes back, and only what never was is filled.

    key       under which it is remembered what had to go, as long as the numbers are those that were given out, with
              whatever `edited` was told of
    filling   shape → array of what stands where there is nothing yet
    """
    given = np.array(numbers, dtype=float)
    memory = st.session_state.get(key)
    every = memory["every"] if memory is not None and np.array_equal(memory["shown"], given) else given
    grown = filling([max(sides) for sides in zip(every.shape, shape, strict=True)])
    for known in (every, given):
        grown[tuple(map(slice, known.shape))] = known
    shown = grown[tuple(map(slice, shape))].copy()
    st.session_state[key] = {"shown": shown, "every": grown}
    return shown


def edited(key: str, before: Any, after: Any) -> None:
    """Tell that the numbers were changed by hand, and are the same ones still."""
    memory = st.session_state.get(key)
    if memory is not None and np.array_equal(memory["shown"], np.array(before)) and np.shape(before) == np.shape(after):
        memory["shown"] = np.array(after, dtype=float)


def tuples(array: np.ndarray) -> Any:
    """An array as nested tuples of floats, which pages keep and compare."""
    return tuple(map(tuples, array)) if array.ndim > 1 else tuple(array.tolist())
