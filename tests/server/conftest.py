"""A server on a machine whose disk is full: it can write no file. Nobody but this machine reaches it."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.browser.conftest import running_process
from tests.load.people import Person


def _no_room() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


@dataclass
class Server:
    """A server, and what it has written to its terminal."""

    address: str
    process: subprocess.Popen[bytes]
    said: list[str] = field(default_factory=list)

    def hear(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said.append(line.decode())

    def told(self, number: str) -> dict[str, Any]:
        """The line of the log that has this number."""
        (line,) = [line for line in self.said if f'"{number}"' in line]
        found: dict[str, Any] = json.loads(line)
        return found


def start(port: int | None = None) -> Any:
    """A server on such a machine, as a context."""
    environment = os.environ | {"STREAMLIT_SERVER_ADDRESS": "127.0.0.1"}
    without_room = None if os.name == "nt" else _no_room
    return running_process(port=port, env=environment, stderr=subprocess.PIPE, preexec_fn=without_room)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with start() as (address, process):
        server = Server(address, process)
        threading.Thread(target=server.hear, daemon=True).start()
        yield server


@pytest.fixture
def person(server: Server) -> Iterator[Person]:
    person = Person(server.address)
    yield person
    person.leave()
