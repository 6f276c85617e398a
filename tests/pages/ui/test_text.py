"""Both languages say the same things, with the same places to fill, and nothing is missing or left over."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from pages.ui.text import LANGUAGES, words

ROOT = Path(__file__).parents[3]
SOURCES = [path for folder in ("gramlib", "pages") for path in (ROOT / folder).rglob("*.py")]
PLACE = re.compile(r"(?<!\\text)(?<![\\}a-z_^]){([a-z_]+)}")


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
                raises = name in ("GramlabError", "WeightsUnavailable") or name.startswith("_") and "error" in name
                if (raises or name == "_refused") and isinstance(node.args[0].value, str):
                    codes[node.args[0].value] = path
    return codes


def test_every_error_has_words():
    codes = error_codes()
    assert len(codes) > 20
    assert sorted(code for code in codes if f"errors.{code}" not in words("en")) == []


def test_no_word_about_an_error_that_nothing_raises():
    written = {key.removeprefix("errors.") for key in words("en") if key.startswith("errors.")}
    assert sorted(written - error_codes().keys()) == []


def test_no_text_is_left_over():
    source = "".join(path.read_text(encoding="utf-8") for path in SOURCES)
    # a key is used whole, or its last part is put together in an f-string behind its beginning
    unused = []
    for key in words("en"):
        parents = [key.rsplit(".", depth)[0] for depth in range(1, key.count(".") + 1)]
        if f'"{key}"' not in source and not any(f"{parent}.{{" in source for parent in parents):
            lesson, _, rest = key.partition(".")
            framed = rest and any(f"}}.{rest}" in source for _ in (lesson,))
            grouped = any(f'group("{parent}")' in source for parent in parents)
            tried = ".try." in key or ".predict" in key
            if not (framed or grouped or tried):
                unused.append(key)
    assert unused == []
