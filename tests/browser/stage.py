"""A canvas, or a module of one, alone in a blank page: without Streamlit, without a server."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Route

from pages.ui.canvases import component

ADDRESS = "http://localhost:9/"  # nobody listens there: every request is answered here, or never
PATIENCE = 20_000  # ms
SCRIPT = Path(__file__).with_name("stage.js").read_text(encoding="utf-8")


def module(page: Page, path: str) -> None:
    """Open a blank page with what the JavaScript module `path` of pages/ui/canvases exports, as `m`."""
    script = component.script(component.HERE / path)
    page.route(f"{ADDRESS}**", lambda route: _answer(route, script))
    page.goto(ADDRESS)
    page.evaluate("async () => { window.m = await import('/canvas.js'); }")


class Stage:
    """The canvas `name` in a blank page; see stage.js for what is kept account of there."""

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        folder = component.HERE / name
        script = component.script(folder / "canvas.js")
        page.add_init_script(SCRIPT)
        page.route(f"{ADDRESS}**", lambda route: _answer(route, script))
        page.goto(ADDRESS)
        files = [folder / f"canvas.{kind}" for kind in ("html", "css")]
        self.texts = [file.read_text(encoding="utf-8") if file.exists() else "" for file in files]
        self.set()

    def set(self) -> None:
        """Make a new element for the canvas."""
        self.page.evaluate("(texts) => stage.set(...texts)", self.texts)

    def run(self, data: Any) -> None:
        """A run of the page: the canvas is given these data."""
        if isinstance(data, bytes):
            self.page.evaluate("(bytes) => stage.run(null, bytes)", base64.b64encode(data).decode())
        else:
            self.page.evaluate("(data) => stage.run(data)", data)

    def clean(self) -> None:
        """Call what the oldest run that is not cleaned up has returned."""
        self.page.evaluate("stage.clean()")

    def rest(self) -> None:
        """Wait until the next frames have been drawn."""
        self.page.evaluate("stage.rest()")

    def wait_until(self, expression: str, value: object) -> None:
        """Wait until an expression of `root` has this value."""
        self.page.evaluate("(values) => stage.until(...values)", [expression, value, PATIENCE])

    def sent(self, count: int) -> list[str]:
        """The names of all that was sent to Python, once it is at least so much; they are forgotten here."""
        self.wait_until(f"calls.length >= {count}", True)
        self.rest()  # a second listener would have its turn, too
        return self.page.evaluate("stage.calls.splice(0).map(([name]) => name)")


def _answer(route: Route, script: str) -> None:
    path = route.request.url.removeprefix(ADDRESS)
    if path == "":
        route.fulfill(body="<!doctype html><title>stage</title>", content_type="text/html")
    elif path == "canvas.js":
        route.fulfill(body=script, content_type="text/javascript")
    # all else stays without an answer: a request that is open
