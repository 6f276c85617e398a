"""Something to compute between two turns of a JobPool, and what it raises in words."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from gramlib.errors import GramlabError

Result = TypeVar("Result")


class Call(Future[Result]):
    """Something to compute between two turns, and the future of its result. `withdraw` is told when it is cancelled."""

    def __init__(self, function: Callable[[], Result], withdraw: Callable[[Call[Result]], None]) -> None:
        super().__init__()
        self._function: Callable[[], Result] | None = function
        self._withdraw = withdraw

    def cancel(self) -> bool:
        """Withdraw the call if it has not begun; return whether that is so."""
        if not super().cancel():
            return False
        self._function = None
        self._withdraw(self)
        return True

    def make(self) -> None:
        """On the worker: call the function."""
        function, self._function = self._function, None  # whoever keeps the result need not keep what it is made from
        if function is None:
            return
        try:
            self.set_result(function())
        except BaseException as error:
            self.set_exception(in_words(error))
            del self  # else the error, by its traceback, and the future hold each other


def in_words(error: BaseException) -> BaseException:
    """Return the error, or for one that means that memory has run out a GramlabError that says so.

    PyTorch raises a RuntimeError where a processor's memory is full, and one of its own where a GPU's is.
    """
    text = str(error).lower()
    of_torch = isinstance(error, RuntimeError) and ("out of memory" in text or "can't allocate memory" in text)
    if not (of_torch or isinstance(error, MemoryError)):
        return error
    traceback.clear_frames(error.__traceback__)
    told = GramlabError("memory_full", "The memory of this machine is full: a smaller picture is needed, or patience.")
    told.__cause__ = error
    return told
