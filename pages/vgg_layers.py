"""Lesson 4: the Gram matrix of every layer of a real network, of your picture, down to one product."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages.lessons.vgg_layers import labs
from pages.lessons.vgg_layers.program import gram_code
from pages.lessons.vgg_layers.source import choose_source, reach
from pages.lessons.vgg_layers.state import EXPERIMENTS, State
from pages.ui import frame
from pages.ui.canvases.strip.canvas import layer_strip
from pages.ui.compute import networks
from pages.ui.compute.passes import layer_pass
from pages.ui.numbers import number
from pages.ui.pictures import to_size
from pages.ui.state import open_page, write_link
from pages.ui.text import t

state = open_page(State())
frame.header("vgg_layers")
networks.wait_until_loaded()

picture, recipe, network = choose_source(state)
width, height = to_size(picture.image, recipe.size)
layer = reach(state, network, width, height)
seen = layer_pass(picture, recipe)
with st.container(key="layer-progress"):  # its height is kept: nothing jumps when the bar has gone
    progress = st.empty()


def tell(fraction: float) -> None:
    progress.progress(fraction, t("vgg_layers.computing"))


shapes = {name: network.shape(name, height, width) for name in seen.layers}
with st.container(key="layer-strip"):
    strip = st.empty()


def show_strip() -> bool:
    with strip.container():
        complete = layer_strip(seen, shapes, layer, lambda name: state.set(layer=name, pair=None, channel=None))
    if complete:
        took = t("vgg_layers.took", seconds=number(seen.seconds, 2), device=networks.device_name())
        progress.caption(f"{t('vgg_layers.strip_note')} {took}")
    return complete


seen.wait_for(layer, tell)
complete = show_strip()
large, beside = st.columns([3, 2], gap="large")
with large:
    shown = labs.matrix(state, seen, layer, lambda: seen.wait_for(None, tell))
with beside:
    count, rows, columns = shapes[layer]
    st.markdown(t("vgg_layers.shape", layer=layer, channels=count, height=rows, width=columns))
    st.markdown(t("vgg_layers.gram_note"))
    gram = seen.grams[layer]
    norm, trace = number(float(np.linalg.norm(gram))), number(float(np.trace(gram)))
    st.caption(t("vgg_layers.facts", norm=norm, trace=trace))
    frame.prediction("vgg_layers", "predict", ["empty", "full", "same"], right="full")
frame.show_first("vgg_layers", (picture.name, recipe, layer))
labs.cell(state, picture, seen, layer)
st.subheader(t("vgg_layers.laws"), anchor=False)
frame.choose_lab(
    state,
    {
        "pairs": lambda: labs.pairs(state, seen, layer),
        "sheet": lambda: labs.sheet(state, picture, seen, layer),
        "spectrum": lambda: labs.spectrum(seen, layer),
        "compare": lambda: labs.compare(state, picture, recipe, seen, layer),
        "take_away": lambda: labs.take_away(state, picture, seen, layer, shown),
    },
)
frame.try_this(state, EXPERIMENTS)
frame.footer(state, gram_code(picture, recipe, layer, network.depth(layer)))
if not complete:  # the page can be used meanwhile: a touch ends this run and begins the next
    write_link()
    seen.wait_for(None, tell)
    show_strip()
