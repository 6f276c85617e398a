"""Lesson 4: the Gram matrix of every layer of a real network, of your picture, down to one product."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import streamlit as st

from gramlib.channels import order_by_energy
from gramlib.errors import GramlabError, WeightsUnavailable
from pages.ui import channels, frame, layer_labs, networks
from pages.ui.computed import Recipe, layer_features, layer_grams
from pages.ui.numbers import number
from pages.ui.pictures import choose_picture, picture_parameter
from pages.ui.state import Parameter, one_of, open_page, pair, whole
from pages.ui.text import fault, labels, t

LAYERS = networks.LAYERS["vgg19"]
state = open_page(
    "vgg_layers",
    picture_parameter("picture", "great_wave"),
    Parameter("layer", "relu3_1", one_of(*LAYERS)),
    Parameter("pair", None, pair, lambda cell: f"{cell[0]},{cell[1]}" if cell else None),
    Parameter("reading", "gram", one_of(*layer_labs.READINGS)),
    Parameter("scale", "sqrt", one_of(*layer_labs.SCALES)),
    Parameter("order", "energy", one_of(*layer_labs.ORDERS)),
    Parameter("network", "vgg16", one_of(*networks.ARCHITECTURES)),
    Parameter("pooling", "max", one_of(*networks.POOLINGS)),
    Parameter("size", 256, whole(128, 512)),
    picture_parameter("other", "poppies"),
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
            **state.widget("pooling"),
        )
        st.slider(t("vgg_layers.size"), 128, 512, step=64, **state.widget("size"))
    st.image(channels.reduced(picture.image, state["size"]), width="stretch", alt=picture.title)
    width, height = channels.to_size(picture.image, state["size"])
    st.caption(t("vgg_layers.size_used", width=width, height=height))

recipe = Recipe(state["network"], state["pooling"], state["size"])
try:
    network = networks.prepare(recipe.architecture, recipe.pooling)
except WeightsUnavailable as error:
    st.error(f"{fault(error)} {t('network.unavailable')}")
    recipe = replace(recipe, architecture="vgg16")
    network = networks.prepare("vgg16", recipe.pooling)
if state["layer"] not in network.layers:  # VGG-19 has three layers more
    state["layer"] = "relu3_1"
try:
    network.check([state["layer"]], height, width)
except GramlabError as error:
    st.warning(fault(error))
    state["layer"] = "relu1_1"
layers = tuple(layer for layer in network.layers if network.smallest_side(layer) <= min(width, height))

computed = layer_grams(picture, recipe, layers, keep=True)
gram, features = computed.grams[state["layer"]], layer_features(picture, recipe, state["layer"])
if state["pair"] is None or max(state["pair"]) >= len(gram):
    state["pair"] = tuple(int(channel) for channel in order_by_energy(gram)[:2])
with right:
    st.caption(t("vgg_layers.strip_note"))
    layer_labs.strip(state, picture, recipe, computed)
large, beside = st.columns([3, 2], gap="large")
with large:
    shown = layer_labs.matrix(state, computed, features)
with beside:
    shape = dict(zip(("channels", "height", "width"), features.shape, strict=True))
    st.markdown(t("vgg_layers.shape", layer=state["layer"], **shape))
    st.markdown(t("vgg_layers.gram_note"))
    norm, trace = number(float(np.linalg.norm(gram))), number(float(np.trace(gram)))
    took, device = number(computed.seconds, 2), networks.device_name()
    st.caption(t("vgg_layers.facts", norm=norm, trace=trace, seconds=took, device=device))
    frame.prediction("vgg_layers", "predict", ["empty", "full", "same"], right="full")
layer_labs.cell(state, gram, features)
st.subheader(t("vgg_layers.laws"), anchor=False)
frame.choose_lab(
    "vgg_layers",
    {
        "pairs": lambda: layer_labs.pairs(state, gram, features),
        "sheet": lambda: layer_labs.sheet(state, picture, gram, features),
        "spectrum": lambda: layer_labs.spectrum(computed, state["layer"]),
        "compare": lambda: layer_labs.compare(state, picture, recipe, computed),
        "take_away": lambda: layer_labs.take_away(picture, state["layer"], shown, computed),
    },
)
frame.try_this(
    "vgg_layers",
    {
        "deep": lambda: state.set(picture="great_wave", layer="relu5_1", pair=None),
        "likeness": lambda: state.set(reading="cosine", order="likeness"),
        "untrained": lambda: state.set(network="vgg16-random", reading="cosine", order="likeness", pair=None),
    },
)
frame.footer("vgg_layers", state, channels.gram_code(picture, recipe, state["layer"], network.depth(state["layer"])))
