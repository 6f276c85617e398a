"""The laboratories of lesson 5: cells, pairs, channels, the spectrum, two pictures side by side, what to take home."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Literal, cast

import numpy as np
import streamlit as st
from PIL import Image

from gramlib.channels import READINGS, directions_for, effective_rank
from pages.lessons.vgg_layers import readings
from pages.lessons.vgg_layers.sheet import channel_sheet
from pages.lessons.vgg_layers.state import State
from pages.ui import frame
from pages.ui.canvases.matrix.canvas import chosen, matrix_canvas
from pages.ui.colours import LIGHT
from pages.ui.compute import networks
from pages.ui.compute.passes import LayerPass, Recipe, read_layer
from pages.ui.numbers import number
from pages.ui.pictures import Picture, choose_picture, to_size
from pages.ui.show import channels, faces, plots, tables
from pages.ui.text import as_written, group, labels, t

_PAIRS = 6  # of each list
_FACE, _TWO_FACES = 120, 100  # px


def shown_pair(state: State, seen: LayerPass, layer: str) -> tuple[int, int]:
    """The pair that the person has chosen, else the two strongest channels of this picture."""
    order = readings.order(seen, layer, "energy")
    if state.pair is None or max(state.pair) >= len(order):
        return int(order[0]), int(order[1])
    return state.pair


def matrix(state: State, seen: LayerPass, layer: str, tell: Callable[[float], None], drawing: str = "") -> None:
    """The large canvas with its four readings, three scales and three orders; `tell` hears how far the pass is.

    drawing   see matrix_canvas
    """
    reading = state.reading
    bounded = reading in readings.BOUNDED
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        for name, options in (("reading", READINGS), ("scale", tuple(channels.SCALES)), ("order", readings.ORDERS)):
            st.selectbox(
                t(f"vgg_layers.{name}"),
                options,
                format_func=labels(f"vgg_layers.{name}s", options),
                width=158,
                **state.widget(name),
            )
    label = t("vgg_layers.shared_always" if bounded else "vgg_layers.shared")
    st.toggle(label, disabled=bounded, wrap=True, **state.widget("shared"))
    if state.shared and not bounded:
        seen.wait_for(None, tell)
    order = readings.order(seen, layer, state.order)
    place = np.argsort(order)
    i, j = shown_pair(state, seen, layer)

    def take() -> None:
        if (cell := chosen("vgg_layers.gram", len(order))) is not None:
            state.pair = (int(order[cell[0]]), int(order[cell[1]]))

    matrix_canvas(
        _ordered(state, seen, layer),
        key="vgg_layers.gram",
        words=group("matrix"),
        row_names=[str(channel + 1) for channel in order],
        name=t(f"vgg_layers.names.{reading}"),
        cell=(int(place[i]), int(place[j])),
        scale=cast(Literal["linear", "sqrt", "log"], state.scale),
        limit=_limit(state, seen),
        width=600,
        drawing=drawing,
        on_change=take,
    )


def _ordered(state: State, seen: LayerPass, layer: str) -> np.ndarray:
    """The matrix as it is read, its channels in the order that is asked for."""
    order = readings.order(seen, layer, state.order)
    ordered: np.ndarray = readings.matrix(seen, layer, state.reading)[np.ix_(order, order)]
    return ordered


def _limit(state: State, seen: LayerPass) -> float | None:
    """Where the colour scale ends, if it is not at the largest entry."""
    is_shared = state.shared or state.reading in readings.BOUNDED
    return readings.limit(seen, state.reading) if is_shared else None


def facts(seen: LayerPass, layer: str, shape: tuple[int, int, int]) -> None:
    """The layer in numbers, and a question on them."""
    count, height, width = shape
    st.markdown(t("vgg_layers.shape", layer=layer, channels=count, height=height, width=width))
    st.markdown(t("vgg_layers.gram_note"))
    st.markdown(t("vgg_layers.style_is"))
    gram = seen.grams[layer]
    norm, trace = number(float(np.linalg.norm(gram))), number(float(np.trace(gram)))
    st.caption(t("vgg_layers.facts", norm=norm, trace=trace))
    frame.prediction("vgg_layers", "predict", ["empty", "full", "same"], right="full")


def meeting(state: State, picture: Picture, seen: LayerPass, layer: str) -> None:
    """The chosen cell, beside the matrix it is chosen in: both channels over the picture, and where they meet."""
    i, j = shown_pair(state, seen, layer)
    first, second = seen.channels[layer][[i, j]].astype(np.float32)
    value = number(float(seen.grams[layer][i, j]))
    st.header(t("vgg_layers.cell", i=i + 1, j=j + 1, value=value), anchor=False)
    one, other, both = channels.pair_over_picture(picture, first, second)
    captions = (*_names(i, j), t("vgg_layers.product"))
    with st.container(key="meeting"):
        for column, panel, caption in zip(st.columns(2), (one, other), captions[:2], strict=True):
            column.image(panel, caption=caption, width="stretch", output_format="JPEG", alt=caption)
        st.image(both, caption=captions[2], width="stretch", output_format="JPEG", alt=captions[2])


def _names(i: int, j: int) -> list[str]:
    return [t("vgg_layers.overlay", number=k + 1) for k in (i, j)]


def cell(state: State, seen: LayerPass, layer: str) -> None:
    """One cell opened further: the faces of both channels, how they are spread, and the numbers."""
    i, j = shown_pair(state, seen, layer)
    gram = seen.grams[layer]
    first, second = seen.channels[layer][[i, j]].astype(np.float32)
    if state.network in faces.NETWORKS:
        both, names = [faces.face(layer, k) for k in (i, j)], _names(i, j)
        st.image(both, width=_FACE, caption=names, alt=names)
        st.caption(t("vgg_layers.faces"))
    left, right = st.columns(2, gap="large")
    with left:
        st.plotly_chart(plots.joint(first, second, (i + 1, j + 1)), key="vgg_layers.joint", config=plots.STILL)
        st.caption(t("vgg_layers.joint"))
    with right:
        cosine, correlation = (
            float(readings.matrix(seen, layer, reading)[i, j]) for reading in ("cosine", "correlation")
        )
        tables.facts(
            [
                (t("vgg_layers.mean_product", i=i + 1, j=j + 1, positions=first.size), number(float(gram[i, j]))),
                (f"G[{i + 1}, {i + 1}]", number(float(gram[i, i]))),
                (f"G[{j + 1}, {j + 1}]", number(float(gram[j, j]))),
                (t("vgg_layers.cosine", i=i + 1, j=j + 1), number(cosine)),
                (t("vgg_layers.angle"), f"{number(float(np.degrees(np.arccos(cosine))))}°"),
                (t("vgg_layers.correlation"), number(correlation)),
            ]
        )


def pairs(state: State, seen: LayerPass, layer: str) -> None:
    """Lists that open cells: who fires together, and, once the means are gone, who takes turns."""
    lists = {"strongest": ("gram", False), "likest": ("correlation", False), "opposed": ("correlation", True)}
    for column, (name, (reading, lowest)) in zip(st.columns(3), lists.items(), strict=True):
        values = readings.matrix(seen, layer, reading)
        with column:
            st.markdown(f"**{t(f'vgg_layers.pairs.{name}')}**")
            for place, (i, j) in enumerate(readings.pairs(seen, layer, reading, _PAIRS, lowest)):
                with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                    if state.network in faces.NETWORKS:
                        both = f"{i + 1}, {j + 1}"
                        st.image(faces.side_by_side(layer, i, j), width=_TWO_FACES, output_format="JPEG", alt=both)
                    st.button(
                        t("vgg_layers.pairs.value", i=i + 1, j=j + 1, value=number(float(values[i, j]))),
                        key=f"vgg_layers.{name}.{place}",  # the same button for another pair: nothing is built anew
                        on_click=state.set,
                        kwargs={"pair": (i, j)},
                    )
            st.caption(t(f"vgg_layers.pairs.{name}_note"))


def sheet(state: State, picture: Picture, seen: LayerPass, layer: str) -> None:
    """All channels, strongest first; and one of them over the picture."""
    order = readings.order(seen, layer, "energy")
    channel = int(order[0]) if state.channel is None or state.channel not in order else state.channel
    st.caption(t("vgg_layers.channels_note"))
    channel_sheet(picture, seen, layer, order, channel, lambda choice: state.set(channel=choice))


def spectrum(seen: LayerPass, layer: str) -> None:
    """How few directions hold the energy of the layer: what its style comes down to."""
    values = readings.eigenvalues(seen, layer)
    needed = directions_for(values, 0.9)
    left, right = st.columns(2)
    left.plotly_chart(plots.eigenvalue_bars(values), key="vgg_layers.eigenvalues", config=plots.STILL)
    left.caption(t("vgg_layers.eigenvalues", shown=min(64, len(values)), count=len(values)))
    right.plotly_chart(plots.energy_curve(values, needed), key="vgg_layers.spectrum", config=plots.STILL)
    right.caption(t("vgg_layers.energy_curve"))
    st.markdown(t("vgg_layers.spectrum", needed=needed, count=len(values), rank=number(effective_rank(values), 2)))


def compare(state: State, picture: Picture, recipe: Recipe, seen: LayerPass, layer: str) -> None:
    """Two pictures at this layer: A, B and A − B, on one scale."""
    other = choose_picture(state, "other", t("vgg_layers.other"))
    width, height = to_size(other.image, recipe.size)
    networks.network(recipe.architecture, recipe.pooling).check([layer], height, width)
    beside = read_layer(other, layer, recipe)
    a, b = seen.grams[layer], beside.grams[layer]
    order = np.argsort(-np.diag(a + b), kind="stable")
    limit = float(max(a.max(), b.max()))
    titles = {"a": (f"A · {picture.title}", a), "b": (f"B · {other.title}", b), "difference": ("A − B", a - b)}
    for column, (name, (title, values)) in zip(st.columns(3), titles.items(), strict=True):
        with column:
            st.markdown(f"**{as_written(title)}**")
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
    needed = [directions_for(readings.eigenvalues(side, layer), 0.9) for side in (seen, beside)]
    st.caption(t("vgg_layers.compared_directions", a=needed[0], b=needed[1], count=len(a)))


def take_away(state: State, picture: Picture, seen: LayerPass, layer: str) -> None:
    """The matrices and pictures as files to keep; each is made when it is asked for."""
    i, j = shown_pair(state, seen, layer)
    reading = state.reading
    shown, scale, limit = _ordered(state, seen, layer), state.scale, _limit(state, seen)
    name = layer if reading == "gram" else f"{layer}-{reading}"
    files = {
        "npz": ("gram.npz", lambda: archive(seen)),
        "csv": (f"{name}.csv", lambda: table(readings.matrix(seen, layer, reading))),
        "png": (f"{name}.png", lambda: png(channels.signed_picture(shown, scale, limit, LIGHT))),
        "pair": (f"{layer}-{i + 1}-{j + 1}.png", lambda: png(_side_by_side(picture, seen.channels[layer][[i, j]]))),
        "picture": (f"{picture.path.rpartition('/')[2].rpartition('.')[0]}.png", lambda: png(picture.image)),
    }
    kinds = {"npz": "application/octet-stream", "csv": "text/csv"}
    with st.container(horizontal=True):
        for kind, (file_name, make) in files.items():
            st.download_button(
                t(f"vgg_layers.files.{kind}", layer=layer, i=i + 1, j=j + 1),
                make,
                file_name,
                kinds.get(kind, "image/png"),
                key=f"save.{kind}",
                on_click="ignore",
            )
    st.caption(t("vgg_layers.take_note", picture=picture.title))


def archive(seen: LayerPass) -> bytes:
    """The Gram matrices of all layers by name, as NPZ."""
    seen.wait_for()
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **seen.grams)
    return file.getvalue()


def table(matrix: np.ndarray) -> bytes:
    """A matrix as CSV, the channels in the network's own order, in the nine digits that single precision has."""
    file = io.BytesIO()
    np.savetxt(file, matrix, delimiter=",", fmt="%.9g")
    return file.getvalue()


def png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def _side_by_side(picture: Picture, pair: np.ndarray) -> Image.Image:
    panels = channels.pair_over_picture(picture, *pair.astype(np.float32))
    width, height = panels[0].size
    whole = Image.new("RGB", (3 * width + 2 * 12, height), "white")
    for place, panel in enumerate(panels):
        whole.paste(panel, (place * (width + 12), 0))
    return whole
