"""Both languages say the same things, with the same places to fill, and nothing is missing or left over."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from pages.ui.text import LANGUAGES, words

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
