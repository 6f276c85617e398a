"""Pictures in and out: from any file that a person may bring to an RGB image, a tensor, and back.

Importing this module loads Pillow, not PyTorch; `to_tensor` and `to_image` load that when they are called.
"""

from __future__ import annotations

import io
import numbers
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from gramlib.errors import GramlabError

if TYPE_CHECKING:
    import torch

MOST_PIXELS = 64_000_000
"""Width × height that `open_image` decodes at most: a phone's 50 megapixels pass, at 4 bytes a pixel in memory."""

# Only these decoders run on what strangers upload; Pillow's others include one that starts a PostScript interpreter
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "PPM")

# What people bring that cannot be read, and how such a file begins
_SIGNATURES = {
    "SVG": rb"(?:\xef\xbb\xbf)?\s*<(?:svg|[?!].*?<svg)\b",
    "PDF": rb"%PDF-",
    "AVIF": rb".{4}ftypavi[fs]",
    "HEIC": rb".{4}ftyp(?:he[iv][cmsx]|mif1|msf1)",
    "JPEG XL": rb"\xff\x0a|\0\0\0\x0cJXL ",
    "Photoshop": rb"8BPS",
}


def open_image(source: bytes | str | os.PathLike[str] | BinaryIO) -> Image.Image:
    """Return the picture as a person sees it, in RGB.

    Rotated as its EXIF says, transparency over white, the first frame of an animation. 16-bit grey keeps its range:
    65 535 is white. Integer and float TIFF have no white of their own: 1 (float only), 255 (float only) or 65 535 is
    white, the first that no value exceeds; where none will do or a value is negative, the least is black and the
    largest white. Colour profiles are not applied.

    source    the bytes of a file, its path, or an open binary file, read from its start: JPEG, PNG, WebP, GIF, BMP,
              TIFF, AVIF or PPM, of at most MOST_PIXELS pixels, which is checked before decoding
    returns   PIL image, mode RGB, with no metadata
    raises    GramlabError when there is no such file, it is empty, no picture or none that can be read (SVG, HEIC,
              PDF are named), too large, damaged, or cut short

    >>> file = io.BytesIO()
    >>> Image.new("RGBA", (2, 1), (255, 0, 0, 0)).save(file, "PNG")
    >>> open_image(file).getpixel((0, 0))
    (255, 255, 255)
    """
    data = _read(source)
    if not data:
        raise GramlabError("image_empty", "The file is empty: a picture is needed.")
    try:
        image = Image.open(io.BytesIO(data), formats=_FORMATS)
        if image.width * image.height > MOST_PIXELS:
            raise _too_large(image.width * image.height)
        # decodes, then rotates
        return _rgb(ImageOps.exif_transpose(image))
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
        message = "The picture cannot be decoded: it is damaged or cut short. Save or download it once more."
        raise GramlabError("image_damaged", message) from error


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

    image = _rgb(image)
    if max_side is not None:
        if not isinstance(max_side, numbers.Integral) or max_side < 1:
            message = f"The longer side is {max_side}: a whole number of pixels, at least 1, is needed."
            raise GramlabError("image_max_side", message, max_side=max_side)
        longer = max(image.size)
        if longer > max_side:
            width, height = (max(1, round(side * max_side / longer)) for side in image.size)
            image = image.resize((width, height), Image.Resampling.LANCZOS)
    levels = torch.from_numpy(np.array(image)).permute(2, 0, 1).contiguous()
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


def _unreadable(data: bytes) -> GramlabError:
    for name, signature in _SIGNATURES.items():
        if re.match(signature, data[:4096], re.DOTALL | re.IGNORECASE):
            message = f"{name} files cannot be read here: save the picture as PNG or JPEG."
            return GramlabError("image_format", message, format=name)
    message = f"These {len(data)} bytes are no picture that can be read, or were cut short: JPEG or PNG is needed."
    return GramlabError("image_unreadable", message, size=len(data))


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode in ("F", "I") or image.mode.startswith("I;"):
        image = _eight_bits(image)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGB", image.size, "white")
        white.paste(image, mask=image.getchannel("A"))
        return white
    converted = image.convert("RGB")
    converted.info = {}
    return converted


def _eight_bits(image: Image.Image) -> Image.Image:
    """Return grey of another depth as 8-bit grey: Pillow's own convert cuts everything above 255."""
    values: NDArray[np.float32] = np.asarray(image).astype(np.float32)
    if not np.isfinite(values).all():
        raise GramlabError("image_not_finite", "The picture holds numbers that are not finite (nan or inf).")
    black, white = float(values.min()), float(values.max())
    for usual in (1, 255, 65535) if image.mode == "F" else (65535,):
        if black >= 0 and white <= usual:
            black, white = 0.0, float(usual)
            break
    levels = np.rint((values - black) * (255 / max(white - black, 1e-30))).astype(np.uint8)
    # the one grey that a PNG may declare transparent
    levels[values == image.info.get("transparency", np.nan)] = 255
    return Image.fromarray(levels)
