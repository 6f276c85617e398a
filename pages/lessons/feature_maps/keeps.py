"""What a Gram matrix keeps and forgets: the positions are changed, one guesses, and the matrix is measured again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import streamlit as st
from PIL import Image

from gramlib.channels import order_by_energy
from gramlib.gram import feature_gram
from gramlib.positions import mirror, mix_positions, roll, shuffle_apart, shuffle_together
from pages.lessons.feature_maps import source
from pages.lessons.feature_maps.source import COUNT, SIZE, WHITE, Read
from pages.lessons.feature_maps.state import CHANGES, COLOURS, State
from pages.ui import frame
from pages.ui.canvases.matrix.canvas import matrix_canvas
from pages.ui.compute.passes import Recipe, read_layer
from pages.ui.numbers import number
from pages.ui.pictures import Picture, high_enough, reduced
from pages.ui.show import channels
from pages.ui.text import group, joined, labels, t

HOW: Mapping[str, Callable[[np.ndarray, np.random.Generator], np.ndarray]] = {
    "together": shuffle_together,
    "apart": shuffle_apart,
    "mirror": lambda maps, rng: mirror(maps),
    "roll": lambda maps, rng: roll(maps, maps.shape[1] // 3, maps.shape[2] // 3),
    "mix": mix_positions,
}
# what is right, by question; to shuffle a picture's pixels is another question where its colours are read
RIGHT = {
    "together": "same",
    "apart": "diagonal",
    "mirror": "same",
    "roll": "same",
    "mix": "same",
    "image": "changes",
    "pixels": "same",
}

# The same Gram matrix: each pattern has two channels, white and black, which never meet
ROWS, COLUMNS = np.indices((6, 6))
TWINS = {
    "stripes": np.stack([COLUMNS % 2, 1 - COLUMNS % 2]).astype(float),
    "checker": np.stack([(ROWS + COLUMNS) % 2, 1 - (ROWS + COLUMNS) % 2]).astype(float),
}
WHITE_AND_BLACK = ("white", "black")


def keeps(state: State, found: Read) -> None:
    """Change the positions, guess, and measure what the matrix says."""
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
    changed = _changed(state, found)
    _before_and_after(found, changed)
    st.button(t("feature_maps.again"), on_click=next_seed, key="feature_maps.again", icon=":material/shuffle:")
    question = "pixels" if change == "image" and found.source == COLOURS else change
    if frame.prediction("feature_maps", f"guess_{question}", ["same", "diagonal", "changes"], RIGHT[question]):
        rounding = "feature_maps.mixed_rounding" if change == "mix" else "feature_maps.only_rounding"
        _measure(feature_gram(found.maps), feature_gram(changed), found.names, t(rounding))


def _changed(state: State, found: Read) -> np.ndarray:
    rng = np.random.default_rng(state.seed)
    if state.change != "image":
        return HOW[state.change](found.maps, rng)
    levels = np.asarray(reduced(found.picture.image, SIZE)).transpose(2, 0, 1)
    pixels = Image.fromarray(np.ascontiguousarray(shuffle_together(levels, rng).transpose(1, 2, 0)))
    shuffled = Picture(f"{found.picture.name}~{state.seed}", pixels)
    said = t("feature_maps.shuffled_picture")
    st.image(high_enough(pixels, 220), width=220, caption=said, alt=said)
    if found.source == COLOURS:
        return source.read(shuffled, COLOURS).maps
    # the same channels as before, not those that are now the strongest; of noise no other layer is asked for
    layer = found.source
    shown = order_by_energy(read_layer(found.picture, layer).grams[layer])[:COUNT]
    noise = read_layer(shuffled, layer, Recipe(layers=(layer,)))
    changed: np.ndarray = noise.channels[layer][shown].astype(np.float64)
    return changed


def _before_and_after(found: Read, changed: np.ndarray) -> None:
    for title, maps in (("before", found.maps), ("after", changed)):
        st.caption(t(f"feature_maps.{title}"))
        with st.container(horizontal=True, gap="small"):
            for channel, values in enumerate(maps[:4]):
                said = found.title(channel)
                st.image(high_enough(found.shown(channel, values), 150), width=150, caption=said, alt=said)


def _measure(before: np.ndarray, after: np.ndarray, names: Sequence[str], rounding: str) -> None:
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
    _say_change(before, after, rounding)


def _say_change(before: np.ndarray, after: np.ndarray, rounding: str) -> None:
    """How much G has changed; of a change that only rounding has left over, the words for it."""
    relative = float(np.linalg.norm(after - before) / (np.linalg.norm(before) or 1.0))
    said = t("feature_maps.measured", change=number(relative, 2))
    st.markdown(joined(said, rounding) if 0 < relative < 1e-12 else said)


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
    _say_change(grams["stripes"], grams["checker"], t("feature_maps.only_rounding"))
    st.caption(t("feature_maps.twins_note"))


def _patterns(maps: np.ndarray, names: Sequence[str]) -> None:
    with st.container(horizontal=True, gap="small"):
        for values, name in zip(maps, names, strict=True):
            said = t("feature_maps.bright", name=t(f"feature_maps.pattern.{name}"))
            st.image(channels.light_picture(values, WHITE), width=140, caption=said, alt=said)
