"""One person's transfer among many: what it shows, and how it is steered. JobPool gives it its turns."""

from __future__ import annotations

import contextlib
import io
import secrets
import threading
from collections.abc import Callable, Generator
from dataclasses import is_dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from gramlib.record import Entry, Record

if TYPE_CHECKING:  # PyTorch is loaded by whoever makes the steps, not by this module
    from torch import Tensor

    from gramlib.jobs import JobPool
    from gramlib.transfer import Change, Step, Style, TransferSettings

    Steps = Generator[Step, TransferSettings | Change | None, None]

Asked: TypeAlias = "tuple[TransferSettings | None, Style | None]"

OVER = ("finished", "stopped", "failed")
JPEG_QUALITY = 90


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

    None but a running job costs turns or has a seat, except the one turn of `advance` and of a rewind.
    """

    def __init__(self, pool: JobPool, make_steps: Callable[..., Steps], settings: TransferSettings | None) -> None:
        self.id = secrets.token_urlsafe(16)
        self.state = "queued"
        self.settings = settings
        self.sequence = 0
        self.error: BaseException | None = None
        self._pool = pool
        self._touched = pool._clock()
        self._make_steps = make_steps
        self._was_made = False
        self._steps: Steps | None = None
        self._record = Record()
        # what is asked for, with `settings`; what make_steps knows; what the generator knows; what a step was made with
        self._style: Style | None = None
        self._given: Asked = (settings, None)
        self._told: Asked = self._given
        self._accepted: Asked = self._given
        self._going_to: Step | None = None
        self._advances = False
        self._line = 0  # grows when what is being computed is not wanted any more
        self._turns = 0
        self._last_turn = 0
        self._newest: tuple[int, Step | None, bytes | None] = (0, None, None)
        self._encoding = threading.Lock()
        self._encoded = (0, b"")

    @property
    def step(self) -> Step | None:
        return self._record.newest

    @property
    def best(self) -> Step | None:
        return self._record.best

    @property
    def place(self) -> int:
        """The place in the queue, 1 for the next to be let in; 0 for who does not wait."""
        with self._pool._lock:
            return self._pool._queue.index(self) + 1 if self.state == "queued" else 0

    @property
    def frame(self) -> tuple[int, bytes]:
        """(sequence, JPEG) of the newest step; (0, b"") before the first. Encoded once, when first asked for."""
        sequence, _, jpeg = self._newest_frame()
        return sequence, jpeg

    @property
    def history(self) -> list[Entry]:
        """(iteration, total, losses) from the first step to the newest, evenly thinned to at most 513 entries."""
        with self._pool._lock:
            return self._record.history

    @property
    def frames(self) -> list[tuple[int, bytes]]:
        """(iteration, JPEG) from the first step to the newest, evenly thinned to at most 64."""
        with self._pool._lock:
            frames = self._record.frames
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
        with self._pool._lock:
            self._touched = self._pool._clock()
            if self.state == "paused":
                self._advances = True
                self._pool._let_in_once(self)

    def change(self, settings: TransferSettings | None = None, style: Style | None = None) -> None:
        """Send new settings or a new style to the generator with its next turn after the first; of several, the last.

        Settings alone are sent as they are, a style in a gramlib.transfer.Change. Nothing changes a job that is over.
        """
        with self._pool._lock:
            self._touched = self._pool._clock()
            if self.state not in OVER:
                self._ask(settings, style)

    def rewind(self, iteration: int) -> None:
        """Go back to the picture saved of that step, or nearest to it, drop what came after, and go on from there.

        A running job goes on at once; a paused one stays paused, and one that is over becomes so. Picture and losses
        are shown at once. The Grams come with one turn more, in which the picture is looked at and not moved.
        """
        with self._pool._lock:
            self._touched = self._pool._clock()
            line, newest, frame = self._line, self.step, self._record.nearest(iteration)
        if frame is None or newest is None:
            return
        step = frame.step
        if frame.jpeg is not None and is_dataclass(step):
            step = replace(step, image=self._pool._decode(frame.jpeg), targets=newest.targets)
        with self._pool._lock:
            if self._line != line or self._pool._jobs.get(self.id) is not self:
                return  # another rewind or restart was quicker, or it is forgotten
            self._line += 1
            self._record.rewind(frame, step)
            self._show(step, frame.jpeg)
            self._going_to, self._advances, self.error = step, False, None
            if self.state in OVER:
                self._pool._move(self, "paused")
            if self.state == "paused":
                self._pool._let_in_once(self)

    def restart(self, settings: TransferSettings | None = None, style: Style | None = None) -> None:
        """Begin again, in any state, with the settings and the style last asked for, or with these."""
        with self._pool._lock:
            if self._pool._jobs.get(self.id) is not self:
                return
            self._touched = self._pool._clock()
            self._pool._move(self, "stopped")
            self._ask(settings, style)
            self._record = Record()
            self._going_to, self._advances, self.error, self._turns = None, False, None, 0
            self._show(None, None)
            self._pool._move(self, "queued")

    def _steer(self, origins: tuple[str, ...], state: str) -> None:
        with self._pool._lock:
            self._touched = self._pool._clock()
            if self.state in origins:
                self._pool._move(self, state)

    def _ask(self, settings: TransferSettings | None, style: Style | None) -> None:
        self.settings = self.settings if settings is None else settings
        self._style = self._style if style is None else style

    def _show(self, step: Step | None, jpeg: bytes | None) -> None:
        self.sequence += 1
        self._newest = (self.sequence, step, jpeg)

    def _newest_frame(self) -> tuple[int, Step | None, bytes]:
        with self._encoding:
            sequence, step, jpeg = self._newest
            if step is None:
                return 0, None, b""
            if sequence != self._encoded[0]:
                self._encoded = (sequence, self._pool._encode(step) if jpeg is None else jpeg)
            return sequence, step, self._encoded[1]

    def _waits_for_one_turn(self) -> bool:
        return self.state == "paused" and (self._advances or self._going_to is not None)

    def _next_words(self) -> tuple[Steps | None, TransferSettings | Change | None]:
        """Return the generator, None if it has yet to be made, and what to say to it; as of now it is said."""
        steps, known = self._steps, self._given if self._steps is None else self._told
        going_to, asked = self._going_to, (self.settings, self._style)
        if not self._was_made:
            asked = known  # a new generator takes nothing before its first step
        if going_to is None:
            self._advances = False
        self._going_to, self._told, self._was_made = None, asked, True
        if going_to is None and not differ(asked, known):
            return steps, None
        if going_to is None and steps is not None and asked[1] is known[1]:
            return steps, asked[0]
        return steps, _change(asked, known, going_to)

    def _compute_step(self, line: int, steps: Steps | None, said: TransferSettings | Change | None) -> Step:
        if steps is not None:
            return steps.send(said)
        steps = self._make_steps() if said is None else self._make_steps(said)
        with self._pool._lock:
            if self._line == line:
                self._steps = steps
        try:
            return next(steps)
        finally:
            if self._steps is not steps:
                close(steps)


def differ(asked: Asked, known: Asked) -> bool:
    return asked[0] != known[0] or asked[1] is not known[1]


def _change(asked: Asked, known: Asked, going_to: Step | None) -> Change:
    from gramlib.transfer import Change

    settings = asked[0] if asked[0] != known[0] else None
    style = asked[1] if asked[1] is not known[1] else None
    if going_to is None:
        return Change(settings, style)
    seconds = getattr(going_to, "seconds", None)
    return Change(settings, style, getattr(going_to, "image", None), going_to.iteration, seconds, look=True)


def close(steps: Steps) -> None:
    with contextlib.suppress(BaseException):  # it is over; the worker is not
        steps.close()
