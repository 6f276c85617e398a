"""A room on one machine, for a minute: how long readers wait, how quickly painters get on, what it takes.

python -m tests.load [--readers 30] [--painters 8] [--seconds 60] [--query "lang=en&size=256"] [--json FILE]
                     [--pictures FOLDER]     for what each painter sees at the end
"""

from __future__ import annotations

import argparse
import json
import statistics
import threading
import time
from pathlib import Path

from tests.browser.conftest import running_process
from tests.load.crowd import Diary, Painter, Reader
from tests.load.process import taken


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--readers", type=int, default=30)
    parser.add_argument("--painters", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--query", default="lang=en&size=256")
    parser.add_argument("--json", type=Path, default=Path("build/load.json"))
    parser.add_argument("--pictures", type=Path)
    asked = parser.parse_args()
    with running_process() as (address, process):
        crowd = asked.readers, asked.painters, asked.seconds, asked.query
        found = _measure(address, process.pid, *crowd, pictures=asked.pictures)
    asked.json.parent.mkdir(parents=True, exist_ok=True)
    asked.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


def _measure(
    address: str, process: int, readers: int, painters: int, seconds: float, query: str, *, pictures: Path | None
) -> dict[str, object]:
    diary, over = Diary(), threading.Event()
    _wait_until_ready(address)
    before = taken(process)
    crowd = [Reader(address, diary, over, seed) for seed in range(readers)]
    artists = [Painter(address, diary, over, seed, query) for seed in range(painters)]
    begun = time.monotonic()
    for each in (*crowd, *artists):
        each.start()
    memory = []
    while (elapsed := time.monotonic() - begun) < seconds:
        memory.append((elapsed, taken(process).memory))
        over.wait(1.0)
    steps = {artist.name: artist.steps for artist in artists}
    if pictures is not None:
        pictures.mkdir(parents=True, exist_ok=True)
        for at, artist in enumerate(artists):
            (pictures / f"{at:02d}.jpg").write_bytes(artist.picture)
    over.set()
    for each in (*crowd, *artists):
        each.join(60)
    print(f"{readers} readers, {painters} painters ({query}), {seconds:.0f} s")
    print(f"{'seconds until a page is there':<40} {'n':>5} {'p50':>7} {'p95':>7} {'p99':>7} {'most':>7}")
    for what, waits in sorted(diary.waits.items()):
        p50, p95, p99 = (_quantile(waits, share) for share in (0.50, 0.95, 0.99))
        print(f"{what:<40} {len(waits):5d} {p50:7.2f} {p95:7.2f} {p99:7.2f} {max(waits):7.2f}")
    rates = [count / elapsed for count in steps.values()]
    firsts = sorted(artist.first for artist in artists if artist.first is not None)
    if artists:
        print(f"steps a second: {sum(rates):.2f} in all; each {min(rates):.3f} to {max(rates):.3f}")
        first = f"{firsts[0]:.1f} to {firsts[-1]:.1f} s" if firsts else "never"
        print(f"first changed picture: {len(firsts)} of {painters}, {first}")
    looks = " ".join(f"{megabytes:.0f}" for _, megabytes in memory[:: max(1, len(memory) // 10)])
    print(f"memory in MB: {before.memory:.0f} before, then {looks}")
    print(f"faults: {len(diary.faults)}", *diary.faults[:10], sep="\n  ")
    return {
        "asked": {"readers": readers, "painters": painters, "seconds": seconds, "query": query},
        "waits": diary.waits,
        "steps": steps,
        "first": firsts,
        "memory": memory,
        "faults": diary.faults,
    }


def _wait_until_ready(address: str) -> None:
    from tests.load.people import Person

    person, deadline = Person(address), time.monotonic() + 120
    while person.ask("GET", "/health")[0] != 200:
        if time.monotonic() > deadline:
            raise TimeoutError("the network is not loaded")
        time.sleep(0.2)
    person.leave()


def _quantile(values: list[float], share: float) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[round(100 * share) - 1] if values[1:] else values[0]


main()
