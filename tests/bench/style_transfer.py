"""Lesson 7: how soon it moves, how much is seen, how soon it obeys, and what looking at it costs."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import Request, urlopen

from playwright.sync_api import Page

from pages.ui.text import words

ENGLISH = words("en")
SECONDS = 8.0  # that the engine is watched

# The number of each picture that comes to stand there, with the time of the frame that shows it. An observer, because
# looking at every frame costs what the transfer could use
WATCH = """() => {
  const stage = [...document.querySelectorAll('*')].map((e) => e.shadowRoot?.querySelector('.stage')).find(Boolean);
  window.__seen = [];
  new MutationObserver(() => {
    const sequence = Number(stage.dataset.sequence);
    if (sequence) requestAnimationFrame(() => window.__seen.push([performance.now(), sequence]));
  }).observe(stage, { attributes: true, attributeFilter: ['data-sequence'] });
  addEventListener('pointerup', () => { window.__released = performance.now(); }, true);
}"""


def _open(page: Page, server: str, query: str = "") -> None:
    page.goto(f"{server}/style_transfer?lang=en{query}")
    page.get_by_role("button", name=ENGLISH["style_transfer.start"], exact=True).wait_for()
    page.locator(".stage").first.wait_for()
    page.wait_for_timeout(2000)
    page.evaluate(WATCH)


def _press(page: Page, key: str) -> None:
    page.get_by_role("button", name=ENGLISH[f"style_transfer.{key}"], exact=True).click()


def _seen(page: Page, count: int) -> None:
    """Wait for so many pictures, looking seldom: who looks takes time from those who are measured."""
    deadline = time.monotonic() + 60
    while page.evaluate("window.__seen.length") < count:
        assert time.monotonic() < deadline, "no picture came"
        page.wait_for_timeout(100)


def _first_pictures(page: Page, server: str) -> Iterator[tuple[str, str, list[float]]]:
    _open(page, server)
    waits = []
    for turn in range(6):
        page.evaluate("window.__seen = []")
        _press(page, "start" if turn == 0 else "start_again")
        _seen(page, 1)
        waits.append(page.evaluate("window.__seen[0][0] - window.__released"))
        page.wait_for_timeout(300)
        _press(page, "stop")
        page.wait_for_timeout(700)
    yield "lesson 7: start pressed → first changed picture", "ms", waits[1:]


def _shown_and_cost(page: Page, server: str) -> Iterator[tuple[str, str, list[float]]]:
    """Steps a second with somebody looking, with nobody, and with somebody who looks from another machine, turn about.

    The browser draws without a graphics card on the cores that make the steps; so the last says what serving costs.
    """
    _open(page, server, "&steps=500&scales=1")
    looked, alone, served, shares = [], [], [], []
    for turn in range(4):
        page.evaluate("window.__seen = []")
        _press(page, "start_again" if turn else "start")  # each time: where a step is quick, 500 do not last long
        _seen(page, 5)
        page.wait_for_timeout(2000)
        job = re.search(r"job=([\w-]+)", page.url)[1]
        page.evaluate("window.__seen = []")
        begun, at = _step(page, server, job)
        page.wait_for_timeout(1000 * SECONDS)
        ended, until = _step(page, server, job)
        looked.append((ended - begun) / (until - at))
        page.wait_for_timeout(200)
        seen = page.evaluate("new Set(window.__seen.map(([, sequence]) => sequence)).size")
        shares.append(100 * min(1.0, seen / min(ended - begun, 10 * (until - at))))
        here = page.url
        page.goto("about:blank")  # nobody looks
        begun, at = _step(page, server, job)
        time.sleep(SECONDS)
        ended, until = _step(page, server, job)
        alone.append((ended - begun) / (until - at))
        with _looking_from_elsewhere(page, server, job):
            begun, at = _step(page, server, job)
            time.sleep(SECONDS)
            ended, until = _step(page, server, job)
        served.append((ended - begun) / (until - at))
        page.goto(here)
        page.get_by_role("button", name=ENGLISH["style_transfer.start_again"], exact=True).wait_for()
        page.locator(".stage").first.wait_for()
        page.evaluate(WATCH)
    yield "lesson 7: steps a second with the page open", "1/s", looked
    yield "lesson 7: steps a second with nobody looking", "1/s", alone
    for what, rates in (("with the page open", looked), ("served to another machine", served)):
        yield f"lesson 7: {what}, against without", "%", [100 * a / b for a, b in zip(rates, alone, strict=True)]
    yield "lesson 7: pictures shown, of the steps up to 10 a second", "%", shares


def _step(page: Page, server: str, job: str) -> tuple[int, float]:
    """The next step that the engine makes, and when it was made."""
    address = f"{server}/api/transfer/{job}/newest.jpg"
    newest = json.loads(page.request.get(address).headers["x-status"])
    while True:
        answer = page.request.get(f"{address}?after={newest['sequence']}&state={newest['state']}")
        status = json.loads(answer.headers["x-status"])
        if status["sequence"] != newest["sequence"]:
            return status["iteration"], time.perf_counter()
        assert status["state"] == "running", "the transfer was over before it was measured"


@contextmanager
def _looking_from_elsewhere(page: Page, server: str, job: str) -> Iterator[None]:
    """Ask for what the page asks for, as often, with the cookies that make it ours, and draw nothing."""
    gone = threading.Event()
    headers = {"cookie": "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in page.context.cookies(server))}

    def pictures() -> None:
        sequence = ""
        while not gone.is_set():
            address = f"{server}/api/transfer/{job}/newest.jpg?after={sequence}&state=running"
            with urlopen(Request(address, headers=headers)) as answer:
                sequence = json.loads(answer.headers["x-status"])["sequence"]
                answer.read()
            gone.wait(0.1)

    def matrices() -> None:
        while not gone.wait(1.0):
            with urlopen(Request(f"{server}/api/transfer/{job}/grams", headers=headers)) as answer:
                answer.read()

    looking = [threading.Thread(target=task) for task in (pictures, matrices)]
    for thread in looking:
        thread.start()
    yield
    gone.set()
    for thread in looking:
        thread.join()


def _steering(page: Page, server: str) -> Iterator[tuple[str, str, list[float]]]:
    """From a slider moved to the first picture made with it, less the step that was being computed: those beside it."""
    _open(page, server, "&steps=500")
    _press(page, "start")
    _seen(page, 8)
    # a layer that weighs nothing leaves the Gram matrices of the first step made without it; that step's turn began
    # when the picture before it came
    page.get_by_text(ENGLISH["style_transfer.more.layers"], exact=True).click()
    slider = page.get_by_role("slider", name="relu5_1")
    job = re.search(r"job=([\w-]+)", page.url)[1]
    waits = []
    for turn in range(10):
        page.wait_for_timeout(1500)
        step = page.evaluate("window.__seen.at(-1)[0] - window.__seen.at(-2)[0]")  # how long one takes just now
        moved = page.evaluate("performance.now()")
        slider.press("End" if turn % 2 else "Home")
        while True:
            page.wait_for_timeout(50)
            sequence, layers = _layers(page, server, job)
            if ("relu5_1" in layers) == bool(turn % 2):
                break
        page.wait_for_timeout(200)
        seen = {number: when for when, number in page.evaluate("window.__seen")}
        if sequence - 1 in seen:
            waits.append(max(0.0, seen[sequence - 1] - moved - step))
    _press(page, "stop")
    yield "lesson 7: slider moved → used by the job, beyond one step", "ms", waits


def _layers(page: Page, server: str, job: str) -> tuple[int, list[str]]:
    """The newest step's number, and the layers whose Gram matrices it has."""
    body = page.request.get(f"{server}/api/transfer/{job}/grams").body()
    head = json.loads(body[4 : 4 + int.from_bytes(body[:4], "little")])
    return head["sequence"], [layer["name"] for layer in head["layers"]]


def _others(page: Page, server: str) -> Iterator[tuple[str, str, list[float]]]:
    """The answer of another page, lesson 1, while a transfer runs, against none."""
    other = page.context.browser.new_page()
    other.goto(f"{server}/vectors?lang=en")
    field = other.get_by_label("Vector a", exact=True)
    field.wait_for()
    result = other.locator("div.gramlab.value")

    def answers() -> list[float]:
        times = []
        for value in range(2, 14):
            field.fill(f"{value}, 1")
            begun = time.perf_counter()
            other.wait_for_function(
                "value => document.querySelector('div.gramlab.value')?.innerText.endsWith(value)", arg=str(value + 3)
            )
            times.append(1000 * (time.perf_counter() - begun))
            other.wait_for_timeout(200)
        return times

    result.wait_for()
    answers()
    quiet = answers()
    _open(page, server, "&steps=500")
    _press(page, "start")
    _seen(page, 3)
    busy = answers()
    _press(page, "stop")
    other.close()
    yield "lesson 7: lesson 1 answers, nothing running", "ms", quiet
    yield "lesson 7: lesson 1 answers while a transfer runs", "ms", busy


def measure(page: Page, server: str) -> Iterator[tuple[str, str, list[float]]]:
    for part in (_first_pictures, _shown_and_cost, _steering, _others):
        yield from part(page, server)
