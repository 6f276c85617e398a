"""Every word that a person reads, in their language, from assets/text.

Streamlit reads Markdown wherever it shows text: in st.markdown, st.caption, st.warning, in labels and captions. Our own
texts are Markdown; what is put into them (a file's name, a word of a link, what somebody has typed) is not, and is
shown as it is written. `t` sees to that. What needs plain text, not Markdown (an option of a select box, words for
screen readers, HTML, a canvas), takes `plain_text`.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from numbers import Number
from typing import Any

from gramlib.errors import GramlabError
from gramlib.reading import Note
from pages.ui import log
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


def language_of(accepted: str | None) -> str:
    """The language of a browser that says by its header Accept-Language what its person reads."""
    return "zh" if (accepted or "").lower().startswith("zh") else "en"


def t(key: str, **values: object) -> str:
    """The text under `key`, as Markdown, with {names} replaced by values, which are shown as they are written."""
    return plain_text(key, **{name: _shown(value) for name, value in values.items()})


def plain_text(key: str, **values: object) -> str:
    """The same for what does not read Markdown."""
    text = words(language())[key]
    return text.format(**values) if values else text


class Markdown(str):
    """A text in which all that came from outside is shown as it is written."""


def _shown(value: object) -> object:
    return value if isinstance(value, Number | Markdown) else as_written(str(value))


# What CommonMark, GFM, KaTeX and Streamlit's directives read: a stroke before it takes its meaning away. An underline
# within a word has none, so that relu3_1 stays as it is; a colon only before a letter or another colon.
_MEANT = r"[\\`*\[\]<$~|]|(?<![^\W_])_|_(?![^\W_])|:(?=[A-Za-z:])|&(?=#?\w+;)"
# What is read in the text that is left behind all strokes: addresses, :names:, arrows. One sign of it gets an element
# of its own, and no pattern is found across two elements
_ALONE = r"(?<=http):|(?<=https):|(?<=www)\.|@|:(?=[\w+-]+[:/])"
_ARROW = r"(?<!\S)(?:<->|->|<-|--|>=|<=|~=)(?!\S)"
_READ = re.compile(f"(?P<arrow>{_ARROW})|(?P<alone>{_ALONE})|{_MEANT}", re.IGNORECASE)
# What is read at the beginning of a line only
_OPENS = re.compile(r"#{1,6}(?=\s|$)|[-+](?=\s|$)|(?:-{2,}|=+)$|>|\d{1,9}(?=[.)](?:\s|$))")


def as_written(text: str) -> Markdown:
    """Text from outside as Markdown that shows it as it is written, on one line: no link, picture, formula or colour.

    >>> as_written("*a* for $5, relu3_1") == r"\\*a\\* for \\$5, relu3_1"
    True
    """
    if isinstance(text, Markdown):
        return text
    line = " ".join(text.split())
    line = _READ.sub(_without_meaning, line)
    if opens := _OPENS.match(line):
        place = opens.end() if opens[0].isdigit() else 0
        line = f"{line[:place]}\\{line[place:]}"
    return Markdown(line)


def _without_meaning(found: re.Match[str]) -> str:
    text = found[0]
    if found["arrow"]:
        return f"\\{text[0]}:small[{text[1]}]{text[2:]}"
    return f":small[{text}]" if found["alone"] else f"\\{text}"


def joined(*sentences: str) -> str:
    """Sentences one after the other: with a space between them where the language has one."""
    return plain_text("shell.space").join(sentences)


def group(prefix: str) -> dict[str, str]:
    """All texts under a prefix by the rest of their key: what a component in the browser fills in itself."""
    return dict(_group(prefix, language()))


@functools.cache
def _group(prefix: str, language: str) -> Mapping[str, str]:
    start = prefix + "."
    return {key.removeprefix(start): text for key, text in words(language).items() if key.startswith(start)}


def labels(prefix: str, options: Iterable[str]) -> Callable[[str], str]:
    """The texts of some options, as a format_func: looked up now, in the language of this run."""
    return {option: t(f"{prefix}.{option}") for option in options}.__getitem__


def fault(error: GramlabError) -> Markdown:
    """What is wrong, in the person's language, numbers written as everywhere else; and its number in the log."""
    values = {
        name: fault(value) if isinstance(value, GramlabError) else number(value, 4) if type(value) is float else value
        for name, value in error.values.items()
    }
    return Markdown(joined(t(f"errors.{error.code}", **values), *numbered(error)))


def numbered(error: BaseException) -> list[str]:
    """The sentence with the number that an error has in the log; none for one that is not there."""
    number = log.number_of(error)
    return [] if number is None else [t("shell.fault_number", number=number)]


def remark(note: Note) -> Markdown:
    """How an input was read, in the person's language."""
    values = {name: number(value, 6) if type(value) is float else value for name, value in note.values.items()}
    return Markdown(t(f"notes.{note.code}", **values))
