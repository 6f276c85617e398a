"""The way of a transfer as a GIF: every frame in order, and never larger than asked."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageSequence

from gramlib.animation import to_gif
from gramlib.errors import GramlabError


def jpeg(colour: tuple[int, int, int] | np.ndarray, size: tuple[int, int] = (40, 30)) -> bytes:
    file = io.BytesIO()
    picture = Image.fromarray(colour) if isinstance(colour, np.ndarray) else Image.new("RGB", size, colour)
    picture.save(file, "JPEG", quality=95)
    return file.getvalue()


def noise(count: int, side: int) -> list[bytes]:
    rng = np.random.default_rng(0)
    return [jpeg(rng.integers(0, 256, (side, side, 3), dtype=np.uint8)) for _ in range(count)]


def opened(gif: bytes) -> list[Image.Image]:
    with Image.open(io.BytesIO(gif)) as animation:
        assert animation.format == "GIF"
        return [frame.convert("RGB") for frame in ImageSequence.Iterator(animation)]


def test_frames_in_their_order_and_colours():
    frames = opened(to_gif([jpeg(colour) for colour in ((250, 0, 0), (0, 250, 0), (0, 0, 250))]))
    assert [int(np.argmax(frame.getpixel((20, 15)))) for frame in frames] == [0, 1, 2]


def test_it_repeats_for_ever_and_rests_on_the_last():
    with Image.open(io.BytesIO(to_gif(noise(3, 16)))) as animation:
        assert animation.info["loop"] == 0
        durations = [frame.info["duration"] for frame in ImageSequence.Iterator(animation)]
    assert durations[-1] > 10 * durations[0]


def test_made_smaller_never_larger():
    assert opened(to_gif([jpeg((9, 9, 9), (400, 200))], longest_side=100))[0].size == (100, 50)
    assert opened(to_gif([jpeg((9, 9, 9), (40, 30))], longest_side=100))[0].size == (40, 30)


@pytest.mark.parametrize("limit", [30_000, 100_000])
@pytest.mark.slow
def test_a_large_one_is_thinned_and_then_made_smaller(limit):
    frames = noise(24, 96)  # noise cannot be compressed
    whole = to_gif(frames, most_bytes=10**9)
    small = to_gif(frames, most_bytes=limit)
    assert len(whole) > limit >= len(small)
    first, last = opened(whole)[0], opened(whole)[-1]
    kept = opened(small)
    assert len(kept) < 24
    for frame, original in ((kept[0], first), (kept[-1], last)):
        same = np.asarray(original.resize(frame.size, Image.Resampling.LANCZOS), float)
        assert np.corrcoef(same.ravel(), np.asarray(frame, float).ravel())[0, 1] > 0.5


def test_no_frame():
    with pytest.raises(GramlabError) as fault:
        to_gif([])
    assert fault.value.code == "animation_empty"


def test_frames_of_a_smaller_size_are_brought_to_the_last_one_s():
    frames = opened(to_gif([jpeg((250, 0, 0), (20, 15)), jpeg((0, 0, 250), (80, 60))], longest_side=40))
    assert [frame.size for frame in frames] == [(40, 30)] * 2
    assert [frame.getpixel((39, 29))[0] > 200 for frame in frames] == [True, False]
