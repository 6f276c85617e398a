"""The Gram matrices of a running job on their way, asked by the browser from the transfer's route."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pages.ui.canvases import component
from pages.ui.colours import colours

_walk = component.register("walk")


def gram_walk(
    job_id: str | None,
    *,
    state: str,
    layers: Sequence[str],
    content: bool,
    words: Mapping[str, str],
    key: str,
    mark: str = "",
) -> None:
    """Show for each style layer the Gram matrix of the picture, that of the painting, and how far they are apart.

    layers    the style layers, for the rows that stand there before the first step
    content   whether there is a row for the content as well
    words     now, painting, difference, curve, content, content_note, spoken, reference_…, mark, mark_and, mark_…
    mark      tells the route which browser asks, where it has no cookie that does
    """
    _walk(
        key=key,
        data={
            "job": job_id or "",
            "mark": mark,
            "state": state,
            "layers": list(layers),
            "content": content,
            "words": dict(words),
            "colours": colours().as_dict(),
        },
    )
