"""A transfer described by data, so that it can be begun on another machine, and what makes a job's steps of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # PyTorch is loaded by whoever makes the steps, not by this module
    from torch import Tensor

    from gramlib.transfer import Change, Steps, Style, TransferSettings
    from gramlib.vgg import VGG


@dataclass(frozen=True, eq=False)
class Painting:
    """All that `transfer` is given but the network, which everybody who makes steps has once.

    content, style, settings, start, change   as for gramlib.transfer.transfer, on the CPU
    architecture, pooling                     of the network, as for gramlib.vgg.VGG
    """

    content: Tensor
    style: Style
    settings: TransferSettings
    start: Tensor | None = None
    change: Change | None = None
    architecture: str = "vgg16"
    pooling: str = "max"

    def steps(self, network: VGG) -> Steps:
        """The transfer's steps, through this network; raises GramlabError as `transfer` does."""
        from gramlib.transfer import transfer

        return transfer(self.content, self.style, self.settings, network, start=self.start, change=self.change)


class Painter:
    """What JobPool.start takes as `make_steps`: here it makes the steps, and for elsewhere it says what they are of.

    painting   what is to be painted: painting(change), where the change may be None. Called on the pool's own thread
    network    the network of this process: network(architecture, pooling)
    """

    def __init__(self, painting: Callable[[Change | None], Painting], network: Callable[[str, str], VGG]) -> None:
        self.painting = painting
        self._network = network

    def __call__(self, change: Change | None = None) -> Steps:
        painting = self.painting(change)
        return painting.steps(self._network(painting.architecture, painting.pooling))
