"""The lives of the canvases that hear of a network, a transfer, a camera: see test_lifecycle.py."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, Route

from pages.ui.canvases import component
from pages.ui.canvases.browser import canvas as browser_canvas
from pages.ui.canvases.downhill import canvas as downhill
from pages.ui.canvases.live import canvas as live
from pages.ui.canvases.matrix import canvas as matrix
from pages.ui.canvases.sheet import canvas as sheet
from pages.ui.canvases.source import canvas as source
from pages.ui.canvases.strip import canvas as strip
from pages.ui.canvases.walk import canvas as walk
from pages.ui.pictures import data_url, picture
from pages.ui.text import group
from tests.browser import test_lifecycle
from tests.browser.stage import ADDRESS, Stage
from tests.browser.test_lifecycle import Life, key, lives_and_ends

PASTE = """() => {
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File(["a picture"], "image.png", { type: "image/png" }));
  document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""
HEARD_FOR_GOOD = ("beforeprint", "click", "focusout", "keydown", "paste", "pointerdown")
STATUS = {"sequence": 3, "state": "running", "place": 0, "iteration": 3, "steps": 9, "seconds": 1, "halvings": 0}


def show_strip(newer: bool) -> None:
    lines = ["2", "8×8", "Σ 4" if newer else "Σ 2"]
    thumbnail = np.zeros((4, 4), np.uint8)
    places = [strip.Place(name, lines, name, thumbnail) for name in ("relu1_1", "relu1_2")]
    strip.strip(places, 4, "relu1_1", lambda layer: None, key="k")


def show_sheet(newer: bool) -> None:
    count = 3 + newer
    channels = np.ones((count, 4, 4)) * np.arange(count, 0, -1)[:, None, None]
    sheet.contact_sheet(
        channels,
        range(count),
        ["1"] * count,
        1,
        lambda channel: None,
        image=data_url("poppies", picture("poppies").image, 64),
        aspect=(4, 4),
        words=group("channel_sheet"),
        key="k",
    )


def show_live(newer: bool) -> None:
    words = group("style_transfer.live") | {"before": "newer" if newer else "older"}
    live.live_view("j", picture("poppies"), 64, state="running", words=words, key="k", on_rewind=lambda step: None)


def look_back(page: Page) -> None:
    page.locator(".scrub:enabled").press("Home")
    page.locator(".rewind").click()


def show_walk(newer: bool) -> None:
    layers = ["relu1_1", "relu2_1"][: 1 + newer]
    words = group("style_transfer.table")
    walk.gram_walk("j", state="running", layers=layers, content=False, words=words, key="k")


def show_downhill(newer: bool) -> None:
    words = group("style_transfer.downhill") | {"running": "newer" if newer else "older"}
    downhill.downhill_view(
        "j", state="running", photo=picture("cat"), paintings=[picture("poppies")], words=words, key="k"
    )


def show_source(kind: str, newer: bool) -> None:
    about = {"kind": kind, "name": f"{int(newer)}.png", "longest": 64, "most": 10**6}
    source._source(data=about | {"words": group("camera") | {"start": "newer" if newer else "older"}})


def photograph(page: Page) -> None:
    page.locator(".start").click()
    page.evaluate("stage.until('root.querySelector(\"video\").videoWidth > 0', true, 20000)")
    page.locator(".shoot").click()


LABEL = """(document.querySelector("b") ?? document.body.appendChild(
  Object.assign(document.createElement("b"), { ariaLabel: "Help for weights" }))).ariaLabel"""

CANVASES = {
    "matrix": Life(
        module=matrix,
        mounted="_canvas",
        show=lambda newer: matrix.matrix_canvas(
            np.array([[1.0, 2.0], [3.0, 4.0 + newer]]), key="k", words=dict.fromkeys(matrix.WORDS, "")
        ),
        shown='root.querySelector(".ends").textContent',
        newer="05",
        act=lambda page: page.locator(".cells").click(),
        answers=("choice",),
        begin=key(".cells", "ArrowRight"),
    ),
    "strip": Life(
        module=strip,
        mounted="_strip",
        show=show_strip,
        shown='[...root.querySelectorAll(".line")].map((line) => line.textContent)[2]',
        newer="Σ 4",
        act=lambda page: page.locator("button").last.click(),
        answers=("choice",),
        begins=False,
    ),
    "sheet": Life(
        module=sheet,
        mounted="_sheet",
        show=show_sheet,
        shown='/\\d+/.exec(root.querySelector(".scroller").ariaLabel)?.[0]',
        newer="4",
        act=lambda page: page.locator(".scroller").press("End"),
        answers=("choice",),
        begin=key(".scroller", "Home"),
    ),
    "live": Life(
        module=live,
        mounted="_live",
        show=show_live,
        shown='root.querySelector(".left").textContent',
        newer="newer",
        act=look_back,
        answers=("rewind",),
    ),
    "walk": Life(
        module=walk,
        mounted="_walk",
        show=show_walk,
        shown='root.querySelectorAll(".row.style").length',
        newer=2,
        act=lambda page: None,
        answers=(),
    ),
    "downhill": Life(
        module=downhill,
        mounted="_downhill",
        show=show_downhill,
        shown='root.querySelector(".state").textContent',
        newer="newer",
        act=lambda page: None,
        answers=(),
    ),
    "paste": Life(
        module=source,
        mounted="_source",
        show=lambda newer: show_source("paste", newer),
        shown='root.querySelector(".start").textContent',
        newer="newer",
        act=lambda page: page.evaluate(PASTE),
        answers=("picture",),
    ),
    "camera": Life(
        module=source,
        mounted="_source",
        show=lambda newer: show_source("camera", newer),
        shown='root.querySelector(".start").textContent',
        newer="newer",
        act=photograph,
        answers=("picture",),
        begin='root.querySelector(".start").click()',
    ),
    "browser": Life(
        module=browser_canvas,
        mounted="_browser",
        show=lambda newer: browser_canvas._browser(
            data={
                "theme": "light",
                "language": "zh-CN" if newer else "en",
                "words": [["Help for {name}", "Newer for {name}" if newer else "Older for {name}"]],
                "way": {"here": "gram", "pages": ["", "vectors", "gram"]},
                "projector": newer,
                "keys": group("keys"),
            }
        ),
        shown=LABEL,
        newer="Newer for weights",
        act=lambda page: None,
        answers=("theme",),  # a blank page is dark
        stays=(
            "MutationObserver",
            *(
                f"listener for {heard}"
                for heard in ("beforeprint", "click", "focusout", "keydown", "paste", "pointerdown")
            ),
        ),
    ),
}
ROOMS = {"paste": "source", "camera": "source"}


def answer_once(route: Route) -> None:
    """The first question is answered; the server keeps the others until there is something new."""
    if "after=&" in route.request.url:
        route.fulfill(status=204, headers={"X-Status": json.dumps(STATUS | {"frames": [1, 3]})})


@pytest.fixture
def played(page: Page, request: pytest.FixtureRequest) -> tuple[Life, Stage]:
    name = request.param
    stage = Stage(page, ROOMS.get(name, name))
    page.route(f"{ADDRESS}api/**", answer_once)
    return CANVASES[name], stage


@pytest.mark.parametrize("played", CANVASES, indirect=True)
def test_a_canvas_outlives_a_run_that_newer_data_overtook_and_leaves_nothing_behind(played: tuple[Life, Stage]) -> None:
    life, stage = played
    lives_and_ends(stage, life)


def sent_pictures(stage: Stage) -> list[Any]:
    return stage.page.evaluate("stage.calls.splice(0).map(([, value]) => [value.name, atob(value.data)])")


def test_a_second_photograph_is_taken_with_the_panel_still_open(page: Page) -> None:
    stage, life = Stage(page, "source"), CANVASES["camera"]
    for newer in (False, True, True):
        stage.run(life.data(newer))
        photograph(page)
        stage.wait_until("calls.length", 1)
        stage.rest()
        ((name, data),) = sent_pictures(stage)
        assert (name, data[6:10]) == (f"{int(newer)}.png", "JFIF")
        stage.clean()
    assert page.evaluate("stage.open()") == []


def test_pastes_are_heard_once_however_often_the_canvas_is_loaded_and_shown(page: Page) -> None:
    """Two places, the second by another copy of the module, as Streamlit loads one; the first of them takes it."""
    stage, life = Stage(page, "source"), CANVASES["paste"]
    stage.run(life.data(newer=False))
    page.evaluate(
        """async (data) => {
          const { default: again } = await import("data:text/javascript;base64," + await (await fetch("canvas.js"))
            .text().then((text) => btoa(unescape(encodeURIComponent(text)))));
          const host = document.body.appendChild(document.createElement("div"));
          const parentElement = host.attachShadow({ mode: "open" });
          parentElement.innerHTML = document.body.firstElementChild.shadowRoot.innerHTML;
          const told = (name, value) => stage.calls.push([name, value]);
          window.other = again({ data, parentElement, setStateValue: told, setTriggerValue: told });
          window.host = host;
        }""",
        life.data(newer=True),
    )
    heard = "listener for paste"
    assert page.evaluate("stage.open()").count(heard) == 1
    page.evaluate(PASTE)
    stage.wait_until("calls.length", 1)
    stage.rest()
    assert sent_pictures(stage) == [["0.png", "a picture"]]
    page.evaluate("stage.remove(); stage.clean()")  # the one that began to listen
    page.evaluate(PASTE)
    stage.wait_until("calls.length", 1)
    assert sent_pictures(stage) == [["1.png", "a picture"]]
    page.evaluate("host.remove(); other()")
    assert page.evaluate("stage.left()") == []


def test_a_picture_pasted_before_the_canvas_is_there_waits_for_it(page: Page) -> None:
    stage, life = Stage(page, "source"), CANVASES["paste"]
    first = base64.b64encode(component.script(component.HERE / "browser" / "first.js").encode()).decode()
    page.evaluate(f"import('data:text/javascript;base64,{first}')")
    page.evaluate(PASTE)
    stage.run(life.data(newer=False))
    stage.wait_until("calls.length", 1)
    assert sent_pictures(stage) == [["0.png", "a picture"]]
    page.evaluate(PASTE)  # from now on it is taken at once, and once
    stage.wait_until("calls.length", 1)
    assert sent_pictures(stage) == [["0.png", "a picture"]]
    page.evaluate("stage.remove(); stage.clean()")
    page.evaluate(PASTE)
    page.keyboard.press("Escape")  # the person has gone on to something else
    stage.set()
    stage.run(life.data(newer=True))
    stage.rest()
    assert sent_pictures(stage) == []


def test_every_canvas_has_its_life_played() -> None:
    # a button that prints begins nothing outside its own element
    played = {"printing", *test_lifecycle.CANVASES, *(ROOMS.get(name, name) for name in CANVASES)}
    assert sorted(played) == sorted(path.parent.name for path in component.HERE.glob("*/canvas.js"))
