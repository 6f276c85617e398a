"""A deep link on a fresh server: the first pages answer while the network still loads."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from pages.ui.text import words
from tests.browser.conftest import running_server
from tests.browser.test_conversation import MOVES, SMALL, WATCH
from tests.browser.test_style_transfer import button, said, status


@pytest.mark.slow
def test_on_a_fresh_server_below_a_base_path(page: Page) -> None:
    """A deep link, the first that is asked of it; a page that says what it waits for; and its pictures come."""
    with running_server("gramlab") as address:
        deep = page.context.new_page()
        deep.goto(f"{address}/gram?lang=zh", wait_until="commit")
        page.goto(f"{address}/style_transfer?lang=en&{SMALL}")
        loading = [words("en")[f"network.{stage}"] for stage in ("waiting", "torch", "weights", "first_run")]
        expect(page.locator("[data-testid=stProgress]")).to_have_text(re.compile("|".join(map(re.escape, loading))))
        expect(deep.get_by_role("heading", level=1)).to_contain_text(words("zh")["gram.title"])
        expect(deep).to_have_url(re.compile("lang=zh"))
        expect(deep.get_by_role("link", name=words("zh")["style_transfer.title"])).to_be_visible()
        expect(page.locator("[data-testid=stProgress]")).to_have_count(0)
        expect(status(page)).to_have_text(said("live.idle"))
        page.evaluate(WATCH)
        button(page, "start").click()
        page.wait_for_function(MOVES, arg=1)
        expect(page.locator(".walk .row.style .distance").first).not_to_have_text("—")
        for wrong in ("api/transfer/unknown/newest.jpg", "api/transfer/unknown/grams", "api/nothing", "api/a/b.jpg"):
            assert page.request.get(f"{address}/{wrong}").status == 404, wrong


def test_the_language_stays_with_what_was_typed_and_across_pages(page: Page, server: str) -> None:
    page.goto(f"{server}/vectors?a=5,+2")
    expect(page.get_by_role("textbox", name=words("en")["vectors.field"].format(name="a"))).to_have_value("5, 2")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("radio", name="中文").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(words("zh")["vectors.title"])
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.get_by_role("textbox", name=words("zh")["vectors.field"].format(name="a"))).to_have_value("5, 2")
    page.get_by_role("link", name=words("zh")["gram.title"]).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(words("zh")["gram.title"])
    expect(page).to_have_url(re.compile("lang=zh"))
    # Streamlit's own labels, too
    expect(page.get_by_role("button", name=words("zh")["browser.increment"]).first).to_be_visible()
    expect(page.get_by_label(words("en")["browser.increment"])).to_have_count(0)
    page.get_by_role("radio", name="English").click()
    expect(page.get_by_role("button", name=words("en")["browser.increment"]).first).to_be_visible()
