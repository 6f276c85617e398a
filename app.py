"""The entry: `streamlit run app.py`.

An ASGI application over pages/shell.py. It loads the network behind the first pages, and serves what a browser asks of
a running style transfer, which costs far less than sending it through Streamlit.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.lessons.style_transfer.kept import BROWSER
from pages.lessons.style_transfer.routes import routes
from pages.ui.compute import networks


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
    # Streamlit does not put the routes of an app under its base path by itself
    routes=routes(st.get_option("server.baseUrlPath")),
)
