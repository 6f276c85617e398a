"""What whoever runs the server can read of it: a line of JSON for each event, on standard error.

A line says who did not get what, and why. It names nobody: a browser is a number that is drawn anew with each start.
It holds nothing that a person has brought along, no picture, no file's name, nothing typed: of an error it has the kind
and the places in the code, and its text only where that is the system's. A fault of ours or of the machine has a
number, which the page shows too: by it the line is found.
"""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
import sys
import time
import traceback
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gramlib.errors import GramlabError
from pages.ui.places import ROOT

_LOGGER = logging.getLogger("gramlab")
_SALT = secrets.token_bytes(16)
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is taken for another when it is read out
_PLACES = 8  # of an error in the code, the innermost
_RECENT: deque[dict[str, Any]] = deque(maxlen=20)
# values of an error that are numbers or names of ours; all others may be what a person has typed
_OURS = (bool, int, float)


class Lines(logging.Formatter):
    """A record as one line of JSON: when, how grave, what has happened, and what belongs to it."""

    def format(self, record: logging.LogRecord) -> str:
        when = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        head = {"time": f"{when}.{record.msecs:03.0f}Z", "level": record.levelname.lower(), "event": record.msg}
        return json.dumps(head | getattr(record, "values", {}), ensure_ascii=True)


class _Said(logging.Filter):
    """Holds back what Streamlit says of a page's error: that is said here, without what a person has typed."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.msg != "Uncaught app execution"


def begin() -> None:
    """Have what happens from now on written; a second time it has no effect."""
    if not _LOGGER.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(Lines())
        _LOGGER.addHandler(handler)
        _LOGGER.setLevel(logging.INFO)
        _LOGGER.propagate = False
        logging.getLogger("streamlit.error_util").addFilter(_Said())


def event(name: str, *, who: str | None = None, **values: object) -> None:
    """Something has happened that is no fault."""
    _write(logging.INFO, name, who, values)


def fault(name: str, error: BaseException, *, who: str | None = None, **values: object) -> str:
    """Somebody did not get something; returns the number of the fault, the same however often the error is told.

    name     what it was, such as "transfer_failed"
    who      the mark of the browser that did not get it, where that is known
    """
    if (number := number_of(error)) is None:
        number = "".join(secrets.choice(_LETTERS) for _ in range(6))
        error.gramlab_number = number  # type: ignore[attr-defined]
        _write(logging.ERROR, name, who, {"number": number, **values, **described(error)})
    return number


def number_of(error: BaseException) -> str | None:
    """The number under which an error is in the log; None for one that is not."""
    found = getattr(error, "gramlab_number", None)
    return found if isinstance(found, str) else None


def described(error: BaseException) -> dict[str, object]:
    """What may be told of an error: its kind, its cause's kind, where it arose, and the system's own words."""
    told: dict[str, object] = {"error": type(error).__name__}
    if isinstance(error, GramlabError):
        told["code"] = error.code
        told |= {name: value for name, value in error.values.items() if isinstance(value, _OURS)}
    if isinstance(error, OSError) and error.strerror:
        told["system"] = error.strerror
    if (cause := error.__cause__ or error.__context__) is not None:
        told["cause"] = type(cause).__name__
    frames = traceback.extract_tb(error.__traceback__ or (cause.__traceback__ if cause else None))
    told["at"] = [f"{_place(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames[-_PLACES:]]
    return told


def recent() -> list[Mapping[str, Any]]:
    """The newest faults, the newest first: time, event, number and code; nothing else is for everybody's eyes."""
    return [dict(each) for each in reversed(_RECENT)]


def alias(mark: str | None) -> str | None:
    """What a browser is called in the log, so that its lines are found together, and nobody by them."""
    return None if mark is None else hashlib.sha256(_SALT + mark.encode()).hexdigest()[:8]


def _write(level: int, name: str, who: str | None, values: Mapping[str, object]) -> None:
    told = {"who": alias(who), **values} if who is not None else dict(values)
    if level >= logging.ERROR:
        _RECENT.append({"time": time.time(), "event": name, "number": values.get("number"), "code": values.get("code")})
    _LOGGER.log(level, name, extra={"values": told})


def _place(file: str) -> str:
    """A file of the code as the repository or a library names it, without the folders of whoever runs it."""
    path = Path(file)
    if path.is_relative_to(ROOT) and "site-packages" not in path.parts:
        return path.relative_to(ROOT).as_posix()
    parts = path.parts
    return "/".join(parts[parts.index("site-packages") + 1 :] if "site-packages" in parts else parts[-2:])
