"""How a step grows with the picture, and what becomes of all steps together when many transfers share the machine."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from playwright.sync_api import Page

if TYPE_CHECKING:
    from gramlib.job import Job

SIDES, STEPS = (128, 192, 256, 384, 512), 4
COMPANY, COMPANY_SIDE, SECONDS = (1, 4, 12, 30), 128, 8.0  # of the machine for each company


def measure(_page: Page, _server: str) -> Iterator[tuple[str, str, list[float]]]:
    from gramlib import VGG, JobPool, TransferSettings, open_image, to_tensor, transfer
    from pages.ui.pictures import samples

    network = VGG(device="cpu")
    opened = [open_image(samples()[name]) for name in ("neuschwanstein", "great_wave")]
    settings = TransferSettings(scales=1)
    for side in SIDES:
        content, style = (to_tensor(image, side) for image in opened)
        steps = transfer(content, style, settings, network)
        next(steps), next(steps)  # the targets; what is allocated once
        took = []
        for _ in range(STEPS):
            begun = time.perf_counter()
            next(steps)
            took.append(1000 * (time.perf_counter() - begun))
        yield f"growth: a step at {side} px", "ms", took
    content, style = (to_tensor(image, COMPANY_SIDE) for image in opened)
    endless = TransferSettings(scales=1, steps=10_000)
    make = partial(transfer, content, style, endless, network)
    for count in COMPANY:
        pool = JobPool()
        jobs = [pool.start(lambda change=None: make(change=change), endless) for _ in range(count)]
        while min(_done(jobs)) < 1:  # everybody has had a turn
            time.sleep(0.02)
        before, begun = _done(jobs), time.perf_counter()
        while time.perf_counter() - begun < SECONDS:
            time.sleep(0.2)
        after, passed = _done(jobs), time.perf_counter() - begun
        pool.close()
        each = [(later - earlier) / passed for earlier, later in zip(before, after, strict=True)]
        yield f"growth: {count} at once, {COMPANY_SIDE} px: steps a second in all", "1/s", [sum(each)]
        yield f"growth: {count} at once, {COMPANY_SIDE} px: steps a second of each", "1/s", each


def _done(jobs: list[Job]) -> list[int]:
    """How many steps each has made; to ask is to touch, so that no job counts as abandoned."""
    for job in jobs:
        job.touch()
    return [0 if job.step is None else job.step.iteration for job in jobs]
