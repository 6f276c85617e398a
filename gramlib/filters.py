"""What a filter does at one place of a picture, and how much of the picture a deeper layer sees; without PyTorch."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gramlib.box import in_the_box
from gramlib.errors import GramlabError

# ImageNet's mean and deviation per channel, RGB in [0, 1]: what torchvision trained its networks with
MEAN = (0.485, 0.456, 0.406)
DEVIATION = (0.229, 0.224, 0.225)
FIRST_LAYER = in_the_box("vgg16_first_layer_fp16.npy")
BLOCKS = {"vgg16": (2, 2, 3, 3, 3), "vgg19": (2, 2, 4, 4, 4)}  # convolutions before each pooling
CHANNELS = (64, 128, 256, 512, 512)  # of the layers of each block

Numbers = NDArray[np.float64]


def standardized(levels: NDArray[np.uint8]) -> Numbers:
    """Return a picture as VGG takes it: each colour in [0, 1], minus ImageNet's mean, over its deviation.

    levels    (H, W, 3) uint8, RGB
    returns   (3, H, W) float64; 0 is ImageNet's mean, 1 one deviation brighter

    >>> standardized(np.array([[[124, 116, 104]]], dtype=np.uint8)).round(2).ravel().tolist()
    [0.01, -0.0, 0.01]
    """
    shares: Numbers = levels.transpose(2, 0, 1) / 255
    mean, deviation = np.array([MEAN, DEVIATION])[:, :, None, None]
    standard: Numbers = (shares - mean) / deviation
    return standard


@functools.cache
def first_filters() -> tuple[Numbers, Numbers]:
    """Return VGG-16's own filters of its first layer and their biases: (64, 3, 3, 3) and (64,).

    filter, colour (RGB), row, column; the numbers that the whole network has there, float16 in the box
    """
    numbers = np.load(FIRST_LAYER).astype(np.float64)
    numbers.flags.writeable = False
    return numbers[:, :27].reshape(64, 3, 3, 3), numbers[:, 27]


def patch_at(picture: Numbers, row: int, column: int) -> Numbers:
    """Return the 3×3 neighbourhood of a place in each colour, (3, 3, 3), with 0 where it leaves the picture.

    picture   (3, H, W); row and column are within it

    >>> patch_at(np.ones((3, 2, 2)), 0, 1)[0].tolist()
    [[0.0, 0.0, 0.0], [1.0, 1.0, 0.0], [1.0, 1.0, 0.0]]
    """
    return np.pad(picture, ((0, 0), (1, 1), (1, 1)))[:, row : row + 3, column : column + 3]


def filtered(picture: Numbers, weights: Numbers, bias: float = 0.0) -> Numbers:
    """Return the inner product of the filter with every neighbourhood, plus the bias: a channel before its ReLU.

    That is torch.nn.functional.conv2d with padding=1. Outside the picture everything is 0.

    picture   (3, H, W)
    weights   (3, 3, 3): colour, row, column
    returns   (H, W); entry (r, c) is the inner product of weights and patch_at(picture, r, c), plus the bias

    >>> filtered(np.ones((3, 1, 2)), np.ones((3, 3, 3)), bias=-1.0).tolist()
    [[5.0, 5.0]]
    """
    _, height, width = picture.shape
    wide = np.pad(picture, ((0, 0), (1, 1), (1, 1)))
    channel = np.full((height, width), float(bias))
    for row in range(3):
        for column in range(3):
            seen = wide[:, row : row + height, column : column + width]
            channel += np.tensordot(weights[:, row, column], seen, axes=1)
    return channel


@dataclass(frozen=True)
class Field:
    """What part of the picture one number of a layer sees: a square, its receptive field.

    size     pixels on each side
    stride   pixels from one number's square to its neighbour's
    start    the first row and column that number (0, 0) sees; negative, because the square begins outside
    """

    size: int
    stride: int
    start: int

    def first_pixel(self, position: int) -> int:
        """The first row (or column) of pixels that the number in this row (or column) of the layer sees.

        >>> receptive_field("relu2_1").first_pixel(3)
        2
        """
        return self.start + position * self.stride


def receptive_field(layer: str, architecture: str = "vgg16") -> Field:
    """Return what one number of a layer sees of the picture.

    A 3×3 convolution adds two of its steps to the side, a 2×2 pooling one, and a pooling doubles the step.

    layer          relu1_1 … of that network
    architecture   "vgg16" | "vgg19"
    raises         GramlabError for another layer or architecture

    >>> receptive_field("relu1_1"), receptive_field("relu5_3").size
    (Field(size=3, stride=1, start=-1), 196)
    """
    blocks = BLOCKS.get(architecture, ())
    found = re.fullmatch(r"relu([1-9])_([1-9])", layer)
    block, convolution = map(int, found.groups()) if found else (0, 0)
    if not 1 <= block <= len(blocks) or not 1 <= convolution <= blocks[block - 1]:
        names = (f"relu{b}_{c}" for b, count in enumerate(blocks, start=1) for c in range(1, count + 1))
        choices = ", ".join(names)
        message = f"{architecture} has no layer called {layer!r}; choose from {choices}."
        raise GramlabError("layer_unknown", message, got=layer, architecture=architecture, choices=choices)
    size, stride, start = 1, 1, 0
    for each, count in enumerate(blocks[:block], start=1):
        for _ in range(convolution if each == block else count):
            size, start = size + 2 * stride, start - stride
        if each < block:
            size, stride = size + stride, 2 * stride
    return Field(size, stride, start)
