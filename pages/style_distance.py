"""Lesson 6: how far two to eight pictures are apart in style, layer by layer, and whether that is style at all."""

from __future__ import annotations

import streamlit as st

from gramlib.distances import weighted_mean
from pages.lessons.style_distance import crops, experiment, labs
from pages.lessons.style_distance.measured import matrices, readable
from pages.lessons.style_distance.program import distance_code
from pages.lessons.style_distance.state import EXPERIMENTS, State
from pages.ui import frame
from pages.ui.compute import networks
from pages.ui.state import open_page
from pages.ui.text import joined, t

state = open_page(State())
frame.header("style_distance")
networks.wait_until_loaded()

shown = st.container()
frame.step("pictures")
pictures = crops.choose(state, "pictures", t("style_distance.pictures"))
cut, compared = st.columns([2, 3], gap="large")
with cut:
    crops.cut(state, "pictures")
pictures, refused = readable(pictures)
for picture, error in refused:
    shown.warning(t("style_distance.refused", picture=picture.title, why=networks.too_small(error)))
if len(pictures) < 2:
    shown.info(t("style_distance.too_few"))
else:
    with shown:
        by_layer, content = matrices(pictures, state.distance), matrices(pictures, "content")["content"]
        weights = labs.weights_of(state)
        mean = weighted_mean(by_layer, weights)
        style = mean if state.layer == "mean" else by_layer[state.layer]
        state.require("pair", max(state.pair) < len(pictures))
        labs.say_example(state)
        left, right = st.columns([4, 5], gap="large")
        with left:
            labs.map_of_pictures(state, pictures, by_layer, content)
        with right.container(key="distances"):
            labs.matrix_of_distances(state, pictures, style if state.map == "style" else content)
    with compared:
        labs.who_is_nearest(pictures, style, content)
    frame.step("matrix")
    st.header(t("style_distance.matrix"), anchor=False)
    labs.why_this_distance(state)
    st.caption(joined(t("style_distance.matrix_note"), t("network.runs_on", device=networks.device_name())))
    frame.prediction("style_distance", "predict", ["parts", "photos", "same"], right="parts")
    frame.step("laws")
    st.header(t("style_distance.laws"), anchor=False)
    frame.choose_lab(
        state,
        {
            "pair": lambda: labs.pair(state, pictures, by_layer),
            "retrieval": lambda: experiment.show(state),
            "others": lambda: labs.other_distances(state, pictures, weights),
        },
    )
frame.try_this(state, EXPERIMENTS)
frame.footer(state, distance_code(pictures, state.distance, state.layer, state.weights))
