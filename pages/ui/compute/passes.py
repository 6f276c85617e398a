"""The one store of what networks make of pictures, for all sessions: what one lesson has read the others find here.

A pass is kept under the picture's name and how it is read. All that is made from a pass is kept with it and counts: its
channels, its matrices, what a lesson derives. Together they take the room that README names; the pass that was asked
for last is thrown away last.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from concurrent.futures import Future, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, is_dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np
from PIL import Image

from gramlib import memory
from gramlib.errors import GramlabError
from gramlib.gram import feature_gram
from gramlib.images import to_tensor
from gramlib.retrieval import CONTENT_LAYER, CONTENT_SIDE
from pages.ui.compute import networks
from pages.ui.compute.waiting import TICK, bar
from pages.ui.pictures import Picture, to_size
from pages.ui.text import t

if TYPE_CHECKING:
    from gramlib.vgg import VGG

T = TypeVar("T")

MOST_BYTES = 1_000_000_000


@dataclass(frozen=True)
class Recipe:
    """How a picture is read.

    architecture, pooling   the network
    size                    the longest side in pixels
    square                  the picture is first brought to size × size, whatever its proportions
    layers                  which are kept; without a name, all that the picture reaches
    """

    architecture: str = "vgg16"
    pooling: str = "max"
    size: int = 256
    square: bool = False
    layers: tuple[str, ...] = ()


STYLE = Recipe()
"""What lessons 4, 5 and 6 begin with."""
CONTENT = Recipe(size=CONTENT_SIDE, square=True, layers=(CONTENT_LAYER,))
"""What lesson 6 compares place by place; the same as gramlib.retrieval.content_features."""


class Work(Generic[T]):
    """What the pool computes once for everybody who asks for it.

    What has failed is begun anew by the next who asks; so is what was withdrawn, as happens to all that has not begun
    when nobody waits for it any more.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._future: Future[T] | None = None
        self._waiting = 0

    @property
    def begun(self) -> bool:
        """Whether it is there, or on its way."""
        return self._future is not None and not _is_void(self._future)

    @property
    def done(self) -> bool:
        return self.begun and self._future is not None and self._future.done()

    @property
    def error(self) -> BaseException | None:
        """What went wrong, until it is begun anew."""
        future = self._future
        return future.exception() if future is not None and future.done() and not future.cancelled() else None

    def begin(self, make: Callable[[], T]) -> Future[T]:
        """Have it computed unless it is, or is on its way; nobody need wait for it."""
        with self._lock:
            return self._begun(make)

    @contextmanager
    def asked(self, make: Callable[[], T]) -> Iterator[Future[T]]:
        """The same for somebody who waits in the block: left by all before it has begun, it is withdrawn."""
        with self._lock:
            future = self._begun(make)
            self._waiting += 1
        try:
            yield future
        finally:
            with self._lock:
                self._waiting -= 1
                if not self._waiting:
                    future.cancel()

    def _begun(self, make: Callable[[], T]) -> Future[T]:
        if self._future is None or _is_void(self._future):
            self._future = networks.jobs().compute(make)
        return self._future

    def result(self) -> T:
        """What came of it, once it is done."""
        assert self._future is not None
        return self._future.result()

    def bytes(self) -> int:
        return _bytes(self.result()) if self.done else 0


def _is_void(future: Future[Any]) -> bool:
    return future.cancelled() or (future.done() and future.exception() is not None)


def results(asked: Sequence[tuple[Work[T], Callable[[], T]]], tell: Callable[[float], None]) -> list[T]:
    """Have all these computed and wait for them; `tell` hears the share that is there. Raises what went wrong."""
    with ExitStack() as stack:
        futures = [stack.enter_context(work.asked(make)) for work, make in asked]
        while waiting := wait(futures, timeout=TICK).not_done:
            tell(1 - len(waiting) / len(futures))
        return [future.result() for future in futures]


class LayerPass:
    """What the layers of a network make of one picture. Filled by the pool's worker, read by the pages' threads.

    layers     their names, from the shallowest
    grams      {name: (C, C) float32}, divided by H·W
    means      {name: (C,) float32}, of each channel over the positions
    channels   {name: (C, H, W) float16}: three digits, in half the room
    seconds    how long it took, once it is done

    The dictionaries grow as the layers come in, `grams` last; what is in them does not change any more.
    """

    def __init__(
        self, network: VGG, image: Image.Image, recipe: Recipe, after: Callable[[], None] = lambda: None
    ) -> None:
        side = recipe.size if recipe.square else min(to_size(image, recipe.size))
        self.layers = recipe.layers or tuple(layer for layer in network.layers if network.smallest_side(layer) <= side)
        self.grams: dict[str, np.ndarray] = {}
        self.means: dict[str, np.ndarray] = {}
        self.channels: dict[str, np.ndarray] = {}
        self.seconds = 0.0
        self.reading: Work[None] = Work()
        self._given: tuple[VGG, Image.Image, Recipe, Callable[[], None]] | None = (network, image, recipe, after)
        self._derived: dict[Hashable, object] = {}
        self._news = threading.Condition()

    def compute(self) -> None:
        """On the pool: one forward pass, the deepest layer last; then `after`."""
        import torch

        assert self._given is not None
        network, image, recipe, after = self._given
        start = time.perf_counter()
        if recipe.square:
            image = image.convert("RGB").resize((recipe.size, recipe.size), Image.Resampling.LANCZOS)
        try:
            with torch.inference_mode():
                for layer, maps in network.walk(to_tensor(image, recipe.size), self.layers):
                    maps = maps.contiguous()
                    gram = feature_gram(maps).cpu().numpy()
                    self.means[layer] = maps.mean(dim=(1, 2)).cpu().numpy()
                    self.channels[layer] = maps.half().cpu().numpy()
                    self.grams[layer] = gram
                    self._say_news()
        except GramlabError:
            raise
        except Exception as error:  # of torch: no memory, or a GPU that has gone
            raise networks.as_fault(error) from error
        self.seconds = time.perf_counter() - start
        self._given = None  # the picture belongs to a session, which may be over
        after()

    @property
    def fraction(self) -> float:
        return len(self.grams) / len(self.layers)

    @property
    def done(self) -> bool:
        return self.reading.done

    @property
    def failed(self) -> bool:
        return self.reading.error is not None

    def wait_for(
        self, layer: str | None = None, tell: Callable[[float], None] | None = None, at_most: float = math.inf
    ) -> None:
        """Wait until a layer is there, or all of them; `tell` hears the fraction meanwhile. Raises what went wrong.

        at_most   seconds; what is not there by then comes later
        """
        if self.done or layer in self.grams:
            return
        until = time.monotonic() + at_most
        with self.reading.asked(self.compute) as future:
            future.add_done_callback(self._say_news)
            while not self._is_there(future, layer) and time.monotonic() < until:
                with self._news:
                    is_there = self._news.wait_for(lambda: self._is_there(future, layer), min(TICK, at_most))
                if tell and not is_there:
                    tell(self.fraction)
            if future.done():
                future.result()

    def _is_there(self, future: Future[None], layer: str | None) -> bool:
        return future.done() or layer in self.grams

    def _say_news(self, _: object = None) -> None:
        with self._news:
            self._news.notify_all()

    def keep(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is made from the pass at once, when first asked for; kept with it."""
        if key not in self._derived:  # made twice by two threads at once is only made twice
            self._derived[key] = make()
        return self._derived[key]  # type: ignore[return-value]

    def work(self, key: Hashable) -> Work[Any]:
        """What the pool makes from the pass; kept with it."""
        return self._derived.setdefault(key, Work())  # type: ignore[return-value]

    def bytes(self) -> int:
        """The room that it takes with all that was derived from it."""
        return sum(_bytes(group) for group in (self.grams, self.means, self.channels, self._derived))


def _bytes(value: object) -> int:
    """The bytes of the arrays in a value."""
    if isinstance(value, np.ndarray):
        return value.nbytes
    if isinstance(value, Work):
        return value.bytes()
    if isinstance(value, Mapping):
        value = list(value.values())  # a copy: the worker may be adding
    elif is_dataclass(value):
        value = list(vars(value).values())
    return sum(map(_bytes, value)) if isinstance(value, list | tuple) else 0


class Store:
    """The passes that are kept.

    room    bytes that they may take
    walks   how many ways through a network have been gone: tests and the bench read it
    """

    def __init__(self, room: int) -> None:
        self.room, self.walks = room, 0
        self._kept: OrderedDict[tuple[str, Recipe], LayerPass] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, picture: Picture, recipe: Recipe, network: VGG) -> LayerPass:
        """The pass of a picture, begun now where there is none, or only one that has failed."""
        with self._lock:
            if recipe == STYLE:
                content = self._found(picture, CONTENT, network, self._walked)
                found = self._found(picture, STYLE, network, lambda: self._walked(content))
            else:
                found = self._found(picture, recipe, network, self._walked)
        found.reading.begin(found.compute)
        self.trim()
        return found

    def _found(self, picture: Picture, recipe: Recipe, network: VGG, after: Callable[[], None]) -> LayerPass:
        key = (picture.name, recipe)
        found = self._kept.get(key)
        if found is None or found.failed:
            found = self._kept[key] = LayerPass(network, picture.image, recipe, after)
        self._kept.move_to_end(key)
        return found

    def _walked(self, next_one: LayerPass | None = None) -> None:
        """On the pool, after a pass: make room, and begin what lesson 6 will need, too, behind what others need."""
        self.walks += 1
        self.trim()
        if next_one is not None:
            # from another thread: what the pool's own worker asks for is computed at once, before the others' passes
            threading.Thread(
                target=next_one.reading.begin, args=(next_one.compute,), name="passes-ahead", daemon=True
            ).start()

    def trim(self) -> None:
        """Throw away what was not asked for the longest time, until all fits. Never what was asked for last."""
        with self._lock:
            over = self.bytes() - self.room
            for key in list(self._kept)[:-1]:
                if over > 0 and self._kept[key].done:
                    over -= self._kept.pop(key).bytes()

    def bytes(self) -> int:
        return sum(kept.bytes() for kept in list(self._kept.values()))

    @property
    def busy(self) -> bool:
        """Whether a pass is on its way, or will be."""
        kept = list(self._kept.values())
        return any(not each.done and not each.failed for each in kept)


store = Store(memory.room(MOST_BYTES, "GRAMLAB_PASSES_MB"))


def layer_pass(picture: Picture, recipe: Recipe = STYLE) -> LayerPass:
    """The pass of a picture, the same for all sessions, under way now if it was not; raises NetworkFailed.

    It shows nothing: a page that asks for several, or for none the next time, would shift all below.
    """
    networks.loaded().result()
    return store.find(picture, recipe, networks.network(recipe.architecture, recipe.pooling))


def read_layer(picture: Picture, layer: str, recipe: Recipe = STYLE) -> LayerPass:
    """The same, waited for behind a bar until this layer of it is there."""
    networks.wait_until_loaded()
    seen = layer_pass(picture, recipe)
    with bar() as tell:
        seen.wait_for(layer, lambda fraction: tell(fraction, t("vgg_layers.computing")))
    return seen
