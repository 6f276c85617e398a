"""From the first layer upwards: every layer of VGG-16 with its name spelled out, its shape, and what it sees."""

from __future__ import annotations

import streamlit as st

from gramlib.filters import CHANNELS, receptive_field
from pages.lessons.filters.state import State
from pages.ui.canvases.network.canvas import Layer, heard, network_canvas
from pages.ui.compute import networks
from pages.ui.pictures import Picture, data_url
from pages.ui.text import group, plain_text, t

_KEY = "filters.network"


def upwards(state: State, picture: Picture, height: int, width: int, place: tuple[int, int]) -> None:
    """The network and the photo, of the size that it is taken at; the layer and the place are the page's."""
    layers = layers_of(height, width)
    reached = [layer.name for layer in layers if layer.shape]
    chosen = state.layer if state.layer in reached else reached[-1]
    if chosen != state.layer:
        st.info(t("filters.not_reached", layer=state.layer, instead=chosen))

    def take() -> None:
        if (said := heard(_KEY, reached, (width, height))) is not None:
            state.set(layer=said[0], place=said[1])

    network_canvas(
        layers,
        chosen,
        place,
        image=data_url(picture.name, picture.image, 512),
        size=(width, height),
        title=picture.title,
        words=group("filters.network"),
        key=_KEY,
        on_change=take,
    )


def layers_of(height: int, width: int) -> list[Layer]:
    """The layers of VGG-16 for a photo of this size, from the shallowest."""
    layers = []
    for name in networks.LAYERS["vgg16"]:
        field = receptive_field(name)
        rows, columns = height // field.stride, width // field.stride
        shape = (CHANNELS[int(name[4]) - 1], rows, columns) if min(rows, columns) else None
        layers.append(Layer(name, spelled(name), shape, field))
    return layers


def spelled(layer: str) -> str:
    """The name of a layer in words: relu3_1 is the first rectified convolution after the second pooling."""
    block, convolution = int(layer[4]), int(layer[6])
    nth = {count: plain_text(f"filters.nth.{count}") for count in range(1, 5)}
    if block == 1:
        return plain_text("filters.spelled_first", convolution=nth[convolution])
    return plain_text("filters.spelled", convolution=nth[convolution], pooling=nth[block - 1])
