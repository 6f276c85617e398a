"""Where the files lie that come with the library: the weights in the box."""

from __future__ import annotations

from pathlib import Path


def in_the_box(name: str) -> Path:
    """Return the path of a file of weights: within the installed package, or in assets/weights of the repository.

    >>> in_the_box("vgg16_first_layer_fp16.npy").exists()
    True
    """
    installed = Path(__file__).parent / "_box" / name
    return installed if installed.exists() else Path(__file__).parents[1] / "assets" / "weights" / name
