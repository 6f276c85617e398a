"""One pass of a picture through a network: each layer's Gram matrix and channels, there as soon as it is computed."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from PIL import Image

from gramlib.channels import order_by_energy, order_by_likeness, read_gram, telling_pairs
from gramlib.gram import feature_gram
from gramlib.images import to_tensor
from pages.ui.compute import networks
from pages.ui.compute.computed import Recipe
from pages.ui.pictures import Picture, to_size

if TYPE_CHECKING:
    from gramlib.vgg import VGG

T = TypeVar("T")

THUMBNAIL = 64  # cells on a side; every layer has a multiple of 64 channels
_ROOM = 1_000_000_000  # bytes for all sessions: thirty pictures of 256 px with all their layers
_TICK = 0.05  # s between two looks at how far it has come


class LayerPass:
    """What the layers of a network make of one picture. Filled by the pool's worker, read by the pages' threads.

    layers     their names, from the shallowest
    grams      {name: (C, C) float32}, divided by H·W
    means      {name: (C,) float32}, of each channel over the positions
    channels   {name: (C, H, W) float16}: three digits, in half the room
    seconds    how long it took, once it is done

    The dictionaries grow as the layers come in, `grams` last; what is in them does not change any more.
    """

    def __init__(self, layers: Sequence[str]) -> None:
        self.layers = tuple(layers)
        self.grams: dict[str, np.ndarray] = {}
        self.means: dict[str, np.ndarray] = {}
        self.channels: dict[str, np.ndarray] = {}
        self.thumbnails: dict[str, np.ndarray] = {}
        self.seconds = 0.0
        self._future: Future[None] = Future()
        self._derived: dict[tuple[str, ...], object] = {}

    def compute(self, network: VGG, image: Image.Image, size: int) -> None:
        """On the pool: one forward pass, the deepest layer last."""
        import torch

        start = time.perf_counter()
        with torch.inference_mode():
            for layer, maps in network.walk(to_tensor(image, size), self.layers):
                maps = maps.contiguous()
                gram = feature_gram(maps).cpu().numpy()
                self.means[layer] = maps.mean(dim=(1, 2)).cpu().numpy()
                self.channels[layer] = maps.half().cpu().numpy()
                self.thumbnails[layer] = _thumbnail(gram)
                self.grams[layer] = gram
        self.seconds = time.perf_counter() - start

    def start(self, network: VGG, image: Image.Image, size: int) -> None:
        self._future = networks.jobs().compute(self.compute, network, image, size)

    @property
    def fraction(self) -> float:
        return len(self.grams) / len(self.layers)

    @property
    def done(self) -> bool:
        return self._future.done()

    @property
    def failed(self) -> bool:
        return self.done and self._future.exception() is not None

    def wait_for(self, layer: str | None = None, tell: Callable[[float], None] | None = None) -> None:
        """Wait until a layer is there, or all of them; `tell` hears the fraction meanwhile. Raises what went wrong."""
        while not self.done and layer not in self.grams:
            wait([self._future], timeout=_TICK)
            if tell:
                tell(self.fraction)
        if self.done:
            self._future.result()

    def bytes(self) -> int:
        """The room that its arrays take."""
        groups = (self.grams, self.means, self.channels, self.thumbnails, self._derived)
        arrays = [array for group in groups for array in list(group.values())]  # a copy: the worker may be adding
        return sum(array.nbytes for array in arrays if isinstance(array, np.ndarray))

    # ---------------------------------------------------------------------- computed when first asked for, then kept

    def read(self, layer: str, reading: str) -> np.ndarray:
        """The matrix of a layer in one of the four readings, (C, C)."""
        if reading == "gram":
            return self.grams[layer]
        gram, means = self.grams[layer], self.means[layer]
        return self._keep(lambda: read_gram(gram, means, reading).astype(np.float32), layer, reading)

    def order(self, layer: str, kind: str) -> np.ndarray:
        """The channels as they are, by energy or by likeness, (C,)."""
        orders = {"as_is": lambda gram: np.arange(len(gram)), "energy": order_by_energy, "likeness": order_by_likeness}
        return self._keep(lambda: orders[kind](self.grams[layer]), layer, kind)

    def pairs(self, layer: str, reading: str, count: int, lowest: bool = False) -> list[tuple[int, int]]:
        """The pairs of channels that tell the most in a reading."""
        kind = ("pairs", reading, str(count), str(lowest))
        return self._keep(lambda: telling_pairs(self.read(layer, reading), count, lowest=lowest), layer, *kind)

    def eigenvalues(self, layer: str) -> np.ndarray:
        """Of the Gram matrix, the largest first, (C,)."""
        return self._keep(
            lambda: np.linalg.eigvalsh(self.grams[layer].astype(np.float64))[::-1].clip(min=0), layer, "eigenvalues"
        )

    def limit(self, reading: str) -> float:
        """The largest entry of any layer: what a colour scale shared by all layers ends at. 1 for cosines."""
        if reading in ("cosine", "correlation"):
            return 1.0
        # by Cauchy and Schwarz the largest entry of such a matrix stands on its diagonal
        squares = (0 if reading == "gram" else self.means[layer] ** 2 for layer in self.layers)
        return max(
            float((np.diag(self.grams[layer]) - square).max())
            for layer, square in zip(self.layers, squares, strict=True)
        )

    def _keep(self, make: Callable[[], T], *key: str) -> T:
        if key not in self._derived:  # made twice by two threads at once is only made twice
            self._derived[key] = make()
        return self._derived[key]  # type: ignore[return-value]


def _thumbnail(gram: np.ndarray) -> np.ndarray:
    """The matrix in order of energy, (64, 64) uint8; the root, so that more than the largest cells can be seen."""
    order = order_by_energy(gram)
    cells, each = min(THUMBNAIL, len(gram)), max(1, len(gram) // THUMBNAIL)
    root = np.sqrt(np.maximum(gram[np.ix_(order, order)], 0))
    root = root.reshape(cells, each, cells, each).mean(axis=(1, 3))
    # one channel that outshines all others must not leave the rest white
    limit = float(np.quantile(root, 0.995)) or float(root.max()) or 1.0
    levels: np.ndarray = np.rint(255 * np.minimum(root / limit, 1)).astype(np.uint8)
    return levels


_passes: OrderedDict[tuple[str, Recipe], LayerPass] = OrderedDict()
_lock = threading.Lock()


def layer_pass(picture: Picture, recipe: Recipe) -> LayerPass:
    """The pass of a picture through all layers it reaches, begun now if it is not yet known; for all sessions.

    The one seen last is thrown away last: never the one that is asked for, and none while all fit into the room.
    """
    networks.wait_until_loaded()
    network = networks.network(recipe.architecture, recipe.pooling)
    key = (picture.name, recipe)
    with _lock:
        found = _passes.get(key)
        if found is None or found.failed:
            side = min(to_size(picture.image, recipe.size))
            found = LayerPass([layer for layer in network.layers if network.smallest_side(layer) <= side])
            _passes[key] = found
            found.start(network, picture.image, recipe.size)
        _passes.move_to_end(key)
        room = _ROOM - sum(kept.bytes() for kept in _passes.values())
        while room < 0 and len(_passes) > 1:
            room += _passes.popitem(last=False)[1].bytes()
    return found
