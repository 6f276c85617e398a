"""Whose turn it is: fair, by hand and by laws, without a thread."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gramlib.turns import FIRST_TURNS, Turns


class Room:
    """Turns that are taken one after the other, and a log of them: names, and calls as ("call", number)."""

    def __init__(self, seats=1000):
        self.turns, self.log = Turns(seats), []

    def join(self, *names, first_turns=FIRST_TURNS):
        for name in names:
            self.turns.join(name, first_turns)
        return list(self.turns.admit())

    def leave(self, name):
        self.turns.leave(name)
        return list(self.turns.admit())

    def go_on(self, count=1):
        for _ in range(count):
            call = self.turns.next_call()
            done = self.turns.next_turn() if call is None else call
            if done is not None:
                self.log.append(done)
        return self.log[-count:]


# --- seats


def test_seats_are_given_in_order_and_never_too_many():
    room = Room(seats=2)
    assert room.join(*"abcde") == ["a", "b"]
    assert [room.turns.place(name) for name in "abcdex"] == [0, 0, 1, 2, 3, 0]
    assert room.leave("d") == []
    assert room.leave("a") == ["c"]
    assert [room.turns.place(name) for name in "bce"] == [0, 0, 1]
    assert room.join("a") == []
    assert (room.leave("e"), room.leave("b"), room.leave("c")) == ([], ["a"], [])
    assert set(room.go_on(3)) == {"a"}


def test_a_visitor_takes_one_turn_and_no_seat():
    room = Room(seats=1)
    room.join("a", "b", first_turns=0)
    room.turns.visit("v")
    room.turns.visit("v")
    assert sorted(room.go_on(2)) == ["a", "v"]
    assert room.go_on(3) == ["a", "a", "a"]
    room.turns.visit("v")
    room.turns.leave("v")
    assert room.go_on(2) == ["a", "a"]
    assert room.leave("a") == ["b"]


def test_there_is_nothing_to_do_at_first_and_at_last():
    room = Room()
    assert room.turns.are_over
    assert room.turns.next_call() is room.turns.next_turn() is None
    room.join("a")
    assert not room.turns.are_over
    room.leave("a")
    assert room.turns.are_over
    room.turns.call(1)
    assert not room.turns.are_over
    assert room.go_on() == [1]
    assert room.turns.are_over


# --- fairness


def test_a_newcomer_s_first_turns_come_first():
    room = Room()
    room.join(*range(20), first_turns=0)
    room.go_on(50)
    room.join("a", "b")
    assert room.go_on(2 * FIRST_TURNS) == ["a", "b"] * FIRST_TURNS
    assert sorted(room.go_on(22), key=str) == sorted([*range(20), "a", "b"], key=str), "then like everybody else"


def test_who_had_some_first_turns_has_the_rest():
    room = Room()
    room.join(*range(5), first_turns=0)
    room.go_on(12)
    room.join("a", first_turns=1)
    assert "a" in room.go_on(1)
    assert "a" not in room.go_on(4)


@pytest.mark.parametrize("old", [0, 1, 2, 5, 20])
@pytest.mark.parametrize("new", [1, 2, 3, 8, 40])
def test_newcomers_do_not_make_it_unfair(old, new):
    """In any window of k·n turns nobody gets fewer than k − 1, however many come at once."""
    room, n, rounds = Room(), old + new, 7
    room.join(*range(old))
    room.go_on(old * (FIRST_TURNS + 2))
    arrived = len(room.log)
    room.join(*range(old, n))
    room.go_on(rounds * n)
    for k in range(1, rounds + 1):
        for first in range(max(0, arrived - 2 * n), len(room.log) - k * n + 1):
            window = room.log[first : first + k * n]
            present = range(old if first < arrived else n)
            assert all(window.count(name) >= k - 1 for name in present), (k, first - arrived)


def test_a_stream_of_newcomers_does_not_starve_who_is_there():
    room = Room()
    room.join("a", "b")
    room.go_on(3 * FIRST_TURNS)
    room.log.clear()
    for press in range(100):  # somebody presses start over and over
        room.turns.leave(press - 1)
        room.join(press)
        room.go_on(FIRST_TURNS)
    assert min(room.log.count("a"), room.log.count("b")) >= 60


def test_somebody_with_many_first_turns_has_a_third_of_the_turns_and_not_all():
    room = Room()
    room.join(*range(11), first_turns=0)
    room.go_on(33)
    room.log.clear()
    room.join("a", first_turns=25)
    while room.log.count("a") < 25:
        room.go_on()
    assert len(room.log) <= 3 * 25, "in the ring it would be 12 times as many"
    assert all(room.log.count(other) >= len(room.log) // 33 for other in range(11))


events = st.lists(
    st.one_of(
        st.tuples(st.just("join"), st.integers(0, 40)),
        st.tuples(st.just("leave"), st.integers(0, 2**16)),
        st.tuples(st.just("visit"), st.just(0)),
        st.tuples(st.just("call"), st.just(0)),
        st.tuples(st.just("withdraw"), st.integers(0, 2**16)),
        st.tuples(st.just("go on"), st.integers(1, 12)),
    ),
    max_size=80,
)


@given(st.integers(1, 6), events)
def test_whatever_happens_everybody_has_a_turn_and_every_call_is_made(seats, happened):
    """Against a model of plain lists: seats and queue are as they should be, and nobody waits too long."""
    room, names = Room(seats), itertools.count()
    seated, queue, visitors, calls = [], [], [], []
    waited, most = {}, {}  # turns since the last one, and the most that were in the lines meanwhile

    def seat_the_first():
        while queue and len(seated) < seats:
            seated.append(queue.pop(0))
            waited[seated[-1]] = most[seated[-1]] = 0

    def take_one():
        call, busy = room.turns.next_call(), seated or visitors
        if call is not None:
            assert call == calls.pop(0)
            assert not (busy and take_one.last == "call"), "two calls between two turns"
            take_one.last = "call"
            return
        assert not calls or (busy and take_one.last == "call"), "two turns between two calls"
        one = room.turns.next_turn()
        assert (one is None) == (not busy)
        if one is None:
            return
        take_one.last = "turn"
        for other in seated + visitors:
            waited[other] += 1
            most[other] = max(most[other], len(seated + visitors))
            assert waited[other] <= 3 * most[other], "nobody waits longer than three times for everybody else"
        waited[one] = most[one] = 0
        if one in visitors:
            visitors.remove(one)

    take_one.last = ""
    for what, number in happened:
        if what == "join":
            queue.append(next(names))
            room.turns.join(queue[-1], number)
        elif what == "leave" and (everybody := seated + queue + visitors):
            leaver = everybody[number % len(everybody)]
            for line in (seated, queue, visitors):
                if leaver in line:
                    line.remove(leaver)
            room.turns.leave(leaver)
        elif what == "visit":
            visitors.append(next(names))
            waited[visitors[-1]] = most[visitors[-1]] = 0
            room.turns.visit(visitors[-1])
        elif what == "call":
            calls.append(("call", next(names)))
            room.turns.call(calls[-1])
        elif what == "withdraw" and calls:
            call = calls.pop(number % len(calls))
            assert room.turns.withdraw(call)
            assert not room.turns.withdraw(call)
        elif what == "go on":
            for _ in range(number):
                take_one()
        before = list(seated)
        seat_the_first()
        assert list(room.turns.admit()) == seated[len(before) :]
        assert [room.turns.place(one) for one in queue] == list(range(1, len(queue) + 1))
        assert all(room.turns.place(one) == 0 for one in seated)
        assert room.turns.are_over == (not (seated or visitors or calls))
    for _ in range(2 * len(calls) + 3 * (FIRST_TURNS + 1) * (len(seated) + len(visitors))):
        take_one()
    assert calls == visitors == []


@given(st.integers(1, 30), st.integers(0, 10), st.integers(0, 2**32))
def test_calls_and_turns_take_their_turns(jobs, calls, seed):
    """However the calls come in, k turns take no longer than k calls and k turns, and a call waits for one turn."""
    room, chance = Room(), random.Random(seed)
    room.join(*range(jobs), first_turns=0)
    asked = 0
    for _ in range(100):
        for _ in range(chance.randint(0, calls)):
            room.turns.call(("call", asked))
            asked += 1
        room.go_on(chance.randint(1, 3))
    kinds = [isinstance(done, tuple) for done in room.log]
    assert not any(one and other for one, other in itertools.pairwise(kinds))
    made = [done for done in room.log if isinstance(done, tuple)]
    assert made == [("call", number) for number in range(len(made))]


def test_without_jobs_calls_are_made_at_once():
    room = Room()
    for number in range(5):
        room.turns.call(number)
    assert room.go_on(5) == [0, 1, 2, 3, 4]
