"""A picture at once: what the closed form and the decoder make of the page's pictures, found on the pool, and kept."""

from __future__ import annotations

import functools
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pages.ui.compute import networks
from pages.ui.compute.waiting import TICK, bar
from pages.ui.pictures import picture
from pages.ui.text import t

if TYPE_CHECKING:
    from PIL import Image
    from torch import Tensor

    from gramlib.decoder import Decoder

MOST = 16  # made pictures that are kept, for all sessions, with their colours alone: 24 MB of 512 × 512
KNOBS = ("deepest", "strength", "matches")


@dataclass(frozen=True)
class Made:
    """A picture, and the distances of its Gram matrices from the painting's: see gramlib.repainting.Repainted."""

    image: Image.Image
    before: Mapping[str, float]
    between: Mapping[str, float]
    after: Mapping[str, float]


_MADE: OrderedDict[tuple[Any, ...], Future[tuple[Made, Made]]] = OrderedDict()
_LOCK = threading.Lock()


def made(values: Any, styles: Sequence[str]) -> tuple[Made, Made]:
    """By the colours alone, and through the network; waits for the pool.

    values   a page's State
    raises   GramlabError where a picture is too small, or a network cannot be had
    """
    key = (values["content"], *styles, values["mix"], values["size"], *(values[knob] for knob in KNOBS))
    with _LOCK:
        future = _MADE.get(key)
        if future is None or (future.done() and (future.cancelled() or future.exception() is not None)):
            images = [picture(name).image for name in (values["content"], *styles)]
            knobs = {name: values[name] for name in ("mix", *KNOBS)}
            future = _MADE[key] = networks.jobs().compute(_make, images[0], images[1:], values["size"], knobs)
        _MADE.move_to_end(key)
        while len(_MADE) > MOST:
            _MADE.popitem(last=False)
    with bar() as tell:
        while not wait([future], TICK).done:
            tell(0.0, t("style_transfer.closed_form.computing"))
    return future.result()


def begins(content: Image.Image, styles: Sequence[Image.Image], size: int, knobs: Mapping[str, Any]) -> Tensor:
    """The picture that a transfer begins with, (1, 3, H, W) in [0, 1]; on the pool's worker."""
    from gramlib.images import to_tensor
    from gramlib.repainting import repaint

    pictures = [to_tensor(image, size) for image in styles]
    photo, asked = to_tensor(content, size), _asked(knobs)
    return repaint(photo, pictures, networks.network(), _decoder(), **asked, measured=False).picture


def _make(
    content: Image.Image, styles: Sequence[Image.Image], size: int, knobs: Mapping[str, Any]
) -> tuple[Made, Made]:
    from gramlib.images import to_image, to_tensor
    from gramlib.repainting import recolour, repaint

    photo, paintings = to_tensor(content, size), [to_tensor(image, size) for image in styles]
    asked = _asked(knobs)
    whole = repaint(photo, paintings, networks.network(), _decoder(), **asked)
    colours = recolour(photo, paintings, **{name: asked[name] for name in ("mix", "strength", "full")})
    first, second = (Made(to_image(each.picture), each.before, each.between, each.after) for each in (colours, whole))
    return first, second


def _asked(knobs: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "deepest": knobs["deepest"],
        "strength": knobs["strength"],
        "full": knobs["matches"] == "covariance",
        "mix": knobs["mix"] or 0.5,  # of one style, no matter
    }


@functools.cache
def _decoder() -> Decoder:
    from gramlib.decoder import load_decoder

    return load_decoder()
