"""Lesson 2 in a real browser: a cell is chosen by mouse and keyboard, a number typed, an arrow dragged."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from pages.ui.numbers import subscript
from pages.ui.text import words
from tests.browser.conftest import at_rest, settled

ENGLISH = words("en")


@pytest.fixture
def lesson(page: Page, server: str) -> Page:
    page.goto(f"{server}/gram?lang=en")
    expect(page.get_by_text(ENGLISH["gram.cell_note"].format(i=1, j=2))).to_be_visible()
    expect(page.locator("canvas").first).to_be_visible()
    return page


def test_a_cell_is_chosen_by_keyboard_and_by_mouse(lesson: Page) -> None:
    lesson.locator("canvas").first.focus()
    lesson.keyboard.press("ArrowDown")
    lesson.keyboard.press("Enter")
    expect(lesson.get_by_text(ENGLISH["gram.diagonal.inner"])).to_be_visible()  # from (1, 2) to (2, 2)
    box = at_rest(lesson, lesson.locator("canvas").first)
    lesson.mouse.click(box["x"] + box["width"] * 0.85, box["y"] + box["height"] * 0.55)  # row 2, column 3
    expect(lesson.get_by_text(ENGLISH["gram.cell_note"].format(i=2, j=3))).to_be_visible()
    expect(lesson).to_have_url(re.compile(r"cell=2(%2C|,)3"))


FOLLOWING = """() => [
  ...[...document.querySelectorAll("[data-follows] [data-part]")].map((part) => part.textContent),
  ...[...document.querySelectorAll("*")].flatMap((host) =>
    [...(host.shadowRoot?.querySelectorAll("canvas.cells, .arrows, tbody input") ?? [])].map((element) =>
      element instanceof HTMLCanvasElement ? element.toDataURL() : (element.value ?? element.textContent),
    ),
  ),
]"""


def test_matrix_table_and_what_it_forgets_follow_while_dragging(lesson: Page) -> None:
    lesson.get_by_role("radio", name=ENGLISH["gram.tab.forgets"]).click()
    expect(lesson.locator("canvas.cells")).to_have_count(2)
    tip = lesson.locator(".tip[data-index='1'] .hit").first
    tip.scroll_into_view_if_needed()
    box = at_rest(lesson, tip)
    before = lesson.evaluate(FOLLOWING)
    lesson.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    lesson.mouse.down()
    lesson.mouse.move(box["x"] - 60, box["y"] + 100, steps=4)
    expect(cell(lesson, 2, 1)).not_to_have_value("1")
    lesson.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    held, link = lesson.evaluate(FOLLOWING), lesson.url
    assert all(now != then for now, then in zip(held, before, strict=True) if len(then) > 200)  # what is drawn
    lesson.mouse.up()
    expect(lesson).not_to_have_url(link)
    settled(lesson)
    at_rest(lesson, tip)
    assert lesson.evaluate(FOLLOWING) == held
    slider = lesson.get_by_role("slider", name=ENGLISH["gram.forgets.turn"])
    slider.press("ArrowRight")
    expect(lesson).to_have_url(re.compile("turn=35"))
    # turned and mirrored, every printed number is the same
    lesson.get_by_text(ENGLISH["gram.forgets.mirror"]).click()
    expect(lesson).to_have_url(re.compile("mirror"))
    expect(lesson.get_by_text(re.compile("Largest change of any cell"))).to_contain_text(
        re.compile(r"(10⁻¹[⁵⁶⁷⁸⁹]|: 0)")
    )
    # what only Python makes follows as well, before the hand has let go
    lesson.get_by_role("radio", name=ENGLISH["gram.tab.symmetry"]).click()
    squared = lesson.locator(".st-key-lab td").nth(1)
    expect(squared).to_be_visible()
    settled(lesson)
    tip.scroll_into_view_if_needed()
    box, before, link = at_rest(lesson, tip), squared.inner_text(), lesson.url
    lesson.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    lesson.mouse.down()
    lesson.mouse.move(box["x"] + 80, box["y"] + 40, steps=4)
    expect(squared).not_to_have_text(before)
    assert lesson.url == link
    lesson.mouse.up()
    expect(lesson).not_to_have_url(link)


def cell(lesson: Page, row: int, column: int) -> Locator:
    return lesson.get_by_label(ENGLISH["table.cell"].format(row=f"v{subscript(row)}", column=column), exact=True)


def paste(locator: Locator, text: str) -> None:
    """What a browser does when a person pastes; the clipboard of the machine is not touched."""
    locator.focus()
    locator.evaluate(
        """(input, text) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text", text);
          const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true, composed: true });
          if (input.dispatchEvent(event)) input.setRangeText(text, input.selectionStart, input.selectionEnd, "end");
        }""",
        text,
    )


def test_what_is_pasted_at_a_cell_fills_the_table(lesson: Page) -> None:
    # case: G = [[5, 11], [11, 25]] with no old number left in; the table had three rows
    for text in (
        "[1 2; 3 4]",
        "array([[1., 2.],\n       [3., 4.]])",
        "(1, 2), (3, 4)",
        "1\t2\r\n3\t4\r\n",
        "1, 2\n3, 4",
    ):
        paste(cell(lesson, 1, 1), "3 1\n1 2\n-2 1")
        expect(cell(lesson, 3, 1)).to_have_value("−2")
        expect(lesson).to_have_url(re.compile("vectors=3|gram.lang=en$"))
        paste(cell(lesson, 1, 1), text)
        expect(lesson).to_have_url(re.compile(r"vectors=1(%2C|,)2(%3B|;)3(%2C|,)4(&|$)"))
        expect(lesson.get_by_text(ENGLISH["gram.cell_note"].format(i=1, j=2))).to_be_visible()
        expect(lesson.locator(".sum").first).to_contain_text("= 11")
        for (i, j), value in zip(((1, 1), (1, 2), (2, 1), (2, 2)), "1234", strict=True):
            expect(cell(lesson, i, j)).to_have_value(value)
        expect(cell(lesson, 3, 1)).to_have_count(0)
    cell(lesson, 2, 2).fill("5")  # and it goes on
    expect(lesson.locator(".sum").first).to_contain_text("= 13")

    # decimal commas are said, and a column fills a column
    paste(cell(lesson, 1, 1), "3 1\n1 2\n-2 1")
    expect(cell(lesson, 3, 1)).to_have_value("−2")
    paste(cell(lesson, 2, 1), "1,5; 2,5")
    said = ENGLISH["table.decimal_comma"].format(text="1,5", value="1.5")
    expect(lesson.get_by_text(said)).to_be_visible()
    expect(cell(lesson, 2, 2)).to_have_value("2.5")
    paste(cell(lesson, 1, 1), "7\n8\n9")
    expect(cell(lesson, 3, 1)).to_have_value("9")
    expect(cell(lesson, 3, 2)).to_have_value("1")  # as it was
    paste(cell(lesson, 1, 1), "[1 2; 3")
    expect(lesson.get_by_text(ENGLISH["table.brackets"])).to_be_visible()
    expect(cell(lesson, 1, 1)).to_have_value("7")


def test_what_is_typed_into_a_cell_is_taken_or_said(lesson: Page) -> None:
    # a negative cell can be pasted into a spreadsheet, though a real minus is shown
    number = cell(lesson, 3, 1)
    expect(number).to_have_value("−2")
    number.focus()
    copied = number.evaluate(
        """(input) => {
          input.select();
          const clipboardData = new DataTransfer();
          const event = new ClipboardEvent("copy", { clipboardData, bubbles: true, cancelable: true, composed: true });
          input.dispatchEvent(event);
          return [event.defaultPrevented, clipboardData.getData("text/plain")];
        }"""
    )
    assert copied == [True, "-2"]

    # a typed number reaches canvas, matrix and link
    number = cell(lesson, 1, 1)
    number.fill("1/2")
    number.press("Enter")
    expect(lesson.locator(".sum")).to_contain_text("2.5")  # ½·1 + 1·2
    expect(lesson).to_have_url(re.compile(r"vectors=0\.5"))

    # what is no number is said beside the table and not taken; a wrong sign is named
    for text, sign in (("two", "t"), ("1–2", "– (U+2013)")):
        number.fill(text)
        number.press("Enter")
        expected = ENGLISH["table.not_a_number"].format(row="v₁", column="1", text=text, sign=sign)
        expect(lesson.get_by_text(expected)).to_be_visible()
        expect(lesson.locator(".sum")).to_contain_text("= 2.5")

    # every dash is a minus
    for minus in "–‐﹣—":
        number.fill(f"{minus}3")
        expect(lesson.locator(".sum")).to_contain_text("= −1")  # −3·1 + 1·2
        number.fill("3")
        expect(lesson.locator(".sum")).to_contain_text("= 5")

    # several numbers typed into a cell fill the next ones
    number = cell(lesson, 3, 1)
    number.fill("5，6")
    expect(lesson.get_by_text(ENGLISH["table.several"].format(row="v₃", column="1", text="5，6"))).to_be_visible()
    number.press("Enter")
    expect(number).to_have_value("5")
    expect(cell(lesson, 3, 2)).to_have_value("6")
    expect(lesson).to_have_url(re.compile(r"5(%2C|,)6(&|$)"))


def test_nonsense_in_k_loses_no_vector_and_fewer_and_more_again_are_as_they_were(lesson: Page) -> None:
    # case: abc, 二, 20 typed into k; of letters a field for numbers keeps nothing, or an e
    lesson.get_by_role("radio", name=ENGLISH["gram.tab.volume"]).click()
    three = lesson.get_by_text(ENGLISH["gram.volume.too_many"].format(k=3, n=2))
    expect(three).to_be_visible()
    count = lesson.get_by_label(ENGLISH["gram.count"])
    for nonsense in ("", "20", "0", "e"):
        count.fill("")
        count.press_sequentially(nonsense)
        count.press("Enter")
        count.blur()
        settled(lesson)
        expect(cell(lesson, 3, 1)).to_have_value("−2")
        expect(three).to_be_visible()

    # an arrow key in the canvas reaches the table
    lesson.locator(".tip[data-index='2']").focus()
    lesson.keyboard.press("ArrowUp")
    expect(cell(lesson, 3, 2)).to_have_value("1.5")

    count.fill("1")
    count.press("Enter")
    expect(cell(lesson, 2, 1)).to_have_count(0)
    count.fill("4")
    count.press("Enter")
    expect(cell(lesson, 4, 1)).to_have_value("0")
    for row, value in ((1, "3"), (2, "1"), (3, "−2")):
        expect(cell(lesson, row, 1)).to_have_value(value)
