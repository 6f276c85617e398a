"""Lesson 2: what follows a dragged arrow; a cell of a 64×64 matrix, from the press to the sum that is written out."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
from playwright.sync_api import Page

from tests.bench.watching import FRAMES, RELEASED, WATCH, drag, frame_rate, wait_for_change
from tests.browser.conftest import settled


def _dragged(page: Page, server: str) -> Iterator[tuple[str, str, list[float]]]:
    page.goto(f"{server}/gram?lang=en&lab=forgets")
    tip, turned = page.locator(".tip[data-index='0'] .hit").first, page.locator(".plane .arrows").nth(1)
    turned.wait_for()
    page.wait_for_timeout(2000)
    turned.evaluate(FRAMES, {"childList": True})
    rates = []
    for turn in range(12):
        drag(page, tip, turn, by=(2, 1))
        rates += frame_rate(page)
        page.mouse.up()
        settled(page)
    yield "lesson 2: what it forgets, frames per second in a drag", "1/s", rates


def measure(page: Page, server: str) -> Iterator[tuple[str, str, list[float]]]:
    yield from _dragged(page, server)
    file = io.BytesIO()
    np.save(file, np.random.default_rng(0).normal(size=(64, 32)).round(2))
    page.goto(f"{server}/gram?lang=en")
    page.locator("canvas").first.wait_for()
    page.get_by_role("paragraph").filter(has_text="Or a file with one vector a row").click()
    page.locator("[data-testid=stFileUploaderDropzoneInput]").first.set_input_files(
        {"name": "v.npy", "mimeType": "application/octet-stream", "buffer": file.getvalue()}
    )
    page.get_by_text("From your file: k = 64").wait_for()
    page.wait_for_timeout(1000)
    page.evaluate(WATCH, ".gramlab.formula")
    page.evaluate(RELEASED)
    page.locator("canvas").first.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    box = page.locator("canvas").first.bounding_box()
    answers = []
    for turn in range(12):
        page.evaluate("window.__changes = []")
        x = box["x"] + box["width"] * (0.2 + 0.05 * turn)
        page.mouse.click(x, box["y"] + box["height"] * (0.85 - 0.05 * turn))
        answers.append(wait_for_change(page) - page.evaluate("window.__released"))
        page.wait_for_timeout(200)
    yield "lesson 2: a cell of 64×64 chosen → its sum shown", "ms", answers
