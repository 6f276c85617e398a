"""Where things lie in this repository."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "assets"
IMAGES = ASSETS / "images"
TEXT = ASSETS / "text"
WEIGHTS = ASSETS / "weights" / "vgg16_features_fp16.pth"
DECODER = ASSETS / "weights" / "decoder_fp16.pth"
