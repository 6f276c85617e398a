"""Every word that a person reads, in their language, from assets/text."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from gramlib.errors import GramlabError
from gramlib.reading import Note
from pages.ui.memory import Memory
from pages.ui.numbers import number
from pages.ui.places import TEXT

LANGUAGES = {"en": "English", "zh": "中文"}
LANGUAGE = Memory("language", "en")


def _leaves(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


@functools.cache
def words(language: str) -> dict[str, str]:
    """All texts of a language by their dotted key."""
    with (TEXT / f"{language}.toml").open("rb") as file:
        return dict(_leaves(tomllib.load(file)))


def language() -> str:
    return LANGUAGE.value


def t(key: str, **values: object) -> str:
    """The text under `key`, with {names} replaced by values."""
    text = words(language())[key]
    return text.format(**values) if values else text


def group(prefix: str) -> dict[str, str]:
    """All texts under a prefix by the rest of their key: what a component in the browser fills in itself."""
    start = prefix + "."
    return {key.removeprefix(start): text for key, text in words(language()).items() if key.startswith(start)}


def labels(prefix: str, options: Iterable[str]) -> Callable[[str], str]:
    """The texts of some options, as a format_func: looked up now, in the language of this run."""
    return {option: t(f"{prefix}.{option}") for option in options}.__getitem__


def fault(error: GramlabError) -> str:
    """What is wrong with an input, in the person's language, numbers written as everywhere else."""
    values = {
        name: fault(value) if isinstance(value, GramlabError) else number(value, 4) if type(value) is float else value
        for name, value in error.values.items()
    }
    return t(f"errors.{error.code}", **values)


def remark(note: Note) -> str:
    """How an input was read, in the person's language; what they wrote is text there, whatever Markdown makes of it."""
    values = {
        name: number(value, 6) if type(value) is float else _literal(value) if isinstance(value, str) else value
        for name, value in note.values.items()
    }
    return t(f"notes.{note.code}", **values)


def _literal(text: str) -> str:
    return re.sub(r"[!-/:-@\[-`{-~]", r"\\\g<0>", text)  # a backslash makes a plain sign of all ASCII punctuation
