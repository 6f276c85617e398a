"""An experiment: cut pictures into tiles, and ask for each tile's nearest other tile. Is it from the same picture?

A measure of style should say yes, though the tiles show different things; a measure of content should not. `read_tile`
is the slow part, one tile at a time, so that whoever runs it can report and stop; `measure` compares all the readings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from gramlib.gram import feature_gram
from gramlib.images import to_tensor

if TYPE_CHECKING:
    from gramlib.vgg import VGG

Array = NDArray[np.float64]

LAYERS = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
CONTENT_LAYER = "relu4_2"
CONTENT_SIDE = 224  # pixels: what these networks were trained at


@dataclass(frozen=True)
class Reading:
    """What is kept of a tile: the Gram matrices of a network and perhaps of a second one, content, mean colour.

    Grams without their mirrored half, each cell beside the diagonal times √2, so that lengths and inner products are
    those of the whole matrices.
    """

    grams: Mapping[str, NDArray[np.float32]]
    untrained: Mapping[str, NDArray[np.float32]]
    content: NDArray[np.float32]
    colour: NDArray[np.float32]


def tiles(image: Image.Image, across: int = 2, down: int = 2) -> list[Image.Image]:
    """Return the picture cut into across × down parts, row by row, none of which share a pixel.

    >>> [tile.size for tile in tiles(Image.new("RGB", (5, 4)))]
    [(2, 2), (3, 2), (2, 2), (3, 2)]
    """
    columns = [image.width * step // across for step in range(across + 1)]
    rows = [image.height * step // down for step in range(down + 1)]
    return [image.crop((columns[x], rows[y], columns[x + 1], rows[y + 1])) for y in range(down) for x in range(across)]


def content_features(network: VGG, image: Image.Image) -> Any:
    """Return the features of relu4_2 of the picture brought to 224×224 pixels, whatever its proportions.

    So that any two pictures can be compared place by place. Gatys, Ecker, Bethge (2016) take relu4_2 for the content.

    returns   (512, 28, 28) tensor
    """
    square = image.convert("RGB").resize((CONTENT_SIDE, CONTENT_SIDE), Image.Resampling.LANCZOS)
    return network.features(to_tensor(square), [CONTENT_LAYER])[CONTENT_LAYER]


def read_tile(tile: Image.Image, network: VGG, untrained: VGG | None = None, max_side: int = 192) -> Reading:
    """Return what is compared of a tile.

    tile        at least 16 pixels on each side
    network     reads style and content
    untrained   a second network, which reads style only
    max_side    pixels: a longer tile is made smaller for the style
    raises      GramlabError if the tile is too small for relu5_1
    """
    image = to_tensor(tile, max_side)
    both = [
        {layer: _half(feature_gram(maps).cpu().numpy()) for layer, maps in each.features(image, LAYERS).items()}
        if each is not None
        else {}
        for each in (network, untrained)
    ]
    content = content_features(network, tile).cpu().numpy()
    colour = np.asarray(tile.convert("RGB"), dtype=np.float32).mean(axis=(0, 1)) / 255
    return Reading(both[0], both[1], content.ravel().astype(np.float32), colour)


def measure(readings: Sequence[Reading]) -> dict[str, Array]:
    """Return the distances between all tiles by each measure, (n, n).

    Keys: the layers and "style", the mean of theirs; with "untrained." before them for the second network, if there
    was one; "content"; and "colour", the Euclidean distance of the mean RGB.
    """
    found: dict[str, Array] = {}
    for prefix, grams in (
        ("", [reading.grams for reading in readings]),
        ("untrained.", [reading.untrained for reading in readings]),
    ):
        if not all(grams):
            continue
        by_layer = {layer: relative_distances([of[layer] for of in grams]) for layer in LAYERS}
        found |= {f"{prefix}{layer}": distances for layer, distances in by_layer.items()}
        found[f"{prefix}style"] = np.mean(list(by_layer.values()), axis=0)
    found["content"] = relative_distances([reading.content for reading in readings])
    colours = np.array([reading.colour for reading in readings], dtype=np.float64)
    found["colour"] = np.linalg.norm(colours[:, None] - colours[None, :], axis=2)
    return found


def relative_distances(vectors: Sequence[ArrayLike]) -> Array:
    """Return ‖x − y‖ / (‖x‖ + ‖y‖) between all of many vectors.

    By way of their Gram matrix: ‖x − y‖² = x·x + y·y − 2 x·y. With the halves of Gram matrices it is `style_distance`.

    vectors   n of (m,), as float32: a distance below 0.001 is lost in rounding
    returns   (n, n), symmetric, 0 on the diagonal and between zero vectors
    """
    rows = np.stack([np.asarray(vector, dtype=np.float32).ravel() for vector in vectors])
    products = (rows @ rows.T).astype(np.float64)
    products = (products + products.T) / 2
    squares = np.diag(products)
    lengths = np.sqrt(squares)
    apart = np.sqrt(np.maximum(squares[:, None] + squares[None, :] - 2 * products, 0))
    together = lengths[:, None] + lengths[None, :]
    found = np.where(together > 0, apart / np.where(together > 0, together, 1), 0.0)
    np.fill_diagonal(found, 0)
    clipped: Array = np.minimum(found, 1.0)
    return clipped


def nearest(distances: ArrayLike) -> NDArray[np.intp]:
    """Return for each thing the index of its nearest other one; of several equally near, the first.

    distances   (n, n), n ≥ 2

    >>> nearest([[0, 2, 1], [2, 0, 3], [1, 3, 0]])
    array([2, 0, 0])
    """
    others = np.array(distances, dtype=np.float64)
    np.fill_diagonal(others, np.inf)
    found: NDArray[np.intp] = others.argmin(axis=1)
    return found


def found_own(distances: ArrayLike, owners: Sequence[object]) -> NDArray[np.bool_]:
    """Return for each tile whether its nearest other tile belongs to the same owner.

    distances   (n, n)
    owners      n of them: the picture that each tile is cut from

    >>> found_own([[0, 1, 2], [1, 0, 2], [2, 2, 0]], ["wave", "wave", "cat"])
    array([ True,  True, False])
    """
    pairs = zip(nearest(distances), owners, strict=True)
    own: NDArray[np.bool_] = np.array([owners[of] == owner for of, owner in pairs])
    return own


def _half(gram: NDArray[np.float32]) -> NDArray[np.float32]:
    rows, columns = np.triu_indices(len(gram))
    half: NDArray[np.float32] = gram[rows, columns]
    half[rows != columns] *= np.float32(np.sqrt(2))
    return half
