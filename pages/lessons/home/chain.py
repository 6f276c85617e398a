"""The seven lessons as pictures of what they are about: real numbers and pictures, drawn in the page's colours."""

from __future__ import annotations

import base64
import functools
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from pages.ui.colours import Colours
from pages.ui.numbers import number
from pages.ui.pictures import data_url, picture
from pages.ui.places import ASSETS

PHOTO, PAINTING = "neuschwanstein", "great_wave"
STYLE = Path(__file__).with_suffix(".css")
PAINTED = ASSETS / "home" / "painted.jpg"
_WIDTH, _HEIGHT = 160, 116
_PAIR = ((3, 1), (1, 3))  # what lessons 1 and 2 begin with
_THREE = ((3, 1), (1, 2), (-2, 1))
_THUMBNAIL = 96  # pixels


@functools.cache
def _made() -> dict[str, np.ndarray]:
    """What assets/home/build.py has computed."""
    with np.load(ASSETS / "home" / "chain.npz") as file:
        return dict(file)


@functools.cache
def painted() -> tuple[str, tuple[int, int]]:
    """The address of the painted photo, and its size."""
    with Image.open(PAINTED) as image:
        size = image.size
    return "data:image/jpeg;base64," + base64.b64encode(PAINTED.read_bytes()).decode(), size


@functools.lru_cache(maxsize=4)
def figures(scheme: Colours) -> dict[str, str]:
    """For each lesson the address of its figure, an SVG."""
    return {name: _address(draw(scheme)) for name, draw in _FIGURES.items()}


def _address(body: str) -> str:
    size = f"width='{_WIDTH}' height='{_HEIGHT}' viewBox='0 0 {_WIDTH} {_HEIGHT}'"
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' {size} font-family='sans-serif'>{body}</svg>"
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


# ---------------------------------------------------------------------------------------------------------- strokes


def _text(x: float, y: float, text: str, colour: str, size: float = 13) -> str:
    return (
        f"<text x='{x}' y='{y}' fill='{colour}' font-size='{size}' font-weight='600' text-anchor='middle'>{text}</text>"
    )


def _arrow(x: float, y: float, to: tuple[float, float], colour: str) -> str:
    """From a point to another, with a head."""
    along = np.subtract(to, (x, y)) / np.hypot(to[0] - x, to[1] - y)
    across = np.array([-along[1], along[0]])
    head = [to, to - 9 * along + 4.5 * across, to - 9 * along - 4.5 * across]
    end = to - 8 * along
    points = " ".join(f"{px:.1f},{py:.1f}" for px, py in head)
    line = f"<path d='M{x},{y}L{end[0]:.1f},{end[1]:.1f}' stroke='{colour}' stroke-width='3'/>"
    return f"{line}<polygon points='{points}' fill='{colour}'/>"


def _image(address: str, x: float, y: float, width: float, height: float, clip: str = "") -> str:
    style = "image-rendering:pixelated" if address.startswith("data:image/png") else ""
    return (
        f"<image href='{address}' x='{x}' y='{y}' width='{width}' height='{height}' style='{style}' "
        f"preserveAspectRatio='xMidYMid slice' {clip}/>"
    )


def _frame(x: float, y: float, width: float, height: float, colour: str, stroke: float = 1) -> str:
    size = f"x='{x}' y='{y}' width='{width}' height='{height}'"
    return f"<rect {size} fill='none' stroke='{colour}' stroke-width='{stroke}'/>"


def _png(levels: np.ndarray) -> str:
    """Numbers as an image of one pixel each."""
    file = io.BytesIO()
    Image.fromarray(levels).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def _shades(values: np.ndarray, scheme: Colours, colour: str) -> np.ndarray:
    """(H, W) from 0 to 255: from the paper's colour to this one."""
    low, high = (np.array([int(each[k : k + 2], 16) for k in (1, 3, 5)]) for each in (scheme.paper, colour))
    shades: np.ndarray = np.rint(low + (high - low) * (values[..., None] / 255)).astype(np.uint8)
    return shades


def _thumbnail(name: str) -> str:
    return data_url(name, picture(name).image, _THUMBNAIL)


# ---------------------------------------------------------------------------------------------------------- figures


def _vectors(scheme: Colours) -> str:
    a, b = (np.multiply(vector, 28) for vector in _PAIR)
    x, y = 26, 104
    foot = a * (a @ b) / (a @ a)
    tips = [(round(x + right, 1), round(y - up, 1)) for right, up in (a, b, foot)]
    (bx, by), (px, py) = tips[1], tips[2]
    shadow = f"<path d='M{x},{y}L{px},{py}' stroke='{scheme.product}' stroke-width='9' opacity='.45'/>"
    fall = f"<path d='M{bx},{by}L{px},{py}' stroke='{scheme.quiet}' stroke-dasharray='4 3'/>"
    arrows = _arrow(x, y, tips[0], scheme.first) + _arrow(x, y, tips[1], scheme.second)
    said = _text(114, 36, f"a·b = {number(float(np.dot(*_PAIR)))}", scheme.product, 17)
    return shadow + fall + arrows + said


def _gram(scheme: Colours) -> str:
    vectors = np.array(_THREE)
    matrix = vectors @ vectors.T
    side, left, top = 34, 42, 8
    drawn = ""
    for (i, j), value in np.ndenumerate(matrix):
        colour = scheme.of_product(float(value))
        x, y = left + j * side, top + i * side
        share = abs(value) / matrix.max()
        drawn += f"<rect x='{x}' y='{y}' width='{side}' height='{side}' fill='{colour}' opacity='{share:.2f}'/>"
        ink = scheme.paper if share > 0.6 else scheme.ink
        drawn += _text(x + side / 2, y + side / 2 + 5, number(float(value)), ink)
    names = "".join(_text(26, top + side * (i + 0.5) + 5, f"v{chr(0x2081 + i)}", scheme.quiet) for i in range(3))
    return names + drawn + _frame(left, top, 3 * side, 3 * side, scheme.quiet)


def _filters(scheme: Colours) -> str:
    patch = _image(_png(_made()["patch"]), 4, 34, 60, 60) + _frame(14, 44, 30, 30, scheme.first, 2.5)
    channel = _image(_png(_shades(_made()["channel"], scheme, scheme.product)), 86, 24, 70, 76)
    return patch + _arrow(67, 64, (84, 64), scheme.quiet) + channel + _frame(86, 24, 70, 76, scheme.faint)


def _feature_maps(scheme: Colours) -> str:
    drawn = ""
    for place, (values, colour) in enumerate(
        zip(_made()["maps"], (scheme.first, scheme.second, scheme.quiet), strict=True)
    ):
        shades = _shades(values, scheme, colour)
        y = 6 + 37 * place
        drawn += _image(_png(shades), 4, y, 46, 32) + _frame(4, y, 46, 32, colour)
        drawn += _arrow(54, y + 16, (72, y + 16), scheme.quiet)
        row = shades[:: max(1, len(shades) // 6), :: max(1, shades.shape[1] // 8)].reshape(1, -1, 3)[:, :32]
        drawn += _image(_png(row), 76, y + 9, 80, 14).replace("xMidYMid slice", "none") + _frame(
            76, y + 9, 80, 14, colour
        )
    return drawn


def _vgg_layers(scheme: Colours) -> str:
    drawn = _image(_thumbnail(PAINTING), 2, 40, 46, 34)
    for place, height in enumerate((44, 36, 28, 20, 14)):
        drawn += f"<rect x='{53 + 7 * place}' y='{57 - height / 2}' width='5' height='{height}' fill='{scheme.quiet}'/>"
    shares = 255 * np.sqrt(_made()["gram"] / 255)
    gram = _image(_png(_shades(shares, scheme, scheme.product)), 92, 24, 66, 66)
    return drawn + gram + _frame(92, 24, 66, 66, scheme.faint)


def _style_distance(scheme: Colours) -> str:
    places = _made()["places"]
    low, high = places.min(0), places.max(0)
    width, height = 38, 28
    drawn = ""
    for name, place in zip(_made()["names"], (places - low) / (high - low), strict=True):
        x, y = 2 + place[0] * (_WIDTH - 4 - width), 2 + (1 - place[1]) * (_HEIGHT - 4 - height)
        drawn += _image(_thumbnail(str(name)), round(x, 1), round(y, 1), width, height)
        drawn += _frame(round(x, 1), round(y, 1), width, height, scheme.style)
    return drawn


def _style_transfer(scheme: Colours) -> str:
    left, top, width, height = 8, 4, 144, 108
    clip = f"<clipPath id='left'><rect x='{left}' y='{top}' width='{width / 2}' height='{height}'/></clipPath>"
    photo = data_url(PHOTO, picture(PHOTO).image, 256)
    with Image.open(PAINTED) as image:
        after = data_url("home/painted.jpg", image, 256)
    drawn = _image(after, left, top, width, height)
    drawn += clip + _image(photo, left, top, width, height, "clip-path='url(#left)'")
    middle = left + width / 2
    return drawn + f"<path d='M{middle},{top}v{height}' stroke='{scheme.paper}' stroke-width='3'/>"


_FIGURES: dict[str, Callable[[Colours], str]] = {
    "vectors": _vectors,
    "gram": _gram,
    "filters": _filters,
    "feature_maps": _feature_maps,
    "vgg_layers": _vgg_layers,
    "style_distance": _style_distance,
    "style_transfer": _style_transfer,
}
