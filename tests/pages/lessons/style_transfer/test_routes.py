"""The routes that a browser asks of a running transfer."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from starlette.requests import Request
from starlette.responses import Response

from gramlib.jobs import JobPool
from pages.lessons.style_transfer import downhill, kept, routes
from pages.ui.browsers import BROWSER
from pages.ui.compute import networks

STEPS = 3
OWNER = "the owner's mark"


def owned(job):
    kept.give(job, OWNER)
    return job


def steps(change=None) -> Iterator:
    """A transfer of one grey pixel that needs no network."""
    import torch

    from gramlib.transfer import Step

    for iteration in range(1, STEPS + 1):
        picture = torch.full((1, 3, 8, 8), iteration / 10)
        grams = {"relu1_1": torch.eye(4) * iteration}
        yield Step(iteration, 1.0, {"relu1_1": 0.25}, picture, 0.1 * iteration, grams, {"relu1_1": torch.eye(4)})


@pytest.fixture
def pool(monkeypatch) -> Iterator[JobPool]:
    pool = JobPool()
    monkeypatch.setattr(networks, "jobs", lambda: pool)
    yield pool
    pool.close(timeout=10)


@pytest.fixture
def job(pool):
    from gramlib.transfer import TransferSettings

    job = owned(pool.start(steps, TransferSettings(steps=STEPS)))
    deadline = time.monotonic() + 30
    while job.state != "finished":
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return job


def ask(route, query: str = "", headers: dict[str, str] | None = None, leave=None, **parameters) -> Response:
    """The answer to a browser that has the owner's cookie; `leave` is when it gives up, without never."""
    raw = [(k.encode(), v.encode()) for k, v in (headers or {"cookie": f"{BROWSER}={OWNER}"}).items()]
    scope = {"type": "http", "method": "GET", "path_params": parameters, "query_string": query.encode(), "headers": raw}
    messages = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive():
        if messages:
            return messages.pop()
        await (leave or asyncio.Event().wait)()
        return {"type": "http.disconnect"}

    return run(route(Request(scope, receive)))


def run(coroutine):
    """Run to its end in a thread of its own: in this one Playwright may have left a loop behind."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


def test_the_newest_picture_and_the_status(job):
    answer = ask(routes.newest, job_id=job.id)
    assert answer.status_code == 200
    assert answer.body[:2] == b"\xff\xd8"
    status = json.loads(answer.headers["x-status"])
    assert (status["state"], status["iteration"], status["steps"]) == ("finished", STEPS, STEPS)
    assert status["frames"] == [1, 2, 3]


def test_nothing_new_is_said_after_a_while(job, monkeypatch):
    monkeypatch.setattr(routes, "LONGEST_WAIT", 0.2)
    begun = time.monotonic()
    answer = ask(routes.newest, f"after={job.sequence}&state=finished", job_id=job.id)
    assert answer.status_code == 204
    assert 0.2 <= time.monotonic() - begun < 2
    assert json.loads(answer.headers["x-status"])["state"] == "finished"


def test_another_state_is_said_at_once(job):
    begun = time.monotonic()
    answer = ask(routes.newest, f"after={job.sequence}&state=running", job_id=job.id)
    assert answer.status_code == 204
    assert time.monotonic() - begun < routes.LONGEST_WAIT


def test_a_step_ends_the_waiting(pool, monkeypatch):
    import threading

    from gramlib.transfer import TransferSettings

    go = threading.Event()

    def waits(change=None):
        for step in steps():
            go.wait(10)
            yield step

    job = owned(pool.start(waits, TransferSettings(steps=STEPS)))
    threading.Timer(0.3, go.set).start()
    while job.state != "running":
        time.sleep(0.01)
    begun = time.monotonic()
    answer = ask(routes.newest, "after=0&state=running", job_id=job.id)
    assert 0.2 < time.monotonic() - begun < routes.LONGEST_WAIT
    assert answer.status_code == 200


def test_saved_frames(job):
    early, late = (ask(routes.saved, job_id=job.id, iteration=iteration) for iteration in (1, 3))
    assert early.body != late.body
    assert ask(routes.saved, job_id=job.id, iteration=99).status_code == 404


def test_grams_once_for_each_step(job):
    answer = ask(routes.grams, job_id=job.id)
    length = int.from_bytes(answer.body[:4], "little")
    head = json.loads(answer.body[4 : 4 + length])
    assert head["layers"] == [{"name": "relu1_1", "size": 4, "distance": "0.5"}]
    cells = np.frombuffer(answer.body[4 + length :], np.uint8).reshape(3, 4, 4)
    assert cells[:, 0, 1].tolist() == [128, 128, 128]
    assert ask(routes.grams, f"after={head['sequence']}", job_id=job.id).status_code == 204


def test_nobody_waits_for_a_browser_that_has_given_up(job, monkeypatch):
    monkeypatch.setattr(routes, "LONGEST_WAIT", 60)
    begun = time.monotonic()
    answer = ask(
        routes.newest, f"after={job.sequence}&state=finished", leave=lambda: asyncio.sleep(0.05), job_id=job.id
    )
    assert answer.status_code == 404
    assert time.monotonic() - begun < 10


def test_one_of_several_does_not_wait(job, monkeypatch):
    monkeypatch.setattr(routes, "LONGEST_WAIT", 60)
    begun = time.monotonic()
    assert ask(routes.newest, f"after={job.sequence}&state=finished&wait=0", job_id=job.id).status_code == 204
    assert time.monotonic() - begun < 10


def test_a_job_that_is_over_shows_its_last_picture(job, monkeypatch):
    """Its last step comes while the one before is being encoded."""
    frames = iter([(STEPS - 1, b"before"), (STEPS, b"last")])
    monkeypatch.setattr(type(job), "frame", property(lambda job: next(frames)))
    status, jpeg = routes._now(job)
    assert (status["sequence"], status["state"], jpeg) == (STEPS, "finished", b"last")


STRANGERS = [{"x": ""}, {"cookie": f"{BROWSER}=another"}, {"x-mark": "None"}, {"x-mark": ""}]


@pytest.mark.parametrize("route", [routes.newest, routes.saved, routes.grams, routes.pulls])
@pytest.mark.parametrize("stranger", STRANGERS)
def test_a_stranger_gets_nothing_and_keeps_nothing_alive(job, route, stranger, monkeypatch):
    monkeypatch.setattr(type(job), "touch", lambda job: pytest.fail("touched"))
    assert ask(route, headers=stranger, job_id=job.id, iteration=1).status_code == 404


def test_a_browser_without_cookies_says_its_mark(job):
    assert ask(routes.newest, headers={"x-mark": OWNER}, job_id=job.id).status_code == 200
    nobodys = networks.jobs().start(steps)
    assert ask(routes.newest, headers={"x": ""}, job_id=nobodys.id).status_code == 404


@pytest.mark.parametrize("route", [routes.newest, routes.saved])
def test_nothing_is_encoded_where_everybody_waits(job, route, monkeypatch):
    encoding = []
    frames = type(job)._newest_frame  # whoever asks first encodes there

    def newest_frame(job):
        encoding.append(_has_loop())
        return frames(job)

    monkeypatch.setattr(type(job), "_newest_frame", newest_frame)
    assert ask(route, job_id=job.id, iteration=STEPS).status_code == 200
    assert set(encoding) == {False}


def _has_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def test_the_routes_lie_below_the_base_path():
    found = {route.path for base in ("", "gramlab", "/a/b/") for route in routes.routes(base)}
    assert {"/api/{rest:path}", "/gramlab/api/{rest:path}", "/a/b/api/transfer/{job_id}/newest.jpg"} <= found


@pytest.mark.parametrize("route", [routes.newest, routes.saved, routes.grams, routes.pulls])
def test_no_such_job(pool, route):
    assert ask(route, job_id="unknown", iteration=1).status_code == 404


def test_pulls_of_what_cannot_be_looked_at_are_none(job, pool):
    """A rung of the ladder: the page keeps nothing beside it."""
    assert ask(routes.pulls, "row=1&column=x", job_id=job.id).status_code == 204
    assert pool.idle(10)


def test_who_gives_up_waiting_for_pulls_withdraws_the_question(job, pool):
    import threading

    busy, go = threading.Event(), threading.Event()
    pool.compute(lambda: (busy.set(), go.wait(10)))
    assert busy.wait(10)
    answer = ask(routes.pulls, leave=lambda: asyncio.sleep(0.05), job_id=job.id)
    asked = downhill._ASKED[job.id]
    go.set()
    assert answer.status_code == 404
    assert asked.cancelled()
