"""Lesson 5 piece by piece: the map, who is nearest, a pair down to its channels, other distances."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from PIL import Image

from gramlib.channels import order_by_energy, telling_pairs
from gramlib.distances import polynomial_mmd_squared, rank_correlation, sample_positions, weighted_mean
from gramlib.embedding import classical_scaling, settled_map, turned_onto
from gramlib.gram import feature_gram
from gramlib.retrieval import CONTENT_LAYER, LAYERS, nearest
from pages.lessons.style_distance.crops import short_title
from pages.lessons.style_distance.measured import KINDS, Matrices, grams, matrices
from pages.ui.canvases.map.canvas import moved_weights, style_map
from pages.ui.canvases.matrix.canvas import chosen, matrix_canvas
from pages.ui.colours import LIGHT, colours
from pages.ui.compute.computed import Recipe, layer_features
from pages.ui.numbers import number
from pages.ui.pictures import Picture
from pages.ui.show import channels, plots, tables
from pages.ui.state import PageState, choice
from pages.ui.text import as_written, group, labels, plain_text, t

MAPS = ("style", "content")
_KEY, _SETTLED = "style_distance.map_canvas", "style_distance.settled"
_SAMPLES = (64, 256, 1024)  # positions of each picture in the sum of kernels


def weights_of(state: PageState) -> dict[str, float]:
    return dict(zip(LAYERS, state["weights"], strict=True))


def read_weights(text: str) -> tuple[float, ...]:
    """A reader of links: a weight from 0 to 1 for each layer, one of them above 0."""
    weights = tuple(float(weight) for weight in text.split(","))
    if len(weights) != len(LAYERS) or not all(0 <= weight <= 1 for weight in weights) or not any(weights):
        raise ValueError(text)
    return weights


def choose_distance(state: PageState) -> None:
    """The layer and the kind of distance that the page shows, and a sentence on the kind."""
    st.segmented_control(
        t("style_distance.layer"),
        ["mean", *LAYERS],
        format_func=({"mean": t("style_distance.mean")} | {layer: layer for layer in LAYERS}).__getitem__,
        required=True,
        wrap=True,
        **state.widget("layer"),
    )
    st.segmented_control(
        t("style_distance.distance"),
        KINDS,
        format_func=labels("style_distance.kinds", KINDS),
        required=True,
        wrap=True,
        **state.widget("distance"),
    )
    st.caption(t(f"style_distance.kind_note.{state['distance']}"))


def map_of_pictures(state: PageState, pictures: Sequence[Picture], by_layer: Matrices, content: np.ndarray) -> None:
    """The map by style or by content, with a slider for each layer's weight."""
    st.segmented_control(
        t("style_distance.map"),
        MAPS,
        format_func=labels("style_distance.maps", MAPS),
        required=True,
        label_visibility="collapsed",
        **state.widget("map"),
    )
    _moving_map(state, pictures, by_layer, content)


@st.fragment
def _moving_map(state: PageState, pictures: Sequence[Picture], by_layer: Matrices, content: np.ndarray) -> None:
    """The map and its sliders: while one is dragged, only this runs."""

    def take() -> None:
        if (weights := moved_weights(_KEY, len(LAYERS))) is not None:
            state["weights"] = weights

    def settle() -> None:
        st.session_state[_SETTLED] = True

    weights = weights_of(state)
    by_style = state["map"] == "style"
    distances = weighted_mean(by_layer, weights) if by_style else content
    # every map is turned onto that of equal weights, which depends on nothing but the pictures and their order
    settled = settled_map(weighted_mean(by_layer, dict.fromkeys(LAYERS, 1.0)))
    points, share = classical_scaling(distances)
    style_map(
        pictures,
        turned_onto(points, settled),
        distances,
        key=_KEY,
        colour=state["map"],
        weights=weights,
        weighted=by_style,
        words=group("style_distance.words"),
        on_weights=take,
        on_settled=settle,
    )
    st.caption(t("style_distance.map_note", share=number(100 * share, 2)))
    if st.session_state.pop(_SETTLED, False):
        st.rerun()  # the whole page: matrix, nearest, code and link


def pair_of_matrices(state: PageState, pictures: Sequence[Picture], style: np.ndarray, content: np.ndarray) -> None:
    """The distances in style and in content side by side; a cell opens the pair."""
    titles = [short_title(picture) for picture in pictures]
    i, j = state["pair"]
    for column, (name, distances) in zip(
        st.columns(2, gap="large"), {"style": style, "content": content}.items(), strict=True
    ):
        key = f"style_distance.{name}"

        def take(key: str = key) -> None:
            if (cell := chosen(key, len(pictures))) is not None:
                state["pair"] = cell

        with column:
            st.markdown(f"**{t(f'style_distance.matrices.{name}')}**")
            matrix_canvas(
                distances,
                key=key,
                words=group("matrix"),
                row_names=titles,
                name="d",
                cell=(i, j),
                limit=1.0,
                width=440,
                on_change=take,
            )
            st.caption(t(f"style_distance.matrices.{name}_note", layer=CONTENT_LAYER))


def who_is_nearest(pictures: Sequence[Picture], style: np.ndarray, content: np.ndarray) -> None:
    """For each picture the nearest in style and in content, and how often the two disagree."""
    by_style, by_content = nearest(style), nearest(content)
    titles = [short_title(picture) for picture in pictures]
    tables.words(
        [t(f"style_distance.nearest.{column}") for column in ("picture", "style", "content")],
        [
            [
                titles[row],
                f"{titles[a]} · {number(style[row, a])}",
                f"{titles[b]} · {number(content[row, b])}",
            ]
            for row, (a, b) in enumerate(zip(by_style, by_content, strict=True))
        ],
    )
    differ = int((by_style != by_content).sum())
    st.caption(t("style_distance.nearest.note", differ=differ, count=len(pictures)))


def pair(state: PageState, pictures: Sequence[Picture], by_layer: Matrices) -> None:
    """Two pictures at one layer: both Gram matrices, their difference, and the channels that make it."""
    i, j = state["pair"]
    first, second = pictures[i], pictures[j]
    st.markdown(t("style_distance.pair", first=first.title, second=second.title))
    left, right = st.columns([2, 3], gap="large")
    with left:
        st.plotly_chart(
            _bars([by_layer[layer][i, j] for layer in LAYERS]), key="style_distance.bars", config=plots.STILL
        )
    with right:
        st.segmented_control(
            t("style_distance.open"), LAYERS, required=True, wrap=True, on_change=_forget_cell, **state.widget("open")
        )
        layer = state["open"]
        a, b = grams(first)[layer], grams(second)[layer]
        st.markdown(t("style_distance.open_note", layer=layer, distance=number(by_layer[layer][i, j])))
    order = order_by_energy(a + b)
    place = np.argsort(order)
    telling = telling_pairs(np.abs(a - b), 6)
    cell = st.session_state.setdefault(_cell_key(), telling[0])
    if max(cell) >= len(a):
        cell = st.session_state[_cell_key()] = telling[0]
    panels = {"a": (first.title, a), "b": (second.title, b), "difference": ("A − B", a - b)}
    for column, (name, (title, values)) in zip(st.columns(3), panels.items(), strict=True):
        key = f"style_distance.pair.{name}"

        def take(key: str = key) -> None:
            if (found := chosen(key, len(order))) is not None:
                st.session_state[_cell_key()] = (int(order[found[0]]), int(order[found[1]]))

        with column:
            st.markdown(f"**{as_written(title)}**")
            matrix_canvas(
                values[np.ix_(order, order)],
                key=key,
                words=group("matrix"),
                row_names=[str(channel + 1) for channel in order],
                name="G" if name != "difference" else "ΔG",
                cell=(int(place[cell[0]]), int(place[cell[1]])),
                scale="sqrt",
                limit=float(max(a.max(), b.max())),
                signed=name == "difference" or None,
                on_change=take,
            )
    _channels_of_pair(first, second, layer, (a, b), cell, telling)


def _cell_key() -> str:
    return choice("style_distance.cell")["key"]


def _forget_cell() -> None:
    # another layer has other channels: begin with those that differ most
    st.session_state.pop(_cell_key(), None)


def _channels_of_pair(
    first: Picture,
    second: Picture,
    layer: str,
    both: tuple[np.ndarray, np.ndarray],
    cell: tuple[int, int],
    telling: Sequence[tuple[int, int]],
) -> None:
    """The channel pairs that differ most, as buttons, and the chosen one over both pictures."""
    p, q = cell
    st.markdown(t("style_distance.telling"))
    with st.container(horizontal=True, gap="small"):
        for one, other in telling:
            change = both[0][one, other] - both[1][one, other]
            st.button(
                f"{one + 1} · {other + 1}: {number(float(change), 2)}",
                key=f"style_distance.telling.{one}.{other}",
                type="primary" if (one, other) == (p, q) else "secondary",
                on_click=st.session_state.__setitem__,
                args=(_cell_key(), (one, other)),
            )
    products = []
    for picture in (first, second):
        maps = layer_features(picture, Recipe(), layer)
        products.append(maps[p] * maps[q])
    limit = max(float(values.max()) for values in products)
    for column, picture, gram, values in zip(st.columns(2), (first, second), both, products, strict=True):
        about = {"picture": picture.title, "first": p + 1, "second": q + 1, "value": number(float(gram[p, q]))}
        caption, spoken = (say("style_distance.together", **about) for say in (t, plain_text))
        column.image(over(picture, values, limit), caption=caption, width="stretch", alt=spoken)


def over(picture: Picture, values: np.ndarray, limit: float) -> Image.Image:
    """A picture with a map over it on a scale that two pictures share: full colour is reached at `limit`."""
    # over_picture gives the strongest place of each picture the full colour; bring it down to its share
    share = float(values.max()) / limit if limit > 0 else 0.0
    full = channels.over_picture(picture, values, LIGHT.product)
    return Image.blend(channels.grey_ground(picture).convert("RGB"), full, share)


def _bars(distances: Sequence[float]) -> go.Figure:
    figure = go.Figure(
        go.Bar(
            x=list(LAYERS), y=distances, text=[number(value, 2) for value in distances], marker_color=colours().style
        )
    )
    figure.update_layout(height=230, margin={"l": 10, "r": 10, "t": 10, "b": 10}, yaxis_range=[0, 1])
    return figure


def other_distances(state: PageState, pictures: Sequence[Picture], weights: dict[str, float]) -> None:
    """Four distances between the same statistics: do they rank the pairs alike? And the proof that two are one."""
    st.markdown(f"**{t('style_distance.ranks')}**")
    if len(pictures) < 3:
        st.caption(t("style_distance.ranks_few"))
    else:
        _ranks(pictures, weights)
    st.markdown(f"**{t('style_distance.proof')}**")
    _kernel_proof(state, pictures)


def _ranks(pictures: Sequence[Picture], weights: dict[str, float]) -> None:
    upper = np.triu_indices(len(pictures), k=1)
    found = {kind: weighted_mean(matrices(pictures, kind), weights)[upper] for kind in KINDS}
    found["content"] = matrices(pictures, "content")["content"][upper]
    names = [t(f"style_distance.kinds.{kind}") for kind in KINDS] + [t("style_distance.maps.content")]
    agreement = np.array([[rank_correlation(a, b) for b in found.values()] for a in found.values()])
    lowest = float(np.nanmin(agreement[:4, :4]))
    verdict = "alike" if lowest >= 0.8 else "mostly" if lowest >= 0.5 else "unlike"
    left, right = st.columns([3, 2], gap="large")
    with left:
        tables.matrix(np.round(agreement, 2), names, names)
    with right:
        st.markdown(t(f"style_distance.agree.{verdict}", lowest=number(lowest, 2)))
        st.caption(t("style_distance.ranks_note", count=len(upper[0])))


def _kernel_proof(state: PageState, pictures: Sequence[Picture]) -> None:
    """The mean of (x·y)² over pairs of positions beside ‖A − B‖² of the same positions."""
    i, j = state["pair"]
    count = st.segmented_control(
        t("style_distance.positions"),
        _SAMPLES,
        default=_SAMPLES[1],
        required=True,
        format_func=str,
        key="style_distance.positions",
    )
    layer = state["open"]
    points = [
        sample_positions(layer_features(pictures[k], Recipe(), layer), count, np.random.default_rng(k)) for k in (i, j)
    ]
    a, b = (feature_gram(each[:, None, :]) for each in points)
    kernel, difference = polynomial_mmd_squared(*points), float(((a - b) ** 2).sum())
    st.latex(
        r"\begin{aligned}&\overline{(x\cdot x')^2}+\overline{(y\cdot y')^2}-2\,\overline{(x\cdot y)^2}"
        r"\\=\;&\lVert A\rVert^2+\lVert B\rVert^2-2\langle A,B\rangle=\lVert A-B\rVert^2\end{aligned}"
    )
    pairs = sum(each.shape[1] for each in points) ** 2
    tables.facts(
        [
            (t("style_distance.kernel_sum", pairs=pairs), number(kernel, 10)),
            (t("style_distance.gram_square"), number(difference, 10)),
        ]
    )
    titles = {"first": pictures[i].title, "second": pictures[j].title}
    st.caption(t("style_distance.proof_note", count=points[0].shape[1], layer=layer, **titles))
