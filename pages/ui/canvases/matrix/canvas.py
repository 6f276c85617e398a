"""The heatmap of a matrix, in which a cell can be read by pointing and chosen by mouse, touch or keyboard.

Python sends the numbers themselves and the browser colours them, so what it reads out is the number and not its shade:
float64 up to 64×64, float32 (seven digits) beyond, 1 MB at 512×512. A click leaves what Python sends as it was, so
Streamlit answers with a reference to the message that the browser already has. A page that keeps the cell itself:

    def take() -> None:
        st.session_state.cell = chosen("gram")

    matrix_canvas(gram, key="gram", words=words, cell=st.session_state.cell, on_change=take)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal

import numpy as np

from pages.ui.canvases import checks, component
from pages.ui.colours import colours

# every word that the canvas shows or speaks; "label" has the places {name}, {rows} and {columns}, "reading" {row},
# {column} and {value}
WORDS = ("role", "label", "keys", "choose", "point", "reading", "missing", "zoom_in", "zoom_out", "zoom_whole")

Cell = tuple[int, int]

_canvas = component.register("matrix")


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
    follows: str = "",
    reading: Mapping[str, bool] = MappingProxyType({}),
    drawing: str = "",
    on_change: Callable[[], None] | None = None,
) -> None:
    """Show a matrix, of which a cell can be chosen.

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
    follows       the key of the vectors canvas whose Gram matrix this is; it follows the hand there in each frame
    reading       how it is read then: "center", "unit", "mean", see shared/gramian.js
    drawing       the name of a Drawing (pages/ui/drawn.py), of which the browser tells the server
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
        "follows": follows,
        "reading": dict(reading),
        "drawing": drawing,
        "wish": component.wish(key, list(cell) if cell else None),
    }
    _canvas(key=key, data=_message(values, settings, limit, signed), on_choice_change=on_change or _ignore)


def chosen(key: str, rows: int, columns: int | None = None) -> Cell | None:
    """Return the cell that a person has just chosen in the canvas `key`, in its on_change; columns are as many as rows.

    None where what the browser has sent is no cell of such a matrix.
    """
    return component.heard(key, checks.cell(rows, columns or rows))


def _message(values: np.ndarray, settings: dict[str, Any], limit: float | None, signed: bool | None) -> bytes:
    """The length of the JSON in four bytes, the JSON, the numbers row by row."""
    with np.errstate(over="ignore"):
        values = values.astype("<f8" if values.size <= 64 * 64 else "<f4")
    known = values[np.isfinite(values)]
    largest = float(np.abs(known).max(initial=0))
    limit = limit or largest or 1.0
    about = {"rows": values.shape[0], "columns": values.shape[1], "bytes": values.itemsize, "limit": limit}
    about |= {"signed": bool(signed or (known < 0).any()), "clipped": largest > limit}
    return component.packed(settings | about, values.tobytes())


def _ignore() -> None:
    pass
