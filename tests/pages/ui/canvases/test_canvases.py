"""What comes from a browser is checked like anything from outside."""

from __future__ import annotations

import math

import pytest
import streamlit as st

from pages.ui.canvases.flattening import canvas as flattening
from pages.ui.canvases.matrix import canvas as matrix_canvas
from pages.ui.canvases.table import canvas as number_table
from pages.ui.canvases.vectors import canvas as vector_canvas


@pytest.fixture
def session(monkeypatch) -> dict:
    state: dict = {}
    monkeypatch.setattr(st, "session_state", state)
    return state


@pytest.mark.parametrize(
    "sent",
    [
        None,
        "text",
        [[1, 2]],
        [[1, 2], [3]],
        [[1, 2], [3, math.nan]],
        [[1, 2], [3, math.inf]],
        [[1, 2], [3, 1e200]],
        [[1, 2], [3, "4"]],
        [[1, 2], [3, True]],
    ],
)
def test_vectors_that_are_none_are_dropped(session, sent):
    session["canvas"] = {"committed": {"value": sent, "sequence": 1}}
    assert vector_canvas.committed("canvas", 2) is None


def test_vectors_are_taken(session):
    session["canvas"] = {"committed": {"value": [[1, 2], [3, 0.5]], "sequence": 1}, "tapped": 1}
    assert vector_canvas.committed("canvas", 2) == ((1.0, 2.0), (3.0, 0.5))
    assert vector_canvas.tapped("canvas", 2) == 1
    assert vector_canvas.tapped("canvas", 1) is None
    assert vector_canvas.committed("another", 2) is None


@pytest.mark.parametrize("sent", [None, [[1, 2, 3]], [[1, 2], [3, 10**400]], [[1, 2], [3, None]], {"rows": 1}])
def test_rows_that_are_none_are_dropped(session, sent):
    session["table"] = {"committed": {"value": sent, "sequence": 1}}
    assert number_table.committed("table", (2, 2)) is None


def test_rows_are_taken(session):
    session["table"] = {"committed": {"value": [[1, 2], [3, 0.5]], "sequence": 1}}
    assert number_table.committed("table", (2, 2)) == ((1.0, 2.0), (3.0, 0.5))


@pytest.mark.parametrize("sent", [None, [[[1, 2], [3, 4]]], [[[1, 2], [3, 4]], [[1, 2], [3, math.nan]]], 7])
def test_maps_that_are_none_are_dropped(session, sent):
    session["hand"] = {"committed": {"value": sent, "sequence": 1}}
    assert flattening.committed("hand", (2, 2, 2)) is None


@pytest.mark.parametrize("sent", [None, [0], [0, 9], [-1, 0], ["0", 0], [0.5, 0], [True, 0], {"0": 1}, "01"])
def test_a_cell_outside_the_matrix_is_no_choice(session, sent):
    session["matrix"] = {"choice": {"value": sent, "sequence": 5}}
    assert matrix_canvas.chosen("matrix", 3) is None


def test_a_cell_is_chosen(session):
    session["matrix"] = {"choice": {"value": [2, 0], "sequence": 5}}
    assert matrix_canvas.chosen("matrix", 3) == (2, 0)
    assert matrix_canvas.chosen("matrix", 2, 3) is None


@pytest.mark.parametrize(
    "sent", [[[1, 2, 3]], {"whole": [[1, 2], [3]]}, {"whole": [[1] * 5]}, {"whole": "1"}, {"rows": 1}]
)
def test_a_table_takes_another_shape_only_of_a_matrix_pasted_in_place_of_it(session, sent):
    session["table"] = {"committed": {"value": {"whole": [[1, 2, 3]]}, "sequence": 1}}
    assert number_table.committed("table", (2, 2), limits=(4, 4)) == ((1.0, 2.0, 3.0),)
    assert number_table.committed("table", (2, 2)) is None
    session["table"] = {"committed": {"value": sent, "sequence": 2}}
    assert number_table.committed("table", (2, 2), limits=(4, 4)) is None
