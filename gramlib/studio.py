"""Where steps are made for pools on other machines: each network once, and the generators that they ask for steps.

It knows nothing of how it is asked. A pool is a guest: what was begun for it is closed when it has not been heard of
for a minute. What a step weighs, its picture and its Gram matrices, stays here until somebody looks.
"""

from __future__ import annotations

import hashlib
import platform
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gramlib.job import to_jpeg
from gramlib.painting import Painting
from gramlib.run import close

if TYPE_CHECKING:
    from gramlib.run import Steps
    from gramlib.transfer import Change, Step, TransferSettings
    from gramlib.vgg import VGG

GUEST_GONE = 60.0  # seconds after which what was begun for a pool that says nothing is closed
WEIGHTY = ("image", "grams", "targets")  # of a Step: what stays


def versions() -> dict[str, str]:
    """What has to be the same on two machines that work at the same transfers.

    "gramlib" is of its sources, so that two that only call themselves the same are told apart.
    """
    digest = hashlib.sha256()
    for file in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(file.read_bytes().replace(b"\r\n", b"\n"))
    found = {"Python": ".".join(platform.python_version_tuple()[:2]), "gramlib": digest.hexdigest()[:8]}
    return found | {name: metadata.version(name) for name in ("torch", "numpy")}


def different_versions(theirs: Mapping[str, str], mine: Mapping[str, str]) -> str:
    """Say in what two machines differ; empty where they do not.

    >>> different_versions({"torch": "2.13.0", "Python": "3.11"}, {"torch": "2.14.1", "Python": "3.11"})
    'torch 2.13.0 there, 2.14.1 here'
    """
    names = [name for name in mine if theirs.get(name) != mine[name]]
    return "; ".join(f"{name} {theirs.get(name, 'unknown')} there, {mine[name]} here" for name in names)


@dataclass(frozen=True)
class Made:
    """A step as it travels.

    number    of the steps that were made of this generator, from 1
    step      without its picture and its matrices, if it has them
    is_whole  nothing of it has stayed
    targets   grows when its targets are others than those of the step before
    file      its picture as a JPEG file, if that was asked for
    size      (height, width) of its picture, in pixels
    """

    number: int
    step: Any
    is_whole: bool
    targets: int = 0
    file: bytes | None = None
    size: tuple[int, int] | None = None


@dataclass
class _Easel:
    steps: Steps
    number: int = 0
    targets: int = 0
    kept: dict[int, Step] = field(default_factory=dict)


class NotBegun(LookupError):
    """A step was asked of a transfer that was not begun here, or is closed."""


class Studio:
    """Makes steps one at a time, by `step` and `close`, from one thread; the rest may be asked from any.

    network   how a network is had: network(architecture, pooling). Without it, each is loaded once
    say       told what whoever looks after this machine should know, in a line
    """

    def __init__(
        self,
        network: Callable[[str, str], VGG] | None = None,
        clock: Callable[[], float] = time.monotonic,
        say: Callable[[str], object] = str,
    ) -> None:
        self._network = network or _Networks()
        self._say, self.versions = say, versions()
        self._clock = clock
        self._easels: dict[tuple[str, str], _Easel] = {}
        self._heard: dict[str, float] = {}
        self._lock = threading.Lock()  # held for moments, never while a step is made

    def warm_up(self) -> None:
        """Load the network that most transfers use, and let it compute once."""
        import torch

        vgg = self._network("vgg16", "max")
        with torch.inference_mode():
            vgg.features(torch.zeros(1, 3, 64, 64), vgg.layers)

    def welcome(self, guest: str, versions: Mapping[str, str]) -> dict[str, str]:
        """Return the versions here to a pool that has come with these; it works with a studio of the same only."""
        mine = self.versions
        different = different_versions(versions, mine)
        self._say("A Gramlab has come." if not different else f"A Gramlab has come that cannot work here: {different}.")
        self.hear(guest)
        return mine

    def hear(self, guest: str) -> int:
        """A pool says that it is there; return how many of its transfers have been begun here."""
        with self._lock:
            self._heard[guest] = self._clock()
            return sum(key[0] == guest for key in self._easels)

    def step(
        self,
        guest: str,
        key: str,
        *,
        begin: Painting | Callable[..., Steps] | None = None,
        message: TransferSettings | Change | None = None,
        keep: Sequence[int] = (),
        file: bool = False,
    ) -> Made | None:
        """Make the next step of a transfer; None after the last.

        begin     what the transfer is to be begun with, for its first step
        message   what is sent to it, or begun with
        keep      the numbers of the steps whose pictures and matrices may yet be looked at, besides the new one's
        file      whether its picture is wanted as a file
        raises    NotBegun where it has not been begun here, and whatever goes wrong with a step
        """
        self.hear(guest)
        with self._lock:
            easel = self._easels.get((guest, key))
        if begin is None and easel is None:
            raise NotBegun(key)
        try:
            if easel is None:
                easel = _Easel(self._begun(begin, message))
                with self._lock:
                    self._easels[guest, key] = easel
                step = next(easel.steps)
            else:
                step = easel.steps.send(message)
        except StopIteration:
            return None
        return self._made(easel, step, keep, file)

    def look(self, guest: str, key: str, number: int, name: str) -> Any:
        """What has stayed of a step: "image", "grams", "targets", or "file"; raises LookupError if it is gone.

        As arrays of NumPy, which travel a good deal lighter than tensors.
        """
        with self._lock:
            easel = self._easels.get((guest, key))
            step = easel.kept.get(number) if easel else None
        if step is None:
            raise LookupError(number)
        if name == "file":
            return to_jpeg(step)
        if name == "image":
            return step.image.numpy()
        return {layer: matrix.numpy() for layer, matrix in getattr(step, name).items()}

    def close(self, guest: str, key: str) -> None:
        """Close a transfer; what has stayed of its steps is gone."""
        with self._lock:
            easel = self._easels.pop((guest, key), None)
        if easel is not None:
            close(easel.steps)

    def close_of_the_gone(self) -> None:
        """Close what was begun for pools that have not been heard of for a while."""
        now = self._clock()
        with self._lock:
            gone = {guest for guest, heard in self._heard.items() if now - heard >= GUEST_GONE}
            for guest in gone:
                del self._heard[guest]
            left = [key for key in self._easels if key[0] in gone]
        for key in left:
            self.close(*key)

    def _begun(self, begin: Painting | Callable[..., Steps] | None, message: object) -> Steps:
        assert begin is not None
        if isinstance(begin, Painting):
            return begin.steps(self._network(begin.architecture, begin.pooling))
        return begin() if message is None else begin(message)

    def _made(self, easel: _Easel, step: Any, keep: Sequence[int], file: bool) -> Made:
        easel.number += 1
        engine = sys.modules.get("gramlib.transfer")  # who makes steps of it has loaded it
        if engine is None or not isinstance(step, engine.Step):
            return Made(easel.number, step, is_whole=True)
        before = easel.kept.get(easel.number - 1)
        if (
            before is None
            or step.targets.keys() != before.targets.keys()
            or any(step.targets[name] is not before.targets[name] for name in step.targets)
        ):
            easel.targets += 1
        with self._lock:
            easel.kept = {number: kept for number, kept in easel.kept.items() if number in keep}
            easel.kept[easel.number] = step
        light = replace(step, image=None, grams={}, targets={})
        return Made(easel.number, light, False, easel.targets, to_jpeg(step) if file else None, step.size)


class _Networks:
    def __init__(self) -> None:
        self._loaded: dict[tuple[str, str], VGG] = {}

    def __call__(self, architecture: str, pooling: str) -> VGG:
        from gramlib.vgg import VGG

        key = architecture, pooling
        if key not in self._loaded:
            self._loaded[key] = VGG(architecture, pooling)
        return self._loaded[key]
