"""Many small grey maps as a contact sheet, and one of them enlarged over a picture, at once, in the browser."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from pages.ui.canvases import checks, component
from pages.ui.colours import LIGHT, colours

_MOST = 1 << 20  # numbers of one byte: all channels from the third block on at full size, of a picture of 256 px
_sheet = component.register("sheet")


def contact_sheet(
    maps: np.ndarray,
    names: Sequence[int],
    shares: Sequence[str],
    chosen: int,
    choose: Callable[[int], None],
    *,
    image: str,
    aspect: tuple[int, int],
    words: Mapping[str, str],
    key: str,
) -> None:
    """Show every map in the order given; the browser draws those that are in sight.

    maps     (n, H, W), not negative
    names    n of them, counted from 0 and shown from 1
    shares   what stands below each, in per cent
    chosen   the name of the one that is enlarged; `choose` is called with another before the page runs again
    image    the URL of the picture that it is laid over, `aspect` its width and height
    """
    levels = _levels(maps)
    about = {
        "key": key,
        "height": levels.shape[1],
        "width": levels.shape[2],
        "aspect": list(aspect),
        "names": [int(name) + 1 for name in names],
        "shares": list(shares),
        "words": dict(words),
        "colours": colours().as_dict() | {"over": LIGHT.product},
        "image": image,
        "wish": component.wish(key, int(chosen)),
    }

    def take() -> None:
        if (name := component.heard(key, checks.index(len(maps)))) is not None:
            choose(name)

    _sheet(key=key, data=component.packed(about, levels.tobytes()), on_choice_change=take)


def _levels(maps: np.ndarray) -> np.ndarray:
    """Each map from 0 to its maximum in 255 steps, made smaller where all would be too many."""
    each = math.ceil(math.sqrt(maps.size / _MOST)) if maps.size > _MOST else 1
    values = maps.astype(np.float32)
    if each > 1:
        count, height, width = values.shape
        values = np.pad(values, ((0, 0), (0, -height % each), (0, -width % each)), mode="edge")
        values = values.reshape(count, values.shape[1] // each, each, values.shape[2] // each, each).mean(axis=(2, 4))
    highest = values.max(axis=(1, 2), keepdims=True)
    return np.rint(255 * np.maximum(values, 0) / np.where(highest > 0, highest, 1)).astype(np.uint8)
