"""As many threads as the process may use, not as the host has."""

from __future__ import annotations

import os

import pytest

from gramlib import processors as module
from gramlib.processors import processors

TWO, FOUR, ALL = "200000 100000\n", "400000 100000\n", "max 100000\n"


@pytest.fixture
def host(monkeypatch, tmp_path):
    """A machine of 64 processors; called with the files of its control groups."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)), raising=False)
    monkeypatch.setattr(module, "GROUPS", tmp_path / "cgroup")
    monkeypatch.setattr(module, "OWN_GROUP", tmp_path / "self")

    def build(files, own="0::/\n"):
        (tmp_path / "self").write_text(own)
        for name, text in files.items():
            file = tmp_path / "cgroup" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)

    return build


def test_a_machine_without_limits_is_used_whole(host):
    assert processors() == 64, "no control groups at all"
    host({"cpu.max": ALL})
    assert processors() == 64


def test_a_container_with_two_processors_has_two_threads(host):
    host({"cpu.max": TWO})
    assert processors() == 2


def test_a_service_has_what_the_narrowest_of_its_groups_gives(host):
    own = "0::/system.slice/gramlab.service\n"
    host({"system.slice/gramlab.service/cpu.max": FOUR, "other.slice/cpu.max": TWO}, own)
    assert processors() == 4
    host({"system.slice/cpu.max": TWO}, own)
    assert processors() == 2


def test_the_first_version_of_control_groups(host):
    own = "4:cpu,cpuacct:/docker/abc\n"
    host({"cpu/cpu.cfs_quota_us": "300000\n", "cpu/cpu.cfs_period_us": "100000\n"}, own)
    assert processors() == 3
    host({"cpu/cpu.cfs_quota_us": "-1\n"}, own)
    assert processors() == 64


def test_bound_to_some_processors(host, monkeypatch):
    host({"cpu.max": FOUR})
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {5}, raising=False)
    assert processors() == 1


def test_where_no_process_is_bound(host, monkeypatch):
    monkeypatch.delattr(os, "sched_getaffinity")
    for count, expected in ((8, 8), (None, 1)):
        monkeypatch.setattr(os, "cpu_count", lambda count=count: count)
        assert processors() == expected


@pytest.mark.parametrize("nonsense", ["", "max", "2", "0 0", "one two", "²⁰ 1", "\x00", "::/\x00"])
def test_nonsense_limits_nothing(host, nonsense):
    host({"cpu.max": nonsense}, nonsense)
    assert processors() == 64


def test_here():
    assert 1 <= processors() <= (os.cpu_count() or 1)
