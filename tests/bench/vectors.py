"""Lesson 1: frames while dragging, and from a release or a key to Python's number on the screen."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Page

from tests.bench.watching import FRAMES, RELEASED, TYPED, WATCH, drag, frame_rate, wait_for_change


def measure(page: Page, server: str) -> Iterator[tuple[str, str, list[float]]]:
    page.goto(f"{server}/vectors?lang=en")
    tip = page.locator(".tip[data-index='0'] .hit")
    tip.wait_for()
    page.wait_for_timeout(3000)  # the network loads behind; that is measured elsewhere
    page.evaluate(WATCH, ".gramlab.value")
    page.locator(".plane .arrows").evaluate(FRAMES, {"childList": True})
    page.locator("#root").evaluate(
        FRAMES, {"name": "__page", "childList": True, "subtree": True, "characterData": True}
    )
    page.evaluate(RELEASED)
    rates, written, answers = [], [], []
    for turn in range(12):
        drag(page, tip, turn, by=(3, 2))
        rates += frame_rate(page)
        written += frame_rate(page, "__page")
        link = page.url
        page.mouse.up()
        # the last that a run does is to write the link
        written_at = page.wait_for_function("(link) => location.href !== link && performance.now()", arg=link)
        answers.append(written_at.json_value() - page.evaluate("window.__released"))
    yield "lesson 1: frames per second while dragging", "1/s", rates
    yield "lesson 1: numbers of the page written while dragging", "1/s", written
    yield "lesson 1: release → Python's link", "ms", answers

    field = page.get_by_role("textbox", name="Vector a")
    page.evaluate(TYPED)
    answers = []
    for number in range(12):
        page.evaluate("window.__changes = []")
        field.fill(f"{number + 2}, 1")
        answers.append(wait_for_change(page) - page.evaluate("window.__typed"))
        page.wait_for_timeout(150)
    yield "lesson 1: typed change → Python's number", "ms", answers
