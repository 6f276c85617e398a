"""The way of a transfer as a moving picture."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image

from gramlib.errors import GramlabError

FRAME_SECONDS = 0.12
LAST_SECONDS = 2.0  # the last picture stays, so that it can be looked at


def to_gif(frames: Sequence[bytes], longest_side: int = 320, most_bytes: int = 4_000_000) -> bytes:
    """Return the frames as a GIF that repeats for ever, small enough to be sent by mail.

    frames         files of pictures, the first and the last of which are always kept; those of another size than the
                   last, as where a transfer has gone on at a larger size, are brought to that
    longest_side   pixels; a smaller last picture is not enlarged
    most_bytes     where the file would be larger, every second frame is left out, then the picture is made smaller
    returns        the bytes of a GIF
    raises         GramlabError when there is no frame
    """
    if not frames:
        raise GramlabError("animation_empty", "There is no frame yet: at least one is needed.")
    last = _opened(frames[-1], longest_side)
    others = (_opened(frame, longest_side) for frame in frames[:-1])
    pictures = [*(other if other.size == last.size else other.resize(last.size) for other in others), last]
    while len(file := _encoded(pictures)) > most_bytes:
        if len(pictures) > 8:
            pictures = [*pictures[:-1:2], pictures[-1]]
        elif max(pictures[0].size) > 16:
            width, height = (max(1, side * 3 // 4) for side in pictures[0].size)
            pictures = [picture.resize((width, height), Image.Resampling.LANCZOS) for picture in pictures]
        else:
            break
    return file


def _opened(frame: bytes, longest_side: int) -> Image.Image:
    with Image.open(io.BytesIO(frame)) as opened:
        picture = opened.convert("RGB")
    picture.thumbnail((longest_side, longest_side))
    return picture


def _encoded(pictures: Sequence[Image.Image]) -> bytes:
    file = io.BytesIO()
    # a palette of its own for each frame: a painting's colours arrive on the way
    first, *others = (picture.quantize(128, dither=Image.Dither.NONE) for picture in pictures)
    durations = [round(1000 * FRAME_SECONDS)] * len(others) + [round(1000 * LAST_SECONDS)]
    first.save(file, "GIF", save_all=True, append_images=others, duration=durations, loop=0)
    return file.getvalue()
