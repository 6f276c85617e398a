"""Lesson 4: the Gram matrix of every layer of a real network, of your picture, down to one product."""

from __future__ import annotations

import numpy as np
import streamlit as st

from gramlib.channels import READINGS
from pages.lessons.vgg_layers import labs
from pages.lessons.vgg_layers.program import gram_code
from pages.lessons.vgg_layers.source import choose_source, reach
from pages.ui import frame
from pages.ui.canvases.strip.canvas import layer_strip
from pages.ui.compute import networks
from pages.ui.compute.passes import layer_pass
from pages.ui.numbers import number
from pages.ui.pictures import picture_parameter, to_size
from pages.ui.show import channels
from pages.ui.state import Parameter, one_of, open_page, pair, whole, write_link
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
    Parameter("order", "energy", one_of(*labs.ORDERS)),
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
count, rows, columns = network.shape(layer, height, width)
state.require("pair", state["pair"] is None or max(state["pair"]) < count)
state.require("channel", state["channel"] is None or state["channel"] < count)
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
    "vgg_layers",
    {
        "pairs": lambda: labs.pairs(state, seen, layer),
        "sheet": lambda: labs.sheet(state, picture, seen, layer),
        "spectrum": lambda: labs.spectrum(seen, layer),
        "compare": lambda: labs.compare(state, picture, recipe, seen, layer),
        "take_away": lambda: labs.take_away(state, picture, seen, layer, shown),
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
if not complete:  # the page can be used meanwhile: a touch ends this run and begins the next
    write_link()
    seen.wait_for(None, tell)
    show_strip()
