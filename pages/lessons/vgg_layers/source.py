"""What lesson 5 looks at, and with what: a picture, the size it is used at, the network and its pooling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from gramlib.errors import GramlabError
from pages.lessons.vgg_layers.state import State
from pages.ui.compute import networks
from pages.ui.compute.passes import Recipe
from pages.ui.memory import Memory
from pages.ui.pictures import Picture, choose_picture, high_enough, reduced, to_size
from pages.ui.text import fault, joined, labels, t

if TYPE_CHECKING:
    from gramlib.vgg import VGG

_FAULT: Memory[GramlabError | None] = Memory("vgg_layers.network_fault", None)
_WIDEST, _HIGHEST = 300, 110  # px of the picture beside the controls; it is large beside the matrix


def choose_source(state: State) -> tuple[Picture, Recipe, VGG]:
    """The picture beside its controls; returns it, how it is read, and the network, loaded."""
    shown, chosen, read = st.columns([10, 11, 11], gap="medium")
    with chosen:
        picture = choose_picture(state, "picture", t("vgg_layers.picture"))
    with read:
        network = _prepared(state)
        st.slider(t("vgg_layers.size"), 128, 512, step=64, format="%d px", **state.widget("size"))
        with st.expander(t("vgg_layers.network_folded", network=t(f"network.short.{network.architecture}"))):
            _choose_network(state)
    width, height = to_size(picture.image, state.size)
    with shown:
        room = round(_HIGHEST * picture.image.width / picture.image.height)
        wide = max(1, min(_WIDEST, room))  # of a stripe 2 px wide and 1024 px high there is room for half a pixel
        st.image(high_enough(reduced(picture.image, 512), wide), width=wide, output_format="JPEG", alt=picture.title)
        st.caption(t("vgg_layers.size_used", width=width, height=height))
    return picture, Recipe(network.architecture, network.pooling, state.size), network


def _choose_network(state: State) -> None:
    st.selectbox(
        t("vgg_layers.network"),
        networks.ARCHITECTURES,
        format_func=labels("network.architecture", networks.ARCHITECTURES),
        on_change=_forget,
        args=(state,),
        **state.widget("network"),
    )
    st.segmented_control(
        t("vgg_layers.pooling"),
        networks.POOLINGS,
        format_func=labels("network.pooling", networks.POOLINGS),
        required=True,
        **state.widget("pooling"),
    )


def _forget(state: State) -> None:
    # the channels of another network are other detectors: its own strongest are shown
    _FAULT.forget()
    state.set(pair=None, channel=None)


def _prepared(state: State) -> VGG:
    """The network that is asked for; or, with a word that stays until another is chosen, the one in the box."""
    try:
        network = networks.prepare(state.network, state.pooling)
    except networks.NetworkFailed as error:
        # not asked for again at every touch of the page: each try may take some seconds to fail
        _FAULT.value = error
        state.set(network="vgg16", pooling="max" if state.network == "vgg16" else state.pooling)
        network = networks.prepare("vgg16", state.pooling)
    if _FAULT.value is not None:
        st.error(joined(fault(_FAULT.value), t("network.unavailable")))
    return network


def reach(state: State, network: VGG, width: int, height: int) -> str:
    """The layer to show: the one asked for, or, with a word why, another that this network has and the picture reaches.

    What was asked for stays asked for: with a larger picture or VGG-19 it is shown again.
    """
    layer = state.layer
    if layer not in network.layers:  # VGG-19 has one layer more in each of its last three blocks
        asked, layer = layer, [name for name in network.layers if name.startswith(layer[:5])][-1]
        st.info(t("vgg_layers.no_such_layer", layer=asked, instead=layer))
    try:
        network.check([layer], height, width)
    except GramlabError as error:
        layer = network.reached(height, width)[-1]
        st.warning(joined(fault(error), t("vgg_layers.shown_instead", layer=layer)))
    return layer
