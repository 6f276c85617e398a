"""Many people's transfers on one machine: one worker thread, one step per job in a ring.

One thread does all the arithmetic, because two that share the cores are slower than one after the other, and because a
turn of one step is short: thirty pictures all move, and nobody waits for a stranger's to finish.
"""

from __future__ import annotations

import contextlib
import io
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Future
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:  # PyTorch is loaded by whoever makes the steps, not by this module
    from gramlib.transfer import Step, TransferSettings

    Steps = Generator[Step, TransferSettings | None, None]

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

OVER = ("finished", "stopped", "failed")
FIRST_TURNS = 3  # of a new job, before all others': its picture moves at once, even in a full room
LONGEST_HISTORY = 512  # entries; past it every second one is dropped, and from then on every second one kept
JPEG_QUALITY = 80


def to_jpeg(step: Step) -> bytes:
    """Return the step's picture as a JPEG file."""
    from gramlib.images import to_image

    file = io.BytesIO()
    to_image(step.image).save(file, "JPEG", quality=JPEG_QUALITY)
    return file.getvalue()


class Job:
    """One person's transfer, made by JobPool.start. Its methods may be called from any thread and return at once.

    id         cannot be guessed: who knows it may look and steer
    state      "queued"      waits for a seat: see `place`
               "running"     has a seat and takes turns
               "paused"      by a person
               "abandoned"   nobody has touched it for a while; goes on at the next touch
               "finished" | "stopped" | "failed"   over, and `error` is why it failed
    settings   those last asked for
    step       the newest Step, or None before the first

    None but a running job costs turns or has a seat.
    """

    def __init__(self, pool: JobPool, make_steps: Callable[[], Steps], settings: TransferSettings | None) -> None:
        self.id = secrets.token_urlsafe(16)
        self.state = "queued"
        self.settings = settings
        self.step: Step | None = None
        self.error: BaseException | None = None
        self._pool = pool
        self._touched = pool._clock()
        self._make_steps: Callable[[], Steps] | None = make_steps
        self._steps: Steps | None = None
        self._sent: TransferSettings | None = None
        self._turns = 0
        self._newest: tuple[int, Step | None] = (0, None)
        self._kept: list[tuple[int, float, dict[str, float]]] = []
        self._keep_every = 1
        self._encoding = threading.Lock()
        self._frame = (0, b"")

    @property
    def place(self) -> int:
        """The place in the queue, 1 for the next to be let in; 0 for who does not wait."""
        with self._pool._lock:
            return self._pool._queue.index(self) + 1 if self.state == "queued" else 0

    @property
    def frame(self) -> tuple[int, bytes]:
        """(sequence, JPEG) of the newest step; (0, b"") before the first. Encoded once, when first asked for."""
        with self._encoding:
            sequence, step = self._newest
            if step is not None and sequence != self._frame[0]:
                self._frame = (sequence, self._pool._encode(step))
            return self._frame

    @property
    def history(self) -> list[tuple[int, float, dict[str, float]]]:
        """(iteration, total, losses) from the first step to the newest, evenly thinned to at most 513 entries."""
        with self._pool._lock:
            step, kept = self.step, list(self._kept)
        if step is not None and kept[-1][0] != step.iteration:
            kept.append((step.iteration, step.total, dict(step.losses)))
        return kept

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
        """End it for good; a step being computed is dropped. The generator is closed on the worker."""
        self._steer(("queued", "running", "paused", "abandoned"), "stopped")

    def change(self, settings: TransferSettings) -> None:
        """Send new settings to the generator with its next turn after the first; of several, only the last."""
        with self._pool._lock:
            self._touched = self._pool._clock()
            if self.state not in OVER:
                self.settings = self._sent = settings

    def _steer(self, origins: tuple[str, ...], state: str) -> None:
        with self._pool._lock:
            self._touched = self._pool._clock()
            if self.state in origins:
                self._pool._move(self, state)

    def _compute_step(self) -> Step:
        with self._pool._lock:
            make_steps, self._make_steps = self._make_steps, None
            if make_steps is None:
                sent, self._sent = self._sent, None
        if make_steps is not None:
            self._steps = make_steps()
            return next(self._steps)  # a generator takes nothing before its first step
        assert self._steps is not None, "a job that is over took a turn"
        return self._steps.send(sent)

    def _keep(self, step: Step) -> None:
        self._turns += 1
        self.step = step
        self._newest = (self._turns, step)
        if (self._turns - 1) % self._keep_every == 0:
            self._kept.append((step.iteration, step.total, dict(step.losses)))
        if len(self._kept) > LONGEST_HISTORY:
            self._kept, self._keep_every = self._kept[::2], self._keep_every * 2

    def _close(self) -> None:
        steps, self._steps, self._make_steps = self._steps, None, None
        if steps is not None:
            with contextlib.suppress(BaseException):  # it is over; the worker is not
                steps.close()


class JobPool:
    """Runs jobs in turns, on a thread that starts with the first of them and sleeps when there is nothing to do.

    limit             seats: how many jobs take turns at the same time. Those past it wait in a queue
    clock             seconds that only grow
    encode            makes the bytes of `Job.frame` from a Step
    abandoned_after   seconds untouched, after which a job loses its seat or its place until it is touched
    forgotten_after   seconds untouched, after which the pool stops a job and drops it, whatever its state
    """

    def __init__(
        self,
        limit: int = 32,
        *,
        clock: Callable[[], float] = time.monotonic,
        encode: Callable[[Step], bytes] = to_jpeg,
        abandoned_after: float = 60.0,
        forgotten_after: float = 600.0,
    ) -> None:
        self._limit = limit
        self._clock = clock
        self._encode = encode
        self._abandoned_after = abandoned_after
        self._forgotten_after = forgotten_after
        # One lock for all states, held for moments and never while a step is computed or a frame is encoded
        self._lock = threading.RLock()
        self._news = threading.Condition(self._lock)
        self._jobs: dict[str, Job] = {}
        self._queue: deque[Job] = deque()
        # The seats: the front of a line has the next turn, newcomers before the ring
        self._newcomers: deque[Job] = deque()
        self._ring: deque[Job] = deque()
        self._calls: deque[Callable[[], object]] = deque()
        self._worker: threading.Thread | None = None
        self._closed = False

    def start(self, make_steps: Callable[[], Steps], settings: TransferSettings | None = None) -> Job:
        """Return a new job. make_steps() is called on the worker, at the job's first turn."""
        with self._lock:
            self._wake()
            self._look_around()
            job = Job(self, make_steps, settings)
            self._jobs[job.id] = job
            self._move(job, "queued")
        return job

    def get(self, job_id: str) -> Job | None:
        """Return the job with this id, or None if there is none, or none any more."""
        with self._lock:
            self._look_around()
            return self._jobs.get(job_id)

    def compute(
        self, function: Callable[Parameters, Result], *arguments: Parameters.args, **keywords: Parameters.kwargs
    ) -> Future[Result]:
        """Call a function on the worker, before the next turn; the future gets its result or its exception."""
        future: Future[Result] = Future()

        def call() -> None:
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(function(*arguments, **keywords))
                except BaseException as error:
                    future.set_exception(error)

        if threading.current_thread() is self._worker:
            call()  # queued, it would wait for itself
            return future
        with self._lock:
            self._wake()
            self._calls.append(call)
        return future

    def close(self, timeout: float | None = None) -> None:
        """Stop all jobs, compute what was asked to be computed, end the worker, and wait for that."""
        with self._lock:
            self._closed = True
            for job in self._jobs.values():
                self._move(job, "stopped")
            self._jobs.clear()
            self._news.notify_all()
        if self._worker is not None:
            self._worker.join(timeout)

    def _move(self, job: Job, state: str) -> None:
        """Give a job another state, and everybody the seat or place that follows from it. Nothing else does."""
        if job.state in OVER:
            return
        for line in (self._queue, self._newcomers, self._ring):
            if job in line:
                line.remove(job)
        job.state = state
        if state == "queued":
            self._queue.append(job)
        elif state in OVER:
            self._calls.append(job._close)
        while self._queue and len(self._newcomers) + len(self._ring) < self._limit:
            seated = self._queue.popleft()
            seated.state = "running"
            (self._newcomers if seated._turns < FIRST_TURNS else self._ring).append(seated)
        self._news.notify_all()

    def _look_around(self) -> float | None:
        """Forget and abandon who is due, and return the seconds until somebody else will be."""
        now, nearest = self._clock(), None
        for job in list(self._jobs.values()):
            untouched = now - job._touched
            if untouched >= self._forgotten_after:
                del self._jobs[job.id]
                self._move(job, "stopped")
                continue
            due = self._forgotten_after
            if job.state in ("queued", "running"):
                if untouched >= self._abandoned_after:
                    self._move(job, "abandoned")
                else:
                    due = min(due, self._abandoned_after)
            nearest = due - untouched if nearest is None else min(nearest, due - untouched)
        return nearest

    def _wake(self) -> None:
        if self._closed:
            raise RuntimeError("the pool is closed")
        if self._worker is None:
            self._worker = threading.Thread(target=self._work, name="gramlib-jobs", daemon=True)
            self._worker.start()
        self._news.notify_all()

    def _work(self) -> None:
        while True:
            job = call = None
            with self._lock:
                until_due = self._look_around()
                while not (self._calls or self._newcomers or self._ring):
                    if self._closed:
                        return
                    self._news.wait(until_due)
                    until_due = self._look_around()
                if self._calls:
                    call = self._calls.popleft()
                else:
                    line = self._newcomers or self._ring
                    job = line[0]
                    line.rotate(-1)
            if call is not None:
                call()
            elif job is not None:
                self._turn(job)

    def _turn(self, job: Job) -> None:
        step = error = None
        try:
            step = job._compute_step()
        except StopIteration:
            pass
        except BaseException as raised:  # whatever it is, it is this job's own: the others go on
            error = raised
        with self._lock:
            if job.state in OVER:
                return
            if step is None:
                job.error = error
                self._move(job, "finished" if error is None else "failed")
                return
            job._keep(step)
            if job in self._newcomers and job._turns >= FIRST_TURNS:
                self._newcomers.remove(job)
                self._ring.append(job)
