"""A long day on one machine: readers, painters, uploads, lost connections, and what the server takes meanwhile.

python -m tests.load.soak [--minutes 120]     a line a minute; ends with 1 where something is not given back
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.browser.conftest import running_process
from tests.load.crowd import Diary, Painter, Reader
from tests.load.people import PATIENCE, Person
from tests.load.process import Taken, slope, taken

WARM = 1 / 3  # of the time: caches fill, which are bounded
MOST_A_MINUTE = 1.0  # MB, after that
KEPT_FOR = 15.0  # seconds that a session is kept whose connection is lost
PASSES_MB = 60  # what is kept of pictures: full before it is warm
COUNTED = ("memory", "files", "sockets", "on_disk", "threads")


@dataclass
class Day:
    """What was seen: (minutes, what the process takes, what /health says) from time to time, and before and after."""

    before: Taken
    looks: list[tuple[float, Taken, dict[str, Any]]] = field(default_factory=list)
    after: Taken | None = None
    health: dict[str, Any] = field(default_factory=dict)

    def slope(self, what: str) -> float:
        """How much more of it a minute, once it is warm."""
        end = self.looks[-1][0]
        return slope([(minutes, getattr(found, what)) for minutes, found, _ in self.looks if minutes >= WARM * end])


def live(
    address: str,
    process: int,
    minutes: float,
    diary: Diary,
    *,
    every: float,
    again: float,
    cuts: int,
) -> Day:
    """Let a day go by, and wait until everybody has left and is forgotten.

    every   seconds from look to look
    again   seconds after which a painter begins again
    cuts    after so many pages, and four times as many pictures, somebody loses the connection
    """
    asking, over = Person(address), threading.Event()
    while not _health(asking)["ready"]:
        time.sleep(0.2)
    day = Day(taken(process))
    crowd: list[threading.Thread] = [
        Reader(address, diary, over, seed, (0.5, 2.0), uploads=1, cuts=cuts) for seed in range(5)
    ]
    crowd += [Painter(address, diary, over, seed, "lang=en&size=128", again, 4 * cuts) for seed in range(2)]
    begun = time.monotonic()
    for each in crowd:
        each.start()
    print(HEAD, flush=True)
    said = -1
    while (elapsed := time.monotonic() - begun) < 60 * minutes:
        day.looks.append((elapsed / 60, taken(process), _health(asking)))
        if int(elapsed / 60) > said:
            said = int(elapsed / 60)
            print(_line(f"{said:7d}", *day.looks[-1][1:]), flush=True)
        over.wait(every)
    over.set()
    for each in crowd:
        each.join(2 * PATIENCE)
    for _ in range(60):  # a page that was left in the midst of a computation ends with it
        if not_given_back(day):
            time.sleep(KEPT_FOR + 1)
            asking.open("vectors")  # Streamlit gives up what was left when somebody comes
            asking.leave()
            day.after, day.health = taken(process), _health(asking)
            asking.leave()
    assert day.after is not None
    print(_line("  after", day.after, day.health), flush=True)
    return day


def faults(day: Day) -> list[str]:
    """What grows."""
    rates = {what: day.slope(what) for what in COUNTED}
    most = {what: MOST_A_MINUTE if what == "memory" else 0.2 for what in COUNTED}
    return [f"{what} grows by {rate:.2f} a minute" for what, rate in rates.items() if rate > most[what]]


def not_given_back(day: Day) -> list[str]:
    """What is still taken when everybody has left."""
    if day.after is None:
        return ["nobody has looked"]
    found = []
    # whoever looks has a connection, and the last two visits' sessions, of three files each
    for what, more in (("files", 7), ("sockets", 5), ("on_disk", 0), ("threads", 4)):
        before, after = getattr(day.before, what), getattr(day.after, what)
        if after > before + more:
            found.append(f"{what}: {before} before, {after} after")
    going_on = {state: day.health["jobs"].get(state, 0) for state in ("running", "queued", "paused")}
    if any(going_on.values()) or day.health["pages"]:
        found.append(f"nobody is there, and yet {going_on}, {day.health['pages']} pages open")
    if day.health["passes_mb"]["taken"] > 1.3 * day.health["passes_mb"]["most"]:
        found.append(f"of passes {day.health['passes_mb']}")
    return found


@contextmanager
def server() -> Iterator[tuple[str, int]]:
    """One whose bounds are reached within a short day; yields its address and the number of its process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRAMLAB_PASSES_MB", str(PASSES_MB))
        patch.setenv("STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL", str(round(KEPT_FOR)))
        with running_process() as (address, process):
            yield address, process.pid


HEAD = "minutes    MB files sockets disk threads pages jobs passes uploads"


def _line(when: str, found: Taken, health: dict[str, Any]) -> str:
    jobs = sum(health["jobs"].get(state, 0) for state in ("running", "queued", "paused", "abandoned"))
    return (
        f"{when} {found.memory:5.0f} {found.files:5d} {found.sockets:7d} {found.on_disk:4d} {found.threads:7d}"
        f" {health['pages']:5d} {jobs:4d} {health['passes_mb']['taken']:6d} {health['uploads_mb']['taken']:7d}"
    )


def _health(person: Person) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(person.ask("GET", "/health")[2])
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=120)
    asked = parser.parse_args()
    diary = Diary()
    with server() as (address, process):
        day = live(address, process, asked.minutes, diary, every=10, again=90, cuts=20)
    print("a minute, once warm: " + ", ".join(f"{what} {day.slope(what):+.2f}" for what in COUNTED))
    print(", ".join(f"{what}: {count}" for what, count in sorted(diary.counts.items())))
    wrong = [*faults(day), *not_given_back(day), *diary.faults]
    print(f"wrong: {len(wrong)}", *wrong[:20], sep="\n  ")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
