"""Make the rungs of the ladder (gramlib.ladder) for the pictures in the box: python assets/images/ladder/build.py

Textures of the paintings and textures, contents of the photos, 128 px, JPEG. About a quarter of an hour on two cores.
With names of pictures as arguments, only those.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT))

from gramlib import VGG, open_image, to_image, to_tensor, transfer  # noqa: E402
from gramlib.ladder import RUNGS, ladder_settings  # noqa: E402

SIZE = 128
QUALITY = 85
KINDS_OF = {"paintings": "texture", "textures": "texture", "photos": "content"}


def build(path: Path, kind: str, network: VGG) -> None:
    model = to_tensor(open_image(path), SIZE)
    for rung in RUNGS:
        best = min(transfer(model, model, ladder_settings(kind, rung), network), key=lambda step: step.total)
        file = Path(__file__).parent / kind / f"{path.stem}-{rung}.jpg"
        file.parent.mkdir(exist_ok=True)
        to_image(best.image).save(file, "JPEG", quality=QUALITY)
        print(f"{file.relative_to(ROOT)}  loss {best.total:.6f}", flush=True)


def main() -> None:
    network = VGG(device="cpu")
    asked = set(sys.argv[1:])
    for folder, kind in KINDS_OF.items():
        for path in sorted((ROOT / "assets" / "images" / folder).glob("*.jpg")):
            if not asked or path.stem in asked:
                build(path, kind, network)


main()
