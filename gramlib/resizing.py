"""One picture in the size of another, or of a coarser scale."""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import interpolate


def size_of(image: Tensor) -> tuple[int, int]:
    """Return (height, width)."""
    height, width = image.shape[-2:]
    return height, width


def halved(size: tuple[int, int], level: int) -> tuple[int, int]:
    """Return (height, width), each halved so many times and at least 1."""
    height, width = (max(1, round(side / 2**level)) for side in size)
    return height, width


def coarser(image: Tensor, level: int) -> Tensor:
    """Return the image with its sides halved so many times."""
    if level == 0:
        return image
    return interpolate(image, halved(size_of(image), level), mode="bilinear", antialias=True).clamp(0, 1)


def changed(start: Tensor, change: Tensor) -> Tensor:
    """Return the start with a coarser picture's change: the start keeps its detail."""
    return (start + interpolate(change, start.shape[-2:], mode="bilinear")).clamp(0, 1)


def cover(image: Tensor, height: int, width: int) -> Tensor:
    """Return the middle of the image, scaled to cover that size without distortion."""
    scale = max(height / image.shape[-2], width / image.shape[-1])
    rows, columns = max(height, round(image.shape[-2] * scale)), max(width, round(image.shape[-1] * scale))
    if (rows, columns) != image.shape[-2:]:
        image = interpolate(image, (rows, columns), mode="bilinear", antialias=True).clamp(0, 1)
    top, left = (rows - height) // 2, (columns - width) // 2
    return image[..., top : top + height, left : left + width]
