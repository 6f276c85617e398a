"""The distances between pictures, kept for all sessions: of each picture its statistics, of each pair its numbers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import streamlit as st

from gramlib.distances import content_distance, gaussian_of, projections_of, sliced_distance, wasserstein_distance
from gramlib.errors import GramlabError
from gramlib.gram import feature_gram
from gramlib.images import to_tensor
from gramlib.retrieval import LAYERS, content_features
from pages.ui.compute import networks
from pages.ui.pictures import Picture
from pages.ui.text import t

KINDS = ("gram", "mmd", "wasserstein", "sliced")
SIZE = 256  # longest side in pixels

Matrices = dict[str, np.ndarray]


@dataclass
class _Slot:
    """A place in the cache for what the pool computes; asked for once, whoever comes first."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    future: Future[Any] | None = None

    def ask(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        with self.lock:
            if self.future is None:
                self.future = networks.jobs().compute(function, *arguments)
            return self.future


@st.cache_resource(max_entries=64, show_spinner=False)
def _slot(name: str, statistic: str) -> _Slot:
    return _Slot()


@st.cache_resource(max_entries=4096, show_spinner=False)
def _pair(first: str, second: str, statistic: str) -> _Slot:
    return _Slot()


def _statistic(kind: str) -> str:
    # the kernel's distance is the Gram matrices', and is not computed twice
    return "gram" if kind == "mmd" else kind


def _read(picture: Picture, statistic: str) -> dict[str, Any]:
    """On the pool: what is compared of a picture, by layer."""
    import torch

    network = networks.network()
    with torch.inference_mode():
        if statistic == "content":
            # half precision is a tenth of a per cent of each feature, and half the memory
            return {"content": content_features(network, picture.image).half().cpu().numpy()}
        features = network.features(to_tensor(picture.image, SIZE), LAYERS)
        if statistic == "gram":
            return {layer: feature_gram(maps).cpu().numpy() for layer, maps in features.items()}
        summary: Any = {"wasserstein": gaussian_of, "sliced": projections_of}[statistic]
        return {layer: summary(maps) for layer, maps in features.items()}


def _compare(a: dict[str, Any], b: dict[str, Any], statistic: str) -> dict[str, float]:
    from gramlib.style import style_distance  # on the pool: torch is there by now

    measure: Any = {
        "gram": style_distance,
        "wasserstein": wasserstein_distance,
        "sliced": sliced_distance,
        "content": content_distance,
    }[statistic]
    return {layer: measure(a[layer], b[layer]) for layer in a}


def readable(pictures: Sequence[Picture]) -> tuple[list[Picture], list[tuple[Picture, GramlabError]]]:
    """The pictures that reach the deepest layer, and the others, each with what is wrong with it."""
    networks.wait_until_loaded()
    found, refused = [], []
    asked = [_asked(picture, "gram") for picture in pictures]
    _wait_for(asked)
    for picture, future in zip(pictures, asked, strict=True):
        try:
            future.result()
        except GramlabError as error:
            refused.append((picture, error))
        else:
            found.append(picture)
    return found, refused


def _asked(picture: Picture, statistic: str) -> Future[Any]:
    return _slot(picture.name, statistic).ask(_read, picture, statistic)


def _wait_for(futures: Sequence[Future[Any]]) -> None:
    """Wait with a bar that shows only if it takes long."""
    # its place is there in any case: one element more or less would shift all below, and show them twice for a while
    bar = st.empty()
    if not wait(futures, timeout=0.5).not_done:
        return
    while (left := len(wait(futures, timeout=0.1).not_done)) > 0:
        bar.progress(1 - left / len(futures), t("style_distance.computing"))
    bar.empty()


def matrices(pictures: Sequence[Picture], kind: str) -> Matrices:
    """The distances of every two pictures, (k, k), for each layer; or, of kind "content", under that name."""
    statistic = _statistic(kind)
    read = [_asked(picture, statistic) for picture in pictures]
    _wait_for(read)
    pairs = [(i, j) for i in range(len(pictures)) for j in range(i)]
    slots = {}
    for i, j in pairs:
        # the order in which they were chosen does not matter
        first, second = sorted((i, j), key=lambda index: pictures[index].name)
        slot = _pair(pictures[first].name, pictures[second].name, statistic)
        slots[i, j] = slot.ask(_compare, read[first].result(), read[second].result(), statistic)
    _wait_for(list(slots.values()))
    found = {layer: np.zeros((len(pictures), len(pictures))) for layer in ("content",) if statistic == "content"}
    found = found or {layer: np.zeros((len(pictures), len(pictures))) for layer in LAYERS}
    for (i, j), future in slots.items():
        for layer, distance in future.result().items():
            found[layer][i, j] = found[layer][j, i] = distance
    return found


def grams(picture: Picture) -> dict[str, np.ndarray]:
    """The Gram matrices of a picture that `matrices` compares."""
    found: dict[str, np.ndarray] = _asked(picture, "gram").result()
    return found
