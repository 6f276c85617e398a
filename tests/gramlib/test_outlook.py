"""How long it still takes: worked out by hand, and against turns that are really taken, with a clock of steps."""

from __future__ import annotations

import random

import pytest

from gramlib.outlook import (
    ENOUGH,
    MOST_SIZES,
    MOST_STEPS,
    OUTLIER,
    RECENT,
    WITHOUT_PIXELS,
    Pace,
    Work,
    time_left,
)
from gramlib.turns import FIRST_TURNS, Turns


def played(works, seats):
    """When each of the works has a seat and is finished, by taking its turns one after the other."""
    turns, now, begun, ended = Turns(seats), 0.0, {}, {}
    to_come = {name: [s for s, count in work.stretches for _ in range(count)] for name, work in works.items()}
    for name, work in works.items():
        turns.join(name, work.first_turns)
    begun |= dict.fromkeys(turns.admit(), 0.0)
    while (name := turns.next_turn()) is not None:
        now += to_come[name].pop(0)
        if not to_come[name]:
            ended[name] = now
            turns.leave(name)
            begun |= dict.fromkeys(turns.admit(), now)
    return begun, ended


def outlooks(works, seats):
    line = list(works.values())
    return {name: time_left(line[:seats], line[seats:], place, seats) for place, name in enumerate(works)}


def test_alone_it_takes_its_own_steps():
    assert time_left([Work([(0.1, 25), (0.5, 75)])], [], 0, seats=32) == (0.0, pytest.approx(40.0))
    assert time_left([Work([])], [], 0, seats=32) == (0.0, 0.0)


def test_by_hand_in_a_full_room():
    """One seat: who waits behind two begins when both are through, and goes on alone."""
    a, b, c = Work([(1.0, 4)]), Work([(2.0, 5)], first_turns=3), Work([(0.5, 2)])
    assert [time_left([a], [b, c], which, seats=1) for which in range(3)] == [(0, 4), (4, 14), (14, 15)]


def test_who_is_through_sooner_costs_the_others_no_more():
    """Ring of three, 1 s each: 2, 5 and 9 steps. The first ends in round 2, the second in 5, the third alone."""
    works = [Work([(1.0, steps)]) for steps in (2, 5, 9)]
    assert [time_left(works, [], which, seats=3)[1] for which in range(3)] == [6, 12, 16]


@pytest.mark.parametrize("seed", range(40))
def test_it_is_what_the_turns_come_to(seed):
    """Never off by more than two rounds of the dearest steps: what the order within a round can make."""
    chance = random.Random(seed)
    seats, count = chance.choice([1, 3, 8, 32]), chance.choice([1, 4, 12, 20])
    works = {
        name: Work(
            [(chance.choice([0.05, 0.2]), chance.randint(0, 20)), (chance.choice([0.5, 1.0]), chance.randint(1, 60))],
            first_turns=chance.choice([0, FIRST_TURNS]),
        )
        for name in range(count)
    }
    begun, ended = played(works, seats)
    slack = 2 * min(seats, count) * 1.0 + FIRST_TURNS
    for name, (begins, left) in outlooks(works, seats).items():
        assert begins == pytest.approx(begun[name], abs=slack)
        assert left == pytest.approx(ended[name], abs=slack)
        assert left == pytest.approx(ended[name], rel=1 / 3, abs=slack / 2)


# --- what a step costs


def test_nothing_is_known_at_first_and_then_scaled_by_pixels():
    pace = Pace()
    assert pace.seconds(100) is None
    pace.note(100, 0.2)
    assert pace.seconds(100) == 0.2
    assert pace.seconds(4000) == pytest.approx(0.2 * (4000 + WITHOUT_PIXELS) / (100 + WITHOUT_PIXELS))
    pace.note(400, 0.5)
    assert pace.seconds(800) == pytest.approx(0.9), "0.1 s each, and 0.1 s for every hundred"
    assert pace.seconds(200) == pytest.approx(0.3)
    assert pace.seconds(None) == 0.5, "of somebody of whom nothing is known"
    pace.note(1600, 0.1)  # it cannot be: a step of fewer cost more
    assert pace.seconds(3200) == pytest.approx(0.1 * (3200 + WITHOUT_PIXELS) / (1600 + WITHOUT_PIXELS))


@pytest.mark.parametrize(
    ("coarse", "fine"),
    [
        *(((6144, 0.150), (24576, 0.446)), ((11008, 0.218), (43776, 0.707)), ((6144, 0.190), (24576, 0.443))),
        *(((6144, 0.170), (24576, 0.330)), ((10880, 0.227), (43776, 0.516))),  # on a day when they were slower
    ],
)
def test_a_finer_scale_is_foreseen_within_a_third(coarse, fine):
    """Steps of the usual transfer at 192 and 256 px, the first job of a server, as two processors took them."""
    pace = Pace()
    pace.note(*coarse)
    assert pace.seconds(fine[0]) == pytest.approx(fine[1], rel=1 / 3)


def test_newer_steps_count_and_old_ones_are_forgotten():
    pace = Pace()
    for seconds in [1.0] * 100 + [2.0] * RECENT:
        pace.note(100, seconds)
    assert pace.seconds(100) == pytest.approx(2.0)
    assert pace.seconds(100, 2 * RECENT) == pytest.approx(1.5), "as far back as it is ahead"
    for _ in range(MOST_STEPS):
        pace.note(100, 4.0)
    assert pace.seconds(100, 10 * MOST_STEPS) == pytest.approx(4.0)
    for pixels in range(1000, 1000 + MOST_SIZES):
        pace.note(pixels, 1.0)
    assert pace.seconds(100) < 1.0, "scaled: its own has made room"


def test_one_step_that_took_long_says_little():
    pace = Pace()
    for seconds in (0.2, 0.2, 9.0, 0.2, 0.2):
        pace.note(100, seconds)
    assert pace.seconds(100) == pytest.approx((4 * 0.2 + OUTLIER * 0.2) / 5)


def test_own_steps_come_before_those_of_others_once_there_are_some():
    everybody = Pace()
    mine, yours = Pace(everybody), Pace(everybody)
    for _ in range(ENOUGH):
        yours.note(100, 0.5)
    for _ in range(ENOUGH):
        assert mine.seconds(100) == everybody.seconds(100) != 0.1
        mine.note(100, 0.1)
    assert (mine.seconds(100), yours.seconds(100)) == (pytest.approx(0.1), pytest.approx(0.5))
    assert mine.seconds(400) == everybody.seconds(400)
