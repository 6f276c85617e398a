"""The laboratories of lesson 4: cells, pairs, channels, the spectrum, two pictures side by side, what to take home."""

from __future__ import annotations

import io

import numpy as np
import streamlit as st
from PIL import Image

from gramlib.channels import (
    correlations,
    directions_for,
    effective_rank,
    order_by_energy,
    order_by_likeness,
    telling_pairs,
)
from gramlib.gram import properties
from pages.ui import channels, plots, tables
from pages.ui.colours import Colours, colours
from pages.ui.computed import LayerGrams, Recipe, layer_grams
from pages.ui.matrix_canvas import chosen, matrix_canvas
from pages.ui.numbers import number, without_noise
from pages.ui.pictures import Picture, choose_picture
from pages.ui.state import PageState
from pages.ui.text import group, labels, t

READINGS = ("gram", "cosine", "covariance", "correlation")
SCALES = ("linear", "sqrt", "log")
ORDERS = ("as_is", "energy", "likeness")
_THUMBNAIL = 64
_PAGE = 24  # channels of the contact sheet that each press on "more" adds


def strip(state: PageState, picture: Picture, recipe: Recipe, computed: LayerGrams) -> None:
    """Every layer at a glance: its Gram matrix as a thumbnail, its shape and energy, and a button that chooses it."""
    thumbnails = _thumbnails(picture.name, recipe, colours(), computed)
    with st.container(horizontal=True, gap="small"):
        for layer, gram in computed.grams.items():
            with st.container(width=92, gap=None):
                st.image(thumbnails[layer], width=84, alt=layer)
                st.button(
                    layer,
                    key=f"vgg_layers.strip.{layer}",
                    type="primary" if layer == state["layer"] else "secondary",
                    on_click=_choose_layer,
                    args=(state, layer),
                    width=84,
                )
                height, width = computed.shapes[layer]
                st.caption(f"{len(gram)}·{height}×{width}  \nΣ {number(float(np.trace(gram)), 2)}")


def _choose_layer(state: PageState, layer: str) -> None:
    # another layer has other channels: begin with its own strongest
    state.set(layer=layer, pair=None)


@st.cache_resource(max_entries=64, show_spinner=False)
def _thumbnails(name: str, recipe: Recipe, scheme: Colours, _computed: LayerGrams) -> dict[str, Image.Image]:
    return {layer: _thumbnail(gram) for layer, gram in _computed.grams.items()}


def _thumbnail(gram: np.ndarray) -> Image.Image:
    """The matrix in order of energy, as a small picture; the root, so that more than the largest cells can be seen."""
    order = order_by_energy(gram)
    share = np.sqrt(np.maximum(gram[np.ix_(order, order)], 0) / (gram.max() or 1.0))
    return channels.channel_picture(share, colours().product, width=0).resize(
        (_THUMBNAIL, _THUMBNAIL), Image.Resampling.BOX
    )


def matrix_of(reading: str, gram: np.ndarray, features: np.ndarray) -> np.ndarray:
    """The Gram matrix of a layer as it is, as cosines, or of the channels without their means."""
    if reading == "gram":
        return gram
    if reading == "cosine":
        lengths = np.sqrt(np.diag(gram))
        lengths[lengths == 0] = 1.0  # a silent channel has no direction; its row stays 0
        return gram / np.outer(lengths, lengths)
    if reading == "correlation":
        return correlations(features)
    means = features.reshape(len(features), -1).mean(axis=1)
    return without_noise(gram - np.outer(means, means))


def matrix(state: PageState, computed: LayerGrams, features: np.ndarray) -> np.ndarray:
    """The large canvas with its four readings, three scales and three orders; returns the matrix that is shown."""
    gram = computed.grams[state["layer"]]
    with st.container(horizontal=True, gap="small"):
        for name, options in (("reading", READINGS), ("scale", SCALES), ("order", ORDERS)):
            st.selectbox(
                t(f"vgg_layers.{name}"),
                options,
                format_func=labels(f"vgg_layers.{name}s", options),
                width=150,
                **state.widget(name),
            )
    shown = matrix_of(state["reading"], gram, features)
    order = {"as_is": lambda gram: np.arange(len(gram)), "energy": order_by_energy, "likeness": order_by_likeness}[
        state["order"]
    ](gram)
    place = np.argsort(order)
    i, j = state["pair"]

    def take() -> None:
        if (cell := chosen("vgg_layers.gram")) is not None:
            state["pair"] = (int(order[cell[0]]), int(order[cell[1]]))

    shared = st.toggle(t("vgg_layers.shared"), key="vgg_layers.shared", disabled=state["reading"] != "gram")
    limit = max(float(other.max()) for other in computed.grams.values()) if shared else None
    matrix_canvas(
        shown[np.ix_(order, order)],
        key="vgg_layers.gram",
        words=group("matrix"),
        row_names=[str(channel + 1) for channel in order],
        cell=(int(place[i]), int(place[j])),
        scale=state["scale"],
        limit=limit if state["reading"] == "gram" else None,
        width=600,
        on_change=take,
    )
    return shown


def cell(state: PageState, gram: np.ndarray, features: np.ndarray) -> None:
    """One cell opened: both channels, where they meet, how they are spread, and the numbers."""
    i, j = state["pair"]
    st.subheader(t("vgg_layers.cell", i=i + 1, j=j + 1, value=number(float(gram[i, j]))), anchor=False)
    channels.show_pair(features, i, j)
    left, right = st.columns(2, gap="large")
    with left:
        st.plotly_chart(
            plots.joint(features[i], features[j], (i + 1, j + 1)), key="vgg_layers.joint", config=plots.STILL
        )
        st.caption(t("vgg_layers.joint"))
    with right:
        lengths = float(np.sqrt(gram[i, i] * gram[j, j]))
        cosine = float(gram[i, j]) / lengths if lengths else 0.0
        pair = correlations(features[[i, j]])
        tables.facts(
            [
                (t("vgg_layers.mean_product", positions=features[0].size), number(float(gram[i, j]))),
                (f"G[{i + 1}, {i + 1}]", number(float(gram[i, i]))),
                (f"G[{j + 1}, {j + 1}]", number(float(gram[j, j]))),
                (t("vgg_layers.cosine"), number(cosine)),
                (t("vgg_layers.angle"), f"{number(float(np.degrees(np.arccos(min(1.0, cosine)))))}°"),
                (t("vgg_layers.correlation"), number(float(pair[0, 1]))),
            ]
        )


def pairs(state: PageState, gram: np.ndarray, features: np.ndarray) -> None:
    """Lists that open cells: who fires together, and, once the means are gone, who takes turns."""
    correlation = correlations(features)
    lists = {
        "strongest": (telling_pairs(gram, 6), gram),
        "likest": (telling_pairs(correlation, 6), correlation),
        "opposed": (telling_pairs(correlation, 6, lowest=True), correlation),
    }
    for column, (name, (found, values)) in zip(st.columns(3), lists.items(), strict=True):
        with column:
            st.markdown(f"**{t(f'vgg_layers.pairs.{name}')}**")
            for i, j in found:
                st.button(
                    f"{i + 1} · {j + 1}: {number(float(values[i, j]))}",
                    key=f"vgg_layers.{name}.{i}.{j}",
                    on_click=state.set,
                    kwargs={"pair": (i, j)},
                    width="stretch",
                )
            st.caption(t(f"vgg_layers.pairs.{name}_note"))


def sheet(state: PageState, picture: Picture, gram: np.ndarray, features: np.ndarray) -> None:
    """The channels, strongest first, as many as are asked for; and one of them over the picture."""
    shown = st.session_state.setdefault("vgg_layers.shown", _PAGE)
    order = order_by_energy(gram)
    st.caption(t("vgg_layers.channels_note"))
    left, right = st.columns([1, 2])
    with left:
        channel = st.selectbox(
            t("vgg_layers.enlarge"),
            [int(index) for index in order],
            format_func="{:d}".format,
            key="vgg_layers.channel",
        )
        share = 100 * float(gram[channel, channel]) / (float(np.trace(gram)) or 1.0)
        st.caption(t("vgg_layers.share", share=number(share, 2)))
    with right:
        st.image(channels.overlaid(picture.image, features[channel]), width="stretch", alt=str(channel + 1))
    channels.contact_sheet(features, gram, order[:shown])
    if shown < len(order):
        st.button(t("vgg_layers.more", count=len(order) - shown), on_click=_more, key="vgg_layers.more")


def _more() -> None:
    st.session_state["vgg_layers.shown"] += 2 * _PAGE


def spectrum(computed: LayerGrams, layer: str) -> None:
    """How few directions hold the energy of the layer: what its style comes down to."""
    values = properties(computed.grams[layer]).eigenvalues
    needed = directions_for(values, 0.9)
    st.plotly_chart(plots.energy_curve(values, needed), key="vgg_layers.spectrum", config=plots.STILL)
    st.markdown(t("vgg_layers.spectrum", needed=needed, count=len(values), rank=number(effective_rank(values), 2)))


def compare(state: PageState, picture: Picture, recipe: Recipe, computed: LayerGrams) -> None:
    """Two pictures at this layer: A, B and A − B, on one scale."""
    other = choose_picture(state, "other", t("vgg_layers.other"))
    layer = state["layer"]
    a, b = computed.grams[layer], layer_grams(other, recipe, (layer,)).grams[layer]
    order = order_by_energy(a + b)
    limit = float(max(a.max(), b.max()))
    titles = {"a": (picture.title, a), "b": (other.title, b), "difference": (t("vgg_layers.difference"), a - b)}
    for column, (name, (title, values)) in zip(st.columns(3), titles.items(), strict=True):
        with column:
            st.markdown(f"**{title}**")
            matrix_canvas(
                values[np.ix_(order, order)],
                key=f"vgg_layers.compare.{name}",
                words=group("matrix"),
                row_names=[str(channel + 1) for channel in order],
                scale="sqrt",
                limit=limit,
                signed=name == "difference" or None,
                selectable=False,
            )
    from gramlib.style import style_distance  # torch is there by now

    st.markdown(t("vgg_layers.compared", distance=number(style_distance(a, b))))


def files_of(computed: LayerGrams, shown: np.ndarray) -> dict[str, bytes]:
    """The Gram matrices of all layers as NPZ, and the matrix that is shown as CSV and as a picture."""
    archive, table, image = io.BytesIO(), io.BytesIO(), io.BytesIO()
    np.savez_compressed(archive, **computed.grams)
    np.savetxt(table, shown, delimiter=",", fmt="%.9g")
    channels.signed_picture(shown).save(image, "PNG")
    return {"npz": archive.getvalue(), "csv": table.getvalue(), "png": image.getvalue()}


def take_away(picture: Picture, layer: str, shown: np.ndarray, computed: LayerGrams) -> None:
    """The matrices as files to keep."""
    kinds = {"npz": "application/octet-stream", "csv": "text/csv", "png": "image/png"}
    with st.container(horizontal=True):
        for kind, data in files_of(computed, shown).items():
            name = "gram.npz" if kind == "npz" else f"gram-{layer}.{kind}"
            label = t(f"vgg_layers.files.{kind}", layer=layer)
            st.download_button(label, data, name, kinds[kind], key=f"save.{kind}", on_click="ignore")
    st.caption(t("vgg_layers.take_note", picture=picture.title))
