"""What a browser is told of the pulls, against a slow reading of them, and what it costs the pool."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from gramlib.downhill import Pulls
from gramlib.jobs import JobPool
from gramlib.settings import TransferSettings
from gramlib.transfer import Step
from pages.lessons.style_transfer import downhill, kept
from pages.lessons.style_transfer.downhill import Look
from pages.ui.compute import networks

HEIGHT, WIDTH = 5, 7


def step(iteration=3, picture=None):
    image = torch.zeros(1, 3, HEIGHT, WIDTH) if picture is None else picture
    return Step(iteration, 1.0, {}, image, 0.0, {}, {}, (HEIGHT, WIDTH), 0, TransferSettings())


def pulls(seed=0, channels=3):
    generator = torch.Generator().manual_seed(seed)
    image, content, style = (torch.randn(1, channels, HEIGHT, WIDTH, generator=generator) for _ in range(3))
    return Pulls(image.sigmoid(), content, 1e-3 * style, torch.zeros_like(image))


def unpacked(message: bytes) -> tuple[dict, np.ndarray]:
    length = int.from_bytes(message[:4], "little")
    return json.loads(message[4 : 4 + length]), np.frombuffer(message[4 + length :], np.uint8)


@pytest.mark.parametrize("channels", [3, 1])
def test_pictures_angle_and_pixel(channels):
    found = pulls(channels=channels)
    head, pictures = unpacked(downhill.message(Look(9, step(), found, None), 2, 4, ""))
    assert (head["sequence"], head["width"], head["height"], head["numbers"]) == (9, WIDTH, HEIGHT, 35 * channels)
    content, style = (pull.flatten().double() for pull in (found.content, found.style))
    cosine = (content @ style / content.norm() / style.norm()).item()
    assert head["angle"] == pytest.approx(math.degrees(math.acos(cosine)))
    strengths = [pull[0].norm(dim=0) for pull in (found.content, found.style)]
    limit = np.quantile(torch.stack(strengths), downhill.STRONGEST)
    shown = pictures.reshape(3, HEIGHT, WIDTH)
    for k, strength in enumerate(strengths):
        expected = min(1, strength[1, 3].item() / limit) ** 0.5
        assert shown[k, 1, 3] == pytest.approx(255 * expected, abs=0.51)
    weaker = min(1, min(strength[1, 3].item() for strength in strengths) / limit) ** 0.5
    assert shown[2, 1, 3] == pytest.approx(128 + 127 * found.agreement[0, 0, 1, 3].item() * weaker, abs=0.51)
    assert head["pixel"]["value"] == pytest.approx(found.image[0, :, 2, 4].tolist())
    assert head["pixel"]["slope"] == pytest.approx((-found.total[0, :, 2, 4]).tolist())
    gone = found.image[0, :, 2, 4] + head["rate"] * found.total[0, :, 2, 4]
    assert head["pixel"]["descended"] == pytest.approx(gone.clamp(0, 1).tolist())


def test_pictures_that_are_known_are_not_sent_again_and_any_pixel_is_inside():
    look = Look(9, step(), pulls(), None)
    head, pictures = unpacked(downhill.message(look, 99999, 0, "9"))
    assert (head["row"], head["column"], head["pictures"], len(pictures)) == (HEIGHT - 1, 0, False, 0)
    head, pictures = unpacked(downhill.message(look, None, None, "8"))
    assert (head["row"], head["column"], head["pictures"], len(pictures)) == (2, 3, True, 105)


def test_where_nothing_pulls_there_is_no_angle():
    found = replace(pulls(), content=torch.zeros(1, 3, HEIGHT, WIDTH))
    head, pictures = unpacked(downhill.message(Look(9, step(), found, None), 0, 0, ""))
    assert head["angle"] is None
    assert set(pictures[:35].tolist()) == {0}
    assert set(pictures[70:].tolist()) == {128}


def test_where_the_optimiser_has_put_the_pixel():
    first, second = Look(9, step(3), pulls(1), None), Look(10, step(4), pulls(2), None)
    head, _ = unpacked(downhill.message(replace(second, before=first), 2, 4, ""))
    assert head["before"]["iteration"] == 3
    assert head["before"]["value"] == pytest.approx(first.pulls.image[0, :, 2, 4].tolist())
    assert head["before"]["moved"] == pytest.approx(second.pulls.image[0, :, 2, 4].tolist())
    assert downhill._follows(first, step(4), 10)
    assert not downhill._follows(first, step(5), 11)
    assert not downhill._follows(first, replace(step(4), worked_at=(3, 4)), 10)
    assert not downhill._follows(first, replace(step(4), settings=TransferSettings(style_weight=2)), 10)


def test_a_picture_is_looked_at_once_on_the_worker_and_the_one_before_is_remembered(monkeypatch):
    import threading

    import gramlib.transfer

    pool, threads, measured = JobPool(), [], []

    def steps(change=None):
        for iteration in range(1, 10_000):  # it is paused long before
            yield step(iteration, torch.full((1, 3, HEIGHT, WIDTH), iteration / 10_000))

    class Downhill:
        def __init__(self, content, style, settings, network):
            assert (content, style, network) == ("content", "style", "max")
            measured.append(style)

        def at(self, image, settings):
            threads.append(threading.current_thread().name)
            return replace(pulls(), image=image)

    monkeypatch.setattr(networks, "jobs", lambda: pool)
    monkeypatch.setattr(networks, "network", lambda **which: which["pooling"])
    monkeypatch.setattr(gramlib.transfer, "Downhill", Downhill)
    try:
        job = pool.start(steps, TransferSettings(steps=10_000))
        sources = kept.Sources(lambda: "content", lambda: "style", lambda: None)
        kept.keep(job, kept.Kept(None, sources, {"pooling": "max"}))
        job.pause()
        assert pool.idle(10)
        if job.step is None:
            job.advance()
            assert pool.idle(10)
        looks = [downhill.look(job).result(10) for _ in range(3)]
        assert looks[0] is looks[1] is looks[2]
        at = job.step.iteration
        job.advance()
        assert pool.idle(10)
        after = downhill.look(job).result(10)
        assert (after.step.iteration, after.before.step.iteration) == (at + 1, at)
        assert threads == ["gramlib-jobs"] * 2
        assert measured == ["style"], "content and style are measured with the first picture only"
    finally:
        pool.close(timeout=10)
