"""The entry: each browser gets a mark of its own."""

from __future__ import annotations

import app
from tests.pages.lessons.style_transfer.test_routes import run


def visit(headers: dict[str, str]) -> list[str]:
    """The cookies that a visitor is given."""
    given: list[str] = []

    async def page(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message):
        given.extend(value.decode() for name, value in message["headers"] if name.lower() == b"set-cookie")

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": raw}
    run(app.MarkBrowser(page)(scope, None, send))
    return given


def test_each_browser_gets_a_mark_of_its_own_once():
    (first,), (second,) = visit({"accept": "text/html"}), visit({"accept": "text/html"})
    assert first != second
    assert "HttpOnly" in first
    assert visit({"accept": "text/html", "cookie": first.split(";")[0]}) == []
    assert visit({"accept": "image/jpeg"}) == []
