"""What somebody finds out, reaches and can do who has a browser and no right to anything."""

from __future__ import annotations

import io
import os
import re
import socket
import time
import tomllib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Subprotocol

import app
from tests.load.people import Gone, Person
from tests.load.process import taken
from tests.server.conftest import Server

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH")
FOREIGN = "http://example.org"
# of what a person has, whatever is asked for: a transfer's name is in a link that may be passed on
SECRETS = re.compile(rb"Traceback|File \"|site-packages|" + re.escape(str(ROOT).encode()))


@pytest.fixture
def painting(person: Person) -> str:
    """The name of a transfer that somebody else has going on, with its first steps made."""
    person.open("style_transfer", "lang=en&size=128&steps=500")
    person.press("start")
    assert person.job is not None
    seen = None
    while seen is None or int(seen.status["iteration"]) < 2:  # type: ignore[call-overload]
        seen = person.frame(person.job, seen)
    return person.job


def test_every_route_of_ours_as_a_stranger(server: Server, person: Person, painting: str) -> None:
    stranger, walked = Person(server.address), 0
    heads: list[dict[str, str]] = [{}, {"X-Mark": painting}, {"Origin": FOREIGN, "X-Mark": "x" * 9999}]
    for route in app.own:
        known = {"job_id": painting, "iteration": "1", "key": "a" * 16, "name": "gramlab-5", "rest": "any/thing"}
        path = re.sub(r"{(\w+)(?::\w+)?}", lambda found, known=known: known[found[1]], route.path)
        if path.endswith(("newest.jpg", "1.jpg", "grams", "pulls")):
            assert person.ask("GET", f"{path}?wait=0")[0] == 200, "its owner gets it"
        for method in METHODS:
            for head in heads:
                status, headers, body = stranger.ask(method, path, head)
                walked += 1
                # that something is drawn anybody may say, and learns nothing by it
                reads = method in ("GET", "HEAD")
                allowed = {200} if path == "/health" and reads else {204} if "/drawn/" in path and reads else {404, 405}
                assert status in allowed, (method, path, head)
                assert headers["X-Content-Type-Options"] == "nosniff"
                assert headers["Cache-Control"] == "no-store"
                assert headers["Referrer-Policy"] == "same-origin"
                assert headers["Access-Control-Allow-Origin"] is None
                assert headers["Set-Cookie"] is None
                assert not SECRETS.search(body)
                assert painting.encode() not in body
    assert walked == len(app.own) * len(METHODS) * len(heads)
    stranger.open("style_transfer", f"lang=en&job={painting}")
    assert "stop" in stranger.widgets, "the page is there, and none of its buttons is for this transfer:"
    stranger.press("stop")
    assert person.frame(painting, wait=False).status["state"] == "running"
    person.press("stop")
    with pytest.raises(Gone):
        stranger.frame(painting)
    stranger.leave()


@pytest.mark.parametrize(
    "path",
    [
        "/../app.py",
        "/..%2f..%2fapp.py",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/static/../../../app.py",
        "/static/..%2f..%2f..%2fapp.py",
        "/media/../app.py",
        "/app/static/app.py",
        "/component/x/../../app.py",
        "//etc/passwd",
        "/_stcore/bidi-components/..%2f..%2fapp.py",
        "/.streamlit/config.toml",
        "/%00",
    ],
)
def test_no_path_leads_to_a_file_that_is_not_meant(person: Person, path: str) -> None:
    status, headers, body = person.ask("GET", path)
    assert headers["X-Content-Type-Options"] == "nosniff"
    is_page = status == 200 and b"<noscript>" in body  # any address that is none shows the home page
    assert is_page or status in (400, 403, 404), (status, body[:100])
    assert b"root:" not in body
    assert b"maxUploadSize" not in body
    assert b"MultiPartParser" not in body


def test_streamlits_own_routes_are_at_their_safe_settings(server: Server, person: Person) -> None:
    chosen = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    safe = {"enableCORS": True, "enableXsrfProtection": True, "enableAgentApi": False}
    assert chosen["server"].items() >= safe.items()
    assert "enableStaticServing" not in chosen["server"], "Streamlit has it switched off"
    assert chosen["client"]["showErrorDetails"] == "none"
    person.open("vectors")
    stranger = Person(server.address)
    for method in ("PUT", "DELETE"):
        assert stranger.ask(method, "/_stcore/upload_file/a/b", body=b"x")[0] == 403, "without the page's token"
    assert stranger.ask("POST", "/_stcore/agent/interact", {"Content-Type": "application/json"}, b"{}")[0] >= 400
    headers = stranger.ask("GET", "/_stcore/health", {"Origin": FOREIGN})[1]
    assert headers["Access-Control-Allow-Origin"] is None
    stream = server.address.replace("http", "ws", 1) + "/_stcore/stream"
    with pytest.raises(InvalidStatus) as refused:
        connect(stream, subprotocols=[Subprotocol("streamlit")], origin=FOREIGN)  # type: ignore[arg-type]
    assert refused.value.response.status_code == 403
    stranger.leave()


def test_a_page_says_whose_it_is_to_no_script_and_to_no_other_host(server: Server) -> None:
    headers = Person(server.address).ask("GET", "/gram?lang=zh", {"Accept": "text/html", "Cookie": ""})[1]
    (cookie,) = [each for each in headers.get_all("Set-Cookie") or () if each.startswith("gramlab_browser=")]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert len(cookie.partition(";")[0]) > 30, "nobody guesses it"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="Linux alone tells")
def test_it_listens_where_it_is_told_to_and_no_further(server: Server) -> None:
    port = int(server.address.rpartition(":")[2])
    sockets = {
        os.readlink(link)[8:-1]
        for link in Path(f"/proc/{server.process.pid}/fd").iterdir()
        if os.readlink(link).startswith("socket:")
    }
    listening = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text(encoding="ascii").splitlines()[1:]:
            columns = line.split()
            if columns[3] == "0A" and columns[9] in sockets:
                listening.append(columns[1])
    assert listening == [f"{socket.inet_aton('127.0.0.1')[::-1].hex().upper()}:{port:04X}"]


def test_what_people_hand_in_never_touches_the_disk(server: Server, person: Person) -> None:
    """Nor does it need it: this server can write no file."""
    file = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 256, (900, 1100, 3), dtype=np.uint8)
    Image.fromarray(noise).save(file, "PNG")
    data = file.getvalue()
    assert len(data) > 2_500_000, "Starlette would write one of more than 1 MB to a file"
    person.open("vgg_layers", "lang=en&size=128")
    person.upload("upload.vgg_layers.picture", "noise.png", data, "image/png")
    assert person.alerts == []
    assert "own-" in person.query
    if Path("/proc").exists():
        assert taken(server.process.pid).on_disk == 0


def test_what_fails_is_in_the_log_with_the_number_that_the_person_sees_and_without_what_they_have(
    server: Server, person: Person
) -> None:
    """A folder is written to the disk when it is asked for, and this disk is full."""
    import html

    name = "grandmother.png"
    file = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(file, "PNG")
    person.open("vgg_layers", "lang=en&size=128")
    person.upload("upload.vgg_layers.picture", name, file.getvalue(), "image/png")
    (offered,) = set(re.findall(r'href="([^"]*/api/folder/[^"]+)"', html.unescape(" ".join(person.html))))
    for language, place in (("zh-CN", "磁盘"), ("en-GB", "disk")):
        status, headers, body = person.ask("GET", offered, {"Accept-Language": language})
        said = body.decode()
        assert (status, headers["Cache-Control"]) == (507, "no-store")
        assert place in said
        (number,) = re.findall(r"\b[2-9A-HJ-NP-Z]{6}\b", said)
        deadline = time.monotonic() + 10
        while not any(number in line for line in list(server.said)) and time.monotonic() < deadline:
            time.sleep(0.01)
        told = server.told(number)
        assert (told["event"], told["level"], told["error"]) == ("folder_not_written", "error", "OSError")
        assert told["system"] == os.strerror(27)
        assert any(line.startswith("pages/ui/folders.py:") for line in told["at"])
        assert re.fullmatch(r"[0-9a-f]{8}", told["who"])
        assert number in person.ask("GET", "/health?for=people")[2].decode()
    assert "grandmother" not in "".join(server.said)
