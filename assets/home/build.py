"""Make what the first page shows: python assets/home/build.py [painted] [chain]

painted   painted.jpg: the photo in the painting's style, as lesson 7 makes it with nothing changed: the recipe that it
          begins with at 256 px, and from there on at 512. About two minutes on two cores
chain     chain.npz: what the seven lessons are about, of the same two pictures. Half a minute
          patch       (6, 6, 3) uint8    pixels of the photo
          channel     (H, W) uint8       what a filter of the first layer makes of the photo
          maps        (3, h, w) uint8    the three strongest channels of relu3_1 of the painting, 255 the largest number
          gram        (16, 16) uint8     the Gram matrix of its sixteen strongest, 255 the largest number
          names       (6,) str           of six pictures, the first of them the painting
          places      (6, 2) float32     where lesson 6 puts them by their style distance, the mean of five layers
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

HERE = Path(__file__).parent
IMAGES = ROOT / "assets" / "images"
PHOTO, PAINTING = "photos/neuschwanstein", "paintings/great_wave"
SIZE, LARGE = 256, 512  # pixels of the longer side
QUALITY = 88
LAYERS = tuple(f"relu{block}_1" for block in range(1, 6))
LAYER = "relu3_1"
FILTER = 6  # of the first layer, counted from 0: upright edges
PATCH = (106, 55)  # row and column of its upper left pixel, at SIZE
OTHERS = (  # what lesson 6 begins with
    "paintings/poppies",
    "paintings/village_street_in_auvers",
    "photos/neuschwanstein",
    "photos/astronaut",
    "textures/gravel",
)


def opened(name: str) -> Image.Image:
    from gramlib.images import open_image

    return open_image(IMAGES / f"{name}.jpg")


def painted() -> None:
    from gramlib import VGG, TransferSettings, to_image, to_tensor, transfer
    from gramlib.enlarging import enlarged, enlarging

    network, settings = VGG(device="cpu"), TransferSettings()
    photo, style = opened(PHOTO), to_tensor(opened(PAINTING), SIZE)
    small = None
    for small in transfer(to_tensor(photo, SIZE), style, settings, network):
        print(f"{SIZE} px, step {small.iteration}: {small.total:.4f}", flush=True)
    assert small is not None
    content = to_tensor(photo, LARGE)
    start, large = enlarged(small.image, content), small
    for large in transfer(content, style, enlarging(settings), network, start=start):
        print(f"{LARGE} px, step {large.iteration}: {large.total:.4f}", flush=True)
    to_image(large.image).save(HERE / "painted.jpg", "JPEG", quality=QUALITY)


def chain() -> None:
    import torch

    from gramlib import VGG, feature_gram, style_distance, to_tensor
    from gramlib.channels import order_by_energy
    from gramlib.embedding import settled_map
    from gramlib.filters import filtered, first_filters, standardized
    from gramlib.images import to_levels

    levels = to_levels(opened(PHOTO), SIZE)
    filters, biases = first_filters()
    channel = np.maximum(filtered(standardized(levels), filters[FILTER], float(biases[FILTER])), 0)
    network = VGG(device="cpu")
    names = (PAINTING, *OTHERS)
    grams: dict[str, list[NDArray[np.float32]]] = {layer: [] for layer in LAYERS}
    maps = np.zeros((0, 0, 0), np.float32)
    with torch.inference_mode():
        for name in names:
            for layer, features in network.walk(to_tensor(opened(name), SIZE), LAYERS):
                grams[layer].append(feature_gram(features).cpu().numpy())
                maps = features.cpu().numpy() if (name, layer) == (PAINTING, LAYER) else maps
    order = order_by_energy(grams[LAYER][0])[:16]
    distances = np.zeros((len(names), len(names)))
    for layer in LAYERS:
        distances += [[style_distance(a, b) for b in grams[layer]] for a in grams[layer]]
    row, column = PATCH
    np.savez_compressed(
        HERE / "chain.npz",
        patch=levels[row : row + 6, column : column + 6],
        channel=_levels(channel),
        maps=np.stack([_levels(maps[index]) for index in order[:3]]),
        gram=_levels(np.asarray(grams[LAYER][0])[np.ix_(order, order)]),
        names=np.array([Path(name).stem for name in names]),
        places=settled_map(distances / len(LAYERS)).astype(np.float32),
    )


def _levels(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.rint(255 * values / values.max()).astype(np.uint8)


def main() -> None:
    for name in sys.argv[1:] or ("painted", "chain"):
        {"painted": painted, "chain": chain}[name]()


main()
