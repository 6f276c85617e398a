"""Lesson 5: a picture in, its Gram matrices out; a layer and a cell chosen; memory; the bare network for comparison."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator

import numpy as np
from PIL import Image
from playwright.sync_api import Page

from gramlib.memory import taken
from tests.bench.watching import photo, wait_for_change

LAYERS = ("relu2_2", "relu4_1", "relu5_1", "relu3_1", "relu1_1", "relu4_3", "relu1_2", "relu5_3")

# Notes when the canvas says something new of the chosen cell, which it writes when it has drawn, or when the heading
# that Python sends for a cell is another. By an observer: looking at every frame takes time from what is measured.
WATCH = """
(what) => {
  window.__changes = [];
  const shadows = [...document.querySelectorAll('*')].map((element) => element.shadowRoot).filter(Boolean);
  const reading = shadows.map((root) => root.querySelector('.matrix .reading')).find(Boolean);
  const watched = what === 'canvas' ? reading : document.querySelector('h2').parentElement;
  let last = watched.textContent;
  window.__watching?.disconnect();
  window.__watching = new MutationObserver(() => {
    if (!watched.textContent || watched.textContent === last) return;
    last = watched.textContent;
    requestAnimationFrame(() => window.__changes.push(performance.now()));
  });
  window.__watching.observe(watched, { childList: true, characterData: true, subtree: true });
}
"""
PRESSED = """() => {
const press = () => { window.__pressed = performance.now(); };
for (const type of ['pointerup', 'change']) addEventListener(type, press, true);
}"""


def _against_the_bare_network() -> Iterator[tuple[str, str, list[float]]]:
    import torch

    from gramlib import VGG, feature_gram, open_image, to_tensor
    from pages.ui.compute.passes import LayerPass, Recipe
    from pages.ui.pictures import picture, samples

    network, image = VGG(), to_tensor(open_image(samples()["cat"]), 256)
    ours, bare, first = [], [], []
    for turn in range(11):
        with torch.inference_mode():
            start = time.perf_counter()
            for maps in network.features(image, network.layers).values():
                feature_gram(maps)
            bare.append(time.perf_counter() - start)
            start = time.perf_counter()
            feature_gram(network.features(image, ["relu1_1"])["relu1_1"])
            first.append(1000 * (time.perf_counter() - start))
        start = time.perf_counter()
        LayerPass(network, picture("cat").image, Recipe()).compute()
        ours.append(time.perf_counter() - start)
        if turn == 0:  # the first of each loads the network and allocates
            ours.clear(), bare.clear(), first.clear()
    yield "lesson 5: Gram of the first layer alone", "ms", first
    yield "lesson 5: all thirteen Grams", "ms", [1000 * value for value in ours]
    # the machine may be shared: the smallest of each is the least disturbed
    yield "lesson 5: all thirteen ÷ bare forward and products, least of each", "×", [min(ours) / min(bare)]


def _memory() -> Iterator[tuple[str, str, list[float]]]:
    """What a square picture of 256 px, the largest that this side allows, keeps when every layer has been read."""
    from gramlib import VGG
    from gramlib.channels import READINGS
    from pages.lessons.vgg_layers import readings
    from pages.ui.compute.passes import LayerPass, Recipe

    network, kept, sizes = VGG(), [], []
    for turn in range(7):
        levels = np.random.default_rng(turn).integers(0, 256, (1024, 1024, 3), dtype=np.uint8)
        image = Image.fromarray(levels)
        seen = LayerPass(network, image, Recipe())
        seen.compute()
        for layer in network.layers:
            for reading in READINGS:
                readings.matrix(seen, layer, reading)
            for order in ("energy", "likeness"):
                readings.order(seen, layer, order)
        kept.append((seen, image))
        sizes.append((seen.bytes() + levels.nbytes) / 1e6)
        gc.collect()
        if turn == 0:  # what the libraries keep for themselves
            before = _resident()
    yield "lesson 5: arrays and picture that a session keeps", "MB", sizes[1:]
    yield "lesson 5: growth of the process for each such session", "MB", [(_resident() - before) / 6]


def _resident() -> float:
    """The resident memory of this process in MB; 0 where the system does not say."""
    return (taken() or 0) / 1e6


def _answer(page: Page) -> float:
    return wait_for_change(page) - page.evaluate("window.__pressed")


def measure(page: Page, server: str) -> Iterator[tuple[str, str, list[float]]]:
    yield from _against_the_bare_network()
    yield from _memory()
    page.goto(f"{server}/vgg_layers?lang=en&picture=cat&layer=relu1_1")
    page.get_by_text("Computed in").wait_for()  # all layers are there
    page.wait_for_timeout(2000)
    page.evaluate(PRESSED)
    page.evaluate(WATCH, "canvas")
    answers = []
    place = page.locator("[data-testid=stFileUploaderDropzoneInput]").first
    for turn in range(8):
        if not place.count():
            page.get_by_test_id("stPopoverButton").first.click()
            place.wait_for(state="attached")
        page.evaluate("window.__changes = []")
        file = {"name": f"{turn}.jpg", "mimeType": "image/jpeg", "buffer": photo(turn)}
        place.set_input_files(file)
        answers.append(_answer(page))
        page.wait_for_timeout(2500)
    yield "lesson 5: a photo in → its first layer's Gram drawn", "ms", answers
    page.keyboard.press("Escape")
    answers = []
    for layer in LAYERS:
        page.evaluate("window.__changes = []")
        page.locator(f".strip button[data-layer={layer}]").click()
        answers.append(_answer(page))
        page.wait_for_timeout(600)
    yield "lesson 5: a layer chosen → its matrix drawn", "ms", answers
    page.evaluate(WATCH, "heading")
    answers = []
    canvas = page.locator("canvas.cells").first
    canvas.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    box = canvas.bounding_box()
    for turn in range(10):
        page.evaluate("window.__changes = []")
        page.mouse.click(box["x"] + box["width"] * (0.2 + 0.07 * turn), box["y"] + box["height"] * (0.8 - 0.06 * turn))
        answers.append(_answer(page))
        page.wait_for_timeout(400)
    yield "lesson 5: a cell of 512×512 chosen → opened", "ms", answers
