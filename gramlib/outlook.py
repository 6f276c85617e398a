"""How long a transfer in company still takes: reckoned from whose turns come when, and from what steps have cost.

Replayed with the step times of transfers that two processors made while others used them too, 1 and 4 at once: of what
it says at every second, 99 to 100 in 100 was right within a third; of what it said while 12 worked at once, 88 to 98.
What the machine will be used for besides is not foreseen: with loads that change by twice at random it was 69 to 92.

Pure arithmetic. A round is one turn of everybody in the ring. Whoever has n steps to come is through after n rounds,
whatever they cost; what a round costs is the sum of the steps that are taken in it. What is computed between the turns
for other lessons is not reckoned with: nobody knows how much of it will come.
"""

from __future__ import annotations

import heapq
import itertools
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

Stretch = tuple[int, int]  # (pixels that are worked on, steps)

RECENT = 12  # steps at least, whose mean is what a step costs
MOST_STEPS = 256  # of a size that are remembered
OUTLIER = 3.0  # times the median: what a step costs at most
FIRST = 3  # steps cost as much as the first at a size, which goes through the network for the painting as well
WITHOUT_PIXELS = 10_000  # pixels cost as much as what a step costs besides: 2 to 15 thousand, from day to day
ENOUGH = 3  # of its own steps, for a job to go by them and not by everybody's
MOST_SIZES = 64  # numbers of pixels that are remembered; past it the one that has not been seen for longest goes


@dataclass(frozen=True)
class Company:
    """What the pool knows of the way that a job has before it.

    others   how many other people's jobs take turns; several of one person count once
    begins   seconds until it has a seat, 0 if it has one; None if nothing is known of what steps cost
    left     seconds until it is finished, if nobody comes, or goes before his time; likewise
    """

    others: int
    begins: float | None = None
    left: float | None = None


@dataclass(frozen=True)
class Work:
    """What a job has to do.

    stretches     (seconds of a step, steps), in their order
    first_turns   those that it still has before all others, as a newcomer
    """

    stretches: Sequence[tuple[float, int]]
    first_turns: int = 0

    @property
    def steps(self) -> int:
        return sum(steps for _, steps in self.stretches)

    @property
    def rounds(self) -> int:
        """How many rounds it takes from when it has a seat."""
        return max(0, self.steps - self.first_turns)

    def seconds(self, steps: int) -> float:
        """What the first so many steps cost."""
        total = 0.0
        for seconds, count in self.stretches:
            total += seconds * min(count, steps)
            steps -= min(count, steps)
        return total


def time_left(seated: Sequence[Work], queued: Sequence[Work], which: int, seats: int) -> tuple[float, float]:
    """Return the seconds until a job has a seat and until it is finished.

    seated, queued   those who take turns, and those who wait for a seat in the order in which they will be let in
    which            of the two together, from 0
    seats            how many may sit at the same time

    By hand, with two seats: A has three steps of 1 s to come, B one of 2 s, and C, who waits, two of 1 s. The turns are
    A B | A C | A C, 3 + 2 + 2 seconds. C has a seat after the first round, and A and C are finished after the third:

    >>> A, B, C = Work([(1.0, 3)]), Work([(2.0, 1)]), Work([(1.0, 2)])
    >>> [time_left([A, B], [C], which, seats=2) for which in range(3)]
    [(0.0, 7.0), (0.0, 3.0), (3.0, 7.0)]

    Somebody who comes has three turns before all others: with steps of 1 s, five of each, A waits for three of B's and
    then for one more in each round, and B, who is through after two rounds, for two of A's.

    >>> A, B = Work([(1.0, 5)]), Work([(1.0, 5)], first_turns=3)
    >>> [time_left([A, B], [], which, seats=2) for which in range(2)]
    [(0.0, 10.0), (0.0, 7.0)]
    """
    begins = []
    ends = [work.rounds for work in seated]  # of the seats
    heapq.heapify(ends)
    for work in queued:
        begins.append(heapq.heappop(ends) if len(ends) >= seats else 0)
        heapq.heappush(ends, begins[-1] + work.rounds)

    def seconds(rounds: int) -> float:
        """What everybody has cost by then. Who is let in with the end of a round has had no turn in it."""
        taken = [(work, rounds) for work in seated]
        taken += [(work, rounds - begun) for work, begun in zip(queued, begins, strict=True) if begun < rounds]
        return sum(work.seconds(min(work.first_turns + rounds, work.steps)) for work, rounds in taken)

    if which < len(seated):
        return 0.0, seconds(seated[which].rounds)
    own, begun = queued[which - len(seated)], begins[which - len(seated)]
    # whose steps are all a newcomer's has them with the end of the round that lets him in
    at_once = own.seconds(own.steps) if own.rounds == 0 else 0.0
    return seconds(begun), seconds(begun + own.rounds) + at_once


class Pace:
    """How many seconds a step takes, by the number of pixels that it works on.

    others   what is asked where nothing is known here; it is told of all that is noted here
    """

    def __init__(self, others: Pace | None = None) -> None:
        self._others = others
        # by pixels, those seen last at the end: what all steps together took, after each of those remembered
        self._sums: dict[int, list[float]] = {}

    def note(self, pixels: int, seconds: float) -> None:
        """Take in what a step took; not the first at its size, see FIRST."""
        sums = self._sums.pop(pixels, [0.0])
        recent = [after - before for before, after in itertools.pairwise(sums[-RECENT - 1 :])]
        # while a machine does something else, a step may take ten times as long
        counted = min(seconds, OUTLIER * statistics.median(recent)) if recent else seconds
        self._sums[pixels] = [*sums, sums[-1] + counted][-MOST_STEPS - 1 :]
        if len(self._sums) > MOST_SIZES:
            del self._sums[next(iter(self._sums))]
        if self._others is not None:
            self._others.note(pixels, seconds)

    def seconds(self, pixels: int | None, steps: int = RECENT) -> float | None:
        """What a step of so many pixels takes; where none has been seen, by what others take that have more or less.

        pixels    None for somebody of whom nothing is known: as much as what was seen last
        steps     that are to come: so many are looked back upon
        returns   None if nothing has been seen at all
        """
        if self._others is not None and len(self._sums.get(pixels or 0, ())) <= ENOUGH:
            return self._others.seconds(pixels, steps)
        if not self._sums:
            return None
        if pixels is None:
            return self._mean(next(reversed(self._sums)), steps)
        if pixels in self._sums:
            return self._mean(pixels, steps)
        near, *others = sorted(self._sums, key=lambda known: abs(math.log(max(1, known) / max(1, pixels))))
        cost = self._mean(near, steps)
        if others:  # on the line through the two nearest
            slope = (self._mean(others[0], steps) - cost) / (others[0] - near)
            on_line = cost + slope * (pixels - near)
            if slope > 0 and on_line > 0:
                return on_line
        return cost * (pixels + WITHOUT_PIXELS) / (near + WITHOUT_PIXELS)

    def _mean(self, pixels: int, steps: int) -> float:
        """As far back as it is ahead: what disturbs the machine for a minute says little of the next ten."""
        sums = self._sums[pixels]
        count = min(len(sums) - 1, max(RECENT, steps))
        return (sums[-1] - sums[-1 - count]) / count
