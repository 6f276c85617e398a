"""What the curve of the content is read by: the loss of pictures that anyone can imagine, measured as the curve is.

Each stretch of the curve has its own, because a coarse step is measured on a smaller picture. They are asked of the
pool when the curve is first looked at, one stretch between two turns.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from PIL import Image

from pages.lessons.style_transfer import kept as keeping
from pages.lessons.style_transfer.kept import Kept, Sources
from pages.ui.compute import networks

if TYPE_CHECKING:
    from torch import Tensor

    from gramlib.jobs import Job
    from gramlib.transfer import Style, TransferSettings

_PHOTOS = ("cat", "neuschwanstein")  # one of them is unrelated to every other photo in the box
SHOWN = ("other", "blurred")
_ASKED: WeakKeyDictionary[Kept, dict[Any, Future[dict[str, float]]]] = WeakKeyDictionary()


def other(content: str) -> str:
    """The name of an unrelated photo."""
    return next(name for name in _PHOTOS if name != content)


def as_style(images: Sequence[Image.Image], size: int) -> Style:
    """One picture or two as a transfer takes them."""
    from gramlib.images import to_tensor

    tensors = [to_tensor(image, size) for image in images]
    return tensors[0] if len(tensors) == 1 else (tensors[0], tensors[1])


def sources(content: Image.Image, style: Sequence[Image.Image], other: Image.Image, size: int) -> Sources:
    """The pictures of a transfer, to be made tensors of on the pool's worker; another photo beside them."""

    def tensor(image: Image.Image) -> Tensor:
        from gramlib.images import to_tensor

        return to_tensor(image, size)

    return Sources(partial(tensor, content), partial(as_style, style, size), partial(tensor, other))


def found(job: Job) -> list[dict[str, float | None]]:
    """What the content's curve is read by, for each stretch of it that is measured as it is now, but for its scale.

    "from" is its first step; the others are distances as on the curve, None while the pool has not come to them: it is
    asked for what is missing.
    """
    beside, step = keeping.kept(job), job.step
    if beside is None or step is None or step.settings is None or not any(dict(step.settings.content_layers).values()):
        return []
    stretches: list[dict[str, float | None]] = []
    for mark in keeping.marks_of(job):
        settings = mark.settings
        if {"content", "pooling", "colour"} & {*mark.changed}:
            stretches = []  # measured otherwise
        if settings is not None and settings.content_layers == step.settings.content_layers:
            future = _asked(beside, mark.worked_at, settings)
            known = future.done()
            if not known or (not future.cancelled() and future.exception() is None):
                distances = {name: math.sqrt(future.result()[name]) if known else None for name in SHOWN}
                stretches.append({"from": mark.iteration, **distances})
    return stretches


def _asked(beside: Kept, worked_at: tuple[int, int], settings: TransferSettings) -> Future[dict[str, float]]:
    pooling, is_grey = beside.values["pooling"], settings.colour == "luminance"
    key = worked_at, settings.content_layers, pooling, is_grey
    with beside.lock:
        asked = _ASKED.setdefault(beside, {})
        if key not in asked:
            layers = dict(settings.content_layers)
            asked[key] = networks.jobs().compute(_measured, beside.sources, worked_at, layers, pooling, is_grey=is_grey)
        return asked[key]


def _measured(
    pictures: Sources, worked_at: tuple[int, int], layers: dict[str, float], pooling: str, *, is_grey: bool
) -> dict[str, float]:
    from gramlib.colour import luminance
    from gramlib.resizing import coarser, cover, halved, size_of
    from gramlib.style import content_marks

    content, photo = pictures.content(), pictures.other()
    if is_grey:
        content, photo = luminance(content), luminance(photo)
    level = max(0, round(math.log2(max(size_of(content)) / max(worked_at))))
    # the way before a transfer that went on at another size was measured at sizes that this one has not
    is_mine = halved(size_of(content), level) == worked_at
    content = coarser(content, level) if is_mine else cover(content, *worked_at)
    return content_marks(content, networks.network(pooling=pooling), layers, {"other": photo})
