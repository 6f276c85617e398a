"""The marks of a way that goes on from another: none is lost, and what is otherwise where the two meet is one more."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from gramlib.record import Mark
from gramlib.settings import TransferSettings
from gramlib.transfer import Step
from pages.lessons.style_transfer import kept
from pages.lessons.style_transfer.kept import Kept, Sources

PLAIN = TransferSettings()
LOUDER = replace(PLAIN, style_weight=200)
COARSE, FINE = (32, 48), (64, 96)


@dataclass(eq=False)
class Fake:
    """A job as kept.py sees it."""

    first: Step | None = None
    marks: list[Mark] = field(default_factory=list)
    frames: list[Any] = field(default_factory=list)
    history: list[Any] = field(default_factory=list)


def begun(iteration, settings=PLAIN, worked_at=FINE):
    return Step(iteration, 1.0, {}, None, 0.0, {}, {}, worked_at, 0, settings)


def going_on(job, iteration, changed=(), **first):
    """A job that goes on from a step of another."""
    new = Fake(begun(iteration, **first))
    nothing = Sources(lambda: None, lambda: None, lambda: None)
    kept.keep(new, Kept(None, nothing, {}, trunk=kept.trunk_to(job, iteration, changed)))
    return new


def said(job):
    return [(mark.iteration, mark.changed) for mark in kept.marks_of(job)]


def test_a_way_from_the_start_begins_with_its_first_step():
    assert kept.marks_of(Fake()) == []
    job = Fake(begun(1, worked_at=COARSE), [Mark(26, ("scale",), FINE, PLAIN)])
    assert said(job) == [(1, ()), (26, ("scale",))]
    assert kept.marks_of(job)[0].worked_at == COARSE


def test_where_two_ways_meet_there_is_a_mark_only_if_something_is_otherwise():
    job = Fake(
        begun(1, worked_at=COARSE), [Mark(26, ("scale",), FINE, PLAIN), Mark(40, ("style_weight",), FINE, LOUDER)]
    )
    assert said(going_on(job, 30)) == [(1, ()), (26, ("scale",))]
    assert said(going_on(job, 30, settings=LOUDER)) == [(1, ()), (26, ("scale",)), (30, ("style_weight",))]
    assert said(going_on(job, 50, settings=LOUDER)) == [(1, ()), (26, ("scale",)), (40, ("style_weight",))]
    # the last coarse step is looked at anew at the finer scale
    assert said(going_on(job, 25)) == [(1, ()), (25, ("scale",))]
    assert said(going_on(job, 30, ("content",))) == [(1, ()), (26, ("scale",)), (30, ("content",))]
    again = going_on(going_on(job, 30, settings=LOUDER), 28)
    assert said(again) == [(1, ()), (26, ("scale",))]


def test_a_style_that_was_chosen_later_is_another_one_there():
    job = Fake(begun(1), [Mark(40, ("style",), FINE, PLAIN)])
    assert said(going_on(job, 30)) == [(1, ()), (30, ("style",))]
    assert said(going_on(job, 50)) == [(1, ()), (40, ("style",))]
