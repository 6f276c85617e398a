"""Each browser gets a mark of its own; an address in capitals leads to its lesson; the first words are ours."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import streamlit

from pages.ui import requests
from pages.ui.frame import PAGES
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
    run(requests.MarkBrowser(page, "gramlab_browser")(scope, None, send))
    return given


def test_each_browser_gets_a_mark_of_its_own_once():
    (first,), (second,) = visit({"accept": "text/html"}), visit({"accept": "text/html"})
    assert first != second
    assert "HttpOnly" in first
    assert visit({"accept": "text/html", "cookie": first.split(";")[0]}) == []
    assert visit({"accept": "image/jpeg"}) == []


def lead(path: str, query: bytes = b"") -> str:
    """Where somebody is led who asks for a path: the path itself if they get the page."""
    led: list[str] = []

    async def page(scope, receive, send):
        led.append(scope["path"])

    async def send(message):
        led.extend(value.decode() for name, value in message.get("headers", []) if name == b"location")

    run(requests.FindPage(page)({"type": "http", "path": path, "query_string": query}, None, send))
    return led[0]


def test_an_address_in_capitals_leads_to_its_lesson():
    assert lead("/Vectors", b"a=1,2&lang=zh") == "/vectors?a=1,2&lang=zh"
    assert lead("/lab/STYLE_TRANSFER") == "/lab/style_transfer"
    assert lead("//example.org/Gram") == "/example.org/gram", "never to another machine"
    for path in ("/", "/gram", "/nopage", "/NoPage", "/_stcore/health"):
        assert lead(path) == path


def opened(path: str, query: bytes = b"", headers=(), sent=None, kind: str = "text/html; charset=utf-8"):
    """What a browser gets that opens a page: its text, and its headers. `sent` is what the inner application sends."""
    sent = [STREAMLITS.encode()] if sent is None else sent
    got: list[dict] = []

    async def page(scope, receive, send):
        assert not {b"accept-encoding", b"if-none-match"} & {name for name, _ in scope["headers"]}
        head = [(b"content-type", kind.encode()), (b"content-length", str(sum(map(len, sent))).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        for part in sent:
            await send({"type": "http.response.body", "body": part, "more_body": part is not sent[-1]})

    async def send(message):
        got.append(message)

    raw = [(b"accept", b"text/html"), (b"accept-encoding", b"gzip"), (b"if-none-match", b"x"), *headers]
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query, "headers": raw}
    run(requests.NamePage(page)(scope, None, send))
    return b"".join(message.get("body", b"") for message in got).decode(), dict(got[0]["headers"])


STREAMLITS = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("path", "query", "headers", "language", "title"),
    [
        ("/", b"", (), "en", "Gramlab"),
        ("/lab/gram", b"lang=zh", (), "zh-CN", "gram"),
        ("/style_transfer", b"lang=fr", [(b"accept-language", b"zh-TW,en;q=0.5")], "zh-CN", "style_transfer"),
        ("/nopage", b"lang=en", [(b"accept-language", b"zh")], "en", "Gramlab"),
        *((f"/{name}", b"lang=zh", (), "zh-CN", name) for name in PAGES[1:]),
    ],
)
def test_before_the_first_run_the_page_has_its_name_and_language(path, query, headers, language, title, words):
    page, head = opened(path, query, headers)
    text = words("zh" if language == "zh-CN" else "en")
    assert f'<html lang="{language}">' in page
    assert f"<title>{title if title == 'Gramlab' else text[f'{title}.title'] + ' – Gramlab'}</title>" in page
    assert "Streamlit</title>" not in page
    assert "You need to enable JavaScript" not in page
    assert text["shell.no_script"] in page
    # ours is the first that runs, and in force before anybody can press Back
    ours, streamlits = (found.start() for found in re.finditer('<script type="module"', page))
    assert ours < page.index("history.pushState = ") < page.index("</script>", ours) < streamlits
    assert page.count('<script type="module" crossorigin') == STREAMLITS.count('<script type="module"') == 1
    said = json.loads(re.search(r'<script class="gramlab words" [^>]*>(.*?)</script>', page)[1])
    assert ["Connecting", text["browser.connecting"]] in said
    assert int(head[b"content-length"]) == len(page.encode())


def test_it_may_come_in_parts_and_what_is_no_page_is_left_alone():
    whole, _ = opened("/gram")
    data = STREAMLITS.encode()
    assert opened("/gram", sent=[data[:700], data[700:]])[0] == whole
    assert opened("/gram", sent=[data], kind="application/json")[0] == STREAMLITS
