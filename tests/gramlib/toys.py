"""Steps that compute nothing, pools that are held, and a clock that stands still, for the tests of pools and jobs."""

from __future__ import annotations

import concurrent.futures
import contextlib
import itertools
import threading
import time
from types import SimpleNamespace

from gramlib.calls import Call
from gramlib.jobs import JobPool

LONG = 20.0  # seconds that nothing here takes unless it is broken
WORKING = ("gramlib-jobs", "gramlib-steps_0")  # the threads on which steps are made, here and on a worker


def toy_step(iteration):
    return SimpleNamespace(iteration=iteration, total=1 / iteration, losses={"relu1_1": 2 / iteration})


class Clock:
    def __init__(self):
        self.now, self.readings = 0.0, 0

    def __call__(self):
        self.readings += 1
        return self.now


def making(clock, begin):
    """What makes pools of a kind, and closes them."""
    pools = []

    def make(limit=1000, **options):
        options = {"clock": clock, "encode": lambda step: b"%d" % step.iteration, **options}
        pools.append(begin(limit, **options))
        return pools[-1]

    yield make
    for pool in pools:
        threads = [lane.thread for lane in pool._lanes if lane.thread]
        assert begin is JobPool or len(threads) == 2, "the worker was lost on the way"
        pool.close(LONG)
        assert not any(thread.is_alive() for thread in threads), "a thread was left behind"


class Toy:
    """Makes steps, and keeps a log of its turns that others may share."""

    def __init__(self, name="toy", steps=None, log=None):
        self.name, self.steps = name, steps
        self.log = [] if log is None else log
        self.received, self.closed_on = [], None
        self.stepped = threading.Semaphore(0)
        self.frozen, self.go = threading.Event(), threading.Event()
        self.go.set()

    def __call__(self):
        try:
            for iteration in itertools.count(1) if self.steps is None else range(1, self.steps + 1):
                if not self.go.is_set():
                    self.frozen.set()
                    assert self.go.wait(LONG)
                self.log.append(self.name)
                self.stepped.release()
                received = yield toy_step(iteration)
                if received is not None:
                    self.received.append((iteration, received))
        finally:
            self.closed_on = threading.current_thread().name

    def freeze(self):
        """Return when it is in the middle of a step, where it stays until `go` is set."""
        self.frozen.clear()
        self.go.clear()
        assert self.frozen.wait(LONG)

    def wait_for_step(self):
        assert self.stepped.acquire(timeout=LONG), f"{self.name} got no turn"


@contextlib.contextmanager
def held(pool):
    """Keep the worker from taking turns, so that what happens inside happens at once."""
    holding, go = [], threading.Event()

    def hold():
        holding.append(threading.current_thread())
        assert go.wait(LONG)

    done = between_turns(pool, hold)
    wait_until(lambda: len(holding) == len(done))
    try:
        yield
    finally:
        go.set()
        concurrent.futures.wait(done, LONG)


def between_turns(pool, function):
    """Have a function called between two turns wherever there are turns; return a future for each."""
    calls = [Call(function, lambda call: None) for _ in pool._lanes]
    with pool._lock:
        for lane, call in zip(pool._lanes, calls, strict=True):
            lane.turns.call(call)
        pool._wake()
    return calls


def settle(pool):
    """Return when everything asked of the worker before is done."""
    for done in between_turns(pool, lambda: None):
        done.result(LONG)


def alike(error, other):
    """Whether it is the same error, which may have travelled."""
    return type(error) is type(other) and error.args == other.args


def wait_until(condition, longest=LONG):
    deadline = time.monotonic() + longest
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)
