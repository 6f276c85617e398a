"""A JobPool whose steps are made on other machines: the workers of a Dask scheduler, each with turns of its own.

All that is known of a job is known here: state, history, saved pictures. So a worker that is lost takes nothing along
but the work since the last picture that came from it, and whoever asks a job or steers it cannot tell where it is made.
"""

from __future__ import annotations

import contextlib
import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from typing import TYPE_CHECKING, Any, Protocol

from gramlib.job import shown_again
from gramlib.lane import Lane, LaneLost
from gramlib.pool import JobPool
from gramlib.run import Moved, Run, Turn
from gramlib.studio import different_versions

if TYPE_CHECKING:
    from gramlib.transfer import Step

ONE_AT_A_TIME = ("step", "close")  # of Studio's methods: those that have to do with PyTorch
LOOK_EVERY = 0.5  # seconds, for workers that come and go
TRY_EVERY = 3.0  # seconds, for a scheduler that does not answer
PATIENCE = 3.0  # seconds that a worker that comes is given to answer
SILENT = 10.0  # seconds after which a worker that does not answer is taken for lost


class Workers(Protocol):
    """What is needed of an engine: see gramlib.cluster.Cluster."""

    def workers(self) -> dict[str, str]: ...
    def ask(self, worker: str, request: bytes, *, waits: bool) -> Future[bytes]: ...
    def close(self) -> None: ...


class FarLane(Lane):
    """Turns that are taken on a worker; a thread here waits for it.

    address   of the worker
    here      has something computed on this process's own lane, and waits for it
    """

    def __init__(
        self, worker: str, address: str, seats: int, cluster: Workers, here: Callable[..., Future[Any]]
    ) -> None:
        super().__init__(f"gramlib-jobs {worker}", seats)
        self.worker, self.address = worker, address
        self._cluster, self._here = cluster, here
        self._guest = secrets.token_hex(8)
        self._asked: set[Future[bytes]] = set()
        self._call: Future[bytes] | None = None
        self._heard = time.monotonic()

    def step(self, turn: Turn) -> Step:
        from gramlib.far import FarSteps

        if turn.steps is None:
            paint = getattr(turn.make_steps, "painting", None)
            begin = turn.make_steps if paint is None else self._here(paint, turn.message).result()
            message = turn.message if paint is None else None
            steps = FarSteps(self.ask, begin)
            turn.steps = steps  # type: ignore[assignment]
            return steps.take(message, saves=turn.saves)
        return turn.steps.take(turn.message, saves=turn.saves)  # type: ignore[attr-defined, no-any-return]

    def file_of(self, step: Step) -> bytes | None:
        return getattr(step, "file_at_hand", None)

    def ask(self, method: str, arguments: Mapping[str, Any], seconds: float | None = None) -> Any:
        """Ask the worker's Studio; raises LaneLost, and what the Studio raises."""
        from gramlib.cluster import answered, asking

        request = asking(method, {"guest": self._guest, **arguments})
        if self.is_over:
            raise LaneLost
        try:
            asked = self._cluster.ask(self.address, request, waits=method in ONE_AT_A_TIME)
        except Exception as error:
            raise LaneLost from error
        self._asked.add(asked)
        try:
            if self.is_over:  # lost meanwhile, by another thread
                raise LaneLost
            answer = asked.result(seconds)
        except (Exception, CancelledError) as error:
            asked.cancel()
            raise LaneLost from error
        finally:
            self._asked.discard(asked)
        return answered(answer)

    def hang_up(self) -> None:
        """Wait for no answer any more."""
        self.is_over = True
        for asked in (*self._asked, *([self._call] if self._call else [])):
            asked.cancel()

    def silent(self, now: float) -> bool:
        """Ask whether it is there, without waiting; return whether it has said nothing for too long."""
        from gramlib.cluster import asking

        if self._call is None or self._call.done():
            with contextlib.suppress(Exception):
                self._call = self._cluster.ask(self.address, asking("hear", {"guest": self._guest}), waits=False)
                self._call.add_done_callback(self._hear)
        return now - self._heard >= SILENT

    def _hear(self, call: Future[bytes]) -> None:
        if not call.cancelled() and call.exception() is None:
            self._heard = time.monotonic()


class WorkerPool(JobPool):
    """A JobPool that has its jobs' steps made by workers, and makes them here as long as there is none.

    connect    finds the workers: connect() as gramlib.cluster.Cluster, raises what it raises where nobody answers
    versions   what must be the same here and there
    say        told what has happened, in a line, such as to print it
    limit …    as for JobPool; each worker has so many seats
    """

    def __init__(
        self,
        connect: Callable[[], Workers],
        limit: int = 32,
        *,
        versions: Mapping[str, str],
        say: Callable[[str], object] = print,
        **options: Any,
    ) -> None:
        super().__init__(limit, **{"encode": _encode, **options})
        self._connect, self._versions, self._say = connect, versions, say
        self._refused: dict[str, tuple[str, str]] = {}  # by address: name, why
        self._mute: dict[str, float] = {}  # by address: since when a worker has not answered that the scheduler knows
        self._is_connected = self._is_carrying = False
        self._watching = threading.Thread(target=self._watch, name="gramlib-workers", daemon=True)
        self._watching.start()

    @property
    def engine(self) -> dict[str, Any]:
        """How the workers are, for whoever runs the server.

        scheduler   "connected" or "lost"
        workers     the names of those that take jobs
        refused     what is wrong with those that do not, by name
        """
        with self._lock:
            return {
                "scheduler": "connected" if self._is_connected else "lost",
                "workers": [lane.worker for lane in self._far],
                "refused": dict(self._refused.values()),
            }

    def close(self, timeout: float | None = None) -> None:
        super().close(timeout)
        self._watching.join(timeout)

    # ------------------------------------------------------------------------------------------- states, under the lock

    @property
    def _far(self) -> list[FarLane]:
        return [lane for lane in self._lanes if isinstance(lane, FarLane)]

    @property
    def _most(self) -> int:
        return self._seats * max(1, len(self._lanes) - 1) + self._waiting

    def _with_room(self) -> Lane:
        lanes: Sequence[Lane] = self._far or [self._here]
        return min(lanes, key=_count)

    def _balance(self) -> None:
        """Let a job go to where there is more room, if it gains by that; and all from here, if there are workers."""
        while self._far and not self._is_carrying:
            fullest: Lane = max(self._far, key=_count)
            if self._here.count:
                fullest = self._here
            elif fullest.count - self._with_room().count < 2:
                return
            # who has made the fewest steps loses least
            run = min((run for run, _ in (*fullest.turns.queued, *fullest.turns.seated)), key=lambda run: run.turns)
            self._carry(run)

    def _carry(self, run: Run) -> None:
        """Have a run's steps made at another lane from now on, from its newest picture that is at hand."""
        before, newest = self._at(run), run.record.newest
        self._is_carrying = True
        before.turns.leave(run)
        self._end(run)
        del self._lane_of[run]
        if not run.is_over and newest is not None:
            frame = run.record.filed if isinstance(before, FarLane) else run.record.nearest(newest.iteration)
            if frame is None:
                run.restart()
            else:
                run.rewind(frame, shown_again(frame, self._keeper.decode, lambda: _targets(newest)))
        if run.state in ("queued", "running"):
            self._move(run, "queued")
        elif run.waits_for_one_turn:
            self._visit(run)
        self._admit(before)
        self._is_carrying = False

    def _lose(self, *lost: Lane) -> None:
        lanes = [lane for lane in self._far if lane in lost]
        self._lanes = [lane for lane in self._lanes if lane not in lanes]
        for lane in lanes:
            lane.hang_up()
        runs = [run for _, run in self._jobs.values() if self._lane_of.get(run) in lanes]
        for run in runs:
            self._carry(run)
            if run.is_over:
                continue
            run.record.judge_anew()  # the best picture is gone with the place where it was made
            if run.record.newest is not None:
                to = "here" if self._at(run) is self._here else "elsewhere"
                run.moved = Moved(to, run.record.newest.iteration, self._clock())
        for lane in lanes:
            if not self._closed:
                self._say(f"{lane.worker} is lost.")
        self._balance()
        self._news.notify_all()

    # ------------------------------------------------------------------------------------------------- who watches them

    def _watch(self) -> None:
        told = False
        while not self._closed:
            cluster = None
            try:
                cluster = self._connect()
                self._is_connected, told = True, False
                self._say("The scheduler is found.")
                while not self._closed:
                    self._meet(cluster)
                    self._rest(LOOK_EVERY)
            except Exception as error:
                if not told and not self._closed:
                    self._say(
                        f"The scheduler does not answer ({error or type(error).__name__}): transfers are made here."
                    )
                told = True
            self._part(cluster)
            self._rest(TRY_EVERY)

    def _rest(self, seconds: float) -> None:
        with self._news:
            self._news.wait_for(lambda: self._closed, seconds)

    def _part(self, cluster: Workers | None) -> None:
        """The scheduler is gone, or the pool is closed."""
        if self._closed:  # what is to be closed on a worker is closed there
            for lane in self._far:
                if lane.thread is not None:
                    lane.thread.join(SILENT)
        with self._lock:
            self._is_connected = False
            self._lose(*self._far)
        if cluster is not None:
            with contextlib.suppress(Exception):
                cluster.close()

    def _meet(self, cluster: Workers) -> None:
        """Take in the workers that have come, and lose those that have gone; raises what `workers` raises."""
        found, now = cluster.workers(), time.monotonic()
        for lane in self._far:
            if lane.address not in found or lane.silent(now):
                with self._lock:
                    self._lose(lane)
        self._refused = {address: why for address, why in self._refused.items() if address in found}
        self._mute = {address: since for address, since in self._mute.items() if now - since < SILENT}
        known = {lane.address for lane in self._far} | self._refused.keys() | self._mute.keys()
        for address in found.keys() - known:
            self._welcome(FarLane(found[address], address, self._seats, cluster, self.compute))

    def _welcome(self, lane: FarLane) -> None:
        try:
            theirs = lane.ask("welcome", {"versions": dict(self._versions)}, PATIENCE)
            different = different_versions(theirs, self._versions)
        except LaneLost:
            self._mute[lane.address] = time.monotonic()  # not yet there, or no longer; it is asked again
            return
        except Exception as error:
            different = f"{type(error).__name__}: {error}"
        with self._lock:
            if self._closed:
                return
            if different:
                self._refused[lane.address] = (lane.worker, different)
                self._say(f"{lane.worker} is not used: {different}.")
                return
            self._lanes.append(lane)
            self._begin(lane)
            self._say(f"{lane.worker} makes steps from now on.")
            self._balance()
            self._news.notify_all()


def _count(lane: Lane) -> int:
    return lane.count


def _targets(step: Step) -> Mapping[str, Any]:
    """Without asking anybody: a lock is held."""
    at_hand = getattr(step, "targets_at_hand", None)
    return step.targets if at_hand is None else at_hand


def _encode(step: Step) -> bytes:
    from gramlib.far import encode

    return encode(step)
