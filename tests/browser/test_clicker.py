"""A clicker's keys from the moment a page is there: through the steps, on to the next lesson; dark, covered, listed."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from pages.ui.text import words
from tests.browser.conftest import settled

ENGLISH = words("en")
TOP = "() => document.querySelector('[data-testid=stMain]').scrollTop"
WHERE = "() => location.pathname + document.querySelector('[data-testid=stMain]').scrollTop"
BEGINS = """(name) => {
  const mark = document.querySelector(`[data-step=${name}]`)?.getBoundingClientRect();
  const header = document.querySelector('[data-testid=stHeader]').getBoundingClientRect();
  return mark && Math.abs(mark.bottom - header.bottom) < 2;
}"""
# nothing of the next step is on the screen of the first
ALONE = "() => document.querySelector('[data-step=laws]').getBoundingClientRect().bottom >= innerHeight - 1"


def test_a_clicker_leads_through_a_lesson_and_on_to_the_next(page: Page, server: str) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.emulate_media(reduced_motion="reduce")  # it is there at once
    page.goto(f"{server}/feature_maps?lang=en&projector=on")
    heading = page.get_by_role("heading", level=1)
    knob = page.get_by_role("slider", name=ENGLISH["flattening.time_line"])
    expect(knob).to_have_attribute("aria-valuenow", "1")
    settled(page)
    page.wait_for_function(ALONE)
    page.keyboard.press("PageDown")  # nothing has been clicked: the canvas makes its first step
    expect(knob).to_have_attribute("aria-valuenow", "2")
    assert page.evaluate(TOP) == 0

    page.goto(f"{server}/gram?lang=en&projector=on")
    cell = page.locator(".st-key-cover-cell .formula")
    expect(cell).to_be_visible()
    settled(page)
    page.locator(".cells").click(position={"x": 90, "y": 90})  # from now on a canvas has the focus
    page.keyboard.press("h")
    expect(cell).to_be_hidden()
    expect(page.locator(".matrix .reading").first).to_contain_text("?")
    page.keyboard.press("PageDown")
    expect(cell).to_be_visible()

    question, laws = page.locator(".st-key-ask-gram-predict"), page.locator(".st-key-turns-gram")
    reveal = question.get_by_role("button", name=ENGLISH["frame.reveal"])
    for _ in range(5):  # most of a screen at a time
        if question.get_attribute("aria-current") is None:
            page.keyboard.press("PageDown")
    expect(reveal).to_be_in_viewport()
    expect(question).to_have_attribute("aria-current", "step")
    page.keyboard.press("PageDown")
    expect(question).to_contain_text(ENGLISH["gram.predict.why"][:40])
    settled(page)
    page.keyboard.press("PageDown")
    page.wait_for_function(BEGINS, arg="laws")
    expect(laws.get_by_role("radio", name=ENGLISH["gram.tab.symmetry"])).to_be_checked()
    settled(page)
    page.evaluate("document.activeElement.blur()")  # arrows are a canvas's own where it has the focus
    page.keyboard.press("ArrowRight")
    expect(laws.get_by_role("radio", name=ENGLISH["gram.tab.eigenvalues"])).to_be_checked()
    settled(page)
    page.keyboard.press("PageUp")
    expect(laws.get_by_role("radio", name=ENGLISH["gram.tab.symmetry"])).to_be_checked()

    page.keyboard.press(".")
    expect(page.locator(".dark")).to_be_visible()
    page.keyboard.press("PageDown")
    expect(page.locator(".dark")).to_be_hidden()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name=ENGLISH["keys.title"])).to_contain_text(ENGLISH["keys.cover"])
    page.keyboard.press("Escape")

    page.goto(f"{server}/?lang=en&projector=on")
    expect(heading).to_contain_text(ENGLISH["home.title"])
    expect(page.locator(".dark")).to_be_attached()
    expect(page.locator(".curtain")).to_be_visible()
    for _ in range(6):  # from its end on to the first lesson
        settled(page)  # a page that is only half there is not left
        if "/vectors" in page.url:
            break
        before = page.evaluate(WHERE)
        page.keyboard.press("PageDown")
        page.wait_for_function(f"(before) => ({WHERE})() !== before", arg=before)
    expect(heading).to_contain_text(ENGLISH["vectors.title"])
    field = page.get_by_role("textbox", name=ENGLISH["vectors.field"].format(name="b"))
    field.fill("1,")
    field.press_sequentially("3 .bh")  # what is typed is typed
    expect(field).to_have_value("1,3 .bh")
    expect(page.locator(".dark")).to_be_hidden()
    expect(page.locator("html")).not_to_have_class(re.compile("covered"))
    field.fill("1, 3")
    settled(page)
    page.keyboard.press("PageUp")
    expect(heading).to_contain_text(ENGLISH["home.title"])
