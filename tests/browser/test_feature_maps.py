"""Lesson 4 in a real browser: the way from the maps to G, stepped and edited; its numbers are gramlib's."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from gramlib.gram import feature_gram
from pages.ui.numbers import number
from pages.ui.text import words

ENGLISH = words("en")
MAPS = np.array([[[1.0, 2], [3, 4]], [[0, 1], [0, -1]], [[0.5, 0], [0, 2]]])
LINK = "1,2;3,4|0,1;0,-1|0.5,0;0,2"


@pytest.fixture
def lesson(page: Page, server: str) -> Page:
    page.goto(f"{server}/feature_maps?lang=en&normalize=hw&maps={LINK}")
    expect(page.get_by_test_id("flattening")).to_be_visible()
    return page


def to_the_end(page: Page) -> None:
    page.locator(".flattening .time").focus()
    page.keyboard.press("End")
    expect(page.get_by_test_id("flattening")).to_have_attribute("data-stage", "5")


# whether the way has come to rest further on, or further back, than it was
RESTS = """([root, before, way]) =>
  !root.classList.contains("playing") && Math.sign(Number(root.dataset.time) - before) === way"""


def test_steps_go_forward_and_back_and_the_link_opens_at_the_end_where_the_matrix_is_gramlibs(lesson: Page) -> None:
    root = lesson.get_by_test_id("flattening")
    expect(root).to_have_attribute("data-stage", "1")
    forward, back = lesson.locator(".flattening .forward"), lesson.locator(".flattening .back")
    for press, way in ((forward, 1), (forward, 1), (forward, 1), (back, -1)):
        before = float(root.get_attribute("data-time") or "nan")
        press.click()
        lesson.wait_for_function(RESTS, arg=[root.element_handle(), before, way])

    to_the_end(lesson)
    matrix = lesson.locator(".flattening .gram .cell")
    expect(matrix).to_have_text([number(value) for value in feature_gram(MAPS).ravel()])
    expect(lesson).to_have_url(re.compile("step=5"))

    # a number pointed at is marked everywhere
    lesson.locator(".flattening .bars .cell").nth(2).hover()
    expect(lesson.locator(".flattening .cell.marked")).to_have_count(3)
    spoken = ENGLISH["flattening.address"].format(channel=1, row=2, column=1, position=3)
    expect(lesson.locator(".flattening .address")).to_contain_text(spoken)

    # a number edited in a map changes matrix and link
    lesson.locator(".flattening .maps .cell").first.click()
    editor = lesson.locator(".flattening .editor")
    editor.fill("1/2")
    editor.press("Enter")
    changed = MAPS.copy()
    changed[0, 0, 0] = 0.5
    expected = [number(value) for value in feature_gram(changed).ravel()]
    expect(matrix).to_have_text(expected)
    expect(lesson).to_have_url(re.compile(r"maps=0\.5"))

    lesson.reload()
    expect(root).to_have_attribute("data-stage", "5")
    expect(matrix).to_have_text(expected)
