"""Lesson 3: from a feature map [C, H, W] to its Gram matrix, and what that keeps and forgets."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages.lessons.feature_maps import labs
from pages.lessons.feature_maps.presets import LARGEST, PRESETS, SMALLEST, read_maps, resized, write_maps
from pages.ui import frame
from pages.ui.canvases.flattening.canvas import committed, flattening
from pages.ui.pictures import picture_parameter
from pages.ui.state import Parameter, one_of, open_page, pair
from pages.ui.text import group, labels, t

SIDES = ("channels", "height", "width")
NORMALIZATIONS = ("none", "hw", "chw")

state = open_page(
    "feature_maps",
    Parameter("maps", PRESETS["plain"], read_maps, write_maps),
    Parameter("normalize", "none", one_of(*NORMALIZATIONS)),
    picture_parameter("picture", "great_wave"),
    Parameter("source", labs.COLOURS, one_of(*labs.SOURCES)),
    Parameter("cell", (0, 1), pair, "{0[0]},{0[1]}".format),
)

state.require("cell", max(state["cell"]) < labs.count_of(state["source"]))


def begin_with(preset: str) -> None:
    state["maps"] = PRESETS[preset]


def resize() -> None:
    state["maps"] = resized(state["maps"], tuple(st.session_state[f"feature_maps.{side}"] for side in SIDES))


def take() -> None:
    state["maps"] = committed("feature_maps.hand", np.shape(state["maps"])) or state["maps"]


frame.header("feature_maps")
shape = np.shape(state["maps"])
divisor = {"none": 1, "hw": shape[1] * shape[2], "chw": int(np.prod(shape))}[state["normalize"]]
with st.container(horizontal=True, gap="small"):
    for preset in PRESETS:
        st.button(
            t(f"feature_maps.presets.{preset}"),
            on_click=begin_with,
            args=(preset,),
            key=f"feature_maps.preset.{preset}",
        )
flattening(state["maps"], key="feature_maps.hand", words=group("flattening"), divisor=divisor, on_change=take)
if state["maps"] == PRESETS["layer"]:
    st.caption(t("feature_maps.layer_note"))
with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
    for side, size in zip(SIDES, shape, strict=True):
        st.session_state[f"feature_maps.{side}"] = size
        key = f"feature_maps.{side}"
        st.number_input(t(key), SMALLEST, LARGEST, key=key, on_change=resize, width=165)
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
    "feature_maps",
    {
        "real": lambda: labs.real(state),
        "covariance": lambda: labs.covariance(state),
        "keeps": lambda: labs.keeps(state),
    },
)
frame.try_this(
    "feature_maps",
    {
        "stripes": lambda: begin_with("stripes"),
        "layer": lambda: begin_with("layer"),
        "forget": lambda: frame.open_lab("feature_maps", "keeps"),
    },
)
maps = np.array(state["maps"])
code = f"""import numpy as np

maps = np.array({maps.tolist()})  # [C, H, W]
C, H, W = maps.shape
F = maps.reshape(C, H * W)
G = F @ F.T / {divisor}
print(G)
"""
frame.footer("feature_maps", state, code)
