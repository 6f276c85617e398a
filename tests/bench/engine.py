"""The transfer engine at the size that lesson 7 begins with, against the bare network; no browser."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from playwright.sync_api import Page

if TYPE_CHECKING:
    from gramlib.vgg import VGG

SIDE, TURNS, STEPS = 256, 5, 6
COMPANY, COMPANY_SIDE = {1: 60, 4: 24, 12: 12}, 192  # steps of so many at once; two scales


def _timed(function: Callable[[], object]) -> float:
    start = time.perf_counter()
    function()
    return 1000 * (time.perf_counter() - start)


def measure(_page: Page, _server: str) -> Iterator[tuple[str, str, list[float]]]:
    import torch

    from gramlib import VGG, TransferSettings, open_image, to_tensor, transfer
    from gramlib.job import to_jpeg
    from pages.ui.pictures import samples

    network = VGG()
    content, style = (to_tensor(open_image(samples()[name]), SIDE) for name in ("neuschwanstein", "great_wave"))
    layers = [name for name, _ in TransferSettings().content_layers + TransferSettings().style_layers]

    def bare() -> None:
        image = content.clone().requires_grad_()
        features = network.features(image, layers)
        torch.autograd.grad(sum(maps.sum() for maps in features.values()), image)

    bare()
    first, finer, share, saved = [], [], [], []
    for _ in range(TURNS):
        steps = transfer(content, style, TransferSettings(steps=8), network)
        first.append(_timed(steps.__next__))
        saved.append(_timed(partial(to_jpeg, next(steps))))
        finer.append(_timed(steps.__next__))  # two of eight are coarse
        pairs = [(_timed(steps.__next__), _timed(bare)) for _ in range(STEPS - 1)]
        share += [alone / whole for whole, alone in pairs]
    yield f"engine: transfer begun → first step, {SIDE} px", "ms", first
    yield "engine: the first step at the finer scale", "ms", finer
    yield "engine: steps a second, against forward and back alone", "×", share
    yield "engine: a picture saved as JPEG", "ms", saved
    yield from _time_left(network)


def _time_left(network: VGG) -> Iterator[tuple[str, str, list[float]]]:
    """What a person is told of the time left, in round numbers, against what it turns out to be, at every second.

    Of less than five seconds the page says "a few seconds", so that is left out.
    """
    from gramlib import JobPool, TransferSettings, open_image, to_tensor, transfer
    from gramlib.transfer import ahead
    from pages.lessons.style_transfer.wire import about
    from pages.ui.pictures import samples

    content, style = (to_tensor(open_image(samples()[name]), COMPANY_SIDE) for name in ("neuschwanstein", "great_wave"))
    way = ahead(network, *(image.shape[-2:] for image in (content, style)))
    for count, steps in COMPANY.items():
        pool, jobs = JobPool(), []
        for place in range(count):  # not all as long
            settings = TransferSettings(steps=steps + 4 * (place % 3))
            make = partial(transfer, content, style, settings, network)
            jobs.append(pool.start(lambda change=None, make=make: make(change=change), settings, ahead=way))
        said: dict[tuple[int, int], tuple[float, int]] = {}  # by whose it is, and the second in which it was said
        ended: dict[int, float] = {}
        while len(ended) < count:
            now = time.perf_counter()
            for place, job in enumerate(jobs):
                job.touch()
                if job.state == "finished":
                    ended.setdefault(place, now)
                elif (company := job.company) is not None and (left := about(company.left)) is not None:
                    said.setdefault((place, int(now)), (now, left))
            time.sleep(0.05)
        pool.close()
        came = [(left, ended[place] - now) for (place, _), (now, left) in said.items()]
        errors = [100 * (left / time_left - 1) for left, time_left in came if time_left > 5]
        yield f"engine: time left, said of {count} at once against what came", "%", errors
        within = [100 * float(abs(error) <= 100 / 3) for error in errors]
        yield "engine: … of these moments, right within a third", "%", [statistics.mean(within)]
