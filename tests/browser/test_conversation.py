"""The browser's conversation with a running transfer: each start is seen, it takes little room, and it is the owner's."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from pages.ui.text import words
from tests.browser.conftest import running_server, settled
from tests.browser.test_style_transfer import button, said, status, step, wait_for_step

SMALL = "size=128&steps=500"

# Each picture that comes to stand there, with its colours; a job that begins is an empty entry. A number repeats where
# it is another job's
WATCH = """() => {
  const stage = [...document.querySelectorAll('*')].map((e) => e.shadowRoot?.querySelector('.stage')).find(Boolean);
  window.__seen = [];
  new MutationObserver(() => window.__seen.push(stage.dataset.sequence)).observe(
    stage, { attributes: true, attributeFilter: ['data-sequence'] });
}"""
# whether two pictures have come since the last beginning, of which there are so many
MOVES = """(beginnings) => {
  const last = window.__seen.lastIndexOf('');
  return window.__seen.filter((entry) => entry === '').length >= beginnings && window.__seen.length - last > 2;
}"""


def test_twelve_starts_are_twelve_pictures_that_move(page: Page, server: str) -> None:
    """Pressed while it runs, while it is paused, and right after it was stopped, as the browser has it or Python."""
    page.goto(f"{server}/style_transfer?lang=en&{SMALL}")
    expect(status(page)).to_have_text(said("live.idle"))
    page.evaluate(WATCH)
    button(page, "start").click()
    page.wait_for_function(MOVES, arg=1)
    for turn in range(1, 13):
        match turn % 4:
            case 1:
                button(page, "stop").click()
                expect(status(page)).to_contain_text(said("live.state_stopped"))  # the conversation has heard it
            case 2:
                button(page, "stop").click()  # it has not
            case 3:
                button(page, "pause").click()
                expect(status(page)).to_contain_text(said("live.state_paused"))
        button(page, "start_again").click()
        page.wait_for_function(MOVES, arg=turn + 1)
    button(page, "stop").click()


def test_a_new_start_does_not_wait_for_the_conversation_before_it(page: Page, server: str) -> None:
    """The old one is held open for ever here; it ends at once, and gives its connection back."""
    ended: list[Request] = []
    held: list[Route] = []
    page.goto(f"{server}/style_transfer?lang=en&{SMALL}")
    expect(status(page)).to_have_text(said("live.idle"))
    page.evaluate(WATCH)
    button(page, "start").click()
    page.wait_for_function(MOVES, arg=1)
    button(page, "pause").click()
    expect(status(page)).to_contain_text(said("live.state_paused"))
    old = re.search(r"job=([\w-]+)", page.url)[1]
    page.route(re.compile(rf"{old}/newest"), lambda route: held.append(route))  # never answered
    page.wait_for_event("request", lambda request: f"{old}/newest" in request.url)
    page.on("requestfailed", ended.append)
    button(page, "start_again").click()
    page.wait_for_function(MOVES, arg=2)
    assert held
    assert any(old in request.url for request in ended)
    button(page, "stop").click()
