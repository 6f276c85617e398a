"""From the back of a room everything on a page can be read, and by everybody: sizes of type, and axe-core's rules."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as Timeout

from pages.ui.frame import LESSONS
from pages.ui.text import words
from tests.browser.conftest import settled

TYPE = Path(__file__).with_name("type.js").read_text(encoding="utf-8")
READ, LOOKED_UP = 1 / 36, 1 / 48  # of the screen's height
SIZES = ((1920, 1080), (1280, 720))
# what one does not read from beginning to end: tables, programs, names and numbers beside a picture, the header
TO_LOOK_UP = (
    "table, code, pre, small, header, .st-key-language-bar, .katex .mtight, "
    ".ends, .nine, .strip, .layers, .walk, figcaption, .name, .count"
)
# something of each page that takes its time, or is drawn: where it is missing nothing has been measured
THERE = {
    "": "stPageLink",
    "vectors": "vector-canvas",
    "gram": "cells",
    "filters": "nine",
    "feature_maps": "marks",
    "vgg_layers": "cells",
    "style_distance": "xtick",
    "style_transfer": "curve",
}
QUICK = {"vgg_layers": "&size=128", "style_distance": "&pictures=great_wave,brick", "style_transfer": "&size=128"}
MEASURED = """([lookedUp, there, low, high]) => {
  const places = type(lookedUp);
  const isSmall = ({ kind, size }) => size < innerHeight * (kind === "read" ? high : low) - 0.01;
  window.small = places.filter(isSmall).map(({ place, size, text }) => `${size.toFixed(1)} px ${place}: ${text}`);
  return places.some(({ place }) => place.includes(there)) && !window.small.length;
}"""
PATIENCE = 20_000  # ms for what is drawn anew to be there in its new size


def test_type_that_is_too_small_is_seen_wherever_it_is(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    page.add_init_script(TYPE)
    page.goto("data:text/html,<p class='one'>large</p><p class='two'>small</p><div></div>")
    page.evaluate(
        """() => {
          document.querySelector('.one').style.fontSize = '20px';
          document.querySelector('.two').style.fontSize = '19px';
          const root = document.querySelector('div').attachShadow({ mode: 'open' });
          root.innerHTML = '<svg viewBox="0 0 50 50" width="100" height="100"><text class="svg" y="9">svg</text></svg>'
            + '<canvas class="canvas" width="200" height="100" style="width: 100px"></canvas>';
          root.querySelector('text').style.fontSize = '7px';
          const context = root.querySelector('canvas').getContext('2d');
          context.font = '28px sans-serif';
          context.fillText('gone', 0, 40);
          context.clearRect(0, 0, 200, 100);
          context.fillText('drawn', 0, 40);
        }"""
    )
    found = {place["text"]: (place["kind"], round(place["size"], 3)) for place in page.evaluate("type('.none')")}
    assert found == {"large": ("read", 20), "small": ("read", 19), "svg": ("look up", 14), "drawn": ("look up", 14)}


@pytest.mark.slow
def test_on_a_projector_everything_can_be_read_from_the_back_of_a_room_and_by_everybody(
    page: Page, server: str
) -> None:
    page.add_init_script(TYPE)
    axe = Axe()
    for at, lesson in enumerate(("", *LESSONS)):
        page.set_viewport_size({"width": 1920, "height": 1080})
        page.emulate_media(color_scheme="dark" if at // 2 % 2 else "light")
        page.goto(f"{server}/{lesson}?lang=zh&projector=on{QUICK.get(lesson, '')}")
        expect(page.get_by_role("heading", level=1)).to_contain_text(words("zh")[f"{lesson or 'home'}.title"])
        settled(page)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            try:
                page.wait_for_function(MEASURED, arg=[TO_LOOK_UP, THERE[lesson], LOOKED_UP, READ], timeout=PATIENCE)
            except Timeout:
                pytest.fail(f"{lesson} at {height}: {page.evaluate('window.small')}")
        if at % 2:  # every second page as it is read at home, in English
            page.locator(".st-key-projector").get_by_text(words("zh")["shell.projector"]).click()
            page.get_by_role("radio", name="English").click()
            title = words("en")[f"{lesson or 'home'}.title"]
            expect(page.get_by_role("heading", level=1)).to_contain_text(title)
            expect(page.get_by_test_id("stSidebar")).to_be_visible()
            settled(page)
        if not lesson:  # its curtain has been told its words
            expect(page.locator(".curtain .name").first).not_to_be_empty()
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        found = axe.run(page, options={"resultTypes": ["violations"]}).response["violations"]
        grave = [(each["id"], each["nodes"][0]["html"]) for each in found if each["impact"] in ("critical", "serious")]
        assert grave == [], lesson
