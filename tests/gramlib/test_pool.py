"""A pool of jobs: turns, states, seats, bounds, company, with toy steps and a clock that stands still."""

from __future__ import annotations

import gc
import itertools
import threading
import time
import weakref
from types import SimpleNamespace

import pytest
import torch

from gramlib.errors import GramlabError
from gramlib.jobs import LONGEST_HISTORY, JobPool
from gramlib.outlook import FIRST, WITHOUT_PIXELS, Company
from gramlib.turns import FIRST_TURNS
from tests.gramlib.toys import LONG, WORKING, Toy, alike, held, settle, toy_step, wait_until

# --- turns


@pytest.mark.parametrize(("jobs", "steps"), [(1, 10), (7, 12), (200, 5)])
def test_turns_are_fair(make_pool, jobs, steps):
    pool, log = make_pool(), []
    with held(pool):
        started = [pool.start(Toy(name, steps, log)) for name in range(jobs)]
    assert pool.idle(LONG)
    assert len(log) == jobs * steps
    assert all(job.step.iteration == steps for job in started)
    for k in (1, 2, steps):
        for first in range(0, len(log) - k * jobs + 1, max(1, jobs // 10)):
            window = log[first : first + k * jobs]
            assert min(window.count(name) for name in range(jobs)) >= k - 1


def test_a_new_job_in_a_full_room_waits_for_one_step_only(make_pool):
    pool, busy = make_pool(), Toy("busy")
    pool.start(busy)
    for _ in range(FIRST_TURNS):
        busy.wait_for_step()
    busy.freeze()
    new = Toy("new", log=busy.log)
    pool.start(new)
    before = len(busy.log)
    busy.go.set()
    new.wait_for_step()
    assert busy.log[before : before + 2] == ["busy", "new"]


# --- states


@pytest.mark.slow
def test_no_wake_up_is_lost(make_pool_here):
    pool, toy = make_pool_here(), Toy()
    job = pool.start(toy)
    toy.wait_for_step()
    for _ in range(150):
        job.pause()
        settle(pool)
        while toy.stepped.acquire(blocking=False):
            pass
        job.resume()
        toy.wait_for_step()
    for _ in range(150):
        short = Toy(steps=1)
        pool.start(short)
        short.wait_for_step()


def test_a_paused_job_takes_no_turns_and_the_worker_sleeps(make_pool_here, clock, monkeypatch):
    pool, toy = make_pool_here(), Toy()
    job = pool.start(toy)
    toy.wait_for_step()
    job.pause()
    assert pool.idle(LONG)
    assert job.state == "paused"
    turns, readings, waits, wait = len(toy.log), clock.readings, [], pool._news.wait

    def watched(timeout=None):
        if threading.current_thread() is pool._here.thread:
            waits.append(timeout)
        return wait(timeout)

    monkeypatch.setattr(pool._news, "wait", watched)
    for _ in range(5):
        settle(pool)
        assert pool.idle(LONG)
    assert len(toy.log) == turns
    assert 5 <= len(waits) <= 10, "it wakes when it is called, and does not look around in between"
    assert set(waits) == {600.0}, "it sleeps until the job is to be forgotten"
    assert clock.readings <= readings + 2 * len(waits) + 2
    job.resume()
    toy.wait_for_step()
    assert job.state == "running"


def test_stopped_within_a_step(make_pool):
    pool, toy, other = make_pool(), Toy(), Toy()
    job = pool.start(toy)
    pool.start(other)
    for _ in range(3):
        toy.wait_for_step()
    toy.freeze()
    last, turns = job.step, len(toy.log)
    job.stop()
    assert job.state == "stopped"
    toy.go.set()
    settle(pool)
    assert len(toy.log) == turns + 1, "it went on after the step it was in"
    assert job.step is last, "that step was to be dropped"
    assert toy.closed_on in WORKING
    other.wait_for_step()
    job.resume()
    job.change("anything")
    assert (job.state, job.settings) == ("stopped", "anything"), "for when it is revived"


def test_stopped_before_it_began(make_pool):
    pool, toy = make_pool(), Toy()
    with held(pool):
        job = pool.start(toy)
        job.stop()
    settle(pool)
    assert toy.log == []
    assert job.state == "stopped"
    assert job.frame == (0, b"")
    assert job.history == []


@pytest.mark.parametrize("error", [ValueError("no"), SystemExit(1), KeyboardInterrupt()])
def test_an_error_is_its_job_s_own(make_pool, error):
    pool, good = make_pool(), Toy()

    def bad():
        yield toy_step(1)
        raise error

    def worse():
        raise error

    good_job = pool.start(good)
    jobs = [pool.start(bad), pool.start(worse)]
    wait_until(lambda: all(job.state == "failed" for job in jobs))
    assert all(alike(job.error, error) for job in jobs)
    assert jobs[0].step.iteration == 1
    assert jobs[1].step is None
    for _ in range(len(good.log) + 3):
        good.wait_for_step()
    assert good_job.state == "running"
    assert good_job.error is None


OUT_OF_MEMORY = (
    MemoryError(),
    RuntimeError("[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory: you tried"),
    RuntimeError("MPS backend out of memory (MPS allocated: 17.9 GB, other allocations: 384.0 KB)"),
    torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB."),
)


@pytest.mark.parametrize("error", OUT_OF_MEMORY, ids=lambda error: type(error).__name__ + str(error)[:8])
def test_a_job_that_finds_no_memory_fails_alone_and_lets_go_of_its_own(make_pool, error):
    class Pictures:
        pass

    pool, good, seen = make_pool(), Toy(), []

    def bad():
        pictures = Pictures()
        seen.append(weakref.ref(pictures))
        yield toy_step(1)
        raise error

    pool.start(good)
    job = pool.start(bad)
    wait_until(lambda: job.state == "failed")
    assert isinstance(job.error, GramlabError)
    assert job.error.code == "memory_full"
    assert alike(job.error.__cause__, error)
    gc.collect()
    assert seen[0]() is None, "the error holds the frame, and the frame the pictures"
    for _ in range(len(good.log) + 3):
        good.wait_for_step()


def test_another_runtime_error_is_itself(make_pool_here):
    error = RuntimeError("shapes do not fit")

    def bad():
        raise error
        yield

    pool = make_pool_here()
    job = pool.start(bad)
    assert pool.idle(LONG)
    assert job.error is error
    assert job.error.__traceback__ is not None


def test_a_generator_that_cannot_be_closed_harms_nobody(make_pool):
    pool, good = make_pool(), Toy()

    def bad():
        try:
            while True:
                yield toy_step(1)
        finally:
            raise RuntimeError("I stay")

    job = pool.start(bad)
    wait_until(lambda: job.step)
    job.stop()
    pool.start(good)
    good.wait_for_step()


def test_finished(make_pool):
    pool, toy = make_pool(), Toy(steps=3)
    job = pool.start(toy)
    wait_until(lambda: job.state == "finished")
    assert job.step.iteration == 3
    assert job.error is None
    settle(pool)
    for steer in (job.pause, job.resume, job.stop, job.touch):
        steer()
        assert job.state == "finished"
    assert pool.get(job.id) is job


# --- seats


def test_the_queue_is_honest(make_pool):
    pool = make_pool(limit=2)
    with held(pool):
        jobs = [pool.start(Toy(name)) for name in range(5)]

        def states():
            return [(job.state, job.place) for job in jobs]

        assert states() == [("running", 0), ("running", 0), ("queued", 1), ("queued", 2), ("queued", 3)]
        jobs[3].stop()
        assert states()[2:] == [("queued", 1), ("stopped", 0), ("queued", 2)]
        jobs[0].pause()
        assert states() == [("paused", 0), ("running", 0), ("running", 0), ("stopped", 0), ("queued", 1)]
        jobs[0].resume()
        assert states()[0] == ("queued", 2), "a seat that was given up has to be waited for"
        jobs[4].pause()
        assert states()[0] == ("queued", 1)
        jobs[1].stop()
        assert states()[0] == ("running", 0)


def test_only_those_with_a_seat_take_turns(make_pool):
    pool, log = make_pool(limit=2), []
    toys = [Toy(name, 4, log) for name in range(6)]
    with held(pool):
        jobs = [pool.start(toy) for toy in toys]
    wait_until(lambda: all(job.state == "finished" for job in jobs))
    assert all(len({*log[8 * pair : 8 * pair + 8]}) == 2 for pair in range(3))
    assert {*log[:8]} == {0, 1}


@pytest.mark.parametrize("more", [0, 3])
def test_who_has_all_steps_is_told_so_at_once_and_takes_no_turn_of_others(make_pool, more):
    """Also where the steps are more than was said, which gives one turn at most."""
    pool, log = make_pool(), []
    others = [Toy(name, None, log) for name in ("other", "another")]

    def few():
        for iteration in range(1, 3 + more):
            log.append("few")
            yield toy_step(iteration)
        log.append("over")

    def left(settings, done):
        return [(6, max(0, settings.steps - done))]

    with held(pool):
        jobs = [pool.start(others[0]), pool.start(few, SimpleNamespace(steps=2), ahead=left), pool.start(others[1])]
    wait_until(lambda: jobs[1].state == "finished")
    for job in jobs:
        job.stop()
    if not more:
        assert log[: log.index("over") + 1] == ["other", "few", "another", "other", "few", "over"]
    else:
        assert log.count("other") >= 2 + more - 1


def test_a_failed_job_leaves_its_seat(make_pool):
    pool, next_one = make_pool(limit=1), Toy()

    def bad():
        raise OSError
        yield

    with held(pool):
        pool.start(bad)
        assert pool.start(next_one).place == 1
    next_one.wait_for_step()


# --- nobody looks


def test_abandoned_taken_back_forgotten(make_pool, clock):
    pool, toy = make_pool(), Toy()
    job = pool.start(toy)
    toy.wait_for_step()
    clock.now = 59.9
    assert pool.get(job.id).state == "running"
    clock.now = 60
    wait_until(lambda: job.state == "abandoned")  # by the worker itself
    turns = len(toy.log)
    settle(pool)
    settle(pool)
    assert len(toy.log) <= turns + 1
    clock.now = 599
    assert pool.get(job.id) is job
    job.touch()
    assert job.state == "running"
    while toy.stepped.acquire(blocking=False):
        pass
    toy.wait_for_step()
    clock.now = 659
    assert pool.get(job.id).state == "abandoned"
    clock.now = 1199
    assert pool.get(job.id) is None
    settle(pool)
    assert job.state == "stopped"
    assert toy.closed_on in WORKING


def test_touched_it_goes_on_for_ever(make_pool, clock):
    pool, toy = make_pool(), Toy()
    job = pool.start(toy)
    for touch in (job.touch, lambda: job.change("settings"), job.resume, job.touch):
        clock.now += 59
        touch()
        assert pool.get(job.id).state == "running"
    job.pause()
    clock.now += 599
    assert pool.get(job.id).state == "paused", "a paused job is not abandoned: it costs nothing"
    job.touch()
    assert job.state == "paused", "looking at it is not to resume it"
    clock.now += 600
    assert pool.get(job.id) is None


def test_an_abandoned_job_gives_up_its_seat_and_its_place(make_pool, clock):
    pool = make_pool(limit=1)
    with held(pool):
        first, second = pool.start(Toy()), pool.start(Toy())
        clock.now = 30
        third = pool.start(Toy())
        clock.now = 60
        pool.get("")
        assert [job.state for job in (first, second, third)] == ["abandoned", "abandoned", "running"]
        first.touch()
        assert (first.state, first.place) == ("queued", 1)
        second.pause()
        second.touch()
        assert second.state == "paused"


def test_a_finished_job_outlasts_a_lunch_and_is_forgotten_too(make_pool, clock):
    pool = make_pool()
    job = pool.start(Toy(steps=1))
    wait_until(lambda: job.state == "finished")
    clock.now = 3599
    assert pool.get(job.id) is job
    clock.now = 3600
    assert pool.get(job.id) is None
    assert job.state == "finished"


def test_the_sleeping_worker_wakes_to_forget(make_pool):
    pool, toy = make_pool(clock=time.monotonic, abandoned_after=0.1, forgotten_after=0.3), Toy()
    job = pool.start(toy)
    wait_until(lambda: job.state == "abandoned")
    wait_until(lambda: toy.closed_on)
    assert job.state == "stopped"


# --- what a job tells


def test_a_picture_is_encoded_once(make_pool_here):
    encoded = []

    def encode(step):
        encoded.append(step.iteration)
        return b"%d" % step.iteration

    pool, toy = make_pool_here(encode=encode), Toy(steps=98)
    job = pool.start(toy)
    wait_until(lambda: job.state == "finished")
    # the first 64 were saved; of those after them every second
    assert encoded == [*range(1, 65), *range(65, 98, 2)]
    frames = []
    threads = [threading.Thread(target=lambda: frames.append(job.frame)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert frames == [(98, b"98")] * 8
    assert encoded[-2:] == [97, 98], "the newest is encoded when somebody asks"


def test_frame_never_mixes_two_steps(make_pool_here):
    pool, toy = make_pool_here(), Toy()
    job = pool.start(toy)
    seen = []
    for _ in range(2000):
        sequence, content = job.frame
        assert content == (b"%d" % sequence if sequence else b"")
        seen.append(sequence)
    assert seen == sorted(seen)


def test_history_is_bounded_and_even(make_pool_here):
    steps = 5000
    pool, toy = make_pool_here(), Toy(steps=steps)
    job = pool.start(toy)
    longest = 0
    while job.state != "finished":
        longest = max(longest, len(job.history))
        time.sleep(0.001)
    history = job.history
    assert max(longest, len(history)) <= LONGEST_HISTORY + 1
    assert history[0] == (1, 1.0, {"relu1_1": 2.0})
    assert history[-1] == (steps, 1 / steps, {"relu1_1": 2 / steps})
    gaps = [b[0] - a[0] for a, b in itertools.pairwise(history)]
    assert len(set(gaps[:-1])) == 1
    assert len(history) > LONGEST_HISTORY / 4


def test_settings_are_sent_once_and_only_the_last(make_pool):
    pool, toy = make_pool(), Toy(steps=6)
    with held(pool):
        job = pool.start(toy, "first")
        assert job.settings == "first"
        job.change("second")
        job.change("third")
        assert job.settings == "third"
    wait_until(lambda: job.state == "finished")
    assert toy.received == [(1, "third")], "at its first step a generator takes nothing"


def test_settings_reach_a_paused_job_when_it_goes_on(make_pool):
    pool, toy = make_pool(), Toy()
    job = pool.start(toy)
    toy.wait_for_step()
    job.pause()
    job.change("new")
    job.resume()
    wait_until(lambda: toy.received)
    assert toy.received[0][1] == "new"


def test_ids_cannot_be_guessed(make_pool_here):
    pool = make_pool_here()
    ids = {pool.start(Toy(steps=1)).id for _ in range(100)}
    assert len(ids) == 100
    assert all(len(job_id) >= 20 and job_id.replace("-", "").replace("_", "").isalnum() for job_id in ids)
    assert pool.get("0") is None


# --- bounds


def test_of_one_owner_s_jobs_the_oldest_is_stopped_and_forgotten(make_pool):
    """Start pressed 200 times: eight go on, eight that were stopped can be looked at."""
    pool = make_pool()
    with held(pool):
        stranger = pool.start(Toy(), owner="stranger")
        jobs = [pool.start(Toy(), owner="somebody") for _ in range(200)]
        kept = [job for job in jobs if pool.get(job.id) is job]
        assert [job.state for job in kept] == 8 * ["stopped"] + 8 * ["running"]
        assert kept == jobs[-16:]
        assert stranger.state == "running"
        assert all(job.state == "stopped" for job in jobs[:-8])


def test_of_what_is_over_that_is_kept_which_was_looked_at_last(make_pool, clock):
    pool = make_pool(own=2)
    jobs = [pool.start(Toy(steps=1), owner="me") for _ in range(2)]
    assert pool.idle(LONG)
    clock.now = 1
    jobs[0].touch()
    jobs += [pool.start(Toy(steps=1), owner="me")]
    assert pool.idle(LONG)
    jobs += [pool.start(Toy(steps=1), owner="me")]
    assert [pool.get(job.id) is job for job in jobs] == [True, False, True, True]


def test_a_full_pool_refuses_and_stops_nobody(make_pool):
    pool = make_pool(limit=2, waiting=3)
    with held(pool):
        jobs = [pool.start(Toy(), owner=name) for name in range(5)]
        jobs[4].pause()
        states = [job.state for job in jobs]
        assert states == ["running", "running", "queued", "queued", "paused"]
        for owner in (None, "another"):
            with pytest.raises(GramlabError) as raised:
                pool.start(Toy(), owner=owner)
            assert (raised.value.code, raised.value.values) == ("jobs_full", {"count": 5})
        assert [job.state for job in jobs] == states
        jobs[0].stop()
        assert pool.start(Toy()).state == "queued", "behind the others"
        assert pool.get(jobs[0].id) is jobs[0], "what is over takes nobody's place"


def test_with_all_places_taken_one_s_own_job_makes_room(make_pool):
    pool = make_pool(limit=2, waiting=0, own=2)
    with held(pool):
        jobs = [pool.start(Toy(), owner="me") for _ in range(5)]
        assert [job.state for job in jobs] == 3 * ["stopped"] + 2 * ["running"]


def test_in_a_full_pool_an_abandoned_job_makes_room(make_pool, clock):
    pool = make_pool(limit=1, waiting=2)
    with held(pool):
        jobs = [pool.start(Toy(), owner=name) for name in range(3)]
        clock.now = 40
        jobs[0].touch()
        clock.now = 80
        newer = pool.start(Toy())
        assert [job.state for job in jobs] == ["running", "stopped", "abandoned"]
        assert newer.state == "queued"


def test_what_is_over_is_bounded_in_all(make_pool, clock):
    pool, jobs = make_pool(over=3), []
    for number in range(10):
        clock.now = number
        jobs.append(pool.start(Toy(steps=1), owner=number))
        assert pool.idle(LONG)
    assert [pool.get(job.id) is job for job in jobs] == 6 * [False] + 4 * [True], "three, and the one that was started"
    assert all(job.state == "finished" for job in jobs), "who holds a forgotten job may still look at it"


# --- company


def sized(steps):
    """Makes so many steps on a picture of 2 × 3 pixels."""

    def make():
        for iteration in range(1, steps + 1):
            step = toy_step(iteration)
            step.worked_at = step.size = (2, 3)
            yield step

    return make


def test_who_paints_besides(make_pool):
    pool = make_pool(limit=3)
    with held(pool):
        owners = ("me", "me", "you", None, "late")
        mine, _, yours, nobodys, late = (
            pool.start(sized(5), SimpleNamespace(steps=5), owner=owner) for owner in owners
        )
        assert mine.company == Company(1), "one person's two are one, and none of the others"
        assert late.company == Company(2), "who waits does not paint"
        yours.pause()
        assert yours.company is None
        assert (nobodys.state, nobodys.company, late.company) == ("running", Company(1), Company(2))
    assert pool.idle(LONG)
    assert late.company is None


def test_how_long_it_still_takes_is_known_once_steps_have_been_taken(make_pool):
    pool = make_pool(limit=2)
    pool.start(sized(5), SimpleNamespace(steps=5))
    assert pool.idle(LONG)
    with held(pool):
        asked = []

        def ahead(settings, done):
            asked.append((settings.steps, done))
            return [(6, settings.steps - done)]

        jobs = [pool.start(sized(steps), SimpleNamespace(steps=steps), ahead=ahead) for steps in (10, 20, 30)]
        first, second, waits = (job.company for job in jobs)
        assert set(asked) == {(10, 0), (20, 0), (30, 0)}
        more = FIRST - 1  # that each one's first step costs
        a_step = first.left / (20 + 2 * more)  # both seats' ten
        assert (first.begins, second.begins) == (0, 0)
        assert waits.begins == pytest.approx((20 + 2 * more) * a_step)
        assert waits.left == pytest.approx((60 + 3 * more) * a_step), "by then all have had all their steps"


def test_the_coarse_scales_of_all_come_before_the_fine_ones_of_any(make_pool):
    pool, log = make_pool(), []

    def told(name, steps):
        def make():
            for step in sized(steps)():
                log.append(name)
                yield step

        return make

    def ahead(settings, done):
        return [(6, 8 - done), (24, 10)] if done < 8 else [(24, 18 - done)]

    with held(pool):
        for name in "abc":
            pool.start(told(name, 18), SimpleNamespace(steps=18), ahead=ahead)
        pool.start(told("fine", 18), SimpleNamespace(steps=18), ahead=lambda settings, done: [(24, 18 - done)])
    assert pool.idle(LONG)
    last_coarse = max([place for place, name in enumerate(log) if name == each][7] for each in "abc")
    assert log[:last_coarse].count("fine") <= 3 + 24 // 6, "its first turns, and one where it waited too long"
    assert [log[:last_coarse].count(each) for each in "abc"] == pytest.approx([8, 8, 8], abs=1)


def test_another_in_its_place_comes_last_with_what_it_has_to_do(make_pool):
    pool = make_pool(limit=1)
    assert pool.start(sized(1)).company_of_next([(6, 7)]).left is None, "nothing is known yet of what a step costs"
    pool.start(sized(5), SimpleNamespace(steps=5))
    assert pool.idle(LONG)
    with held(pool):
        mine, yours = (
            pool.start(sized(steps), SimpleNamespace(steps=steps), ahead=lambda settings, done: [(6, settings.steps)])
            for steps in (10, 20)
        )
        more = FIRST - 1  # that the first step at a size costs
        a_step = mine.company.left / (10 + more)
        assert yours.company.left == pytest.approx((30 + 2 * more) * a_step)
        following = mine.company_of_next([(6, 4), (10 * WITHOUT_PIXELS, 3)])
        assert following.begins == pytest.approx((20 + more) * a_step), "it waits where mine does not"
        assert following.left == pytest.approx((20 + more + 4 + more + 11 * (3 + more)) * a_step, rel=0.01)
        mine.stop()
        assert (mine.company, mine.company_of_next([(6, 10)]).others) == (None, 1)
        assert mine.company_of_next([(6, 10)]).left == pytest.approx((30 + 2 * more) * a_step)


# --- the pool


def test_nothing_runs_before_the_first_job_nor_after_close():
    def workers():
        return [thread for thread in threading.enumerate() if thread.name == "gramlib-jobs"]

    before = workers()
    pool, toys = JobPool(), [Toy(), Toy()]
    pool.close()
    pool = JobPool()
    assert workers() == before
    jobs = [pool.start(toy) for toy in toys]
    jobs[1].pause()
    toys[0].wait_for_step()
    pool.close(LONG)
    assert workers() == before
    assert [job.state for job in jobs] == ["stopped", "stopped"]
    assert toys[0].closed_on in WORKING
    assert pool.get(jobs[0].id) is None
    for late in (lambda: pool.start(Toy()), lambda: pool.compute(print)):
        with pytest.raises(RuntimeError, match="closed"):
            late()
    pool.close(LONG)


def test_what_goes_wrong_in_keeping_a_step_is_that_jobs_fault_alone_and_told_once(make_pool):
    told = []
    pool = make_pool(failed=lambda error, owner: told.append((error, owner)))

    def none_at_all(change=None):
        yield object()  # no step: it has not even a number

    bad, good = pool.start(none_at_all, owner="one"), pool.start(Toy(), owner="other")
    wait_until(lambda: bad.state == "failed")
    seen = good.sequence
    wait_until(lambda: good.sequence > seen)
    assert isinstance(bad.error, AttributeError)
    assert told == [(bad.error, "one")]
    good.stop()
