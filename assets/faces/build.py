"""Rebuild vgg16_faces.npz: for every channel of VGG-16 the places of the bundled pictures that excite it most.

    python assets/faces/build.py            compute, and compare with the file here
    python assets/faces/build.py --write    and write it

Every picture is read as the lessons read it, 256 pixels on its longer side, and gives a channel at most one place, the
strongest; of these the nine strongest make its face. For each layer the file holds (C, 9, 3) uint8: the picture,
counted in the order of `names`, and the row and column of the layer's number; 255 where fewer than nine excite it.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

TARGET = Path(__file__).parent / "vgg16_faces.npz"
SIZE = 256  # pixels of the longer side
PLACES = 9
NONE = 255


def faces(pictures: list[Path]) -> dict[str, np.ndarray]:
    """Return the (C, 9, 3) uint8 of each layer."""
    import torch

    from gramlib.faces import strongest_places
    from gramlib.images import open_image, to_tensor
    from gramlib.vgg import VGG

    network = VGG()
    found: dict[str, list[np.ndarray]] = {name: [] for name in network.layers}
    with torch.inference_mode():
        for number, picture in enumerate(pictures):
            for name, maps in network.walk(to_tensor(open_image(picture), SIZE), network.layers):
                places, values = strongest_places(maps.cpu().numpy(), 1)
                numbers = np.full((len(places), 1), number)
                found[name].append(np.concatenate([values, numbers, places[:, 0]], axis=1))
    return {name: _nine(np.stack(each, axis=1)) for name, each in found.items()}


def _nine(candidates: np.ndarray) -> np.ndarray:
    """Of (C, pictures, 4), strength, picture, row and column, the strongest, (C, 9, 3)."""
    order = np.argsort(-candidates[:, :, 0], axis=1, kind="stable")[:, :PLACES]
    best = np.take_along_axis(candidates, order[:, :, None], axis=1)
    chosen = np.where(best[:, :, :1] > 0, best[:, :, 1:], NONE)
    return chosen.astype(np.uint8)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the file")
    options = parser.parse_args()
    folders = [ROOT / "assets" / "images" / kind for kind in ("paintings", "photos", "textures")]
    pictures = [path for folder in folders for path in sorted(folder.glob("*.jpg"))]
    made = faces(pictures)
    kept = dict(np.load(TARGET)) if TARGET.exists() else {}
    different = [name for name in made if name not in kept or not np.array_equal(made[name], kept[name])]
    print(f"{len(different)} of {len(made)} layers differ from {TARGET.name}")
    if options.write:
        np.savez_compressed(TARGET, names=np.array([picture.stem for picture in pictures]), **made)
        print(f"written, {TARGET.stat().st_size} bytes")
    return int(bool(different) and not options.write)


if __name__ == "__main__":
    raise SystemExit(main())
