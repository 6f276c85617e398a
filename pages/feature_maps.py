"""Lesson 3: from a feature map [C, H, W] to its Gram matrix, and what that keeps and forgets."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages.lessons.feature_maps import labs
from pages.lessons.feature_maps.presets import LARGEST, PRESETS, SMALLEST, resized
from pages.lessons.feature_maps.program import program
from pages.lessons.feature_maps.state import EXPERIMENTS, NORMALIZATIONS, State
from pages.ui import frame
from pages.ui.canvases.flattening.canvas import committed, flattening
from pages.ui.memory import Memory
from pages.ui.state import answer_to, open_page
from pages.ui.text import group, labels, t

SIDES = tuple(Memory(f"feature_maps.{side}", 0) for side in ("channels", "height", "width"))

state = open_page(State())


def begin_with(preset: str) -> None:
    state.maps = PRESETS[preset]


def resize() -> None:
    channels, height, width = SIDES
    state.maps = resized(state.maps, (channels.value, height.value, width.value))


def take() -> None:
    state.maps = committed("feature_maps.hand", np.shape(state.maps)) or state.maps


frame.header("feature_maps")
shape = np.shape(state.maps)
divisor = {"none": 1, "hw": shape[1] * shape[2], "chw": int(np.prod(shape))}[state.normalize]
with st.container(horizontal=True, gap="small"):
    for preset in PRESETS:
        st.button(
            t(f"feature_maps.presets.{preset}"),
            on_click=begin_with,
            args=(preset,),
            key=f"feature_maps.preset.{preset}",
        )
flattening(state.maps, key="feature_maps.hand", words=group("flattening"), divisor=divisor, on_change=take)
if state.maps == PRESETS["layer"]:
    st.caption(t("feature_maps.layer_note"))
with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
    for side, size in zip(SIDES, shape, strict=True):
        side.value = size
        st.number_input(t(side.key), SMALLEST, LARGEST, key=side.key, on_change=resize, width=165)
st.segmented_control(
    t("feature_maps.normalize"),
    NORMALIZATIONS,
    format_func=labels("feature_maps.normalization", NORMALIZATIONS),
    required=True,
    wrap=True,
    **state.widget("normalize"),
)

st.subheader(t("feature_maps.laws"), anchor=False)
frame.choose_lab(
    state,
    {
        "real": lambda: labs.real(state),
        "covariance": lambda: labs.covariance(state),
        "keeps": lambda: labs.keeps(state),
    },
)
# what it promises is to be guessed anew
frame.try_this(state, EXPERIMENTS, answer_to("feature_maps", "guess_together").forget)
frame.footer(state, program(state.maps, divisor))
