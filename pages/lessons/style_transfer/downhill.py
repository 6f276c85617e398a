"""How the pixels know where to go: what pulls at each of them, looked at on the pool when somebody asks for it."""

from __future__ import annotations

import json
import math
import threading
from collections import OrderedDict
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from pages.lessons.style_transfer import kept as keeping
from pages.ui.compute import networks

if TYPE_CHECKING:
    from torch import Tensor

    from gramlib.downhill import Pixel, Pulls
    from gramlib.jobs import Job
    from gramlib.transfer import Downhill, Step, Style

MOST = 8  # jobs whose pulls are kept, with 13 pictures each: of 512 × 512 pixels 41 MB
STRONGEST = 0.995  # the share of all pulls that are weaker than the full colour


@dataclass(frozen=True, eq=False)
class Look:
    """The pulls at the newest picture of a job, and at the one before it where they are known.

    style      that of the step; None is what the job was begun with
    downhill   what knows the content and this style
    """

    sequence: int
    step: Step
    pulls: Pulls
    before: Look | None
    style: Style | None = None
    downhill: Downhill | None = None


_LOOKS: OrderedDict[str, Look] = OrderedDict()  # by the id of the job, the last looked at last
_ASKED: dict[str, Future[Look]] = {}
_LOCK = threading.Lock()


def look(job: Job) -> Future[Look]:
    """The look at a job's newest picture: the one that is known, the one under way, or one more asked of the pool."""
    with _LOCK:
        known, asked = _LOOKS.get(job.id), _ASKED.get(job.id)
        if known is not None and known.sequence == job.sequence:
            done: Future[Look] = Future()
            done.set_result(known)
            return done
        if asked is None or asked.done():
            asked = _ASKED[job.id] = networks.jobs().compute(_looked, job)
        return asked


def _looked(job: Job) -> Look:
    """On the pool's worker, where no step is made meanwhile."""
    from gramlib.transfer import Downhill

    beside, step, sequence, style = keeping.kept(job), job.step, job.sequence, job.style
    if beside is None or step is None or step.settings is None:
        raise LookupError(job.id)
    last = _LOOKS.get(job.id)
    downhill = last.downhill if last is not None and last.style is style else None
    if downhill is None:
        network = networks.network(pooling=beside.values["pooling"])
        painting = beside.sources.style() if style is None else style
        downhill = Downhill(beside.sources.content(), painting, step.settings, network)
    before = last if last is not None and _follows(last, step, sequence) else None
    pulls = downhill.at(step.image, step.settings)
    made = Look(sequence, step, pulls, before and replace(before, before=None), style, downhill)
    with _LOCK:
        _LOOKS[job.id] = made
        _LOOKS.move_to_end(job.id)
        _ASKED.pop(job.id, None)
        while len(_LOOKS) > MOST:
            _LOOKS.popitem(last=False)
    return made


def _follows(before: Look, step: Step, sequence: int) -> bool:
    """Whether the optimiser has gone from the one straight to the other, by the same total and at the same scale."""
    return (
        sequence == before.sequence + 1
        and step.iteration == before.step.iteration + 1
        and (step.settings, step.worked_at) == (before.step.settings, before.step.worked_at)
    )


def message(look: Look, row: int | None, column: int | None, known: str) -> bytes:
    """The length of a JSON in four bytes, the JSON, and three pictures of one byte a pixel, where they are not known.

    They are the strength of the content's pull and of the style's, 0 to 255, and how they agree: 128 + 127 · cosine ·
    the weaker strength. A strength is √(‖pull‖ / limit), so that more than the strongest can be seen, and the limit is
    the same for both.

    row, column   of the pixel that is followed, kept inside the picture; None is its middle
    known         the sequence that the browser has the pictures of
    """
    pulls, step = look.pulls, look.step
    height, width = pulls.image.shape[-2:]
    row, column = (
        side // 2 if at is None else min(max(at, 0), side - 1) for at, side in ((row, height), (column, width))
    )
    content, style = (_array(pull) for pull in (pulls.content, pulls.style))
    lengths = [float(np.linalg.norm(pull)) for pull in (content, style)]
    cosine = float((content * style).sum()) / math.prod(lengths) if all(lengths) else None
    rate = pulls.rate()
    head = {
        "sequence": look.sequence,
        "iteration": step.iteration,
        "width": width,
        "height": height,
        "worked_at": list(step.worked_at),
        "numbers": pulls.image.numel(),
        "angle": None if cosine is None else math.degrees(math.acos(min(1.0, max(-1.0, cosine)))),
        "lengths": lengths,
        "row": row,
        "column": column,
        "rate": rate,
        "pixel": _said(pulls.pixel(row, column, rate)),
        "before": _before(look, row, column),
        "pictures": known != str(look.sequence),
    }
    text = json.dumps(head).encode()
    payload = b"" if known == str(look.sequence) else _pictures(content, style, _array(pulls.agreement)[0])
    return len(text).to_bytes(4, "little") + text + payload


def _array(picture: Tensor) -> np.ndarray:
    array: np.ndarray = picture[0].double().numpy()
    return array


def _pictures(content: np.ndarray, style: np.ndarray, agreement: np.ndarray) -> bytes:
    lengths = [np.linalg.norm(pull, axis=0) for pull in (content, style)]
    limit = float(np.quantile(np.stack(lengths), STRONGEST)) or float(np.max(lengths)) or 1.0
    strengths = [np.sqrt(np.minimum(length / limit, 1)) for length in lengths]
    both = 128 + 127 * agreement * np.minimum(*strengths)
    return b"".join(np.rint(each).astype(np.uint8).tobytes() for each in (*(255 * s for s in strengths), both))


def _said(pixel: Pixel) -> dict[str, Any]:
    names = ("value", "content", "style", "total_variation", "slope", "descended", "moved")
    return {name: list(value) for name in names if (value := getattr(pixel, name)) is not None}


def _before(look: Look, row: int, column: int) -> dict[str, Any] | None:
    """The pixel a step before: where gradient descent would have put it, and where the optimiser did."""
    if look.before is None:
        return None
    pulls = look.before.pulls
    pixel = pulls.pixel(row, column, pulls.rate(), moved=look.pulls.image)
    return {"iteration": look.before.step.iteration, **_said(pixel)}
