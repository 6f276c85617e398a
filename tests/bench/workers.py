"""What becomes of all steps together when they are made by workers; all of it on this one machine, no browser.

Steps that only take their time, by sleeping, show what turns, sockets and this process cost, however many processors
there are; how fast a picture is made by as many threads in one process and in two is measured with real ones.
"""

from __future__ import annotations

import contextlib
import json
import math
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Page

from tests.browser.conftest import ROOT

if TYPE_CHECKING:
    from gramlib.job import Job
    from gramlib.workers import WorkerPool

SIDE = 256
BESIDE, SECONDS = 192, 10.0  # pixels, and seconds of the machine for each kind, turn about
A_STEP = 0.2  # seconds, about what a laptop takes for 256 pixels
GROWTH = ((1, 4), (1, 32), (2, 32), (4, 32), (8, 64), (16, 64), (16, 256))  # (workers, jobs)
VIEWERS = (1, 10, 30)
LOOKS = 10  # a second, of each viewer
TOY_WORKER = """
import asyncio, sys
from gramlib.cluster import work
from gramlib.studio import Studio
asyncio.run(work(sys.argv[1], Studio(), name=sys.argv[2]))
"""


class Sleeper:
    """Makes steps that take a known time and nothing else."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __call__(self, change: object = None) -> Iterator[Any]:
        iteration = 0
        while True:
            time.sleep(self.seconds)
            iteration += 1
            yield SimpleNamespace(iteration=iteration, total=1.0, losses={"relu1_1": 1.0})


class Still:
    """Makes steps of the size of real ones, with all their matrices, and takes next to no time for each."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds

    def __call__(self, change: object = None) -> Iterator[Any]:
        import torch

        from gramlib.transfer import Step, TransferSettings

        generator = torch.Generator().manual_seed(0)
        small = torch.rand(1, 3, SIDE // 8, SIDE // 8, generator=generator)
        image = torch.nn.functional.interpolate(small, size=(SIDE, SIDE), mode="bicubic").clamp(0, 1)
        names = [name for name, _ in TransferSettings().style_layers]
        sides = dict(zip(names, (64, 128, 256, 512, 512), strict=True))
        targets = {name: torch.rand(side, side, generator=generator) for name, side in sides.items()}
        losses = {"content": 1.0, **dict.fromkeys(names, 1.0)}
        for iteration in range(1, 10**6):
            time.sleep(self.seconds)
            grams = {name: target.clone() for name, target in targets.items()}
            yield Step(iteration, 1.0, losses, image.clone(), 0.0, grams, targets, (SIDE, SIDE), 0, TransferSettings())


def measure(_page: Page, _server: str) -> Iterator[tuple[str, str, list[float]]]:
    with _scheduler() as address:
        yield from _beside_one_process(address)
        with _workers(address, 1) as pool:
            yield from _overhead(pool)
            yield from _viewers(pool)
        for workers, jobs in GROWTH:
            with _workers(address, workers) as pool:
                yield from _growth(pool, workers, jobs)


def _beside_one_process(address: str) -> Iterator[tuple[str, str, list[float]]]:
    """Turn about, so that what the machine does besides disturbs both; while one is measured there are no workers."""
    from gramlib import VGG, JobPool, TransferSettings, open_image, to_tensor
    from gramlib.painting import Painter, Painting
    from pages.ui.pictures import samples

    content, style = (to_tensor(open_image(samples()[name]), BESIDE) for name in ("neuschwanstein", "great_wave"))
    network, settings = VGG(device="cpu"), TransferSettings(scales=1, steps=10_000)
    painter = Painter(lambda change: Painting(content, style, settings, change=change), lambda *_: network)

    def pace(pool: JobPool) -> float:
        jobs = [pool.start(painter, settings) for _ in range(4)]
        while min(_steps(jobs)) < 2:
            time.sleep(0.05)
        return _pace(jobs, SECONDS)

    done: dict[str, list[float]] = {"here": [], "workers": []}
    for _ in range(2):
        here = JobPool()
        done["here"].append(pace(here))
        here.close(30)
        with _workers(address, 2, real=True) as far:
            done["workers"].append(pace(far))
    yield f"workers: 4 transfers, {BESIDE} px, one process of 2 threads: steps a second", "1/s", done["here"]
    yield "workers: … two workers of 1 thread each", "1/s", done["workers"]
    share = [100 * far / one for far, one in zip(done["workers"], done["here"], strict=True)]
    yield "workers: … share of the steps of one process", "%", share


def _overhead(pool: WorkerPool) -> Iterator[tuple[str, str, list[float]]]:
    from gramlib import JobPool

    for what, maker in (("toy", Sleeper(0)), (f"{SIDE} px", Still())):
        here, cost = JobPool(encode=lambda step: b""), {}
        for name, each in (("here", here), ("worker", pool)):
            job = each.start(maker)
            while (job.step.iteration if job.step else 0) < 130:  # from there on few pictures are saved
                time.sleep(0.01)
            cost[name] = 1000 / _pace([job], 3.0)
            job.stop()
        here.close(30)
        yield f"workers: overhead of a step ({what}) through a worker", "ms", [cost["worker"] - cost["here"]]
    job = pool.start(Still(0.05))
    frames, grams = [], []
    while (job.step.iteration if job.step else 0) < 20:  # the first few save their pictures
        time.sleep(0.01)
    for _ in range(30):
        step = job.step
        while job.step is step:
            time.sleep(0.001)
        begun = time.perf_counter()
        _ = job.frame
        frames.append(1000 * (time.perf_counter() - begun))
        begun = time.perf_counter()
        _ = (job.step.grams, job.step.targets)
        grams.append(1000 * (time.perf_counter() - begun))
    job.stop()
    yield f"workers: a frame of {SIDE} px asked for", "ms", frames
    yield "workers: its Gram matrices fetched", "ms", grams


def _viewers(pool: WorkerPool) -> Iterator[tuple[str, str, list[float]]]:
    """What this process, the app's, uses of a processor for each who watches a picture of five steps a second."""
    from pages.lessons.style_transfer import wire

    jobs = [pool.start(Still(A_STEP)) for _ in range(1)]
    while jobs[0].step is None:
        time.sleep(0.01)
    costs = []
    for viewers in (0, *VIEWERS):
        used, begun, seen = time.process_time(), time.perf_counter(), [0] * viewers
        while (passed := time.perf_counter() - begun) < 5:
            for viewer in range(viewers):
                job = jobs[viewer % len(jobs)]
                job.touch()
                json.dumps(wire.status(job))
                sequence, _ = job.frame
                if sequence != seen[viewer]:
                    wire.grams(job)
                    seen[viewer] = sequence
            time.sleep(max(0.0, 1 / LOOKS - (time.perf_counter() - begun - passed)))
        costs.append(100 * (time.process_time() - used) / (time.perf_counter() - begun))
    jobs[0].stop()
    for viewers, cost in zip(VIEWERS, costs[1:], strict=True):
        each = (cost - costs[0]) / viewers
        yield f"workers: {viewers} viewers: of a processor, in the app's process, for each", "%", [each]


def _growth(pool: WorkerPool, workers: int, count: int) -> Iterator[tuple[str, str, list[float]]]:
    jobs = [pool.start(Sleeper(A_STEP)) for _ in range(count)]
    while min(_steps(jobs)) < 1:
        time.sleep(0.05)
    used, before, begun = time.process_time(), _steps(jobs), time.perf_counter()
    seconds = max(10.0, 3 * A_STEP * count / workers)
    while time.perf_counter() - begun < seconds:
        time.sleep(0.2)
    passed = time.perf_counter() - begun
    made = [later - first for later, first in zip(_steps(jobs), before, strict=True)]
    cpu = time.process_time() - used
    for job in jobs:
        job.stop()
    what = f"workers: {workers} workers, {count} jobs, steps of {A_STEP} s"
    yield f"{what}: steps a second", "1/s", [sum(made) / passed]
    yield f"{what}: of what they could", "%", [100 * sum(made) / passed * A_STEP / workers]
    yield f"{what}: fewest and most of one job", "1", [min(made), max(made)]
    yield f"{what}: of a processor, in the app's process, for a step", "ms", [1000 * cpu / max(1, sum(made))]


def _steps(jobs: list[Job]) -> list[int]:
    """How many steps each has made; to ask is to touch, so that no job counts as abandoned."""
    for job in jobs:
        job.touch()
    return [0 if job.step is None else job.step.iteration for job in jobs]


def _pace(jobs: list[Job], seconds: float) -> float:
    before, begun = sum(_steps(jobs)), time.perf_counter()
    while time.perf_counter() - begun < seconds:
        time.sleep(0.1)
    return (sum(_steps(jobs)) - before) / (time.perf_counter() - begun)


@contextlib.contextmanager
def _scheduler() -> Iterator[str]:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = ["--host", "127.0.0.1", "--port", str(port), "--no-dashboard", "--dashboard-address", ":0"]
    with _process("-m", "distributed.cli.dask_scheduler", *command):
        yield f"tcp://127.0.0.1:{port}"


@contextlib.contextmanager
def _workers(address: str, count: int, *, real: bool = False) -> Iterator[WorkerPool]:
    """So many worker processes, and a pool that has found all of them."""
    from gramlib.cluster import Cluster
    from gramlib.studio import versions
    from gramlib.workers import WorkerPool

    with contextlib.ExitStack() as processes:
        for number in range(count):
            name = f"{count}.{number}"
            program = ["-m", "gramlib.worker", address, "--threads", "1", "--name", name]
            processes.enter_context(_process(*(program if real else ["-c", TOY_WORKER, address, name])))
        options: dict[str, Any] = {"versions": versions(), "say": str, "own": 256}
        pool = WorkerPool(partial(Cluster, address), max(32, math.ceil(256 / count)), **options)
        while len(pool.engine["workers"]) < count:
            time.sleep(0.1)
        yield pool
        pool.close(30)


@contextlib.contextmanager
def _process(*command: str) -> Iterator[None]:
    quiet = subprocess.DEVNULL
    process = subprocess.Popen([sys.executable, *command], cwd=ROOT, stdout=quiet, stderr=quiet)
    try:
        yield
    finally:
        process.kill()
        process.wait()
