"""Where the networks' numbers come from: the box, torchvision, or a seeded random draw."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import io
import math
import os
import pickle
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from glob import glob
from pathlib import Path

import torch
from torch import Tensor, nn

from gramlib.box import in_the_box
from gramlib.errors import GramlabError, WeightsUnavailable

# how many convolutions stand between two poolings, and how many channels each has (Simonyan, Zisserman 2015, table 1)
_CONVOLUTIONS = {"vgg16": (2, 2, 3, 3, 3), "vgg19": (2, 2, 4, 4, 4)}
_CHANNELS = (64, 128, 256, 512, 512)
ARCHITECTURES = ("vgg16", "vgg19", "vgg16-random")
EMBEDDED = in_the_box("vgg16_features_fp16.pth")
EMBEDDED_SHA256 = "f35998f85b4b2773bc150d5517a1a404a603ec9b96a33bfdf3c528d6b012b03d"
RANDOM_SEED = 2016  # the year of Gatys, Ecker, Bethge; any number would do
VGG19_BYTES = 574_673_361
UNREACHED_AFTER = 8.0  # seconds without the first byte
STALLED_AFTER = 30.0  # seconds without a new byte


def load_weights(architecture: str, progress: Callable[[float], None] | None = None) -> dict[str, Tensor]:
    """Return the weights of torchvision's `features` part: {"0.weight": …, "0.bias": …, "2.weight": …}, float32.

    "vgg16"         ImageNet (IMAGENET1K_V1), from the file in the box, stored as float16: the Grams differ
                    from those of the float32 original by less than 5·10⁻⁴. Checked by its SHA-256 before it is read.
    "vgg19"         ImageNet (IMAGENET1K_V1), fetched and kept by torchvision: 548 MB the first time
    "vgg16-random"  the shape of "vgg16", He, Zhang, Ren, Sun (2015), eq. 10: weights N(0, 2 / fan-in), biases 0.
                    The same numbers every time.

    progress   called with the fraction fetched, 0 to 1, some times a second while "vgg19" comes over the network
    raises     WeightsUnavailable if the file is missing or changed, or if torchvision cannot fetch: at the latest
               UNREACHED_AFTER seconds without a first byte, or STALLED_AFTER without another
    """
    if architecture == "vgg16":
        return _embedded()
    if architecture == "vgg19":
        return _fetched(progress)
    if architecture == "vgg16-random":
        return _random()
    raise unknown_architecture(architecture)


def unknown_architecture(architecture: str) -> GramlabError:
    choices = ", ".join(ARCHITECTURES)
    message = f"There is no network called {architecture!r}: one of {choices} is needed."
    return GramlabError("architecture_unknown", message, got=architecture, choices=choices)


def empty_features(architecture: str) -> nn.Sequential:
    """Return torchvision's `features` part with shapes and no numbers: nothing is allocated, nothing is drawn.

    Made here, because importing torchvision takes two seconds and 170 MB.
    """
    layers: list[nn.Module] = []
    given = 3
    with torch.device("meta"):
        for count, channels in zip(_CONVOLUTIONS[architecture.partition("-")[0]], _CHANNELS, strict=True):
            for _ in range(count):
                layers += [nn.Conv2d(given, channels, 3, padding=1), nn.ReLU(inplace=True)]
                given = channels
            layers.append(nn.MaxPool2d(2, 2))
    return nn.Sequential(*layers)


def _embedded() -> dict[str, Tensor]:
    path = str(EMBEDDED)
    try:
        content = EMBEDDED.read_bytes()
    except OSError as error:
        message = f"The weights of VGG-16, {path}, cannot be read ({error.strerror}): restore that file."
        raise WeightsUnavailable("weights_missing", message, path=path, reason=error.strerror) from error
    got = hashlib.sha256(content).hexdigest()
    if got != EMBEDDED_SHA256:
        message = f"The weights of VGG-16, {path}, have SHA-256 {got}: {EMBEDDED_SHA256} is needed; restore that file."
        raise WeightsUnavailable("weights_changed", message, path=path, expected=EMBEDDED_SHA256, got=got)
    state = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    return {name: value.float() for name, value in state.items()}


def _fetched(progress: Callable[[float], None] | None) -> dict[str, Tensor]:
    from torchvision.models import VGG19_Weights

    # torchvision tells its progress to a terminal only, and waits for a silent server forever. So it works in a thread
    # of its own while this one watches its file grow, and gives up when it no longer does.
    weights = VGG19_Weights.IMAGENET1K_V1
    fetched: Future[dict[str, Tensor]] = Future()

    def fetch() -> None:
        try:
            options = {"progress": False, "check_hash": True, "map_location": "cpu", "weights_only": True}
            fetched.set_result(weights.get_state_dict(**options))
        except BaseException as error:
            fetched.set_exception(error)

    pattern = str(Path(torch.hub.get_dir(), "checkpoints", Path(weights.url).name)) + "*"
    left_over = set(glob(pattern + ".partial"))  # by a fetch that was killed
    threading.Thread(target=fetch, name="fetch-vgg19", daemon=True).start()
    size, grown = 0, time.monotonic()
    while not fetched.done() and time.monotonic() - grown < (STALLED_AFTER if size else UNREACHED_AFTER):
        time.sleep(0.05)
        with contextlib.suppress(OSError):  # renamed just now
            now = max((os.path.getsize(part) for part in glob(pattern) if part not in left_over), default=0)
            if now > size:
                size, grown = now, time.monotonic()
                if progress:
                    progress(min(1.0, size / VGG19_BYTES))
    try:
        state = fetched.result(timeout=0)
    except (OSError, RuntimeError, EOFError, http.client.HTTPException, pickle.UnpicklingError) as error:
        reason = str(getattr(error, "reason", error)) or f"nothing arrived for {time.monotonic() - grown:.0f} seconds"
        message = f"The weights of VGG-19 could not be fetched ({reason}): an internet connection is needed, or vgg16."
        raise WeightsUnavailable("weights_not_fetched", message, reason=reason) from error
    return {name.removeprefix("features."): state[name].float() for name in state if name.startswith("features.")}


def _random() -> dict[str, Tensor]:
    generator = torch.Generator().manual_seed(RANDOM_SEED)
    state = {}
    for name, empty in empty_features("vgg16-random").state_dict().items():
        state[name] = torch.zeros(empty.shape)
        if name.endswith("weight"):
            state[name].normal_(0, math.sqrt(2 / empty[0].numel()), generator=generator)
    return state
