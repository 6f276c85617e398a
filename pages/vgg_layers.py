"""Lesson 4: the Gram matrix of every layer of a real network, of your picture, down to one product."""

from __future__ import annotations

import streamlit as st

from gramlib.channels import READINGS
from pages.lessons.vgg_layers import labs, readings
from pages.lessons.vgg_layers.look import layers_and_matrix
from pages.lessons.vgg_layers.program import gram_code
from pages.lessons.vgg_layers.source import choose_source, reach
from pages.ui import frame
from pages.ui.compute import networks
from pages.ui.compute.passes import read_layer
from pages.ui.pictures import picture_parameter, to_size
from pages.ui.show import channels
from pages.ui.state import Parameter, one_of, open_page, pair, whole
from pages.ui.text import t

state = open_page(
    "vgg_layers",
    picture_parameter("picture", "great_wave"),
    Parameter("layer", "relu3_1", one_of(*networks.LAYERS["vgg19"])),
    # without a pair or a channel of the person's own, the picture's strongest are shown
    Parameter("pair", None, pair, lambda cell: f"{cell[0]},{cell[1]}" if cell else None),
    Parameter("channel", None, whole(0, 511)),
    Parameter("reading", "gram", one_of(*READINGS)),
    Parameter("scale", "sqrt", one_of(*channels.SCALES)),
    Parameter("order", "energy", one_of(*readings.ORDERS)),
    Parameter("shared", False, lambda text: bool(whole(0, 1)(text)), lambda on: str(int(on))),
    Parameter("network", "vgg16", one_of(*networks.ARCHITECTURES)),
    Parameter("pooling", "max", one_of(*networks.POOLINGS)),
    Parameter("size", 256, whole(128, 512)),
    picture_parameter("other", "poppies"),
)
frame.header("vgg_layers")
networks.wait_until_loaded()

picture, recipe, network = choose_source(state)
width, height = to_size(picture.image, recipe.size)
layer = reach(state, network, width, height)
seen = read_layer(picture, layer, recipe)
layers_and_matrix(state, seen, layer, {name: network.shape(name, height, width) for name in seen.layers})

labs.cell(state, picture, seen, layer)
st.subheader(t("vgg_layers.laws"), anchor=False)
frame.choose_lab(
    "vgg_layers",
    {
        "pairs": lambda: labs.pairs(state, seen, layer),
        "sheet": lambda: labs.sheet(state, picture, seen, layer),
        "spectrum": lambda: labs.spectrum(seen, layer),
        "compare": lambda: labs.compare(state, picture, recipe, seen, layer),
        "take_away": lambda: labs.take_away(state, picture, seen, layer),
    },
)
frame.try_this(
    "vgg_layers",
    {
        "deep": lambda: state.set(picture="great_wave", layer="relu5_1", pair=None, channel=None),
        "likeness": lambda: state.set(reading="cosine", order="likeness"),
        "untrained": lambda: state.set(
            network="vgg16-random", reading="cosine", order="likeness", pair=None, channel=None
        ),
    },
)
frame.footer("vgg_layers", state, gram_code(picture, recipe, layer, network.depth(layer)))
