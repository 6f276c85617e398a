"""The live picture of a job and the Gram matrices on their way, both asked by the browser from app.py's routes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pages.ui.canvases import checks, component
from pages.ui.pictures import Picture, data_url, reduced

_live = component.register("live")


def live_view(
    job_id: str | None,
    before: Picture,
    size: int,
    *,
    state: str,
    words: Mapping[str, str],
    key: str,
    mark: str = "",
    on_rewind: Callable[[int], None] | None = None,
    compact: bool = False,
    asked: int = 0,
    goes_on: bool = False,
    note: str = "",
    reached: Mapping[str, float] | None = None,
) -> None:
    """Show the newest picture of a job, with what was there before it and a way back along its saved frames.

    before      the picture that is changed, `size` pixels long; shown alone while there is no job
    state       of the job as this run knows it; the page runs again when the browser hears of another one
    words       alt, before, now, compare, scrub, rewind, full, looking, idle, progress, progress_halved, state_…; and
                of the others and of the time left: other, others, begins, left, and, apart, moment, seconds, minutes;
                where it had to go on elsewhere: moved_elsewhere, moved_here
    mark        tells the routes which browser asks, where it has no cookie that does
    on_rewind   told the iteration of the frame that a person wants to go on from, before the page runs again
    asked       what this run knows of how often the job has been asked for something else; likewise
    goes_on     it begins with the picture that is seen: that stays until there is another
    compact     the picture and its step, and nothing to touch
    note        what is to be said on the picture
    reached     place, iteration, steps, seconds and halvings of the job, as this run knows them: said until the browser
                has heard of newer ones
    """

    def rewind() -> None:
        asked = component.said(key, "rewind", checks.index(1_000_000))
        if on_rewind and asked is not None:
            on_rewind(asked)

    width, height = reduced(before.image, size).size
    _live(
        key=key,
        data={
            "job": job_id or "",
            "mark": mark,
            "state": state,
            "before": data_url(before.name, before.image, size),
            "width": width,
            "height": height,
            "words": dict(words),
            "compact": compact,
            "asked": asked,
            "goesOn": goes_on,
            "note": note,
            "reached": reached,
        },
        on_rewind_change=rewind,
        on_moved_change=lambda: None,
    )
