"""What runs by itself brings nothing back that a callback has set in another part of the page."""

from __future__ import annotations

import pytest

from pages.lessons.vgg_layers.state import State
from pages.ui import timed


@pytest.fixture
def state(monkeypatch):
    """A page's state, in a session without a browser."""
    monkeypatch.setattr("streamlit.session_state", {})
    return State()


@pytest.fixture
def runs(monkeypatch) -> list[float | None]:
    """How often each part that is begun runs by itself."""
    begun: list[float | None] = []

    def fragment(part, run_every=None):
        begun.append(run_every)
        return part

    monkeypatch.setattr("streamlit.fragment", fragment)
    return begun


def test_a_field_that_the_browser_has_not_drawn_yet_takes_nothing_back(state, runs):
    seen = []
    state.picture = "cat"  # as a pasted one: the page is shown with it
    part = timed.again(lambda said: seen.append((said, state.picture, state.layer)), state, 0.25, sets=["layer"])
    part("first")
    state.set(picture="great_wave", layer="relu4_1")  # what the browser still has in one, and has just got in the other
    part("second")
    assert seen == [("first", "cat", "relu3_1"), ("second", "cat", "relu4_1")]
    assert runs == [0.25]
