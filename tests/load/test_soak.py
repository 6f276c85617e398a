"""The long day of `make soak`, in short: what everybody has taken is given back. Whether it grows shows in hours."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.load import process, soak
from tests.load.crowd import Diary
from tests.load.process import Taken

pytestmark = pytest.mark.slow

LITTLE = Taken(800.0, 10, 5, 0, 8)
HAPPENED = {"lost connections", "begun again", "upload", "start"}
QUIET = {"jobs": {"finished": 2}, "pages": 0, "passes_mb": {"taken": 60, "most": 60}}


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="Linux alone tells what a process takes")
def test_readers_painters_uploads_and_lost_connections_leave_nothing_behind() -> None:
    diary = Diary()
    with soak.server(kept_for=1) as (address, number):
        day = soak.live(address, number, 0.1, diary, every=1, again=4, cuts=2, kept_for=1, until=HAPPENED)
    assert soak.not_given_back(day) == []
    assert diary.faults == []
    assert diary.counts.keys() >= HAPPENED
    busy = max(found.sockets for _, found, _ in day.looks)
    assert busy > day.before.sockets + 7, "everybody was there"


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
