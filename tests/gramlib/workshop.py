"""A scheduler and its workers in this process: a test's steps are made by a worker, behind real sockets, and can be
watched from the test all the same.
"""

from __future__ import annotations

import asyncio
import itertools
import threading
import weakref
from functools import cache, partial

from gramlib.cluster import Cluster, work
from gramlib.studio import Studio, versions
from gramlib.vgg import VGG
from gramlib.workers import WorkerPool

LONG = 20.0  # seconds that nothing here takes unless it is broken


class Workshop:
    """A scheduler, or one that is elsewhere, and the workers that are added: each with a Studio of its own."""

    def __init__(self, address=None):
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, name="workshop", daemon=True).start()
        self.address = address or self.run(self._begin()).address
        self.working = {}

    def run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(LONG)

    async def _begin(self):
        from distributed import Scheduler

        return await Scheduler(host="127.0.0.1", port=0, dashboard=False, dashboard_address=":0")

    def add(self, name, studio=None):
        """Begin a worker, and return when the scheduler knows it."""
        begun = threading.Event()
        coroutine = work(self.address, studio or Studio(), name=name, begun=begun.set)
        self.working[name] = asyncio.run_coroutine_threadsafe(coroutine, self.loop)
        assert begun.wait(LONG)

    def remove(self, name):
        self.working.pop(name).cancel()


class Shared:
    """A Cluster that many pools use one after the other; none of them closes it."""

    def __init__(self, cluster):
        self.workers, self.ask = cluster.workers, cluster.ask

    def close(self):
        pass


@cache
def workshop():
    """One with one worker, for all tests of this process."""
    made = Workshop()
    # on the CPU also where there is a GPU: there the same input gives the same steps
    made.add("the worker", Studio(lambda architecture, pooling: VGG(architecture, pooling, device="cpu")))
    return made


@cache
def shared():
    return Shared(Cluster(workshop().address))


_THINGS, _NUMBERS = weakref.WeakValueDictionary(), itertools.count()


def _thing(number):
    return _THINGS[number]


class Same:
    """Makes steps by somebody else, and is the very same after a journey: what it makes can be watched from here."""

    def __init__(self, make_steps):
        self.make_steps, self.number = make_steps, next(_NUMBERS)
        _THINGS[self.number] = self

    def __call__(self, *arguments):
        return self.make_steps(*arguments)

    def __reduce__(self):
        return _thing, (self.number,)


class FarPool(WorkerPool):
    """A WorkerPool whose steps are made by the workers of this process.

    asked_while_locked   what a worker was asked for while everybody else waited for the pool's lock: nothing, ever. One
                         that falls silent just then would hold up all of them, and the pool could not even lose it
    """

    def __init__(self, *arguments, **keywords):
        self.asked_while_locked = []
        super().__init__(*arguments, **keywords)

    def start(self, make_steps, *arguments, **keywords):
        return super().start(Same(make_steps), *arguments, **keywords)

    def close(self, timeout=None):
        super().close(timeout)
        assert self.asked_while_locked == []

    def _welcome(self, lane):
        lane.ask = partial(self._ask, lane.ask)
        super()._welcome(lane)

    def _ask(self, ask, method, arguments, seconds=None):
        if self._lock._is_owned():
            self.asked_while_locked.append((method, arguments.get("name")))
        return ask(method, arguments, seconds)


def far_pool(limit=32, *, workers=1, connect=shared, **options):
    """A pool that has found its workers."""
    options = {"versions": versions(), "say": str, **options}
    pool = FarPool(connect, limit, **options)
    with pool._news:
        assert pool._news.wait_for(lambda: len(pool._far) == workers, LONG)
    return pool
