"""Lesson 6: pictures added one by one, a weight moved, and the experiment against the bare networks."""

from __future__ import annotations

import time
from collections.abc import Iterator

from playwright.sync_api import Page

from tests.bench.watching import wait_for_change

# Watches the map from inside the page: how many thumbnails there are, and where the first of them is
WATCH_MAP = """
() => {
  window.__changes = [];
  const plane = () => [...document.querySelectorAll("*")].map((each) => each.shadowRoot?.querySelector(".plane"))
    .find((each) => each);
  const find = () => [...(plane()?.querySelectorAll(".thumb") ?? [])].map((each) => each.style.transform).join();
  let last = find();
  const tick = () => {
    const now = find();
    if (now !== last) { last = now; window.__changes.push(performance.now()); }
    requestAnimationFrame(tick);
  };
  tick();
}
"""
FIRST, NEXT = ("astronaut", "grass"), ("cat", "spring", "harvesters", "summertime", "gravel", "colosseum")


def measure(page: Page, server: str) -> Iterator[tuple[str, str, list[float]]]:
    page.goto(f"{server}/style_distance?lang=en&pictures={','.join(FIRST)}&source={NEXT[0]}&frame=0-0-100-100")
    page.locator(".thumb").nth(1).wait_for()
    page.wait_for_timeout(2000)
    page.evaluate("addEventListener('click', () => { window.__pressed = performance.now(); }, true)")
    page.evaluate(WATCH_MAP)
    answers = []
    titles = [None, "Spring", "The Harvesters", "Summertime", "Gravel", "Colosseum"]
    for count, title in enumerate(titles, start=3):
        if title:
            choose = page.get_by_role("combobox", name="Add a picture")
            choose.click()
            choose.fill(title)  # the list shows no more than has room
            page.get_by_role("option", name=title).first.click()
            page.wait_for_timeout(1000)
        page.evaluate("window.__changes = []")
        page.get_by_role("button", name="Add this picture").click()
        answers.append(wait_for_change(page) - page.evaluate("window.__pressed"))
        page.locator(".thumb").nth(count - 1).wait_for()
        page.wait_for_timeout(800)
    yield "lesson 6: a picture never seen before added → on the map", "ms", answers

    slider = page.get_by_label("Weight of relu3_1")
    page.evaluate("addEventListener('keydown', () => { window.__pressed = performance.now(); }, true)")
    slider.scroll_into_view_if_needed()
    slider.focus()
    answers = []
    for _ in range(15):
        page.evaluate("window.__changes = []")
        page.keyboard.press("ArrowLeft")
        answers.append(wait_for_change(page) - page.evaluate("window.__pressed"))
        page.wait_for_timeout(900)  # until the map has come to rest and the page has followed
    yield "lesson 6: a weight of eight pictures moved → the map moves", "ms", answers
    yield "lesson 6: “Other distances” of eight pictures opened → how they rank", "ms", [_ranked(page)]
    page.goto(f"{server}/style_distance?lang=en")
    page.locator(".thumb").first.wait_for()
    page.wait_for_timeout(2000)
    yield "lesson 6: “Other distances” of its first pictures opened → how they rank", "ms", [_ranked(page)]
    yield from _experiment()


def _ranked(page: Page) -> float:
    page.evaluate("addEventListener('click', () => { window.__pressed = performance.now(); }, true)")
    others = page.get_by_text("Other distances", exact=True).first
    others.scroll_into_view_if_needed()
    page.wait_for_timeout(1000)
    others.click()
    page.wait_for_function("document.body.textContent.includes('rank correlation')", polling="raf")
    return page.evaluate("performance.now() - window.__pressed")


def _experiment() -> Iterator[tuple[str, str, list[float]]]:
    import torch

    from gramlib import VGG, open_image
    from gramlib.processors import processors
    from gramlib.retrieval import measure as compare
    from gramlib.retrieval import read_tile, tiles
    from pages.ui.pictures import samples

    torch.set_num_threads(processors())
    networks = VGG(), VGG("vgg16-random")
    seconds, readings = [], []
    with torch.inference_mode():
        for tile in tiles(open_image(samples()["great_wave"])) * 4:
            start = time.perf_counter()
            readings.append(read_tile(tile, *networks))
            seconds.append(time.perf_counter() - start)
    start = time.perf_counter()
    compare(readings)
    yield "lesson 6: a tile of the experiment read", "ms", [1000 * value for value in seconds[1:]]
    yield (
        "lesson 6: all 60 tiles read and compared, from these",
        "s",
        [60 * sum(seconds) / 16 + time.perf_counter() - start],
    )
