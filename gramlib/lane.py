"""Where turns are taken: one thread, those who take turns on it, and what a step costs there."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING, Any

from gramlib.outlook import Pace
from gramlib.run import Run, Turn
from gramlib.turns import Turns

if TYPE_CHECKING:  # PyTorch is loaded by whoever makes the steps, not by this module
    from gramlib.run import Steps
    from gramlib.transfer import Step


class Lane:
    """One thread of a JobPool, which holds its lock while it uses this, but for `step` and `file_of`.

    name       of the thread
    turns      whose turn it is
    to_close   generators that are to be closed where they work
    pace       what steps cost here
    is_busy    something is computed, or looked for
    is_over    it takes no more turns
    """

    def __init__(self, name: str, seats: int) -> None:
        self.name = name
        self.turns: Turns[Run, Any] = Turns(seats)
        self.to_close: deque[Steps] = deque()
        self.pace = Pace()
        self.thread: threading.Thread | None = None
        self.is_busy = False
        self.is_over = False

    def step(self, turn: Turn) -> Step:
        """Compute the step of a turn; raises StopIteration after the last, LaneLost, and whatever goes wrong."""
        return turn.step()

    def file_of(self, step: Step) -> bytes | None:
        """The picture of a step as a file, where that is known without any work."""
        return None

    @property
    def count(self) -> int:
        """How many take turns here or wait for a seat."""
        return len(self.turns.seated) + len(self.turns.queued)


class LaneLost(Exception):
    """Nothing can be computed on this lane any more: whoever had turns there has to go on at another one."""
