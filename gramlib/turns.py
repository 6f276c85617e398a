"""Whose turn it is: a queue for seats, newcomers' first turns, a ring, and calls in between.

Nothing here is computed, locked or waited for: whoever uses it from several threads holds a lock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Generic, TypeVar

One = TypeVar("One")
Call = TypeVar("Call")

FIRST_TURNS = 3  # of a newcomer at least, before all others': its picture moves at once, even in a full room
PATIENCE = 1.5  # times the number of those who take turns: who has waited so many turns goes before a newcomer


class Turns(Generic[One, Call]):
    """Who has a seat, who waits for one, and what is done next.

    Those with a seat stand in one of two lines, newcomers before the ring; the front has the next turn and goes to the
    end. A visitor takes one turn in the ring without a seat. A call is something to do between two turns.

    Of any k·n turns in a row each of n has at least k − 1, if newcomers have no more than FIRST_TURNS; however many
    they have, and whoever comes and goes meanwhile, nobody waits for more than 3 n. Between two turns there is at most
    one call, and between two calls at most one turn.

    seats   how many may sit at the same time
    """

    def __init__(self, seats: int) -> None:
        self._seats = seats
        self._queue: deque[tuple[One, int]] = deque()
        self._newcomers: deque[One] = deque()
        self._ring: deque[One] = deque()
        self._first_turns: dict[One, int] = {}  # of newcomers, those to come
        self._visitors: set[One] = set()
        self._last_turn: dict[One, int] = {}
        self._turns = 0
        self._calls: deque[Call] = deque()
        self._a_turn_is_due = False

    @property
    def are_over(self) -> bool:
        """Whether nobody takes turns and no call is left."""
        return not (self._newcomers or self._ring or self._calls)

    def join(self, one: One, first_turns: int = FIRST_TURNS) -> None:
        """Wait for a seat, at the end of the queue; `admit` gives it.

        first_turns   how many turns it will have as a newcomer, 0 for somebody who has had them
        """
        self._queue.append((one, first_turns))

    def admit(self) -> Iterator[One]:
        """Give the free seats to those who wait longest, and tell who they are."""
        while self._queue and len(self._newcomers) + len(self._ring) - len(self._visitors) < self._seats:
            one, first_turns = self._queue.popleft()
            self._last_turn[one] = self._turns
            if first_turns > 0:
                self._first_turns[one] = first_turns
                self._newcomers.append(one)
            else:
                self._ring.append(one)
            yield one

    def visit(self, one: One) -> None:
        """Take one turn without a seat; asked for again before that turn, it is still one."""
        if one not in self._last_turn:
            self._last_turn[one] = self._turns
            self._visitors.add(one)
            self._ring.append(one)

    def leave(self, one: One) -> None:
        """Give up the seat, the visit or the place in the queue."""
        self._queue = deque(entry for entry in self._queue if entry[0] != one)
        for line in (self._newcomers, self._ring):
            if one in line:
                line.remove(one)
        self._visitors.discard(one)
        self._first_turns.pop(one, None)
        self._last_turn.pop(one, None)

    def place(self, one: One) -> int:
        """The place in the queue, 1 for the next to be let in; 0 for who does not wait."""
        return next((place for place, (other, _) in enumerate(self._queue, 1) if other == one), 0)

    @property
    def seats(self) -> int:
        return self._seats

    @property
    def seated(self) -> list[tuple[One, int]]:
        """Those who have a seat, in the order of their next turns, and how many turns each has before the others."""
        lines = (*self._newcomers, *self._ring)
        return [(one, self._first_turns.get(one, 0)) for one in lines if one not in self._visitors]

    @property
    def queued(self) -> list[tuple[One, int]]:
        """Those who wait for one, the next to be let in first; likewise."""
        return list(self._queue)

    def call(self, call: Call) -> None:
        """Have something done between two turns, after the calls before it."""
        self._calls.append(call)

    def withdraw(self, call: Call) -> bool:
        """Take a call back; return whether it was still waiting."""
        waits = call in self._calls
        if waits:
            self._calls.remove(call)
        return waits

    def next_call(self) -> Call | None:
        """Return the call that is to be made now, or None if there is none, or a turn is due before it."""
        if not self._calls or (self._a_turn_is_due and (self._newcomers or self._ring)):
            return None
        self._a_turn_is_due = True
        return self._calls.popleft()

    def next_turn(self) -> One | None:
        """Return whose turn it is now: a newcomer's, unless somebody in the ring has waited too long; or None."""
        line, count = self._newcomers or self._ring, len(self._newcomers) + len(self._ring)
        if not line:
            return None
        self._a_turn_is_due = False
        self._turns += 1
        if self._ring and self._turns - self._last_turn[self._ring[0]] >= PATIENCE * count:
            line = self._ring
        one = line.popleft()
        self._last_turn[one] = self._turns
        if one in self._visitors:
            self.leave(one)
        elif one in self._first_turns and self._first_turns[one] > 1:
            self._first_turns[one] -= 1
            self._newcomers.append(one)
        else:
            self._first_turns.pop(one, None)
            self._ring.append(one)
        return one
