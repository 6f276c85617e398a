"""The map of lesson 5: pictures as points that glide when a layer's weight is moved.

The sliders are the map's own: Streamlit's wait for 200 ms of rest before they say anything. While one is dragged its
weights reach Python many times a second, and the positions that gramlib answers with are glided to; when it rests the
page runs once more as a whole, so that the link and all else follow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from pages.ui.colours import colours
from pages.ui.crops import data_url
from pages.ui.pictures import Picture

_THUMBNAIL = 112  # pixels: sharp on a screen of two pixels per pixel
_FILES = Path(__file__).parents[2] / "assets" / "components"
_map = st.components.v2.component(
    "gramlab.style_map",
    **{kind: (_FILES / f"style_map.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js")},
)


def style_map(
    pictures: Sequence[Picture],
    points: np.ndarray,
    distances: np.ndarray,
    *,
    key: str,
    colour: str,
    weights: Mapping[str, float],
    weighted: bool,
    words: Mapping[str, str],
    on_weights: Callable[[], None],
    on_settled: Callable[[], None],
) -> None:
    """Show the pictures at these points, and a slider for each weight.

    points       (k, 2), y upwards
    distances    (k, k): a line leads from each to its nearest, and from the one that is pointed at to all, with numbers
    colour       of the lines: the name of a colour of pages/ui/colours.py
    weights      {layer: 0 to 1}
    weighted     whether they count for this map; without, the sliders rest
    on_weights   called while a slider moves; read them with `moved_weights`
    on_settled   called when they have come to rest
    """
    _map(
        key=key,
        data={
            "pictures": [
                {"name": each.name, "title": each.title, "image": data_url(each.name, each.image, _THUMBNAIL)}
                for each in pictures
            ],
            "points": np.round(points, 5).tolist(),
            "distances": np.round(distances, 4).tolist(),
            "colour": colour,
            "layers": list(weights),
            "weights": list(weights.values()),
            "weighted": weighted,
            "sequence": _commit(key).get("sequence", 0),
            "words": dict(words),
            "colours": colours().as_dict(),
        },
        on_moved_change=on_weights,
        on_settled_change=on_settled,
    )


def moved_weights(key: str, count: int) -> tuple[float, ...] | None:
    """The weights as the sliders stand, or None unless they are `count` numbers from 0 to 1, one of them above 0."""
    weights = _commit(key).get("weights")
    if not isinstance(weights, list) or len(weights) != count:
        return None
    if not all(isinstance(weight, int | float) and 0 <= weight <= 1 for weight in weights) or not any(weights):
        return None
    return tuple(round(float(weight), 2) for weight in weights)


def _commit(key: str) -> Mapping[str, Any]:
    commit = (st.session_state.get(key) or {}).get("moved")
    return commit if isinstance(commit, Mapping) else {}
