"""The stylesheets around Streamlit's: what each of their selectors may ask of a browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pages.ui.places import ROOT

SHEETS = ("page.css", "readable.css", "projector.css")


def css(name: str) -> str:
    return re.sub(r"/\*.*?\*/", "", (ROOT / "pages" / "ui" / name).read_text(encoding="utf-8"), flags=re.DOTALL)


def what_lies_behind_a_part_of_a_class(sheet: str) -> list[str]:
    """The selectors that say something of what is inside or beside an element with some part of a class.

    A browser must then look at all of that anew whenever any element gets another class, and Streamlit's have another
    at each run: one such selector, with a * behind it, cost 20 ms in every answer of every lesson.
    """
    selectors = [selector.strip() for rule in re.findall(r"[^{}]+(?={)", sheet) for selector in rule.split(",\n")]
    return [each for each in selectors if re.search(r"\[class[*^$|~]?=[^\]]*\][^\s,>+~]*[\s>+~]+[^\s)]", each)]


@pytest.mark.parametrize("name", SHEETS)
def test_no_class_that_changes_has_half_a_page_looked_at_anew(name):
    assert what_lies_behind_a_part_of_a_class(css(name)) == []


def test_the_test_can_fail():
    wrong = ['.a [class*="st-key-"]:not(.b) *', '[class*="x-"] p', '[class^="x-"] > [data-testid="y"]']
    right = [".st-key-a p", '[class*="x-"]', '.a [class*="x-"]:hover', '[data-testid="y"]:has(> [class*="x-"])']
    sheet = " { color: red; }\n".join([*wrong, *right, ""])
    assert what_lies_behind_a_part_of_a_class(sheet) == wrong


def test_everything_that_can_be_covered_is():
    files = [file.read_text(encoding="utf-8") for file in Path(ROOT / "pages").rglob("*.py")]
    keys = {key for text in files for key in re.findall(r'key="(cover-[\w-]+)"', text)}
    assert len(keys) >= 4
    together = re.findall(r":is\([^)]*\)", css("page.css"))
    listed = {frozenset(re.findall(r"\.st-key-(cover-[\w-]+)", each)) for each in together} - {frozenset()}
    assert listed == {frozenset(keys)}
