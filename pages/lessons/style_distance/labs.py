"""Lesson 6 piece by piece: the map, who is nearest, a pair down to its channels, other distances."""

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
from pages.lessons.style_distance.state import DOUBT, HALVES, MAPS, SAMPLES, State
from pages.ui.canvases.map.canvas import moved_weights, style_map
from pages.ui.canvases.matrix.canvas import chosen, matrix_canvas
from pages.ui.colours import LIGHT, colours
from pages.ui.compute.passes import read_layer
from pages.ui.memory import Memory
from pages.ui.numbers import number
from pages.ui.pictures import Picture
from pages.ui.show import channels, plots, tables
from pages.ui.text import as_written, group, labels, plain_text, t

_KEY = "style_distance.map_canvas"
_SETTLED = Memory("style_distance.settled", False)


def weights_of(state: State) -> dict[str, float]:
    return dict(zip(LAYERS, state.weights, strict=True))


def why_this_distance(state: State) -> None:
    """Why the page measures as it does; or which other distance is in force."""
    st.markdown(t("style_distance.style_is"))
    if state.distance == "gram":
        st.markdown(t("style_distance.why_this"))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(t("style_distance.in_force", kind=t(f"style_distance.kinds.{state.distance}")), width="content")
        back = t("style_distance.back_to_gram")
        st.button(back, on_click=state.set, kwargs={"distance": "gram"}, key="style_distance.back_to_gram")


def _choose_kind(state: State) -> None:
    """Another distance for the whole page, each with its reason."""
    st.segmented_control(
        t("style_distance.distance"),
        KINDS,
        format_func=labels("style_distance.kinds", KINDS),
        required=True,
        wrap=True,
        **state.widget("distance"),
    )
    st.markdown(t(f"style_distance.kind_note.{state.distance}"))


def map_of_pictures(state: State, pictures: Sequence[Picture], by_layer: Matrices, content: np.ndarray) -> None:
    """The map by style or by content, which the matrix beside it follows, with a slider for each layer's weight."""
    st.segmented_control(
        t("style_distance.map"),
        MAPS,
        format_func=labels("style_distance.maps", MAPS),
        required=True,
        label_visibility="collapsed",
        **state.widget("map"),
    )
    _moving_map(state, pictures, by_layer, content)


def say_example(state: State) -> None:
    """What the pictures that the page begins with show, or those of the doubt; nothing once anything else is chosen."""
    said = {tuple(HALVES): "halves", tuple(DOUBT): "doubt"}.get(tuple(state.pictures))
    usual = all(state[name] == State.parameters()[name].default for name in ("layer", "weights", "distance"))
    if said and usual:
        st.markdown(t(f"style_distance.example.{said}"))


@st.fragment
def _moving_map(state: State, pictures: Sequence[Picture], by_layer: Matrices, content: np.ndarray) -> None:
    """The map and its sliders: while one is dragged, only this runs."""

    def take() -> None:
        if (weights := moved_weights(_KEY, len(LAYERS))) is not None:
            state.weights = weights

    def settle() -> None:
        _SETTLED.value = True

    weights = weights_of(state)
    by_style = state.map == "style"
    distances = weighted_mean(by_layer, weights) if by_style else content
    # every map is turned onto that of equal weights, which depends on nothing but the pictures and their order
    settled = settled_map(weighted_mean(by_layer, dict.fromkeys(LAYERS, 1.0)))
    points, share = classical_scaling(distances)
    style_map(
        pictures,
        turned_onto(points, settled),
        distances,
        key=_KEY,
        colour=state.map,
        weights=weights,
        weighted=by_style,
        words=group("style_distance.words"),
        on_weights=take,
        on_settled=settle,
    )
    st.caption(t("style_distance.map_note", share=number(100 * share, 2)))
    with st.expander(t("style_distance.how_map")):
        st.markdown(t("style_distance.how_map_text"))
    if _SETTLED.take():
        st.rerun()  # the whole page: matrix, nearest, code and link


def matrix_of_distances(state: State, pictures: Sequence[Picture], distances: np.ndarray) -> None:
    """The distances that the map shows, in style of one layer or of all, or in content; a cell opens the pair."""
    key = f"style_distance.{state.map}"

    def take() -> None:
        if (cell := chosen(key, len(pictures))) is not None:
            state.pair = cell

    if state.map == "style":
        st.segmented_control(
            t("style_distance.layer"),
            ["mean", *LAYERS],
            format_func=({"mean": t("style_distance.mean")} | {layer: layer for layer in LAYERS}).__getitem__,
            label_visibility="collapsed",
            required=True,
            wrap=True,
            **state.widget("layer"),
        )
    matrix_canvas(
        distances,
        key=key,
        words=group("matrix"),
        row_names=[short_title(picture) for picture in pictures],
        name="d",
        cell=state.pair,
        limit=1.0,
        width=440,
        on_change=take,
    )
    st.caption(t(f"style_distance.matrices.{state.map}_note", layer=CONTENT_LAYER))


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


def pair(state: State, pictures: Sequence[Picture], by_layer: Matrices) -> None:
    """Two pictures at one layer: both Gram matrices, their difference, and the channels that make it."""
    i, j = state.pair
    first, second = pictures[i], pictures[j]
    st.markdown(t("style_distance.pair", first=first.title, second=second.title))

    def forget_channels() -> None:
        state.channels = None  # another layer has others: begin with those that differ most

    left, right = st.columns([2, 3], gap="large")
    with left:
        st.plotly_chart(
            _bars([by_layer[layer][i, j] for layer in LAYERS]), key="style_distance.bars", config=plots.STILL
        )
    with right:
        st.segmented_control(
            t("style_distance.open"),
            LAYERS,
            required=True,
            wrap=True,
            on_change=forget_channels,
            **state.widget("open"),
        )
        layer = state.open
        a, b = grams(first)[layer], grams(second)[layer]
        st.markdown(t("style_distance.open_note", layer=layer, distance=number(by_layer[layer][i, j])))
    order = order_by_energy(a + b)
    place = np.argsort(order)
    telling = telling_pairs(np.abs(a - b), 6)
    cell = telling[0] if state.channels is None or max(state.channels) >= len(a) else state.channels
    panels = {"a": (first.title, a), "b": (second.title, b), "difference": ("A − B", a - b)}
    for column, (name, (title, values)) in zip(st.columns(3), panels.items(), strict=True):
        key = f"style_distance.pair.{name}"

        def take(key: str = key) -> None:
            if (found := chosen(key, len(order))) is not None:
                state.channels = (int(order[found[0]]), int(order[found[1]]))

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
    _channels_of_pair(state, first, second, layer, (a, b), cell, telling)


def _channels_of_pair(
    state: State,
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
                t("style_distance.telling_pair", i=one + 1, j=other + 1, value=number(float(change), 2)),
                key=f"style_distance.telling.{one}.{other}",
                type="primary" if (one, other) == (p, q) else "secondary",
                on_click=state.set,
                kwargs={"channels": (one, other)},
            )
    products = []
    for picture in (first, second):
        one, other = read_layer(picture, layer).channels[layer][[p, q]].astype(np.float32)
        products.append(one * other)
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
    figure.update_layout(height=plots.height_of(230), margin={"l": 10, "r": 10, "t": 10, "b": 10}, yaxis_range=[0, 1])
    return figure


def other_distances(state: State, pictures: Sequence[Picture], weights: dict[str, float]) -> None:
    """Four distances between the same statistics: do they rank the pairs alike? And the proof that two are one."""
    st.markdown(t("style_distance.why_others"))
    _choose_kind(state)
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


def _kernel_proof(state: State, pictures: Sequence[Picture]) -> None:
    """The mean of (x·y)² over pairs of positions beside ‖A − B‖² of the same positions."""
    i, j = state.pair
    count = st.segmented_control(
        t("style_distance.positions"),
        SAMPLES,
        required=True,
        format_func=str,
        **state.widget("positions"),
    )
    layer = state.open
    points = [
        sample_positions(read_layer(pictures[k], layer).channels[layer], count, np.random.default_rng(k))
        for k in (i, j)
    ]
    a, b = (feature_gram(each[:, None, :]) for each in points)
    kernel, difference = polynomial_mmd_squared(points[0], points[1]), float(((a - b) ** 2).sum())
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
