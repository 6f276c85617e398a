"""All channels of a layer, strongest first, and one of them enlarged over the picture, at once, in the browser."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from pages.ui.canvases import checks, component
from pages.ui.colours import LIGHT, colours
from pages.ui.numbers import number
from pages.ui.pictures import Picture, data_url
from pages.ui.show.channels import grey_ground
from pages.ui.text import group

_KEY = "vgg_layers.channel_sheet"
_MOST = 1 << 20  # numbers of one byte: all channels from the third block on at full size, of a picture of 256 px
_sheet = component.register("sheet")


def channel_sheet(
    picture: Picture,
    channels: np.ndarray,
    gram: np.ndarray,
    order: np.ndarray,
    channel: int,
    choose: Callable[[int], None],
) -> None:
    """Show every channel, in this order; the browser draws those that are in sight.

    channels   (C, H, W), not negative
    gram       (C, C), whose diagonal says how the energy is shared
    channel    the one that is enlarged; `choose` is called with another before the page runs again
    """
    energies = np.diag(gram)[order].astype(float)
    shares = 100 * energies / (energies.sum() or 1.0)
    levels = _levels(channels[order])
    about = {
        "key": _KEY,
        "height": levels.shape[1],
        "width": levels.shape[2],
        "aspect": [picture.image.width, picture.image.height],
        "names": [int(index) + 1 for index in order],
        "shares": [number(float(share), 2) for share in shares],
        "words": group("channel_sheet"),
        "colours": colours().as_dict() | {"over": LIGHT.product},
        "image": data_url(f"{picture.name}, grey", grey_ground(picture)),
        "wish": component.wish(_KEY, channel),
    }

    def take() -> None:
        if (chosen := component.heard(_KEY, checks.index(len(channels)))) is not None:
            choose(chosen)

    _sheet(key=_KEY, data=component.packed(about, levels.tobytes()), on_choice_change=take)


def _levels(channels: np.ndarray) -> np.ndarray:
    """Each channel from 0 to its maximum in 255 steps, made smaller where all would be too many."""
    each = math.ceil(math.sqrt(channels.size / _MOST)) if channels.size > _MOST else 1
    values = channels.astype(np.float32)
    if each > 1:
        count, height, width = values.shape
        values = np.pad(values, ((0, 0), (0, -height % each), (0, -width % each)), mode="edge")
        values = values.reshape(count, values.shape[1] // each, each, values.shape[2] // each, each).mean(axis=(2, 4))
    highest = values.max(axis=(1, 2), keepdims=True)
    return np.rint(255 * np.maximum(values, 0) / np.where(highest > 0, highest, 1)).astype(np.uint8)
