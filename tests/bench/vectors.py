"""Lesson 1: frames while dragging, and from a release or a key to Python's number on the screen."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Page

# Watches Python's number from inside the page: a look from outside would add its own milliseconds
WATCH = """
(selector) => {
  window.__changes = [];
  const find = () => document.querySelector(selector)?.textContent;
  let last = find();
  const tick = () => {
    const now = find();
    if (now !== last) { last = now; window.__changes.push(performance.now()); }
    requestAnimationFrame(tick);
  };
  tick();
}
"""

# Notes when a frame begins in which an element is drawn anew; `mutations` say what is changed in each of them. Where
# several elements are watched, each has a `name` among the mutations
FRAMES = """
(element, { name = "__frames", ...mutations }) => {
  window[name] = [];
  new MutationObserver(() => window[name].push(document.timeline.currentTime)).observe(element, mutations);
}
"""


def frame_rate(page: Page, name: str = "__frames") -> Iterator[float]:
    """Frames per second since they were last asked for, if there were enough of them."""
    frames = page.evaluate("(name) => window[name].splice(0)", name)
    if len(frames) > 5:
        yield 1000 * (len(frames) - 1) / (frames[-1] - frames[0])


def _wait_for_change(page: Page) -> float:
    page.wait_for_function("window.__changes.length > 0")
    return page.evaluate("window.__changes.shift()")


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
    page.evaluate("addEventListener('pointerup', () => { window.__released = performance.now(); }, true)")
    rates, written, answers = [], [], []
    for turn in range(12):
        box = tip.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        page.evaluate("window.__frames = []; window.__page = []")
        for step in range(1, 31):
            page.mouse.move(x - (3 if turn % 2 else -3) * step, y - (2 if turn % 2 else -2) * step)
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
    page.evaluate("addEventListener('input', () => { window.__typed = performance.now(); }, true)")
    answers = []
    for number in range(12):
        page.evaluate("window.__changes = []")
        field.fill(f"{number + 2}, 1")
        answers.append(_wait_for_change(page) - page.evaluate("window.__typed"))
        page.wait_for_timeout(150)
    yield "lesson 1: typed change → Python's number", "ms", answers
