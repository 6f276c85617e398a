"""The laboratories of lesson 4: a real picture's channels read by hand, and their covariance."""

from __future__ import annotations

import numpy as np
import streamlit as st

from gramlib.errors import GramlabError
from gramlib.gram import feature_gram, flatten_features, gram_matrix
from gramlib.images import open_image
from pages.lessons.feature_maps.source import Read
from pages.lessons.feature_maps.state import COLOURS, State
from pages.ui.canvases.matrix.canvas import chosen, matrix_canvas
from pages.ui.numbers import number, without_noise
from pages.ui.parameters import within
from pages.ui.pictures import high_enough, picture, reduced
from pages.ui.places import IMAGES
from pages.ui.show import formulas, tables
from pages.ui.text import fault, group, t

OPPOSED = "relu3_1"  # a layer in which some of the strongest channels of each of our pictures oppose each other


def real(state: State, found: Read) -> None:
    """The same reading as by hand, on the channels of a real picture."""
    gram = feature_gram(found.maps)
    i, j = cell = within(state.cell, len(gram))
    count, height, width = found.maps.shape
    left, right = st.columns([2, 3], gap="large")
    with left:
        matrix_canvas(
            gram,
            key="feature_maps.real",
            words=group("matrix"),
            row_names=found.names,
            cell=cell,
            on_change=lambda: state.set(cell=chosen("feature_maps.real", len(gram)) or state.cell),
        )
        about = {"channels": count, "height": height, "width": width, "positions": height * width}
        if found.source == COLOURS:
            st.caption(t("feature_maps.real_note", **about))
        else:
            st.caption(t("feature_maps.real_layer_note", count=found.of, layer=found.source, **about))
    with right:
        value, positions = number(gram[i, j]), width * height
        st.markdown(t("feature_maps.real_cell", pair=found.pair(i, j), value=value, positions=positions))
        found.show_pair(i, j)
        cosine = gram[i, j] / (np.sqrt(gram[i, i] * gram[j, j]) or 1.0)
        st.caption(t("feature_maps.real_cosine", cosine=number(cosine, 2)))


def covariance(state: State, found: Read) -> None:
    """G/N, covariance and correlation of the same channels, and the mean that lies between them."""
    rows = flatten_features(found.maps)
    try:
        readings = {
            "gram": gram_matrix(rows) / rows.shape[1],
            "covariance": gram_matrix(rows, center=True) / rows.shape[1],
            "correlation": gram_matrix(rows, center=True, unit=True),
        }
    except GramlabError as error:  # a channel that is the same everywhere
        st.error(fault(error))
        return
    for column, (reading, matrix) in zip(st.columns(3), readings.items(), strict=True):
        with column:
            st.markdown(f"**{t(f'feature_maps.reading.{reading}')}**")
            matrix_canvas(
                without_noise(matrix),
                key=f"feature_maps.{reading}",
                words=group("matrix"),
                row_names=found.names,
                selectable=False,
            )
    st.markdown(t("feature_maps.mean_note"))
    tables.matrix(rows.mean(axis=1)[None], [t("feature_maps.mean")], found.names)
    opposed = readings["correlation"] + 2 * (readings["gram"] <= 0)
    i, j = map(int, np.unravel_index(int(np.argmin(opposed)), opposed.shape))
    values = {reading: float(matrix[i, j]) for reading, matrix in readings.items()}
    if values["covariance"] < 0 < values["gram"]:
        said = {reading: number(value) for reading, value in values.items()}
        st.markdown(t("feature_maps.opposed", pair=found.pair(i, j), **said))
    else:
        st.markdown(t("feature_maps.none_opposed", pair=found.pair(i, j)))
        if found.source != OPPOSED:
            look = t("feature_maps.look_at", layer=OPPOSED)
            st.button(look, on_click=state.set, kwargs={"source": OPPOSED}, key="feature_maps.look_at")
    means = rows[[i, j]].mean(axis=1)
    formulas.covariance(values["gram"], float(means[0]), float(means[1]), values["covariance"])
    found.show_pair(i, j)
    _in_a_transfer()


def _in_a_transfer() -> None:
    """One style transfer, with the one matrix and with the other: assets/images/statistics/build.py has made both."""
    st.markdown(t("feature_maps.in_a_transfer"))
    made = {name: open_image(IMAGES / "statistics" / f"{name}.jpg") for name in ("gram", "covariance")}
    shown = {"photo": picture("neuschwanstein").image, "painting": picture("great_wave").image} | made
    with st.container(horizontal=True, gap="small"):
        for name, image in shown.items():
            red, green, blue = np.asarray(reduced(image, 64), dtype=float).mean(axis=(0, 1)) / 255
            mean = ", ".join(number(level, 2) for level in (red, green, blue))
            said = t(f"feature_maps.transfers.{name}", mean=mean)
            st.image(high_enough(reduced(image, 256), 190), width=190, caption=said, alt=said)
    st.markdown(t("feature_maps.transfers.read"))
