"""What the app keeps beside a transfer, for all sessions and for the routes, as long as somebody keeps the transfer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from gramlib.record import Mark, changes
from gramlib.run import OVER

if TYPE_CHECKING:
    from PIL import Image
    from torch import Tensor

    from gramlib.jobs import Job
    from gramlib.transfer import Style
    from pages.ui.pictures import Picture

Entry = tuple[int, float, dict[str, float]]


@dataclass(frozen=True)
class Trunk:
    """The way to where a transfer went on from an older one: its saved pictures, its history and its marks up to there.

    changed   what is no longer as it was there, and no Step knows of: "style", "content", "pooling"
    """

    frames: tuple[tuple[int, bytes], ...] = ()
    history: tuple[Entry, ...] = ()
    marks: tuple[Mark, ...] = ()
    changed: tuple[str, ...] = ()


NO_TRUNK = Trunk()


@dataclass(frozen=True)
class Larger:
    """How a transfer goes on at a larger size.

    size     of the longer side, in pixels
    pixels   height times width
    since    the step whose picture was carried up
    until    the step that it ends with
    """

    size: int
    pixels: int
    since: int
    until: int


@dataclass(frozen=True)
class Sources:
    """The pictures that a transfer was begun with, as tensors; each is made when the pool's worker calls for it.

    other   an unrelated photo, to measure the content's curve by
    """

    content: Callable[[], Tensor]
    style: Callable[[], Style]
    other: Callable[[], Tensor]


@dataclass(eq=False)
class Kept:
    """What is known of a transfer that the pool does not know.

    before    the content, at the size it is worked on
    sources   the pictures as the engine takes them
    values    what it has been asked to do, in the page's words: the one truth that every tab shows
    count     how often they have been changed
    left      the id of the transfer that this one has taken the place of
    trunk     the way from the start to where this one begins
    images    the pictures it is made of, by name: an upload is gone from the session after a reload
    begun     the picture it begins with, where that is not the content
    larger    what is to be known of one that goes on at a larger size
    lock      held while values are changed
    """

    before: Picture
    sources: Sources
    values: Mapping[str, Any]
    left: str | None = None
    trunk: Trunk = NO_TRUNK
    count: int = 0
    images: dict[str, Image.Image] = field(default_factory=dict)
    begun: Image.Image | None = None
    larger: Larger | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def size(self) -> int:
        """The longer side that it is worked at, in pixels."""
        return self.larger.size if self.larger else int(self.values["size"])

    def ask(self, values: Mapping[str, Any]) -> None:
        self.values, self.count = dict(values), self.count + 1


_LOCK = threading.Lock()  # held while a transfer is added, or all are looked through
_KEPT: WeakKeyDictionary[Job, Kept] = WeakKeyDictionary()
_OWNERS: WeakKeyDictionary[Job, str] = WeakKeyDictionary()  # the mark of the browser that has started a job


def give(job: Job, mark: str) -> None:
    """Make the browser with this mark the owner of a job."""
    _OWNERS[job] = mark


def owns(mark: str | None, job: Job) -> bool:
    """Whether the browser with this mark is the owner of the job."""
    return mark is not None and _OWNERS.get(job) == mark


def keep(job: Job, kept: Kept) -> None:
    with _LOCK:
        _KEPT[job] = kept


def larger_pixels() -> int:
    """Of all transfers together that may go on at a larger size: what each keeps from step to step is by the pixel."""
    with _LOCK:
        found = [(job, kept.larger.pixels) for job, kept in _KEPT.items() if kept.larger]
    return sum(pixels for job, pixels in found if job.state not in OVER)


def kept(job: Job) -> Kept | None:
    """What is kept beside a transfer; None for one that the page did not start, such as a rung of the ladder."""
    return _KEPT.get(job)


def shown(job: Job | None) -> Picture | None:
    """The content of a transfer, at the size it is worked on."""
    found = kept(job) if job else None
    return found.before if found else None


def trunk_of(job: Job) -> Trunk:
    found = kept(job)
    return found.trunk if found else NO_TRUNK


def frames_of(job: Job) -> list[tuple[int, bytes]]:
    """(iteration, JPEG) from the start to the newest, those of the way before included."""
    return [*trunk_of(job).frames, *job.frames]


def marks_of(job: Job) -> list[Mark]:
    """Where the curves begin, bend or jump, from the start to the newest; the first marks the beginning."""
    trunk, first = trunk_of(job), job.first
    if first is None:
        return list(trunk.marks)
    changed = (*trunk.changed, *changes(trunk.marks[-1], first)) if trunk.marks else ()
    begun = [] if trunk.marks and not changed else [Mark(first.iteration, changed, first.worked_at, first.settings)]
    return [*trunk.marks, *begun, *job.marks]


def trunk_to(job: Job, iteration: int, changed: tuple[str, ...] = ()) -> Trunk:
    """The way to a step, that step left out: who goes on from it looks at it first.

    changed   see Trunk; a style that has changed since that step counts by itself
    """
    history, marks = (*trunk_of(job).history, *job.history), marks_of(job)
    if "style" not in changed and any("style" in mark.changed for mark in marks if mark.iteration > iteration):
        changed = ("style", *changed)
    return Trunk(
        tuple(frame for frame in frames_of(job) if frame[0] < iteration),
        tuple(entry for entry in history if entry[0] < iteration),
        tuple(mark for mark in marks if mark.iteration <= iteration),
        changed,
    )
