"""The heatmap of a matrix, in which a cell can be read by pointing and chosen by mouse, touch or keyboard.

Python sends the numbers themselves and the browser colours them, so that what it reads out is the number and not a
shade: float64 up to 64×64, float32 (seven digits) beyond, 1 MB at 512×512. A choice made in the browser leaves what
Python sends unchanged, so Streamlit answers a click with a reference to the message that the browser already has.
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

WORDS = (
    *("label", "role", "keys", "reading", "missing", "choose", "point"),
    *("zoom_in", "zoom_out", "zoom_whole"),
)
Cell = tuple[int, int]

_FILES = Path(__file__).parents[2] / "assets" / "components"
_COMPONENT = st.components.v2.component(
    "gramlab.matrix_canvas",
    **{kind: (_FILES / f"matrix_canvas.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js")},
)


@dataclass
class _Memory:
    """What Python last wished for one canvas; `count` grows with every wish, and the browser follows each one once."""

    shape: tuple[int, int] = (0, 0)
    asked: Cell | None = None  # the argument `cell` of the last run
    wish: Cell | None = None
    count: int = 0
    after: float = 0  # the browser's latest choice that Python knew when it wished
    heard: bool = False  # whether the browser had chosen anything, as of the last run


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
    """Show a matrix and return the cell that is chosen, as (row, column).

    matrix        (rows, columns), 1×1 to 512×512; nan and ±inf are shown as cells without a value
    words         the texts named in WORDS, in the person's language; {name}, {rows}, {columns} are filled in `label`,
                  {row}, {column}, {value} in `reading`
    row_names     one per row; without, the indices as NumPy counts them
    column_names  one per column; without, the row names if the matrix is square
    cell          the cell that the page wants chosen. It counts when it differs from that of the run before: a page
                  may pass what it keeps itself, or the same value always
    scale         how colour grows with |value|: "linear", "sqrt", or "log" over three decades below the limit
    limit         the |value| that has full colour; without, the largest. Give it to compare two matrices
    signed        colours for both signs even if no value is negative; negative values always have theirs
    width         the largest width in px
    on_change     called when a person chooses; read the cell there with `chosen(key)`
    """
    missing = set(WORDS) - set(words)
    if missing:
        raise ValueError(f"words needs {', '.join(WORDS)}; missing: {', '.join(sorted(missing))}")
    values = np.asarray(matrix)
    if values.ndim != 2 or values.size == 0:
        raise ValueError(f"matrix needs the shape (rows, columns), at least 1×1; got {values.shape}")
    square = values.shape[0] == values.shape[1]
    names = [row_names, row_names if column_names is None and square else column_names]
    for axis, count in enumerate(values.shape):
        if names[axis] is not None and len(names[axis]) != count:
            raise ValueError(f"a matrix of shape {values.shape} needs {count} names; got {len(names[axis])}")
    settings = {
        "key": key,
        "name": name,
        "names": [names and list(names) for names in names],
        "words": {word: words[word] for word in WORDS},
        "colours": colours().as_dict(),
        "scale": scale,
        "width": width,
        "selectable": selectable,
        "wish": _wish(key, cell, values.shape),
    }
    data = _message(values, settings, limit, signed)
    _COMPONENT(key=key, data=data, on_choice_change=on_change or (lambda: None))
    return chosen(key)


def chosen(key: str) -> Cell | None:
    """The cell now chosen in the canvas `key`: by the person or by the page, whichever came last."""
    memory = st.session_state.get(f"{key}.memory", _Memory())
    cell, sequence = _reported(key)
    cell = cell if sequence > memory.after else memory.wish
    return cell if _is_cell(cell, memory.shape) else None


def _reported(key: str) -> tuple[Any, float]:
    """What the browser says was chosen, and its number, which grows; 0 if nothing. From outside, so anything goes."""
    match st.session_state.get(key):
        case {"choice": {"cell": [int(i), int(j)], "sequence": int(sequence) | float(sequence)}}:
            return (i, j), sequence
    return None, 0


def _is_cell(cell: Any, shape: tuple[int, ...]) -> bool:
    return cell is not None and 0 <= cell[0] < shape[0] and 0 <= cell[1] < shape[1]


def _wish(key: str, cell: Cell | None, shape: tuple[int, int]) -> dict[str, Any]:
    """The page's wish: a new one only if the page has changed its mind, so that a click alone changes no message."""
    memory = st.session_state.setdefault(f"{key}.memory", _Memory(asked=cell, wish=cell))
    memory.shape = shape
    _, sequence = _reported(key)
    returned = memory.heard and not sequence  # the person has left the page and come back: the browser has forgotten
    if returned or (cell != memory.asked and cell != chosen(key)):
        memory.wish, memory.count, memory.after = cell, memory.count + 1, sequence
    memory.asked, memory.heard = cell, sequence > 0
    return {"cell": memory.wish, "count": memory.count, "after": memory.after}


def _message(values: np.ndarray, settings: dict[str, Any], limit: float | None, signed: bool | None) -> bytes:
    """The length of the JSON as four bytes, the JSON, and the numbers row by row."""
    values = values.astype("<f8" if values.size <= 64 * 64 else "<f4")
    known = values[np.isfinite(values)]
    largest = float(np.abs(known).max(initial=0))
    settings |= {"rows": values.shape[0], "columns": values.shape[1], "bytes": values.itemsize}
    settings |= {"limit": limit or largest or 1.0, "signed": bool(signed or (known < 0).any())}
    settings["clipped"] = largest > settings["limit"]
    head = json.dumps(settings).encode()
    return len(head).to_bytes(4, "little") + head + values.tobytes()
