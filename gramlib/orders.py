"""What a transfer is told: the settings and the style that are wanted, that were sent, and that are in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # PyTorch is loaded by whoever makes the steps, not by this module
    from gramlib.transfer import Style, TransferSettings


@dataclass(frozen=True, eq=False)
class Order:
    """Settings and a style; None is what the steps were first made with, or, of a difference, what stays."""

    settings: TransferSettings | None = None
    style: Style | None = None

    def beside(self, other: Order) -> Order:
        """What of this is not in the other: settings are compared by value, styles by identity."""
        return Order(
            self.settings if self.settings != other.settings else None,
            self.style if self.style is not other.style else None,
        )

    def over(self, other: Order) -> Order:
        """This, and where it says nothing the other."""
        return Order(
            other.settings if self.settings is None else self.settings,
            other.style if self.style is None else self.style,
        )

    @property
    def is_empty(self) -> bool:
        return self.settings is None and self.style is None


class Orders:
    """The way of an order to the steps. Whoever uses it from several threads holds a lock.

    wanted     what was asked for last
    sent       what those know who make the steps at present
    in_force   what the newest step was made with
    """

    def __init__(self, settings: TransferSettings | None) -> None:
        self.wanted = self.sent = self.in_force = self._first = Order(settings)
        self._has_begun = False

    def ask(self, settings: TransferSettings | None = None, style: Style | None = None) -> None:
        """Want other settings or another style; None keeps those wanted before."""
        self.wanted = Order(settings, style).over(self.wanted)

    def next(self, *, anew: bool = False) -> Order:
        """Return the difference to send with the next turn; as of now it is sent.

        anew   to steps that are made with this turn: they know what the first were made with. The very first take
               nothing before their first step
        """
        known = self._first if anew else self.sent
        self.sent = self.wanted if self._has_begun else known
        self._has_begun = True
        return self.sent.beside(known)

    def accept(self) -> bool:
        """A step has been made with what was sent; return whether that is new."""
        changed = not self.sent.beside(self.in_force).is_empty
        self.in_force = self.sent
        return changed

    def refuse(self) -> None:
        """What was sent could not be used: want what is in force instead, but keep what was asked for since."""
        self.wanted = self.wanted.beside(self.sent).over(self.in_force)
