"""A server as the container has it: only the files that are copied there, and not one that it could write.

So it stands for a machine whose disk is full, too. Nobody but this machine reaches it.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import running_process
from tests.load.people import Person

ROOT = Path(__file__).parents[2]
COPIED = re.compile(r"^COPY ((?:\S+ )+)/srv/gramlab", re.MULTILINE)


def copied() -> list[str]:
    """The files and folders of the repository that the container has."""
    text = (ROOT / ".deploy" / "Containerfile").read_text(encoding="utf-8")
    return [name for names in COPIED.findall(text) for name in names.split()]


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


@contextlib.contextmanager
def start(port: int | None = None) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Such a server; yields its address and its process."""
    with tempfile.TemporaryDirectory() as folder:
        for name in copied():
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, Path(folder) / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / name, folder)
        environment = os.environ | {"STREAMLIT_SERVER_ADDRESS": "127.0.0.1"}
        started = {"cwd": folder, "env": environment, "stderr": subprocess.PIPE}
        with running_process(port=port, preexec_fn=None if os.name == "nt" else _no_room, **started) as both:
            yield both


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
