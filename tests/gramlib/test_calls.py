"""What a pool computes between two turns, for whoever asks."""

from __future__ import annotations

import concurrent.futures
import contextlib
import threading
import weakref

import pytest

from gramlib.errors import GramlabError
from tests.gramlib.toys import LONG, Toy, held


def test_compute_on_the_worker_between_two_turns(make_pool_here):
    pool, toy = make_pool_here(), Toy()
    assert pool.compute(lambda a, b: (a, b, threading.current_thread().name), 1, b=2).result(LONG) == (
        1,
        2,
        "gramlib-jobs",
    )
    pool.start(toy)
    toy.wait_for_step()
    toy.freeze()
    futures = [pool.compute(toy.log.append, name) for name in ("first", "second")]
    before = len(toy.log)
    toy.go.set()
    for future in futures:
        future.result(LONG)
    assert toy.log[before : before + 4] == ["toy", "first", "toy", "second"]


def test_compute_passes_the_exception(make_pool_here):
    pool, toy = make_pool_here(), Toy()
    error = SystemExit("not yours")

    def fail():
        raise error

    with pytest.raises(SystemExit) as raised:
        pool.compute(fail).result(LONG)
    assert raised.value is error
    pool.start(toy)
    toy.wait_for_step()


def test_compute_within_compute_does_not_wait_for_itself(make_pool_here):
    pool = make_pool_here()
    assert pool.compute(lambda: pool.compute(lambda: 7).result(LONG)).result(LONG) == 7


def test_what_is_cancelled_is_not_computed_and_costs_nothing(make_pool_here):
    pool, toy, called = make_pool_here(), Toy(), []
    pool.start(toy)
    toy.wait_for_step()
    toy.freeze()
    calls = [pool.compute(lambda: called.append(len(toy.log))) for _ in range(50)]
    others = [threading.Thread(target=concurrent.futures.wait, args=(calls[:-1],)) for _ in range(2)]
    for other in others:
        other.start()
    before = len(toy.log)
    assert all(call.cancel() for call in calls[:-1])
    for other in others:
        other.join(LONG)
        assert not other.is_alive(), "who waits for what another has cancelled waits for ever"
    toy.go.set()
    calls[-1].result(LONG)
    assert called == [before + 1], "it was made once, after one turn and not after fifty"
    assert not calls[-1].cancel()
    assert all(call.cancel() and call.cancelled() for call in calls[:-1])


def test_what_a_call_was_made_from_is_not_kept_with_its_result(make_pool_here):
    class Picture:
        pass

    pool = make_pool_here()
    for withdrawn in (False, True):
        picture = Picture()
        seen = weakref.ref(picture)
        with held(pool) if withdrawn else contextlib.nullcontext():
            call = pool.compute(id, picture)
            del picture
            assert call.cancel() if withdrawn else call.result(LONG)
        assert pool.idle(LONG)
        assert seen() is None


def test_a_call_that_cannot_be_made_for_want_of_memory_says_so(make_pool_here):
    with pytest.raises(GramlabError) as raised:
        make_pool_here().compute(lambda: bytearray(2**62)).result(LONG)
    assert raised.value.code == "memory_full"
    assert isinstance(raised.value.__cause__, MemoryError)


def test_idle_says_when_nothing_is_left_to_do(make_pool):
    pool, toy = make_pool(), Toy(steps=3)
    assert pool.idle(0), "nothing was ever asked of it"
    with held(pool):
        assert not pool.idle(0)
        job, call = pool.start(toy), pool.compute(int)
    assert pool.idle(LONG)
    assert (job.state, len(toy.log), call.done()) == ("finished", 3, True)
    endless = pool.start(Toy())
    assert not pool.idle(0.01)
    endless.pause()
    assert pool.idle(LONG)
    endless.advance()
    assert pool.idle(LONG)
    assert endless.state == "paused"
