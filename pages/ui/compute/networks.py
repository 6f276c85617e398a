"""The networks and the one pool that does all torch work: shared by every session of this server.

Importing this module does not import torch; only `warm_up` and the functions that compute do. A network that cannot be
had is a `NetworkFailed`: pages/shell.py and the laboratories say it in place of what needs the network, with a button
to try again, and all else goes on.
"""

from __future__ import annotations

import functools
import gc
import importlib
import os
import re
import tempfile
import threading
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, TypeVar

from gramlib import memory
from gramlib.errors import GramlabError
from gramlib.jobs import JobPool
from gramlib.processors import processors
from pages.ui import log
from pages.ui.compute.waiting import TICK, bar
from pages.ui.text import Markdown, fault, joined, t

if TYPE_CHECKING:
    from gramlib.vgg import VGG

T = TypeVar("T")

SCHEDULER = "GRAMLAB_SCHEDULER"  # of the environment
_LITTLE = 2_000_000_000  # bytes: where less is free, memory counts for more than a tenth of the time
ARCHITECTURES = ("vgg16", "vgg16-random", "vgg19")
POOLINGS = ("max", "average")
LAYERS = {
    architecture: tuple(
        f"relu{block}_{convolution}"
        for block, convolutions in enumerate(blocks, start=1)
        for convolution in range(1, convolutions + 1)
    )
    for architecture, blocks in {
        "vgg16": (2, 2, 3, 3, 3),
        "vgg16-random": (2, 2, 3, 3, 3),
        "vgg19": (2, 2, 4, 4, 4),
    }.items()
}


@functools.cache
def jobs() -> JobPool:
    """The pool whose single thread here owns torch: two that compute at once would halve each other's speed.

    With GRAMLAB_SCHEDULER, the address of a Dask scheduler, transfers are made by its workers while there are any.
    """
    scheduler = os.environ.get(SCHEDULER, "").strip()
    if not scheduler:
        return JobPool(failed=_failed)
    from gramlib.cluster import Cluster
    from gramlib.studio import versions
    from gramlib.workers import WorkerPool

    return WorkerPool(functools.partial(Cluster, scheduler), versions=versions(), say=_say, failed=_failed)


def _say(line: str) -> None:
    print(f"Workers: {line}", flush=True)


def _failed(error: BaseException, owner: Hashable | None) -> None:
    if isinstance(error, GramlabError) and error.code == "image_too_small":
        return  # no fault of the server's, and the person can mend it
    log.fault("transfer_failed", error, who=str(owner) if owner else None)


# ------------------------------------------------------------------------------------------------- what can go wrong


class NetworkFailed(GramlabError):
    """A network that cannot be loaded, or cannot compute."""


_NO_MEMORY = re.compile(r"out of memory|not enough memory|can(?:no|')t allocate memory|paging file", re.IGNORECASE)


def as_fault(error: BaseException) -> NetworkFailed:
    """What went wrong while a network was loaded or computed, as an error that has words in every language."""
    if isinstance(error, NetworkFailed):
        return error
    told = _told(error)
    told.__cause__ = error  # where it arose is for the log
    return told


def _told(error: BaseException) -> NetworkFailed:
    if isinstance(error, GramlabError):
        return NetworkFailed(error.code, str(error), **error.values)
    reason = (str(error).strip() or type(error).__name__).splitlines()[0][:200]
    if isinstance(error, MemoryError) or _NO_MEMORY.search(str(error)):
        return NetworkFailed("memory_short", f"There is not enough free memory for the network ({reason}).")
    if isinstance(error, ImportError | OSError):
        return NetworkFailed(
            "torch_missing", f"PyTorch does not start here ({reason}): install it anew.", reason=reason
        )
    return NetworkFailed("network_failed", f"The network does not run here ({reason}).", reason=reason)


# -------------------------------------------------------------------------------------------------------- loading


class Loading:
    """One try to load a network, the same for everybody who waits for it.

    stage      "waiting" until it is begun; "torch", "weights", "first_run"; then "ready" or "failed"
    fraction   0 to 1
    error      what is wrong, once it has failed
    """

    def __init__(self) -> None:
        self.stage, self.fraction = "waiting", 0.0
        self.error: NetworkFailed | None = None
        self._network: VGG | None = None
        self._over = threading.Event()

    def run(self, load: Callable[[Loading], VGG]) -> None:
        """Try it, once; `load` tells `reached` how far it has come."""
        try:
            self._network = load(self)
            self.reached("ready", 1.0)
        except BaseException as error:
            self.error = as_fault(error)
            log.fault("network_failed", self.error)
            self.reached("failed", self.fraction)
        self._over.set()

    def reached(self, stage: str, fraction: float) -> None:
        self.stage, self.fraction = stage, fraction

    def result(self, tell: Callable[[float, str], None] | None = None) -> VGG:
        """Wait for the network; `tell` hears fraction and stage meanwhile. Raises NetworkFailed."""
        while not self._over.wait(TICK if tell else None):
            if tell and (stage := self.stage) not in ("ready", "failed"):  # it is over in a moment: nothing to wait for
                tell(self.fraction, stage)
        if self._network is None:
            assert self.error is not None
            raise self.error.with_traceback(None)
        return self._network


_NEEDED_AT_ONCE = ("pandas", "streamlit.emojis")  # by Streamlit, for the first element of the first page
_NOBODY_CAME = 4.0  # s
_shown = threading.Event()
_lock = threading.Lock()
_default = Loading()  # of torch and the network in the box, with its first run
_networks: dict[tuple[str, str], Loading] = {}


def state() -> Loading:
    """How far loading torch and the network in the box has come."""
    return _default


def warm_up() -> None:
    """Load torch and the network in the box on the pool, behind the first pages; once more if that has failed."""
    global _default
    with _lock:
        if _default.stage == "failed":
            _default = Loading()
        if (loading := _default).stage != "waiting":
            return
        loading.reached("torch", 0.1)
    jobs().compute(loading.run, _load)


def warm_up_behind_the_first_page() -> None:
    """The same as soon as somebody has a page before them, which it would make wait; without anybody, in seconds."""

    def wait() -> None:
        for name in _NEEDED_AT_ONCE:  # meanwhile the browser fetches what it needs
            importlib.import_module(name)
        _shown.wait(_NOBODY_CAME)
        warm_up()

    threading.Thread(target=wait, name="warm-up", daemon=True).start()


def page_is_shown() -> None:
    """A page has been made, and all of it sent."""
    _shown.set()


def _load(loading: Loading) -> VGG:
    # Read when torch is loaded: threads that have nothing to do sleep instead of spinning. Beside other programs on the
    # same two cores, a browser for one, the steps of a transfer come up to ten times as fast.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    if (free := memory.available()) is not None and free < _LITTLE:
        memory.give_back()
    try:
        tempfile.gettempdir()
    except FileNotFoundError:  # the disk is full: PyTorch, which only asks where it could write, would not start
        tempfile.tempdir = os.getcwd()
    import torch

    torch.set_num_threads(processors())
    loading.reached("weights", 0.6)
    vgg = network()
    loading.reached("first_run", 0.9)
    with torch.inference_mode():  # the first forward pass is slower than all others; nobody shall wait for it
        vgg.features(torch.zeros(1, 3, 64, 64), vgg.layers)
    # what is loaded stays: keep later collections from walking through all of it
    gc.collect()
    gc.freeze()
    return vgg


def loaded() -> Loading:
    """Loading torch and the network in the box, under way now if it was not."""
    if state().stage == "waiting":  # not started by app.py: a test, or a notebook
        warm_up()
    return state()


def wait_until_loaded() -> None:
    """Hold a page that needs the network in the box, and say what is being loaded; raises NetworkFailed."""
    loading = loaded()
    with bar(patience=0.0) as tell:
        loading.result(lambda fraction, stage: tell(fraction, t(f"network.{stage}")))


def network(architecture: str = "vgg16", pooling: str = "max") -> VGG:
    """The network, loaded once for all sessions; raises NetworkFailed."""
    loading, is_new = _asked(architecture, pooling)
    if is_new:
        loading.run(lambda loading: _read(loading, architecture, pooling))
    return loading.result()


def prepare(architecture: str, pooling: str) -> VGG:
    """The network for this page, with a bar while it is fetched; raises NetworkFailed.

    In a thread of its own: on the pool a download of minutes would keep everybody's pictures waiting, and a page's own
    ends when its person leaves, who may not be the only one to wait.
    """
    loading, is_new = _asked(architecture, pooling)
    if is_new:
        load = functools.partial(_read, architecture=architecture, pooling=pooling)
        threading.Thread(target=loading.run, args=(load,), name=f"load-{architecture}", daemon=True).start()
    text = t("network.fetching" if architecture == "vgg19" else "network.weights")
    with bar() as tell:
        return loading.result(lambda fraction, _: tell(fraction, text))


def _asked(architecture: str, pooling: str) -> tuple[Loading, bool]:
    """The try to load a network that is under way or has succeeded, or a new one, which the caller runs."""
    with _lock:
        found = _networks.get((architecture, pooling))
        if found is not None and found.stage != "failed":
            return found, False
        made = _networks[architecture, pooling] = Loading()
        made.reached("weights", 0.0)
        return made, True


def _read(loading: Loading, architecture: str, pooling: str) -> VGG:
    from gramlib.vgg import VGG

    return VGG(architecture, pooling, progress=lambda fraction: loading.reached("weights", fraction))


def device_name() -> str:
    """The processor that computes, as a short text; and that there is a GPU which cannot."""
    vgg = network()
    if vgg.device.type != "cpu":
        return str(vgg.device).upper()
    if vgg.passed_over:
        return t("network.cpu_instead", threads=processors(), gpu=vgg.passed_over)
    return t("network.cpu", threads=processors())


def maker_name() -> str:
    """Who makes the steps of a transfer now, as a short text: the workers, or who computes all else."""
    engine = jobs().engine
    count = len(engine["workers"]) if engine else 0
    return t("network.worker" if count == 1 else "network.workers", count=count) if count else device_name()


def too_small(error: GramlabError) -> Markdown:
    """What is wrong with a picture, and, where it is too small for a layer, which one it reaches."""
    width, height = (error.values.get(side) for side in ("width", "height"))
    if error.code != "image_too_small" or not isinstance(width, int) or not isinstance(height, int):
        return fault(error)
    return Markdown(joined(fault(error), t("network.reached", layer=network().reached(height, width)[-1])))
