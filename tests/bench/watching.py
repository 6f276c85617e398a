"""What several measurements look with: changes, frames, a drag, a photo that nobody has seen before."""

from __future__ import annotations

import io
from collections.abc import Iterator

from PIL import Image
from playwright.sync_api import Locator, Page

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

TYPED = "addEventListener('input', () => { window.__typed = performance.now(); }, true)"
RELEASED = "addEventListener('pointerup', () => { window.__released = performance.now(); }, true)"

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


def wait_for_change(page: Page) -> float:
    page.wait_for_function("window.__changes.length > 0")
    return page.evaluate("window.__changes.shift()")


def drag(page: Page, tip: Locator, turn: int, by: tuple[int, int]) -> None:
    """Press on a tip and move it thirty times, there and back turn about; it is still held then."""
    box = tip.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate("for (const name of ['__frames', '__page']) window[name] = []")
    sign = 1 if turn % 2 == 0 else -1
    for step in range(1, 31):
        page.mouse.move(x + sign * by[0] * step, y + sign * by[1] * step)


def photo(turn: int) -> bytes:
    """A photo never seen before: a part of one of ours."""
    from pages.ui.pictures import samples

    with Image.open(samples()["neuschwanstein"]) as image:
        file = io.BytesIO()
        away = 20 * (turn + 1)
        image.crop((away, away, image.width - away, image.height - away)).save(file, "JPEG", quality=92)
    return file.getvalue()
