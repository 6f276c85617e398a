"""The plane of lessons 1 and 2: arrows that are dragged in the browser without a round trip.

The page owns the vectors and gives them at every run; the browser sends its own only when an arrow is let go. A commit
carries a sequence number, and the browser takes vectors from here only once its last commit has been seen here: a late
echo never pulls an arrow back. A page reads a commit in its callback, before anything is drawn:

    def take() -> None:
        vectors = committed("plane", count=2)
        if vectors is not None:
            st.session_state.vectors = vectors

    vector_canvas(st.session_state.vectors, names=["a", "b"], key="plane", words=words, on_change=take)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from pages.ui.colours import colours

MOST_VECTORS = 8
LARGEST = 1e150  # beyond it the product of two coordinates is no longer a number

# every word that the canvas shows or speaks; "tip" has the places {name}, {x} and {y}
WORDS = ("canvas", "tip", "zoom_in", "zoom_out", "fit")

_FILES = Path(__file__).parents[2] / "assets" / "components"
_canvas = st.components.v2.component(
    "gramlab.vector_canvas",
    **{kind: (_FILES / f"vector_canvas.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js")},
)


def vector_canvas(
    vectors: Sequence[Sequence[float]],
    *,
    names: Sequence[str],
    key: str,
    words: Mapping[str, str],
    chosen: tuple[int, int] = (0, 1),
    mode: Literal["pair", "family"] = "pair",
    ghosts: Sequence[Sequence[float]] = (),
    parallelogram: bool = False,
    locked: bool = False,
    on_change: Callable[[], None] | None = None,
    on_tap: Callable[[], None] | None = None,
) -> None:
    """Draw one to eight vectors of the plane, to be dragged or moved with the arrow keys.

    chosen         the pair in the first and the second colour, whose sum is written below; (i, i) is allowed
    mode           "pair": half-planes, angle and projection of the two; "family": arrows to tap and choose
    ghosts         further vectors, dashed, that cannot be moved
    parallelogram  shade the area that the chosen pair spans
    locked         nothing can be moved or focused; tapping still chooses
    words          the texts named in WORDS, in the person's language
    on_change      called after a commit, before the page runs again; read it with `committed(key, count)`
    on_tap         called after a tip was tapped in a family; read it with `tapped(key, count)`
    """
    if not 1 <= len(vectors) <= MOST_VECTORS or len(names) != len(vectors):
        raise ValueError(
            f"The canvas draws 1 to 8 vectors, each with a name; got {len(vectors)} and {len(names)} names."
        )
    if not all(0 <= index < len(vectors) for index in chosen):
        raise ValueError(f"The chosen pair {chosen} is not among {len(vectors)} vectors.")
    _canvas(
        key=key,
        data={
            "vectors": [[float(x), float(y)] for x, y in vectors],
            "ghosts": [[float(x), float(y)] for x, y in ghosts],
            "names": list(names),
            "words": {word: words[word] for word in WORDS},
            "chosen": list(chosen),
            "mode": mode,
            "parallelogram": parallelogram,
            "locked": locked,
            "sequence": _sequence(_commit(key)),
            "colours": colours().as_dict(),
        },
        on_committed_change=on_change or _ignore,
        on_tapped_change=on_tap or _ignore,
    )


def committed(key: str, count: int) -> list[tuple[float, float]] | None:
    """Return the vectors last let go of, or None unless they are `count` pairs of ordinary numbers.

    They come from a browser, so they are checked like anything from outside; what fails is dropped, and the canvas
    goes back to the vectors of the page.
    """
    vectors = _commit(key).get("vectors")
    if not isinstance(vectors, list) or len(vectors) != count or not all(_is_point(vector) for vector in vectors):
        return None
    return [(float(x), float(y)) for x, y in vectors]


def tapped(key: str, count: int) -> int | None:
    """Return which of `count` tips was tapped in this run, if any."""
    index = _state(key).get("tapped")
    return index if type(index) is int and 0 <= index < count else None


def _is_point(vector: Any) -> bool:
    return (
        isinstance(vector, list)
        and len(vector) == 2
        and all(type(value) in (int, float) and math.isfinite(value) and abs(value) <= LARGEST for value in vector)
    )


def _state(key: str) -> Mapping[str, Any]:
    return st.session_state.get(key) or {}


def _commit(key: str) -> Mapping[str, Any]:
    commit = _state(key).get("committed")
    return commit if isinstance(commit, Mapping) else {}


def _sequence(commit: Mapping[str, Any]) -> int:
    sequence = commit.get("sequence")
    return sequence if type(sequence) is int else 0


def _ignore() -> None:
    pass
