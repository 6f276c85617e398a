"""Running cases: each from its own seed, timed by the processor's clock, counted, its fault kept with its number."""

from __future__ import annotations

import functools
import logging
import resource
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any
from unittest import mock

import streamlit as st

from tests.fuzz import cases

SLOWEST = 1.0  # s of the processor that one case may take: longer would keep others waiting

# of all cases; opening a whole page is a thousand times as slow as reading a number
SHARES = {
    "pictures": 0.25,
    "arrays": 0.2,
    "texts": 0.15,
    "vectors": 0.2,
    "parameters": 0.1,
    "messages": 0.095,
    "pages": 0.005,
}


@dataclass
class Found:
    """What came of the cases of a kind: seconds of the slowest, MB that the process has grown by, (number, fault)."""

    cases: int = 0
    opened: int = 0
    slowest: float = 0.0
    growth: float = 0.0
    faults: list[tuple[int, str]] = field(default_factory=list)

    @property
    def refused(self) -> int:
        return self.cases - self.opened - len(self.faults)


def run(kind: str, count: int, seed: int) -> Found:
    """Run the first `count` cases of a kind."""
    if kind in ("parameters", "pages"):
        _parameters()  # opened once, before anything is timed
    found, before = Found(), _resident()
    for index in range(count):
        found.cases += 1
        started = time.process_time()
        try:
            opened = KINDS[kind](seed, index)
        except Exception as fault:
            found.faults.append((index, f"{type(fault).__name__}: {fault}"[:200]))
            continue
        seconds = time.process_time() - started
        found.slowest = max(found.slowest, seconds)
        if seconds > SLOWEST and kind != "pages":
            found.faults.append((index, f"took {seconds:.1f} s"))
        else:
            found.opened += opened
    found.growth = _resident() - before
    return found


def _resident() -> float:
    """MB in memory now where the system says so, else at most so far."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * resource.getpagesize() / 1e6
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def _of(case: cases.Case, kind: str) -> Callable[[int, int], bool]:
    return lambda seed, index: case(Random(f"{seed} {kind} {index}"))


# ------------------------------------------------------------------------------------------------------------ of pages


@functools.cache
def _parameters() -> list[tuple[str, Any]]:
    """Every parameter of every page, as the pages declare them when they run."""
    from streamlit.testing.v1 import AppTest

    from pages.ui.frame import LESSONS
    from pages.ui.places import ROOT

    logging.disable(logging.WARNING)
    declared: dict[str, Any] = {}
    from pages.ui import state

    opened = state.open_page

    def declare(page: state.PageState) -> state.PageState:
        declared[page.lesson] = page.parameters().values()
        return opened(page)

    with mock.patch.object(state, "open_page", declare):
        for lesson in LESSONS:
            AppTest.from_file(str(ROOT / "pages" / "shell.py"), default_timeout=300).switch_page(f"{lesson}.py").run()
    return [(f"{page}.{each.name}", each) for page, all_ in declared.items() for each in all_]


def parameter(rng: Random) -> bool:
    """A text of a link for one parameter: a value that can be written again, or ValueError."""
    _, chosen = rng.choice(_parameters())
    text = cases.any_text(rng)
    with mock.patch.object(st, "session_state", {}):
        try:
            value = chosen.read(text)
        except ValueError:
            return False
        written = chosen.write(value)
    if not (written is None or isinstance(written, str)):
        raise TypeError(f"{chosen.name} writes {written!r}")
    return True


def page(rng: Random) -> bool:
    """A whole page, opened with nonsense in several of its parameters, in one of the two languages."""
    from streamlit.testing.v1 import AppTest

    from pages.ui.frame import LESSONS
    from pages.ui.places import ROOT

    lesson = rng.choice(LESSONS)
    app = AppTest.from_file(str(ROOT / "pages" / "shell.py"), default_timeout=300)
    names = [name.partition(".")[2] for name, _ in _parameters() if name.startswith(f"{lesson}.")]
    for name in rng.sample(names, min(len(names), 3)) + ["lang"] * (rng.random() < 0.2):
        app.query_params[name] = cases.any_text(rng)
    app.switch_page(f"{lesson}.py").run()
    if app.exception:
        raise AssertionError(f"{lesson} {dict(app.query_params)}: {app.exception[0].message}")
    return not app.warning


# --------------------------------------------------------------------------------------------- what a canvas can send


def message(rng: Random) -> bool:
    """Any JSON in the place of what a canvas has said: a value of our types, or None."""
    from pages.ui.canvases import checks, component
    from pages.ui.canvases.crop import canvas as crop
    from pages.ui.canvases.filter import canvas as filters
    from pages.ui.canvases.flattening import canvas as flattening
    from pages.ui.canvases.map import canvas as style_map
    from pages.ui.canvases.matrix import canvas as matrix
    from pages.ui.canvases.network import canvas as network
    from pages.ui.canvases.table import canvas as table
    from pages.ui.canvases.vectors import canvas as vectors

    sent = cases.any_json(rng)
    commit = {"value": sent, "sequence": cases.any_json(rng, 0)}
    kinds = ("committed", "choice", "tapped", "reached", "moved", "rewind", "picture", "settled")
    state = rng.choice((sent, dict.fromkeys(kinds, sent), dict.fromkeys(kinds, commit)))
    with mock.patch.object(st, "session_state", {"k": state}):
        component.wish("k", 1)
        answers = [
            vectors.committed("k", 2), vectors.tapped("k", 2), table.committed("k", (2, 2)), table.tapped("k", 2),
            flattening.committed("k", (2, 2, 2)), flattening.reached("k"), matrix.chosen("k", 3), crop.committed("k"),
            style_map.moved_weights("k", 3), component.heard("k", checks.one_of({"relu1_1"})),
            filters.heard("k", 64, 3, 4), network.heard("k", ["relu1_1"], (4, 3)),
            component.said("k", "rewind", checks.index(500)), component.sequence("k") or None,
        ]  # fmt: skip
    return any(answer is not None for answer in answers)


_CASES: Mapping[str, cases.Case] = {
    "pictures": cases.picture,
    "arrays": cases.array,
    "texts": cases.text_file,
    "vectors": cases.typed,
    "parameters": parameter,
    "messages": message,
    "pages": page,
}
KINDS = {kind: _of(case, kind) for kind, case in _CASES.items()}
