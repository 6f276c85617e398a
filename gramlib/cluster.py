"""The one module that knows Dask: how workers are found by their scheduler, how they are asked, and what one is.

Workers are asked straight, not through the scheduler and not as tasks: a step has its place in a JobPool's turns, not
in Dask's. Whoever reaches the scheduler can have its workers do anything: it belongs in a network that one trusts.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import pickle
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from gramlib.studio import Studio

SECONDS = 5.0  # that the scheduler is given for an answer
SWEEP_EVERY = 10.0  # seconds

# Dask looks a hundred times a second at what its threads do, and fifty times whether its loop turns. Two threads that
# make a step together wait whenever one of them is held up by that: at 192 px a step took a fifth longer
QUIET = {"distributed.worker.profile.enabled": False, "distributed.admin.tick.interval": "1s"}


class Cluster:
    """What a JobPool needs of a scheduler and its workers; its methods may be called from any thread.

    scheduler   such as tcp://192.168.1.7:8786
    seconds     that it is given to be found
    raises      OSError where nobody answers there, ImportError where distributed is not installed
    """

    def __init__(self, scheduler: str, seconds: float = SECONDS) -> None:
        self._client = _client(scheduler, seconds)
        self._loop: asyncio.AbstractEventLoop = self._client.loop.asyncio_loop

    def workers(self) -> dict[str, str]:
        """The addresses of the workers that the scheduler knows, and their names; raises OSError."""
        found = self._send(self._client.scheduler.identity).result(2 * SECONDS)
        return {address: str(worker["name"]) for address, worker in found["workers"].items()}

    def ask(self, worker: str, request: bytes, *, waits: bool) -> Future[bytes]:
        """Ask a worker's Studio what `asking` has written down; `answered` reads what it says. The future's error is
        one of the way there.

        waits   until what was asked before it is done: whatever has to do with steps
        """
        send = getattr(self._client.rpc(worker), "gramlib_step" if waits else "gramlib_look")
        return self._send(functools.partial(send, request=request), None)

    def close(self) -> None:
        self._client.close(timeout=SECONDS)

    def _send(self, send: Callable[[], Awaitable[Any]], seconds: float | None = SECONDS) -> Future[Any]:
        async def sent() -> Any:
            return await asyncio.wait_for(send(), seconds)

        return asyncio.run_coroutine_threadsafe(sent(), self._loop)


def _client(scheduler: str, seconds: float) -> Any:
    import dask
    from distributed import Client

    dask.config.set(QUIET)
    for name in ("distributed.client", "distributed.comm", "distributed.core"):  # the pool says what has happened
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return Client(scheduler, timeout=seconds, set_as_default=False, direct_to_workers=True)


def asking(method: str, arguments: Mapping[str, Any]) -> bytes:
    """What a Studio is asked, as it travels; raises what pickle raises where something cannot."""
    from distributed.protocol.pickle import dumps

    return bytes(dumps((method, dict(arguments))))


def answered(answer: bytes) -> Any:
    """What a Studio has said: its result, or its error, which is raised."""
    error, value = pickle.loads(answer)
    if error is not None:
        raise error
    return value


class _Door:
    """What a worker does when it is asked: its Studio's steps one after the other, looks beside them."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._stepping = ThreadPoolExecutor(1, "gramlib-steps")
        self._looking = ThreadPoolExecutor(2, "gramlib-looks")
        self.handlers = {"gramlib_step": self._step, "gramlib_look": self._look}

    async def _step(self, request: bytes) -> bytes:
        return await asyncio.get_running_loop().run_in_executor(self._stepping, self._answer, request)

    async def _look(self, request: bytes) -> bytes:
        return await asyncio.get_running_loop().run_in_executor(self._looking, self._answer, request)

    async def sweep(self) -> None:
        """Close what was begun for pools that are gone, from time to time."""
        while True:
            await asyncio.sleep(SWEEP_EVERY)
            await asyncio.get_running_loop().run_in_executor(self._stepping, self._studio.close_of_the_gone)

    def _answer(self, request: bytes) -> bytes:
        from distributed.protocol.pickle import dumps

        told: tuple[BaseException | None, Any]
        try:
            method, arguments = pickle.loads(request)
            told = None, getattr(self._studio, method)(**arguments)
        except BaseException as error:
            told = error.with_traceback(None), None
        try:
            return bytes(dumps(told))
        except Exception as error:  # what went wrong cannot travel
            return pickle.dumps((RuntimeError(f"{told[0] or error!r}"), None))


async def work(scheduler: str, studio: Studio, *, name: str | None = None, begun: Callable[[], object] = int) -> None:
    """Be a worker of this scheduler until it goes; `begun` is told when it has been found. Raises OSError, or what
    Dask raises where nobody answers.
    """
    import dask
    from distributed import Worker

    dask.config.set(QUIET)
    door = _Door(studio)
    with tempfile.TemporaryDirectory() as folder:
        worker = Worker(
            scheduler,
            nthreads=1,
            name=name,
            memory_limit=0,  # else Dask pauses it where the network and the pictures fill most of the memory
            dashboard=False,
            local_directory=folder,
            death_timeout=SECONDS,
        )
        worker.handlers.update(door.handlers)
        async with worker:
            begun()
            sweeping = asyncio.create_task(door.sweep())
            try:
                await worker.finished()
            finally:
                sweeping.cancel()
