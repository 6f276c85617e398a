"""What comes from a browser can be any JSON: checks that give the value, in our types, or None, and never raise."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection
from typing import Any


def numbers(shape: tuple[int, ...], largest: float = sys.float_info.max) -> Callable[[Any], Any]:
    """Lists nested in this shape, of numbers from -largest to largest, as nested tuples of floats.

    >>> numbers((2, 1))([[1], [2.5]]), numbers((2,))([1, True]), numbers((1,), largest=9)([10])
    (((1.0,), (2.5,)), None, None)
    """

    def check(value: Any, sides: tuple[int, ...] = shape) -> Any:
        if not sides:  # nan is not within the bounds, and a bool is no number
            return float(value) if type(value) in (int, float) and abs(value) <= largest else None
        if not isinstance(value, list) or len(value) != sides[0]:
            return None
        parts = tuple(check(part, sides[1:]) for part in value)
        return None if None in parts else parts

    return check


def table(most_rows: int, most_columns: int) -> Callable[[Any], Any]:
    """Rows of numbers, all of the same length, within both bounds, as nested tuples of floats.

    >>> table(2, 2)([[1, 2]]), table(2, 2)([[1], [2, 3]]), table(2, 2)([[1, 2, 3]])
    (((1.0, 2.0),), None, None)
    """

    def check(value: Any) -> Any:
        if not isinstance(value, list) or not 1 <= len(value) <= most_rows or not isinstance(value[0], list):
            return None
        return numbers((len(value), len(value[0])))(value) if 1 <= len(value[0]) <= most_columns else None

    return check


def index(count: int) -> Callable[[Any], int | None]:
    """A whole number from 0 to count - 1."""
    return lambda value: value if type(value) is int and 0 <= value < count else None


def cell(rows: int, columns: int) -> Callable[[Any], tuple[int, int] | None]:
    """A row and a column, as a pair of indices."""

    def check(value: Any) -> tuple[int, int] | None:
        if not isinstance(value, list) or len(value) != 2:
            return None
        row, column = index(rows)(value[0]), index(columns)(value[1])
        return None if row is None or column is None else (row, column)

    return check


def one_of(options: Collection[str]) -> Callable[[Any], str | None]:
    """One of these words."""
    return lambda value: value if isinstance(value, str) and value in options else None
