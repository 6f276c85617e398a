"""What is computed from pictures, kept for all sessions by small keys, the oldest thrown away first."""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import wait
from dataclasses import dataclass

import numpy as np
import streamlit as st

from gramlib.gram import feature_gram
from gramlib.images import to_tensor
from pages.ui.compute import networks
from pages.ui.pictures import Picture
from pages.ui.text import t


@dataclass(frozen=True)
class Recipe:
    """How a picture is read: the network, its pooling, and the longest side in pixels."""

    architecture: str = "vgg16"
    pooling: str = "max"
    size: int = 256


@dataclass(frozen=True)
class LayerGrams:
    """The Gram matrix of each layer, (C, C), its height and width, and the seconds it all took."""

    grams: Mapping[str, np.ndarray]
    shapes: Mapping[str, tuple[int, int]]
    seconds: float


@dataclass
class _Slot:
    """A place in the cache, and how far the work on it has come: 0 to 1."""

    fraction: float = 0.0
    found: LayerGrams | None = None


@st.cache_resource(max_entries=32, show_spinner=False)
def _slot(name: str, recipe: Recipe, layers: tuple[str, ...]) -> _Slot:
    return _Slot()


def _compute_grams(
    picture: Picture, recipe: Recipe, layers: tuple[str, ...], slot: _Slot, kept: dict[str, np.ndarray] | None = None
) -> LayerGrams:
    """On the pool: the Gram matrices of the layers, and, if asked for, their channels into `kept`."""
    import torch

    start = time.perf_counter()
    network = networks.network(recipe.architecture, recipe.pooling)
    with torch.inference_mode():
        features = network.features(to_tensor(picture.image, recipe.size), layers)
        slot.fraction = 0.6
        grams = {}
        for layer, maps in features.items():
            grams[layer] = feature_gram(maps).cpu().numpy()
            slot.fraction += 0.4 / len(layers)
            if kept is not None:
                kept[layer] = maps.half().cpu().numpy()
    shapes = {layer: (maps.shape[1], maps.shape[2]) for layer, maps in features.items()}
    return LayerGrams(grams, shapes, time.perf_counter() - start)


@st.cache_resource(max_entries=6, show_spinner=False)
def _features(name: str, recipe: Recipe) -> dict[str, np.ndarray]:
    """The channels of the layers computed so far, in half precision: 25 MB for all of a picture of 256 px."""
    return {}


def layer_grams(picture: Picture, recipe: Recipe, layers: tuple[str, ...]) -> LayerGrams:
    """The Gram matrices of a picture at these layers, divided by H·W; computed once, behind a bar."""
    networks.wait_until_loaded()
    bar = st.empty()  # also where nothing is waited for: what follows keeps its place
    slot = _slot(picture.name, recipe, layers)
    if slot.found is None:
        future = networks.jobs().compute(_compute_grams, picture, recipe, layers, slot)
        while not wait([future], timeout=0.1).done:
            bar.progress(min(slot.fraction, 1.0), t("vgg_layers.computing"))
        bar.empty()
        slot.found = future.result()
    return slot.found


def layer_features(picture: Picture, recipe: Recipe, layer: str) -> np.ndarray:
    """The channels of one layer, (C, H, W) float32, to the three digits of half precision."""
    networks.wait_until_loaded()
    place = st.empty()  # also where nothing is waited for: what follows keeps its place
    kept = _features(picture.name, recipe)
    if layer not in kept:
        with place, st.spinner(t("vgg_layers.computing"), show_time=True):
            networks.compute(lambda: _compute_grams(picture, recipe, (layer,), _Slot(), kept))
    return kept[layer].astype(np.float32)
