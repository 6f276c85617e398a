"""The map of lesson 6: pictures as points that glide when a layer's weight is moved.

The sliders are the map's own: Streamlit's wait for 200 ms of rest before they say anything. While one is dragged its
weights reach Python many times a second, and the positions that gramlib answers with are glided to; when it rests the
page runs once more as a whole, so that the link and all else follow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from pages.ui.canvases import checks, component
from pages.ui.colours import colours
from pages.ui.pictures import Picture, data_url

_THUMBNAIL = 112  # pixels: sharp on a screen of two pixels per pixel
_map = component.register("map")


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
            "sequence": component.sequence(key, "moved"),
            "words": dict(words),
            "colours": colours().as_dict(),
        },
        on_moved_change=on_weights,
        on_settled_change=on_settled,
    )


def moved_weights(key: str, count: int) -> tuple[float, ...] | None:
    """The weights as the sliders stand, or None unless they are `count` numbers from 0 to 1, one of them above 0."""
    weights = component.committed(key, checks.numbers((count,), 1.0), "moved")
    if weights is None or min(weights) < 0 or not any(weights):
        return None
    return tuple(round(weight, 2) for weight in weights)
