"""What an experiment has just done: the browser brings it into view and says it there (canvases/browser/effect.js)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pages.ui.memory import Memory
from pages.ui.state import PageState, parameter_name
from pages.ui.text import joined, plain_text

LAB = "lab"  # the key of the container of a laboratory, and the parameter that opens one


@dataclass(frozen=True)
class Effect:
    """The experiment `name` of a lesson, the how-manieth that was begun in this session, and the parameters it set."""

    count: int
    lesson: str
    name: str
    changed: tuple[str, ...]
    at: str


_LAST: Memory[Effect | None] = Memory("effect", None)


def note(state: PageState, name: str, before: dict[str, Any], at: str) -> None:
    """An experiment has set the page.

    before   all its parameters as they were
    at       the key of what shows it; nothing for the head of the page
    """
    last = _LAST.value
    changed = tuple(each for each, value in before.items() if state[each] != value)
    _LAST.value = Effect(last.count + 1 if last else 1, state.lesson, name, changed, at)


def last_effect(page: str) -> dict[str, Any] | None:
    """What the browser is told of it, in the language of this run; None where the last one was on another page."""
    effect = _LAST.value
    if effect is None or effect.lesson != page:
        return None
    key = f"{effect.lesson}.try.{effect.name}"
    names = plain_text("frame.comma").join(parameter_name(effect.lesson, name) for name in effect.changed)
    changed = plain_text("frame.effect_set", names=names) if names else plain_text("frame.effect_nothing")
    return {
        "count": effect.count,
        "lesson": effect.lesson,
        "at": effect.at,
        "keys": [f"{effect.lesson}.{name}" for name in effect.changed],
        "title": plain_text(key),
        "text": joined(plain_text(f"{key}_why"), changed),
        "back": plain_text("frame.effect_back"),
        "close": plain_text("browser.close"),
    }
