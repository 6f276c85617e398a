"""A deep link on a fresh server: the first pages answer while the network still loads."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from pages.ui.text import words
from tests.browser.conftest import running_server


@pytest.mark.slow
def test_deep_link_on_a_fresh_server(page: Page) -> None:
    with running_server() as address:
        page.goto(f"{address}/gram?lang=zh")
        expect(page.get_by_role("heading", level=1)).to_contain_text(words("zh")["gram.title"])
        expect(page).to_have_url(re.compile("lang=zh"))
        expect(page.get_by_role("link", name=words("zh")["style_transfer.title"])).to_be_visible()


@pytest.mark.slow
def test_a_page_that_needs_the_network_says_what_it_waits_for(page: Page) -> None:
    with running_server() as address:
        page.goto(f"{address}/vgg_layers?lang=en")
        loading = [words("en")[f"network.{stage}"] for stage in ("waiting", "torch", "weights", "first_run")]
        expect(page.locator("[data-testid=stProgress]")).to_have_text(re.compile("|".join(map(re.escape, loading))))
        expect(page.locator("[data-testid=stProgress]")).to_have_count(0)
        expect(page.get_by_text(words("en")["vgg_layers.gram_note"])).to_be_visible()


def test_the_language_stays_with_what_was_typed_and_across_pages(page: Page, server: str) -> None:
    page.goto(f"{server}/vectors?a=5,+2")
    expect(page.get_by_role("textbox", name=words("en")["vectors.field"].format(name="a"))).to_have_value("5, 2")
    page.get_by_role("radio", name="中文").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(words("zh")["vectors.title"])
    expect(page.get_by_role("textbox", name=words("zh")["vectors.field"].format(name="a"))).to_have_value("5, 2")
    page.get_by_role("link", name=words("zh")["gram.title"]).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(words("zh")["gram.title"])
    expect(page).to_have_url(re.compile("lang=zh"))
