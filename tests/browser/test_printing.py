"""What goes to paper: no frame of the screen, nothing cut, the answers on a page of their own."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from pages.ui.text import words
from tests.browser.conftest import settled

ENGLISH = words("en")
A4 = {"width": 794, "height": 1123}  # CSS pixels
MARGIN = 12 / 25.4 * 96

# how far to the right anything reaches that can be seen, canvases included
REACH = """() => {
  let reach = 0;
  const look = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) look(element.shadowRoot);
      const clipped = element.closest(".katex-mathml, .spoken, [hidden]") || !element.checkVisibility();
      if (!clipped) reach = Math.max(reach, element.getBoundingClientRect().right);
    }
  };
  look(document.querySelector("[data-testid=stMainBlockContainer]"));
  return reach;
}"""

# how wide the page's content is in its own measure, so that nothing in it is drawn for another width
WIDTH = """() => {
  const style = getComputedStyle(document.querySelector("[data-testid=stMainBlockContainer]"));
  return parseFloat(style.width) - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
}"""


def pages(page: Page) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(prefer_css_page_size=True)))


def test_a_worksheet_is_printed_alone_and_its_answers_on_a_page_of_their_own(page: Page, server: str) -> None:
    page.add_init_script("window.print = () => { window.printed = true; };")
    page.goto(f"{server}/teaching?lang=en&sheet=gram")
    settled(page)
    expect(page.get_by_role("heading", name=ENGLISH["teaching.answers_of"].format(number=2))).to_be_visible()
    assert pages(page) == 2
    page.emulate_media(media="print")
    for screen in ("[data-testid=stSidebar]", "[data-testid=stHeader]", ".st-key-language-bar", ".st-key-desk"):
        expect(page.locator(screen)).to_be_hidden()
    expect(page.get_by_text("v₁ = (1, 2)")).to_be_visible()
    expect(page.locator(".st-key-sheet-answers")).to_have_css("break-before", "page")
    page.emulate_media(media="screen")
    page.get_by_role("button", name=ENGLISH["teaching.print"]).click()
    page.wait_for_function("window.printed")
    page.get_by_text(ENGLISH["teaching.with_answers"]).click()
    expect(page.locator(".st-key-sheet-answers")).to_have_count(0)
    settled(page)
    assert pages(page) == 1


@pytest.mark.parametrize(("lesson", "drawn"), [("gram", "canvas"), ("style_transfer", "canvas.curve")])
def test_a_lesson_is_printed_whole(page: Page, server: str, lesson: str, drawn: str) -> None:
    page.goto(f"{server}/{lesson}?lang=en")
    canvas = page.locator(drawn).first
    expect(canvas).to_be_visible()
    settled(page)
    on_screen = page.evaluate(WIDTH)
    assert on_screen > A4["width"]
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": round(A4["width"] - 2 * MARGIN), "height": A4["height"]})
    expect(page.locator("[data-testid=stSidebar]")).to_be_hidden()
    expect(page.get_by_text(ENGLISH["frame.try_this"])).to_be_hidden()
    for name in ("frame.reset", "gram.try.flat", "canvas.zoom_in", "matrix.zoom_in", "browser.increment"):
        expect(page.get_by_role("button", name=ENGLISH[name])).to_have_count(0)
    expect(canvas).to_be_visible()
    page.wait_for_function(f"({REACH})() <= {A4['width'] - 2 * MARGIN + 1}")
    assert abs(page.evaluate(WIDTH) - on_screen) < 1


def test_columns_that_are_longer_than_a_sheet_begin_on_the_first(page: Page, server: str) -> None:
    page.goto(f"{server}/vectors?lang=en")
    expect(page.get_by_role("link", name=ENGLISH["frame.next"].format(title=ENGLISH["gram.title"]))).to_be_visible()
    settled(page)
    assert pages(page) == 2
