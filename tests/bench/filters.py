"""Lesson 3: a photo in, its first number out; frames while somebody points, and while the filter slides."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Page

from tests.bench.watching import FRAMES, frame_rate, photo

# when the browser hears of a file, and when the place in the new photo is first said
UPLOADED = "addEventListener('change', () => { window.__chosen = performance.now(); }, true)"
SAID = """
(line) => new MutationObserver(() => { window.__said ??= performance.now(); })
  .observe(line, { subtree: true, childList: true, characterData: true })
"""


def measure(page: Page, server: str) -> Iterator[tuple[str, str, list[float]]]:
    page.goto(f"{server}/filters?lang=en&place=5,5")
    value = page.locator(".filter .number")
    value.wait_for()
    page.wait_for_timeout(3000)  # the network loads behind; that is measured elsewhere
    page.evaluate(UPLOADED)
    value.evaluate(SAID)
    answers = []
    place = page.locator("[data-testid=stFileUploaderDropzoneInput]").first
    for turn in range(8):
        if not place.count():
            page.get_by_test_id("stPopoverButton").first.click()
            place.wait_for(state="attached")
        page.evaluate("window.__said = undefined")
        place.set_input_files({"name": f"{turn}.jpg", "mimeType": "image/jpeg", "buffer": photo(turn)})
        page.wait_for_function("window.__said !== undefined")
        answers.append(page.evaluate("window.__said - window.__chosen"))
        page.wait_for_timeout(1000)
    yield "lesson 3: a photo in → its first number", "ms", answers
    page.keyboard.press("Escape")
    page.wait_for_timeout(500)

    value.evaluate(FRAMES, {"attributes": True, "attributeFilter": ["data-before"]})  # written whenever it is drawn
    box = page.locator(".filter .photo").bounding_box()
    rates = []
    for turn in range(8):
        page.evaluate("window.__frames = []")
        for step in range(60):
            page.mouse.move(box["x"] + 20 + 2 * step, box["y"] + 15 * (turn + 1) + step % 5)
        rates += frame_rate(page)
    yield "lesson 3: frames per second while pointing", "1/s", rates

    page.mouse.move(0, 0)
    page.evaluate("window.__frames = []")
    page.locator(".filter .slide").click()
    page.wait_for_timeout(6000)
    yield "lesson 3: frames per second while the filter slides", "1/s", list(frame_rate(page))
