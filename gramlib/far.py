"""A transfer whose steps are made in a Studio elsewhere, as a JobPool sees it here.

A step comes without its picture and its Gram matrices; they are fetched when somebody looks. Its picture comes with it
as a file where that is saved, where somebody is looking, and else once a second: should the place where it is made be
lost, the transfer goes on from there.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

import torch

from gramlib.job import from_jpeg, to_jpeg
from gramlib.lane import LaneLost
from gramlib.studio import WEIGHTY, Made, NotBegun
from gramlib.transfer import Change, Step, TransferSettings

if TYPE_CHECKING:
    from gramlib.painting import Painting
    from gramlib.run import Steps

Ask = Callable[[str, Mapping[str, Any]], Any]  # ask(name of Studio's method, its arguments)

FILED_EVERY = 1.0  # seconds: what is lost at most with the place where it is made, and the step under way
WATCHED_FOR = 3.0  # seconds after somebody has asked for a picture, during which each comes with its step


class FarStep(Step):
    """A Step whose picture and matrices are fetched when they are first asked for.

    What can no longer be fetched, because the place is lost: its picture is then the newest that has come as a file,
    and it has no Gram matrices.
    """

    _far: FarSteps
    made: Made

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) of its picture, in pixels, without asking anybody."""
        made = self.__dict__.get("made")
        return super().size if made is None or made.size is None else made.size

    def __getattr__(self, name: str) -> Any:
        if name not in WEIGHTY:
            raise AttributeError(name)
        value = self._far.look(self, name)
        self.__dict__[name] = value
        return value

    @property
    def file(self) -> bytes:
        """Its picture as a JPEG file."""
        if "image" in self.__dict__ and "_file" not in self.__dict__:
            self.__dict__["_file"] = to_jpeg(self)
        if "_file" not in self.__dict__:
            self.__dict__["_file"] = self._far.look(self, "file")
        return bytes(self.__dict__["_file"])

    @property
    def file_at_hand(self) -> bytes | None:
        """The same if nobody has to be asked for it."""
        return self.__dict__.get("_file")

    @property
    def targets_at_hand(self) -> Mapping[str, Any] | None:
        """Its targets, or what stands for them, without asking anybody."""
        return self.__dict__["targets"] if "targets" in self.__dict__ else self._far.targets_at_hand(self)

    @property
    def is_here(self) -> bool:
        """Whether nothing of it has to be fetched."""
        return all(name in self.__dict__ for name in WEIGHTY)


def encode(step: Step) -> bytes:
    """The step's picture as a JPEG file, made where the step was made."""
    return step.file if isinstance(step, FarStep) else to_jpeg(step)


class FarSteps:
    """What stands for the generator of a transfer that is made elsewhere.

    ask     asks the Studio; raises LaneLost
    begin   what the transfer is begun with there
    """

    def __init__(self, ask: Ask, begin: Painting | Callable[..., Steps]) -> None:
        self._ask = ask
        self._begin: Painting | Callable[..., Steps] | None = begin
        self._key = secrets.token_hex(8)
        self._steps: WeakValueDictionary[int, FarStep] = WeakValueDictionary()  # those that somebody here may look at
        self._targets: tuple[int, Any] = (0, None)
        self._filed = self._watched = float("-inf")
        self._file: bytes | None = None

    def take(self, message: TransferSettings | Change | None, *, saves: bool) -> Step:
        """The next step; raises StopIteration after the last, LaneLost, and whatever goes wrong there.

        message   what is sent, or begun with
        saves     whether its picture is one that is saved
        """
        now = time.monotonic()
        file = saves or now - self._filed >= FILED_EVERY or now - self._watched < WATCHED_FOR
        asked: dict[str, Any] = {"message": message, "file": file, "keep": self._wanted()}
        if self._begin is not None:
            asked["begin"] = self._begin
        try:
            made = self._asked("step", **asked)
        except NotBegun as error:  # another worker has come to where that one was
            raise LaneLost from error
        self._begin = None
        if made is None:
            self.fetch()
            raise StopIteration
        if made.file is not None:
            self._filed, self._file = time.monotonic(), made.file
        return made.step if made.is_whole else self._far_step(made)

    def look(self, step: FarStep, name: str) -> Any:
        """What is to be had of a step: see FarStep."""
        made = step.made
        if name == "file":
            self._watched = time.monotonic()
        if name == "targets" and self._targets[0] == made.targets:
            return self._targets[1]
        try:
            found = self._looked(made.number, name)
        except (LaneLost, LookupError):
            return self._instead(step, name)
        if name == "targets":
            self._targets = (made.targets, found)
        return found

    def targets_at_hand(self, step: FarStep) -> Mapping[str, Any]:
        if self._targets[0] == step.made.targets:
            at_hand: Mapping[str, Any] = self._targets[1]
            return at_hand
        # named, and empty: who compares them with the Gram matrices sees that those have yet to come
        return {layer: torch.empty(0, 0) for layer, _ in (step.settings or TransferSettings()).style_layers}

    def fetch(self) -> None:
        """Have all here that somebody here may yet look at; raises LaneLost."""
        for number, step in list(self._steps.items()):
            for name in WEIGHTY:
                if name not in step.__dict__:
                    known = name == "targets" and self._targets[0] == step.made.targets
                    step.__dict__[name] = self._targets[1] if known else self._looked(number, name)
                    if name == "targets":
                        self._targets = (step.made.targets, step.__dict__[name])

    def close(self) -> None:
        """Have it closed where it is made, and keep what may yet be looked at."""
        if self._begin is None:
            try:
                self.fetch()
            finally:
                self._asked("close")

    def _looked(self, number: int, name: str) -> Any:
        found = self._asked("look", number=number, name=name)
        if name == "file":
            return found
        if name == "image":
            return torch.from_numpy(found)
        return {layer: torch.from_numpy(matrix) for layer, matrix in found.items()}

    def _asked(self, method: str, **keywords: Any) -> Any:
        return self._ask(method, {"key": self._key, **keywords})

    def _wanted(self) -> list[int]:
        return [number for number, step in list(self._steps.items()) if not step.is_here]

    def _far_step(self, made: Made) -> FarStep:
        step = object.__new__(FarStep)
        light = {each.name: getattr(made.step, each.name) for each in fields(Step) if each.name not in WEIGHTY}
        step.__dict__.update(light, _far=self, made=made)
        if made.file is not None:
            step.__dict__["_file"] = made.file
        self._steps[made.number] = step
        return step

    def _instead(self, step: FarStep, name: str) -> Any:
        if name == "file":
            return self._file or b""
        if name == "image":
            if self._file is None:
                raise LaneLost
            return from_jpeg(self._file)
        if name == "grams":
            return {}
        return self.targets_at_hand(step)
