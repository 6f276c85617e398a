"""3×3 convolutions with 2¼ products where the sum over the window has 9, for processors.

After Lavin, Gray, "Fast Algorithms for Convolutional Neural Networks" (2016), F(4×4, 3×3), section 4 and equation 12:

    Y = Aᵀ [ (G g Gᵀ) ⊙ (Bᵀ d B) ] A

d is a tile of 6 × 6 numbers of one channel, tiles overlap by 2; g is a filter; Y are the 4 × 4 numbers that it gives.
Summed over the channels, each of the 36 places of a tile is a product of two matrices (equation 13): tiles × channels
with channels × filters. Both transforms of a tile are products as well, by 36 × 36 and 16 × 36 numbers.

The way back is the same way transposed, with the same filters, which take four times the room of the plain ones: 150 MB
for VGG-16 as far as relu5_1, from the first picture on that is large enough.

Measured on two cores, one evaluation of the usual objective there and back, against the same without: 1.05 times as
fast at 128 px, 1.39 at 256, 1.31 at 384, 1.44 at 512. From 128 channels on it was 1.02, 1.38, 1.42 and 1.28, from 64 on
0.91, 1.14, 1.22 and 1.34.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

# Section 4.2: the interpolation points 0, 1, −1, 2, −2 and infinity
B_TRANSPOSED = (
    (4, 0, -5, 0, 1, 0),
    (0, -4, -4, 1, 1, 0),
    (0, 4, -4, -1, 1, 0),
    (0, -2, -1, 2, 1, 0),
    (0, 2, -1, -2, 1, 0),
    (0, 4, 0, -5, 0, 1),
)
G = (
    (1 / 4, 0, 0),
    (-1 / 6, -1 / 6, -1 / 6),
    (-1 / 6, 1 / 6, -1 / 6),
    (1 / 24, 1 / 12, 1 / 6),
    (1 / 24, -1 / 12, 1 / 6),
    (0, 0, 1),
)
A_TRANSPOSED = (
    (1, 1, 1, 1, 1, 0),
    (0, 1, -1, 2, -2, 0),
    (0, 1, 1, 4, 4, 0),
    (0, 1, -1, 8, -8, 1),
)
TILE, GIVES = 6, 4
# Where the products are small beside the transforms there is nothing to gain: see above
FEWEST_CHANNELS = 256
FEWEST_PLACES = 24 * 24


class Convolution(nn.Module):
    """A frozen 3×3 convolution of stride 1, padded with one zero on each side, as torch.nn.Conv2d computes it.

    Differentiable with respect to its input. Where it is not worth the while (few channels, a small picture, a GPU) it
    is torch's own. In float32 it differs from that by some 10⁻⁶ of the largest number.

    convolution   whose weights it has
    """

    def __init__(self, convolution: nn.Conv2d) -> None:
        super().__init__()
        self._convolution = convolution
        self._filters: Tensor | None = None

    def forward(self, features: Tensor) -> Tensor:
        """Return (N, K, H, W) of (N, C, H, W)."""
        if not self.suits(features):
            own: Tensor = self._convolution(features)
            return own
        if self._filters is None:
            # of a pass that nothing will be derived from they would be of no use to the next, which is derived
            with torch.inference_mode(False):
                self._filters = transformed(self._convolution.weight)
        found: Tensor = _Product.apply(features, self._filters, self._convolution.bias)
        return found

    def suits(self, features: Tensor) -> bool:
        """Whether it is computed here."""
        return (
            features.device.type == "cpu"
            and features.dtype == torch.float32
            and features.shape[1] >= FEWEST_CHANNELS
            and features.shape[-2] * features.shape[-1] >= FEWEST_PLACES
        )


def transformed(filters: Tensor) -> Tensor:
    """Return G g Gᵀ of filters (K, C, 3, 3) as (36, C, K), computed in double precision."""
    turned = torch.tensor(G, dtype=torch.float64)
    found = torch.einsum("ai,kcij,bj->abck", turned, filters.detach().double(), turned)
    return found.reshape(TILE * TILE, *found.shape[2:]).to(filters.dtype)


def _two_sided(one_sided: tuple[tuple[float, ...], ...]) -> Tensor:
    """The matrix that does to a tile, laid flat, what this one does from the left and its transposed from the right."""
    matrix = torch.tensor(one_sided, dtype=torch.float32)
    return torch.kron(matrix, matrix)


_B, _A = _two_sided(B_TRANSPOSED), _two_sided(A_TRANSPOSED)  # (36, 36) and (16, 36)


class _Product(torch.autograd.Function):
    @staticmethod
    def forward(context: Any, features: Tensor, filters: Tensor, bias: Tensor | None) -> Tensor:
        context.save_for_backward(filters)
        N, C, H, W = features.shape
        across = N, -(-H // GIVES), -(-W // GIVES)
        padded = features.new_zeros(N, GIVES * across[1] + 2, GIVES * across[2] + 2, C)
        padded[:, 1 : H + 1, 1 : W + 1] = features.permute(0, 2, 3, 1)
        tiles = _views(padded, across, TILE).reshape(TILE * TILE, -1)
        found = _times(_B, tiles, filters)
        laid = _laid(_A @ found.view(TILE * TILE, -1), across)[:, :H, :W]
        return (laid if bias is None else laid + bias).permute(0, 3, 1, 2)

    @staticmethod
    @once_differentiable
    def backward(context: Any, slope: Tensor) -> tuple[Tensor, None, None]:
        (filters,) = context.saved_tensors
        N, K, H, W = slope.shape
        across = N, -(-H // GIVES), -(-W // GIVES)
        padded = slope.new_zeros(N, GIVES * across[1], GIVES * across[2], K)
        padded[:, :H, :W] = slope.permute(0, 2, 3, 1)
        tiles = _views(padded, across, GIVES).reshape(GIVES * GIVES, -1)
        found = _times(_A.T, tiles, filters.transpose(1, 2))
        overlapping = (_B.T @ found.view(TILE * TILE, -1)).view(TILE, TILE, *across, -1)
        laid = _added(overlapping)[:, 1 : H + 1, 1 : W + 1]
        return laid.permute(0, 3, 1, 2), None, None


def _times(transform: Tensor, tiles: Tensor, filters: Tensor) -> Tensor:
    """The 36 products: tiles (n, T·C), transformed, times (36, C, K); (36, T, K)."""
    places, channels = filters.shape[:2]
    return torch.bmm((transform @ tiles).view(places, -1, channels), filters)


def _views(padded: Tensor, across: tuple[int, int, int], side: int) -> Tensor:
    """The tiles of a padded picture (N, H, W, C), one every 4 places: (side, side, N, rows, columns, C), not copied."""
    N, rows, columns = across
    image, row, column, channel = padded.stride()
    shape = (side, side, N, rows, columns, padded.shape[-1])
    return padded.as_strided(shape, (row, column, image, GIVES * row, GIVES * column, channel))


def _laid(tiles: Tensor, across: tuple[int, int, int]) -> Tensor:
    """Tiles (16, T·K) side by side, (N, H, W, K)."""
    N, rows, columns = across
    found = tiles.view(GIVES, GIVES, N, rows, columns, -1).permute(2, 3, 0, 4, 1, 5)
    return found.reshape(N, GIVES * rows, GIVES * columns, -1)


def _added(tiles: Tensor) -> Tensor:
    """Overlapping tiles (6, 6, N, rows, columns, C) added up where they lie, (N, H + 2, W + 2, C)."""
    _, _, N, rows, columns, C = tiles.shape
    # a tile's first four rows are its own, the last two the first two of the next one's; likewise the columns
    found = tiles.new_zeros(N, rows + 1, GIVES, columns + 1, GIVES, C)
    for down in (0, 1):
        for right in (0, 1):
            part = tiles[GIVES * down : GIVES + 2 * down, GIVES * right : GIVES + 2 * right].permute(2, 3, 0, 4, 1, 5)
            height, width = part.shape[2], part.shape[4]
            found[:, down : rows + down, :height, right : columns + right, :width] += part
    return found.view(N, GIVES * (rows + 1), GIVES * (columns + 1), C)
