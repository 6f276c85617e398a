"""A line says what has happened, where and to whom, and nothing that a person has brought along."""

from __future__ import annotations

import io
import json
import logging

import pytest

from gramlib.errors import GramlabError
from pages.ui import log

PRIVATE = "grandma's photo.png"


@pytest.fixture
def written(monkeypatch):
    """What the log has written to the terminal, as text."""
    terminal = io.StringIO()
    logger = logging.Logger("gramlab")
    handler = logging.StreamHandler(terminal)
    handler.setFormatter(log.Lines())
    logger.addHandler(handler)
    monkeypatch.setattr(log, "_LOGGER", logger)
    return terminal.getvalue


def raised(error: BaseException) -> BaseException:
    try:
        raise error
    except BaseException as caught:
        return caught


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (KeyError(PRIVATE), {"error": "KeyError"}),
        (OSError(28, "No space left on device", PRIVATE), {"error": "OSError", "system": "No space left on device"}),
        (
            GramlabError("image_missing", f"No file {PRIVATE}", name=PRIVATE),
            {"error": "GramlabError", "code": "image_missing"},
        ),
        (GramlabError("jobs_full", "full", count=96), {"error": "GramlabError", "code": "jobs_full", "count": 96}),
        (UnicodeDecodeError("utf-8", PRIVATE.encode(), 0, 1, PRIVATE), {"error": "UnicodeDecodeError"}),
    ],
)
def test_a_fault_is_one_line_with_its_number_and_nothing_of_the_person(written, error, told):
    number = log.fault("page_failed", raised(error), who="the mark of a browser")
    (line,) = written().splitlines()
    found = json.loads(line)
    assert found.items() >= ({"level": "error", "event": "page_failed", "number": number} | told).items()
    assert found["at"][-1].startswith("tests/pages/ui/test_log.py:")
    assert found["at"][-1].endswith(" raised")
    assert found["time"].endswith("Z")
    for private in ("grandma", "photo.png", "the mark of a browser"):
        assert private not in line
    assert found["who"] == log.alias("the mark of a browser") != log.alias("another")
    assert set(number) <= set("23456789ABCDEFGHJKLMNPQRSTUVWXYZ")


def test_a_fault_that_is_told_twice_has_one_line_and_one_number(written):
    error = raised(ValueError())
    assert log.fault("page_failed", error) == log.fault("refused", error) == log.number_of(error)
    assert len(written().splitlines()) == 1
    assert log.number_of(ValueError()) is None


def test_the_newest_faults_are_kept_and_no_more_than_twenty(written):
    numbers = [log.fault("route_failed", raised(ValueError())) for _ in range(25)]
    assert [each["number"] for each in log.recent()] == numbers[:4:-1]
    assert len(log.recent()) == 20


def test_an_event_is_no_fault(written):
    before = log.recent()
    log.event("started", python="3.11")
    assert json.loads(written()).items() >= {"level": "info", "event": "started", "python": "3.11"}.items()
    assert log.recent() == before


def test_streamlits_own_line_with_the_text_of_a_pages_error_is_held_back():
    log.begin()
    log.begin()
    assert len(logging.getLogger("gramlab").handlers) == 1
    records = []
    quiet = logging.getLogger("streamlit.error_util")
    handler = logging.Handler()
    handler.emit = records.append  # type: ignore[method-assign]
    quiet.addHandler(handler)
    quiet.error("Uncaught app execution", exc_info=raised(KeyError(PRIVATE)))
    quiet.error("Failed to display")
    quiet.removeHandler(handler)
    assert [record.msg for record in records] == ["Failed to display"]
