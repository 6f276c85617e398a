"""The heatmap of a matrix, in which a cell can be read by pointing and chosen by mouse, touch or keyboard.

Python sends the numbers themselves and the browser colours them, so what it reads out is the number and not its shade:
float64 up to 64×64, float32 (seven digits) beyond, 1 MB at 512×512. A click leaves what Python sends as it was, so
Streamlit answers with a reference to the message that the browser already has. A page that keeps the cell itself:

    def take() -> None:
        st.session_state.cell = chosen("gram")

    matrix_canvas(gram, key="gram", words=words, cell=st.session_state.cell, on_change=take)
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import streamlit as st

from pages.ui.colours import colours

# every word that the canvas shows or speaks; "label" has the places {name}, {rows} and {columns}, "reading" {row},
# {column} and {value}
WORDS = ("role", "label", "keys", "choose", "point", "reading", "missing", "zoom_in", "zoom_out", "zoom_whole")

Cell = tuple[int, int]

_FILES = Path(__file__).parents[2] / "assets" / "components"
_canvas = st.components.v2.component(
    "gramlab.matrix_canvas",
    **{kind: (_FILES / f"matrix_canvas.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js")},
)


@dataclass
class _Memory:
    """What the last run knew of one canvas, and the page's last wish for it."""

    shape: tuple[int, ...] = (0, 0)
    asked: Cell | None = None  # the argument `cell`
    chosen: Cell | None = None
    number: float = 0  # of the person's last choice
    wish: Cell | None = None
    count: int = 0  # grows with every wish; the browser follows each one once
    after: float = 0  # the number of the person's last choice when the wish was made


def matrix_canvas(
    matrix: np.ndarray,
    *,
    key: str,
    words: Mapping[str, str],
    row_names: Sequence[str] | None = None,
    column_names: Sequence[str] | None = None,
    name: str = "G",
    cell: Cell | None = None,
    selectable: bool = True,
    scale: Literal["linear", "sqrt", "log"] = "linear",
    limit: float | None = None,
    signed: bool | None = None,
    width: int = 520,
    on_change: Callable[[], None] | None = None,
) -> Cell | None:
    """Show a matrix and return the chosen cell as (row, column), or None.

    matrix        (rows, columns), 1×1 to 512×512; nan and ±inf are shown as cells without a value
    words         the texts named in WORDS, in the person's language
    row_names     without, the indices as NumPy counts them
    column_names  without, the row names if the matrix is square
    cell          the cell that the page wants chosen; counts when it is another one than at the last run, or when the
                  matrix no longer has the chosen one
    scale         how the colour grows with |value|; "log" tells apart values down to a thousandth of the limit
    limit         the |value| that has the full colour; without, the largest. Give it to compare matrices
    signed        room for both signs in the colours though no value is negative; negative values always have it
    width         the largest width in px
    on_change     called when a person has chosen, before the page runs again; read it with `chosen(key)`
    """
    values = np.asarray(matrix)
    if values.ndim != 2 or values.size == 0:
        raise ValueError(f"A matrix has rows and columns, at least 1×1; got the shape {values.shape}.")
    if column_names is None and values.shape[0] == values.shape[1]:
        column_names = row_names
    names = [None if given is None else list(given) for given in (row_names, column_names)]
    if any(given is not None and len(given) != count for given, count in zip(names, values.shape, strict=True)):
        raise ValueError(f"Each row and column needs one name; got {names} for the shape {values.shape}.")
    settings = {
        "key": key,
        "name": name,
        "names": names,
        "words": {word: words[word] for word in WORDS},
        "colours": colours().as_dict(),
        "scale": scale,
        "width": width,
        "selectable": selectable,
        "wish": _wish(key, cell, values.shape),
    }
    _canvas(key=key, data=_message(values, settings, limit, signed), on_choice_change=on_change or _ignore)
    return chosen(key)


def chosen(key: str) -> Cell | None:
    """Return the cell chosen in the canvas `key`, by the person or by the page, whichever came last."""
    memory = st.session_state.get(f"{key}.memory", _Memory())
    choice, number = _choice(key)
    return _within(memory.shape, choice if number > memory.after else memory.wish)


def _within(shape: tuple[int, ...], cell: Cell | None) -> Cell | None:
    return cell if cell is not None and 0 <= cell[0] < shape[0] and 0 <= cell[1] < shape[1] else None


def _choice(key: str) -> tuple[Cell | None, float]:
    """The person's last choice and its number, which grows, 0 if there is none; from a browser, so it is checked."""
    match st.session_state.get(key):
        case {"choice": {"cell": [int(row), int(column)], "sequence": int(number) | float(number)}}:
            return (int(row), int(column)), number
    return None, 0


def _wish(key: str, cell: Cell | None, shape: tuple[int, ...]) -> dict[str, Any]:
    """The page's wish for the browser: a new one only if the page has changed its mind."""
    memory = st.session_state.setdefault(f"{key}.memory", _Memory(asked=cell, wish=cell))
    memory.shape, cell = shape, _within(shape, cell)
    _, number = _choice(key)
    forgotten = number < memory.number  # by Streamlit, when the person was on another page
    now = _within(shape, memory.chosen) if forgotten else chosen(key)
    wish = cell if cell != memory.asked or now is None else now
    if forgotten or wish != now:
        memory.wish, memory.count, memory.after = wish, memory.count + 1, number
    memory.asked, memory.number = cell, number
    memory.chosen = chosen(key)
    return {"cell": memory.wish, "count": memory.count, "after": memory.after}


def _message(values: np.ndarray, settings: dict[str, Any], limit: float | None, signed: bool | None) -> bytes:
    """The length of the JSON in four bytes, the JSON, the numbers row by row."""
    with np.errstate(over="ignore"):
        values = values.astype("<f8" if values.size <= 64 * 64 else "<f4")
    known = values[np.isfinite(values)]
    largest = float(np.abs(known).max(initial=0))
    limit = limit or largest or 1.0
    about = {"rows": values.shape[0], "columns": values.shape[1], "bytes": values.itemsize, "limit": limit}
    about |= {"signed": bool(signed or (known < 0).any()), "clipped": largest > limit}
    head = json.dumps(settings | about).encode()
    return len(head).to_bytes(4, "little") + head + values.tobytes()


def _ignore() -> None:
    pass
