"""What a browser asks of its running transfer, outside Streamlit: pictures, and Gram matrices on their way.

Only the browser that owns a job is answered (see kept.owns); for everybody else there is no such job, and to ask for
it does not keep it alive. Nothing is encoded or computed on the event loop: everybody in the room waits there.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Iterator
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gramlib.job import Job
from gramlib.run import OVER
from pages.lessons.style_transfer import downhill, kept, references, wire
from pages.ui.browsers import BROWSER
from pages.ui.compute import networks
from pages.ui.own_routes import API, route

LONGEST_WAIT = 2.0  # seconds that an answer is held back for something new
LOOK_EVERY = 0.02  # seconds

NO_JOB = Response(status_code=404)


def _job(request: Request) -> Job | None:
    """The job of the address, if it is this browser's; who asks for it looks at it, so it is not abandoned."""
    job = networks.jobs().get(request.path_params["job_id"])
    # a browser that keeps no cookies is told its mark by the page
    marks = request.cookies.get(BROWSER), request.headers.get("x-mark")
    if job is None or not any(kept.owns(mark, job) for mark in marks):
        return None
    job.touch()
    if (beside := kept.kept(job)) is not None and (left := networks.jobs().get(beside.left or "")) is not None:
        left.touch()  # it can be returned to
    return job


def _status(job: Job) -> dict[str, Any]:
    beside = kept.kept(job)
    if beside is None:
        return wire.status(job)
    return wire.status(job, beside.trunk, beside.count)


async def newest(request: Request) -> Response:
    """The newest picture of a job as JPEG, as soon as it is another one than `after`; its status in a header.

    204 with the status when nothing is new for a while or the job's state is no longer `state`; 404 for no such job.
    With `wait=0` the answer comes at once.
    """
    job = _job(request)
    if job is None:
        return NO_JOB
    after, state = request.query_params.get("after", ""), request.query_params.get("state", "")
    if request.query_params.get("wait") != "0":
        with _leaving(request) as left:
            loop = asyncio.get_running_loop()
            deadline = loop.time() + LONGEST_WAIT
            while job.state == state and str(job.sequence) == after and loop.time() < deadline and not left.done():
                await asyncio.sleep(LOOK_EVERY)
            if left.done():
                return NO_JOB  # nobody hears it
    status, jpeg = await run_in_threadpool(_now, job)
    headers = {"X-Status": json.dumps(status)}
    if not jpeg or str(status["sequence"]) == after:
        return Response(status_code=204, headers=headers)
    return Response(jpeg, media_type="image/jpeg", headers=headers)


@contextlib.contextmanager
def _leaving(request: Request) -> Iterator[asyncio.Task[None]]:
    """A task that is done when the browser has given up waiting."""

    async def left() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    task = asyncio.create_task(left())
    try:
        yield task
    finally:
        task.cancel()


def _now(job: Job) -> tuple[dict[str, Any], bytes]:
    """The status of a job and the picture that belongs to it; whoever asks first encodes that."""
    while True:
        sequence, jpeg = job.frame
        status = _status(job)
        # of a job that is over the last picture, not one before: nobody asks again
        if not jpeg or status["state"] not in OVER or job.sequence == sequence:
            return status | {"sequence": sequence}, jpeg


async def saved(request: Request) -> Response:
    """A saved frame of a job as JPEG; 404 for one that has been thinned out."""
    job = _job(request)
    # in a thread, because all saved frames end with the newest picture, which may have to be encoded
    frames = dict(await run_in_threadpool(kept.frames_of, job)) if job else {}
    jpeg = frames.get(request.path_params["iteration"])
    return Response(jpeg, media_type="image/jpeg") if jpeg else NO_JOB


async def grams(request: Request) -> Response:
    """The Gram matrices of a job's newest picture, packed by wire.py; 204 when they are those of `after`."""
    job = _job(request)
    if job is None:
        return NO_JOB
    message = None
    if str(job.sequence) != request.query_params.get("after"):
        message = await run_in_threadpool(_grams, job)
    if message is None:
        return Response(status_code=204)
    return Response(message, media_type="application/octet-stream")


def _grams(job: Job) -> bytes | None:
    return wire.grams(job, kept.trunk_of(job), kept.marks_of(job), references.found(job))


async def pulls(request: Request) -> Response:
    """What pulls at the pixels of a job's newest picture, packed by downhill.py; 204 before its first step.

    It is computed between two turns of the pool; a browser that gives up waiting withdraws its question. `row` and
    `column` name the pixel that is followed, `after` the pictures that are known.
    """
    job = _job(request)
    if job is None:
        return NO_JOB
    if job.step is None:
        return Response(status_code=204)
    with _leaving(request) as left:
        looking = asyncio.wrap_future(downhill.look(job))
        either: set[asyncio.Future[Any]] = {looking, left}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not looking.done():
            looking.cancel()
            return NO_JOB  # nobody hears it
    if looking.cancelled() or looking.exception() is not None:  # withdrawn from another tab, or it cannot be had
        return Response(status_code=204)
    row, column = (_whole(request.query_params.get(name)) for name in ("row", "column"))
    known = request.query_params.get("after", "")
    message = await run_in_threadpool(downhill.message, looking.result(), row, column, known)
    return Response(message, media_type="application/octet-stream")


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else None


async def nothing(request: Request) -> Response:
    """404 for a wrong address: Streamlit would answer it with its page."""
    return NO_JOB


def routes(base: str) -> list[Route]:
    """The routes below `base`, see own_routes.py."""
    job = f"{API}/transfer/{{job_id}}"
    return [
        route(base, f"{job}/newest.jpg", newest),
        route(base, f"{job}/{{iteration:int}}.jpg", saved),
        route(base, f"{job}/grams", grams),
        route(base, f"{job}/pulls", pulls),
        route(base, f"{API}/{{rest:path}}", nothing),
    ]
