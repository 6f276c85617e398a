"""An experiment sets the whole page: after any other one, after the person's own changes, running or not.

Each experiment of each lesson is pressed after each other one, and the page must be as if it had been pressed alone:
the same controls, the same link, the same job.
"""

from __future__ import annotations

import importlib
from itertools import pairwise, product

import pytest

from pages.ui.frame import LESSONS
from pages.ui.state import PageState
from tests.pages.conftest import faultless

ROOMS = {lesson: importlib.import_module(f"pages.lessons.{lesson}.state") for lesson in LESSONS}
EXPERIMENTS = {lesson: [f"{lesson}.try.{name}" for name in room.EXPERIMENTS] for lesson, room in ROOMS.items()}
EXPERIMENTS["style_transfer"] += [f"preset.{name}" for name in ROOMS["style_transfer"].PRESETS]
SLOW = ("vgg_layers", "style_distance", "style_transfer")


def pairs() -> list[object]:
    return [
        pytest.param(lesson, *two, id="-".join(two), marks=[pytest.mark.slow] if lesson in SLOW else [])
        for lesson, buttons in EXPERIMENTS.items()
        for two in product(buttons, buttons)
    ]


class Session(dict):
    """A session without a browser or a page."""


@pytest.fixture
def session(monkeypatch):
    import streamlit as st

    state = Session()
    monkeypatch.setattr(st, "session_state", state)
    state["language"] = "en"
    return state


def opened(lesson: str) -> PageState:
    state = ROOMS[lesson].State()
    state._read({})
    return state


def values(lesson: str, button: str) -> dict[str, object]:
    room, name = ROOMS[lesson], button.rpartition(".")[2]
    return room.PRESETS[name] if button.startswith("preset.") else room.EXPERIMENTS[name]


@pytest.mark.parametrize(("lesson", "first", "second"), pairs())
def test_nothing_stays_from_the_one_before(session, lesson, first, second):
    alone = opened(lesson)
    alone.begin(**values(lesson, second))
    expected, link = dict(session), alone.link()
    session.clear()
    session["language"] = "en"
    state = opened(lesson)
    state.begin(**values(lesson, first))
    state.begin(**values(lesson, second))
    assert dict(session) == expected
    assert state.link() == link


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_persons_picture_stays_and_comes_back_after_one_that_was_lent(session, lesson):
    state = opened(lesson)
    lasting = [name for name, parameter in state.parameters().items() if parameter.lasting]
    for name in lasting:
        state[name] = ["cat", "grass"] if isinstance(state[name], list) else "cat"
    own = {name: state[name] for name in lasting}
    for experiment in (*ROOMS[lesson].EXPERIMENTS.values(), {}):
        state.begin(**experiment)
        assert {name: state[name] for name in lasting} == own | {
            name: experiment[name] for name in lasting if name in experiment
        }
    state.reset()
    assert state.link() == {"lang": "en"}


def test_an_experiment_of_something_unknown_is_a_fault(session):
    with pytest.raises(KeyError, match="colour"):
        opened("vectors").begin(colour="red")


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_parameter_is_reset(session, lesson):
    state = opened(lesson)
    for name in state.parameters():
        if not state.parameters()[name].personal:
            session[state.key(name)] = "something else"
    session[f"choice.{lesson}.predict"] = "both"
    state.reset()
    assert state.link() == {"lang": "en"}
    assert f"choice.{lesson}.predict" not in session


QUICK = [pytest.param(lesson, marks=[pytest.mark.slow] if lesson in SLOW else []) for lesson in LESSONS[:-1]]


@pytest.mark.slow
@pytest.mark.parametrize("lesson", QUICK)
def test_the_page_does_what_its_experiments_say(open_link, lesson):
    """Through the page, each after the one before it, and then the way back."""
    app = open_link(lesson, lang="en")
    for button in EXPERIMENTS[lesson]:
        app.button(key=button).click()
        faultless(app.run())
        room = ROOMS[lesson].State
        wanted = {name: parameter.default for name, parameter in room.parameters().items()} | values(lesson, button)
        assert {name: app.session_state[f"{lesson}.{name}"] for name in wanted} == wanted
        assert not app.error
    app.button(key=f"{lesson}.reset").click()
    faultless(app.run())
    assert dict(app.query_params) == {"lang": "en"}


def asked_of(app):
    """The transfer of the page, and what it has been asked to do."""
    from pages.lessons.style_transfer.kept import kept
    from pages.ui.compute import networks

    job = networks.jobs().get(app.session_state["style_transfer.job"])
    return job, kept(job)


def every_two(buttons):
    """A way through the buttons on which each follows on each, itself included: de Bruijn's sequence."""
    for place, one in enumerate(buttons):
        yield one
        for other in buttons[place + 1 :]:
            yield from (one, other)
    yield buttons[0]


@pytest.mark.slow
@pytest.mark.parametrize("running", [True, False], ids=["running", "idle"])
def test_controls_link_and_job_agree_after_every_two(open_link, running):
    from pages.lessons.style_transfer import session
    from pages.lessons.style_transfer.state import ASKED, State

    def press(key):
        app.button(key=key).click()
        faultless(app.run())

    app = open_link("style_transfer", lang="en")
    if running:
        press("start")
    pressed = list(every_two(EXPERIMENTS["style_transfer"]))
    assert set(pairwise(pressed)) == set(product(EXPERIMENTS["style_transfer"], repeat=2))
    for first, second in zip([None, *pressed], pressed, strict=False):
        press(second)
        job_id = app.session_state["style_transfer.job"]
        if job_id is not None and not running:
            asked_of(app)[0].stop()
        wanted = {name: State.parameters()[name].default for name in ASKED} | values("style_transfer", second)
        assert {name: app.session_state[f"style_transfer.{name}"] for name in ASKED} == wanted, first
        link = {
            name
            for name, value in values("style_transfer", second).items()
            if value != State.parameters()[name].default
        }
        assert app.query_params.keys() - {"lang", "job"} == link, first
        if running or ".try." in second:
            job, beside = asked_of(app)
            assert dict(beside.values) == wanted, first
            assert job.settings == session.settings(wanted), first
            assert (job.state in session.UNDER_WAY) == running, first
    asked_of(app)[0].stop()
