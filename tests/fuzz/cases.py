"""What is tried of each kind: files, texts and pictures that are nearly right, and values that are not right at all."""

from __future__ import annotations

import io
import json
import string
import warnings
import zipfile
from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from gramlib.errors import GramlabError

Case = Callable[[Random], bool]


def refused(act: Callable[..., object], *arguments: object) -> bool:
    """Hand something in; whether it was opened. Only GramlabError is an answer; all else is raised."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of NumPy and Pillow, about what is refused anyhow
        try:
            act(*arguments)
        except GramlabError:
            return False
    return True


def damaged(rng: Random, data: bytes) -> bytes:
    """The bytes as a bad cable, a full disk or a joker would leave them; one time in eight as they are."""
    for _ in range(rng.choice((0, 1, 1, 1, 2, 3, 8, 40))):
        at = rng.randrange(len(data) + 1)
        end = min(len(data), at + rng.choice((1, 1, 2, 4, 16, 200)))
        match rng.randrange(6):
            case 0 if data:  # a bit
                at = min(at, len(data) - 1)
                data = data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]
            case 1:  # the end is missing
                data = data[:at]
            case 2:  # a piece is missing
                data = data[:at] + data[end:]
            case 3:  # a piece stands there twice
                data = data[:end] + data[at:end] + data[end:]
            case 4:  # noise
                data = data[:at] + rng.randbytes(end - at) + data[end:]
            case _:  # a number as large as it can be, or zero
                data = data[:at] + rng.choice((b"\xff", b"\0", b"\x7f")) * (end - at) + data[end:]
    return data


# ------------------------------------------------------------------------------------------------------------ pictures


def picture(rng: Random) -> bool:
    """A small picture of any format and mode that Pillow writes, damaged."""
    from gramlib.images import open_image

    return refused(open_image, damaged(rng, _picture_file(rng)))


_FORMATS = {
    "PNG": ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"),
    "JPEG": ("L", "RGB", "CMYK"),
    "GIF": ("P", "L"),
    "BMP": ("1", "L", "P", "RGB"),
    "TIFF": ("1", "L", "P", "RGB", "RGBA", "CMYK", "I;16", "F", "I"),
    "WEBP": ("RGB", "RGBA"),
    "PPM": ("L", "RGB"),
}


def _picture_file(rng: Random) -> bytes:
    kind = rng.choice(list(_FORMATS))
    size = rng.choice(((1, 1), (3, 2), (64, 48), (200, 7), (2, 300)))
    image = Image.new("RGB", size, tuple(rng.randrange(256) for _ in range(3)))
    ImageDraw.Draw(image).line((0, 0, *size), fill=tuple(rng.randrange(256) for _ in range(3)), width=2)
    mode = rng.choice(_FORMATS[kind])
    image = image.convert("L").convert("I").convert("I;16") if mode == "I;16" else image.convert(mode)
    options: dict[str, Any] = {}
    if kind == "JPEG":
        options = {"progressive": rng.random() < 0.5, "exif": _exif(rng)}
    elif kind == "TIFF":
        options = {"compression": rng.choice(("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"))}
    file = io.BytesIO()
    try:
        image.save(file, kind, **options)
    except (OSError, ValueError):  # a compression that this mode has not
        image.convert("RGB").save(file, kind)
    return file.getvalue()


def _exif(rng: Random) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = rng.choice((0, 1, 3, 6, 8, 9, 255))
    return exif.tobytes() if rng.random() < 0.7 else rng.randbytes(rng.randrange(60))


# ------------------------------------------------------------------------------------------------------ files of arrays


def array(rng: Random) -> bool:
    """An NPY or NPZ of any dtype and shape, damaged, or whose header lies."""
    from gramlib.files import read_file

    kind = rng.choice((".npy", ".npz"))
    data = _npy(rng) if kind == ".npy" else _npz(rng)
    return refused(read_file, f"numbers{kind}", damaged(rng, data))


def _npy(rng: Random) -> bytes:
    shape = tuple(rng.choice((0, 1, 2, 3, 7)) for _ in range(rng.randrange(4)))
    dtype = rng.choice(("<f8", ">f4", "<i4", "u1", "?", "<c16", "U3", "S2", "<M8[s]", "O", "<f2"))
    file = io.BytesIO()
    np.save(file, np.zeros(shape).astype(dtype), allow_pickle=True)
    data = file.getvalue()
    if rng.random() < 0.3:  # a header that promises more than there is
        huge = rng.choice(("(10000000000000,)", "(8000, 8000)", "(-1, 3)", "(2, 2, 2, 2)", "('a',)", "(1e3,)", "None"))
        head, _, body = data.partition(b"\n")
        data = head.replace(str(shape).encode(), huge.encode()) + b"\n" + body
    return data


def _npz(rng: Random) -> bytes:
    file = io.BytesIO()
    method = rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
    with zipfile.ZipFile(file, "w", method) as archive:
        for place in range(rng.choice((0, 1, 1, 2, 5))):
            name = rng.choice(("vectors", "labels", "arr_0", "../up", "a" * 200, "名"))
            text = rng.random() < 0.2
            archive.writestr(f"{name}{place}.{'txt' if text else 'npy'}", b"1,2,3" if text else _npy(rng))
    return file.getvalue()


# ------------------------------------------------------------------------------------------------ texts, typed or filed

_SIGNS = "0123456789" * 3 + ",.;: \t\n-+eE/()[]{}'\"=、，；．－–—−１２３４［］（）√π½²a中\u200b\ufeff\0"
_WORDS = [
    *("1", "-2.5", "1/3", "3e2", "1e999", "nan", "inf", "1,5", "２、３", "１．５", "a = ", "\r\n"),
    *("array(", "[1 2; 3 4]", "(1, 2), (3, 4)"),
]


def typed(rng: Random) -> bool:
    """A vector as somebody types or pastes it."""
    from gramlib.vectors import parse_vector

    return refused(parse_vector, _text(rng))


def text_file(rng: Random) -> bool:
    """A file of text in any encoding, damaged."""
    from gramlib.files import read_file

    encoding = rng.choice(("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gbk", "latin-1"))
    data = _text(rng, lines=True).encode(encoding, errors="replace")
    return refused(read_file, rng.choice(("numbers.csv", "numbers.txt", "", "numbers")), damaged(rng, data))


def _text(rng: Random, lines: bool = False) -> str:
    match rng.randrange(4):
        case 0:
            return "".join(rng.choices(_SIGNS, k=rng.choice((0, 1, 3, 10, 60))))
        case 1:
            return rng.choice((" ", ",", "")).join(rng.choices(_WORDS, k=rng.randrange(8)))
        case 2:  # right, and large now and then
            count = rng.choice((1, 2, 3, 50, 3000))
            row = rng.choice((", ", " ", "\t", ";")).join(f"{rng.uniform(-9, 9):.3g}" for _ in range(count))
            return "\n".join([row] * rng.choice((1, 1, 2, 40))) if lines else row
        case _:
            return "".join(rng.choices(string.printable, k=rng.randrange(80)))


# ---------------------------------------------------------------------------------------------- links, and what is sent

HOSTILE = [
    *(
        "",
        "0",
        "-1",
        "1e99",
        "9" * 400,
        "nan",
        "\0",
        "\u202e",
        "名" * 50,
        "a,b",
        ",",
        "1,2;3",
        "1|2",
        "None",
        "True",
        "zh",
    ),
    *("[x](https://example.org)", "![](https://example.org/p.png)", "**b**", "$x$", "<img src=x onerror=alert(1)>"),
    *("{name}", "%s", "../../etc/passwd", "own-", "own-0000000000000000", "great_wave@0-0-0-0"),
]


def any_text(rng: Random) -> str:
    return rng.choice(HOSTILE) if rng.random() < 0.4 else _text(rng)


def any_json(rng: Random, depth: int = 3) -> Any:
    """Any JSON that a browser could send, NaN and infinity, which Python's reader takes, included."""
    match rng.randrange(9 if depth else 6):
        case 0:
            return rng.choice((None, True, False))
        case 1:
            return rng.choice((0, 1, -1, 2, 7, 10**30, -(10**400)))
        case 2:
            return rng.choice((0.0, 0.5, -1.5, 1e308, float("nan"), float("inf")))
        case 3:
            return any_text(rng)
        case 4:
            return [rng.randrange(4) for _ in range(rng.randrange(4))]
        case 5:
            return {"value": rng.randrange(3), "sequence": rng.randrange(9)}
        case 6:
            return [any_json(rng, depth - 1) for _ in range(rng.randrange(4))]
        case 7:
            keys = ("value", "sequence", "picture", "data", "fault", "open", "frame", "cell", "", "x")
            return {rng.choice(keys): any_json(rng, depth - 1) for _ in range(rng.randrange(4))}
        case _:
            return json.loads(json.dumps([[rng.uniform(-9, 9) for _ in range(2)] for _ in range(rng.randrange(4))]))
