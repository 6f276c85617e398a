"""What Gramlab costs before anybody learns anything: imports, the start, the memory of a server and of its sessions.

The sessions are thirty readers without a browser: each speaks Streamlit's own protocol over its websocket, as a browser
does, opens one page of the app and stays.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Page
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.browser.conftest import ROOT, running_process

TIMES = 3
IMPORTED = ("gramlib", "torch")
READERS, PAGES = (
    30,
    ("", "vectors", "gram", "filters", "feature_maps", "vgg_layers", "style_distance", "style_transfer"),
)
PATIENCE = 60  # seconds for one page; several are being made at once


def measure(page: Page, _server: str) -> Iterator[tuple[str, str, list[float]]]:
    for name in IMPORTED:
        yield f"start: import {name}", "ms", [_importing(name) for _ in range(TIMES)]
    begun = []
    for turn in range(TIMES):
        start = time.perf_counter()
        with running_process() as (address, process):
            page.goto(address)
            page.get_by_role("heading", level=1).wait_for()
            begun.append(1000 * (time.perf_counter() - start))
            page.goto("about:blank")
            if turn == TIMES - 1:
                idle = _settled(process.pid)
                with ExitStack() as room:
                    for reader in range(READERS):
                        room.enter_context(_reader(address, PAGES[reader % len(PAGES)]))
                    crowded = _settled(process.pid)
    yield "start: server started → first page shown", "ms", begun
    yield "memory: a server that nobody is on, its network loaded", "MB", [idle]
    yield f"memory: with {READERS} sessions, all pages among them", "MB", [crowded]


def _importing(name: str) -> float:
    """Milliseconds of the import alone, in a Python of its own."""
    program = f"import time; start = time.perf_counter(); import {name}; print(time.perf_counter() - start)"
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    return 1000 * float(ran.stdout)


def _reader(address: str, path: str) -> ClientConnection:
    """Open a page in a session of its own, and return the connection when the page is all there."""
    stream = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
    connection = connect(stream, subprotocols=[Subprotocol("streamlit")], max_size=None, open_timeout=PATIENCE)
    message = BackMsg()
    message.rerun_script.page_name = path
    message.rerun_script.query_string = "lang=en"
    connection.send(message.SerializeToString())
    while True:
        heard = ForwardMsg.FromString(connection.recv(PATIENCE, decode=False))
        if heard.WhichOneof("type") == "script_finished":
            if heard.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY:
                raise RuntimeError(f"{path or 'home'} ended with {heard.script_finished}")
            return connection


def _settled(process: int) -> float:
    """The memory of a process in MB when it no longer grows: of ten looks that differ by less than 1 %."""
    looks: list[float] = []
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        looks.append(_resident(process))
        if len(looks) >= 10 and max(looks[-10:]) <= 1.01 * min(looks[-10:]):
            break
        time.sleep(0.5)
    return statistics.median(looks[-10:])


def _resident(process: int) -> float:
    """The resident memory of a process in MB; 0 where there is no /proc."""
    status = Path(f"/proc/{process}/status")
    lines = status.read_text(encoding="utf-8").splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1000 for line in lines if line.startswith("VmRSS")), 0.0)
