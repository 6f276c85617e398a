"""Both languages say the same things, with the same places to fill, and nothing is missing or left over."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import streamlit as st

from gramlib.errors import GramlabError
from pages.ui.text import LANGUAGES, as_written, fault, plain_text, t, words

ROOT = Path(__file__).parents[3]
SOURCES = [path for folder in ("gramlib", "pages") for path in (ROOT / folder).rglob("*.py")]
PLACE = re.compile(r"{([a-z_]+)(?::[^}]*)?}")


def test_the_languages_have_the_same_keys():
    english, chinese = words("en"), words("zh")
    assert sorted(english.keys() - chinese.keys()) == []
    assert sorted(chinese.keys() - english.keys()) == []


@pytest.mark.parametrize("key", sorted(words("en")))
def test_the_languages_have_the_same_places_to_fill(key):
    english, chinese = (set(PLACE.findall(words(language)[key])) for language in LANGUAGES)
    assert english == chinese


def error_codes() -> dict[str, Path]:
    """Every code that a GramlabError or WeightsUnavailable is raised with, by reading the source."""
    codes = {}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                raises = name in ("GramlabError", "WeightsUnavailable") or (name.startswith("_") and "error" in name)
                if (raises or name == "_refused") and isinstance(node.args[0].value, str):
                    codes[node.args[0].value] = path
    return codes


def test_every_error_has_words():
    codes = error_codes()
    assert len(codes) > 20
    assert sorted(code for code in codes if f"errors.{code}" not in words("en")) == []


SOURCE = "".join(path.read_text(encoding="utf-8") for path in SOURCES)


def quoted(word: str) -> bool:
    return any(quote + word + quote in SOURCE for quote in ('"', "'"))


def is_used(key: str) -> bool:
    """Whether a key stands in the source whole, or put together from its parts in one of the ways that pages do."""
    parents = [key.rsplit(".", depth)[0] for depth in range(1, key.count(".") + 1)]
    return (
        quoted(key)
        or any(f"{parent}.{{" in SOURCE for parent in parents)  # t(f"network.{stage}")
        or f"}}.{key.partition('.')[2]}" in SOURCE  # t(f"{lesson}.title")
        or f"{{words}}.{key.rpartition('.')[2]}" in SOURCE  # the question of a prediction
        or any(f'group("{parent}")' in SOURCE or f'labels("{parent}"' in SOURCE for parent in parents)
        or any(quoted(part.removesuffix("_why")) for part in key.split(".")[2:])  # frame.try_this, frame.prediction
    )


def test_no_word_about_an_error_that_nothing_raises():
    written = {key.removeprefix("errors.") for key in words("en") if key.startswith("errors.")}
    assert sorted(code for code in written if not quoted(code)) == []


def test_no_text_is_left_over():
    assert sorted(key for key in words("en") if not is_used(key)) == []


def test_a_key_that_nothing_uses_is_found():
    assert not is_used("vectors.no_such_key")
    assert not is_used("no_such_lesson.title_of_nothing")


HOSTILE = (
    "[a](b) ![](c) <img src=x> `d` *e* _f_ __g__ ~h~ ~~i~~ $5 or $6 | \\ &copy;",
    "https://example.org HTTP://example.org www.example.org a@example.org",
    ":red[a] :material/home: :smile: ::: a:b[c]",
    "a -> b <- c <-> d -- e >= f <= g ~= h",
)


@pytest.mark.parametrize(
    "text", [*HOSTILE, "# a", "- a", "+ a", "1. a", "2) a", "> a", "---", "===", "    a", "a\n\nb"]
)
def test_what_came_from_outside_keeps_its_letters(text):
    written = re.sub(r":small\[(.)\]", r"\1", str(as_written(text)))
    # a stroke before punctuation is not shown (CommonMark 2.4)
    assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", written) == " ".join(text.split())


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_means_something_is_left(text):
    shown = str(as_written(text))
    assert not re.search(r"(?<!\\)[`*\[\]<$~|](?<!:small\[)(?<!:small\[.\])", shown)
    assert not re.search(r"https?:/|www\.|\w@\w|(?<!:small\[):\w+[:/]|(?<!\S)(->|--|>=)(?!\S)", shown, re.IGNORECASE)


@pytest.mark.parametrize(
    "text", ["relu3_1", "−2.5×10⁻⁷", "(3, 2)", "-1, 2", "1.5", "12:30", "great_wave,cat", "名字（你的）"]
)
def test_ordinary_words_and_numbers_stay_as_they_are(text):
    assert as_written(text) == text


def test_t_shows_values_as_they_are_and_leaves_our_own_markdown(monkeypatch):
    monkeypatch.setattr(st, "session_state", {"language": "en"})
    assert r"\*\*cat\*\*" in t("vgg_layers.take_note", picture="**cat**")
    assert "**cat**" in plain_text("vgg_layers.take_note", picture="**cat**")
    inner = GramlabError("vector_entry", "…", position=1, text="*x*")
    outer = fault(GramlabError("file_row", "…", row=2, cause=inner))
    assert outer.count(r"\*x\*") == 1
    assert r"\\" not in outer
