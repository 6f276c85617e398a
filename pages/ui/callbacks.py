"""Callbacks that happen whole.

A canvas may ask for a run of the page at any moment: a transfer has paused, a key was pressed. If a callback of another
widget is at work, Streamlit breaks it off where it next looks into the session's state, and what was pressed is lost.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec

from streamlit.runtime.scriptrunner import RerunException

Arguments = ParamSpec("Arguments")


def undivided(callback: Callable[Arguments, object]) -> Callable[Arguments, None]:
    """Begin a callback again where it is broken off; then the run follows that was asked for meanwhile.

    What the callback does before its last look into the session's state may so happen twice.
    """

    @functools.wraps(callback)
    def to_its_end(*arguments: Arguments.args, **keywords: Arguments.kwargs) -> None:
        asked: RerunException | None = None
        while True:
            try:
                callback(*arguments, **keywords)
            except RerunException as broken_off:
                asked = broken_off
            else:
                break
        if asked is not None:
            raise asked

    return to_its_end
