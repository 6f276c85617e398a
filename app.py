"""The entry: `streamlit run app.py`.

An ASGI application over pages/shell.py. It loads the network behind the first pages, and serves what a browser asks of
a running style transfer, which costs far less than sending it through Streamlit.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

# Read when NumPy is loaded: its matrices are small, and a second thread, which waits for the first by spinning, makes
# their eigenvalues five times as slow where other programs are at work.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import streamlit as st
from starlette.middleware import Middleware

from pages.lessons.style_transfer.routes import routes
from pages.ui import addresses, folders, health
from pages.ui.browsers import BROWSER
from pages.ui.compute import networks
from pages.ui.requests import FindPage, MarkBrowser, NamePage


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    networks.warm_up()
    for line in addresses.announcement():
        print(line, flush=True)
    yield
    networks.jobs().close(timeout=5)


base = st.get_option("server.baseUrlPath")
app = st.App(
    "pages/shell.py",
    lifespan=lifespan,
    middleware=[Middleware(FindPage), Middleware(MarkBrowser, cookie=BROWSER), Middleware(NamePage)],
    # Streamlit does not put the routes of an app under its base path by itself
    routes=[*health.routes(base), *folders.routes(base), *routes(base)],
)
