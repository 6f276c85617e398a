"""What a worksheet is made of: tasks, whose texts have places for numbers, and tables with cells to fill in.

The numbers of the answers are computed from those of the task by gramlib, so that the two cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pages.ui.numbers import is_exact, number

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Blank:
    """A cell to fill in: empty on the worksheet, its text among the answers."""

    text: str


Cell = str | Blank


@dataclass(frozen=True)
class Table:
    """Rows of cells.

    head   the names of the columns; without them it is a matrix, in brackets
    name   what stands before a matrix, such as "A ="
    """

    rows: Sequence[Sequence[Cell]]
    head: Sequence[str] = ()
    name: str = ""

    @property
    def has_blanks(self) -> bool:
        return any(isinstance(cell, Blank) for row in self.rows for cell in row)


@dataclass(frozen=True)
class Task:
    """One question of a worksheet.

    name     its texts are teaching.tasks.<lesson>.<name>.ask and .answer
    values   what fills their places, numbers as they are written
    lines    to write on
    """

    name: str
    values: Mapping[str, str] = field(default_factory=dict)
    tables: Sequence[Table] = ()
    lines: int = 1


def equals(value: float) -> str:
    """A result with the sign before it.

    >>> equals(0.5), equals(1 / 3)
    ('= 0.5', '≈ 0.333')
    """
    return f"{'=' if is_exact(value) else '≈'} {number(value)}"


def vector(numbers: Iterable[float]) -> str:
    """A vector as it is written in a sentence.

    >>> vector([2, -1])
    '(2, −1)'
    """
    return f"({', '.join(map(number, numbers))})"


def matrix(values: Iterable[Iterable[float]], name: str = "", blank: bool = False) -> Table:
    """A matrix to be read, or to be filled in."""
    rows: list[list[Cell]] = [[Blank(number(each)) if blank else number(each) for each in row] for row in values]
    return Table(rows, name=f"{name} =" if name else "")
