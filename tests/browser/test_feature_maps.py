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


def test_the_matrix_at_the_end_is_gramlibs_and_the_link_opens_there(lesson: Page) -> None:
    to_the_end(lesson)
    expected = [number(value) for value in feature_gram(MAPS).ravel()]
    expect(lesson.locator(".flattening .gram .cell")).to_have_text(expected)
    expect(lesson).to_have_url(re.compile("step=5"))
    lesson.reload()
    expect(lesson.get_by_test_id("flattening")).to_have_attribute("data-stage", "5")


def test_steps_go_forward_and_back(lesson: Page) -> None:
    root = lesson.get_by_test_id("flattening")
    expect(root).to_have_attribute("data-stage", "1")
    forward, back = lesson.locator(".flattening .forward"), lesson.locator(".flattening .back")
    for _ in range(3):
        forward.click()
        lesson.wait_for_function("!document.querySelector('.flattening.playing')")
    reached = float(root.get_attribute("data-time"))
    assert reached > 0
    back.click()
    lesson.wait_for_function(f"Number(document.querySelector('.flattening')?.dataset.time ?? 0) < {reached}")


def test_a_number_edited_in_a_map_changes_matrix_and_link(lesson: Page) -> None:
    to_the_end(lesson)
    lesson.locator(".flattening .maps .cell").first.click()
    editor = lesson.locator(".flattening .editor")
    editor.fill("1/2")
    editor.press("Enter")
    changed = MAPS.copy()
    changed[0, 0, 0] = 0.5
    expected = [number(value) for value in feature_gram(changed).ravel()]
    expect(lesson.locator(".flattening .gram .cell")).to_have_text(expected)
    expect(lesson).to_have_url(re.compile(r"maps=0\.5"))


def test_a_number_pointed_at_is_marked_everywhere(lesson: Page) -> None:
    to_the_end(lesson)
    lesson.locator(".flattening .bars .cell").nth(2).hover()
    expect(lesson.locator(".flattening .cell.marked")).to_have_count(3)
    spoken = ENGLISH["flattening.address"].format(channel=1, row=2, column=1, position=3)
    expect(lesson.locator(".flattening .address")).to_contain_text(spoken)
