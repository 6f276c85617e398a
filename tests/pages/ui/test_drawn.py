"""The rest of a page waits until the browser has drawn: for as long as that takes, and not for good."""

from __future__ import annotations

import asyncio
import gc
import threading
import time

from starlette.requests import Request

from pages.ui import drawn
from pages.ui.drawn import Drawing

LONG = 20.0


def browser(name):
    """The status that a browser gets which says that it has drawn this."""
    (route,) = drawn.routes("/base")
    assert route.path == "/base/api/drawn/{name}"
    return asyncio.run(drawn.drawn(Request({"type": "http", "path_params": {"name": name}}))).status_code


def test_it_waits_until_the_browser_says_so():
    drawing, seen = Drawing(), []
    waiting = threading.Thread(target=lambda: seen.append(drawing.wait_for(LONG)))
    waiting.start()
    assert seen == []
    assert browser(drawing.name) == 204
    waiting.join(LONG)
    assert seen == [True]


def test_what_was_drawn_before_is_not_waited_for():
    drawing, other = Drawing(), Drawing()
    assert browser(drawing.name) == 204
    assert drawing.wait_for(LONG)
    assert not other.wait_for(0.0), "each has a name of its own"


def test_it_waits_no_longer_than_it_may_and_only_once():
    drawing = Drawing()
    begun = time.monotonic()
    assert not drawing.wait_for(0.05)
    assert time.monotonic() - begun >= 0.05
    begun = time.monotonic()
    assert not drawing.wait_for(LONG), "it has been waited for"
    assert time.monotonic() - begun < LONG / 2
    assert browser(drawing.name) == 204, "too late is no fault"


def test_nothing_is_kept_of_what_nobody_waits_for_and_a_stranger_learns_nothing():
    name = Drawing().name
    gc.collect()
    assert name not in drawn._waited_for
    assert browser(name) == browser("a-strangers") == 204
