"""Parts of a page that run again by themselves, several times a second, while something is being computed."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection
from typing import ParamSpec

import streamlit as st

from pages.ui.state import PageState

Arguments = ParamSpec("Arguments")


def again(
    part: Callable[Arguments, None], state: PageState, every: float | None, sets: Collection[str] = ()
) -> Callable[Arguments, None]:
    """A part of the page that runs alone every so many seconds, or only when it is touched; to be called once.

    What other parts of the page set stays what the whole page was last shown with. For each such run tells what the
    browser has in all its fields, and that may be what it had before it had drawn what a callback has set: a picture
    that was pasted meanwhile would be lost.

    sets   the parameters that are set by this part, or by another that runs alone
    """
    shown = {name: state[name] for name in state.parameters() if name not in sets}

    @functools.wraps(part)
    def run(*arguments: Arguments.args, **keywords: Arguments.kwargs) -> None:
        state.set(**{name: value for name, value in shown.items() if state[name] != value})
        part(*arguments, **keywords)

    return st.fragment(run, run_every=every)
