"""One person's transfer among many: what it shows, and what it is asked. A JobPool gives it its turns."""

from __future__ import annotations

import contextlib
import io
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, is_dataclass, replace
from typing import TYPE_CHECKING

from gramlib.outlook import Company, Stretch
from gramlib.record import Entry, Frame, Mark
from gramlib.run import Moved, Run

if TYPE_CHECKING:  # PyTorch is loaded by whoever makes the steps, not by this module
    from torch import Tensor

    from gramlib.transfer import Step, Style, TransferSettings

JPEG_QUALITY = 90
TOLD_FOR = 30.0  # seconds that a job says that it goes on elsewhere


def from_jpeg(jpeg: bytes) -> Tensor:
    """Return the picture of a JPEG file, as a Step has it."""
    from gramlib.images import open_image, to_tensor

    return to_tensor(open_image(jpeg))


def to_jpeg(step: Step) -> bytes:
    """Return the step's picture as a JPEG file."""
    from gramlib.images import to_image

    file = io.BytesIO()
    to_image(step.image).save(file, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    return file.getvalue()


def shown_again(frame: Frame, decode: Callable[[bytes], Tensor], targets: Callable[[], Mapping[str, Tensor]]) -> Step:
    """Return the step of a saved frame with its picture; its Grams come when it is looked at.

    targets   gives those of the newest step: what that is moved to, this will be
    """
    if frame.jpeg is None:
        getattr(frame.step, "image", None)  # fetched now, if it has to be, and not while a lock is held
        return frame.step
    if not is_dataclass(frame.step):
        return frame.step
    return replace(frame.step, image=decode(frame.jpeg), targets=targets())


@dataclass(frozen=True)
class Keeper:
    """What a job needs of the pool that keeps it.

    lock             held while a run is looked at or changed, for moments
    clock            seconds that only grow
    encode, decode   make the bytes of `Job.frame` from a Step, and a picture from those
    keeps            whether it still keeps a run
    move             gives a run another state
    visit            gives a paused run one turn
    place            the place of a run in the queue
    company          who takes turns beside a run, and how long it still takes; or another in its place, with so much
                     to do
    """

    lock: contextlib.AbstractContextManager[object]
    clock: Callable[[], float]
    encode: Callable[[Step], bytes]
    decode: Callable[[bytes], Tensor]
    keeps: Callable[[Run], bool]
    move: Callable[[Run, str], None]
    visit: Callable[[Run], None]
    place: Callable[[Run], int]
    company: Callable[[Run, Sequence[Stretch] | None], Company | None]


class Job:
    """One person's transfer, made by JobPool.start. Its methods may be called from any thread and return at once.

    id         cannot be guessed: who knows it may look and steer
    state      "queued"      waits for a seat: see `place`
               "running"     has a seat and takes turns
               "paused"      by a person
               "abandoned"   nobody has touched it for a while; goes on at the next touch
               "finished" | "stopped" | "failed"   over, and `error` is why it failed; `rewind` and `restart` revive it
    settings   those last asked for
    sequence   grows with every step, rewind and restart
    step       the newest Step, or None before the first
    best       the Step with the lowest total since what is lowered was last changed, of those at the finest scale

    Only running jobs take turns; `advance` and `rewind` give a paused job one.
    """

    def __init__(self, run: Run, keeper: Keeper) -> None:
        self.id = secrets.token_urlsafe(16)
        self._run = run
        self._keeper = keeper
        self._encoding = threading.Lock()
        self._encoded = (0, b"")

    @property
    def state(self) -> str:
        return self._run.state

    @property
    def settings(self) -> TransferSettings | None:
        return self._run.orders.wanted.settings

    @property
    def sequence(self) -> int:
        return self._run.sequence

    @property
    def error(self) -> BaseException | None:
        return self._run.error

    @property
    def step(self) -> Step | None:
        return self._run.record.newest

    @property
    def first(self) -> Step | None:
        """The first Step, without its tensors; None before it."""
        return self._run.record.first

    @property
    def style(self) -> Style | None:
        """The style that the newest step was made with; None as long as it is what the job was started with."""
        with self._keeper.lock:
            return self._run.orders.in_force.style

    @property
    def best(self) -> Step | None:
        return self._run.record.best

    @property
    def place(self) -> int:
        """The place in the queue, 1 for the next to be let in; 0 for who does not wait."""
        with self._keeper.lock:
            return self._keeper.place(self._run)

    @property
    def moved(self) -> Moved | None:
        """That it has lately had to go on elsewhere; None where nothing of that kind has happened for a while."""
        moved = self._run.moved
        return moved if moved is not None and self._keeper.clock() - moved.at < TOLD_FOR else None

    @property
    def company(self) -> Company | None:
        """Who takes turns beside it, and how long it still takes; None for who neither takes turns nor waits."""
        with self._keeper.lock:
            return self._keeper.company(self._run, None)

    def company_of_next(self, stretches: Sequence[Stretch]) -> Company:
        """What `company` would say of another job of this owner that came in the place of this one.

        stretches   (pixels that are worked on, steps) of all that it would have to do, in their order
        """
        with self._keeper.lock:
            return self._keeper.company(self._run, stretches) or Company(0)

    @property
    def frame(self) -> tuple[int, bytes]:
        """(sequence, JPEG) of the newest step; (0, b"") before the first. Encoded once, when first asked for."""
        sequence, _, jpeg = self._newest_frame()
        return sequence, jpeg

    @property
    def history(self) -> list[Entry]:
        """(iteration, total, losses) from the first step to the newest, evenly thinned to at most 513 entries."""
        with self._keeper.lock:
            return self._run.record.history

    @property
    def marks(self) -> list[Mark]:
        """The steps with which the curves bend or jump, because they are made or measured otherwise than before."""
        with self._keeper.lock:
            return self._run.record.marks

    @property
    def frames(self) -> list[tuple[int, bytes]]:
        """(iteration, JPEG) from the first step to the newest, evenly thinned to at most 64."""
        with self._keeper.lock:
            frames = self._run.record.frames
        _, step, jpeg = self._newest_frame()
        if step is not None and (not frames or frames[-1][0] < step.iteration):
            frames.append((step.iteration, jpeg))
        return frames

    def frame_at(self, iteration: int) -> bytes | None:
        """Return the saved picture of that step, or None if there is none, or none any more."""
        return dict(self.frames).get(iteration)

    def touch(self) -> None:
        """Say that somebody is looking: an abandoned job goes on."""
        self._steer(("abandoned",), "queued")

    def pause(self) -> None:
        """Take no more turns until `resume`; a step being computed still arrives."""
        self._steer(("queued", "running", "abandoned"), "paused")

    def resume(self) -> None:
        """Go on: at the end of the ring, or of the queue if all seats are taken by now."""
        self._steer(("paused", "abandoned"), "queued")

    def stop(self) -> None:
        """End it; a step being computed is dropped. The generator is closed on the worker."""
        self._steer(("queued", "running", "paused", "abandoned"), "stopped")

    def advance(self) -> None:
        """Take one turn although paused, and stay paused. Asked for again before that turn, it is still one."""
        with self._touched():
            if self._run.state == "paused":
                self._run.advance()
                self._keeper.visit(self._run)

    def change(self, settings: TransferSettings | None = None, style: Style | None = None) -> None:
        """Send new settings or a new style to the generator with its next turn after the first; of several, the last.

        Settings alone are sent as they are, a style in a gramlib.transfer.Change. A job that is over is told when
        `rewind` or `restart` revives it.
        """
        with self._touched():
            self._run.orders.ask(settings, style)

    def rewind(self, iteration: int) -> None:
        """Go back to the picture saved of that step, or nearest to it, drop what came after, and go on from there.

        A running job goes on at once; a paused one stays paused, and one that is over becomes so. Picture and losses
        are shown at once. The Grams come with one turn more, in which the picture is looked at and not moved.
        """
        with self._touched():
            attempt, newest, frame = self._run.attempt, self.step, self._run.record.nearest(iteration)
        if frame is None or newest is None:
            return
        step = shown_again(frame, self._keeper.decode, lambda: newest.targets)
        with self._keeper.lock:
            if self._run.attempt != attempt or not self._keeper.keeps(self._run):
                return  # another rewind or restart was quicker, or it is forgotten
            self._run.rewind(frame, step)
            if self._run.is_over:
                self._keeper.move(self._run, "paused")
            if self._run.state == "paused":
                self._keeper.visit(self._run)

    def restart(self, settings: TransferSettings | None = None, style: Style | None = None) -> None:
        """Begin again, in any state, with the settings and the style last asked for, or with these."""
        with self._keeper.lock:
            if not self._keeper.keeps(self._run):
                return
            self._run.touched = self._keeper.clock()
            self._keeper.move(self._run, "stopped")
            self._run.orders.ask(settings, style)
            self._run.restart()
            self._keeper.move(self._run, "queued")

    @contextlib.contextmanager
    def _touched(self) -> Iterator[None]:
        with self._keeper.lock:
            self._run.touched = self._keeper.clock()
            yield

    def _steer(self, origins: tuple[str, ...], state: str) -> None:
        with self._touched():
            if self._run.state in origins:
                self._keeper.move(self._run, state)

    def _newest_frame(self) -> tuple[int, Step | None, bytes]:
        with self._encoding:
            sequence, step, jpeg = self._run.newest
            if step is None:
                return 0, None, b""
            if sequence != self._encoded[0]:
                self._encoded = (sequence, self._keeper.encode(step) if jpeg is None else jpeg)
            return sequence, step, self._encoded[1]
