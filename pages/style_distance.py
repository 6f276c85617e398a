"""Lesson 5: how far two to eight pictures are apart in style, layer by layer, and whether that is style at all."""

from __future__ import annotations

import streamlit as st

from gramlib.distances import weighted_mean
from gramlib.retrieval import LAYERS
from pages.lessons.style_distance import crops, experiment, labs
from pages.lessons.style_distance.measured import KINDS, matrices, readable
from pages.lessons.style_distance.program import distance_code
from pages.ui import frame
from pages.ui.compute import networks
from pages.ui.numbers import plain
from pages.ui.pictures import picture_parameter
from pages.ui.state import Parameter, one_of, open_page, pair
from pages.ui.text import as_written, t

PARTS = ["great_wave@0-10-40-50", "great_wave@0-60-50-40", "great_wave@55-55-45-45"]
BUILDINGS = ["colosseum", "mont_st_michel", "neuschwanstein"]
state = open_page(
    "style_distance",
    crops.pictures_and_parts_parameter(
        "pictures", ["great_wave", "poppies", "village_street_in_auvers", "neuschwanstein", "astronaut", "gravel"]
    ),
    Parameter("layer", "mean", one_of("mean", *LAYERS)),
    Parameter(
        "weights",
        (1.0,) * len(LAYERS),
        labs.read_weights,
        lambda weights: ",".join(plain(weight) for weight in weights),
    ),
    Parameter("distance", "gram", one_of(*KINDS)),
    Parameter("map", "style", one_of(*labs.MAPS)),
    Parameter("pair", (0, 1), pair, lambda cell: f"{cell[0]},{cell[1]}"),
    Parameter("open", "relu3_1", one_of(*LAYERS)),
    picture_parameter("source", "great_wave"),
    Parameter("frame", (30, 25, 40, 50), crops.read_frame, crops.write_frame),
)
frame.header("style_distance")
networks.wait_until_loaded()

pictures = crops.choose(state, "pictures", t("style_distance.pictures"))
pictures, refused = readable(pictures)
for picture, error in refused:
    st.warning(f"{as_written(picture.title)}: {networks.too_small(error)}")
left, right = st.columns([2, 3], gap="large")
with left:
    crops.cut(state, "pictures")
enough = len(pictures) >= 2
if not enough:
    right.info(t("style_distance.too_few"))
else:
    by_layer, content = matrices(pictures, state["distance"]), matrices(pictures, "content")["content"]
    weights = labs.weights_of(state)
    mean = weighted_mean(by_layer, weights)
    style = mean if state["layer"] == "mean" else by_layer[state["layer"]]
    state.require("pair", max(state["pair"]) < len(pictures))
    with right:
        labs.map_of_pictures(state, pictures, by_layer, content)

    st.subheader(t("style_distance.matrix"), anchor=False)
    labs.choose_distance(state)
    labs.pair_of_matrices(state, pictures, style, content)
    table, beside = st.columns([3, 2], gap="large")
    with table:
        labs.who_is_nearest(pictures, style, content)
    with beside:
        st.caption(f"{t('style_distance.matrix_note')} {t('network.runs_on', device=networks.device_name())}")
        frame.prediction("style_distance", "predict", ["parts", "photos", "same"], right="parts")
    st.subheader(t("style_distance.laws"), anchor=False)
    frame.choose_lab(
        "style_distance",
        {
            "pair": lambda: labs.pair(state, pictures, by_layer),
            "retrieval": experiment.show,
            "others": lambda: labs.other_distances(state, pictures, weights),
        },
    )


def look_close(lab: str, **values: object) -> None:
    frame.open_lab("style_distance", lab)
    state.set(**values)


frame.try_this(
    "style_distance",
    {
        "parts": lambda: state.set(pictures=[*PARTS, *BUILDINGS], map="style", layer="mean", pair=(0, 1)),
        "layers": lambda: look_close(
            "pair",
            pictures=["great_wave", "poppies", "village_street_in_auvers", "spring", "brick", "gravel"],
            weights=(0.0, 0.0, 0.0, 0.0, 1.0),
            map="style",
            pair=(0, 1),
            open="relu5_1",
        ),
        "retrieval": lambda: look_close("retrieval"),
    },
)
frame.footer("style_distance", state, distance_code(pictures, state["distance"], state["layer"], state["weights"]))
