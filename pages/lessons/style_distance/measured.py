"""The distances between pictures: statistics made from their passes, and of each pair its numbers, for all sessions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from gramlib.distances import content_distance, gaussian_of, projections_of, sliced_distance, wasserstein_distance
from gramlib.errors import GramlabError
from gramlib.retrieval import CONTENT_LAYER, LAYERS
from pages.ui.compute import networks
from pages.ui.compute.passes import CONTENT, STYLE, LayerPass, Work, layer_pass, results
from pages.ui.compute.waiting import bar
from pages.ui.pictures import Picture, to_size
from pages.ui.text import t

KINDS = ("gram", "mmd", "wasserstein", "sliced")

Matrices = dict[str, np.ndarray]
Statistics = dict[str, Any]


def readable(pictures: Sequence[Picture]) -> tuple[list[Picture], list[tuple[Picture, GramlabError]]]:
    """The pictures that reach the deepest layer, and the others, each with what is wrong with it."""
    found, refused, network = [], [], networks.network()
    for picture in pictures:
        width, height = to_size(picture.image, STYLE.size)
        try:
            network.check(LAYERS, height, width)
        except GramlabError as error:
            refused.append((picture, error))
        else:
            found.append(picture)
    return found, refused


def grams(picture: Picture) -> Matrices:
    """The Gram matrices of a picture that `matrices` compares."""
    return _statistics([picture], "gram")[0]


def matrices(pictures: Sequence[Picture], kind: str) -> Matrices:
    """The distances of every two pictures, (k, k), for each layer; or, of kind "content", under that name."""
    # the kernel's distance is the Gram matrices', and is not computed twice
    statistic = "gram" if kind == "mmd" else kind
    pairs = {}
    for i in range(len(pictures)):
        for j in range(i):
            # the order in which they were chosen does not matter
            first, second = sorted((i, j), key=lambda index: pictures[index].name)
            pairs[first, second] = _pair(pictures[first].name, pictures[second].name, statistic)
    _compute({pair: work for pair, work in pairs.items() if not work.done}, pictures, statistic)
    layers = ("content",) if statistic == "content" else LAYERS
    found = {layer: np.zeros((len(pictures), len(pictures))) for layer in layers}
    for (i, j), distances in pairs.items():
        for layer in layers:
            found[layer][i, j] = found[layer][j, i] = distances.result()[layer]
    return found


@st.cache_resource(max_entries=4096, show_spinner=False)
def _pair(first: str, second: str, statistic: str) -> Work[dict[str, float]]:
    """The distances of two pictures by layer."""
    return Work()


def _compute(
    missing: dict[tuple[int, int], Work[dict[str, float]]], pictures: Sequence[Picture], statistic: str
) -> None:
    """Have the distances of these pairs computed, and wait for them."""
    needed = sorted({index for pair in missing for index in pair})
    read = dict(zip(needed, _statistics([pictures[index] for index in needed], statistic), strict=True))
    said = t("style_distance.comparing", kind=_name(statistic), count=len(missing))
    with bar() as tell:
        results(
            [(work, partial(_compare, read[i], read[j], statistic)) for (i, j), work in missing.items()],
            lambda share: tell(share, said),
        )


def _name(statistic: str) -> str:
    return t("style_distance.maps.content" if statistic == "content" else f"style_distance.kinds.{statistic}")


def _compare(a: Statistics, b: Statistics, statistic: str) -> dict[str, float]:
    from gramlib.style import style_distance  # on the pool: torch is there by now

    measure: Any = {
        "gram": style_distance,
        "wasserstein": wasserstein_distance,
        "sliced": sliced_distance,
        "content": content_distance,
    }[statistic]
    return {layer: measure(a[layer], b[layer]) for layer in a}


def _statistics(pictures: Sequence[Picture], statistic: str) -> list[Statistics]:
    """What is compared of each picture, by layer."""
    passes = [layer_pass(picture, CONTENT if statistic == "content" else STYLE) for picture in pictures]
    with bar() as tell:
        looking = t("style_distance.computing")
        results([(seen.reading, seen.compute) for seen in passes], lambda share: tell(share, looking))
        if statistic == "content":
            return [{"content": seen.channels[CONTENT_LAYER]} for seen in passes]
        if statistic == "gram":
            return [{layer: seen.grams[layer] for layer in LAYERS} for seen in passes]
        summing = t("style_distance.summing", kind=_name(statistic))
        summaries = [(seen.work(statistic), partial(_summary, seen, statistic)) for seen in passes]
        return results(summaries, lambda share: tell(share, summing))


def _summary(seen: LayerPass, statistic: str) -> Statistics:
    """On the pool: of the channels in half precision, which moves a distance by less than 0.00002."""
    summary: Any = {"wasserstein": gaussian_of, "sliced": projections_of}[statistic]
    return {layer: summary(seen.channels[layer]) for layer in LAYERS}
