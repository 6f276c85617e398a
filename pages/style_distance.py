"""Lesson 5: how far two pictures are apart in style."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from gramlib.errors import GramlabError
from pages.ui import frame, networks, tables
from pages.ui.colours import colours
from pages.ui.computed import STYLE_LAYERS, distance_matrices
from pages.ui.matrix_canvas import matrix_canvas
from pages.ui.numbers import number
from pages.ui.pictures import choose_pictures, pictures_parameter
from pages.ui.state import Parameter, one_of, open_page
from pages.ui.text import fault, group, t

state = open_page(
    "style_distance",
    pictures_parameter("pictures", ["great_wave", "poppies", "village_street_in_auvers", "neuschwanstein", "brick"]),
    Parameter("layer", "mean", one_of("mean", *STYLE_LAYERS)),
)
frame.header("style_distance")
networks.wait_until_loaded()

pictures = choose_pictures(state, "pictures", t("style_distance.pictures"))
by_layer = None
if len(pictures) < 2:
    st.info(t("style_distance.too_few"))
else:
    try:
        by_layer = distance_matrices(pictures, STYLE_LAYERS)
    except GramlabError as error:  # a picture too small for the deepest layer
        st.error(fault(error))
if by_layer:
    with st.container(horizontal=True, gap="small"):
        for picture in pictures:
            st.image(picture.image, caption=picture.title, width=120, alt=picture.title)

    left, right = st.columns([3, 2], gap="large")
    with left:
        st.subheader(t("style_distance.matrix"), anchor=False)
        st.segmented_control(
            t("style_distance.layer"),
            ["mean", *STYLE_LAYERS],
            format_func=({"mean": t("style_distance.mean")} | {layer: layer for layer in STYLE_LAYERS}).__getitem__,
            required=True,
            wrap=True,
            **state.widget("layer"),
        )
        distances = by_layer[state["layer"]]
        i, j = matrix_canvas(
            distances,
            key="style_distance.matrix",
            words=group("matrix"),
            row_names=[picture.title for picture in pictures],
            name="d",
            cell=(0, 1),
            width=560,
        ) or (0, 1)
        st.caption(f"{t('style_distance.matrix_note')} {t('network.runs_on', device=networks.device_name())}")
    with right:
        st.subheader(t("style_distance.layers"), anchor=False)
        i, j = min(i, len(pictures) - 1), min(j, len(pictures) - 1)
        st.markdown(t("style_distance.pair", first=pictures[i].title, second=pictures[j].title))
        figure = go.Figure(
            go.Bar(
                x=list(STYLE_LAYERS),
                y=[by_layer[layer][i, j] for layer in STYLE_LAYERS],
                text=[number(by_layer[layer][i, j], 2) for layer in STYLE_LAYERS],
                marker_color=colours().style,
            )
        )
        figure.update_layout(height=260, margin={"l": 10, "r": 10, "t": 10, "b": 10}, yaxis_range=[0, 1])
        st.plotly_chart(figure, config={"displayModeBar": False})
        st.markdown(f"**{t('style_distance.nearest')}**")
        others = distances + 2 * np.eye(len(pictures))
        tables.facts(
            [
                (f"{picture.title} → {pictures[k].title}", number(distances[row, k]))
                for row, (picture, k) in enumerate(zip(pictures, others.argmin(axis=1), strict=True))
            ]
        )

names = ", ".join(repr(picture.path) for picture in pictures)
code = f"""from gramlib import VGG, feature_gram, open_image, style_distance, to_tensor

layers = {list(STYLE_LAYERS)}
network = VGG()


def grams(path):
    features = network.features(to_tensor(open_image(path), max_side=256), layers)
    return [feature_gram(features[layer]) for layer in layers]


pictures = [grams(path) for path in [{names}]]
for a in pictures:
    print([round(sum(map(style_distance, a, b)) / len(layers), 3) for b in pictures])
"""
frame.footer("style_distance", state, code)
