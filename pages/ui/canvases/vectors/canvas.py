"""The plane of lessons 1 and 2: arrows that are dragged in the browser without a round trip.

The page owns the vectors and gives them at every run; the browser sends all of them when one is let go. A commit has a
sequence number, and the browser takes vectors from here only once its last commit was seen here: a late echo never
pulls an arrow back. A page reads a commit in its callback, before anything is drawn:

    def take() -> None:
        vectors = committed("plane", count=2)
        if vectors is not None:
            st.session_state.vectors = vectors

    vector_canvas(st.session_state.vectors, names=["a", "b"], key="plane", words=words, on_change=take)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Literal

from pages.ui.canvases import checks, component
from pages.ui.colours import colours

MOST_VECTORS = 8
LARGEST = 1e150  # beyond it a product of two coordinates may overflow

# every word that is shown or spoken; places: "tip" {name} {x} {y}; the shadows {a} {b} {shadow} {product}
WORDS = (
    *("canvas", "tip", "zoom_in", "zoom_out", "fit"),
    *("shadow_ahead", "shadow_behind", "shadow_upright", "shadow_none"),
)

_canvas = component.register("vectors")


@dataclass(frozen=True)
class Turning:
    """How the vectors of one canvas come from those of another, in each frame in which a hand moves them.

    key        of the other canvas
    degrees    by which they are turned
    mirrored   whether they are mirrored before
    slider     the key of the slider that gives the degrees
    """

    key: str
    degrees: float
    mirrored: bool
    slider: str


def vector_canvas(
    vectors: Sequence[tuple[float, float]],
    *,
    names: Sequence[str],
    key: str,
    words: Mapping[str, str],
    chosen: tuple[int, int] = (0, 1),
    mode: Literal["pair", "family"] = "pair",
    ghosts: Sequence[tuple[float, float]] = (),
    parallelogram: bool = False,
    locked: bool = False,
    reading: Mapping[str, bool] = MappingProxyType({}),
    said: Mapping[str, str] = MappingProxyType({}),
    fields: Sequence[str] = (),
    follows: Turning | None = None,
    on_change: Callable[[], None] | None = None,
    on_tap: Callable[[], None] | None = None,
) -> None:
    """Draw one to eight vectors of the plane, to be dragged or moved with the arrow keys.

    words          the texts named in WORDS, in the person's language
    chosen         the pair in the first and the second colour, whose sum is written below; (i, i) is allowed
    mode           "pair": half-planes, angle, projection and what its side says; "family": a tap on a tip chooses it
    ghosts         further vectors, dashed, that cannot be moved
    parallelogram  shade the area that the chosen pair spans
    locked         nothing can be moved or focused; tapping still chooses
    reading        how the page reads their Gram matrix: "center", "unit", "mean", see shared/gramian.js
    said           what the page says beside the canvas: "angle" with {degrees} and {radians}, and the name of each
                   gramlib.vectors.Relation. While a hand moves a vector the canvas says it, and writes every part of
                   the page that follows its key (see show/parts.py)
    fields         the keys of the text fields that hold the vectors
    follows        these vectors are those of another canvas, its ghosts, turned
    on_change      called after a commit, before the page runs again; read it with `committed`
    on_tap         called after a tip of a family was tapped; read it with `tapped`
    """
    count = len(vectors)
    if not 1 <= count <= MOST_VECTORS or len(names) != count or not all(0 <= index < count for index in chosen):
        raise ValueError(
            f"The canvas needs 1 to 8 vectors, as many names, and a pair of them; got {vectors, names, chosen}."
        )
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
            "sequence": component.sequence(key),
            "key": key,
            "reading": dict(reading),
            "said": dict(said),
            "fields": list(fields),
            "follows": asdict(follows) if follows else None,
            "colours": colours().as_dict(),
        },
        on_committed_change=on_change or (lambda: None),
        on_tapped_change=on_tap or (lambda: None),
    )


def committed(key: str, count: int) -> tuple[tuple[float, float], ...] | None:
    """Return the vectors last let go of, or None unless they are `count` pairs of ordinary numbers.

    They come from a browser, so they are checked like anything from outside; what fails is dropped, and the canvas
    goes back to the vectors of the page.
    """
    return component.committed(key, checks.numbers((count, 2), LARGEST))


def tapped(key: str, count: int) -> int | None:
    """Return which of `count` tips was tapped in this run, if any."""
    return component.said(key, "tapped", checks.index(count))
