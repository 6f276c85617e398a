"""A finished picture goes on at a larger size: what was changed at the small one is carried up, and a few steps follow.

    start = enlarged(step.image, content)              # the content anew, at the larger size
    transfer(content, style, enlarging(settings), network, start=start)

As `transfer` goes from a coarse scale to a finer one, except that the fine photo was not there before.

A castle in Hokusai's style, 128 px carried up to 256: the total went from 9.1 to 6.0 in 2 steps and to 2.8 in 12. From
the photo it took 35 steps, of which 10 were coarse. So `STEPS` are enough.

While a step is computed it takes about `BYTES_PER_PIXEL`, measured at 256² and 512²: 0.2 GB and 0.8; by that 1.8 GB at
768², 3.1 GB at 1024². From step to step a job keeps about `KEPT_PER_PIXEL`; see JobPool.
"""

from __future__ import annotations

from dataclasses import replace

from torch import Tensor
from torch.nn.functional import interpolate

from gramlib.resizing import changed, size_of
from gramlib.settings import TransferSettings
from gramlib.vgg import as_picture

STEPS = 20
BYTES_PER_PIXEL = 3_000
KEPT_PER_PIXEL = 450
FIRST_STEPS = 2  # steps that the first one takes besides itself: the start, the painting and the photo are looked at


def enlarged(picture: Tensor, content: Tensor) -> Tensor:
    """Return what a transfer at the larger size starts from: the large photo, with what was changed at the small size.

    So the strokes are where they were, and the photo's fine detail is that of the large one.

    picture   (1, 3, h, w) in [0, 1], made of the same photo
    content   (1, 3, H, W) in [0, 1], the photo at the larger size
    returns   (1, 3, H, W) in [0, 1]; scaled down to h × w it is the picture but for what was finest in the change: a
              mean difference of 0.03 for a castle of 128 px in Hokusai's style, twice as large. Bicubic, or corrected
              until 0.01 was left, it led to no lower total in 12 steps
    raises    GramlabError for another shape
    """
    picture, content = as_picture(picture), as_picture(content)
    small = interpolate(content, size_of(picture), mode="bilinear", antialias=True)
    return changed(content, picture - small)


def enlarging(settings: TransferSettings, steps: int = STEPS) -> TransferSettings:
    """Return the settings of the transfer at the larger size: those of the small one, from a picture, at one scale."""
    return replace(settings, start="picture", scales=1, steps=steps)


def ahead(pixels: int, steps: int) -> list[tuple[int, int]]:
    """Return what so many steps at the larger size cost, as (pixels, steps): see Job.company_of_next."""
    return [(pixels, steps + FIRST_STEPS)] if steps > 0 else []
