"""The program of lesson 5: it computes the matrix that the page shows."""

from __future__ import annotations

from pathlib import Path

from pages.ui.compute.passes import Recipe
from pages.ui.folders import Program
from pages.ui.pictures import Picture, to_size
from pages.ui.programs import fill, literal
from pages.ui.text import group

_PROGRAMS = Path(__file__).parent / "programs"


def gram_code(
    picture: Picture, recipe: Recipe, layer: str, depth: int, reading: str = "gram", pair: tuple[int, int] = (0, 1)
) -> Program:
    """A program for torchvision that computes this very matrix; the first `depth` modules lead to the layer.

    reading, pair   how the matrix is read, and the cell of it that is printed
    """
    words = group("vgg_layers.program")
    ours = recipe.architecture != "vgg19"  # its weights are torchvision's own
    of_gramlib = ["load_weights"] * (recipe.architecture == "vgg16-random") + ["open_image"] * picture.is_own
    opened = picture.opening if picture.is_own else f'Image.open({literal(picture.file)}).convert("RGB")'
    text = fill(
        _PROGRAMS / "gram.py.txt",
        words,
        model="vgg16" if ours else "vgg19",
        gramlib=f"\nfrom gramlib import {', '.join(of_gramlib)}" if of_gramlib else "",
        network="vgg16(init_weights=False).features" if ours else 'vgg19(weights="IMAGENET1K_V1").features',
        trained=fill(_PROGRAMS / f"{recipe.architecture}.py.txt", words).rstrip() if ours else "",
        average="" if recipe.pooling == "max" else fill(_PROGRAMS / "average.py.txt", words).rstrip(),
        opened=opened,
        size=str(to_size(picture.image, recipe.size)),
        layer=layer,
        depth=str(depth),
        read="" if reading == "gram" else fill(_PROGRAMS / f"{reading}.py.txt", words).rstrip(),
        matrix="G" if reading == "gram" else "R",
        i=str(pair[0]),
        j=str(pair[1]),
    )
    return Program(text, (picture,), weights=recipe.architecture == "vgg16", fetches=not ours)
