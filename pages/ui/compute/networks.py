"""The networks and the one pool that does all torch work: shared by every session of this server.

Importing this module does not import torch; only `warm_up` and the functions that compute do.
"""

from __future__ import annotations

import functools
import gc
import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import streamlit as st

from gramlib.errors import GramlabError
from gramlib.jobs import JobPool
from pages.ui.text import fault, t

if TYPE_CHECKING:
    from gramlib.vgg import VGG

T = TypeVar("T")

ARCHITECTURES = ("vgg16", "vgg16-random", "vgg19")
POOLINGS = ("max", "average")
LAYERS = {
    architecture: tuple(
        f"relu{block}_{convolution}"
        for block, convolutions in enumerate(blocks, start=1)
        for convolution in range(1, convolutions + 1)
    )
    for architecture, blocks in {
        "vgg16": (2, 2, 3, 3, 3),
        "vgg16-random": (2, 2, 3, 3, 3),
        "vgg19": (2, 2, 4, 4, 4),
    }.items()
}
_WARM = threading.Event()
_PROGRESS = {"stage": "waiting", "fraction": 0.0}


@functools.cache
def jobs() -> JobPool:
    """The pool whose single worker owns torch: two threads computing at once would halve each other's speed."""
    return JobPool()


# one lock for each, so that a download of one network holds up nobody who uses another
_BUILDING = {architecture: threading.Lock() for architecture in ARCHITECTURES}
_NETWORKS: dict[tuple[str, str], VGG] = {}


def network(architecture: str = "vgg16", pooling: str = "max", progress: Callable[[float], None] | None = None) -> VGG:
    """The network, loaded once for all sessions; raises WeightsUnavailable."""
    from gramlib.vgg import VGG

    key = (architecture, pooling)
    if key not in _NETWORKS:
        with _BUILDING[architecture]:
            if key not in _NETWORKS:
                _NETWORKS[key] = VGG(architecture, pooling, progress=progress)
    return _NETWORKS[key]


def prepare(architecture: str, pooling: str) -> VGG:
    """Load a network for this page, with a bar while it is fetched; raises WeightsUnavailable.

    Not on the pool: a download of minutes would keep everybody's pictures waiting.
    """
    bar = st.empty()
    prepared = network(architecture, pooling, lambda fraction: bar.progress(fraction, t("network.fetching")))
    bar.empty()
    return prepared


def warm_up() -> None:
    """Load torch and the default network on the pool, behind the first pages."""
    jobs().compute(_load)


def _load() -> None:
    _PROGRESS.update(stage="torch", fraction=0.1)
    # Read when torch is loaded: threads that have nothing to do sleep instead of spinning. Beside other programs on the
    # same two cores, a browser for one, the steps of a transfer come up to ten times as fast.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    import torch

    torch.set_num_threads(os.cpu_count() or 1)
    _PROGRESS.update(stage="weights", fraction=0.6)
    vgg = network()
    _PROGRESS.update(stage="first_run", fraction=0.9)
    with torch.inference_mode():  # the first forward pass is slower than all others; nobody shall wait for it
        vgg.features(torch.zeros(1, 3, 64, 64), vgg.layers)
    # what is loaded stays: keep later collections from walking through all of it
    gc.collect()
    gc.freeze()
    _PROGRESS.update(stage="ready", fraction=1.0)
    _WARM.set()


def wait_until_loaded() -> None:
    """Hold a page that needs the network, and say what is being loaded, until it is there."""
    bar = st.empty()  # also where nothing is waited for: else all that follows changes its place, and is made anew
    if _WARM.is_set():
        return
    if _PROGRESS["stage"] == "waiting":  # not started by app.py: a test, or a notebook
        warm_up()
    while not _WARM.wait(0.1):
        bar.progress(_PROGRESS["fraction"], t(f"network.{_PROGRESS['stage']}"))
    bar.empty()


def compute(function: Callable[[], T]) -> T:
    """Run `function` on the pool, between the turns of the running transfers, and wait for its result."""
    return jobs().compute(function).result()


def device_name() -> str:
    """The processor that computes, as a short text."""
    device = str(network().device)
    return t("network.cpu", threads=os.cpu_count()) if device == "cpu" else device.upper()


def too_small(error: GramlabError) -> str:
    """What is wrong with a picture, and, where it is too small for a layer, which one it reaches."""
    width, height = (error.values.get(side) for side in ("width", "height"))
    if error.code != "image_too_small" or not isinstance(width, int) or not isinstance(height, int):
        return fault(error)
    return f"{fault(error)} {t('network.reached', layer=network().reached(height, width)[-1])}"
