"""What a page shows while it waits for the pool or for a network."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

TICK = 0.05  # s between two looks at how far it has come
_PATIENCE = 0.3  # s: what is shorter shows no bar, which would only flicker


@contextmanager
def bar(*, patience: float = _PATIENCE) -> Iterator[Callable[[float, str], None]]:
    """A place for a bar; what it gives is called with a fraction and a text, again and again while one waits.

    The place is there in any case: one element more or less would shift all below, and have it made anew.
    """
    place = st.empty()
    begun, shown = time.monotonic(), False

    def tell(fraction: float, text: str) -> None:
        nonlocal shown
        if shown or time.monotonic() - begun >= patience:
            place.progress(min(max(fraction, 0.0), 1.0), text)
            shown = True

    yield tell
    if shown:
        place.empty()
