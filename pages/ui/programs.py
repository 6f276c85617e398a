"""The programs that a page hands out: a template in a file of the lesson, with the page's values and words put in.

A template is the program itself, formatted as the rest of the project, with $names. A comment in it is a $say_… whose
words come from the texts, so that a program speaks the reader's language; code is the same in all.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Any

LONGEST_LINE = 120  # characters, for the formatter as for the project
_LONGEST_NAME = 100  # bytes
_UNBROKEN = "  # fmt: skip"


def fill(template: Path, words: Mapping[str, str], **values: str) -> str:
    """The program of a template.

    words    {name: text} for each $say_name
    values   the text for each other $name; one that stands alone on its line and is empty takes the line with it
    """
    lines = []
    for line in template.read_text(encoding="utf-8").splitlines():
        name = line.strip().removeprefix("$")
        if line.strip().startswith("$") and values.get(name) == "":
            continue
        lines.append(line)
    said = {f"say_{name}": text for name, text in words.items()}
    return Template("\n".join(lines) + "\n").substitute(said | values)


def portable(name: str) -> str:
    """A name for a file that every system takes, as like this one as can be; what follows on its last dot is no part.

    >>> portable("IMG_2041"), portable("../a|b*?"), portable("aux"), portable(" . ")
    ('IMG_2041', '-a-b-', 'aux-', 'picture')
    """
    letters = "".join(each for each in unicodedata.normalize("NFC", name) if unicodedata.category(each)[0] != "C")
    plain = re.sub(r'[\\/:*?"<>|]+', "-", letters).strip(" .")
    plain = plain.encode()[:_LONGEST_NAME].decode(errors="ignore").strip(" .")
    is_kept = re.fullmatch(r"con|prn|aux|nul|com\d|lpt\d", plain, re.IGNORECASE)  # by Windows, for itself
    return f"{plain}-" if is_kept else plain or "picture"


def literal(value: Any) -> str:
    """A value as it is written in a program: as repr, with double quotes."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{literal(key)}: {literal(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(literal, value)) + "]"
    if isinstance(value, tuple):
        return "(" + ", ".join(map(literal, value)) + ("," if len(value) == 1 else "") + ")"
    return repr(value)


def data(line: str) -> str:
    """A line of numbers; where they are too many for one, it says that the formatter shall leave it."""
    return line if len(line) <= LONGEST_LINE else line + _UNBROKEN
