"""Lesson 4: a picture's Gram matrices, one and all; a layer and a cell chosen; and the bare network for comparison."""

from __future__ import annotations

import time
from collections.abc import Iterator

from playwright.sync_api import Page

from tests.bench.vectors import WATCH, _wait_for_change

LAYERS = ("relu1_1", "relu2_2", "relu4_1", "relu5_1", "relu3_1", "relu4_3", "relu1_2", "relu5_3")


def _against_the_bare_network() -> Iterator[tuple[str, str, list[float]]]:
    import torch

    from gramlib import VGG, feature_gram, open_image, to_tensor
    from pages.ui.computed import Recipe, _compute_grams, _Slot
    from pages.ui.pictures import picture, samples

    network, image = VGG(), to_tensor(open_image(samples()["cat"]), 256)
    ours, bare, first = [], [], []
    for turn in range(7):
        with torch.inference_mode():
            start = time.perf_counter()
            features = network.features(image, network.layers)
            for maps in features.values():
                feature_gram(maps)
            bare.append(time.perf_counter() - start)
            start = time.perf_counter()
            feature_gram(network.features(image, ["relu1_1"])["relu1_1"])
            first.append(1000 * (time.perf_counter() - start))
        start = time.perf_counter()
        _compute_grams(picture("cat"), Recipe(), network.layers, _Slot())
        ours.append(time.perf_counter() - start)
        if turn == 0:  # the first of each loads the network and allocates
            ours.clear(), bare.clear(), first.clear()
    yield "lesson 4: Gram of the first layer alone", "ms", first
    yield "lesson 4: all thirteen Grams", "ms", [1000 * value for value in ours]
    yield (
        "lesson 4: all thirteen, against a bare forward and products",
        "×",
        [a / b for a, b in zip(ours, bare, strict=True)],
    )


def measure(page: Page, server: str) -> Iterator[tuple[str, str, list[float]]]:
    yield from _against_the_bare_network()
    page.goto(f"{server}/vgg_layers?lang=en&picture=cat")
    page.get_by_role("heading", level=3).first.wait_for()
    page.wait_for_timeout(2000)
    page.evaluate("addEventListener('pointerup', () => { window.__released = performance.now(); }, true)")
    page.evaluate(WATCH, "h3")
    answers = []
    for layer in LAYERS:
        page.evaluate("window.__changes = []")
        page.get_by_role("button", name=layer, exact=True).click()
        answers.append(_wait_for_change(page) - page.evaluate("window.__released"))
        page.wait_for_timeout(600)
    yield "lesson 4: a layer chosen → its cell and matrix shown", "ms", answers
    answers = []
    page.locator("canvas").first.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    box = page.locator("canvas").first.bounding_box()
    for turn in range(10):
        page.evaluate("window.__changes = []")
        page.mouse.click(box["x"] + box["width"] * (0.2 + 0.07 * turn), box["y"] + box["height"] * (0.8 - 0.06 * turn))
        answers.append(_wait_for_change(page) - page.evaluate("window.__released"))
        page.wait_for_timeout(400)
    yield "lesson 4: a cell of 512×512 chosen → opened", "ms", answers
