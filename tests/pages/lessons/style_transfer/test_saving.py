"""File names that every system takes, and times in words."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from pages.lessons.style_transfer import larger, saving

FORBIDDEN = set('<>:"/\\\\|?*.') | {chr(code) for code in range(32)}


@given(st.text())
def test_a_part_of_a_name_is_taken_by_every_system(text):
    part = saving.in_file_name(text)
    assert len(part.encode()) <= saving.MOST_BYTES
    assert not FORBIDDEN & set(part)
    assert part == part.strip(" -")
    assert {unicodedata.category(letter)[0] for letter in part} <= {*"LNM", "P"}, "nothing unseen"
    assert {letter for letter in part if unicodedata.category(letter)[0] == "P"} <= {"-"}
    assert saving.in_file_name(part) == part


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("我的照片（1）", "我的照片-1"),
        ("IMG_2041", "IMG-2041"),
        ("été\u202egnp", "été-gnp"),
        ("a" * 99, "a" * 36),
        ("画" * 40, "画" * 12),
        ("…", ""),
    ],
)
def test_names_of_uploads(text, part):
    assert saving.in_file_name(text) == part


def test_the_longest_name_has_room():
    assert 3 * saving.MOST_BYTES + len("__") + len("_1024px.json") <= 143


@pytest.mark.parametrize(("seconds", "said"), [(0.1, "5"), (42, "40"), (95, "100"), (140, "2.5"), (600, "10")])
def test_a_time_is_no_more_exact_than_it_is_known(seconds, said, monkeypatch):
    monkeypatch.setattr(saving, "t", lambda key, count: f"{key.rpartition('.')[2]} {count}")
    assert saving.duration(seconds) == f"{'seconds' if seconds < 120 else 'minutes'} {said}"


@pytest.mark.parametrize("size", larger.SIZES)
@pytest.mark.parametrize("small", [(300, 200), (200, 300), (1024, 1), (2000, 1000)])
def test_the_longer_side_is_what_was_asked_for(size, small):
    found = larger.size_at(Image.new("RGB", small), size)
    assert max(found) == size
    assert min(found) >= 1
    assert larger.at(Image.new("RGB", small), size).size == found
