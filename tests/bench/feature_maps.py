"""Lesson 4: frames while a step runs, a number edited, a real picture shuffled and measured again."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Page

from tests.bench.watching import FRAMES, frame_rate

MAPS = "|".join(";".join(",".join(str((c * r + k) % 5) for k in range(4)) for r in range(4)) for c in range(4))
DRAWN = """
(gram) => new MutationObserver(() => { window.__drawn ??= performance.now(); })
  .observe(gram, { subtree: true, childList: true, characterData: true })
"""


def measure(page: Page, server: str) -> Iterator[tuple[str, str, list[float]]]:
    page.goto(f"{server}/feature_maps?lang=en&maps={MAPS}")
    page.get_by_test_id("flattening").wait_for()
    page.wait_for_timeout(3000)
    picture = page.get_by_test_id("flattening")
    page.locator(".flattening .gram").evaluate(DRAWN)
    picture.evaluate(FRAMES, {"attributes": True, "attributeFilter": ["data-time"]})  # written whenever it is drawn
    rates = []
    for beat in range(1, 8):
        page.evaluate("window.__frames = []")
        page.locator(".flattening .forward").click()
        page.wait_for_function(
            "([root, beat]) => Number(root.dataset.time) === beat", arg=[picture.element_handle(), beat]
        )
        rates += frame_rate(page)
    yield "lesson 4: frames per second while a step of [4, 4, 4] runs", "1/s", rates

    page.locator(".flattening .time").focus()
    page.keyboard.press("End")
    page.wait_for_timeout(1500)
    page.evaluate("addEventListener('keydown', () => { window.__pressed = performance.now(); }, true)")
    answers = []
    for number in range(10):
        page.locator(".flattening .maps .cell").first.click()
        page.locator(".flattening .editor").fill(str(number + 7))
        page.evaluate("window.__drawn = undefined")
        page.keyboard.press("Enter")
        page.wait_for_function("window.__drawn !== undefined")
        answers.append(page.evaluate("window.__drawn - window.__pressed"))
        page.wait_for_timeout(300)
    yield "lesson 4: a number edited → G changed", "ms", answers

    page.locator(".st-key-keeps").get_by_text("It stays the same").click()
    measured = "[...document.querySelectorAll('p')].find((p) => p.textContent.startsWith('‖ΔG‖'))?.textContent"
    page.wait_for_function(measured)
    page.evaluate("addEventListener('pointerup', () => { window.__pressed = performance.now(); }, true)")
    # the shuffled channels are other pictures each time; the digits of ‖ΔG‖ may be the same twice
    page.evaluate(
        """() => { const images = '[data-testid=stImage] img';
           const shown = () => [...document.querySelectorAll(images)].map((e) => e.src).join();
           let last = shown(); const tick = () => { const now = shown();
           if (now !== last) { last = now; window.__measured ??= performance.now(); }
           requestAnimationFrame(tick); }; tick(); }"""
    )
    answers = []
    for _ in range(8):
        page.evaluate("window.__measured = undefined")
        page.get_by_role("button", name="Once more").click()
        page.wait_for_function("window.__measured !== undefined")
        answers.append(page.evaluate("window.__measured - window.__pressed"))
        page.wait_for_timeout(400)
    yield "lesson 4: 256-px photo shuffled and measured again", "ms", answers
