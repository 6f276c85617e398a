"""What a load balancer reads, and the same for people."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

import pytest
from starlette.requests import Request

from gramlib.jobs import JobPool
from pages.ui import health, log
from pages.ui.compute import networks
from pages.ui.text import words


def answer(query: str = "", **headers: str):
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return asyncio.run(health.health(Request({"type": "http", "headers": raw, "query_string": query.encode()})))


def asked() -> tuple[int, dict[str, object]]:
    found = answer()
    return found.status_code, json.loads(found.body)


@pytest.fixture
def pool(monkeypatch) -> Iterator[JobPool]:
    pool = JobPool()
    monkeypatch.setattr(networks, "jobs", lambda: pool)
    yield pool
    pool.close(timeout=10)


@pytest.mark.parametrize("stage", ["waiting", "torch", "weights", "first_run", "ready", "failed"])
def test_it_is_ready_when_all_lessons_can_be_given(pool, monkeypatch, stage):
    loading = networks.Loading()
    loading.reached(stage, 0.5)
    if stage == "failed":
        loading.error = networks.as_fault(MemoryError("all is taken"))
    monkeypatch.setattr(networks, "state", lambda: loading)
    status, said = asked()
    assert (status, said["ready"], said["network"]) == (200 if stage == "ready" else 503, stage == "ready", stage)
    assert said["reason"] == ("memory_short" if stage == "failed" else None)
    assert (said["jobs"], said["queue"]) == ({}, 0)
    assert said["engine"] is None, "all is made here"
    page = answer("for=people&lang=en")
    assert page.status_code == status
    told = words("en")["health.failed"].format(reason="memory_short") if stage == "failed" else None
    assert (told or words("en")[f"health.stage.{stage}"]) in page.body.decode()


def test_it_counts_the_transfers_by_their_state(pool):
    def steps(change=None):
        yield from ()

    jobs = [pool.start(steps) for _ in range(3)]
    assert pool.idle(10)
    assert pool.states() == {"finished": 3}
    assert asked()[1]["jobs"] == {"finished": 3}
    assert words("zh")["health.job.finished"].format(count=3) in answer("for=people&lang=zh").body.decode()
    assert {job.state for job in jobs} == {"finished"}


def test_it_names_nobody_and_has_the_newest_faults_by_their_numbers(pool):
    number = log.fault("route_failed", KeyError("grandma <b>.jpg"), who="the mark of a browser")
    page = answer("for=people", accept_language="zh-CN,zh;q=0.9").body.decode()
    assert number in page
    assert words("zh")["health.event.route_failed"] in page
    assert "grandma" not in page + json.dumps(asked()[1])
    assert "mark" not in page


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_state_of_a_transfer_and_every_fault_has_words(language):
    told = words(language)
    for state in ("queued", "running", "paused", "abandoned", "finished", "stopped", "failed"):
        assert f"health.job.{state}" in told
    for event in ("page_failed", "transfer_failed", "network_failed", "route_failed", "refused", "folder_not_written"):
        assert f"health.event.{event}" in told


@pytest.mark.parametrize("scheduler", ["connected", "lost"])
def test_it_counts_the_workers_and_names_none(pool, monkeypatch, scheduler):
    found = {"scheduler": scheduler, "workers": ["a laptop"], "refused": {"an old one": "torch 1.0 there, 2.0 here"}}
    monkeypatch.setattr(JobPool, "engine", found)
    assert asked()[1]["engine"] == {"scheduler": scheduler, "workers": 1, "refused": 1}
    said = answer("for=people&lang=en").body.decode()
    assert words("en")[f"health.engine_{scheduler}"].format(workers=1, refused=1) in said
    assert "laptop" not in said


def test_the_route_lies_below_the_base():
    assert [route.path for base in ("", "gramlab", "/gramlab/") for route in health.routes(base)] == [
        "/health",
        "/gramlab/health",
        "/gramlab/health",
    ]
