"""A callback that a canvas has broken off happens all the same, once to its end."""

from __future__ import annotations

import pytest
from streamlit.runtime.scriptrunner import RerunData, RerunException

from pages.ui.callbacks import undivided


def test_what_is_broken_off_is_begun_again_and_then_the_run_follows():
    asked = [RerunException(RerunData(query_string="first")), RerunException(RerunData(query_string="second"))]
    done = []

    def callback(value: int) -> None:
        if asked:
            raise asked.pop(0)
        done.append(value)

    with pytest.raises(RerunException) as followed:
        undivided(callback)(7)
    assert done == [7]
    assert followed.value.rerun_data.query_string == "second"


def test_what_is_not_broken_off_happens_once():
    done = []
    assert undivided(done.append)(1) is None
    assert done == [1]
