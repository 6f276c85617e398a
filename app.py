"""The entry: `streamlit run app.py`.

An ASGI application over pages/shell.py. It loads the network behind the first pages, and serves what a browser asks of
a running style transfer, which costs far less than sending it through Streamlit.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gramlib.jobs import Job
from pages.ui import live, networks
from pages.ui.transfers import BROWSER

LONGEST_WAIT = 2.0  # seconds that an answer is held back for something new
LOOK_EVERY = 0.02  # seconds

NO_JOB = Response(status_code=404)


def _job(request: Request) -> Job | None:
    """The job of the address; who asks for it looks at it, so it is not abandoned."""
    job = networks.jobs().get(request.path_params["job_id"])
    if job is not None:
        job.touch()
    return job


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
    (sequence, jpeg), status = await run_in_threadpool(lambda: (job.frame, live.status(job)))
    headers = {"X-Status": json.dumps(status | {"sequence": sequence}), "Cache-Control": "no-store"}
    if not jpeg or str(sequence) == after:
        return Response(status_code=204, headers=headers)
    return Response(jpeg, media_type="image/jpeg", headers=headers)


async def saved(request: Request) -> Response:
    """A saved frame of a job as JPEG; 404 for one that has been thinned out."""
    job = _job(request)
    jpeg = job.frame_at(request.path_params["iteration"]) if job else None
    return Response(jpeg, media_type="image/jpeg", headers={"Cache-Control": "no-store"}) if jpeg else NO_JOB


async def grams(request: Request) -> Response:
    """The Gram matrices of a job's newest picture, packed by pages/ui/live.py; 204 when they are those of `after`."""
    job = _job(request)
    if job is None:
        return NO_JOB
    message = None
    if str(job.sequence) != request.query_params.get("after"):
        message = await run_in_threadpool(live.grams, job)
    if message is None:
        return Response(status_code=204)
    return Response(message, media_type="application/octet-stream", headers={"Cache-Control": "no-store"})


class MarkBrowser:
    """Gives each browser that opens a page a mark of its own, as a cookie until it is closed.

    A reload begins a new session; by the mark it finds its own transfer again, which somebody with the link does not.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                mark = f"{BROWSER}={secrets.token_urlsafe(16)}; Path=/; HttpOnly; SameSite=Lax"
                MutableHeaders(scope=message).append("Set-Cookie", mark)
            await send(message)

        opens_a_page = scope["type"] == "http" and "text/html" in Request(scope).headers.get("accept", "")
        marked = opens_a_page and BROWSER in Request(scope).cookies
        await self._app(scope, receive, send_marked if opens_a_page and not marked else send)


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    networks.warm_up()
    yield
    networks.jobs().close(timeout=5)


app = st.App(
    "pages/shell.py",
    lifespan=lifespan,
    middleware=[Middleware(MarkBrowser)],
    routes=[
        Route("/api/transfer/{job_id}/newest.jpg", newest),
        Route("/api/transfer/{job_id}/{iteration:int}.jpg", saved),
        Route("/api/transfer/{job_id}/grams", grams),
    ],
)
