"""Lesson 4: the Gram matrix of every layer of a real network, of your picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import streamlit as st

from gramlib.errors import GramlabError, WeightsUnavailable
from pages.ui import channels, frame, networks
from pages.ui.computed import Recipe, layer_features, layer_grams
from pages.ui.matrix_canvas import matrix_canvas
from pages.ui.numbers import number
from pages.ui.pictures import choose_picture, picture_parameter
from pages.ui.state import Parameter, one_of, open_page, whole
from pages.ui.text import fault, group, labels, t

state = open_page(
    "vgg_layers",
    picture_parameter("picture", "great_wave"),
    Parameter("layer", "relu3_1", one_of(*networks.LAYERS["vgg19"])),
    Parameter("network", "vgg16", one_of(*networks.ARCHITECTURES)),
    Parameter("pooling", "max", one_of(*networks.POOLINGS)),
    Parameter("size", 256, whole(128, 512), str),
)
frame.header("vgg_layers")
networks.wait_until_loaded()

left, right = st.columns([1, 2], gap="large")
with left:
    picture = choose_picture(state, "picture", t("vgg_layers.picture"))
    with st.expander(t("vgg_layers.network")):
        st.selectbox(
            t("vgg_layers.network"),
            networks.ARCHITECTURES,
            format_func=labels("network.architecture", networks.ARCHITECTURES),
            **state.widget("network"),
        )
        st.segmented_control(
            t("vgg_layers.pooling"),
            networks.POOLINGS,
            format_func=labels("network.pooling", networks.POOLINGS),
            required=True,
            wrap=True,
            **state.widget("pooling"),
        )
        st.slider(t("vgg_layers.size"), 128, 512, step=64, **state.widget("size"))
recipe = Recipe(state["network"], state["pooling"], state["size"])
try:
    network = networks.prepare(recipe.architecture, recipe.pooling)
except WeightsUnavailable as error:
    st.error(f"{fault(error)} {t('network.unavailable')}")
    recipe = replace(recipe, architecture="vgg16")
    network = networks.prepare("vgg16", recipe.pooling)
layers = networks.LAYERS[recipe.architecture]
if state["layer"] not in layers:  # VGG-19 has three layers more
    state["layer"] = "relu3_1"
width, height = channels.reduced(picture.image, state["size"]).size
try:
    network.check([state["layer"]], height, width)
except GramlabError as error:
    st.warning(fault(error))
    state["layer"] = "relu1_1"
layers = tuple(layer for layer in layers if network.smallest_side(layer) <= min(width, height))
with right:
    layer = st.select_slider(t("vgg_layers.layer"), layers, **state.widget("layer"))
    computed = layer_grams(picture, recipe, layers)
    features, gram = layer_features(picture, recipe, layer), computed.grams[layer]
    names = [str(channel + 1) for channel in range(len(gram))]
    strongest = channels.strongest(gram, 12)
    cell = matrix_canvas(
        gram,
        key=f"vgg_layers.gram.{layer}",
        words=group("matrix"),
        row_names=names,
        cell=(int(strongest[0]), int(strongest[1])),
        scale="sqrt",
        width=560,
    )
    st.caption(t("vgg_layers.gram_note"))
    st.caption(
        t(
            "vgg_layers.facts",
            norm=number(float(np.linalg.norm(gram))),
            trace=number(float(np.trace(gram))),
            seconds=number(computed.seconds, 2),
            device=networks.device_name(),
        )
    )
with left:
    st.image(channels.reduced(picture.image, state["size"]), width="stretch")
    st.caption(t("vgg_layers.size_used", width=width, height=height))
    st.caption(
        t("vgg_layers.shape", layer=layer, channels=len(gram), height=features.shape[1], width=features.shape[2])
    )

if cell:
    i, j = cell
    st.subheader(t("vgg_layers.cell", i=i + 1, j=j + 1, value=number(float(gram[i, j]))), anchor=False)
    channels.show_pair(features, i, j)

st.subheader(t("vgg_layers.channels"), anchor=False)
st.caption(t("vgg_layers.channels_note"))
channels.contact_sheet(features, gram, strongest)

frame.footer("vgg_layers", state, channels.gram_code(picture, recipe, layer))
