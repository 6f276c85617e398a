"""The flow of a transfer and what pulls at each pixel, asked by the browser from the transfer's routes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pages.ui.canvases import component
from pages.ui.colours import colours
from pages.ui.pictures import Picture, data_url

_downhill = component.register("downhill")
_THUMBNAIL = 160  # pixels of the longer side


def downhill_view(
    job_id: str | None,
    *,
    state: str,
    photo: Picture,
    paintings: Sequence[Picture],
    words: Mapping[str, str],
    key: str,
    mark: str = "",
) -> None:
    """Show how a running job's picture goes through the network to its losses and back, and one pixel on its way.

    The pulls are asked for while the job does not move, and while it runs only if a person wants that: each look at
    them costs the pool the time of about two steps.

    state   of the job as this run knows it
    mark    tells the routes which browser asks, where it has no cookie that does
    """
    _downhill(
        key=key,
        data={
            "job": job_id or "",
            "mark": mark,
            "state": state,
            "photo": data_url(photo.name, photo.image, _THUMBNAIL),
            "paintings": [data_url(painting.name, painting.image, _THUMBNAIL) for painting in paintings],
            "words": dict(words),
            "colours": colours().as_dict(),
        },
    )
