"""The entry: `streamlit run app.py`.

An ASGI application over pages/shell.py. It loads the network behind the first page, and serves what a browser asks of
a running style transfer, which costs far less than sending it through Streamlit.
"""

from __future__ import annotations

import asyncio
import os
import platform
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

# Read when NumPy is loaded: its matrices are small, and a second thread, which waits for the first by spinning, makes
# their eigenvalues five times as slow where other programs are at work.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import streamlit as st
from starlette.formparsers import MultiPartParser
from starlette.middleware import Middleware

from pages.lessons.style_transfer.routes import routes
from pages.ui import addresses, drawn, folders, health, log
from pages.ui.browsers import BROWSER
from pages.ui.compute import networks
from pages.ui.frame import broken_off
from pages.ui.own_routes import beginnings
from pages.ui.requests import CountPages, FindPage, Guard, MarkBrowser, NamePage
from pages.ui.tidying import tidy_when_nobody_is_there

# What people upload is never on the disk: a file of more than 1 MB would be written there while it arrives, and none
# would arrive where the disk is full.
MultiPartParser.spool_max_size = (st.get_option("server.maxUploadSize") + 1) * 2**20


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    log.begin()
    log.event("started", python=platform.python_version(), streamlit=st.__version__)
    networks.warm_up_behind_the_first_page()
    for line in addresses.announcement():
        print(line, flush=True)
    tidying = asyncio.create_task(tidy_when_nobody_is_there())
    yield
    tidying.cancel()
    networks.jobs().close(timeout=5)
    log.event("stopped")


base = st.get_option("server.baseUrlPath")
own = [*health.routes(base), *folders.routes(base), *drawn.routes(base), *routes(base)]
app = st.App(
    "pages/shell.py",
    lifespan=lifespan,
    middleware=[
        Middleware(Guard, own=beginnings(base)),
        Middleware(CountPages),
        Middleware(FindPage),
        Middleware(MarkBrowser, cookie=BROWSER),
        Middleware(NamePage),
    ],
    routes=own,
    on_script_error=broken_off,
)
