"""The entry: `streamlit run app.py`.

An ASGI application over pages/shell.py. It loads the network behind the first pages, and serves the newest picture
of a running style transfer, which a browser polls far more cheaply than Streamlit could send it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pages.ui import networks


async def preview(request: Request) -> Response:
    """The newest picture of a job as JPEG; 204 when the one asked `after` is still the newest; 404 for no such job."""
    job = networks.jobs().get(request.path_params["job_id"])
    if job is None:
        return Response(status_code=404)
    job.touch()
    sequence, jpeg = await run_in_threadpool(lambda: job.frame)
    if sequence == 0 or str(sequence) == request.query_params.get("after"):
        return Response(status_code=204)
    return Response(jpeg, media_type="image/jpeg", headers={"X-Sequence": str(sequence), "Cache-Control": "no-store"})


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    networks.warm_up()
    yield
    networks.jobs().close(timeout=5)


app = st.App("pages/shell.py", lifespan=lifespan, routes=[Route("/api/preview/{job_id}.jpg", preview)])
