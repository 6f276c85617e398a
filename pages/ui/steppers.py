"""How many vectors, numbers, channels: a field for a whole number, and nothing is lost when it becomes smaller."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import streamlit as st

from pages.ui.memory import Memory

WIDTH = 165  # pixels: two beside each other on a telephone


def stepper(label: str, low: int, high: int, size: int, take: Callable[[int], None], *, key: str) -> None:
    """A field for a whole number from low to high that shows `size`; `take` gets another before the page runs again.

    What is no number, or none of these, changes nothing: the field goes back to `size`.
    """
    field: Memory[int | None] = Memory(key, None)

    def changed() -> None:
        given = field.value
        if given is not None and low <= given <= high:
            take(int(given))

    field.value = size
    # without a value of its own an emptied field is empty, and not the smallest number that it takes
    st.number_input(label, low, high, None, key=key, on_change=changed, width=WIDTH)


class Resizing:
    """Numbers whose shape changes: what had to go before comes back, and only what never was is filled.

    key   under which it is remembered what had to go, as long as the numbers are those that were given out, with
          whatever `edited` was told of
    """

    def __init__(self, key: str) -> None:
        self._memory: Memory[tuple[np.ndarray, np.ndarray] | None] = Memory(
            key, None
        )  # what is shown; all that there is

    def resized(
        self, numbers: Any, shape: Sequence[int], filling: Callable[[Sequence[int]], np.ndarray] = np.zeros
    ) -> Any:
        """The numbers in another shape, as nested tuples.

        filling   shape → array of what stands where there is nothing yet
        """
        given = np.array(numbers, dtype=float)
        memory = self._memory.value
        every = memory[1] if memory is not None and np.array_equal(memory[0], given) else given
        grown = filling([max(sides) for sides in zip(every.shape, shape, strict=True)])
        for known in (every, given):
            grown[tuple(map(slice, known.shape))] = known
        shown = grown[tuple(map(slice, shape))].copy()
        self._memory.value = (shown, grown)
        return _tuples(shown)

    def edited(self, before: Any, after: Any) -> None:
        """Tell that the numbers were changed by hand, and are the same ones still."""
        memory = self._memory.value
        same = np.shape(before) == np.shape(after)
        if memory is not None and same and np.array_equal(memory[0], np.array(before)):
            self._memory.value = (np.array(after, dtype=float), memory[1])


def _tuples(array: np.ndarray) -> Any:
    """An array as nested tuples of floats, which pages keep and compare."""
    return tuple(map(_tuples, array)) if array.ndim > 1 else tuple(array.tolist())
