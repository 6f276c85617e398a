"""What a job remembers of its way: losses and pictures, thinned so that they never take more than a known room."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # PyTorch is loaded by whoever makes the steps, not by this module
    from gramlib.transfer import Step, TransferSettings

LONGEST_HISTORY = 512  # entries; past it every second one is dropped, and from then on every second one kept
MOST_FRAMES = 63  # saved pictures, likewise; the newest comes on top
MOST_MARKS = 512  # past it the oldest go
UNMARKED = ("steps", "scales", "start", "seed")  # no step that is on its way goes by them

Entry = tuple[int, float, dict[str, float]]


@dataclass(frozen=True)
class Mark:
    """A step with which the curves bend or jump, because it is made or measured otherwise than the one before.

    iteration   of the first step that was made so
    changed     what is not as it was with the step before: "scale", "style", and the names of knobs, "style_weight" …
    worked_at   (height, width) of the picture that is worked on from there on
    settings    that its steps are made with from there on

    The losses of a coarse step are those of the small picture, so that every curve jumps where the scale changes, as a
    rule upwards: at once there is detail that nobody has worked on. To measure all steps at one scale would make each
    coarse step cost a pass through the network at the whole size besides, and the first would come twice as late.
    """

    iteration: int
    changed: tuple[str, ...]
    worked_at: tuple[int, int]
    settings: TransferSettings | None = field(default=None, compare=False)


@dataclass(frozen=True, eq=False)
class Frame:
    """A saved picture.

    count   how many steps had been kept before it
    jpeg    the file; None for the newest step, which has its picture with it
    step    what was true of it: its Step, without the tensors
    """

    count: int
    jpeg: bytes | None
    step: Step


class Record:
    """The steps from the first to the newest. Whoever uses it from several threads holds a lock.

    first    the first step, without its tensors
    newest   the last step kept
    best     the step with the lowest total since `judge_anew`, of those at the finest scale
    """

    def __init__(self) -> None:
        self.first: Step | None = None
        self.newest: Step | None = None
        self.best: Step | None = None
        self._count = 0
        self._history: list[Entry] = []
        self._history_every = 1
        self._frames: list[Frame] = []
        self._frames_every = 1
        self._filed: Frame | None = None  # the newest that has come with its picture as a file, saved or not
        self._marks: list[Mark] = []
        self._is_new_style = False

    @property
    def wants_frame(self) -> bool:
        """Whether the next step is one whose picture is saved."""
        return self._count % self._frames_every == 0

    def keep(self, step: Step, jpeg: bytes | None = None, *, again: bool = False) -> bytes | None:
        """Take in the next step, and its picture if it was wanted; return the picture that is saved of it.

        again   it is the newest step, looked at anew after a rewind
        """
        if again:
            jpeg = self._forget_newest()
        self._mark(step)
        if self.first is None:
            self.first = _without_tensors(step)
        self.newest = step
        if self._count % self._history_every == 0:
            self._history.append((step.iteration, step.total, dict(step.losses)))
        if jpeg is not None and self.wants_frame:
            self._frames.append(Frame(self._count, jpeg, _without_tensors(step)))
        if jpeg is not None:
            self._filed = Frame(self._count, jpeg, _without_tensors(step))
        self._count += 1
        if len(self._history) > LONGEST_HISTORY:
            self._history, self._history_every = self._history[::2], self._history_every * 2
        if len(self._frames) > MOST_FRAMES:
            self._frames, self._frames_every = self._frames[::2], self._frames_every * 2
        if _is_finest(step) and (self.best is None or step.total < self.best.total):
            self.best = step
        return jpeg

    def judge_anew(self, *, new_style: bool = False) -> None:
        """Forget which was the best: with the next step to be kept, what is lowered has changed.

        new_style   it is (also) the style that has changed, which a step cannot tell
        """
        self.best, self._is_new_style = None, new_style

    @property
    def history(self) -> list[Entry]:
        """(iteration, total, losses) from the first step to the newest, evenly thinned."""
        step, entries = self.newest, list(self._history)
        if step is not None and entries[-1][0] != step.iteration:
            entries.append((step.iteration, step.total, dict(step.losses)))
        return entries

    @property
    def marks(self) -> list[Mark]:
        """Where what is measured has changed, from the first step to the newest; not thinned."""
        return list(self._marks)

    @property
    def frames(self) -> list[tuple[int, bytes]]:
        """(iteration, JPEG) of the saved pictures, oldest first; the newest only if it is one of them."""
        return [(frame.step.iteration, frame.jpeg) for frame in self._frames if frame.jpeg is not None]

    def nearest(self, iteration: int) -> Frame | None:
        """Return the saved picture nearest to that step, or the newest step; the older of two."""
        newest = [] if self.newest is None else [Frame(self._count - 1, None, self.newest)]
        saved = [frame for frame in self._frames if frame.count < self._count - 1]
        return min(saved + newest, key=lambda frame: abs(frame.step.iteration - iteration), default=None)

    @property
    def filed(self) -> Frame | None:
        """The newest step whose picture is at hand as a file, saved or not; None if there is none."""
        frames = [*self._frames, *([self._filed] if self._filed else [])]
        return max((frame for frame in frames if frame.count < self._count), key=_count, default=None)

    def rewind(self, frame: Frame, step: Step) -> None:
        """Drop what came after a saved picture, and let this step, its own with a picture, be the newest."""
        self._frames = [kept for kept in self._frames if kept.count <= frame.count]
        self._history = self._history[: frame.count // self._history_every + 1]
        self._marks = [mark for mark in self._marks if mark.iteration <= step.iteration]
        self._count, self.newest = frame.count + 1, step
        if frame.jpeg is not None:
            self._filed = frame
        if self.best is not None and self.best.iteration > step.iteration:
            self.best = None

    def _mark(self, step: Step) -> None:
        """Note what is not as it was with the newest step. Steps of other kinds, in tests, say nothing of it."""
        before, is_new_style = self.newest, self._is_new_style
        self._is_new_style = False
        if before is None or not is_dataclass(step) or not is_dataclass(before):
            return
        changed = changes(before, step, new_style=is_new_style)
        if changed:
            mark = Mark(step.iteration, changed, step.worked_at, step.settings)
            self._marks = [*self._marks, mark][-MOST_MARKS:]

    def _forget_newest(self) -> bytes | None:
        self._count -= 1
        if self._count % self._history_every == 0:
            self._history.pop()
        return self._frames.pop().jpeg if self._frames and self._frames[-1].count == self._count else None


def changes(before: Step | Mark, now: Step | Mark, *, new_style: bool = False) -> tuple[str, ...]:
    """Return what is made or measured otherwise with a step than with one before: see Mark.changed."""
    scale = ("scale",) if now.worked_at != before.worked_at else ()
    style = ("style",) if new_style else ()
    if now.settings is None or before.settings is None or now.settings == before.settings:
        return (*scale, *style)
    names = [knob.name for knob in fields(now.settings) if knob.name not in UNMARKED]
    knobs = [name for name in names if getattr(now.settings, name) != getattr(before.settings, name)]
    return (*scale, *style, *knobs)


def _count(frame: Frame) -> int:
    return frame.count


def _without_tensors(step: Step) -> Step:
    return replace(step, image=None, grams={}, targets={}) if is_dataclass(step) else step  # type: ignore[arg-type]


def _is_finest(step: Step) -> bool:
    worked_at = getattr(step, "worked_at", None)
    return worked_at is None or step.size == worked_at
