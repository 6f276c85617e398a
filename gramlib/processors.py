"""How many threads can compute at the same time here: what a container or a service may use, not what the host has."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

GROUPS = Path("/sys/fs/cgroup")
OWN_GROUP = Path("/proc/self/cgroup")


def processors() -> int:
    """Return how many processors this process may use at the same time, at least 1.

    The fewest of what the machine has, what the process is bound to (taskset, `--cpuset-cpus`), and what its control
    groups are given of the time (Linux; `docker run --cpus 2`, systemd's CPUQuota).
    """
    bound = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return fewest(bound, shares(_quotas(GROUPS, OWN_GROUP)))


def fewest(bound: int, given: Iterable[float]) -> int:
    """Return the whole processors that fit, at least 1: a thread more than that would stand still part of the time.

    bound   how many the process may run on
    given   shares of processors, 1 for one

    >>> fewest(64, [2.0]), fewest(64, []), fewest(64, [2.9, 8.0]), fewest(8, [0.5]), fewest(2, [16.0])
    (2, 64, 2, 1, 2)
    """
    return max(1, int(min([bound, *given])))


def shares(quotas: Iterable[str]) -> list[float]:
    """Return the processors that each quota gives, those without a limit left out.

    quotas   microseconds of computing and of the period they are given in, as in a cgroup's cpu.max

    >>> shares(["200000 100000", "max 100000", "-1 100000", "", "50000 100000"])
    [2.0, 0.5]
    """
    found = []
    for quota in quotas:
        time, period = [*quota.split(), "", ""][:2]
        if time.isdecimal() and period.isdecimal() and int(period):
            found.append(int(time) / int(period))
    return found


def _quotas(groups: Path, own_group: Path) -> list[str]:
    """The quotas of the process's control group and of those it lies in; of version 2 and of version 1."""
    inside = [Path(line.split(":", 2)[2].lstrip("/")) for line in _text(own_group).splitlines() if line.count(":") > 1]
    folders = {groups / outer for path in inside for outer in (path, *path.parents)} | {groups}
    # of version 1 a container sees its own group alone, where the host has all of them
    old = _text(groups / "cpu/cpu.cfs_quota_us").strip(), _text(groups / "cpu/cpu.cfs_period_us").strip()
    return [*(_text(folder / "cpu.max") for folder in folders), " ".join(old)]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""
