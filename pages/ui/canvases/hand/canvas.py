"""What a hand moves in a canvas, as Python hears of it while it is moved.

In the browser everything that can be drawn there follows in the same frame (shared/hand.js). What only Python makes, an
eigenvalue's bar or vectors rebuilt from a matrix, follows as quickly as Python answers: the browser says where the
vectors are, and again once Python has seen it. It takes no room, and stands in the fragment that is to follow:

    vectors = moved(key, len(vectors)) or vectors
    ...
    hear_hand(key, canvas)
"""

from __future__ import annotations

import streamlit as st

from pages.ui.canvases import checks, component
from pages.ui.canvases.vectors.canvas import LARGEST

_hand = component.register("hand")

Vectors = tuple[tuple[float, float], ...]


def hear_hand(key: str, canvas: str) -> None:
    """Hear of the vectors of another canvas as long as a hand is on them.

    canvas   its key
    """
    with st.container(key=f"unseen-{key}"):
        _hand(
            key=key,
            data={"canvas": canvas, "sequence": component.sequence(key)},
            on_committed_change=lambda: None,  # the run that follows is all that is needed
        )


def moved(key: str, count: int) -> Vectors | None:
    """Where the vectors were last, if they are `count` pairs of ordinary numbers; `heard` says whether it is news."""
    return component.committed(key, checks.numbers((count, 2), LARGEST))


def heard(key: str) -> float:
    """A number that has grown when there is news."""
    return component.sequence(key)
