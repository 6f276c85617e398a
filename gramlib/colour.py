"""Whose colours a transfer's picture gets: the painting's, or the photo's in one of two ways.

After Gatys, Bethge, Hertzmann, Shechtman, "Preserving Color in Neural Artistic Style Transfer" (2016). Y is the
luminance of YIQ (ITU-R BT.601); the chroma of a pixel is what is left of its red, green and blue when Y is taken away.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

LUMINANCE = (0.299, 0.587, 0.114)
LEAST_VARIANCE = 1e-5  # of a colour direction, about one of 255 levels squared: less is taken for none


@dataclass(frozen=True, eq=False)
class Palette:
    """What the optimiser works on, and how it becomes a picture, for one content and one choice of colours.

    "style"       the pixels themselves: the painting's colours come along with its Grams
    "matched"     the pixels too, but the painting is given the content's mean colour and covariance first
    "luminance"   Y alone, (1, 1, H, W): content and painting are seen in grey, and the content's chroma is put back;
                  the painting's Y has been given the mean and deviation of the content's, as in the paper

    content   (1, 3, H, W) in [0, 1]
    colour    one of the three
    """

    content: Tensor
    colour: str

    def style(self, style: Tensor) -> Tensor:
        """Return what of the painting is measured, (1, 3 or 1, h, w) in [0, 1]."""
        if self.colour == "matched":
            return match_colours(style, self.content)
        if self.colour == "luminance":
            return match_colours(luminance(style), luminance(self.content))
        return style

    def worked(self, picture: Tensor) -> Tensor:
        """Return what of a picture the optimiser works on."""
        return luminance(picture) if self.colour == "luminance" else picture

    def shown(self, worked: Tensor) -> Tensor:
        """Return the picture, (1, 3, H, W) in [0, 1], for what the optimiser works on, which has the content's size."""
        return with_luminance(self.content, worked) if self.colour == "luminance" else worked


def luminance(image: Tensor) -> Tensor:
    """Return Y = 0.299 R + 0.587 G + 0.114 B.

    image     (1, 3, H, W) in [0, 1]
    returns   (1, 1, H, W) in [0, 1]
    """
    weights = image.new_tensor(LUMINANCE).view(1, 3, 1, 1)
    return (image * weights).sum(1, keepdim=True).clamp(0, 1)


def with_luminance(image: Tensor, luminance_: Tensor) -> Tensor:
    """Return the picture with another luminance and its own chroma.

    The paper joins Y with the content's I and Q; where that leaves [0, 1], clipping would change Y and the hue. Here
    the chroma is shortened instead, just so far that the pixel fits: Y is exact, the hue stays.

    image        (1, 3, H, W) in [0, 1]
    luminance_   (1, 1, H, W) in [0, 1]
    returns      (1, 3, H, W) in [0, 1], whose luminance is luminance_
    """
    chroma = image - luminance(image)
    # how many times each channel's chroma fits between Y and the end of the scale that it points to
    room = torch.where(chroma > 0, 1 - luminance_, luminance_) / chroma.abs().clamp_min(1e-12)
    return (luminance_ + room.amin(1, keepdim=True).clamp(0, 1) * chroma).clamp(0, 1)


def match_colours(image: Tensor, target: Tensor) -> Tensor:
    """Return the picture with the mean colour and the covariance of the colours of another.

    x ↦ Σₜ^½ Σᵢ^−½ (x − μᵢ) + μₜ, the paper's "Image Analogies" form, clipped to [0, 1]; a clipped pixel is off, and
    the statistics with it. A direction in which the picture's colours do not vary is left without variation.

    image     (1, C, h, w) in [0, 1]
    target    (1, C, H, W) in [0, 1]
    returns   (1, C, h, w) in [0, 1]
    """
    # on the CPU, whatever the device: Apple's has no float64, and this is done once for a style
    pixels, wanted = image[0].flatten(1).cpu().double(), target[0].flatten(1).cpu().double()
    mean, wanted_mean = pixels.mean(1, keepdim=True), wanted.mean(1, keepdim=True)
    from_image = _root_of_covariance(pixels - mean, inverse=True)
    moved = _root_of_covariance(wanted - wanted_mean) @ from_image @ (pixels - mean) + wanted_mean
    return moved.clamp(0, 1).to(image.dtype).view_as(image).to(image.device)


def _root_of_covariance(centred: Tensor, inverse: bool = False) -> Tensor:
    values, vectors = torch.linalg.eigh(centred @ centred.T / centred.shape[1])
    varies = values > LEAST_VARIANCE
    roots = torch.where(varies, values.clamp_min(LEAST_VARIANCE) ** (-0.5 if inverse else 0.5), 0.0)
    root: Tensor = vectors * roots @ vectors.T
    return root
