"""Pictures in and out: from any file that a person may bring to an RGB image, a tensor, and back.

Importing this module loads Pillow, not PyTorch; `to_tensor` and `to_image` load that when they are called.
"""

from __future__ import annotations

import contextlib
import io
import numbers
import os
import re
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, TiffImagePlugin, UnidentifiedImageError

from gramlib.errors import GramlabError

if TYPE_CHECKING:
    import torch

MOST_PIXELS = 64_000_000
"""Width × height that `open_image` decodes at most: a phone's 50 megapixels pass, at 4 bytes a pixel in memory."""

_MOST_SCANS = 200  # of a JPEG: each is a pass over the whole picture, and cameras write about ten
_QUICK = 4_000_000  # pixels: what is decoded beside others, while larger ones wait for each other

# Only these decoders run on what strangers upload; Pillow's others include one that starts a PostScript interpreter
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "PPM")

# What people bring that cannot be read, and how such a file begins
_SIGNATURES = {
    "SVG": rb"(?:\xef\xbb\xbf)?\s*<(?:svg|[?!].*?<svg)\b",
    "PDF": rb"%PDF-",
    "AVIF": rb".{4}ftypavi[fs]",
    "HEIC": rb".{4}ftyp(?:he[iv][cmsx]|mif1|msf1)",
    "RAW": rb".{4}ftypcrx |FUJIFILMCCD-RAW|IIR[OS]|IIU\0|II\*\0.{4}CR",
    "JPEG XL": rb"\xff\x0a|\0\0\0\x0cJXL ",
    "Photoshop": rb"8BPS",
}


# how to turn what the camera has stored, by EXIF's orientation
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ORIENTATION = 0x0112

# of TIFF: kind of page, colours, further pages below this one, version of DNG
_SUBFILE, _PHOTOMETRIC, _SUB_PAGES, _DNG = 254, 262, 330, 50706
_FILTER_ARRAY, _LINEAR_RAW = 32803, 34892
_COMPRESSION, _OF_CAMERAS = 259, (32767, 34713, 65000, 65535)  # Sony's, Nikon's, Kodak's, Pentax's


@dataclass(frozen=True)
class Remark:
    """What a person should know of a picture that could be opened: a stable name, and values for its wording."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)


def open_image(source: bytes | str | os.PathLike[str] | BinaryIO, max_side: int | None = None) -> Image.Image:
    """Return the picture as a person sees it, in RGB.

    Rotated as its EXIF says, transparency over white, the first frame of an animation, its colour profile converted to
    sRGB. An EXIF block or a profile that cannot be read is passed over.

    Grey of more than 8 bits has no white that all programs agree on. Whole numbers: the largest of the 8, 9, … 16 bits
    that are used is white, so that a 12-bit scan in a 16-bit file is not black. Fractions: 1, 100, or the largest of 8
    to 16 bits is white, when the largest value comes near to it (from 0.8 of it, for 1 from 0, to 1.05 of it; what is
    above it is white, too). Else, or with a negative value, the largest is white and the least, or 0, black.

    source    the bytes of a file, its path, or an open binary file, read from its start: JPEG, PNG, WebP, GIF, BMP,
              TIFF, AVIF or PPM, of at most MOST_PIXELS pixels, which is checked before decoding
    max_side  pixels, at least 1: made smaller where its longer side exceeds that, a JPEG already while it is decoded;
              None keeps the size
    returns   PIL image, mode RGB, with no metadata
    raises    GramlabError when there is no such file, it is empty, no picture or none that can be read (SVG, HEIC,
              PDF, a camera's RAW are named), too large, damaged, or cut short

    However many threads call it, one large picture is decoded at a time, and four small ones, in the order in which
    they came: 64 megapixels take half a gigabyte while they are decoded.

    >>> file = io.BytesIO()
    >>> Image.new("RGBA", (2, 1), (255, 0, 0, 0)).save(file, "PNG")
    >>> open_image(file).getpixel((0, 0))
    (255, 255, 255)
    """
    return open_with_remarks(source, max_side)[0]


def open_with_remarks(
    source: bytes | str | os.PathLike[str] | BinaryIO, max_side: int | None = None
) -> tuple[Image.Image, tuple[Remark, ...]]:
    """Return the same as `open_image`, and what a person should know of it.

    white_chosen   the grey has no white of its own; values: white, the level that was taken for it
    white_on_white   transparent, over white, and nothing of it can be seen
    first_page   a larger page follows in the same file; values: width, height of the first
    """
    _check_side(max_side)
    data = _read(source)
    if not data:
        raise GramlabError("image_empty", "The file is empty: a picture is needed.")
    try:
        image = Image.open(io.BytesIO(data), formats=_FORMATS)
        if image.width * image.height > MOST_PIXELS:
            raise _too_large(image.width * image.height)
        if image.format == "TIFF" and _is_thumbnail(image):
            raise _wrong_format("RAW")
        if image.format in ("JPEG", "MPO") and data.count(b"\xff\xda") > _MOST_SCANS:
            raise _damaged()
        remarks = _remarks_on_pages(image)
        size = image.size if max_side is None else fitting(image.size, max_side)
        if size != image.size:
            image.draft(None, (2 * size[0], 2 * size[1]))
        with (_QUICK_ONES if image.width * image.height <= _QUICK else _LARGE_ONES).turn():
            return _decoded(image, size, remarks), tuple(remarks)
    except GramlabError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        # Pillow, too, refuses before it decodes, and names the number of pixels first
        found = re.search(r"\d+", str(error))
        raise _too_large(int(found[0]) if found else 2 * MOST_PIXELS) from None
    except UnidentifiedImageError:
        raise _unreadable(data) from None
    except Exception as error:
        # on damaged data decoders raise whatever their arithmetic runs into: struct.error, KeyError, SyntaxError, …
        raise _damaged() from error


def fitting(size: tuple[int, int], max_side: int) -> tuple[int, int]:
    """Return the width and height of a picture made smaller to this longer side, no side below 1; never larger.

    >>> fitting((400, 200), 100), fitting((3000, 1), 100), fitting((10, 5), 100)
    ((100, 50), (100, 1), (10, 5))
    """
    longer = max(size)
    if longer <= max_side:
        return size
    return max(1, round(size[0] * max_side / longer)), max(1, round(size[1] * max_side / longer))


def to_levels(image: Image.Image, max_side: int | None = None) -> NDArray[np.uint8]:
    """Return the image's levels, 0 to 255, made smaller as by `to_tensor`, whose numbers are these over 255.

    image, max_side, raises   as for to_tensor
    returns                   (H, W, 3) uint8, RGB, a copy

    >>> to_levels(Image.new("RGB", (400, 200), (255, 0, 7)), max_side=100)[0, 0].tolist()
    [255, 0, 7]
    """
    _check_side(max_side)
    image = _over_white(_eight_bits(image))
    if max_side is not None and max(image.size) > max_side:
        image = image.resize(fitting(image.size, max_side), Image.Resampling.LANCZOS)
    return np.array(image)


def to_tensor(image: Image.Image, max_side: int | None = None) -> torch.Tensor:
    """Return the image as a tensor, made smaller where its longer side exceeds max_side; never larger.

    Made smaller by Pillow's Lanczos filter, widened to the step so that nothing aliases; proportions kept, no side
    below 1.

    image      PIL image; a mode other than RGB is converted as by open_image
    max_side   pixels, at least 1; None keeps the size
    returns    (1, 3, H, W) float32 in [0, 1]
    raises     GramlabError when max_side is not a whole number above 0

    >>> to_tensor(Image.new("RGB", (400, 200)), max_side=100).shape
    torch.Size([1, 3, 50, 100])
    """
    import torch

    levels = torch.from_numpy(to_levels(image, max_side)).permute(2, 0, 1).contiguous()
    return levels.unsqueeze(0).float() / 255


def to_image(tensor: torch.Tensor) -> Image.Image:
    """Return the tensor as an image: values below 0 become 0, above 1 become 1, each rounded to the nearest of 256.

    tensor    (1, 3, H, W) or (3, H, W), floating-point, finite, any device
    returns   PIL image, RGB
    raises    GramlabError for another shape or type, or a number that is not finite

    >>> import torch
    >>> to_image(torch.full((3, 1, 1), 0.5)).getpixel((0, 0))
    (128, 128, 128)
    """
    values = tensor.detach()
    if values.ndim == 4 and len(values) == 1:
        values = values[0]
    if values.ndim != 3 or len(values) != 3 or 0 in values.shape or not values.is_floating_point():
        shape, kind = tuple(tensor.shape), str(tensor.dtype)
        message = f"A tensor of shape {shape} and type {kind} arrived: (1, 3, H, W), floating-point, is needed."
        raise GramlabError("image_tensor", message, shape=shape, kind=kind)
    if not values.isfinite().all():
        raise GramlabError("image_not_finite", "The picture holds numbers that are not finite (nan or inf).")
    levels = (values.float().clamp(0, 1) * 255).round().byte()
    return Image.fromarray(levels.permute(1, 2, 0).contiguous().cpu().numpy())


class _Queue:
    """Lets `room` in at a time, in the order in which they came: a semaphore of threading lets late ones overtake."""

    def __init__(self, room: int) -> None:
        self._lock, self._room = threading.Lock(), room
        self._waiting: deque[threading.Event] = deque()

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        called = threading.Event()
        with self._lock:
            if self._room:
                self._room -= 1
                called.set()
            else:
                self._waiting.append(called)
        called.wait()
        try:
            yield
        finally:
            with self._lock:
                if self._waiting:
                    self._waiting.popleft().set()
                else:
                    self._room += 1


_QUICK_ONES, _LARGE_ONES = _Queue(4), _Queue(1)


def _check_side(max_side: object) -> None:
    if max_side is not None and (not isinstance(max_side, numbers.Integral) or max_side < 1):
        message = f"The longer side is {max_side}: a whole number of pixels, at least 1, is needed."
        raise GramlabError("image_max_side", message, max_side=max_side)


def _read(source: bytes | str | os.PathLike[str] | BinaryIO) -> bytes:
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source)
    if isinstance(source, str | os.PathLike):
        try:
            return Path(source).read_bytes()
        except (OSError, ValueError):
            name = os.path.basename(os.fspath(source))
            raise GramlabError("image_missing", f'No file "{name}" can be opened.', name=name) from None
    if source.seekable():
        source.seek(0)
    return source.read()


def _too_large(pixels: int) -> GramlabError:
    facts = {"megapixels": round(pixels / 1e6), "limit": MOST_PIXELS // 10**6}
    message = "The picture has {megapixels} megapixels: at most {limit} are read. Save it smaller."
    return GramlabError("image_too_large", message.format(**facts), **facts)


def _damaged() -> GramlabError:
    message = "The picture cannot be decoded: it is damaged or cut short. Save or download it once more."
    return GramlabError("image_damaged", message)


def _wrong_format(name: str) -> GramlabError:
    message = f"{name} files cannot be read here: save the picture as PNG or JPEG."
    return GramlabError("image_format", message, format=name)


def _unreadable(data: bytes) -> GramlabError:
    for name, signature in _SIGNATURES.items():
        if re.match(signature, data[:4096], re.DOTALL | re.IGNORECASE):
            return _wrong_format(name)
    if _is_raw_tiff(data):
        return _wrong_format("RAW")
    message = f"These {len(data)} bytes are no picture that can be read, or were cut short: JPEG or PNG is needed."
    return GramlabError("image_unreadable", message, size=len(data))


def _is_raw(tags: Mapping[int, object]) -> bool:
    """Whether a TIFF is what a camera's sensor saw: what can be opened of it is a thumbnail, if anything."""
    colours, packed = tags.get(_PHOTOMETRIC), tags.get(_COMPRESSION)
    return _DNG in tags or colours in (_FILTER_ARRAY, _LINEAR_RAW) or packed in _OF_CAMERAS


def _is_raw_tiff(data: bytes) -> bool:
    """The same of a file that Pillow does not open at all."""
    try:
        tags = TiffImagePlugin.ImageFileDirectory_v2(data[:8])
        file = io.BytesIO(data)
        file.seek(tags.next)
        tags.load(file)
        return _is_raw(tags)
    except Exception:  # no TIFF, or a damaged one
        return False


def _is_thumbnail(image: Image.Image) -> bool:
    tags: Mapping[int, object] = image.tag_v2  # type: ignore[attr-defined]
    return _is_raw(tags) or (tags.get(_SUBFILE) == 1 and _follows(image) is not None)


def _follows(image: Image.Image) -> tuple[int, int] | None:
    """The size of what stands behind the first page of a TIFF: below it (which nobody need know), or the second."""
    if _SUB_PAGES in image.tag_v2:  # type: ignore[attr-defined]
        return image.size
    try:
        image.seek(1)
        return image.size
    except (EOFError, SyntaxError, ValueError, TypeError, KeyError, OSError):
        return None  # no second page, or none that can be read
    finally:
        image.seek(0)


def _remarks_on_pages(image: Image.Image) -> list[Remark]:
    width, height = image.size
    second = _follows(image) if image.format == "TIFF" else None
    if second is None or second[0] * second[1] <= width * height:
        return []
    return [Remark("first_page", {"width": width, "height": height})]


def _decoded(image: Image.Image, size: tuple[int, int], remarks: list[Remark]) -> Image.Image:
    """Decode, and bring to the size as early as possible: all that follows takes time and room by the pixel."""
    is_deep = _is_deep_colour(image)  # while it is known how the file holds it
    image.load()
    turn, profile = _orientation(image), image.info.get("icc_profile")
    image = _eight_bits(image, remarks)
    if image.has_transparency_data:
        image = image.convert("RGBA")
    elif image.mode in ("1", "P"):
        image = image.convert("RGB")  # the mean of two places in a palette is no colour
    if image.size != size:
        image = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    if is_deep:
        image = _stretched(image, remarks)
    shown = _over_white(_in_srgb(image, profile))
    if image.has_transparency_data and all(darkest >= _NEARLY_WHITE for darkest, _ in shown.getextrema()):  # type: ignore[misc]
        remarks.append(Remark("white_on_white"))
    return shown.transpose(_TURNS[turn]) if turn in _TURNS else shown


_NEARLY_WHITE = 250


def _orientation(image: Image.Image) -> int | None:
    try:
        return image.getexif().get(_ORIENTATION)
    except Exception:  # a block of nonsense raises whatever its arithmetic runs into
        return None


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture converted from its colour profile; as it is where that is sRGB already, or cannot be used."""
    if not profile:
        return image
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "srgb" in ImageCms.getProfileDescription(own).lower():
            return image
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        return ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode=mode) or image
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image


def _over_white(image: Image.Image) -> Image.Image:
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGB", image.size, "white")
        white.paste(image, mask=image.getchannel("A"))
        return white
    converted = image.convert("RGB")
    converted.info = {}
    return converted


def _eight_bits(image: Image.Image, remarks: list[Remark] | None = None) -> Image.Image:
    """Return grey of another depth as 8-bit grey: Pillow's own convert cuts everything above 255."""
    if image.mode not in ("F", "I") and not image.mode.startswith("I;"):
        return image
    values: NDArray[np.float32] = np.asarray(image).astype(np.float32)
    if not np.isfinite(values).all():
        raise GramlabError("image_not_finite", "The picture holds numbers that are not finite (nan or inf).")
    black, white = _black_and_white(float(values.min()), float(values.max()), image.mode == "F")
    is_usual = (black, white) == (0, 1 if image.mode == "F" else 65535) and values.max() >= _DARK * white
    if remarks is not None and not is_usual:
        remarks.append(Remark("white_chosen", {"white": white}))
    # a number at a time less memory than in one expression: these are up to 64 million
    levels = values - black
    levels *= 255 / max(white - black, 1e-30)
    levels = np.rint(levels, out=levels).clip(0, 255).astype(np.uint8)
    # the one grey that a PNG may declare transparent
    levels[values == image.info.get("transparency", np.nan)] = 255
    grey = Image.fromarray(levels)
    grey.info = {key: value for key, value in image.info.items() if key != "transparency"}
    return grey


_DEPTHS = [float(2**bits - 1) for bits in range(8, 17)]
_NEAR, _OVERSHOOT, _DARK = 0.8, 1.05, 0.25  # sharpening and resampling leave fractions a little above their white


def _black_and_white(least: float, largest: float, are_fractions: bool) -> tuple[float, float]:
    """What is black and what is white in a grey of more than 8 bits; see open_image."""
    usual = [1.0, 100.0, *_DEPTHS] if are_fractions else _DEPTHS
    reach = _OVERSHOOT if are_fractions else 1
    white = next((white for white in usual if largest <= reach * white), None)
    if least < 0 or white is None:
        return least, largest
    return 0.0, white if white == 1 or largest >= _NEAR * white or not are_fractions else largest


def _is_deep_colour(image: Image.Image) -> bool:
    """Whether the file holds more than 8 bits of each colour, of which Pillow reads the upper 8."""
    tiles = getattr(image, "tile", None)
    depth = tiles[0].args if tiles else ""
    name = depth if isinstance(depth, str) else next(iter(depth or ()), "")
    return isinstance(name, str) and ";16" in name and image.mode in ("RGB", "RGBA")


def _stretched(image: Image.Image, remarks: list[Remark]) -> Image.Image:
    """Deep colour that uses fewer bits than its file has: brought up to white, as grey is."""
    largest = max(high for _, high in image.convert("RGB").getextrema())  # type: ignore[misc]
    used = next(level for level in (1, 3, 7, 15, 31, 63, 127, 255) if largest <= level)
    if used == 255 or largest == 0:
        return image
    remarks.append(Remark("white_chosen", {"white": float(256 * (used + 1) - 1)}))
    bands = image.split()
    return Image.merge(image.mode, [band.point(lambda level: level * 255 / used) for band in bands[:3]] + [*bands[3:]])
