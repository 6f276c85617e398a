"""The second half of lesson 4: a real picture's channels, their covariance, and what the Gram matrix forgets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import streamlit as st
from PIL import Image

from gramlib.channels import order_by_energy
from gramlib.errors import GramlabError
from gramlib.gram import feature_gram, flatten_features, gram_matrix
from gramlib.positions import mirror, mix_positions, roll, shuffle_apart, shuffle_together
from pages.lessons.feature_maps.state import CHANGES, COLOURS, SOURCES, State
from pages.ui import frame
from pages.ui.canvases.matrix.canvas import chosen, matrix_canvas
from pages.ui.compute.passes import Recipe, read_layer
from pages.ui.numbers import number, without_noise
from pages.ui.pictures import Picture, choose_picture, high_enough, reduced
from pages.ui.show import channels, formulas, tables
from pages.ui.state import within
from pages.ui.text import fault, group, joined, labels, t

SIZE = 256  # of the colours; a layer is read as lessons 5 and 6 do
COUNT = 8  # channels of a layer that are shown

HOW: Mapping[str, Callable[[np.ndarray, np.random.Generator], np.ndarray]] = {
    "together": shuffle_together,
    "apart": shuffle_apart,
    "mirror": lambda maps, rng: mirror(maps),
    "roll": lambda maps, rng: roll(maps, maps.shape[1] // 3, maps.shape[2] // 3),
    "mix": mix_positions,
    "image": shuffle_together,  # of the picture's pixels, before the network sees them
}
RIGHT = {"together": "same", "apart": "diagonal", "mirror": "same", "roll": "same", "mix": "same", "image": "changes"}

OPPOSED = "relu3_1"  # a layer in which some of the strongest channels of each of our pictures oppose each other

# The same Gram matrix: each pattern has two channels, white and black, which never meet
ROWS, COLUMNS = np.indices((6, 6))
TWINS = {
    "stripes": np.stack([COLUMNS % 2, 1 - COLUMNS % 2]).astype(float),
    "checker": np.stack([(ROWS + COLUMNS) % 2, 1 - (ROWS + COLUMNS) % 2]).astype(float),
}


WHITE_AND_BLACK = ("white", "black")


def count_of(source: str) -> int:
    """How many channels are read from a picture."""
    return 3 if source == COLOURS else COUNT


def real_maps(state: State) -> tuple[Picture, np.ndarray, list[str]]:
    """Let the person choose a picture and what to read from it; its channels, (C, H, W), and their names."""
    left, right = st.columns([2, 3], gap="large")
    with left:
        picture = choose_picture(state, "picture", t("feature_maps.picture"))
    with right:
        titles = {layer: layer for layer in SOURCES} | {COLOURS: t("feature_maps.colours")}
        st.segmented_control(
            t("feature_maps.source"),
            SOURCES,
            format_func=titles.__getitem__,
            required=True,
            wrap=True,
            **state.widget("source"),
        )
    return picture, *_channels(picture, state.source)


def _channels(picture: Picture, source: str) -> tuple[np.ndarray, list[str]]:
    if source == COLOURS:
        levels = np.asarray(reduced(picture.image, SIZE), dtype=np.float64) / 255
        return levels.transpose(2, 0, 1), [t(f"feature_maps.colour.{name}") for name in ("red", "green", "blue")]
    seen = read_layer(picture, source)
    shown = order_by_energy(seen.grams[source])[:COUNT]
    return seen.channels[source][shown].astype(np.float64), [str(channel + 1) for channel in shown]


def _pair(source: str, first: str, second: str) -> str:
    """Two channels of a picture, as one says them in a sentence."""
    return t(f"feature_maps.pair.{'colours' if source == COLOURS else 'channels'}", first=first, second=second)


def _title(source: str, name: str) -> str:
    """A channel of a picture, as it is written below it."""
    return t("feature_maps.pair.colour", colour=name) if source == COLOURS else t("vgg_layers.overlay", number=name)


def real(state: State) -> None:
    """The same reading as by hand, on the channels of a real picture."""
    _, maps, names = real_maps(state)
    gram = feature_gram(maps)
    cell = within(state.cell, len(gram))
    left, right = st.columns([2, 3], gap="large")
    with left:
        matrix_canvas(
            gram,
            key="feature_maps.real",
            words=group("matrix"),
            row_names=names,
            cell=cell,
            on_change=lambda: state.set(cell=chosen("feature_maps.real", len(gram)) or state.cell),
        )
        channels_, height, width = maps.shape
        st.caption(
            t("feature_maps.real_note", channels=channels_, height=height, width=width, positions=height * width)
        )
    with right:
        i, j = cell
        st.markdown(
            t(
                "feature_maps.real_cell",
                pair=_pair(state.source, names[i], names[j]),
                value=number(gram[i, j]),
                positions=width * height,
            )
        )
        channels.show_pair(maps, i, j, [_title(state.source, names[channel]) for channel in (i, j)])
        cosine = gram[i, j] / (np.sqrt(gram[i, i] * gram[j, j]) or 1.0)
        st.caption(t("feature_maps.real_cosine", cosine=number(cosine, 2)))


def covariance(state: State) -> None:
    """G/N, covariance and correlation of the same channels, and the mean that lies between them."""
    _, maps, names = real_maps(state)
    rows = flatten_features(maps)
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
                row_names=names,
                selectable=False,
            )
    st.markdown(t("feature_maps.mean_note"))
    tables.matrix(rows.mean(axis=1)[None], [t("feature_maps.mean")], names)
    opposed = readings["correlation"] + 2 * (readings["gram"] <= 0)
    i, j = map(int, np.unravel_index(int(np.argmin(opposed)), opposed.shape))
    pair = _pair(state.source, names[i], names[j])
    values = {reading: float(matrix[i, j]) for reading, matrix in readings.items()}
    if values["covariance"] < 0 < values["gram"]:
        said = {reading: number(value) for reading, value in values.items()}
        st.markdown(t("feature_maps.opposed", pair=pair, **said))
    else:
        st.markdown(t("feature_maps.none_opposed", pair=pair))
        if state.source != OPPOSED:
            look = t("feature_maps.look_at", layer=OPPOSED)
            st.button(look, on_click=state.set, kwargs={"source": OPPOSED}, key="feature_maps.look_at")
    means = rows[[i, j]].mean(axis=1)
    formulas.covariance(values["gram"], float(means[0]), float(means[1]), values["covariance"])
    channels.show_pair(maps, i, j, [_title(state.source, names[channel]) for channel in (i, j)])


def keeps(state: State) -> None:
    """Change the positions, guess, and measure what the matrix says."""
    picture, maps, names = real_maps(state)
    st.segmented_control(
        t("feature_maps.change"),
        CHANGES,
        format_func=labels("feature_maps.changes", CHANGES),
        required=True,
        wrap=True,
        **state.widget("change"),
    )

    def next_seed() -> None:
        state.seed = (state.seed + 1) % 10_000

    change = state.change
    st.markdown(t(f"feature_maps.what.{change}"))
    if change == "twins":
        _twins(state)
        return
    changed = _changed(state, picture, maps)
    _before_and_after(maps, changed, names)
    st.button(t("feature_maps.again"), on_click=next_seed, key="feature_maps.again", icon=":material/shuffle:")
    right = "same" if change == "image" and state.source == COLOURS else RIGHT[change]
    if frame.prediction("feature_maps", f"guess_{change}", ["same", "diagonal", "changes"], right):
        _measure(feature_gram(maps), feature_gram(changed), names)


def _changed(state: State, picture: Picture, maps: np.ndarray) -> np.ndarray:
    source, rng = state.source, np.random.default_rng(state.seed)
    if state.change != "image":
        return HOW[state.change](maps, rng)
    levels = np.asarray(reduced(picture.image, SIZE)).transpose(2, 0, 1)
    pixels = Image.fromarray(np.ascontiguousarray(shuffle_together(levels, rng).transpose(1, 2, 0)))
    shuffled = Picture(f"{picture.name}~{state.seed}", pixels)
    said = t("feature_maps.shuffled_picture")
    st.image(high_enough(pixels, 220), width=220, caption=said, alt=said)
    if source == COLOURS:
        return _channels(shuffled, source)[0]
    # the same channels as before, not those that are now the strongest; of noise no other layer is asked for
    shown = order_by_energy(read_layer(picture, source).grams[source])[:COUNT]
    noise = read_layer(shuffled, source, Recipe(layers=(source,)))
    changed: np.ndarray = noise.channels[source][shown].astype(np.float64)
    return changed


def _before_and_after(before: np.ndarray, after: np.ndarray, names: list[str]) -> None:
    for title, maps in (("before", before), ("after", after)):
        st.caption(t(f"feature_maps.{title}"))
        with st.container(horizontal=True, gap="small"):
            for values, name in list(zip(maps, names, strict=True))[:4]:
                st.image(high_enough(channels.signed_picture(values), 150), width=150, caption=name, alt=name)


def _measure(before: np.ndarray, after: np.ndarray, names: list[str]) -> None:
    limit = float(np.abs(before).max())
    shown = {"g_before": before, "g_after": after, "difference": after - before}
    for column, (title, matrix) in zip(st.columns(3), shown.items(), strict=True):
        with column:
            st.markdown(f"**{t(f'feature_maps.{title}')}**")
            matrix_canvas(
                np.where(np.abs(matrix) < 1e-12 * limit, 0.0, matrix),
                key=f"feature_maps.{title}",
                words=group("matrix"),
                row_names=names,
                limit=limit,
                signed=True,
                selectable=False,
            )
    _say_change(before, after)


def _say_change(before: np.ndarray, after: np.ndarray) -> None:
    relative = float(np.linalg.norm(after - before) / (np.linalg.norm(before) or 1.0))
    said = t("feature_maps.measured", change=number(relative, 2))
    st.markdown(joined(said, t("feature_maps.only_rounding")) if 0 < relative < 1e-12 else said)


def _twins(state: State) -> None:
    """Stripes and checker: two pictures that nobody confuses, with one Gram matrix, until a channel sees neighbours."""
    columns = dict(zip(TWINS, st.columns(2, gap="large"), strict=True))
    for name, maps in TWINS.items():
        with columns[name]:
            st.markdown(f"**{t(f'feature_maps.twin.{name}')}**")
            _patterns(maps, WHITE_AND_BLACK)
    if not frame.prediction("feature_maps", "guess_twins", [*TWINS, "same"], "same"):
        return
    seen = st.toggle(t("feature_maps.see_neighbours"), **state.widget("neighbours"))
    grams = {}
    for (name, maps), column in zip(TWINS.items(), st.columns(2, gap="large"), strict=True):
        names: tuple[str, ...] = WHITE_AND_BLACK
        if seen:  # white where white lies above it, too
            both = maps[0] * np.roll(maps[0], 1, axis=0)
            maps, names = np.concatenate([maps, both[None]]), (*names, "pair")
        grams[name] = feature_gram(maps, normalize="none")
        with column:
            st.markdown(f"**{t(f'feature_maps.twin.{name}')}**")
            if seen:
                _patterns(maps[2:], names[2:])
            matrix_canvas(
                grams[name],
                key=f"feature_maps.twin.{name}",
                words=group("matrix"),
                row_names=[t(f"feature_maps.pattern.{channel}") for channel in names],
                width=300,
                selectable=False,
            )
    _say_change(*grams.values())
    st.caption(t("feature_maps.twins_note"))


def _patterns(maps: np.ndarray, names: Sequence[str]) -> None:
    with st.container(horizontal=True, gap="small"):
        for values, name in zip(maps, names, strict=True):
            said = t(f"feature_maps.pattern.{name}")
            st.image(channels.signed_picture(values), width=140, caption=said, alt=said)
