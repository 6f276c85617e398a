"""A frame on a picture, dragged by mouse, touch or keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pages.ui.canvases import checks, component
from pages.ui.colours import colours

SMALLEST = 10  # per cent of a side

Frame = tuple[int, int, int, int]  # left, top, width and height in per cent

_crop = component.register("crop")


def crop_frame(
    name: str, image: str, frame: Frame, *, key: str, words: Mapping[str, str], on_change: Callable[[], None]
) -> None:
    """A picture with a frame; Python hears of it when it is let go.

    name, image   of the picture, and its address
    frame         left, top, width and height in per cent, as the page has it
    on_change     called when a person has let go; read it with `committed`
    """
    _crop(
        key=key,
        data={
            "name": name,
            "image": image,
            "frame": list(frame),
            "smallest": SMALLEST,
            "sequence": component.sequence(key),
            "words": dict(words),
            "colours": colours().as_dict(),
        },
        on_committed_change=on_change,
    )


def committed(key: str) -> Frame | None:
    """The frame last let go of, or None unless it is one of whole per cents within the picture."""
    return component.committed(key, _frame)


def within(frame: Frame) -> bool:
    """Whether a frame lies within the picture and is not too small."""
    left, top, width, height = frame
    return min(left, top) >= 0 and min(width, height) >= SMALLEST and left + width <= 100 and top + height <= 100


def _frame(value: object) -> Frame | None:
    sides = checks.numbers((4,), 100)(value)
    if sides is None:
        return None
    left, top, width, height = map(int, sides)
    frame = (left, top, width, height)
    return frame if frame == sides and within(frame) else None
