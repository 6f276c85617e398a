"""A picture goes on at a larger size: which sizes there are, how long they take, whether there is room, what is made.

Nothing here knows of a session: session.py starts it, saving.py shows it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PIL import Image

from gramlib.memory import available
from gramlib.painting import Painter, Painting
from pages.lessons.style_transfer.kept import Larger, larger_pixels
from pages.ui.compute import networks

if TYPE_CHECKING:
    from torch import Tensor

    from gramlib.jobs import Job
    from gramlib.outlook import Company
    from gramlib.transfer import Change, Step, Style, TransferSettings

SIZES = (512, 768, 1024)  # pixels of the longer side
# of all people's larger transfers together, those that wait or are paused included: 0.9 GB, kept from step to step.
# While a step is computed it takes 3 GB more at 1024 × 1024, however many there are: one is computed at a time.
MOST_PIXELS = 2 * 1024 * 1024


def size_at(image: Image.Image, size: int) -> tuple[int, int]:
    """The width and height of a picture whose longer side has so many pixels; no side is below 1.

    >>> size_at(Image.new("RGB", (300, 200)), 768), size_at(Image.new("RGB", (3000, 2)), 512)
    ((768, 512), (512, 1))
    """
    longer = max(image.size)
    return max(1, round(image.width * size / longer)), max(1, round(image.height * size / longer))


def at(image: Image.Image, size: int) -> Image.Image:
    """The picture, its longer side made so many pixels long."""
    return image.resize(size_at(image, size), Image.Resampling.LANCZOS)


def sizes_above(step: Step) -> list[int]:
    """The sizes that are larger than a step's picture."""
    return [size for size in SIZES if size > max(step.image.shape[-2:])]


def company(job: Job, content: Image.Image, size: int) -> Company:
    """Who paints beside the picture that goes on at that size, and how long it takes in this company."""
    from gramlib.enlarging import STEPS, ahead

    width, height = size_at(content, size)
    return job.company_of_next(ahead(width * height, STEPS))


def has_room(content: Image.Image, size: int) -> bool:
    """Whether the memory set aside for larger pictures holds one more of that size, and the machine has it as well."""
    from gramlib.enlarging import BYTES_PER_PIXEL, KEPT_PER_PIXEL

    width, height = size_at(content, size)
    pixels, left = width * height, available()
    is_there = left is None or pixels * (BYTES_PER_PIXEL + KEPT_PER_PIXEL) <= left
    return is_there and larger_pixels() + pixels <= MOST_PIXELS


def planned(step: Step, content: Image.Image, size: int) -> Larger:
    """How a job's picture will go on at that size."""
    from gramlib.enlarging import STEPS

    width, height = size_at(content, size)
    return Larger(size, width * height, step.iteration, step.iteration + STEPS)


def maker(
    content: Image.Image,
    style: Callable[[], Style],
    larger: Larger,
    chosen: TransferSettings,
    picture: Tensor,
    *,
    pooling: str,
    iteration: int,
    begun_seconds: float = 0.0,
    has_photo: bool = True,
) -> Painter:
    """What makes a larger job's steps, here or on a worker.

    picture         (1, 3, h, w), of the size that is left, or of the larger one on the way
    iteration       its step: the next is one more
    begun_seconds   how long it took to get there
    has_photo       what was changed is carried up onto the large photo; else, where it did not begin as the photo, the
                    picture is
    """

    def painting(change: Change | None) -> Painting:
        from gramlib.enlarging import enlarged
        from gramlib.images import to_tensor
        from gramlib.transfer import Change

        large = to_tensor(at(content, larger.size))
        if change is None or change.picture is None:
            change = replace(change or Change(), iteration=iteration, seconds=begun_seconds, look=True)
        start = enlarged(picture, large) if has_photo else picture
        return Painting(large, style(), chosen, start=start, change=change, pooling=pooling)

    return Painter(painting, networks.network)
