"""Lesson 2 in a real browser: a cell is chosen by mouse and keyboard, a number typed, an arrow dragged."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from pages.ui.text import words
from tests.browser.conftest import at_rest

ENGLISH = words("en")


@pytest.fixture
def lesson(page: Page, server: str) -> Page:
    page.goto(f"{server}/gram?lang=en")
    expect(page.get_by_text(ENGLISH["gram.cell_note"].format(i=1, j=2))).to_be_visible()
    expect(page.locator("canvas").first).to_be_visible()
    return page


def test_a_cell_is_chosen_by_mouse(lesson: Page) -> None:
    box = at_rest(lesson, lesson.locator("canvas").first)
    lesson.mouse.click(box["x"] + box["width"] * 0.85, box["y"] + box["height"] * 0.55)  # row 2, column 3
    expect(lesson.get_by_text(ENGLISH["gram.cell_note"].format(i=2, j=3))).to_be_visible()
    expect(lesson).to_have_url(re.compile(r"cell=1(%2C|,)2"))


def test_a_cell_is_chosen_by_keyboard(lesson: Page) -> None:
    lesson.locator("canvas").first.focus()
    lesson.keyboard.press("ArrowDown")
    lesson.keyboard.press("Enter")
    expect(lesson.get_by_text(ENGLISH["gram.diagonal_note"])).to_be_visible()  # from (1, 2) to (2, 2)


def test_a_typed_number_reaches_canvas_matrix_and_link(lesson: Page) -> None:
    number = lesson.get_by_label(ENGLISH["table.cell"].format(row="v₁", column="1"))
    number.fill("1/2")
    number.press("Enter")
    expect(lesson.locator(".sum")).to_contain_text("2.5")  # ½·1 + 1·2
    expect(lesson).to_have_url(re.compile(r"vectors=0\.5"))


def test_what_is_no_number_is_said_beside_the_table_and_not_taken(lesson: Page) -> None:
    number = lesson.get_by_label(ENGLISH["table.cell"].format(row="v₁", column="1"))
    number.fill("two")
    number.press("Enter")
    expected = ENGLISH["table.not_a_number"].format(row="v₁", column="1", text="two")
    expect(lesson.get_by_text(expected)).to_be_visible()
    expect(lesson.locator(".sum")).to_contain_text("= 5")


def test_an_arrow_key_in_the_canvas_reaches_the_table(lesson: Page) -> None:
    lesson.locator(".tip[data-index='2']").focus()
    lesson.keyboard.press("ArrowUp")
    expect(lesson.get_by_label(ENGLISH["table.cell"].format(row="v₃", column="2"))).to_have_value("1.5")


def test_turning_all_vectors_leaves_every_printed_number(lesson: Page) -> None:
    lesson.get_by_role("radio", name=ENGLISH["gram.tab.forgets"]).click()
    said = lesson.get_by_text(re.compile("Largest change of any cell"))
    expect(said).to_be_visible()
    lesson.get_by_text(ENGLISH["gram.forgets.mirror"]).click()
    expect(said).to_contain_text(re.compile(r"(10⁻¹[⁵⁶⁷⁸⁹]|: 0)"))
