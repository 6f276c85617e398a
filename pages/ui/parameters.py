"""What a page can be opened with, one parameter each: its type, its default, how a link writes it and reads it.

A link is input from outside: a reader takes what is one of its values, and raises ValueError for everything else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar, overload

from pages.ui.memory import Memory

T = TypeVar("T")


class Keyed(Protocol):
    """What parameters belong to: it knows under which key the session keeps each."""

    def key(self, name: str) -> str: ...


class LeftBehind(ValueError):
    """What a reader raises for a picture of somebody's own, which no link carries.

    instead   what is left of several without it; None for the default
    """

    def __init__(self, instead: object = None) -> None:
        super().__init__()
        self.instead = instead


class Parameter(Generic[T]):
    """One thing that a page is opened with, an attribute of its State: state.size is read, set and checked as a T.

    default    its value where neither link nor person has said anything
    read       text of the link → value; raises ValueError for what is not one
    write      value → text of the link, or None for a value too long for one
    name       its name in the link, where that is another than the attribute's; what a person calls it stands in the
               texts under link.names.<page>.<name>
    personal   it stands in the address bar, so that a reload finds it, but not in the link that is handed on
    lasting    what a person has chosen to look at, a picture: an experiment that needs none of its own leaves it
    travels    the photo that a person has chosen in another lesson takes its place: see `brought`
    """

    def __init__(
        self,
        default: T,
        read: Callable[[str], T],
        write: Callable[[T], str | None] = str,
        *,
        name: str = "",
        personal: bool = False,
        lasting: bool = False,
        travels: bool = False,
    ) -> None:
        self.default = default
        self.read = read
        self.write = write
        self.name = name
        self.personal = personal
        self.lasting = lasting
        self.travels = travels

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = self.name or name

    @overload
    def __get__(self, state: None, owner: type) -> Parameter[T]: ...
    @overload
    def __get__(self, state: Keyed, owner: type) -> T: ...
    def __get__(self, state: Keyed | None, owner: type) -> Parameter[T] | T:
        return self if state is None else self.memory(state).value

    def __set__(self, state: Keyed, value: T) -> None:
        self.memory(state).value = value

    def memory(self, state: Keyed) -> Memory[T]:
        return Memory(state.key(self.name), self.default)

    def brought(self, value: T) -> tuple[int, T] | None:
        """What a person brings along from other lessons in the place of a value: a number that grows, and that."""
        return None


def one_of(*options: str) -> Callable[[str], str]:
    """A reader that takes these words and no others."""

    def read(text: str) -> str:
        if text not in options:
            raise ValueError(text)
        return text

    return read


def whole(low: int, high: int) -> Callable[[str], int]:
    """A reader of a whole number from low to high."""

    def read(text: str) -> int:
        value = int(text)
        if not low <= value <= high:
            raise ValueError(text)
        return value

    return read


def decimal(low: float, high: float) -> Callable[[str], float]:
    """A reader of a number from low to high."""

    def read(text: str) -> float:
        value = float(text)
        if not low <= value <= high:  # also refuses nan
            raise ValueError(text)
        return value

    return read


def read_place(text: str) -> int:
    """A reader of what is counted from 1 in a link, as on the screen, and from 0 here: a channel, a row."""
    return whole(1, 512)(text) - 1


def write_place(place: int | None) -> str:
    return "" if place is None else str(place + 1)


def _read_pair(text: str) -> tuple[int, int]:
    first, second = map(read_place, text.split(","))
    return first, second


def _write_pair(two: tuple[int, int] | None) -> str:
    return ",".join(map(write_place, two or ()))


def pair(first: int, second: int) -> Parameter[tuple[int, int]]:
    """The parameter that holds two such numbers, as a cell's row and column; here they are counted from 0."""
    return Parameter((first, second), _read_pair, _write_pair)


def within(cell: tuple[int, int], count: int) -> tuple[int, int]:
    """The cell of a matrix of `count` rows that is nearest to this one."""
    return min(cell[0], count - 1), min(cell[1], count - 1)


def no_pair() -> Parameter[tuple[int, int] | None]:
    """Likewise, none at first."""
    return Parameter(None, _read_pair, _write_pair)


def option(*options: str, default: str | None = None) -> Parameter[str]:
    """The parameter that holds one of these words, at first the first of them unless another is named."""
    return Parameter(default or options[0], one_of(*options))


def switch(on: bool = False) -> Parameter[bool]:
    """The parameter of what is on or off."""
    return Parameter(on, lambda text: bool(whole(0, 1)(text)), lambda on: str(int(on)))
