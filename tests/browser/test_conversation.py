"""The browser's conversation with a transfer: each start is seen, it takes little room, and it is the owner's."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, Request, Route, expect

from pages.ui.text import words
from tests.browser.conftest import settled
from tests.browser.test_style_transfer import button, said, status, wait_for_step

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


def test_each_start_is_another_picture_that_moves(page: Page, server: str) -> None:
    """Pressed while it runs, while it is paused, and right after it was stopped, as the browser has it or Python."""
    page.goto(f"{server}/style_transfer?lang=en&{SMALL}")
    expect(status(page)).to_have_text(said("live.idle"))
    page.evaluate(WATCH)
    button(page, "start").click()
    page.wait_for_function(MOVES, arg=1)
    for turn in range(1, 6):
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
    page.on("requestfailed", lambda request: ended.append(request))
    button(page, "start_again").click()
    page.wait_for_function(MOVES, arg=2)
    assert held
    assert any(old in request.url for request in ended)
    button(page, "stop").click()


def test_a_page_with_a_ladder_beside_a_transfer_holds_two_connections(page: Page, server: str) -> None:
    """A browser opens six to a host; a page that is asked for and an upload want theirs."""
    opened: set[Request] = set()
    most = [0]
    asked: set[str] = set()

    def begins(request: Request) -> None:
        if "/api/" in request.url:
            opened.add(request)
            asked.add(request.url.split("/")[-2])
            most.append(len(opened))

    page.on("request", begins)
    page.on("requestfinished", lambda request: opened.discard(request))
    page.on("requestfailed", lambda request: opened.discard(request))
    page.goto(f"{server}/style_transfer?lang=en&{SMALL}")
    expect(status(page)).to_have_text(said("live.idle"))
    button(page, "start").click()
    wait_for_step(page, 2)
    page.get_by_role("button", name=said("ladder.make")).click()
    rungs = page.locator(".live .status").filter(has_text=re.compile(r"^[1-9]\d* of 150$"))
    expect(rungs).to_have_count(5)  # each of them moves
    assert len(asked) == 6
    assert max(most) == 2
    page.get_by_role("link", name=re.compile(words("en")["vectors.title"])).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(words("en")["vectors.title"])
    settled(page)
    for _ in range(100):  # the browser has still to say that they have ended
        if opened:
            page.wait_for_timeout(20)
    assert not opened
    page.go_back()
    expect(page.get_by_role("button", name=said("stop"), exact=True)).to_have_count(2)
    for stop in page.get_by_role("button", name=said("stop"), exact=True).all():
        stop.click()  # six pictures less that the next tests would wait for


def test_a_stranger_with_the_address_gets_nothing(page: Page, browser: Browser, server: str) -> None:
    page.goto(f"{server}/style_transfer?lang=en&{SMALL}")
    expect(status(page)).to_have_text(said("live.idle"))
    button(page, "start").click()
    wait_for_step(page, 1)
    job = re.search(r"job=([\w-]+)", page.url)[1]
    stranger = browser.new_context()
    stranger.request.get(f"{server}/", headers={"accept": "text/html"})  # has a mark, too
    for asks in ("newest.jpg", "1.jpg", "grams"):
        address = f"{server}/api/transfer/{job}/{asks}"
        assert page.request.get(address).status == 200
        assert stranger.request.get(address).status == 404
    stranger.close()
    button(page, "stop").click()


def test_a_browser_that_keeps_no_cookies_sees_its_own_picture(page: Page, server: str) -> None:
    # who does not ask for a page is not given a mark
    unmarked = lambda route: route.continue_(headers=route.request.headers | {"accept": "*/*"})  # noqa: E731
    page.route("**/style_transfer*", unmarked)
    page.goto(f"{server}/style_transfer?lang=en&{SMALL}")
    expect(status(page)).to_have_text(said("live.idle"))
    assert not any(cookie["name"] == "gramlab_browser" for cookie in page.context.cookies())
    button(page, "start").click()
    wait_for_step(page, 1)
    button(page, "stop").click()
