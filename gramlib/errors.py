"""What gramlib raises when a person's input cannot be used."""

from __future__ import annotations


class GramlabError(ValueError):
    """An input that cannot be used: the text says what arrived and what is needed.

    code     a stable name of the fault, such as "vector_empty": an application may look up its own wording by it
    values   what arrived, by name, to be put into that wording
    """

    def __init__(self, code: str, message: str, **values: object) -> None:
        super().__init__(message)
        self.code = code
        self.values = values


class WeightsUnavailable(GramlabError):
    """The weights of a network are neither here nor to be had."""
