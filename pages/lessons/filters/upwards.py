"""From the first layer upwards: every layer of VGG-16 with its name spelled out, its shape, and what it sees."""

from __future__ import annotations

import streamlit as st

from gramlib.errors import GramlabError
from gramlib.filters import CHANNELS, receptive_field
from pages.lessons.filters.state import FACES, State
from pages.ui import frame
from pages.ui.canvases.network.canvas import Layer, heard, network_canvas
from pages.ui.compute import networks
from pages.ui.compute.passes import read_layer
from pages.ui.pictures import Picture, data_url
from pages.ui.show import faces
from pages.ui.text import group, plain_text, t

_KEY = "filters.network"
_FACE = 120  # px


def upwards(state: State, picture: Picture, height: int, width: int, place: tuple[int, int]) -> str:
    """The network and the photo, of the size that it is taken at; returns the layer that is looked at.

    The layer that was asked for stays asked for where the photo is too small to reach it.
    """
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
    return chosen


def show_faces(state: State, picture: Picture, layer: str) -> None:
    """The faces of some channels of the layer, and, if they are asked for, those that the photo gives them."""
    count = CHANNELS[int(layer[4]) - 1]
    state.require("first", state.first <= count - FACES + 1)
    st.slider(t("filters.first", count=count), 1, count - FACES + 1, **state.widget("first"))
    shown = range(state.first - 1, state.first - 1 + FACES)
    captions = [plain_text("filters.channel", number=channel + 1) for channel in shown]
    st.image([faces.face(layer, channel) for channel in shown], caption=captions, width=_FACE, alt=captions)
    st.toggle(t("filters.mine"), **state.widget("mine"))
    if state.mine:
        try:
            channels = read_layer(picture, layer).channels[layer]
        except GramlabError as error:
            frame.refuse(error)
            return
        own = [faces.own_face(picture, layer, channels[channel]) for channel in shown]
        st.image(own, caption=captions, width=_FACE, alt=captions)


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
        return plain_text("filters.spelled_first", convolution=nth[convolution], number=convolution)
    place = {"block": block, "number": convolution}
    return plain_text("filters.spelled", convolution=nth[convolution], pooling=nth[block - 1], **place)
