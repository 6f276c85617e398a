"""A job that is steered: saved pictures, rewinding, single steps, beginning again; with toy steps that can go back."""

from __future__ import annotations

import gc
import itertools
import random
import threading
import time
from types import SimpleNamespace

import pytest
import torch

from gramlib.jobs import JobPool
from gramlib.record import MOST_FRAMES
from gramlib.transfer import Change, Step, TransferSettings, transfer
from gramlib.vgg import VGG
from tests.gramlib.toys import LONG, WORKING, Toy, held, settle, wait_until


class Film(Toy):
    """Steps like those of `transfer`: a Change takes them to another iteration, and may only look."""

    def __init__(self, *arguments, totals=lambda iteration: 1 / iteration, pace=0.0, **keywords):
        super().__init__(*arguments, **keywords)
        self.made, self.totals, self.pace = [], totals, pace
        self.pause_at = (0, None)

    def __call__(self, change=None):
        self.made.append(change)
        at, look = 0, False
        if change is not None and change.iteration is not None:
            at, look = change.iteration, change.look
        try:
            while look or self.steps is None or at < self.steps:
                at += not look
                if not self.go.is_set():
                    self.frozen.set()
                    assert self.go.wait(LONG)
                time.sleep(self.pace)
                self.log.append(at)
                if at == self.pause_at[0]:
                    self.pause_at[1].pause()
                self.stepped.release()
                total = self.totals(at)
                received = yield SimpleNamespace(
                    iteration=at, total=total, losses={"relu1_1": total}, seconds=at / 10, image=f"picture {at}"
                )
                look = False
                if received is not None:
                    self.received.append((at, received))
                if isinstance(received, Change) and received.iteration is not None:
                    at, look = received.iteration, received.look
        finally:
            self.closed_on = threading.current_thread().name


@pytest.fixture
def pool(make_pool):
    """One of each kind."""
    return make_pool(decode=lambda jpeg: jpeg)


@pytest.fixture
def pool_here(make_pool_here):
    return make_pool_here(decode=lambda jpeg: jpeg)


def iterations(job):
    return [iteration for iteration, _, _ in job.history], [iteration for iteration, _ in job.frames]


def start_and_pause_at(pool, film, iteration, settings=None):
    """Return a job that has come to this very step, and is paused."""
    with held(pool):
        job = pool.start(film, settings)
        film.pause_at = (iteration, job)
    wait_until(lambda: job.state == "paused")
    settle(pool)
    assert job.step.iteration == iteration
    film.pause_at = (0, None)
    return job


# --- saved pictures


@pytest.mark.slow
@pytest.mark.parametrize("steps", [1, 10, MOST_FRAMES + 1, MOST_FRAMES + 2, 5000])
def test_saved_pictures_are_bounded_even_and_begin_with_the_first(pool_here, steps):
    job, most = pool_here.start(Film(steps=steps)), 0
    while job.state != "finished":
        most = max(most, len(job.frames))
        time.sleep(0.002)
    frames = job.frames
    assert max(most, len(frames)) <= 64
    assert (frames[0], frames[-1]) == ((1, b"1"), (steps, b"%d" % steps))
    gaps = [b[0] - a[0] for a, b in itertools.pairwise(frames)]
    assert len(set(gaps[:-1])) <= 1
    assert len(frames) >= min(steps, 32)
    assert all(jpeg == b"%d" % iteration == job.frame_at(iteration) for iteration, jpeg in frames)
    assert job.frame_at(steps + 1) is None


def test_before_the_first_step_there_is_nothing(pool):
    with held(pool):
        job = pool.start(Film())
        assert (job.step, job.best, job.frames, job.history, job.sequence) == (None, None, [], [], 0)
        assert job.frame == (0, b"")
        job.rewind(3)
        assert (job.state, job.sequence) == ("running", 0)


@pytest.mark.slow
def test_the_saved_pictures_take_a_known_room():
    """The number that JobPool's docstring gives, for 256 px of noise, which no JPEG can make small."""
    generator = torch.Generator().manual_seed(0)
    pool = JobPool()

    def noise():
        for iteration in range(1, 130):
            image = torch.rand(1, 3, 256, 256, generator=generator)
            yield Step(iteration, 1.0, {"relu1_1": 1.0}, image, 0.1, worked_at=(256, 256))

    try:
        job = pool.start(noise)
        wait_until(lambda: job.state == "finished")
        assert 32 <= len(job.frames) <= 64
        assert sum(len(jpeg) for _, jpeg in job.frames) < 64 * 160_000
        assert all(frame.step.image is None for frame in job._run.record._frames), "a picture's tensor is kept"
    finally:
        pool.close(LONG)


def bytes_in_tensors():
    gc.collect()
    storages = [thing.untyped_storage() for thing in gc.get_objects() if type(thing) is torch.Tensor]
    return sum({storage.data_ptr(): storage.nbytes() for storage in storages}.values())


@pytest.mark.slow
def test_the_tensors_of_a_job_take_a_known_room():
    """The formula that JobPool's docstring gives, at a size that is quick."""
    settings = TransferSettings(steps=100)
    pool, side, network = JobPool(), 96, VGG(device="cpu")
    generator = torch.Generator().manual_seed(0)

    def steps():
        content, style = torch.rand(2, 1, 3, side, side, generator=generator)
        return transfer(content, style, settings, network)

    try:
        next(steps())  # what the network makes ready with the first picture is its own
        before = bytes_in_tensors()
        job = pool.start(steps, settings)
        wait_until(lambda: job.error or (job.step is not None and job.step.iteration >= 14), 10 * LONG)
        job.pause()
        settle(pool)
        assert job.error is None
        running = bytes_in_tensors() - before
        a_picture, grams = 12 * side * side, 4 * sum(c * c for c in (64, 128, 256, 512, 512))
        assert 20 * a_picture < running < 37 * a_picture + 3 * grams
        job.stop()
        settle(pool)
        assert bytes_in_tensors() - before < 4 * a_picture + 3 * grams
    finally:
        pool.close(LONG)


# --- rewind


def test_a_paused_job_is_rewound_and_stays_paused(pool):
    film = Film()
    job = start_and_pause_at(pool, film, 12)
    last, sequence = job.step.iteration, job.sequence
    with held(pool):
        job.rewind(5)
        assert job.state == "paused"
        assert job.step.iteration == 5
        assert job.sequence == sequence + 1
        assert job.frame == (job.sequence, b"5")
        assert iterations(job) == ([1, 2, 3, 4, 5], [1, 2, 3, 4, 5])
    settle(pool)
    wait_until(lambda: job.sequence == sequence + 2)  # it has been looked at
    settle(pool)
    assert (job.state, job.step.iteration, job.frame) == ("paused", 5, (job.sequence, b"5"))
    assert iterations(job) == ([1, 2, 3, 4, 5], [1, 2, 3, 4, 5])
    at, told = film.received[-1]
    assert at == last
    assert (told.iteration, told.picture, told.seconds, told.look) == (5, "picture 5", 0.5, True)
    assert told.settings is told.style is None
    job.resume()
    wait_until(lambda: job.step.iteration >= 9)
    assert film.log[last : last + 4] == [5, 6, 7, 8]
    assert job.history[5][0] == 6


def test_a_running_job_is_rewound_and_goes_on(pool):
    film = Film(pace=0.002)
    job = pool.start(film)
    wait_until(lambda: job.step is not None and job.step.iteration > 20)
    with held(pool):
        job.rewind(3)
        assert (job.state, job.step.iteration) == ("running", 3)
        turns = len(film.log)
    wait_until(lambda: job.step.iteration >= 6)
    assert film.log[turns : turns + 4] == [3, 4, 5, 6]


def test_a_step_being_computed_is_dropped(pool):
    film = Film(pace=0.002)
    job = pool.start(film)
    wait_until(lambda: job.step is not None and job.step.iteration > 20)
    film.freeze()
    job.rewind(10)
    sequence = job.sequence
    film.go.set()
    settle(pool)
    assert job.step.iteration < 20, "the step that was being computed has arrived"
    wait_until(lambda: job.sequence > sequence + 2)
    history = [iteration for iteration, _, _ in job.history]
    assert history == list(range(1, history[-1] + 1))


@pytest.mark.parametrize("ending", ["finished", "stopped", "failed"])
def test_who_is_over_is_revived_where_it_is_rewound_to(pool, ending):
    def totals(iteration):
        if ending == "failed" and iteration == 9 and len(film.made) == 1:
            raise OSError("once")
        return 1 / iteration

    film = Film(steps=None if ending == "stopped" else 12, totals=totals)
    if ending == "stopped":
        job = start_and_pause_at(pool, film, 10, "first")
        job.stop()
    else:
        job = pool.start(film, "first")
    wait_until(lambda: job.state == ending)
    settle(pool)
    assert (job.error is None) == (ending != "failed")
    film.steps = 12
    job.rewind(6)
    assert (job.state, job.step.iteration, job.error) == ("paused", 6, None)
    wait_until(lambda: len(film.made) == 2)
    told = film.made[1]
    assert (told.iteration, told.picture, told.look, told.settings, told.style) == (6, "picture 6", True, None, None)
    settle(pool)
    assert job.state == "paused"
    job.resume()
    wait_until(lambda: job.state == "finished")
    assert iterations(job) == (list(range(1, 13)), list(range(1, 13)))


def test_the_newest_step_is_gone_back_to_as_it_is(pool):
    job = pool.start(Film(steps=100))
    wait_until(lambda: job.state == "finished")
    step = job.step
    with held(pool):
        job.rewind(100)
        assert job.step is step
        assert job.state == "paused"


def test_what_was_thinned_away_is_gone_back_to_nearby(pool):
    job = pool.start(Film(steps=200))
    wait_until(lambda: job.state == "finished")
    kept = [iteration for iteration, _ in job.frames]
    assert 102 not in kept
    job.rewind(102)
    assert job.step.iteration in kept
    assert abs(job.step.iteration - 102) <= 2
    with held(pool):
        for _ in range(3):  # looked at again and again, it stays one of the saved
            job.rewind(job.step.iteration)
    settle(pool)
    assert [iteration for iteration, _ in job.frames] == [i for i in kept if i <= job.step.iteration]
    job.resume()
    wait_until(lambda: job.state == "finished")
    assert [iteration for iteration, _ in job.frames] == kept
    assert [entry[0] for entry in job.history] == list(range(1, 201))


def test_rewound_with_new_settings_and_style(pool):
    film, style = Film(steps=10), torch.zeros(1, 3, 2, 2)
    settings = [TransferSettings(steps=steps) for steps in (10, 20)]
    job = pool.start(film, settings[0])
    wait_until(lambda: job.state == "finished")
    with held(pool):
        job.rewind(4)
        job.change(settings[1], style)
        assert job.settings is settings[1]
    wait_until(lambda: len(film.made) == 2)
    assert film.made[1].settings == settings[1]
    assert torch.equal(film.made[1].style, style)
    settle(pool)
    job.change(settings[0])
    job.advance()
    wait_until(lambda: job.step.iteration == 5)
    assert film.received == [(4, settings[0])], "of what it knows it is told nothing"


def test_failed_of_new_words_it_can_be_revived_without_them(pool):
    class Refuses(Film):  # the settings "bad"
        def __call__(self, change=None):
            steps, said = super().__call__(change), None
            step = next(steps)
            while True:
                said = yield step
                if said == "bad":
                    raise ValueError(said)
                step = steps.send(said)

    job = pool.start(Refuses(pace=0.002), "good")
    wait_until(lambda: job.step is not None and job.step.iteration > 5)
    job.change("bad")
    wait_until(lambda: job.state == "failed")
    assert job.settings == "good"
    job.rewind(3)
    job.resume()
    wait_until(lambda: job.step.iteration > 8)
    assert job.state == "running"


@pytest.mark.parametrize("revive", ["go back", "begin again"])
def test_what_is_asked_of_a_job_that_is_over_counts_when_it_is_revived(pool, revive):
    """Let it finish, move a weight, go back to a frame, go on: the weight that is shown is in force."""
    film, style = Film(steps=8), torch.zeros(1)
    light, heavy = TransferSettings(), TransferSettings(style_weight=50)
    job = pool.start(film, light)
    assert pool.idle(LONG)
    assert job.state == "finished"
    job.change(heavy, style)
    assert (job.state, job.settings) == ("finished", heavy)
    if revive == "go back":
        job.rewind(3)
        job.resume()
    else:
        job.restart()
    assert pool.idle(LONG)
    assert (job.state, job.step.iteration) == ("finished", 8)
    assert [(told.settings, told.style) for told in film.made[1:]] == [(heavy, style)]


def test_a_job_that_failed_of_its_settings_takes_better_ones_and_not_the_same_again(pool):
    class Refuses(Film):  # the settings "bad", told in any way
        def __call__(self, change=None):
            steps, received = super().__call__(change), None
            if change is not None and change.settings == "bad":
                raise ValueError("bad")
            step = next(steps)
            while True:
                received = yield step
                if received == "bad":
                    raise ValueError(received)
                try:
                    step = steps.send(received)
                except StopIteration:
                    return

    film = Refuses(steps=50)
    job = start_and_pause_at(pool, film, 4, "good")
    for _ in range(3):
        job.change("bad")
        job.resume()
        assert pool.idle(LONG)
        assert (job.state, job.settings) == ("failed", "good")
        job.rewind(3)
        assert pool.idle(LONG)
        assert (job.state, job.error) == ("paused", None)
    job.change("bad")
    job.resume()
    assert pool.idle(LONG)
    job.change("better")
    job.restart()
    assert pool.idle(LONG)
    assert (job.state, job.step.iteration, film.made[-1].settings) == ("finished", 50, "better")


def test_what_was_asked_for_while_it_failed_is_not_lost(pool):
    film = Film(totals=lambda at: 1 / at if at < 5 else 1 / 0)
    job = start_and_pause_at(pool, film, 4, "good")
    job.change("bad")
    film.go.clear()
    job.resume()
    assert film.frozen.wait(LONG)
    job.change("better")
    film.go.set()
    assert pool.idle(LONG)
    assert (job.state, job.settings) == ("failed", "better")


def test_a_forgotten_job_cannot_be_revived(pool):
    film = Film(steps=5)
    job = pool.start(film)
    wait_until(lambda: job.state == "finished")
    pool._clock.now = 3600
    assert pool.get(job.id) is None
    job.rewind(2)
    job.restart()
    settle(pool)
    assert (job.state, job.step.iteration, len(film.made)) == ("finished", 5, 1)


# --- one step, from the beginning


def test_one_step(pool):
    film = Film()
    job = start_and_pause_at(pool, film, 3)
    for _ in range(5):
        before, turns = job.step.iteration, len(film.log)
        with held(pool):
            job.advance()
            job.advance()
            assert (job.state, job.place) == ("paused", 0)
        settle(pool)
        wait_until(lambda before=before: job.step.iteration > before)
        settle(pool)
        settle(pool)
        assert (job.state, len(film.log)) == ("paused", turns + 1)
    job.resume()
    wait_until(lambda: job.step.iteration > 20)
    job.advance()
    assert job.state == "running", "it is for paused jobs"


def test_one_step_of_a_rewound_job_is_a_step(pool):
    film = Film()
    job = start_and_pause_at(pool, film, 9)
    with held(pool):
        job.rewind(4)
        job.advance()
    wait_until(lambda: job.step.iteration == 5)
    settle(pool)
    assert (job.state, film.log[-2:]) == ("paused", [4, 5])


def test_one_step_takes_no_seat():
    pool = JobPool(1, encode=lambda step: b"")
    try:
        first, second = Film(), Film()
        paused = start_and_pause_at(pool, first, 3)
        other = pool.start(second)
        wait_until(lambda: other.step)
        before = paused.step.iteration
        paused.advance()
        wait_until(lambda: paused.step.iteration == before + 1)
        assert (paused.state, other.state) == ("paused", "running")
    finally:
        pool.close(LONG)


def test_paused_before_the_one_step_is_taken_or_stopped(pool):
    film = Film()
    job = start_and_pause_at(pool, film, 3)
    with held(pool):
        turns = len(film.log)
        job.advance()
        job.stop()
    settle(pool)
    assert (job.state, len(film.log)) == ("stopped", turns)


@pytest.mark.parametrize("state", ["running", "paused", "finished", "failed"])
def test_begun_again(pool, state):
    def totals(iteration):
        if state == "failed" and iteration == 9 and len(film.made) == 1:
            raise OSError("once")
        return 1 / iteration

    film = Film(steps=9 if state in ("finished", "failed") else None, totals=totals)
    job = start_and_pause_at(pool, film, 6, "first")
    if state != "paused":
        job.resume()
    wait_until(lambda: job.state == state and job.step.iteration >= 6)
    with held(pool):
        sequence, job_id = job.sequence, job.id
        job.restart()
        assert (job.state, job.id, job.sequence, job.settings) == ("running", job_id, sequence + 1, "first")
        assert (job.step, job.best, job.error, job.history, job.frames) == (None, None, None, [], [])
        assert job.frame == (0, b""), "nothing new to be seen yet"
        turns = len(film.log)
    wait_until(lambda: job.step and job.step.iteration >= 4)
    assert film.log[turns : turns + 3] == [1, 2, 3]
    assert film.made == [None, None], "with what it knows already"
    assert job.frame[0] > sequence
    assert film.closed_on in WORKING


def test_begun_again_with_what_was_asked_for_last(pool):
    film, style = Film(steps=9), torch.zeros(1)
    settings = [TransferSettings(seed=seed) for seed in range(3)]
    job = start_and_pause_at(pool, film, 5, settings[0])
    job.change(settings[1], style)
    job.resume()
    wait_until(lambda: job.state == "finished")
    job.restart()
    assert job.settings is settings[1]
    wait_until(lambda: job.state == "finished")
    job.restart(settings[2])
    wait_until(lambda: job.state == "finished")
    assert [(told.settings, told.style) for told in film.made[1:]] == [(s, style) for s in settings[1:]]
    assert all(told.picture is told.iteration is None and not told.look for told in film.made[1:])


def test_stopped_while_its_steps_are_made(pool):
    making, go = threading.Event(), threading.Event()
    film = Film()

    def slow():
        making.set()
        assert go.wait(LONG)
        return film()

    job = pool.start(slow)
    assert making.wait(LONG)
    job.stop()
    go.set()
    settle(pool)
    assert (job.state, job.step) == ("stopped", None)
    assert film.closed_on in WORKING
    assert len(film.log) <= 1


# --- another style, the best


def test_a_new_style_is_sent_in_a_change(pool):
    film, styles = Film(), [torch.zeros(1), torch.ones(1)]
    job = start_and_pause_at(pool, film, 3, "settings")
    for style in styles:
        job.change(style=style)
    job.advance()
    wait_until(lambda: film.received)
    told = film.received[0][1]
    assert torch.equal(told.style, styles[1]), "it may have travelled"
    assert (told.settings, told.picture, told.look, job.settings) == (None, None, False, "settings")
    settle(pool)
    job.change("others")
    job.advance()
    wait_until(lambda: len(film.received) == 2)
    assert film.received[1][1] == "others", "settings alone go as they are"


def test_the_best_is_the_lowest_since_what_is_lowered_changed(pool):
    totals = {1: 5.0, 2: 3.0, 3: 4.0, 4: 9.0, 5: 8.0, 6: 7.0, 7: 7.5}
    film = Film(steps=7, totals=totals.__getitem__)
    with held(pool):
        job = pool.start(film)
        job.pause()
    best = []
    for iteration in range(1, 8):
        if iteration == 4:
            job.change("other weights")
        job.advance()
        wait_until(lambda iteration=iteration: job.step and job.step.iteration == iteration)
        best.append(job.best.iteration)
    assert best == [1, 2, 2, 4, 5, 6, 6]
    job.rewind(5)
    assert job.best is None or job.best.iteration <= 5


def test_the_best_is_of_the_finest_scale(pool):
    def steps():
        for iteration, (total, side) in enumerate([(1.0, 8), (5.0, 16), (4.0, 16), (6.0, 16)], 1):
            yield Step(iteration, total, {}, torch.zeros(1, 3, 16, 16), 0.1, worked_at=(side, side))

    job = pool.start(steps)
    wait_until(lambda: job.state == "finished")
    assert job.best.iteration == 3


# --- all at once


@pytest.mark.slow
def test_steered_from_many_threads_it_stays_whole(pool_here):
    films = [Film(steps=40) for _ in range(6)]
    jobs = [pool_here.start(film) for film in films]
    end, faults = time.monotonic() + 3, []

    def steer(seed):
        chance = random.Random(seed)
        try:
            while time.monotonic() < end:
                job = chance.choice(jobs)
                action = chance.choice(
                    [job.pause, job.resume, job.advance, job.stop, job.restart, job.touch]
                    + 4 * [lambda job=job: job.rewind(chance.randint(1, 40))]
                    + [lambda job=job: job.change(f"settings {chance.random()}")]
                )
                action()
                history, frames = iterations(job)
                assert history == sorted(set(history)), history
                assert frames == sorted(set(frames)), frames
                assert history == list(range(1, len(history) + 1)), history
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=steer, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG)
    assert not faults, faults[0]
    assert not [job.error for job in jobs if job.error is not None]
    for job in jobs:
        job.restart()
    wait_until(lambda: all(job.state == "finished" for job in jobs))
    assert all([entry[0] for entry in job.history] == list(range(1, 41)) for job in jobs)
    assert pool_here.idle(LONG)
