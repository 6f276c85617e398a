"""Many people's transfers on one machine: one worker thread, one step per job in a ring, coarse steps before fine ones.

One thread does all the arithmetic, because two that share the cores are slower than one after the other, and because a
turn of one step is short: thirty pictures all move, and nobody waits for a stranger's to finish.
"""

from __future__ import annotations

import contextlib
import functools
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from gramlib.calls import Call, in_words
from gramlib.errors import GramlabError
from gramlib.job import Job, Keeper, from_jpeg, to_jpeg
from gramlib.lane import Lane, LaneLost
from gramlib.outlook import FIRST, Company, Pace, Stretch, Work, time_left
from gramlib.run import Ahead, Run, Turn, close
from gramlib.turns import FIRST_TURNS

if TYPE_CHECKING:  # PyTorch is loaded by whoever makes the steps, not by this module
    from torch import Tensor

    from gramlib.run import Steps
    from gramlib.transfer import Step, TransferSettings

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class JobPool:
    """Runs jobs in turns, on a thread that starts with the first of them and sleeps when there is nothing to do.

    A job of H·W pixels keeps, with the layers that TransferSettings names: as long as it may go on, at most 37 pictures
    of 12·H·W bytes, most of them what L-BFGS remembers, and three sets of Gram matrices of 2.5 MB; when it is over, 4
    pictures and as many Grams; always, 513 entries of history, 0.5 MB, and 64 saved JPEGs, which for a stylised picture
    of 256 × 256 are 3 MB together and for noise 10 MB. That is 40 MB at 256 × 256 pixels, 14 when it is over; 130 MB
    at 512 × 512; a job that has not had its first turn keeps nothing. There are at most 128 jobs, and none is started
    where 96 of them may go on.

    limit             seats: how many jobs take turns at the same time. Those past it wait in a queue
    clock             seconds that only grow
    encode, decode    make the bytes of `Job.frame` from a Step, and a picture from those
    abandoned_after   seconds untouched, after which a job loses its seat or its place until it is touched
    forgotten_after   seconds untouched, after which the pool stops a job that may go on, and drops it
    over_for          seconds untouched, after which it drops one that is over: a laptop may be closed over lunch
    waiting           how many jobs there may be beside the seats, queued, paused or abandoned; then `start` refuses
    over              how many jobs that are over are kept at most, of all people
    own               how many jobs one owner has at most that may go on, and how many that are over: enough for a
                      transfer, the five of a ladder, and two more
    failed            told why a job has failed, and whose it is, before the job says so; on the worker, under no lock
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
        over_for: float = 3600.0,
        waiting: int = 64,
        over: int = 32,
        own: int = 8,
        failed: Callable[[BaseException, Hashable | None], object] = lambda error, owner: None,
    ) -> None:
        self._clock = clock
        self._failed = failed
        self._encode = encode
        self._abandoned_after = abandoned_after
        self._forgotten_after, self._over_for = forgotten_after, over_for
        self._seats, self._waiting, self._most_over, self._most_own = limit, waiting, over, own
        # One lock for all states, held for moments and never while a step is computed or a frame is encoded
        self._lock = threading.RLock()
        self._news = threading.Condition(self._lock)
        self._jobs: dict[str, tuple[Job, Run]] = {}  # in the order in which they were started
        self._here = Lane("gramlib-jobs", limit)
        self._lanes = [self._here]
        self._lane_of: WeakKeyDictionary[Run, Lane] = WeakKeyDictionary()
        self._closed = False
        place, company = self._place, self._company
        self._keeper = Keeper(self._lock, clock, encode, decode, self._keeps, self._move, self._visit, place, company)

    def start(
        self,
        make_steps: Callable[..., Steps],
        settings: TransferSettings | None = None,
        *,
        owner: Hashable | None = None,
        ahead: Ahead | None = None,
    ) -> Job:
        """Return a new job.

        make_steps   called on the worker, at the job's first turn: make_steps(). When the job is revived it is called
                     again, with a gramlib.transfer.Change unless there is nothing to say: make_steps(change) gives the
                     steps from what that says; hand it to gramlib.transfer's `change`
        settings     those that make_steps() uses
        owner        whose it is. Of one owner's jobs past `own` the oldest is stopped, and of those over the one that
                     was untouched longest forgotten. Nobody's running job makes room for another owner's
        ahead        for Job.company: ahead(settings, iteration) → [(pixels, steps)] that are to come after so many
                     steps, in their order. Called under the lock. Without it, all steps are taken to be as the newest
        raises       GramlabError when as many jobs as there is room for run or wait, and none is abandoned
        """
        with self._lock:
            self._wake()
            self._forget_untouched()
            self._make_room(owner)
            run = Run(make_steps, settings, owner, self._clock(), ahead)
            job = Job(run, self._keeper)
            self._jobs[job.id] = (job, run)
            self._move(run, "queued")
        return job

    def get(self, job_id: str) -> Job | None:
        """Return the job with this id, or None if there is none, or none any more."""
        with self._lock:
            self._forget_untouched()
            job, _ = self._jobs.get(job_id, (None, None))
            return job

    def states(self) -> dict[str, int]:
        """Return how many of the jobs that are kept are in which state, those that are over included."""
        with self._lock:
            self._forget_untouched()
            return dict(Counter(job.state for job, _ in self._jobs.values()))

    @property
    def engine(self) -> dict[str, Any] | None:
        """How the workers are, see gramlib.workers.WorkerPool; None for a pool that has none."""
        return None

    def compute(
        self, function: Callable[Parameters, Result], *arguments: Parameters.args, **keywords: Parameters.kwargs
    ) -> Future[Result]:
        """Call a function on the worker; the future gets its result or its exception.

        While jobs take turns, one call is made between two turns, in the order in which they were asked for. Whoever
        does not wait any more withdraws the call with the future's `cancel`: it then costs nobody anything.
        """
        call = Call(functools.partial(function, *arguments, **keywords), self._withdraw)
        if threading.current_thread() is self._here.thread:
            call.make()  # queued, it would wait for itself
            return call
        with self._lock:
            self._wake()
            self._here.turns.call(call)
        return call

    def idle(self, timeout: float | None = None) -> bool:
        """Wait until nothing is computed and nothing waits for it; return whether that came true within the seconds.

        A running job is never idle, one that is paused or over is. Not to be called on the worker.
        """
        with self._news:
            return self._news.wait_for(
                lambda: all(not lane.is_busy and lane.turns.are_over and not lane.to_close for lane in self._lanes),
                timeout,
            )

    def close(self, timeout: float | None = None) -> None:
        """Stop all jobs, compute what was asked to be computed, end the worker, and wait for that."""
        with self._lock:
            self._closed = True
            for _, run in self._jobs.values():
                if not run.is_over:
                    self._move(run, "stopped")
            self._jobs.clear()
            self._news.notify_all()
        for lane in self._lanes:
            if lane.thread is not None:
                lane.thread.join(timeout)

    # ------------------------------------------------------------------------------------------- states, under the lock

    def _keeps(self, run: Run) -> bool:
        return any(kept is run for _, kept in self._jobs.values())

    def _move(self, run: Run, state: str) -> None:
        """Give a run another state, and everybody the seat or place that follows from it. Nothing else does."""
        lane = self._at(run)
        lane.turns.leave(run)
        run.state = state
        if state == "queued":
            lane.turns.join(run, _first_turns(run.ahead if run.knows_its_way else (), run.turns))
        elif run.is_over:
            self._end(run)
        self._admit(lane)
        if run.waits_for_one_turn:
            self._visit(run)
        self._balance()
        self._news.notify_all()

    def _balance(self) -> None:
        """Let jobs go to where there is more room; with one lane there is no such place."""

    def _admit(self, lane: Lane) -> None:
        for admitted in lane.turns.admit():
            admitted.state = "running"

    def _end(self, run: Run) -> None:
        if (steps := run.end()) is not None:
            self._at(run).to_close.append(steps)

    def _visit(self, run: Run) -> None:
        self._at(run).turns.visit(run)
        self._news.notify_all()

    def _place(self, run: Run) -> int:
        return self._at(run).turns.place(run)

    def _at(self, run: Run) -> Lane:
        """Where a run takes its turns: there its generator works."""
        lane = self._lane_of.get(run)
        if lane is None:
            lane = self._lane_of[run] = self._with_room()
            run.pace = Pace(lane.pace)
        return lane

    def _with_room(self) -> Lane:
        return self._here

    @property
    def _most(self) -> int:
        """How many jobs may go on."""
        return self._seats + self._waiting

    def _company(self, run: Run, instead: Sequence[Stretch] | None = None) -> Company | None:
        turns = self._at(run).turns
        seated, queued = turns.seated, turns.queued
        if instead is not None:  # it gives up its seat or its place, and who comes for it comes last
            seated, queued = ([one for one in line if one[0] is not run] for line in (seated, queued))
            queued.append((run, _first_turns(instead)))
        runs = [other for other, _ in (*seated, *queued)]
        if run not in runs:
            return None
        others = [other for other, _ in seated if other is not run]
        people = {other.owner for other in others if other.owner not in (None, run.owner)}
        count = len(people) + sum(other.owner is None for other in others)
        works = [
            _work(other, first_turns, instead if other is run else None) for other, first_turns in (*seated, *queued)
        ]
        known = [work for work in works if work is not None]
        if len(known) < len(works):
            return Company(count)
        times = time_left(known[: len(seated)], known[len(seated) :], runs.index(run), turns.seats)
        return Company(count, *times)

    def _make_room(self, owner: Hashable | None) -> None:
        """Stop and forget what is too much once another job of this owner comes; raise where there is no room."""
        if owner is not None:
            own = self._going_on(owner)
            for run in own[: max(0, len(own) + 1 - self._most_own)]:
                self._move(run, "stopped")
        going_on = self._going_on()
        if len(going_on) >= self._most:
            abandoned = min((run for run in going_on if run.state == "abandoned"), key=_touched, default=None)
            if abandoned is None:
                message = f"{len(going_on)} transfers run or wait, and there is room for no more: try again later."
                raise GramlabError("jobs_full", message, count=len(going_on))
            self._move(abandoned, "stopped")
        newest_first = reversed([run for _, run in self._jobs.values() if run.is_over])
        over = sorted(newest_first, key=_touched, reverse=True)
        own_over = [run for run in over if owner is not None and run.owner == owner]
        for run in {*over[self._most_over :], *own_over[self._most_own :]}:
            self._forget(run)

    def _going_on(self, owner: Hashable | None = None) -> list[Run]:
        """The runs that are not over, of all people or of one, the oldest first."""
        runs = [run for _, run in self._jobs.values() if not run.is_over]
        return runs if owner is None else [run for run in runs if run.owner == owner]

    def _forget(self, run: Run) -> None:
        self._jobs = {job_id: kept for job_id, kept in self._jobs.items() if kept[1] is not run}
        if not run.is_over:
            self._move(run, "stopped")

    def _forget_untouched(self) -> float | None:
        """Forget and abandon who is due, and return the seconds until somebody else will be."""
        now, nearest = self._clock(), None
        for _, run in list(self._jobs.values()):
            untouched = now - run.touched
            due = self._over_for if run.is_over else self._forgotten_after
            if untouched >= due:
                self._forget(run)
                continue
            if run.state in ("queued", "running"):
                if untouched >= self._abandoned_after:
                    self._move(run, "abandoned")
                else:
                    due = min(due, self._abandoned_after)
            nearest = due - untouched if nearest is None else min(nearest, due - untouched)
        return nearest

    def _withdraw(self, call: Call[Any]) -> None:
        with self._lock:
            if self._here.turns.withdraw(call):
                call.set_running_or_notify_cancel()  # whoever else waits for it learns of it

    def _wake(self) -> None:
        if self._closed:
            raise RuntimeError("the pool is closed")
        for lane in self._lanes:
            self._begin(lane)
        self._news.notify_all()

    def _begin(self, lane: Lane) -> None:
        if lane.thread is None:
            lane.thread = threading.Thread(target=self._work, args=(lane,), name=lane.name, daemon=True)
            lane.thread.start()

    # ----------------------------------------------------------------------------------------------------- the worker

    def _work(self, lane: Lane) -> None:
        while (work := self._next_work(lane)) is not None:
            work()
            del work  # what it holds is not to be kept until there is other work

    def _next_work(self, lane: Lane) -> Callable[[], None] | None:
        """Wait for what is to be done next on a lane and return it; None when the pool is closed and all is done."""
        with self._news:
            while True:
                lane.is_busy = True
                until_due = self._forget_untouched()
                if lane.to_close:
                    return functools.partial(close, lane.to_close.popleft())
                while (call := lane.turns.next_call()) is not None:
                    if call.set_running_or_notify_cancel():
                        make: Callable[[], None] = call.make
                        return make
                if (run := lane.turns.next_turn()) is not None:
                    return functools.partial(self._take_turn, lane, run, run.begin_turn())
                lane.is_busy = False
                self._news.notify_all()
                if self._closed or lane.is_over:
                    return None
                self._news.wait(until_due)

    def _take_turn(self, lane: Lane, run: Run, turn: Turn) -> None:
        try:
            self._step(lane, run, turn)
        except Exception as error:  # of ours, in keeping what was computed: the worker goes on, and so do the others
            self._fail(lane, run, turn, error)

    def _step(self, lane: Lane, run: Run, turn: Turn, *, is_last: bool = False) -> None:
        begun = time.perf_counter()
        step, error = _computed(lane, turn)
        jpeg = last = None
        if step is not None and not turn.saves:
            jpeg = lane.file_of(step)
        elif step is not None:
            with contextlib.suppress(Exception):  # what cannot be encoded is not saved
                jpeg = self._encode(step)
        if error is not None:
            self._fail(lane, run, turn, error)
            return
        with self._lock:
            if not run.is_wanted(turn):
                self._drop(lane, run, turn, ended=step is None)
            elif step is None:
                self._move(run, "finished")
            else:
                run.keep(turn, step, jpeg, time.perf_counter() - begun)
                if run.waits_for_one_turn:
                    self._visit(run)
                elif run.state == "running" and run.has_all_its_steps and not is_last:
                    last = run.begin_turn()  # it computes nothing, and in a full room its turn would be long in coming
        if last is not None:
            self._step(lane, run, last, is_last=True)

    def _drop(self, lane: Lane, run: Run, turn: Turn, *, ended: bool) -> None:
        if (left_over := run.drop(turn, ended=ended)) is not None:
            lane.to_close.append(left_over)

    def _fail(self, lane: Lane, run: Run, turn: Turn, error: BaseException) -> None:
        if isinstance(error, LaneLost):
            with self._lock:
                self._lose(lane)
            return
        if run.is_wanted(turn):
            with contextlib.suppress(Exception):  # whoever is told may fail, too
                self._failed(error, run.owner)
        with self._lock:
            if run.is_wanted(turn):
                run.fail(error)
                self._move(run, "failed")
            else:
                self._drop(lane, run, turn, ended=True)

    def _lose(self, *lost: Lane) -> None:
        """Nothing can be computed on these lanes any more; the one here is never lost."""


def _computed(lane: Lane, turn: Turn) -> tuple[Step | None, BaseException | None]:
    """The step of a turn, or why there is none; neither after the last."""
    try:
        return lane.step(turn), None
    except StopIteration:
        return None, None
    except BaseException as error:  # whatever it is, it is this job's own: the others go on
        # the job keeps the error, but not the pictures that the functions on its way had in hand
        trace = error.__traceback__ and error.__traceback__.tb_next
        traceback.clear_frames(trace)
        return None, in_words(error.with_traceback(trace))


def _work(run: Run, first_turns: int, instead: Sequence[Stretch] | None = None) -> Work | None:
    """What a run, or another in its place, has to do, at its pace; None if nothing is known of what steps cost."""
    stretches, at = [], run.works_at if instead is None else None
    for pixels, steps in run.ahead if instead is None else instead:
        seconds = run.pace.seconds(pixels, steps)
        if seconds is None:
            return None
        if pixels is not None and pixels != at and steps:
            stretches.append((FIRST * seconds, 1))
            steps -= 1
        stretches.append((seconds, steps))
        at = pixels
    return Work(stretches, first_turns)


def _first_turns(ahead: Sequence[tuple[int | None, int]], taken: int = 0) -> int:
    """How many turns somebody who comes has before those who sit: the first few, and all at coarse scales.

    They cost least and change most: so thirty people who come one after the other all have a picture worth showing
    before the first of them has every detail.
    """
    return max(0, FIRST_TURNS - taken, sum(steps for _, steps in ahead[:-1]))


def _touched(run: Run) -> float:
    return run.touched
