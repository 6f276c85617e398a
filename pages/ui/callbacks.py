"""Callbacks that happen whole.

A canvas may ask for a run of the page at any moment: a transfer has paused, a key was pressed. If a callback of another
widget is at work, Streamlit breaks it off where it next looks into the session's state, and what was pressed is lost.

What one cannot do, because the machine is full for one, is said at the head of the page, which is there all the same.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec

import streamlit as st
from streamlit.runtime.scriptrunner import RerunException

from gramlib.errors import GramlabError
from pages.ui import browsers, log
from pages.ui.memory import Memory
from pages.ui.text import fault

Arguments = ParamSpec("Arguments")
# why what was pressed last has not been done; said until something else is pressed
_REFUSED: Memory[GramlabError | None] = Memory("callbacks.refused", None)


def undivided(callback: Callable[Arguments, object]) -> Callable[Arguments, None]:
    """Begin a callback again where it is broken off; then the run follows that was asked for meanwhile.

    What the callback does before its last look into the session's state may so happen twice.
    """

    @functools.wraps(callback)
    def to_its_end(*arguments: Arguments.args, **keywords: Arguments.kwargs) -> None:
        asked: RerunException | None = None
        _REFUSED.forget()
        while True:
            try:
                callback(*arguments, **keywords)
            except RerunException as broken_off:
                asked = broken_off
            except GramlabError as error:
                log.fault("refused", error, who=browsers.mark())
                _REFUSED.value = error
                break
            else:
                break
        if asked is not None:
            raise asked

    return to_its_end


def say_refused() -> None:
    """Why what was pressed last has not been done."""
    if (error := _REFUSED.value) is not None:
        st.error(fault(error))
