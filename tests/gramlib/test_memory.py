"""How much memory is left, on a machine and in a container that are made of files."""

from __future__ import annotations

import subprocess
import sys

import pytest

from gramlib import memory
from gramlib.memory import available, room, taken

GIB = 2**30


@pytest.mark.parametrize(
    ("free", "asked", "expected"),
    [
        (80_000, None, 1_000),  # there is plenty: as much as is needed
        (4_000, None, 500),  # an eighth
        (None, None, 1_000),  # nobody knows
        (4_000, "", 500),
        (4_000, "0.003", 3_000),
        (None, "0.0001", 100),
        (4_000, "0", 0),
    ],
)
def test_what_is_kept_takes_an_eighth_at_most_or_what_was_asked_for(monkeypatch, free, asked, expected):
    monkeypatch.setattr(memory, "available", lambda: free)
    if asked is not None:
        monkeypatch.setenv("SOME_MB", asked)
    assert room(1_000, "SOME_MB") == expected


@pytest.mark.parametrize("asked", ["abc", "nan", "inf", "-1", "300 MB"])
def test_what_is_no_number_of_megabytes_is_named(monkeypatch, asked):
    monkeypatch.setenv("SOME_MB", asked)
    with pytest.raises(ValueError, match=f"SOME_MB is '{asked}'; a number of megabytes is needed"):
        room(1_000, "SOME_MB")


@pytest.fixture
def machine(tmp_path):
    def machine(free: int | None, limit: str = "", taken: int = 0, cached: int = 0) -> int | None:
        """What is available where so many bytes are free, in a group with this limit, within one that has none."""
        info, own, groups = tmp_path / "meminfo", tmp_path / "cgroup", tmp_path / "groups"
        (groups / "school/app").mkdir(parents=True)
        if free is not None:
            info.write_text(f"MemTotal: 99 kB\nMemAvailable: {free // 1024} kB\n")
        own.write_text("0::/school/app\n")
        (groups / "school/memory.max").write_text("max\n")
        (groups / "school/memory.current").write_text("5\n")
        if limit:
            for name, text in (("max", limit), ("current", str(taken)), ("stat", f"anon 1\ninactive_file {cached}\n")):
                (groups / f"school/app/memory.{name}").write_text(text)
        return available(info, groups, own)

    return machine


def test_it_is_the_least_of_machine_and_container(machine):
    assert machine(8 * GIB) == 8 * GIB


def test_a_container_s_limit(machine):
    assert machine(8 * GIB, str(4 * GIB), 3 * GIB, cached=GIB // 2) == 1.5 * GIB


def test_the_machine_may_have_less(machine):
    assert machine(GIB, str(4 * GIB), 0) == GIB


def test_over_the_limit_nothing_is_left(machine):
    assert machine(8 * GIB, str(GIB), 2 * GIB) == 0


def test_where_nothing_is_known(machine):
    assert machine(None) is None


GROWTH = """
from gramlib.memory import taken
before = taken()
held = bytearray(64 * 2**20)
held[:: 2**12] = b"1" * len(held[:: 2**12])  # each page is touched
print(before, taken())
"""


def test_what_a_process_takes_grows_with_what_it_holds(tmp_path):
    assert taken(tmp_path / "none") is None
    if taken() is not None:  # on Linux; in a process of its own, where nothing else comes and goes
        found = subprocess.run([sys.executable, "-c", GROWTH], capture_output=True, text=True, check=True)
        before, after = map(int, found.stdout.split())
        assert before + 50 * 2**20 < after < before + 90 * 2**20


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="GNU's C library alone is told")
def test_what_is_given_back_is_no_longer_taken():
    program = """
import sys
import numpy as np
from gramlib import memory
if sys.argv[1] == "given back":
    assert memory.give_back()
np.ones(2_000_000)  # when it is gone, the library keeps pieces of this size
pieces = [(np.ones(1_500_000), np.ones(100_000)) for _ in range(10)]  # too large for a gap anywhere else
lasting = [small for _, small in pieces]
del pieces
print(memory.taken() / 1e6)
"""
    kept, given = (
        float(subprocess.run([sys.executable, "-c", program, how], capture_output=True, text=True, check=True).stdout)
        for how in ("kept", "given back")
    )
    assert kept > given + 100, "megabytes of pieces that are gone"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="GNU's library alone keeps what is freed")
def test_what_is_freed_is_given_back_when_asked_for():
    program = """
import numpy as np
from gramlib import memory
pieces = [np.ones(10_000) for _ in range(1000)]
last = pieces[-1]
del pieces
before = memory.taken()
assert memory.tidy()
print((before - memory.taken()) / 1e6)
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert float(ran.stdout) > 40, "of 80 megabytes"
