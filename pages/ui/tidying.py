"""When the last page is closed, what everybody has left behind is given back to the system.

A session that is over is a circle of objects, which Python collects only after much else has been made: where nobody is
there any more, never. Its memory, and three open files, would stay taken.
"""

from __future__ import annotations

import asyncio
import gc

from starlette.concurrency import run_in_threadpool

from gramlib import memory
from pages.ui.requests import CountPages

EVERY = 10.0  # seconds from look to look


async def tidy_when_nobody_is_there(every: float = EVERY) -> None:
    """Look for ever; where pages have been closed since, and none is open, tidy up."""
    tidied = CountPages.closed
    while True:
        await asyncio.sleep(every)
        closed = CountPages.closed
        if closed != tidied and not CountPages.open:
            await run_in_threadpool(_tidy)
            tidied = closed


def _tidy() -> None:
    gc.collect()
    memory.tidy()
