"""Many people's transfers on one machine: one worker thread, one step per job in a ring.

One thread does all the arithmetic, because two that share the cores are slower than one after the other, and because a
turn of one step is short: thirty pictures all move, and nobody waits for a stranger's to finish.
"""

from __future__ import annotations

import contextlib
import functools
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from gramlib.job import OVER, Job, close, differ, from_jpeg, to_jpeg
from gramlib.record import LONGEST_HISTORY

if TYPE_CHECKING:  # PyTorch is loaded by whoever makes the steps, not by this module
    from torch import Tensor

    from gramlib.job import Steps
    from gramlib.transfer import Step, TransferSettings

__all__ = ["FIRST_TURNS", "LONGEST_HISTORY", "Job", "JobPool", "to_jpeg"]

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

FIRST_TURNS = 3  # of a new job, before all others': its picture moves at once, even in a full room
LONGEST_WAIT = 1.5  # times the number of jobs in turns: who has waited so long goes before a newcomer


class JobPool:
    """Runs jobs in turns, on a thread that starts with the first of them and sleeps when there is nothing to do.

    A job of H·W pixels keeps, with the layers that TransferSettings names: as long as it may go on, at most 37 pictures
    of 12·H·W bytes, most of them what L-BFGS remembers, and three sets of Gram matrices of 2.5 MB; when it is over, 4
    pictures and as many Grams; always, 513 entries of history, 0.5 MB, and 64 saved JPEGs, which for a stylised picture
    of 256 × 256 are 3 MB together and for noise 10 MB. That is 40 MB at 256 × 256 pixels, 14 when it is over; 130 MB
    at 512 × 512.

    limit             seats: how many jobs take turns at the same time. Those past it wait in a queue
    clock             seconds that only grow
    encode, decode    make the bytes of `Job.frame` from a Step, and a picture from those
    abandoned_after   seconds untouched, after which a job loses its seat or its place until it is touched
    forgotten_after   seconds untouched, after which the pool stops a job and drops it, whatever its state
    """

    def __init__(
        self,
        limit: int = 32,
        *,
        clock: Callable[[], float] = time.monotonic,
        encode: Callable[[Step], bytes] = to_jpeg,
        decode: Callable[[bytes], Tensor] = from_jpeg,
        abandoned_after: float = 60.0,
        forgotten_after: float = 600.0,
    ) -> None:
        self._limit = limit
        self._clock = clock
        self._encode = encode
        self._decode = decode
        self._abandoned_after = abandoned_after
        self._forgotten_after = forgotten_after
        # One lock for all states, held for moments and never while a step is computed or a frame is encoded
        self._lock = threading.RLock()
        self._news = threading.Condition(self._lock)
        self._jobs: dict[str, Job] = {}
        self._queue: deque[Job] = deque()
        # The seats: the front of a line has the next turn, newcomers before the ring
        self._newcomers: deque[Job] = deque()
        self._ring: deque[Job] = deque()  # and who is paused and has one turn to come
        self._turns = 0
        self._calls: deque[Callable[[], object]] = deque()
        self._worker: threading.Thread | None = None
        self._closed = False

    def start(self, make_steps: Callable[..., Steps], settings: TransferSettings | None = None) -> Job:
        """Return a new job.

        make_steps   called on the worker, at the job's first turn: make_steps(). When the job is revived it is called
                     again, with a gramlib.transfer.Change unless there is nothing to say: make_steps(change) gives the
                     steps from what that says; hand it to gramlib.transfer's `change`
        settings     those that make_steps() uses
        """
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
                if job.state not in OVER:
                    self._move(job, "stopped")
            self._jobs.clear()
            self._news.notify_all()
        if self._worker is not None:
            self._worker.join(timeout)

    def _move(self, job: Job, state: str) -> None:
        """Give a job another state, and everybody the seat or place that follows from it. Nothing else does."""
        for line in (self._queue, self._newcomers, self._ring):
            if job in line:
                line.remove(job)
        job.state = state
        if state == "queued":
            self._queue.append(job)
        elif state in OVER:
            job._line += 1
            steps, job._steps = job._steps, None
            if steps is not None:
                self._calls.append(functools.partial(close, steps))
        while self._queue and len(self._newcomers) + sum(seat.state == "running" for seat in self._ring) < self._limit:
            seated = self._queue.popleft()
            seated.state, seated._last_turn = "running", self._turns
            (self._newcomers if seated._turns < FIRST_TURNS else self._ring).append(seated)
        if job._waits_for_one_turn():
            self._let_in_once(job)
        self._news.notify_all()

    def _let_in_once(self, job: Job) -> None:
        """Let a paused job into the ring for one turn, or for one and a look; it takes no seat."""
        if job not in self._ring:
            job._last_turn = self._turns
            self._ring.append(job)
            self._news.notify_all()

    def _look_around(self) -> float | None:
        """Forget and abandon who is due, and return the seconds until somebody else will be."""
        now, nearest = self._clock(), None
        for job in list(self._jobs.values()):
            untouched = now - job._touched
            if untouched >= self._forgotten_after:
                del self._jobs[job.id]
                if job.state not in OVER:
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
                    job = self._next()
            if call is not None:
                call()
            elif job is not None:
                self._turn(job)

    def _next(self) -> Job:
        """Return whose turn it is: a newcomer's, unless somebody in the ring has waited too long."""
        line, jobs = self._newcomers or self._ring, len(self._newcomers) + len(self._ring)
        self._turns += 1
        if self._ring and self._turns - self._ring[0]._last_turn >= LONGEST_WAIT * jobs:
            line = self._ring
        job = line[0]
        line.rotate(-1)
        job._last_turn = self._turns
        return job

    def _turn(self, job: Job) -> None:
        step = error = jpeg = None
        with self._lock:
            if job not in self._newcomers and job not in self._ring:
                return  # stopped or paused just now
            line, (steps, said) = job._line, job._next_words()
        try:
            step = job._compute_step(line, steps, said)
        except StopIteration:
            pass
        except BaseException as raised:  # whatever it is, it is this job's own: the others go on
            error = raised
        if step is not None and job._record.wants_frame:
            with contextlib.suppress(Exception):  # what cannot be encoded is not saved
                jpeg = self._encode(step)
        with self._lock:
            if job._line != line:  # stopped, rewound or restarted meanwhile
                if step is None:
                    job._steps = None
                return
            if step is None:
                if error is not None:  # revived, it shall not fail of the same words again
                    job.settings, job._style = job._accepted
                job.error = error
                self._move(job, "finished" if error is None else "failed")
                return
            if differ(job._told, job._accepted):
                job._record.judge_anew()
                job._accepted = job._told
            job._show(step, job._record.keep(step, jpeg, again=getattr(said, "look", False)))
            job._turns += 1
            if job in self._newcomers and job._turns >= FIRST_TURNS:
                self._newcomers.remove(job)
                self._ring.append(job)
            if job.state == "paused" and job in self._ring and not job._waits_for_one_turn():
                self._ring.remove(job)
