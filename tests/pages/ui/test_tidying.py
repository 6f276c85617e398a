"""Who has left leaves nothing behind."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import weakref

import pytest

from pages.ui.requests import CountPages
from pages.ui.tidying import tidy_when_nobody_is_there


class Session:
    """A circle, as Streamlit's are: counting alone does not let it go."""

    def __init__(self) -> None:
        self.itself = self


def left_behind(*, open_pages: int, closed: int, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether a session is still there, some looks after pages were closed, `open_pages` others being open."""

    async def day() -> bool:
        looking = asyncio.create_task(tidy_when_nobody_is_there(0.001))
        await asyncio.sleep(0)  # it has begun
        monkeypatch.setattr(CountPages, "closed", CountPages.closed + closed)
        for _ in range(50):
            if session() is None:
                break
            await asyncio.sleep(0.002)
        looking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await looking
        return session() is not None

    monkeypatch.setattr(CountPages, "open", open_pages)
    gc.collect()
    gc.disable()
    try:
        session = weakref.ref(Session())
        return asyncio.run(day())
    finally:
        gc.enable()


def test_when_the_last_page_is_closed_its_session_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not left_behind(open_pages=0, closed=1, monkeypatch=monkeypatch)


@pytest.mark.parametrize(("open_pages", "closed"), [(1, 1), (0, 0)])
def test_nobody_who_is_there_is_kept_waiting_and_nothing_is_done_twice(
    monkeypatch: pytest.MonkeyPatch, open_pages: int, closed: int
) -> None:
    assert left_behind(open_pages=open_pages, closed=closed, monkeypatch=monkeypatch)
