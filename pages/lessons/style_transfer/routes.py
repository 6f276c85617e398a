"""What a browser asks of a running transfer, outside Streamlit: pictures, and Gram matrices on their way."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gramlib.jobs import Job
from pages.lessons.style_transfer import kept, wire
from pages.ui.compute import networks

LONGEST_WAIT = 2.0  # seconds that an answer is held back for something new
LOOK_EVERY = 0.02  # seconds

NO_JOB = Response(status_code=404)


def _job(request: Request) -> Job | None:
    """The job of the address; who asks for it looks at it, so it is not abandoned."""
    job = networks.jobs().get(request.path_params["job_id"])
    if job is not None:
        job.touch()
        if (beside := kept.kept(job)) is not None and (left := networks.jobs().get(beside.left or "")) is not None:
            left.touch()  # it can be returned to
    return job


def _status(job: Job) -> dict[str, Any]:
    beside = kept.kept(job)
    return wire.status(job) if beside is None else wire.status(job, beside.trunk, beside.count)


async def newest(request: Request) -> Response:
    """The newest picture of a job as JPEG, as soon as it is another one than `after`; its status in a header.

    204 with the status when nothing is new for a while or the job's state is no longer `state`; 404 for no such job.
    """
    job = _job(request)
    if job is None:
        return NO_JOB
    after, state = request.query_params.get("after", ""), request.query_params.get("state", "")
    loop = asyncio.get_running_loop()
    deadline = loop.time() + LONGEST_WAIT
    while job.state == state and str(job.sequence) == after and loop.time() < deadline:
        await asyncio.sleep(LOOK_EVERY)
    # in a thread, because whoever asks first encodes the picture
    (sequence, jpeg), status = await run_in_threadpool(lambda: (job.frame, _status(job)))
    headers = {"X-Status": json.dumps(status | {"sequence": sequence}), "Cache-Control": "no-store"}
    if not jpeg or str(sequence) == after:
        return Response(status_code=204, headers=headers)
    return Response(jpeg, media_type="image/jpeg", headers=headers)


async def saved(request: Request) -> Response:
    """A saved frame of a job as JPEG; 404 for one that has been thinned out."""
    job = _job(request)
    jpeg = dict(kept.frames_of(job)).get(request.path_params["iteration"]) if job else None
    return Response(jpeg, media_type="image/jpeg", headers={"Cache-Control": "no-store"}) if jpeg else NO_JOB


async def grams(request: Request) -> Response:
    """The Gram matrices of a job's newest picture, packed by wire.py; 204 when they are those of `after`."""
    job = _job(request)
    if job is None:
        return NO_JOB
    message = None
    if str(job.sequence) != request.query_params.get("after"):
        message = await run_in_threadpool(wire.grams, job, kept.trunk_of(job))
    if message is None:
        return Response(status_code=204)
    return Response(message, media_type="application/octet-stream", headers={"Cache-Control": "no-store"})


ROUTES = [
    Route("/api/transfer/{job_id}/newest.jpg", newest),
    Route("/api/transfer/{job_id}/{iteration:int}.jpg", saved),
    Route("/api/transfer/{job_id}/grams", grams),
]
