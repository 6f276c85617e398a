"""Lesson 3 in a real browser: VGG's own number, pointed at and chosen; a weight typed; a layer; the link keeps it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from pages.ui.numbers import number
from pages.ui.text import words
from tests.browser.conftest import at_rest, settled

WORDS = words("en")
CAT = Path(__file__).parents[2] / "assets" / "images" / "photos" / "cat.jpg"


def test_a_number_of_a_channel_is_the_networks_own_and_the_link_keeps_what_is_chosen(page: Page, server: str) -> None:
    from gramlib import VGG, to_tensor

    channel = VGG().features(to_tensor(Image.open(CAT), 256), ["relu1_1"])["relu1_1"][6].numpy()
    height, width = channel.shape
    page.goto(f"{server}/filters?lang=en&picture=cat&place=35,145")
    value = page.locator(".filter .number")
    expect(value).to_have_text(number(float(channel[34, 144])))

    # pointed at: the number there; pressed: chosen, and in the link
    photo = page.locator(".filter .photo")
    box = at_rest(page, photo)
    page.mouse.move(box["x"] + box["width"] * 0.31, box["y"] + box["height"] * 0.52)
    row, column = int(0.52 * height), int(0.31 * width)
    shown = WORDS["filters.canvas.where"].format(row=row + 1, column=column + 1)
    expect(page.locator(".where")).to_have_text(shown)
    before = float(value.get_attribute("data-before") or "nan")
    assert max(0, before) == pytest.approx(channel[row, column], abs=2e-5)
    page.mouse.down()
    page.mouse.up()
    expect(page).to_have_url(re.compile(rf"place={row + 1}(%2C|,){column + 1}"))
    photo.press("ArrowRight")
    expect(page).to_have_url(re.compile(rf"place={row + 1}(%2C|,){column + 2}"))

    # a weight typed: the filter is the person's own, begun from VGG's
    page.locator(".weight").nth(13).fill("2")
    expect(page.locator(".which")).to_have_text(WORDS["filters.canvas.yours"])
    expect(page).to_have_url(re.compile("filter=0"))
    page.locator(".layers button[data-layer=relu4_2]").click()
    expect(page.locator(".network .name")).to_have_text("relu4_2")
    expect(page).to_have_url(re.compile("layer=relu4_2"))
    settled(page)
    said = page.locator(".filter .number").inner_text(), page.locator(".network .sees").inner_text()
    page.reload()
    expect(page.locator(".filter .number")).to_have_text(said[0])
    expect(page.locator(".network .sees")).to_have_text(said[1])
    expect(page.locator(".weight").nth(13)).to_have_value("2.00")
