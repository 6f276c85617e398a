"""What is done with a browser's request before Streamlit sees it, and with its first answer.

Each is an ASGI application around another one.
"""

from __future__ import annotations

import functools
import html
import json
import re
import secrets

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.ui import log
from pages.ui.browsers import BROWSER
from pages.ui.canvases.browser.phrases import instead
from pages.ui.canvases.component import HERE, script
from pages.ui.frame import PAGES
from pages.ui.text import LANGUAGES, language_of, words

# with them the answer would come packed, or not at all
_UNREADABLE = (b"accept-encoding", b"if-none-match", b"if-modified-since")


def _opens_a_page(scope: Scope) -> bool:
    return scope["type"] == "http" and "text/html" in Request(scope).headers.get("accept", "")


class MarkBrowser:
    """Gives each browser that opens a page a mark of its own, as a cookie until it is closed.

    A reload begins a new session; by the mark it finds its own transfer again, which somebody with the link does not.

    cookie   its name
    """

    def __init__(self, app: ASGIApp, cookie: str) -> None:
        self._app = app
        self._cookie = cookie

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                mark = f"{self._cookie}={secrets.token_urlsafe(16)}; Path=/; HttpOnly; SameSite=Lax"
                MutableHeaders(scope=message).append("Set-Cookie", mark)
            await send(message)

        is_new = _opens_a_page(scope) and self._cookie not in Request(scope).cookies
        await self._app(scope, receive, send_marked if is_new else send)


class Guard:
    """What every answer says besides, for those to whom nothing here belongs.

    All of it is what it says it is, whatever it looks like, and no other host is told the address of a page, which may
    hold a transfer's name. What our own routes answer is kept by nobody on the way, errors too; where one of them
    breaks off, the answer is 500 with the number that the fault has in the log.

    own     the paths of our own routes begin with one of these
    """

    def __init__(self, app: ASGIApp, own: tuple[str, ...]) -> None:
        self._app = app
        self._own = own

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_own, begun = scope["path"].startswith(self._own), False

        async def send_guarded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun, headers = True, MutableHeaders(scope=message)
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "same-origin"
                if is_own:
                    headers["Cache-Control"] = "no-store"
            await send(message)

        try:
            await self._app(scope, receive, send_guarded)
        except Exception as error:
            number = log.fault("route_failed", error, who=Request(scope).cookies.get(BROWSER))
            if begun:  # what has been sent cannot be taken back: the connection is cut
                raise
            await PlainTextResponse(number, 500)(scope, receive, send_guarded)


class CountPages:
    """Counts the pages that are open, and that have been closed: each holds one connection of Streamlit's meanwhile."""

    open = closed = 0

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        CountPages.open += 1
        try:
            await self._app(scope, receive, send)
        finally:
            CountPages.open -= 1
            CountPages.closed += 1


class FindPage:
    """Leads whoever writes a lesson's address with capitals, as a slide or a telephone does, to the lesson."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            before, _, name = scope["path"].rpartition("/")
            if name not in PAGES and name.lower() in PAGES:
                # two strokes at the beginning would make it the address of another machine
                path = "/".join(["", *filter(None, before.split("/")), name.lower()])
                query = scope["query_string"].decode("latin-1")
                await RedirectResponse(path + ("?" + query if query else ""))(scope, receive, send)
                return
        await self._app(scope, receive, send)


class NamePage:
    """Writes the lesson's name, what it is about, its language, and our words into the page before the first run.

    And the script that has to be in force by then, canvases/browser/first.js.

    Streamlit's own says "Streamlit", in English: that is what a tab shows until then, and for good a list of results, a
    message in which somebody sends the link, and a browser without JavaScript. It says "Connecting" for as long as it
    takes, which in a class with a bad network is long.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _opens_a_page(scope) or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        readable = [header for header in scope["headers"] if header[0].lower() not in _UNREADABLE]
        begun: list[Message] = []
        body = bytearray()

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                if "text/html" in MutableHeaders(scope=message).get("content-type", ""):
                    begun.append(message)
                else:
                    await send(message)
            elif message["type"] != "http.response.body" or not begun:
                await send(message)
            else:
                body.extend(message.get("body", b""))
                if not message.get("more_body"):
                    text = named(body.decode(), _name_of(scope), _language_of(scope)).encode()
                    MutableHeaders(scope=begun[0])["content-length"] = str(len(text))
                    await send(begun[0])
                    await send({"type": "http.response.body", "body": text})

        await self._app({**scope, "headers": readable}, receive, send_named)


def _name_of(scope: Scope) -> str:
    name = scope["path"].rpartition("/")[2]
    return name if name in PAGES else "home"


def _language_of(scope: Scope) -> str:
    """The one that the link names, else the browser's first; as pages/ui/state.py reads it."""
    request = Request(scope)
    asked = request.query_params.get("lang")
    if asked in LANGUAGES:
        return asked
    return language_of(request.headers.get("accept-language"))


def named(page: str, name: str, language: str) -> str:
    """The HTML of a page with its own name, language, words and first script in the place of Streamlit's."""
    text = words(language)
    home = text["home.title"]
    title = home if name == "home" else text["shell.tab"].format(title=text[f"{name}.title"])
    about = text[f"{name}.lead" if name in ("home", "glossary") else f"{name}.door"]
    head = "".join(
        f'<meta {kind}="{key}" content="{html.escape(content)}" />'
        for kind, key, content in (
            ("name", "description", about),
            ("property", "og:title", title),
            ("property", "og:description", about),
            ("property", "og:site_name", home),
        )
    )
    for pattern, replaced in (
        (r'<html lang="\w+">', f'<html lang="{text["shell.tag"]}">'),
        (r"<title>.*?</title>", f"<title>{html.escape(title)}</title>{head}{_first(language)}"),
        (r"<noscript>.*?</noscript>", f"<noscript><p>{html.escape(text['shell.no_script'])}</p></noscript>"),
    ):
        page = re.sub(pattern, replaced.replace("\\", r"\\"), page, count=1, flags=re.DOTALL)
    return page


@functools.cache
def _first(language: str) -> str:
    """Our first script, before Streamlit's own, and our words for what Streamlit says before the first run."""
    said = json.dumps(instead(language)).replace("<", r"\u003c")
    first = script(HERE / "browser" / "first.js")
    assert "</" not in first, "it would end within the page"
    return (
        f'<script class="gramlab words" type="application/json">{said}</script><script type="module">{first}</script>'
    )
