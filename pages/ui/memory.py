"""What a session remembers. The only module, canvases aside, that touches Streamlit's session state.

A canvas has its own conversation with the browser, and component.py holds what was said in it; everything else that is
kept from one run of a page to the next has a name, a type and a default here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Generic, TypeVar

import streamlit as st

T = TypeVar("T")


class Memory(Generic[T]):
    """One thing that is remembered, also the value of the widget that has its key.

    key       under which the session keeps it
    default   its value where nothing is remembered; never changed in place, for all sessions share it

    >>> Memory("doctest", 3).value
    3
    """

    def __init__(self, key: str, default: T) -> None:
        self.key = key
        self.default = default

    @property
    def value(self) -> T:
        value: T = st.session_state.get(self.key, self.default)
        return value

    @value.setter
    def value(self, value: T) -> None:
        st.session_state[self.key] = value

    @property
    def is_known(self) -> bool:
        return self.key in st.session_state

    def forget(self) -> None:
        if self.is_known:
            del st.session_state[self.key]

    def set(self, value: T) -> None:
        """Remember it, as a callback."""
        self.value = value

    def take(self) -> T:
        """The value, which from now on is forgotten."""
        value = self.value
        self.forget()
        return value

    def widget(self) -> dict[str, Any]:
        """What ties a widget to it: st.slider(…, **memory.widget()). Kept when another page is opened."""
        if not self.is_known and self.default is not None:
            self.value = self.default
        return {"key": self.key, "persist_state": "session"}


def remembered(prefix: str) -> Iterator[Memory[Any]]:
    """Everything whose key begins like this."""
    for key in [str(key) for key in st.session_state if str(key).startswith(prefix)]:
        yield Memory(key, None)
