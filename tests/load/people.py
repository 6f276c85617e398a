"""People without a browser: each speaks to the server as a browser does, Streamlit's protocol and our own routes.

A person has a cookie, one connection of Streamlit's, and one of HTTP that is kept open. All is read as it comes; what
a page shows is looked at only for the names of its widgets, what it says in red, and the address that it writes.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import socket
import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

PATIENCE = 120  # seconds for one page; a room may be full
RECONNECTS_AFTER = 0.5  # seconds from a lost connection to having it again
_KEY = re.compile(r"^\$\$ID-[0-9a-f]+-(.+)$")
_XSRF = "_streamlit_xsrf"


@dataclass(frozen=True)
class Frame:
    """What a browser is told of its transfer: the status of wire.py, and the newest picture if that is another one."""

    status: dict[str, object]
    jpeg: bytes


class Gone(Exception):
    """There is no such transfer, or none any more."""


class Person:
    """Somebody with a browser of their own, on one page.

    widgets   the ids of the page's widgets by their keys
    alerts    what the page has said in red since it was opened
    html      what it says besides, as HTML or Markdown
    query     what the page has written into the address bar
    """

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._host, self._base = parts.netloc, parts.path.rstrip("/")
        self._http = http.client.HTTPConnection(self._host, timeout=PATIENCE)
        self._cookies: dict[str, str] = {}
        self._socket: ClientConnection | None = None
        self._connection = ExitStack()
        self._session = self._page = self._path = ""
        self.widgets: dict[str, str] = {}
        self.alerts: list[str] = []
        self.html: list[str] = []
        self.query = ""
        self.ask("GET", "/", {"Accept": "text/html"})
        self.ask("GET", "/_stcore/health")

    # -------------------------------------------------------------------------------------------------------- HTTP

    def ask(
        self, method: str, path: str, headers: dict[str, str] | None = None, body: bytes | None = None
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """The status, the headers and the body of an answer, asked for with this browser's cookies."""
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        for attempt in (0, 1):  # a connection that was kept open may have been closed by the server
            try:
                self._http.request(method, self._base + path, body, {"Cookie": cookies, **(headers or {})})
                answer = self._http.getresponse()
                break
            except (http.client.RemoteDisconnected, ConnectionError, http.client.CannotSendRequest):
                self._http.close()
                if attempt:
                    raise
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer.status, answer.headers, answer.read()

    def frame(self, job: str, after: Frame | None = None, *, wait: bool = True) -> Frame:
        """What is new of a transfer, held back by the server until there is something; raises Gone."""
        sequence, state = (after.status["sequence"], after.status["state"]) if after else ("", "")
        query = f"after={sequence}&state={state}" + ("" if wait else "&wait=0")
        status, headers, body = self.ask("GET", f"/api/transfer/{job}/newest.jpg?{query}")
        if status not in (200, 204):
            raise Gone(f"{status} for {job}")
        return Frame(json.loads(headers["X-Status"]), body if status == 200 else b"")

    # --------------------------------------------------------------------------------------------------- Streamlit

    def connect(self, *, again: bool = False) -> None:
        """Open Streamlit's connection; `again` takes up the session that was left, as a browser does.

        Not at once: a round of Streamlit's that is telling others something (runtime.py, `_loop_coroutine`) knows the
        lost connection only, and what is for the new one goes there: one of forty in a full room. A browser asks first
        whether the server is well, and draws what it is told also without the word that a run begins; here one waits.
        """
        if again:
            time.sleep(RECONNECTS_AFTER)
        session = [self._session] if again and self._session else []
        protocols = ["streamlit", self._token, *session]
        self._connection = ExitStack()
        opening = connect(
            f"ws://{self._host}{self._base}/_stcore/stream",
            subprotocols=[Subprotocol(each) for each in protocols],
            origin=f"http://{self._host}",  # type: ignore[arg-type]
            additional_headers={"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())},
            max_size=None,
            open_timeout=PATIENCE,
        )
        self._socket = self._connection.enter_context(opening)

    def cut(self) -> None:
        """Lose the connection as a wireless network does: without a word."""
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.socket.shutdown(socket.SHUT_RDWR)
            self._connection.close()
            self._socket = None

    def leave(self) -> None:
        """Close the page."""
        if self._socket is not None:
            self._connection.close()
            self._socket = None
        self._http.close()

    def open(self, path: str, query: str = "lang=en") -> float:
        """Open a page; returns the seconds until it is all there."""
        if self._socket is None:
            self.connect()
        self._path, self._page, self.query = path, "", query
        self.widgets, self.alerts, self.html = {}, [], []
        message = BackMsg()
        message.rerun_script.page_name = path
        message.rerun_script.query_string = query
        return self._run(message)

    def press(self, key: str) -> float:
        """Press a button; returns the seconds until the page is all there again."""
        return self._set(key, lambda state: setattr(state, "trigger_value", True))

    def type(self, key: str, text: str) -> float:
        """Fill in a field; returns the seconds until the page is all there again."""
        return self._set(key, lambda state: setattr(state, "string_value", text))

    def upload(self, key: str, name: str, data: bytes, kind: str = "image/jpeg") -> float:
        """Hand in a file; returns the seconds until the page shows what has come of it."""
        started = time.perf_counter()
        asking = BackMsg()
        asking.file_urls_request.request_id = uuid.uuid4().hex
        asking.file_urls_request.file_names.append(name)
        asking.file_urls_request.session_id = self._session
        self._send(asking)
        answer = self._hear(lambda heard: heard.WhichOneof("type") == "file_urls_response")
        (urls,) = answer.file_urls_response.file_urls
        boundary = uuid.uuid4().hex
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n'
        body = f"{head}Content-Type: {kind}\r\n\r\n".encode() + data + f"\r\n--{boundary}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "X-Xsrftoken": self._token}
        status, _, said = self.ask("PUT", urls.upload_url, headers, body)
        if status != 204:
            raise RuntimeError(f"the upload was answered by {status}: {said[:200]!r}")

        def fill(state: WidgetState) -> None:
            info = state.file_uploader_state_value.uploaded_file_info.add()
            info.file_id, info.name, info.size = urls.file_id, name, len(data)
            info.file_urls.CopyFrom(urls)

        self._set(key, fill)
        return time.perf_counter() - started

    @property
    def job(self) -> str | None:
        """The transfer that the address names."""
        return parse_qs(self.query).get("job", [None])[0]

    @property
    def _token(self) -> str:
        """What a page of ours knows and one of another origin does not."""
        return self._cookies[_XSRF].strip('"')

    def _set(self, key: str, fill: Callable[[WidgetState], None]) -> float:
        message = BackMsg()
        message.rerun_script.page_script_hash = self._page
        message.rerun_script.query_string = self.query
        state = message.rerun_script.widget_states.widgets.add()
        state.id = self.widgets[key]
        fill(state)
        return self._run(message)

    def _run(self, message: BackMsg) -> float:
        self.rest(0)
        started = time.perf_counter()
        self._send(message)
        self._hear(lambda heard: heard.WhichOneof("type") == "new_session")  # another run may just have ended
        ended = ForwardMsg.FINISHED_EARLY_FOR_RERUN
        while ended in (ForwardMsg.FINISHED_EARLY_FOR_RERUN, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY):
            ended = self._hear(lambda heard: heard.WhichOneof("type") == "script_finished").script_finished
        if ended != ForwardMsg.FINISHED_SUCCESSFULLY:
            raise RuntimeError(f"{self._path or 'home'} ended with {ended}")
        return time.perf_counter() - started

    def rest(self, seconds: float) -> None:
        """Read what the page is told meanwhile, for so long."""
        until = time.monotonic() + seconds
        with contextlib.suppress(TimeoutError):
            while True:
                self._hear(lambda heard: True, max(0.0, until - time.monotonic()))

    def _send(self, message: BackMsg) -> None:
        assert self._socket is not None
        self._socket.send(message.SerializeToString())

    def _hear(self, wanted: Callable[[ForwardMsg], bool], patience: float = PATIENCE) -> ForwardMsg:
        """Read until what is wanted comes, and keep of all else what a person sees."""
        assert self._socket is not None
        while True:
            heard = ForwardMsg.FromString(self._socket.recv(patience, decode=False))
            kind = heard.WhichOneof("type")
            if kind == "new_session":
                self._session = heard.new_session.initialize.session_id or self._session
            elif kind == "navigation":
                self._page = heard.navigation.page_script_hash
            elif kind == "page_info_changed":
                self.query = heard.page_info_changed.query_string
            elif kind == "delta":
                self._look(heard)
            if wanted(heard):
                return heard

    def _look(self, heard: ForwardMsg) -> None:
        element = heard.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "html":
            self.html.append(element.html.body)
        elif kind == "markdown":
            self.html.append(element.markdown.body)
        if kind == "alert" and element.alert.format == Alert.ERROR:
            self.alerts.append(element.alert.body)
        elif kind is not None and (found := _KEY.match(getattr(getattr(element, kind), "id", ""))):
            self.widgets[found[1]] = found[0]
