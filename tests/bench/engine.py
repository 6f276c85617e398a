"""The transfer engine at the size that lesson 7 begins with, against the bare network; no browser."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial

from playwright.sync_api import Page

SIDE, TURNS, STEPS = 256, 5, 6


def _timed(function: Callable[[], object]) -> float:
    start = time.perf_counter()
    function()
    return 1000 * (time.perf_counter() - start)


def measure(_page: Page, _server: str) -> Iterator[tuple[str, str, list[float]]]:
    import torch

    from gramlib import VGG, TransferSettings, open_image, to_tensor, transfer
    from gramlib.job import to_jpeg
    from pages.ui.pictures import samples

    network = VGG()
    content, style = (to_tensor(open_image(samples()[name]), SIDE) for name in ("neuschwanstein", "great_wave"))
    layers = [name for name, _ in TransferSettings().content_layers + TransferSettings().style_layers]

    def bare() -> None:
        image = content.clone().requires_grad_()
        features = network.features(image, layers)
        torch.autograd.grad(sum(maps.sum() for maps in features.values()), image)

    bare()
    first, finer, share, saved = [], [], [], []
    for _ in range(TURNS):
        steps = transfer(content, style, TransferSettings(steps=8), network)
        first.append(_timed(steps.__next__))
        saved.append(_timed(partial(to_jpeg, next(steps))))
        finer.append(_timed(steps.__next__))  # two of eight are coarse
        pairs = [(_timed(steps.__next__), _timed(bare)) for _ in range(STEPS - 1)]
        share += [alone / whole for whole, alone in pairs]
    yield f"engine: transfer begun → first step, {SIDE} px", "ms", first
    yield "engine: the first step at the finer scale", "ms", finer
    yield "engine: steps a second, against forward and back alone", "×", share
    yield "engine: a picture saved as JPEG", "ms", saved
