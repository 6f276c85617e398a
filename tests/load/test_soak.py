"""The verdict of `make soak`, which takes minutes or hours: what grows, and what is not given back."""

from __future__ import annotations

from pathlib import Path

from tests.load import process, soak
from tests.load.process import Taken

LITTLE = Taken(800.0, 10, 5, 0, 8)
QUIET = {"jobs": {"finished": 2}, "pages": 0, "passes_mb": {"taken": 60, "most": 60}}


def test_what_grows_and_what_is_not_given_back_is_seen() -> None:
    day = soak.Day(LITTLE)
    assert soak.not_given_back(day) == ["nobody has looked"]
    day.rests = [(5.0 * rest, Taken(800 + 10 * rest, 10, 5, 0, 8), QUIET) for rest in range(6)]
    assert soak.faults(day) == ["memory grows by 2.00 a minute"]
    assert not soak.not_given_back(day)
    day.rests[2] = (10.0, Taken(801.0, 40, 5, 1, 8), QUIET | {"jobs": {"running": 1}, "pages": 2})
    assert soak.not_given_back(day) == [
        "after 10 minutes files: 10 before, 40 after",
        "after 10 minutes on_disk: 0 before, 1 after",
        "after 10 minutes nobody is there, and yet {'running': 1, 'queued': 0, 'paused': 0}, 2 pages open",
    ]


def test_what_fills_while_it_grows_warm_is_no_leak() -> None:
    day = soak.Day(LITTLE, [(minute, Taken(min(800 + 50 * minute, 1000), 10, 5, 0, 8), QUIET) for minute in range(31)])
    assert day.slope("memory") == 0.0
    assert not soak.faults(day)


def test_a_file_that_is_open_is_counted(tmp_path: Path) -> None:
    import os

    before = process.taken(os.getpid())
    with (tmp_path / "file").open("w"):
        assert process.taken(os.getpid()).on_disk == before.on_disk + 1
    assert process.taken(os.getpid()).on_disk == before.on_disk
