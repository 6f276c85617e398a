"""Channels of a layer as pictures: from the paper's colour at zero to the channel's colour at its maximum."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import streamlit as st
from PIL import Image

from pages.ui.colours import LIGHT, Colours, colours
from pages.ui.pictures import Picture, reduced
from pages.ui.text import t

_GROUND = 400  # pixels of the longer side of a picture that channels are laid over
# the share of the limit → the share of the colour, as in matrix_canvas.js
SCALES: Mapping[str, Callable[[np.ndarray], np.ndarray]] = {
    "linear": lambda share: share,
    "sqrt": np.sqrt,
    "log": lambda share: np.log1p(1000 * share) / np.log(1001),
}
_HIGHEST = 2048  # pixels of a stripe that is enlarged
_WIDTH = 192  # pixels a channel is enlarged to, so that its cells stay squares and do not blur


def channel_picture(values: np.ndarray, colour: str, width: int = _WIDTH) -> Image.Image:
    """One channel, (H, W), from the paper's colour at zero to `colour` at its maximum, at least about this wide."""
    low, high = _rgb(colours().paper), _rgb(colour)
    share = (np.maximum(values, 0) / max(float(values.max()), 1e-12))[..., None]
    return _enlarged(low + (high - low) * share, width)


def _rgb(colour: str) -> np.ndarray:
    return np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)], dtype=np.float32)


def _enlarged(levels: np.ndarray, width: int = _WIDTH) -> Image.Image:
    picture = Image.fromarray(np.rint(levels).astype(np.uint8))
    enlarge = max(1, min(width // picture.width, _HIGHEST // picture.height))
    return picture.resize((picture.width * enlarge, picture.height * enlarge), Image.Resampling.NEAREST)


def signed_picture(
    values: np.ndarray, scale: str = "linear", limit: float | None = None, scheme: Colours | None = None
) -> Image.Image:
    """One channel or matrix, (H, W), of either sign: zero has the paper's colour, the limit or more the full one."""
    scheme = scheme or colours()
    limit = limit or max(float(np.abs(values).max()), 1e-12)
    paper, high, low = (_rgb(colour) for colour in (scheme.paper, scheme.product, scheme.negative))
    share = SCALES[scale](np.minimum(np.abs(values) / limit, 1))[..., None]
    return _enlarged(paper + (np.where(values[..., None] >= 0, high, low) - paper) * share)


def grey_ground(picture: Picture) -> Image.Image:
    """The picture, grey and pale, so that a channel's colour can be seen over it."""
    return _ground(picture.name, picture.image)


@st.cache_resource(max_entries=64, show_spinner=False)
def _ground(name: str, _image: Image.Image) -> Image.Image:
    return reduced(_image, _GROUND).convert("L").point(lambda level: 0.35 * level + 150)


def over_picture(picture: Picture, values: np.ndarray, colour: str) -> Image.Image:
    """The picture, grey, with one channel, (H, W), over it: its numbers as they are, full colour at the largest."""
    ground = np.asarray(grey_ground(picture), dtype=np.float32)[..., None]
    share = np.maximum(values, 0) / max(float(values.max()), 1e-12)
    veil = Image.fromarray(np.rint(share * 255).astype(np.uint8))
    veil = veil.resize(ground.shape[1::-1], Image.Resampling.NEAREST)
    weight = np.asarray(veil, dtype=np.float32)[..., None] / 255
    return Image.fromarray((ground + (_rgb(colour) - ground) * weight + 0.5).astype(np.uint8))


def pair_over_picture(picture: Picture, first: np.ndarray, second: np.ndarray) -> list[Image.Image]:
    """Two channels, (H, W), and their product over the picture; in the colours of light paper, which its grey is."""
    panels = ((first, LIGHT.first), (second, LIGHT.second), (first * second, LIGHT.product))
    return [over_picture(picture, values, colour) for values, colour in panels]


def light_picture(values: np.ndarray, light: str) -> Image.Image:
    """A channel, (H, W), of numbers from 0 to 1 as a photo shows it: from black at 0 to full light of a colour at 1."""
    return _enlarged(np.clip(values, 0, 1)[..., None] * _rgb(light))


def show_pair(features: np.ndarray, i: int, j: int, names: Sequence[str], lights: Sequence[str] = ()) -> None:
    """Channel i, channel j, and where both are strong; `names` is written below the two.

    lights   colours of light for all three, where the numbers are light, from 0 to 1: a photo's colours
    """
    scheme = colours()
    draw = light_picture if lights else channel_picture
    first, second, product = lights or (scheme.first, scheme.second, scheme.product)
    panels = [
        (features[i], first, names[0]),
        (features[j], second, names[1]),
        (features[i] * features[j], product, t("vgg_layers.product")),
    ]
    for column, (values, colour, caption) in zip(st.columns(3), panels, strict=True):
        column.image(draw(values, colour), caption=caption, width="stretch", alt=caption)
