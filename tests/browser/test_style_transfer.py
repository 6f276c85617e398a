"""A transfer that is started changes the picture and lowers the style loss, until it is stopped."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from pages.ui.text import words

ENGLISH = words("en")


def losses(page: Page) -> tuple[float, float]:
    """The style loss at the start and now, as the page says it."""
    pattern = re.escape(ENGLISH["style_transfer.style_fell"]).replace(r"\{first\}", "(.+)").replace(r"\{now\}", "(.+)")
    said = page.get_by_text(ENGLISH["style_transfer.style_fell"].split(":")[0]).inner_text()
    first, now = re.fullmatch(pattern, said).groups()
    return tuple(float(re.sub("×10.*", "", value)) for value in (first, now))


@pytest.mark.slow
def test_start_watch_and_stop(page: Page, server: str) -> None:
    page.goto(f"{server}/style_transfer?lang=en&size=128&steps=400&style_weight=100")
    page.get_by_role("button", name=ENGLISH["style_transfer.start"], exact=True).click()
    picture = page.get_by_test_id("preview")
    expect(picture).to_have_attribute("data-sequence", re.compile(r"\d+"))
    early = picture.screenshot()
    page.wait_for_function("Number(document.querySelector('[data-testid=stMain]') && 1)")
    expect(page.locator("[data-testid=stProgress]")).to_contain_text(re.compile(r"Step (2\d|[3-9]\d|\d{3})"))
    assert picture.screenshot() != early
    first, now = losses(page)
    assert now < first

    page.get_by_role("button", name=ENGLISH["style_transfer.stop"], exact=True).click()
    expect(page.locator("[data-testid=stProgress]")).to_contain_text(ENGLISH["style_transfer.state.stopped"])
    expect(page.get_by_role("button", name=ENGLISH["style_transfer.save"])).to_be_visible()
    shown = page.locator("[data-testid=stProgress]").inner_text()
    page.wait_for_timeout(1500)
    assert page.locator("[data-testid=stProgress]").inner_text() == shown  # nothing moves any more
