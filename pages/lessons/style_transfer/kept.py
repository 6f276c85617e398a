"""What the app keeps beside a transfer, for all sessions and for the routes, as long as somebody keeps the transfer."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from gramlib.jobs import Job
    from pages.ui.pictures import Picture

BROWSER = "gramlab_browser"  # the name of the cookie that tells one browser from another

Entry = tuple[int, float, dict[str, float]]


@dataclass(frozen=True)
class Trunk:
    """The way to where a transfer went on from an older one: its saved pictures and its history up to there."""

    frames: tuple[tuple[int, bytes], ...] = ()
    history: tuple[Entry, ...] = ()


NO_TRUNK = Trunk()


@dataclass(eq=False)
class Kept:
    """What is known of a transfer that the pool does not know.

    before    the content, at the size it is worked on
    values    what it has been asked to do, in the page's words: the one truth that every tab shows
    count     how often they have been changed
    left      the id of the transfer that this one has taken the place of
    trunk     the way from the start to where this one begins
    lock      held while values are changed
    """

    before: Picture
    values: Mapping[str, Any]
    left: str | None = None
    trunk: Trunk = NO_TRUNK
    count: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, values: Mapping[str, Any]) -> None:
        self.values, self.count = dict(values), self.count + 1


_KEPT: WeakKeyDictionary[Job, Kept] = WeakKeyDictionary()
_OWNERS: WeakKeyDictionary[Job, str] = WeakKeyDictionary()  # the mark of the browser that has started a job


def give(job: Job, mark: str) -> None:
    """Make the browser with this mark the owner of a job."""
    _OWNERS[job] = mark


def owns(mark: str | None, job: Job) -> bool:
    """Whether the browser with this mark is the owner of the job."""
    return mark is not None and _OWNERS.get(job) == mark


def keep(job: Job, kept: Kept) -> None:
    _KEPT[job] = kept


def kept(job: Job) -> Kept | None:
    """What is kept beside a transfer; None for one that the page did not start, such as a rung of the ladder."""
    return _KEPT.get(job)


def trunk_of(job: Job) -> Trunk:
    found = kept(job)
    return found.trunk if found else NO_TRUNK


def frames_of(job: Job) -> list[tuple[int, bytes]]:
    """(iteration, JPEG) from the start to the newest, those of the way before included."""
    return [*trunk_of(job).frames, *job.frames]


def trunk_to(job: Job, iteration: int) -> Trunk:
    """The way to a step, that step left out: who goes on from it looks at it first."""
    history = (*trunk_of(job).history, *job.history)
    return Trunk(
        tuple(frame for frame in frames_of(job) if frame[0] < iteration),
        tuple(entry for entry in history if entry[0] < iteration),
    )
