"""Every canvas outlives a run that newer data overtook, and leaves nothing behind when it has really gone.

Streamlit calls what a component has returned not only when the element goes but also for a run that newer data overtook
before it was drawn. Here that is played in a blank page: called; its cleanup called while the element stays; called
again with newer data.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import streamlit as st
from playwright.sync_api import Page

from gramlib.filters import receptive_field
from pages.ui.canvases.crop import canvas as crop
from pages.ui.canvases.curtain import canvas as curtain
from pages.ui.canvases.filter import canvas as filters
from pages.ui.canvases.flattening import canvas as flattening
from pages.ui.canvases.hand import canvas as hand
from pages.ui.canvases.map import canvas as style_map
from pages.ui.canvases.network import canvas as network
from pages.ui.canvases.table import canvas as table
from pages.ui.canvases.vectors import canvas as vectors
from pages.ui.pictures import picture
from pages.ui.text import group
from tests.browser.stage import Stage


@dataclass(frozen=True)
class Life:
    """How to play the life of one canvas.

    module, mounted   of its Python side, and the name there of the component that is registered
    show              shows it in Streamlit, with older or newer data: what is sent then is taken
    shown, newer      an expression of the shadow root `root` in JavaScript, and its value when the newer data are shown
    act               a hand on it: clicks, drags, keys
    answers           what it sends for that, by name, in this order: all of it once
    begin             an expression of `root` that leaves something begun, to be ended with the element; None where
                      everything that it can begin has been begun by a run
    stays             what lasts as long as the page
    begins            whether anything is begun that could be left behind
    """

    module: ModuleType
    mounted: str
    show: Callable[[bool], object]
    shown: str
    newer: object
    act: Callable[[Page], object]
    answers: tuple[str, ...]
    begin: str | None = None
    stays: tuple[str, ...] = ()
    begins: bool = True

    def data(self, newer: bool) -> Any:
        """What Streamlit would send to the browser."""
        given: dict[str, Any] = {}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(st, "session_state", {})
            patch.setattr(self.module, self.mounted, lambda **arguments: given.update(arguments))
            self.show(newer)
        return given["data"]


def nothing() -> None:
    """A callback."""


def key(target: str, name: str) -> str:
    """Press a key on the element that a selector names, and let nobody else have a turn."""
    event = f'new KeyboardEvent("keydown", {{ key: "{name}", bubbles: true, cancelable: true }})'
    return f"root.querySelector({target!r}).dispatchEvent({event})"


def drag(page: Page, target: str, right: float, down: float) -> None:
    box = page.locator(target).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right, y + down, steps=4)
    page.mouse.up()


def touch_vectors(page: Page) -> None:
    drag(page, ".tip[data-index='0'] .hit", -60, -60)
    page.locator(".tip[data-index='1']").press("ArrowRight")


def touch_table(page: Page) -> None:
    page.locator("tbody input").first.fill("1/2")
    page.keyboard.press("Enter")


def touch_flattening(page: Page) -> None:
    page.locator(".maps .cell").first.click()
    page.locator(".editor").fill("1/2")
    page.keyboard.press("Enter")
    page.locator(".forward").click()
    page.locator(".forward").click()
    page.locator(".forward").click()


def touch_crop(page: Page) -> None:
    drag(page, ".frame", 60, 40)
    page.locator(".frame").press("ArrowRight")


MOVE = "dispatchEvent(new CustomEvent('gramlab.moved', { detail: { key: 'c', vectors: [[1, 2]], held: true } }))"


def show_map(newer: bool) -> None:
    pictures = [picture(name) for name in ("poppies", "brick", "great_wave")][: 3 if newer else 2]
    count = len(pictures)
    points = np.array([[0.0, 0.0], [0.3, 0.1], [0.1, 0.4]])[:count]
    style_map.style_map(
        pictures,
        points,
        np.linalg.norm(points[:, None] - points[None], axis=-1),
        key="k",
        colour="style",
        weights={"relu1_1": 1.0, "relu2_1": 0.5},
        weighted=True,
        words=group("style_distance.words"),
        on_weights=nothing,
        on_settled=nothing,
    )


def show_filter(newer: bool) -> None:
    filters.filter_canvas(
        np.zeros((4 + newer, 6, 3), np.uint8),
        np.ones((2, 3, 3, 3)),
        np.zeros(2),
        filters.Chosen(1, (0.0,) * 28, (1, 1), False),
        {"nothing": (0.0,) * 28},
        title="a picture",
        words=group("filters.canvas"),
        key="k",
        on_change=nothing,
    )


def show_network(newer: bool) -> None:
    network.network_canvas(
        [
            network.Layer(name, name, (64, 30 + newer, 40), receptive_field(name))
            for name in ("relu1_1", "relu1_2", "relu2_1")
        ],
        "relu1_1",
        (3, 4),
        image=IMAGE,
        size=(40, 30),
        title="a picture",
        words=group("filters.network"),
        key="k",
        on_change=nothing,
    )


IMAGE = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='400' height='300'/>"

CANVASES = {
    "hand": Life(
        module=hand,
        mounted="_hand",
        show=lambda newer: hand.hear_hand("k", "c"),
        shown="0",  # nothing is seen of it
        newer=0,
        act=lambda page: [page.evaluate(MOVE) for _ in range(2)],
        answers=("committed",),  # and the second once Python has seen the first
    ),
    "vectors": Life(
        module=vectors,
        mounted="_canvas",
        show=lambda newer: vectors.vector_canvas(
            [(3.0, 1.0), (1.0, 3.0 + newer)], names=["a", "b"], key="k", words=group("canvas")
        ),
        shown='root.querySelector(".sum").textContent',
        newer="a·b = 3·1 + 1·4 = 7",
        act=touch_vectors,
        answers=("committed", "committed"),
        begin=key(".tip", "ArrowRight"),
    ),
    "table": Life(
        module=table,
        mounted="_table",
        show=lambda newer: table.number_table(
            [[1.0, 2.0], [3.0, 4.0 + newer]],
            key="k",
            row_names=["a", "b"],
            column_names=["1", "2"],
            words=group("table"),
        ),
        shown='[...root.querySelectorAll("input")].map((input) => input.value).join()',
        newer="1,2,3,5",
        act=touch_table,
        answers=("committed",),
        begin='root.querySelector("input").dispatchEvent(new InputEvent("input", { bubbles: true }))',
    ),
    "flattening": Life(
        module=flattening,
        mounted="_flattening",
        show=lambda newer: flattening.flattening(
            [[[1, 2], [3, 4]], [[0, 1], [0, 5 + newer]]], key="k", words=group("flattening"), on_stage=nothing
        ),
        shown='[...root.querySelectorAll(".maps text")].map((text) => text.textContent).join()',
        newer="1,2,3,4,0,1,0,6",
        act=touch_flattening,
        answers=("committed", "reached"),
        begin='root.querySelector(".play").click()',
    ),
    "crop": Life(
        module=crop,
        mounted="_crop",
        show=lambda newer: crop.crop_frame(
            "a picture",
            IMAGE,
            (30, 25, 40, 50 + newer),
            key="k",
            words=group("crop.frame"),
            on_change=nothing,
        ),
        shown='root.querySelector(".frame").style.height',
        newer="51%",
        act=touch_crop,
        answers=("committed", "committed"),
        begin=key(".frame", "ArrowLeft"),
    ),
    "curtain": Life(
        module=curtain,
        mounted="_curtain",
        show=lambda newer: curtain.curtain(
            IMAGE, IMAGE, (4, 3), words={**group("home.curtain"), "after": f"newer: {newer}"}, key="k"
        ),
        shown='root.querySelector(".right").textContent',
        newer="newer: True",
        act=lambda page: page.locator(".share").press("ArrowRight"),
        answers=(),
    ),
    "filter": Life(
        module=filters,
        mounted="_canvas",
        show=show_filter,
        shown='root.querySelector(".channel").getAttribute("aria-label")',
        newer="The channel: 5×6 numbers",
        act=lambda page: page.locator(".presets button").click(),
        answers=("choice",),
        begin='root.querySelector(".slide").click()',
    ),
    "network": Life(
        module=network,
        mounted="_canvas",
        show=show_network,
        shown='root.querySelector(".shape").textContent',
        newer="64 channels of 31×40 numbers.",
        act=lambda page: page.locator("button").last.click(),
        answers=("choice",),
        begin=key(".photo", "ArrowRight"),
    ),
    "map": Life(
        module=style_map,
        mounted="_map",
        show=show_map,
        shown='root.querySelectorAll(".thumb").length',
        newer=3,
        act=lambda page: page.locator("input").first.press("ArrowLeft"),
        answers=("moved", "moved", "settled"),
        begin='root.querySelector("input").dispatchEvent(new InputEvent("input", { bubbles: true }))',
    ),
}


def is_alive(stage: Stage, life: Life) -> None:
    """It shows the newer data, and exactly one listener answers."""
    stage.wait_until(life.shown, life.newer)
    life.act(stage.page)
    assert stage.sent(len(life.answers)) == list(life.answers)


def lives_and_ends(stage: Stage, life: Life) -> None:
    """It outlives a run that newer data overtook, cleaned up before those came or after; and leaves nothing behind.

    The second time it is a new one after one that has gone.
    """
    overtaken = (lambda: stage.clean(), lambda: None), (lambda: None, lambda: stage.clean())
    going = ("stage.clean(); stage.remove();", "stage.remove(); stage.clean();")
    for (before, after), goes in zip(overtaken, going, strict=True):
        stage.run(life.data(newer=False))
        before()
        stage.run(life.data(newer=True))
        after()
        stage.rest()
        is_alive(stage, life)
        begun, left = stage.page.evaluate(
            f"async (begin) => {{ if (begin) stage.see(begin); const begun = stage.open(); {goes}"
            " return [begun, await stage.left()]; }",
            life.begin,
        )
        assert len(begun) > len(life.stays) or not life.begins, "nothing was begun that could be left behind"
        assert sorted(left) == sorted(life.stays)
        stage.page.evaluate("stage.calls.length = 0")
        stage.set()


@pytest.mark.parametrize("name", CANVASES)
def test_a_canvas_outlives_a_run_that_newer_data_overtook_and_leaves_nothing_behind(page: Page, name: str) -> None:
    lives_and_ends(Stage(page, name), CANVASES[name])
