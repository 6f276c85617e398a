"""What the second half of lesson 4 reads from a picture: its three colours, or the strongest channels of a layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st
from PIL import Image

from gramlib.channels import order_by_energy
from pages.lessons.feature_maps.state import COLOURS, SOURCES, State
from pages.ui.compute.passes import read_layer
from pages.ui.pictures import Picture, choose_picture, reduced
from pages.ui.show import channels
from pages.ui.text import t

SIZE = 256  # of the colours; a layer is read as lessons 5 and 6 do
COUNT = 8  # channels of a layer that are shown
LIGHTS = {"red": "#ff0000", "green": "#00ff00", "blue": "#0000ff"}
WHITE = "#ffffff"


@dataclass(frozen=True)
class Read:
    """Channels of a picture, and how they are called.

    source   the three colours, or a layer
    maps     (C, H, W) float64
    names    of the channels: their colours, or their numbers in the layer
    of       how many channels there are in all
    """

    picture: Picture
    source: str
    maps: np.ndarray
    names: list[str]
    of: int

    def pair(self, i: int, j: int) -> str:
        """Two channels, as one says them in a sentence."""
        said = "colours" if self.source == COLOURS else "channels"
        return t(f"feature_maps.pair.{said}", first=self.names[i], second=self.names[j])

    def title(self, channel: int) -> str:
        """A channel, as it is written below it."""
        name = self.names[channel]
        if self.source == COLOURS:
            return t("feature_maps.pair.colour", colour=name)
        return t("vgg_layers.overlay", number=name)

    def shown(self, channel: int, values: np.ndarray) -> Image.Image:
        """Numbers of a channel, (H, W), as a picture: a colour as light, what the network says on paper."""
        if self.source == COLOURS and values.min() >= 0 and values.max() <= 1:
            return channels.light_picture(values, list(LIGHTS.values())[channel])
        return channels.signed_picture(values)

    def show_pair(self, i: int, j: int) -> None:
        """Two channels, and where both are strong."""
        lights = [*(list(LIGHTS.values())[channel] for channel in (i, j)), WHITE] if self.source == COLOURS else ()
        channels.show_pair(self.maps, i, j, [self.title(channel) for channel in (i, j)], lights)


def count_of(source: str) -> int:
    """How many channels are read from a picture."""
    return 3 if source == COLOURS else COUNT


def choose(state: State) -> Read:
    """Let the person choose a picture and what to read from it."""
    left, right = st.columns([2, 3], gap="large")
    with left:
        picture = choose_picture(state, "picture", t("feature_maps.picture"))
    with right:
        titles = {layer: layer for layer in SOURCES} | {COLOURS: t("feature_maps.colours")}
        st.segmented_control(
            t("feature_maps.source"),
            SOURCES,
            format_func=titles.__getitem__,
            required=True,
            wrap=True,
            **state.widget("source"),
        )
    return read(picture, state.source)


def read(picture: Picture, source: str) -> Read:
    """The channels of a picture."""
    if source == COLOURS:
        levels = np.asarray(reduced(picture.image, SIZE), dtype=np.float64) / 255
        names = [t(f"feature_maps.colour.{name}") for name in LIGHTS]
        return Read(picture, source, levels.transpose(2, 0, 1), names, len(LIGHTS))
    seen = read_layer(picture, source)
    shown = order_by_energy(seen.grams[source])[:COUNT]
    maps = seen.channels[source][shown].astype(np.float64)
    return Read(picture, source, maps, [str(channel + 1) for channel in shown], len(seen.grams[source]))
