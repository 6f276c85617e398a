"""What a process takes, as the system counts it: Linux alone tells."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Taken:
    """Resident megabytes, and how many open files, sockets among them, files on a disk among them, and threads."""

    memory: float
    files: int
    sockets: int
    on_disk: int
    threads: int


def taken(process: int, proc: Path = Path("/proc")) -> Taken:
    """What a process takes at this moment; raises FileNotFoundError where there is none."""
    folder = proc / str(process)
    status = dict(line.split(":", 1) for line in (folder / "status").read_text(encoding="utf-8").splitlines())
    opened = []
    for link in (folder / "fd").iterdir():
        try:
            opened.append(os.readlink(link))
        except FileNotFoundError:  # closed meanwhile
            continue
    return Taken(
        int(status["VmRSS"].split()[0]) / 1000,
        len(opened),
        sum(name.startswith("socket:") for name in opened),
        sum(name.startswith("/") and not name.startswith(("/dev/", "/proc/")) for name in opened),
        int(status["Threads"]),
    )


def slope(points: list[tuple[float, float]]) -> float:
    """The slope of the straight line that lies nearest to some points, by least squares; 0 where there is none.

    >>> slope([(0.0, 1.0), (1.0, 3.0), (2.0, 5.0)])
    2.0
    """
    if len(points) < 2:
        return 0.0
    x_mean, y_mean = (sum(each) / len(points) for each in zip(*points, strict=True))
    spread = sum((x - x_mean) ** 2 for x, _ in points)
    return sum((x - x_mean) * (y - y_mean) for x, y in points) / spread if spread else 0.0
