"""The verdict of `make soak`, which takes minutes or hours: what grows, and what is not given back."""

from __future__ import annotations

from pathlib import Path

from tests.load import process, soak
from tests.load.process import Taken

LITTLE = Taken(800.0, 10, 5, 0, 8)
QUIET = {"jobs": {"finished": 2}, "pages": 0, "passes_mb": {"taken": 60, "most": 60}}


def test_what_grows_and_what_is_not_given_back_is_seen() -> None:
    day = soak.Day(LITTLE, [(minute, Taken(800 + 2 * minute, 10, 5, 0, 8), QUIET) for minute in range(30)])
    assert soak.faults(day) == ["memory grows by 2.00 a minute"]
    assert soak.not_given_back(day) == ["nobody has looked"]
    day.after, day.health = Taken(801.0, 40, 5, 1, 8), QUIET | {"jobs": {"running": 1}, "pages": 2}
    assert [fault.partition(":")[0].partition(",")[0] for fault in soak.not_given_back(day)] == [
        "files",
        "on_disk",
        "nobody is there",
    ]


def test_a_file_that_is_open_is_counted(tmp_path: Path) -> None:
    import os

    before = process.taken(os.getpid())
    with (tmp_path / "file").open("w"):
        assert process.taken(os.getpid()).on_disk == before.on_disk + 1
    assert process.taken(os.getpid()).on_disk == before.on_disk
