"""What a load balancer reads."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

import pytest
from starlette.requests import Request

from gramlib.jobs import JobPool
from pages.ui import health
from pages.ui.compute import networks


def asked() -> tuple[int, dict[str, object], dict[str, str]]:
    answer = asyncio.run(health.health(Request({"type": "http", "headers": []})))
    return answer.status_code, json.loads(answer.body), dict(answer.headers)


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
    status, said, head = asked()
    assert (status, said["ready"], said["network"]) == (200 if stage == "ready" else 503, stage == "ready", stage)
    assert said["reason"] == ("memory_short" if stage == "failed" else None)
    assert said["jobs"] == {}
    assert head["cache-control"] == "no-store"


def test_it_counts_the_transfers_by_their_state(pool):
    def steps(change=None):
        yield from ()

    jobs = [pool.start(steps) for _ in range(3)]
    assert pool.idle(10)
    assert pool.states() == {"finished": 3}
    assert asked()[1]["jobs"] == {"finished": 3}
    assert {job.state for job in jobs} == {"finished"}


def test_the_route_lies_below_the_base():
    assert [route.path for base in ("", "gramlab", "/gramlab/") for route in health.routes(base)] == [
        "/health",
        "/gramlab/health",
        "/gramlab/health",
    ]
