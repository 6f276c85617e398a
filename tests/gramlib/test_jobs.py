"""Real transfers in a pool, and what importing one loads."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from PIL import Image

from gramlib.jobs import JobPool
from tests.gramlib.toys import LONG, wait_until


def test_importing_jobs_loads_no_torch_and_starts_nothing():
    program = (
        "import sys, threading, gramlib.jobs; gramlib.JobPool; print('torch' in sys.modules, threading.active_count())"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "1"]


def test_two_real_transfers_beside_each_other():
    from gramlib.transfer import TransferSettings, transfer
    from gramlib.vgg import VGG

    settings = TransferSettings(content_layers=(), content_weight=0, style_layers=("relu1_1",), steps=4)
    pictures = torch.rand(2, 1, 3, 24, 32, generator=torch.Generator().manual_seed(0))
    pool = JobPool()
    try:
        network = pool.compute(VGG, device="cpu").result(LONG)
        jobs = [pool.start(lambda i=i: transfer(pictures[i], pictures[1 - i], settings, network)) for i in (0, 1)]
        wait_until(lambda: all(job.state in ("finished", "failed") for job in jobs))
        alone = [list(transfer(pictures[i], pictures[1 - i], settings, network)) for i in (0, 1)]
        for job, steps in zip(jobs, alone, strict=True):
            assert job.error is None
            assert torch.equal(job.step.image, steps[-1].image), "the turns of the other got in between"
            assert [entry[0] for entry in job.history] == [1, 2, 3, 4]
            sequence, content = job.frame
            image = Image.open(io.BytesIO(content))
            assert (sequence, image.format, image.size) == (4, "JPEG", (32, 24))
    finally:
        pool.close(LONG)


@pytest.mark.slow
def test_a_real_transfer_is_steered():
    from gramlib.transfer import TransferSettings, transfer
    from gramlib.vgg import VGG

    settings = TransferSettings(content_layers=(), content_weight=0, style_layers=("relu1_1", "relu1_2"), steps=12)
    content, style, other = torch.rand(3, 1, 3, 24, 32, generator=torch.Generator().manual_seed(0))
    pool = JobPool()
    try:
        network = pool.compute(VGG, device="cpu").result(LONG)
        job = pool.start(lambda change=None: transfer(content, style, settings, network, change=change), settings)
        wait_until(lambda: job.state == "finished")
        first, frames = job.step, job.frames
        assert (job.best.total, [iteration for iteration, _ in frames]) == (
            min(total for _, total, _ in job.history),
            list(range(1, 13)),
        )
        total = job.history[4][1]
        job.rewind(5)
        assert (job.state, job.step.iteration, job.step.total) == ("paused", 5, total)
        assert job.step.image.shape == content.shape
        assert list(job.step.targets) == ["relu1_1", "relu1_2"]
        wait_until(lambda: job.step.grams)
        assert job.step.iteration == 5
        assert job.step.total == pytest.approx(total, rel=0.5), "JPEG has changed the picture"
        assert job.frame_at(5) == frames[4][1], "a picture that is looked at is not saved anew"
        job.change(style=other)
        job.resume()
        wait_until(lambda: job.state == "finished")
        assert not torch.equal(job.step.targets["relu1_1"], first.targets["relu1_1"])
        assert [entry[0] for entry in job.history] == list(range(1, 13))
        # begun again as at first, it is the same again
        job.restart(settings, style)
        wait_until(lambda: job.state == "finished")
        assert job.error is None
        assert torch.equal(job.step.image, first.image)
    finally:
        pool.close(LONG)
