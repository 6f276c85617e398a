"""How much memory is taken and can still be had: what a container or a service may use, not only what the host has."""

from __future__ import annotations

import contextlib
import ctypes
import math
import os
from pathlib import Path

from gramlib.processors import GROUPS, OWN_GROUP

MACHINE = Path("/proc/meminfo")
OWN = Path("/proc/self/status")
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of malloc.h


def available(machine: Path = MACHINE, groups: Path = GROUPS, own_group: Path = OWN_GROUP) -> int | None:
    """Return the bytes that can be taken before somebody is killed for it, or None where that cannot be known.

    The least of what the machine could give (MemAvailable) and of what the process's control groups of version 2 have
    left of their limit; files that are kept in memory only to be read again count as free. Known on Linux alone.
    """
    known = [int(line.split()[1]) * 1024 for line in _lines(machine) if line.startswith("MemAvailable:")]
    inside = [Path(line.split(":", 2)[2].lstrip("/")) for line in _lines(own_group) if line.startswith("0::")]
    for folder in {groups / outer for path in inside for outer in (path, *path.parents)}:
        limit, taken = (_lines(folder / name) for name in ("memory.max", "memory.current"))
        files = [int(line.split()[1]) for line in _lines(folder / "memory.stat") if line.startswith("inactive_file ")]
        if limit and taken and limit[0].isdecimal() and taken[0].isdecimal():
            known.append(int(limit[0]) - int(taken[0]) + sum(files))
    return max(0, min(known)) if known else None


def taken(own: Path = OWN) -> int | None:
    """Return the bytes of memory that this process takes, or None where that cannot be known: on Linux alone it can."""
    return next((int(line.split()[1]) * 1024 for line in _lines(own) if line.startswith("VmRSS:")), None)


def room(most: int, variable: str) -> int:
    """Return the bytes that something kept for later may take.

    most       bytes, of which an eighth of what is free is taken where that is less
    variable   of the environment: where it holds something, that many megabytes, and nothing else counts
    raises     ValueError where that is no number of megabytes
    """
    if asked := os.environ.get(variable):
        with contextlib.suppress(ValueError):
            if 0 <= (megabytes := float(asked)) < math.inf:
                return round(megabytes * 1e6)
        raise ValueError(f"{variable} is {asked!r}; a number of megabytes is needed, such as 300.")
    free = available()
    return most if free is None else min(most, free // 8)


def give_back(bytes_from: int = 8 << 20) -> bool:
    """Have arrays of so many bytes given back to the system as soon as they are gone; return whether that can be had.

    GNU's C library keeps what is freed for what comes next, up to 32 MB a piece: a forward pass at 256 pixels leaves
    0.2 GB behind. Without that a step has its memory made anew each time. For the whole process; on Linux alone.
    """
    try:
        library = ctypes.CDLL("libc.so.6")
        return bool(library.mallopt(_MMAP_THRESHOLD, bytes_from) and library.mallopt(_TRIM_THRESHOLD, 2 * bytes_from))
    except (OSError, AttributeError):  # another system, another library
        return False


def tidy() -> bool:
    """Give back what is freed and kept for what comes next, of all sizes; return whether that can be had.

    On Linux with GNU's C library alone; it takes some milliseconds, in which the others wait.
    """
    try:
        return bool(ctypes.CDLL("libc.so.6").malloc_trim(0))
    except (OSError, AttributeError):
        return False


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return []
