"""Lesson 5: the Gram matrix of every layer of a real network, of your picture, down to one product."""

from __future__ import annotations

import streamlit as st

from pages.lessons.vgg_layers import labs
from pages.lessons.vgg_layers.look import layers_and_matrix
from pages.lessons.vgg_layers.program import gram_code
from pages.lessons.vgg_layers.source import choose_source, reach
from pages.lessons.vgg_layers.state import EXPERIMENTS, State
from pages.ui import frame
from pages.ui.compute import networks
from pages.ui.compute.passes import read_layer
from pages.ui.pictures import to_size
from pages.ui.state import open_page
from pages.ui.text import t

state = open_page(State())
frame.header("vgg_layers")
networks.wait_until_loaded()

picture, recipe, network = choose_source(state)
width, height = to_size(picture.image, recipe.size)
layer = reach(state, network, width, height)
count = network.shape(layer, height, width)[0]
state.require("pair", state.pair is None or max(state.pair) < count)
state.require("channel", state.channel is None or state.channel < count)
seen = read_layer(picture, layer, recipe)
layers_and_matrix(state, picture, seen, layer, {name: network.shape(name, height, width) for name in seen.layers})

frame.step("cell")
labs.cell(state, seen, layer)
frame.step("laws")
st.header(t("vgg_layers.laws"), anchor=False)
frame.choose_lab(
    state,
    {
        "pairs": lambda: labs.pairs(state, seen, layer),
        "sheet": lambda: labs.sheet(state, picture, seen, layer),
        "spectrum": lambda: labs.spectrum(seen, layer),
        "compare": lambda: labs.compare(state, picture, recipe, seen, layer),
        "take_away": lambda: labs.take_away(state, picture, seen, layer),
    },
)
frame.try_this(state, EXPERIMENTS, seen_at="layer-strip")
pair = labs.shown_pair(state, seen, layer)
frame.footer(state, gram_code(picture, recipe, layer, network.depth(layer), state.reading, pair))
