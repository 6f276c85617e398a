"""One transfer on its way, without a lock or a thread: its state, its steps, its orders and its record."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gramlib.orders import Orders
from gramlib.outlook import Pace, Stretch
from gramlib.record import Frame, Record

if TYPE_CHECKING:  # PyTorch is loaded by whoever makes the steps, not by this module
    from gramlib.transfer import Change, Step, TransferSettings

    Steps = Generator[Step, TransferSettings | Change | None, None]

Ahead = Callable[["TransferSettings", int], Sequence[Stretch]]
ENDLESS = 10**6  # steps of somebody of whom nothing is known: he is there as long as anybody

OVER = ("finished", "stopped", "failed")


@dataclass
class Turn:
    """A turn that has begun: what is computed without a lock.

    attempt   of the run when it began: if the run has another by the end, the step is not wanted any more
    steps     the generator; None if it is made with this turn
    message   what is sent to it, or made with it
    looks     the step only looks at a picture that was gone back to
    saves     its picture is one that is saved
    """

    attempt: int
    make_steps: Callable[..., Steps]
    steps: Steps | None
    message: TransferSettings | Change | None
    looks: bool
    saves: bool = False

    def step(self) -> Step:
        """Compute the step; raises StopIteration after the last, and whatever goes wrong."""
        if self.steps is not None:
            return self.steps.send(self.message)
        self.steps = self.make_steps() if self.message is None else self.make_steps(self.message)
        return next(self.steps)


@dataclass(frozen=True)
class Moved:
    """A transfer goes on elsewhere, because where it was made has been lost.

    to          "elsewhere", or "here" where there is nobody else left
    iteration   the step that it went on from
    at          seconds on the pool's clock
    """

    to: str
    iteration: int
    at: float


class Run:
    """What is known of a transfer between two turns. Whoever uses it from several threads holds a lock.

    state      see gramlib.job.Job
    owner      whose it is, or None
    sequence   grows with all that is shown
    newest     (sequence, Step, its JPEG if that is saved) of what is shown
    attempt    grows when what is being computed is not wanted any more
    turns      how many have begun since the start or restart
    touched    seconds on the pool's clock, when somebody last looked or steered
    pace       what its steps have cost
    moved      that it had to go on elsewhere, and when last
    """

    def __init__(
        self,
        make_steps: Callable[..., Steps],
        settings: TransferSettings | None,
        owner: Hashable | None = None,
        touched: float = 0.0,
        ahead: Ahead | None = None,
        pace: Pace | None = None,
    ) -> None:
        self.state = "queued"
        self.owner = owner
        self.touched = touched
        self.pace = pace or Pace()
        self.orders = Orders(settings)
        self.record = Record()
        self.error: BaseException | None = None
        self.moved: Moved | None = None
        self.sequence = self.attempt = self.turns = 0
        self.newest: tuple[int, Step | None, bytes | None] = (0, None, None)
        self._make_steps = make_steps
        self._ahead = ahead
        self._steps: Steps | None = None
        self._going_to: Step | None = None
        self._advances = False

    @property
    def is_over(self) -> bool:
        return self.state in OVER

    @property
    def waits_for_one_turn(self) -> bool:
        """Whether it is paused, and has a turn to come all the same."""
        return self.state == "paused" and (self._advances or self._going_to is not None)

    @property
    def knows_its_way(self) -> bool:
        """Whether somebody has said what is to come."""
        return self._ahead is not None and self.orders.wanted.settings is not None

    @property
    def ahead(self) -> Sequence[tuple[int | None, int]]:
        """(pixels, steps) that are to come; None for pixels that nobody knows."""
        settings, newest = self.orders.wanted.settings, self.record.newest
        done = 0 if newest is None else newest.iteration
        if settings is None:
            return [(_pixels(newest), ENDLESS)]
        if self._ahead is None:
            return [(_pixels(newest), max(0, settings.steps - done))]
        return self._ahead(settings, done)

    @property
    def has_all_its_steps(self) -> bool:
        """Whether it is known that the next turn will only find that there is no step any more."""
        return self.knows_its_way and not any(steps for _, steps in self.ahead)

    @property
    def works_at(self) -> int | None:
        """How many pixels its generator works on; None before the first step, and for what nobody knows."""
        return None if self._steps is None else _pixels(self.record.newest)

    def advance(self) -> None:
        """Want one turn although paused."""
        self._advances = True

    def end(self) -> Steps | None:
        """Want no step any more; return the generator, which is to be closed where it works."""
        self.attempt += 1
        steps, self._steps = self._steps, None
        return steps

    def rewind(self, frame: Frame, step: Step) -> None:
        """Go back to a saved picture: this step, its own with the picture."""
        self.attempt += 1
        self.record.rewind(frame, step)
        self._going_to, self._advances, self.error = step, False, None
        self._show(step, frame.jpeg)

    def restart(self) -> None:
        """Begin again, with what is wanted; it must have ended before."""
        self.record = Record()
        self._going_to, self._advances, self.error, self.turns = None, False, None, 0
        self._show(None, None)

    def begin_turn(self) -> Turn:
        """Begin a turn, with what there is to say."""
        going_to, difference = self._going_to, self.orders.next(anew=self._steps is None)
        if going_to is None:
            self._advances = False
        self._going_to = None
        self.turns += 1
        message: TransferSettings | Change | None
        if going_to is None and difference.is_empty:
            message = None
        elif going_to is None and difference.style is None and self._steps is not None:
            message = difference.settings
        else:
            message = _change(difference.settings, difference.style, going_to)
        looks = going_to is not None
        saves = not looks and self.record.wants_frame
        return Turn(self.attempt, self._make_steps, self._steps, message, looks, saves)

    def is_wanted(self, turn: Turn) -> bool:
        """Whether nothing has come in between: it was not stopped, rewound or begun again."""
        return turn.attempt == self.attempt

    def keep(self, turn: Turn, step: Step, jpeg: bytes | None, seconds: float = 0.0) -> None:
        """Take in the step of a turn that is wanted, its picture if the record wanted it, and what the turn took."""
        pixels = _pixels(step)
        is_first = pixels != self.works_at
        if pixels is not None and seconds > 0 and not is_first and not turn.looks:
            self.pace.note(pixels, seconds)
        self._steps = turn.steps
        style = self.orders.in_force.style
        if self.orders.accept():
            self.record.judge_anew(new_style=self.orders.in_force.style is not style)
        self._show(step, self.record.keep(step, jpeg, again=turn.looks))

    def fail(self, error: BaseException) -> None:
        """Keep why the turn, which is wanted, gave no step; revived, it shall not fail of the same orders again."""
        self.orders.refuse()
        self.error = error

    def drop(self, turn: Turn, *, ended: bool) -> Steps | None:
        """Forget a turn that is not wanted; return its generator if that is to be closed.

        ended   the generator gives no more steps: another is made with the next turn
        """
        if turn.steps is not self._steps:
            return turn.steps
        if ended:
            self._steps = None
        return None

    def _show(self, step: Step | None, jpeg: bytes | None) -> None:
        self.sequence += 1
        self.newest = (self.sequence, step, jpeg)


def _pixels(step: Step | None) -> int | None:
    """How many pixels a step works on; of no step, and of steps of other kinds, nobody knows."""
    worked_at = getattr(step, "worked_at", None)
    return worked_at[0] * worked_at[1] if worked_at else None


def close(steps: Steps) -> None:
    """Close a generator, whatever it does about that."""
    with contextlib.suppress(BaseException):  # it is over; the worker is not
        steps.close()


def _change(settings: TransferSettings | None, style: object, going_to: Step | None) -> Change:
    from gramlib.transfer import Change

    if going_to is None:
        return Change(settings, style)  # type: ignore[arg-type]
    seconds = getattr(going_to, "seconds", None)
    picture = getattr(going_to, "image", None)
    return Change(settings, style, picture, going_to.iteration, seconds, look=True)  # type: ignore[arg-type]
