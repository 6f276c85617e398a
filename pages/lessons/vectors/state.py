"""What lesson 1 can be opened with, and its experiments."""

from __future__ import annotations

from gramlib.vectors import parse_vector
from pages.ui.parameters import Parameter
from pages.ui.state import PageState

NAMES = ("a", "b")
EXPERIMENTS = {
    "orthogonal": {"a": "3, 1", "b": "-1, 3"},
    "opposite": {"a": "2, 1", "b": "-2, -1"},
    "many": {"a": "1, 2, 0, -1, 3, 1", "b": "2, 0, 1, -2, 1, -1"},
}
SHORT_ENOUGH = 1500  # characters of a vector that a link carries everywhere


def _vector(default: str) -> Parameter[str]:
    """A vector as a parameter of a page: the text that a person types."""

    def read(text: str) -> str:
        parse_vector(text)
        return text

    return Parameter(default, read, lambda text: text if len(text) <= SHORT_ENOUGH else None)


class State(PageState):
    lesson = "vectors"
    a = _vector("3, 1")
    b = _vector("1, 3")
