"""A long day on one machine: class after class of readers, painters, uploads and lost connections, and what it takes.

Between two classes nobody is there. What the server takes then is compared: while people paint it goes up and down by
hundreds of megabytes, and a leak of one a minute would not be seen.

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

from pages.ui import tidying
from tests.browser.conftest import running_process
from tests.load.crowd import Diary, Painter, Reader
from tests.load.people import PATIENCE, Person
from tests.load.process import Taken, slope, taken

WARM = 1 / 3  # of the time: caches fill, which are bounded
MOST_A_MINUTE = 1.0  # MB, after that
EVERY = 60.0  # seconds from look to look while a class is there
QUERY = "lang=en&size=128"  # of a painter
KEPT_FOR = 15.0  # seconds that a session is kept whose connection is lost
PASSES_MB, UPLOADS_MB = 60, 30  # what is kept of pictures: full before it is warm
PEOPLE, OF_EACH = 5, 8  # and of transfers that are over: more than a pool keeps, JobPool's `over` and `own`
COUNTED = ("memory", "files", "sockets", "on_disk", "threads")


@dataclass
class Day:
    """What was seen: (minutes, what the process takes, what /health says) between classes.

    before   what was taken when nobody had come yet
    most     megabytes, the most that were taken while somebody was there
    """

    before: Taken
    rests: list[tuple[float, Taken, dict[str, Any]]] = field(default_factory=list)
    most: float = 0.0

    def slope(self, what: str) -> float:
        """How much more of it a minute, once it is warm."""
        end = self.rests[-1][0]
        return slope([(minutes, getattr(found, what)) for minutes, found, _ in self.rests if minutes >= WARM * end])


def live(address: str, process: int, minutes: float, classes: int, diary: Diary, *, again: float, cuts: int) -> Day:
    """Let a day go by: one class after the other, and after each wait until everybody has left and is forgotten.

    minutes   of all classes together
    classes   how many
    again     seconds after which a painter begins again
    cuts      after so many pages, and four times as many pictures, somebody loses the connection
    """
    asking = Person(address)
    while not _health(asking)["ready"]:
        time.sleep(0.2)
    day = Day(taken(process))
    _fill(address)
    begun = time.monotonic()
    print(HEAD, flush=True)
    for _ in range(classes):
        over = threading.Event()
        crowd: list[threading.Thread] = [
            Reader(address, diary, over, seed, (0.5, 2.0), uploads=1, cuts=cuts) for seed in range(5)
        ]
        crowd += [Painter(address, diary, over, seed, QUERY, again, 4 * cuts) for seed in range(2)]
        for each in crowd:
            each.start()
        ends = time.monotonic() + 60 * minutes / classes
        while (left := ends - time.monotonic()) > 0:
            over.wait(min(left, EVERY))
            found = taken(process)
            day.most = max(day.most, found.memory)
            print(_line((time.monotonic() - begun) / 60, found, _health(asking)), flush=True)
        over.set()
        for each in crowd:
            each.join(2 * PATIENCE)
        asking.leave()
        for _ in range(60):  # a page that was left in the midst of a computation ends with it
            time.sleep(KEPT_FOR + 1)
            asking.open("vectors")  # Streamlit gives up what was left when somebody comes
            asking.leave()
            time.sleep(tidying.EVERY + 1)  # and when nobody is there the memory of all of them is given back
            rest = ((time.monotonic() - begun) / 60, taken(process), _health(asking))
            asking.leave()
            if not _kept(day.before, *rest[1:]):
                break
        day.rests.append(rest)
        print(_line(*rest, said="nobody there"), flush=True)
    return day


def _fill(address: str) -> None:
    """Begin and stop as many transfers as the server keeps: with others as large in their place nothing grows."""
    for _ in range(PEOPLE):
        person = Person(address)
        person.open("style_transfer", QUERY)
        for _ in range(OF_EACH):
            person.press("start")
            assert person.job is not None, person.alerts
            seen = person.frame(person.job, None)
            while not int(seen.status["iteration"]):  # type: ignore[call-overload]
                seen = person.frame(person.job, seen)
            person.press("stop")
        person.leave()


def faults(day: Day) -> list[str]:
    """What grows."""
    rates = {what: day.slope(what) for what in COUNTED}
    most = {what: MOST_A_MINUTE if what == "memory" else 0.2 for what in COUNTED}
    return [f"{what} grows by {rate:.2f} a minute" for what, rate in rates.items() if rate > most[what]]


def not_given_back(day: Day) -> list[str]:
    """What is still taken when everybody has left, after any class."""
    found = []
    for minutes, after, health in day.rests:
        found += [f"after {minutes:.0f} minutes {kept}" for kept in _kept(day.before, after, health)]
    return found or ([] if day.rests else ["nobody has looked"])


def _kept(before: Taken, after: Taken, health: dict[str, Any]) -> list[str]:
    found = []
    # whoever looks has a connection, and the last two visits' sessions, of three files each
    for what, more in (("files", 7), ("sockets", 5), ("on_disk", 0), ("threads", 4)):
        if getattr(after, what) > getattr(before, what) + more:
            found.append(f"{what}: {getattr(before, what)} before, {getattr(after, what)} after")
    going_on = {state: health["jobs"].get(state, 0) for state in ("running", "queued", "paused")}
    if any(going_on.values()) or health["pages"]:
        found.append(f"nobody is there, and yet {going_on}, {health['pages']} pages open")
    if health["passes_mb"]["taken"] > 1.3 * health["passes_mb"]["most"]:
        found.append(f"of passes {health['passes_mb']}")
    return found


@contextmanager
def server() -> Iterator[tuple[str, int]]:
    """One whose bounds are reached within a short day; yields its address and the number of its process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRAMLAB_PASSES_MB", str(PASSES_MB))
        patch.setenv("GRAMLAB_UPLOADS_MB", str(UPLOADS_MB))
        patch.setenv("STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL", str(round(KEPT_FOR)))
        with running_process() as (address, process):
            yield address, process.pid


HEAD = "minutes    MB files sockets disk threads pages jobs passes uploads"


def _line(minutes: float, found: Taken, health: dict[str, Any], said: str = "") -> str:
    jobs = sum(health["jobs"].get(state, 0) for state in ("running", "queued", "paused", "abandoned"))
    return (
        f"{minutes:7.1f} {found.memory:5.0f} {found.files:5d} {found.sockets:7d} {found.on_disk:4d} {found.threads:7d}"
        f" {health['pages']:5d} {jobs:4d} {health['passes_mb']['taken']:6d} {health['uploads_mb']['taken']:7d} {said}"
    )


def _health(person: Person) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(person.ask("GET", "/health")[2])
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=120)
    asked = parser.parse_args()
    diary, classes = Diary(), round(min(24.0, max(6.0, asked.minutes / 5)))
    with server() as (address, process):
        day = live(address, process, asked.minutes, classes, diary, again=90, cuts=20)
    print("a minute, once warm: " + ", ".join(f"{what} {day.slope(what):+.2f}" for what in COUNTED))
    print(
        f"at most {day.most:.0f} MB; " + ", ".join(f"{what}: {count}" for what, count in sorted(diary.counts.items()))
    )
    wrong = [*faults(day), *not_given_back(day), *diary.faults]
    print(f"wrong: {len(wrong)}", *wrong[:20], sep="\n  ")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
