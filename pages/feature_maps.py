"""Lesson 4: from a feature map [C, H, W] to its Gram matrix, and what that keeps and forgets."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from gramlib.errors import GramlabError
from pages.lessons.feature_maps import labs, source
from pages.lessons.feature_maps.keeps import keeps
from pages.lessons.feature_maps.presets import LARGEST, PRESETS, SMALLEST
from pages.lessons.feature_maps.program import program
from pages.lessons.feature_maps.state import EXPERIMENTS, NORMALIZATIONS, State
from pages.ui import frame
from pages.ui.callbacks import undivided
from pages.ui.canvases.flattening.canvas import committed, flattening, reached
from pages.ui.state import answer_to, open_page
from pages.ui.steppers import Resizing, stepper
from pages.ui.text import group, labels, t

SIDES = ("channels", "height", "width")
SIZES = Resizing("feature_maps.kept")

state = open_page(State())

state.require("cell", max(state.cell) < source.count_of(state.source))


def begin_with(preset: str) -> None:
    state.maps = PRESETS[preset]


def resize(axis: int, size: int) -> None:
    state.maps = SIZES.resized(state.maps, [size if each == axis else side for each, side in enumerate(shape)])


def take() -> None:
    if (maps := committed("feature_maps.hand", np.shape(state.maps))) is not None:
        SIZES.edited(state.maps, maps)
        state.maps = maps


frame.header("feature_maps")
shape = np.shape(state.maps)
divisor = {"none": 1, "hw": shape[1] * shape[2], "chw": int(np.prod(shape))}[state.normalize]
with st.container(horizontal=True, gap="small"):
    for preset in PRESETS:
        st.button(
            t(f"feature_maps.presets.{preset}"),
            on_click=undivided(begin_with),
            args=(preset,),
            key=f"feature_maps.preset.{preset}",
        )
flattening(
    state.maps,
    key="feature_maps.hand",
    words=group("flattening"),
    divisor=divisor,
    stage=state.step,
    on_change=take,
    on_stage=lambda: state.set(step=reached("feature_maps.hand") or state.step),
)
if state.maps == PRESETS["layer"]:
    st.caption(t("feature_maps.layer_note"))
elif state.maps in (PRESETS["stripes"], PRESETS["checker"]):
    st.caption(t("feature_maps.same_gram"))
st.markdown(t("feature_maps.in_words"))
with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
    for axis, side in enumerate(SIDES):
        key = f"feature_maps.{side}"
        stepper(t(key), SMALLEST, LARGEST, shape[axis], partial(resize, axis), key=key)
st.segmented_control(
    t("feature_maps.normalize"),
    NORMALIZATIONS,
    format_func=labels("feature_maps.normalization", NORMALIZATIONS),
    required=True,
    wrap=True,
    **state.widget("normalize"),
)
st.caption(t("feature_maps.why_divide"))

frame.step("keeps")
st.header(t("feature_maps.keeps"), anchor=False)
st.markdown(t("feature_maps.style_is"))
try:
    found = source.choose(state)
    with st.container(key="keeps"):
        keeps(state, found)
    frame.step("laws")
    st.header(t("feature_maps.laws"), anchor=False)
    frame.choose_lab(
        state, {"real": lambda: labs.real(state, found), "covariance": lambda: labs.covariance(state, found)}
    )
except GramlabError as error:  # a picture too small for the layer, or no network
    frame.refuse(error)
# what an experiment promises is to be guessed anew
guess_anew = answer_to("feature_maps", "guess_together").forget
frame.try_this(state, EXPERIMENTS, guess_anew, seen_at={"forget": "keeps"})
frame.footer(state, program(state.maps, divisor))
