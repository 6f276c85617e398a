"""The face of a channel: the nine patches that excite it most, each of the size that one of its numbers sees."""

from __future__ import annotations

import functools
import io
from collections.abc import Sequence

import numpy as np
from PIL import Image

from gramlib.faces import strongest_places
from gramlib.filters import receptive_field
from gramlib.images import to_levels
from pages.ui.colours import colours
from pages.ui.pictures import Picture, picture
from pages.ui.places import ASSETS

SIZE = 256  # pixels of the longer side, as assets/faces/build.py reads the pictures
_FACES = ASSETS / "faces" / "vgg16_faces.npz"
_SIDE = 3  # patches
_TILE, _GAP = 44, 2  # pixels
_APART_FROM_NEXT = 12  # pixels to the right, where another face follows
_APART = 2  # numbers between two places of one photo, where it has so many

NETWORKS = ("vgg16",)  # whose channels have faces

Patch = tuple[str, int, int]  # a picture in the box, and the row and column of the layer's number


@functools.cache
def _index() -> dict[str, np.ndarray]:
    with np.load(_FACES) as file:
        return dict(file)


def patches(layer: str, channel: int) -> list[Patch]:
    """Where the pictures in the box excite a channel of VGG-16 most, the strongest first; at most nine, each another's.

    channel   counted from 0
    """
    names = _index()["names"]
    rows = _index()[layer][channel]
    return [(str(names[which]), int(row), int(column)) for which, row, column in rows if which < len(names)]


def face(layer: str, channel: int) -> Image.Image:
    """The face of a channel of VGG-16, of the pictures in the box."""
    return _face(layer, channel, colours().paper)


def side_by_side(layer: str, first: int, second: int) -> bytes:
    """Two faces in one picture, a JPEG file: Streamlit would make one anew whenever the page runs."""
    return _side_by_side(layer, first, second, colours().paper)


@functools.lru_cache(maxsize=512)
def _side_by_side(layer: str, first: int, second: int, ground: str) -> bytes:
    faces = [_face(layer, channel, ground) for channel in (first, second)]
    whole = Image.new("RGB", (2 * faces[0].width, faces[0].height))
    for place, each in enumerate(faces):
        whole.paste(each, (place * each.width, 0))
    file = io.BytesIO()
    whole.save(file, "JPEG", quality=90)
    return file.getvalue()


@functools.lru_cache(maxsize=512)
def _face(layer: str, channel: int, ground: str) -> Image.Image:
    found = patches(layer, channel)
    return _tiled([_patch(_levels(name), layer, (row, column)) for name, row, column in found], ground)


def own_face(photo: Picture, layer: str, numbers: np.ndarray) -> Image.Image:
    """The same of one photo alone: the nine places where it excites the channel most, apart from each other.

    numbers   (H, W), what the channel is of the photo at SIZE
    """
    levels = to_levels(photo.image, SIZE)
    places, values = strongest_places(numbers[None].astype(np.float32), _SIDE**2, _APART)
    found = [(int(row), int(column)) for (row, column), value in zip(places[0], values[0], strict=True) if value > 0]
    return _tiled([_patch(levels, layer, place) for place in found], colours().paper)


@functools.lru_cache(maxsize=32)
def _levels(name: str) -> np.ndarray:
    return to_levels(picture(name).image, SIZE)


def _patch(levels: np.ndarray, layer: str, place: tuple[int, int]) -> Image.Image:
    """What one number sees; where that leaves the photo, ImageNet's mean colour, which the network takes for 0."""
    field = receptive_field(layer)
    top, left = (field.first_pixel(position) for position in place)
    cut = np.full((field.size, field.size, 3), (124, 116, 104), dtype=np.uint8)
    height, width, _ = levels.shape
    rows = slice(max(0, top), min(height, top + field.size))
    columns = slice(max(0, left), min(width, left + field.size))
    cut[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left] = levels[rows, columns]
    how = Image.Resampling.NEAREST if field.size < _TILE else Image.Resampling.LANCZOS
    return Image.fromarray(cut).resize((_TILE, _TILE), how)


def _tiled(tiles: Sequence[Image.Image], ground: str) -> Image.Image:
    step = _TILE + _GAP
    whole = Image.new("RGB", (_SIDE * step + _APART_FROM_NEXT, _SIDE * step), ground)
    for place, tile in enumerate(tiles):
        whole.paste(tile, (place % _SIDE * step, place // _SIDE * step))
    return whole
