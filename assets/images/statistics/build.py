"""Make the pair of lesson 4, Gram against covariance: python assets/images/statistics/build.py

The same photo, painting and recipe twice, but for what is matched. 192 px, about a minute on two cores.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT))

from gramlib import VGG, TransferSettings, open_image, to_image, to_tensor, transfer  # noqa: E402

CONTENT, STYLE = "photos/neuschwanstein", "paintings/great_wave"
SIZE, STEPS = 192, 60
QUALITY = 88


def main() -> None:
    network = VGG(device="cpu")
    content, style = (
        to_tensor(open_image(ROOT / "assets" / "images" / f"{name}.jpg"), SIZE) for name in (CONTENT, STYLE)
    )
    for statistic in ("gram", "covariance"):
        *_, last = transfer(content, style, TransferSettings(statistic=statistic, steps=STEPS), network)
        file = Path(__file__).parent / f"{statistic}.jpg"
        to_image(last.image).save(file, "JPEG", quality=QUALITY)
        print(f"{file.relative_to(ROOT)}  loss {last.total:.4f}", flush=True)


main()
