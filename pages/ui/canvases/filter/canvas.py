"""A 3×3×3 filter on a photo: the patch at a place, its 27 products with the filter, their sum, and the whole channel.

Python sends the photo's levels and the filters; everything that is shown is computed from them in the browser, so that
it keeps up with a hand. What a person chooses (a filter, numbers of their own, a place) shows there at once, and Python
is told: see "wish" in component.py. A page that keeps it:

    def take() -> None:
        if (chosen := heard("filter", height, width)) is not None:
            st.session_state.chosen = chosen

    filter_canvas(levels, filters, biases, chosen=st.session_state.chosen, …, on_change=take)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gramlib.filters import DEVIATION, MEAN
from pages.ui.canvases import checks, component
from pages.ui.colours import colours

NUMBERS = 28  # of a filter: 27 weights, colour by colour and row by row, and the bias
LARGEST = 1000.0  # of a number of one's own
OWN = 0  # the filter that is the person's; the others are counted from 1

_canvas = component.register("filter")


@dataclass(frozen=True)
class Chosen:
    """What a person has chosen: the filter, the numbers of their own, the place, and the channel before its ReLU."""

    filter: int
    own: tuple[float, ...]
    place: tuple[int, int]
    before: bool

    def said(self) -> list[Any]:
        """As the browser says it."""
        return [self.filter, list(self.own), list(self.place), self.before]


def filter_canvas(
    levels: np.ndarray,
    filters: np.ndarray,
    biases: np.ndarray,
    chosen: Chosen,
    presets: Mapping[str, Sequence[float]],
    *,
    title: str,
    words: Mapping[str, str],
    key: str,
    on_change: Callable[[], None],
) -> None:
    """Show the photo, the filter and the channel.

    levels      (H, W, 3) uint8
    filters     (n, 3, 3, 3): colour, row, column; biases (n,)
    presets     {what is written on its button: 28 numbers} to begin a filter of one's own from
    title       of the photo, in words
    words       [filters.canvas] of the texts
    on_change   called when a person has chosen, before the page runs again; read it with `heard`
    """
    height, width, _ = levels.shape
    about = {
        "key": key,
        "height": height,
        "width": width,
        "mean": list(MEAN),
        "deviation": list(DEVIATION),
        "filters": np.concatenate([filters.reshape(-1, 27), biases[:, None]], axis=1).tolist(),
        "presets": [[name, list(numbers)] for name, numbers in presets.items()],
        "largest": LARGEST,
        "title": title,
        "words": dict(words),
        "colours": colours().as_dict(),
        "wish": component.wish(key, chosen.said()),
    }
    _canvas(key=key, data=component.packed(about, levels.tobytes()), on_choice_change=on_change)


def heard(key: str, count: int, height: int, width: int) -> Chosen | None:
    """What a person has just chosen, in the canvas's on_change; None where it fits no photo of this size.

    count   of the filters that are not the person's own
    """
    own, place = checks.numbers((NUMBERS,), LARGEST), checks.cell(height, width)

    def check(value: Any) -> list[Any] | None:
        if not isinstance(value, list) or len(value) != 4 or type(value[3]) is not bool:
            return None
        number, numbers, cell = checks.index(count + 1)(value[0]), own(value[1]), place(value[2])
        if number is None or numbers is None or cell is None:
            return None
        return Chosen(number, numbers, cell, value[3]).said()

    said = component.heard(key, check)
    return None if said is None else Chosen(said[0], tuple(said[1]), (said[2][0], said[2][1]), said[3])
