"""What the browser is told of a running transfer by app.py's routes: its state, and its Gram matrices on their way.

Called once a second and ten times a second for every person in the room, so it computes as little as it can; and by
the server, not by Streamlit, so it imports neither Streamlit nor torch.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from pages.lessons.style_transfer.kept import NO_TRUNK, Entry, Trunk
from pages.ui.numbers import number

if TYPE_CHECKING:
    from gramlib.jobs import Job
    from gramlib.record import Mark
    from gramlib.transfer import Step

CHANNELS = 48  # the strongest of the painting: enough to see a matrix walk
POINTS = 160  # of a curve: more than it has pixels in a row of the table
_A_FEW = 5  # seconds
_GRAINS = (20, 1), (60, 5), (115, 10), (300, 30)  # below so many seconds, to so many
MARKS = 24  # the newest: more have no place on a curve


def status(job: Job, trunk: Trunk = NO_TRUNK, asked: int = 0) -> dict[str, Any]:
    """State, step and saved frames of a job, for the header of every picture; ASCII when it is JSON.

    asked   how often it has been asked for something else: a page that knows of less runs again
    moved   that it has lately had to go on elsewhere, and from which step
    """
    company, moved = job.company, job.moved
    return {
        "sequence": job.sequence,
        "state": job.state,
        "others": company.others if company else 0,
        "begins": about(company.begins) if company else None,
        "left": about(company.left) if company else None,
        **reached(job),
        "frames": [iteration for iteration, _ in (*trunk.frames, *job.frames)],
        "asked": asked,
        "moved": {"to": moved.to, "step": moved.iteration} if moved else None,
    }


def reached(job: Job) -> dict[str, float]:
    """How far a job is: what a line that says its state says besides."""
    step = job.step
    return {
        "place": job.place,
        "iteration": step.iteration if step else 0,
        "steps": job.settings.steps if job.settings else 0,
        "seconds": round(step.seconds, 2) if step else 0.0,
        "halvings": step.halvings if step else 0,
    }


def about(seconds: float | None) -> int | None:
    """Seconds as one says them, rounded by an eighth at most: 0 for the twinkling of an eye, else to seconds, to 5 s,
    to 10 s, to half minutes, and from 5 minutes on to minutes.

    >>> [about(seconds) for seconds in (3, 13.2, 48, 88, 140, 1000)]
    [0, 13, 50, 90, 150, 1020]
    """
    if seconds is None:
        return None
    if seconds < _A_FEW:
        return 0
    grain = next((grain for below, grain in _GRAINS if seconds < below), 60)
    return grain * round(seconds / grain)


def grams(
    job: Job,
    trunk: Trunk = NO_TRUNK,
    marks: Sequence[Mark] = (),
    references: Sequence[Mapping[str, float | None]] = (),
) -> bytes | None:
    """The length of a JSON in four bytes, the JSON, and for each style layer three matrices of one byte a cell.

    They are the picture's, the painting's, and the picture's minus the painting's, of the painting's strongest
    channels. A byte is 128 + 127 · sign · √(|value| / the painting's largest), so that more than the largest cells can
    be seen. None before the first step, and while a frame that was rewound to has not been looked at again.

    marks        where the curves begin, bend or jump
    references   what the content's curve is read by, see references.py
    """
    sequence, step = job.sequence, job.step
    if step is None or not step.targets.keys() <= step.grams.keys():
        return None
    layers, cells = [], []
    for layer, target in step.targets.items():
        A, G = (np.asarray(matrix) for matrix in (target, step.grams[layer]))
        shown = np.argsort(-np.diag(A), kind="stable")[:CHANNELS]
        A, G = A[np.ix_(shown, shown)], G[np.ix_(shown, shown)]
        limit = float(np.abs(A).max()) or 1.0
        cells += [_bytes(matrix, limit) for matrix in (G, A, G - A)]
        layers.append({"name": layer, "size": len(shown), "distance": _distance(step.losses.get(layer))})
    iterations, curves = _curves((*trunk.history, *job.history))
    head = {
        "sequence": sequence,
        "steps": max(job.settings.steps if job.settings else 0, step.iteration),
        "layers": layers,
        "content": _distance(step.losses.get("content")),
        "iterations": iterations,
        "curves": curves,
        "marks": [_mark(mark) for mark in marks if mark.changed][-MARKS:],
        "references": [{name: _rounded(value) for name, value in each.items()} for each in references][-MARKS:],
        "moment": _moment(step),
    }
    text = json.dumps(head).encode()
    return len(text).to_bytes(4, "little") + text + b"".join(cells)


def _mark(mark: Mark) -> dict[str, Any]:
    knobs = {name: getattr(mark.settings, name) for name in mark.changed if hasattr(mark.settings, name)}
    values: dict[str, Any] = {name: value for name, value in knobs.items() if isinstance(value, int | float)}
    if "content_layers" in knobs:
        values["layer"] = ", ".join(name for name, _ in knobs["content_layers"])
    height, width = mark.worked_at
    values |= {"height": height, "width": width}
    return {"iteration": mark.iteration, "changed": list(mark.changed), "values": values}


def _moment(step: Step) -> dict[str, Any] | None:
    """The total of a step and all that it is made of, as they are: weights, and losses that are no distances."""
    settings = step.settings
    if settings is None:
        return None
    smooth = settings.total_variation_weight
    return {
        "iteration": step.iteration,
        "total": step.total,
        "content_weight": settings.content_weight,
        "content": step.losses.get("content"),
        "style_weight": settings.style_weight,
        "layers": [[name, weight, step.losses[name]] for name, weight in settings.style_layers if name in step.losses],
        "smoothness": [smooth, step.losses.get("total_variation")] if smooth else None,
        "optimizer": settings.optimizer,
    }


def _bytes(matrix: np.ndarray, limit: float) -> bytes:
    share = np.sqrt(np.minimum(np.abs(matrix) / limit, 1.0))
    cells: bytes = np.rint(128 + 127 * np.copysign(share, matrix)).astype(np.uint8).tobytes()
    return cells


def _distance(loss: float | None) -> str | None:
    """‖G − A‖ / ‖A‖ in words: the losses are its square."""
    return None if loss is None else number(math.sqrt(loss), 2)


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.3g}")


def _curves(history: Sequence[Entry]) -> tuple[list[int], dict[str, list[float | None]]]:
    """The distances over the steps, evenly thinned, for each layer and the content."""
    kept = list(history[:: -(-len(history) // POINTS)])
    if kept[-1] is not history[-1]:
        kept.append(history[-1])
    names = [name for name in history[-1][2] if name != "total_variation"]
    curves = {
        name: [None if losses.get(name) is None else _rounded(math.sqrt(losses[name])) for _, _, losses in kept]
        for name in names
    }
    return [iteration for iteration, _, _ in kept], curves
