"""Workers that come, differ, die; what travels. That pools behave alike with and without them: test_pool, test_job.

Most workers are in this process, see workshop.py; those that are killed are processes of their own, killed by their id.
"""

from __future__ import annotations

import itertools
import pickle
import signal
import socket
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
import torch

from gramlib.cluster import Cluster
from gramlib.jobs import JobPool
from gramlib.painting import Painter, Painting
from gramlib.settings import TransferSettings
from gramlib.studio import GUEST_GONE, NotBegun, Studio, versions
from gramlib.transfer import transfer
from gramlib.vgg import VGG
from gramlib.workers import WorkerPool
from tests.gramlib.test_job import Film
from tests.gramlib.toys import LONG, Clock, wait_until
from tests.gramlib.workshop import Workshop, far_pool

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SHALLOW = TransferSettings(
    content_layers=(), content_weight=0, style_layers=(("relu1_1", 1.0), ("relu1_2", 1.0)), steps=8
)


@pytest.fixture(scope="module")
def network():
    return VGG(device="cpu")


def pictures(height=24, width=32):
    both = torch.rand(2, 1, 3, height, width, generator=torch.Generator().manual_seed(0))
    return both[0].clone(), both[1].clone()


def painter(settings, network, sides=(24, 32)):
    content, style = pictures(*sides)
    return Painter(lambda change: Painting(content, style, settings, change=change), lambda *_: network)


@pytest.fixture
def close():
    """Closes what is put into it, the last first."""
    things = []
    yield things
    for thing in reversed(things):
        thing()


def begun(close, connect, **options):
    pool = WorkerPool(connect, **{"versions": versions(), "say": str, **options})
    close.append(partial(pool.close, LONG))
    return pool


# --- what travels


def test_what_a_worker_makes_is_what_is_made_here(network, close):
    pool = far_pool()
    close.append(partial(pool.close, LONG))
    job = WorkerPool.start(pool, painter(SHALLOW, network), SHALLOW)
    looked = []
    while job.state != "finished":
        assert job.error is None
        if job.step is not None:
            looked.append((job.step.targets, job.step.iteration, job.step.image))
        time.sleep(0.01)
    alone = list(transfer(*pictures(), SHALLOW, network))
    assert torch.equal(job.step.image, alone[-1].image)
    assert all(torch.equal(image, alone[iteration - 1].image) for _, iteration, image in looked), "each has its own"
    assert [(each.total, each.losses) for each in alone] == [(total, losses) for _, total, losses in job.history]
    assert {name: torch.equal(G, alone[-1].grams[name]) for name, G in job.step.grams.items()} == {
        "relu1_1": True,
        "relu1_2": True,
    }
    assert len({id(targets) for targets, _, _ in looked}) <= 1, "fetched once, and the same objects from step to step"
    assert [iteration for iteration, _ in job.frames] == list(range(1, 9))
    assert job.best.total == min(each.total for each in alone)
    assert job.best.image.shape == job.step.image.shape, "what is not yet here can be looked at when it is over"


def test_the_network_does_not_travel(network):
    weight = len(pickle.dumps(painter(SHALLOW, network).painting(None)))
    assert weight < 2 * 4 * sum(picture.numel() for picture in pictures()), "the pictures alone"


def test_a_studio_keeps_what_may_be_looked_at_and_closes_what_nobody_asks_for():
    clock, closed = Clock(), []
    studio = Studio(lambda *_: network_of_nobody, clock)
    content, style = pictures()

    class Watched(Painting):
        def steps(self, network):
            try:
                yield from transfer(self.content, self.style, self.settings, VGG(device="cpu"))
            finally:
                closed.append(True)

    network_of_nobody = None
    make = partial(studio.step, "guest", "key")
    assert make(begin=Watched(content, style, SHALLOW), file=True).file.startswith(b"\xff\xd8")
    assert [made.number for made in (make(keep=[1]), make(keep=[1]))] == [2, 3]
    assert studio.look("guest", "key", 1, "image").shape == content.shape
    with pytest.raises(LookupError):
        studio.look("guest", "key", 2, "image")
    with pytest.raises(NotBegun):
        studio.step("another guest", "key")
    clock.now = GUEST_GONE - 1
    assert studio.hear("guest") == 1
    clock.now = 2 * GUEST_GONE - 2
    studio.close_of_the_gone()
    assert not closed
    clock.now = 2 * GUEST_GONE
    studio.close_of_the_gone()
    assert closed
    assert studio.hear("guest") == 0


def test_what_cannot_travel_fails_alone(close):
    pool = far_pool()
    close.append(partial(pool.close, LONG))
    job = WorkerPool.start(pool, (lambda lock=pool._lock: lock))
    wait_until(lambda: job.state == "failed")
    assert isinstance(job.error, TypeError)
    assert pool.engine["workers"] == ["the worker"], "the worker has done nothing wrong"


# --- who comes and goes


def test_who_joins_takes_jobs_at_once_and_who_goes_leaves_them_to_the_others(close):
    rooms = Workshop()
    connect = partial(Cluster, rooms.address)
    pool = far_pool(connect=connect, workers=0, decode=lambda jpeg: jpeg, encode=lambda step: b"%d" % step.iteration)
    close.append(partial(pool.close, LONG))
    films = [Film(pace=0.002) for _ in range(4)]
    jobs = [pool.start(film) for film in films]
    wait_until(lambda: min(job.step.iteration if job.step else 0 for job in jobs) > 20)
    assert pool.engine["workers"] == []
    said = []
    for name in ("first", "second"):
        seen = [job.step.iteration for job in jobs]
        rooms.add(name)
        wait_until(lambda name=name: name in pool.engine["workers"])
        with pool._lock:
            said.append(sorted(lane.count for lane in pool._lanes))
            assert all(job.step.iteration >= done - 1 for job, done in zip(jobs, seen, strict=True)), "little is lost"
    assert said == [[0, 4], [0, 2, 2]], "none is made here any more"
    assert all(job.moved is None for job in jobs), "nothing has gone wrong"
    wait_until(lambda: all(job.step.iteration > 60 for job in jobs))
    jobs[3].pause()
    assert [entry[0] for entry in jobs[3].history] == list(range(1, jobs[3].step.iteration + 1)), "the way is whole"
    seen = [job.step.iteration for job in jobs]
    rooms.remove("first")
    wait_until(lambda: pool.engine["workers"] == ["second"])
    moved = [job for job in jobs if job.moved]
    assert {job.moved.to for job in moved} == {"elsewhere"}
    assert len(moved) == 2
    assert all(job.step.iteration >= done for job, done in zip(jobs, seen, strict=True) if job not in moved)
    for film, job in zip(films, jobs, strict=True):
        if job in moved:
            wait_until(lambda film=film, job=job: film.made[-1].iteration == job.moved.iteration)
            assert film.made[-1].look, "it is looked at before it is moved"
    assert jobs[3].state == "paused"
    rooms.remove("second")
    wait_until(lambda: pool.engine["workers"] == [])
    assert {job.moved.to for job in jobs} == {"here"}
    done = [job.step.iteration for job in jobs[:3]]
    wait_until(lambda: all(job.step.iteration > before for job, before in zip(jobs[:3], done, strict=True)))
    assert jobs[3].state == "paused"
    assert [job.error for job in jobs] == 4 * [None]


def test_a_worker_of_another_version_is_not_used_and_both_say_why(close):
    rooms, heard, said = Workshop(), [], []
    studio = Studio(say=heard.append)
    studio.versions = {**versions(), "torch": "1.0"}
    rooms.add("old", studio)
    pool = begun(close, partial(Cluster, rooms.address), say=said.append)
    wait_until(lambda: pool.engine["refused"])
    mine = versions()["torch"]
    assert pool.engine == {"scheduler": "connected", "workers": [], "refused": {"old": f"torch 1.0 there, {mine} here"}}
    assert said[-1] == f"old is not used: torch 1.0 there, {mine} here."
    assert heard == [f"A Gramlab has come that cannot work here: torch {mine} there, 1.0 here."]


def test_where_nobody_answers_jobs_are_made_here(close):
    said = []
    pool = begun(close, partial(Cluster, "tcp://127.0.0.1:9", seconds=0.5), say=said.append)
    film = Film(steps=3)
    job = pool.start(film)
    wait_until(lambda: job.state == "finished")
    assert film.closed_on == "gramlib-jobs"
    wait_until(lambda: said)
    assert "transfers are made here" in said[0]
    assert pool.engine == {"scheduler": "lost", "workers": [], "refused": {}}


@pytest.fixture
def process(close, tmp_path):
    """Starts programs of Python's, and ends them."""
    logs = open(tmp_path / "log", "w")  # noqa: SIM115

    def process(*command):
        started = subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, stdout=logs, stderr=logs)
        close.append(partial(started.wait, LONG))
        close.append(started.kill)
        return started

    yield process
    logs.close()


class Watched:
    """When each step of a job was first seen."""

    def __init__(self, job):
        self.job, self.times = job, {}

    def beyond(self, iteration):
        if self.job.step is not None:
            self.times.setdefault(self.job.step.iteration, time.monotonic())
        return self.job.step is not None and self.job.step.iteration > iteration

    def is_soon_at(self, to, lost, longest=LONG):
        """The job goes on there, from a picture of at most two seconds before `lost`; steps after it are forgotten."""
        times, job = self.times, self.job
        wait_until(lambda: self.beyond(-1) and job.moved is not None and job.moved.to == to, longest)
        went_on_from = times[max(at for at in times if at <= job.moved.iteration)]
        assert lost - went_on_from <= 2.0 + longest_step(times), "more work than that is lost"
        assert job.state == "running"
        wait_until(lambda: self.beyond(job.moved.iteration + 1))
        for later in [at for at in times if at > job.moved.iteration]:
            del times[later]


def begun_with_a_worker(process, close, network):
    """A scheduler and a worker, each a process of its own, a job that this worker has, and then a second worker."""
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    command = ("--host", "127.0.0.1", "--port", str(port), "--no-dashboard", "--dashboard-address", ":0")
    scheduler = process("distributed.cli.dask_scheduler", *command)
    worker = process("gramlib.worker", address, "--threads", "1", "--name", "another process")
    settings = TransferSettings(scales=1, steps=10_000)
    pool = begun(close, partial(Cluster, address, seconds=2))
    wait_until(lambda: pool.engine["workers"] == ["another process"], 3 * LONG)
    job = pool.start(painter(settings, network, (64, 64)), settings)
    Workshop(address).add("this process")
    wait_until(lambda: len(pool.engine["workers"]) == 2)
    return scheduler, worker, job


def test_killed_in_its_midst(network, close, process):
    """A worker is killed, then the scheduler: the picture goes on, with at most two seconds of work lost."""
    scheduler, worker, job = begun_with_a_worker(process, close, network)
    watched = Watched(job)
    for kill, to in ((worker.kill, "elsewhere"), (scheduler.kill, "here")):
        wait_until(lambda: watched.beyond((job.moved.iteration if job.moved else 0) + 5))
        kill()
        watched.is_soon_at(to, time.monotonic())
    assert [entry[0] for entry in job.history] == sorted({entry[0] for entry in job.history})
    assert job.error is None


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="a process cannot be held here")
def test_a_worker_that_falls_silent(network, close, process):
    """Its laptop's lid is closed: nothing comes any more, and nothing says so. In a while its jobs go on elsewhere."""
    _, worker, job = begun_with_a_worker(process, close, network)
    watched = Watched(job)
    wait_until(lambda: watched.beyond(5))
    worker.send_signal(signal.SIGSTOP)
    watched.is_soon_at("elsewhere", time.monotonic(), 2 * LONG)
    assert job.error is None


def longest_step(times):
    return max((later - earlier for earlier, later in itertools.pairwise(sorted(times.values()))), default=0.0)


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def test_a_scheduler_s_address_makes_the_app_s_pool_one_with_workers(monkeypatch, close):
    from pages.ui.compute import networks

    make = networks.jobs.__wrapped__
    monkeypatch.delenv(networks.SCHEDULER, raising=False)
    assert type(make()) is JobPool
    monkeypatch.setenv(networks.SCHEDULER, "tcp://127.0.0.1:9")
    pool = make()
    close.append(partial(pool.close, 0))  # it is looking for a scheduler, and learns of it when it has given up
    assert type(pool) is WorkerPool


def test_importing_loads_nothing_of_dask():
    program = "import sys, gramlib.pool, gramlib.workers, gramlib.cluster, gramlib.studio, gramlib.painting\n"
    program += 'print(sorted({"dask", "distributed", "tornado", "torch"} & sys.modules.keys()))'
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
