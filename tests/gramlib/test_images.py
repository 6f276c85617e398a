"""Pictures: every kind of file a person may bring, made here in memory, and every kind that must be refused."""

from __future__ import annotations

import contextlib
import io
import struct
import subprocess
import sys
import threading
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, JpegImagePlugin, TiffImagePlugin

from gramlib.errors import GramlabError
from gramlib.images import _LARGE_ONES, MOST_PIXELS, _Queue, open_image, open_with_remarks, to_image, to_tensor

quick = settings(max_examples=60, deadline=None)

WHITE, BLACK, RED, BLUE = (255, 255, 255), (0, 0, 0), (255, 0, 0), (0, 0, 255)


def noise(width=8, height=6, bands=3, seed=0):
    shape = (height, width, bands) if bands > 1 else (height, width)
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def encoded(image, kind="PNG", **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def chunk(name, content):
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(width, height, depth, colour, rows, extra=b""):
    """A PNG written by hand: Pillow cannot write every kind it can read."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    body = chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def pixels(image):
    return [image.getpixel((x, 0)) for x in range(image.width)]


def refusal(function, *arguments, **keywords):
    with pytest.raises(GramlabError) as caught:
        function(*arguments, **keywords)
    assert str(caught.value)
    return caught.value


class TestSources:
    def test_bytes_path_and_file(self, tmp_path):
        levels = noise()
        data = encoded(Image.fromarray(levels))
        path = tmp_path / "图 1.png"
        path.write_bytes(data)
        with path.open("rb") as file:
            file.seek(11)
            for source in (data, bytearray(data), memoryview(data), path, str(path), io.BytesIO(data), file):
                image = open_image(source)
                assert image.mode == "RGB"
                np.testing.assert_array_equal(np.asarray(image), levels)
            assert not file.closed

    def test_a_file_is_read_from_its_start_every_time(self):
        file = io.BytesIO(encoded(Image.new("RGB", (1, 1), RED)))
        assert pixels(open_image(file)) == pixels(open_image(file)) == [RED]

    def test_no_such_file(self, tmp_path):
        for path in (tmp_path / "none.png", str(tmp_path / "none.png")):
            error = refusal(open_image, path)
            assert (error.code, error.values) == ("image_missing", {"name": "none.png"})
        assert refusal(open_image, tmp_path).code == "image_missing"
        assert refusal(open_image, "nul\0.png").code == "image_missing"

    def test_nothing_is_kept_but_the_pixels(self):
        exif = Image.Exif()
        exif[0x010E] = "where I live"
        data = encoded(Image.new("RGB", (2, 2)), "JPEG", exif=exif, comment=b"hello")
        assert b"where I live" in data
        assert b"where I live" not in encoded(open_image(data), "JPEG")
        assert not open_image(data).info


class TestKinds:
    @pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "PPM", "WEBP"])
    def test_lossless_formats_come_back_exactly(self, kind):
        levels = noise()
        options = {"lossless": True} if kind == "WEBP" else {}
        np.testing.assert_array_equal(np.asarray(open_image(encoded(Image.fromarray(levels), kind, **options))), levels)

    @pytest.mark.parametrize("kind", ["JPEG", "AVIF", "WEBP", "GIF", "MPO"])
    def test_lossy_formats_come_back_nearly(self, kind):
        image = open_image(encoded(Image.new("RGB", (16, 16), (200, 100, 50)), kind))
        assert (image.mode, image.size) == ("RGB", (16, 16))
        assert abs(np.asarray(image).astype(int) - (200, 100, 50)).max() < 8

    def test_one_pixel(self):
        assert pixels(open_image(encoded(Image.new("RGB", (1, 1), RED)))) == [RED]

    @pytest.mark.parametrize(("mode", "black", "white"), [("1", 0, 1), ("L", 0, 255)])
    def test_grey(self, mode, black, white):
        image = Image.new(mode, (2, 1), white)
        image.putpixel((0, 0), black)
        assert pixels(open_image(encoded(image))) == [BLACK, WHITE]

    def test_palette(self):
        image = Image.new("P", (2, 1))
        image.putpalette([*RED, *BLUE])
        image.putpixel((1, 0), 1)
        assert pixels(open_image(encoded(image))) == [RED, BLUE]
        assert pixels(open_image(encoded(image, "GIF"))) == [RED, BLUE]

    def test_cmyk(self):
        data = encoded(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG", quality=100)
        assert Image.open(io.BytesIO(data)).mode == "CMYK"
        red, green, blue = open_image(data).getpixel((4, 4))
        assert red > 250
        assert max(green, blue) < 5

    @pytest.mark.parametrize("kind", ["PNG", "TIFF"])
    def test_16_bit_grey_is_scaled_not_cut(self, kind):
        values = np.array([[0, 128, 129, 257, 32896, 65406, 65535]], np.uint16)
        data = encoded(Image.fromarray(values), kind)
        assert Image.open(io.BytesIO(data)).mode == "I;16"
        # value / 257, rounded
        assert [red for red, _, _ in pixels(open_image(data))] == [0, 0, 1, 1, 128, 254, 255]

    def test_16_bit_pgm(self):
        data = b"P5 3 1 65535\n" + np.array([0, 257, 65535], ">u2").tobytes()
        assert [red for red, _, _ in pixels(open_image(data))] == [0, 1, 255]

    def test_16_bit_colour(self):
        rows = b"\0" + np.array([65535, 0, 32896], ">u2").tobytes()
        assert pixels(open_image(png(1, 1, 16, 2, rows))) == [(255, 0, 128)]

    @pytest.mark.parametrize(
        ("values", "levels"),
        [
            (np.array([[0, 257, 65535]], np.int32), [0, 1, 255]),
            (np.array([[0, 100, 255]], np.int32), [0, 100, 255]),
            (np.array([[-100, 0, 100]], np.int32), [0, 128, 255]),
            (np.array([[0, 10**9, 2 * 10**9]], np.int32), [0, 128, 255]),
            (np.array([[0, 0.5, 1]], np.float32), [0, 128, 255]),
            (np.array([[0, 0.25, 0.5]], np.float32), [0, 64, 128]),
            (np.array([[0, 7, 255]], np.float32), [0, 7, 255]),
            (np.array([[0, 257, 5140]], np.float32), [0, 13, 255]),
            (np.array([[0, 257, 3600]], np.float32), [0, 16, 224]),
            (np.array([[0, 10, 30]], np.float32), [0, 85, 255]),
            (np.array([[0, 50, 104]], np.float32), [0, 128, 255]),
            (np.array([[-1, 0, 1]], np.float32), [0, 128, 255]),
            (np.array([[-3, -3, -3]], np.float32), [0, 0, 0]),
        ],
    )
    def test_32_bit(self, values, levels):
        found = [red for red, _, _ in pixels(open_image(encoded(Image.fromarray(values), "TIFF")))]
        assert found == levels

    def test_float_that_is_not_finite(self):
        data = encoded(Image.fromarray(np.array([[0, np.nan]], np.float32)), "TIFF")
        assert refusal(open_image, data).code == "image_not_finite"


class TestWhite:
    """Which grey is white, where the file does not say: never a black picture without a word."""

    @pytest.mark.parametrize("largest", [1.02, 100.4, 0.97, 7.5, 30.0, 255.0, 4095.0, 200.0, 50_000.0, 1e6])
    def test_a_ramp_of_fractions_is_mid_grey_on_average(self, largest):
        ramp = np.linspace(0, largest, 1001, dtype=np.float32)[None]
        assert np.asarray(open_image(encoded(Image.fromarray(ramp), "TIFF"))).mean() == pytest.approx(127.5, abs=32)

    @pytest.mark.parametrize("kind", ["PNG", "TIFF"])
    @pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
    def test_a_ramp_that_uses_fewer_bits_than_its_file(self, kind, bits):
        ramp = np.linspace(0, 2**bits - 1, 2001).astype(np.uint16)[None]
        image, remarks = open_with_remarks(encoded(Image.fromarray(ramp), kind))
        assert np.asarray(image).mean() == pytest.approx(127.5, abs=1)
        said = [] if bits == 16 else [("white_chosen", {"white": 2**bits - 1})]
        assert [(remark.code, remark.values) for remark in remarks] == said

    def test_twelve_bits_of_colour(self):
        values = np.linspace(0, 4095, 256).astype(">u2")
        rows = b"\0" + np.repeat(values, 3).astype(">u2").tobytes()
        image, remarks = open_with_remarks(png(256, 1, 16, 2, rows))
        assert np.asarray(image).mean() == pytest.approx(127.5, abs=8)  # Pillow reads four of the twelve bits
        assert [(remark.code, remark.values) for remark in remarks] == [("white_chosen", {"white": 4095})]

    def test_a_nearly_black_picture_is_said(self):
        ramp = np.linspace(0, 0.1, 101, dtype=np.float32)[None]
        (remark,) = open_with_remarks(encoded(Image.fromarray(ramp), "TIFF"))[1]
        assert (remark.code, remark.values) == ("white_chosen", {"white": 1})

    def test_what_is_above_white_is_white(self):
        ramp = np.array([[0, 0.5, 1, 1.02]], np.float32)
        assert [red for red, _, _ in pixels(open_image(encoded(Image.fromarray(ramp), "TIFF")))] == [0, 128, 255, 255]


class TestRemarks:
    def test_a_white_drawing_on_nothing_is_said(self):
        drawing = Image.new("RGBA", (4, 4), (0, 0, 0, 0))
        drawing.putpixel((1, 1), (255, 255, 255, 255))
        image, remarks = open_with_remarks(encoded(drawing))
        assert np.asarray(image).min() == 255
        assert [remark.code for remark in remarks] == ["white_on_white"]

    def test_what_can_be_seen_needs_no_word(self):
        drawing = Image.new("RGBA", (4, 4), (0, 0, 0, 0))
        drawing.putpixel((1, 1), (255, 0, 0, 255))
        for image in (drawing, Image.new("RGB", (4, 4), "white")):
            assert open_with_remarks(encoded(image))[1] == ()

    def test_a_larger_page_behind_the_first_is_said(self):
        small, large = Image.new("RGB", (16, 12)), Image.new("RGB", (64, 48))
        several = encoded(small, "TIFF", save_all=True, append_images=[large])
        image, remarks = open_with_remarks(several)
        assert image.size == (16, 12)
        assert [(remark.code, remark.values) for remark in remarks] == [("first_page", {"width": 16, "height": 12})]
        assert open_with_remarks(encoded(large, "TIFF", save_all=True, append_images=[small]))[1] == ()


class TestProfile:
    def test_a_colour_profile_is_converted(self):
        # swapped(red, green, blue) = (green, red, blue): a profile whose meaning can be read off the pixels
        profile = swapped_profile()
        image = Image.new("RGB", (8, 8), (200, 40, 40))
        found = np.asarray(open_image(encoded(image, icc_profile=profile)))[0, 0].astype(int)
        assert abs(found - (40, 200, 40)).max() < 12

    def test_with_transparency(self):
        image = Image.new("RGBA", (8, 8), (200, 40, 40, 255))
        image.putpixel((0, 0), (200, 40, 40, 0))
        found = open_image(encoded(image, icc_profile=swapped_profile()))
        assert found.getpixel((0, 0)) == WHITE
        assert abs(np.subtract(found.getpixel((4, 4)), (40, 200, 40))).max() < 12

    def test_srgb_stays_as_it_is(self):
        levels = noise()
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        found = np.asarray(open_image(encoded(Image.fromarray(levels), icc_profile=profile)))
        np.testing.assert_array_equal(found, levels)

    @pytest.mark.parametrize("colour", [(150, 120, 90), (110, 150, 120), (128, 128, 128)])
    @pytest.mark.parametrize("kind", ["PNG", "JPEG"])
    def test_a_photo_in_adobe_rgb(self, colour, kind):
        """By Adobe RGB (1998), 4.3: levels of exponent 563/256 and other primaries; these colours are in sRGB, too."""
        photo = encoded(Image.new("RGB", (16, 16), colour), kind, icc_profile=adobe_rgb())
        found = np.asarray(open_image(photo))[8, 8]
        light = np.linalg.inv(SRGB_AT_D50) @ ADOBE_AT_D50 @ (np.array(colour) / 255) ** (563 / 256)
        assert ((light > 0) & (light < 1)).all()
        levels = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
        np.testing.assert_allclose(found, 255 * levels, atol=2 if kind == "PNG" else 4)
        if len(set(colour)) > 1:
            assert abs(found - np.array(colour, float)).max() > 4, "another profile, other numbers"

    @pytest.mark.parametrize("profile", [b"nonsense", bytes(128), b"\0" * 200])
    @pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
    def test_nonsense_is_passed_over(self, profile, mode):
        kind = "JPEG" if mode == "CMYK" else "PNG"
        plain, labelled = (encoded(Image.new(mode, (8, 8)), kind, **extra) for extra in ({}, {"icc_profile": profile}))
        np.testing.assert_array_equal(np.asarray(open_image(labelled)), np.asarray(open_image(plain)))


# XYZ of the primaries red, green, blue, down the columns, adapted to D50 as a profile has them
SRGB_AT_D50 = np.array([[0.43607, 0.38515, 0.14307], [0.22249, 0.71687, 0.06061], [0.01392, 0.09708, 0.71410]])
ADOBE_AT_D50 = np.array([[0.60974, 0.20528, 0.14919], [0.31111, 0.62567, 0.06322], [0.01947, 0.06087, 0.74457]])


def other_profile():
    """A matrix profile, ICC.1:2010, of sRGB that does not call itself so, and where the entry of each tag stands."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    (count,) = struct.unpack(">I", data[128:132])
    tags = {bytes(data[132 + 12 * k : 136 + 12 * k]): 132 + 12 * k for k in range(count)}
    place, length = struct.unpack(">II", data[tags[b"desc"] + 4 : tags[b"desc"] + 12])
    data[place : place + length] = data[place : place + length].replace(b"s\0R\0G\0B", b"o\0t\0h\0e")
    data[place : place + length] = data[place : place + length].replace(b"sRGB", b"othe")
    return data, tags


def swapped_profile():
    """The primaries of sRGB, red and green exchanged."""
    data, tags = other_profile()
    red, green = tags[b"rXYZ"], tags[b"gXYZ"]
    data[red : red + 4], data[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(data)


def adobe_rgb():
    """Adobe RGB (1998) as cameras write it: its primaries, and one curve of exponent 563/256."""
    data, tags = other_profile()
    for name, primary in zip((b"rXYZ", b"gXYZ", b"bXYZ"), ADOBE_AT_D50.T, strict=True):
        (place,) = struct.unpack(">I", data[tags[name] + 4 : tags[name] + 8])
        data[place + 8 : place + 20] = struct.pack(">3i", *(round(65536 * value) for value in primary))
    for name in (b"rTRC", b"gTRC", b"bTRC"):
        (place,) = struct.unpack(">I", data[tags[name] + 4 : tags[name] + 8])
        data[place : place + 14] = b"curv" + struct.pack(">IIH", 0, 1, 563)
        data[tags[name] + 8 : tags[name] + 12] = struct.pack(">I", 14)
    return bytes(data)


class TestTransparency:
    @pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
    def test_rgba_stands_over_white(self, kind):
        image = Image.new("RGBA", (3, 1))
        for x, alpha in enumerate((0, 51, 255)):
            image.putpixel((x, 0), (255, 0, 0, alpha))
        options = {"lossless": True} if kind == "WEBP" else {}
        assert pixels(open_image(encoded(image, kind, **options))) == [WHITE, (255, 204, 204), RED]

    def test_grey_with_alpha(self):
        image = Image.new("LA", (2, 1), (0, 0))
        image.putpixel((1, 0), (0, 255))
        assert pixels(open_image(encoded(image))) == [WHITE, BLACK]

    @pytest.mark.parametrize("kind", ["PNG", "GIF"])
    def test_palette_with_transparency(self, kind):
        image = Image.new("P", (2, 1))
        image.putpalette([*RED, *BLUE])
        image.putpixel((1, 0), 1)
        assert pixels(open_image(encoded(image, kind, transparency=0))) == [WHITE, BLUE]

    def test_one_colour_declared_transparent(self):
        colour = png(2, 1, 8, 2, b"\0" + bytes([*RED, *BLUE]), chunk(b"tRNS", struct.pack(">HHH", *RED)))
        assert pixels(open_image(colour)) == [WHITE, BLUE]
        grey = png(2, 1, 8, 0, b"\0\0\x07", chunk(b"tRNS", struct.pack(">H", 0)))
        assert pixels(open_image(grey)) == [WHITE, (7, 7, 7)]
        deep = png(2, 1, 16, 0, b"\0" + struct.pack(">HH", 0, 257), chunk(b"tRNS", struct.pack(">H", 0)))
        assert pixels(open_image(deep)) == [WHITE, (128, 128, 128)]  # 257 of the 511 that 9 bits can hold


class TestOrientation:
    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
    @pytest.mark.parametrize("orientation", range(1, 9))
    def test_exif_is_applied(self, kind, orientation):
        upright = np.zeros((16, 32, 3), np.uint8)
        upright[:8, :16] = 255
        # EXIF 2.3, tag 274: what the camera stored, from what the eye sees
        stored = {
            1: upright,
            2: upright[:, ::-1],
            3: upright[::-1, ::-1],
            4: upright[::-1],
            5: upright.transpose(1, 0, 2),
            6: upright.transpose(1, 0, 2)[::-1],
            7: upright.transpose(1, 0, 2)[::-1, ::-1],
            8: upright.transpose(1, 0, 2)[:, ::-1],
        }[orientation]
        exif = Image.Exif()
        exif[0x0112] = orientation
        image = open_image(encoded(Image.fromarray(np.ascontiguousarray(stored)), kind, exif=exif))
        assert image.size == (32, 16)
        assert abs(np.asarray(image).astype(int) - upright).max() < 40

    @pytest.mark.filterwarnings("ignore")
    @pytest.mark.parametrize("kind", ["PNG", "WEBP", "JPEG"])
    @pytest.mark.parametrize(
        "block", [b"Exif\0\0nonsense", b"Exif\0\0II*\0\xff\xff\xff\x7f", b"Exif\0\0" + b"\xff" * 40]
    )
    def test_nonsense_opens_unrotated(self, kind, block):
        image = Image.new("RGB", (8, 4), RED)
        assert open_image(encoded(image, kind, exif=block)).size == (8, 4)


class TestAnimation:
    @pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF", "AVIF"])
    def test_first_frame(self, kind):
        frames = [Image.new("RGB", (16, 16), colour) for colour in (RED, BLUE, WHITE)]
        data = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
        assert Image.open(io.BytesIO(data)).n_frames == 3
        assert abs(np.subtract(open_image(data).getpixel((8, 8)), RED)).max() < 8


class TestRefused:
    def test_empty(self, tmp_path):
        path = tmp_path / "empty.png"
        path.touch()
        for source in (b"", io.BytesIO(), path):
            assert refusal(open_image, source).code == "image_empty"

    @pytest.mark.parametrize("data", [b"\0", b"hello", b"<html></html>", b"PK\3\4" + bytes(100), "鸟".encode()])
    def test_not_an_image(self, data):
        error = refusal(open_image, data)
        assert (error.code, error.values) == ("image_unreadable", {"size": len(data)})

    def test_postscript_is_never_run(self):
        data = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\nshowpage\n%%EOF\n"
        assert Image.open(io.BytesIO(data)).format == "EPS"
        assert refusal(open_image, data).code == "image_unreadable"

    @pytest.mark.parametrize(
        ("data", "name"),
        [
            (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
            (b'\xef\xbb\xbf <?xml version="1.0"?>\n<!-- drawn -->\n<svg width="1"></svg>', "SVG"),
            (b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" [<!ENTITY a "b">]>\n<SVG/>', "SVG"),
            (b"\0\0\0\x18ftypheic" + bytes(64), "HEIC"),
            (b"\0\0\0\x18ftypheix" + bytes(64), "HEIC"),
            (b"\0\0\0\x18ftypmif1" + bytes(64), "HEIC"),
            (b"\0\0\0\x18ftyphevc" + bytes(64), "HEIC"),
            (b"\0\0\0\x18ftypavif" + bytes(64), "AVIF"),
            (b"%PDF-1.7\n", "PDF"),
            (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"),
            (b"8BPS\0\1" + bytes(64), "Photoshop"),
            (b"\0\0\0\x18ftypcrx " + bytes(64), "RAW"),
            (b"FUJIFILMCCD-RAW 0201" + bytes(64), "RAW"),
            (b"IIRO\x08\0\0\0" + bytes(64), "RAW"),
        ],
    )
    def test_by_name(self, data, name):
        error = refusal(open_image, data)
        assert (error.code, error.values) == ("image_format", {"format": name})
        assert name in str(error)
        assert "PNG or JPEG" in str(error)

    @pytest.mark.parametrize("tags", [{50706: b"\1\4\0\0"}, {262: 32803}, {254: 1}])
    def test_a_cameras_raw_behind_its_thumbnail(self, tags):
        thumbnail, sensor = Image.new("RGB", (16, 12)), Image.new("RGB", (640, 480))
        about = TiffImagePlugin.ImageFileDirectory_v2()
        for tag, value in tags.items():
            if tag == 50706:
                about.tagtype[tag] = 1
            about[tag] = value
        data = encoded(thumbnail, "TIFF", tiffinfo=about, save_all=True, append_images=[sensor])
        if 262 in tags:  # Pillow writes its own
            data = data.replace(struct.pack("<HHIH", 262, 3, 1, 2), struct.pack("<HHIH", 262, 3, 1, 32803))
        assert refusal(open_image, data).values == {"format": "RAW"}

    def test_a_jpeg_of_endless_passes(self):
        data = encoded(Image.fromarray(noise(64, 64)), "JPEG", progressive=True)
        scan = data.rindex(b"\xff\xda")
        assert refusal(open_image, data[:scan] + data[scan:-2] * 300 + data[-2:]).code == "image_damaged"

    @pytest.mark.filterwarnings("ignore:Corrupt EXIF")
    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "AVIF"])
    def test_cut_short(self, kind):
        data = encoded(Image.fromarray(noise(40, 30)), kind)
        complete = np.asarray(open_image(data))
        for length in {1, 10, 30, len(data) // 2, len(data) * 9 // 10, len(data) - 40, len(data) - 1}:
            try:
                image = open_image(data[:length])
            except GramlabError:
                continue
            # what follows the last pixel may be missing; a pixel never
            assert length >= len(data) - 1
            np.testing.assert_array_equal(np.asarray(image), complete)

    def test_progressive_jpeg_cut_short(self):
        data = encoded(Image.fromarray(noise(64, 64)), "JPEG", progressive=True)
        assert refusal(open_image, data[: len(data) * 2 // 3]).code == "image_damaged"

    @pytest.mark.filterwarnings("ignore")
    @quick
    @given(st.sampled_from(["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM"]), st.integers(0, 2**32 - 1))
    def test_damaged_bytes_are_read_or_refused(self, kind, seed):
        rng = np.random.default_rng(seed)
        data = np.frombuffer(encoded(Image.fromarray(noise()), kind), np.uint8).copy()
        places = rng.integers(0, min(len(data), 200), size=3)
        data[places] = rng.integers(0, 256, size=3)
        with contextlib.suppress(GramlabError):
            assert open_image(data.tobytes()).mode == "RGB"

    @pytest.mark.parametrize(("width", "height"), [(20_000, 20_000), (10_000, 8_000), (10_000, 6_401), (2**31 - 1, 1)])
    def test_too_large_is_refused_before_decoding(self, width, height, monkeypatch):
        # a header and no pixels: reading them would say image_damaged
        monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda self: pytest.fail("decoded"))
        error = refusal(open_image, png(width, height, 8, 2, b""))
        assert error.code == "image_too_large"
        assert error.values == {"megapixels": round(width * height / 1e6), "limit": 64}
        assert str(error.values["megapixels"]) in str(error)

    @pytest.mark.filterwarnings("error")
    def test_too_large_where_warnings_are_errors(self):
        assert refusal(open_image, png(10_000, 10_000, 8, 2, b"")).values == {"megapixels": 100, "limit": 64}

    def test_the_limit_itself_is_read(self, monkeypatch):
        monkeypatch.setattr("gramlib.images.MOST_PIXELS", 48)
        assert open_image(encoded(Image.new("RGB", (8, 6)))).size == (8, 6)
        assert refusal(open_image, encoded(Image.new("RGB", (7, 7)))).code == "image_too_large"
        assert MOST_PIXELS == 64_000_000


class TestMadeSmaller:
    @pytest.mark.parametrize(
        ("size", "expected"),
        [
            ((400, 200), (100, 50)),
            ((80, 12_000), (1, 100)),
            ((100, 50), (100, 50)),
            ((10, 5), (10, 5)),
            ((2, 1024), (1, 100)),
        ],
    )
    @pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "1", "L", "LA", "I;16", "F"])
    def test_to_the_longer_side(self, size, expected, mode):
        kind = "TIFF" if mode == "F" else "PNG"
        assert open_image(encoded(Image.new(mode, size), kind), max_side=100).size == expected

    def test_upright(self):
        exif = Image.Exif()
        exif[0x0112] = 6
        assert open_image(encoded(Image.new("RGB", (400, 200)), "JPEG", exif=exif), max_side=100).size == (50, 100)

    @pytest.mark.slow
    def test_is_the_same_picture(self):
        levels = np.asarray(Image.fromarray(noise(40, 30)).resize((1600, 1200), Image.Resampling.BICUBIC))
        for data in (encoded(Image.fromarray(levels)), encoded(Image.fromarray(levels), "JPEG", quality=95)):
            expected = open_image(data).resize((400, 300), Image.Resampling.LANCZOS)
            found = open_image(data, max_side=400)
            assert abs(np.asarray(found).astype(int) - np.asarray(expected)).mean() < 2

    def test_transparent_edges_bring_no_colour_of_their_own(self):
        image = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
        image.paste((255, 0, 0, 255), (101, 101, 301, 301))
        found = np.asarray(open_image(encoded(image), max_side=100)).astype(int)
        assert found[..., 0].min() > 250  # red or white or between: red is 255 in all of them

    @pytest.mark.parametrize("wrong", [0, -1, 1.5, "9"])
    def test_wrong_side(self, wrong):
        assert refusal(open_image, encoded(Image.new("RGB", (2, 2))), wrong).code == "image_max_side"

    @pytest.mark.slow
    def test_a_large_jpeg_is_never_decoded_whole(self, monkeypatch):
        decoded = []
        load = JpegImagePlugin.JpegImageFile.load
        monkeypatch.setattr(JpegImagePlugin.JpegImageFile, "load", lambda self: decoded.append(self.size) or load(self))
        assert open_image(encoded(Image.new("RGB", (8000, 6000)), "JPEG"), max_side=1024).size == (1024, 768)
        assert max(width for width, _ in decoded) <= 4000


class TestTurns:
    def test_one_large_picture_at_a_time_in_the_order_they_came(self):
        queue, inside, most, order = _Queue(1), 0, 0, []
        first_is_in, go = threading.Event(), threading.Event()

        def decode(number):
            nonlocal inside, most
            with queue.turn():
                inside += 1
                most = max(most, inside)
                order.append(number)
                first_is_in.set()
                go.wait(30)
                inside -= 1

        threads = []
        for number in range(8):
            threads.append(threading.Thread(target=decode, args=(number,)))
            threads[-1].start()
            first_is_in.wait(30)
            while number and len(queue._waiting) < number:
                threading.Event().wait(0.001)  # until it stands in the queue
        go.set()
        for thread in threads:
            thread.join(30)
        assert (most, order) == (1, list(range(8)))

    def test_a_fault_gives_the_turn_back(self):
        queue = _Queue(1)
        for _ in range(3):
            with contextlib.suppress(ValueError), queue.turn():
                raise ValueError

    def test_small_pictures_do_not_wait_for_large_ones(self):
        with _LARGE_ONES.turn():
            assert open_image(encoded(Image.new("RGB", (2, 1), RED))).size == (2, 1)


class TestTensor:
    def test_values_shape_and_type(self):
        image = Image.new("RGB", (3, 2), (0, 51, 255))
        tensor = to_tensor(image)
        assert (tensor.shape, tensor.dtype) == ((1, 3, 2, 3), torch.float32)
        assert tensor.is_contiguous()
        torch.testing.assert_close(tensor[0, :, 1, 2], torch.tensor([0, 0.2, 1]), rtol=0, atol=1e-7)

    @pytest.mark.parametrize("mode", ["L", "RGBA", "P", "CMYK", "I;16"])
    def test_any_mode(self, mode):
        assert to_tensor(Image.new(mode, (2, 2))).shape == (1, 3, 2, 2)

    def test_transparent_is_white(self):
        assert (to_tensor(Image.new("RGBA", (1, 1), (255, 0, 0, 0))) == 1).all()

    @pytest.mark.parametrize(
        ("size", "max_side", "expected"),
        [
            ((400, 200), 100, (100, 50)),
            ((200, 400), 100, (50, 100)),
            ((100, 50), 100, (100, 50)),
            ((10, 5), 100, (10, 5)),
            ((3000, 1), 100, (100, 1)),
            ((1, 3000), 7, (1, 7)),
            ((7, 5), 1, (1, 1)),
            ((301, 200), 300, (300, 199)),
            ((64, 64), None, (64, 64)),
        ],
    )
    def test_longer_side(self, size, max_side, expected):
        assert tuple(to_tensor(Image.new("RGB", size), max_side).shape[:1:-1]) == expected

    def test_reduction_does_not_alias(self):
        # black and white columns in turn: every fourth of them is all black
        stripes = np.zeros((64, 256, 3), np.uint8)
        stripes[:, 1::2] = 255
        tensor = to_tensor(Image.fromarray(stripes), 64)
        assert abs(tensor - 0.5).max() < 0.05

    @pytest.mark.parametrize("max_side", [0, -5, 1.5, "9"])
    def test_wrong_side(self, max_side):
        error = refusal(to_tensor, Image.new("RGB", (2, 2)), max_side)
        assert (error.code, error.values) == ("image_max_side", {"max_side": max_side})


class TestImage:
    @quick
    @given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 2**32 - 1))
    def test_there_and_back_is_exact(self, width, height, seed):
        levels = noise(width, height, seed=seed)
        for tensor in (to_tensor(Image.fromarray(levels)), to_tensor(Image.fromarray(levels))[0].double()):
            image = to_image(tensor)
            assert image.mode == "RGB"
            np.testing.assert_array_equal(np.asarray(image), levels)

    def test_every_level_comes_back(self):
        levels = torch.arange(256).repeat(3, 1, 1) / 255
        assert [red for red, _, _ in pixels(to_image(levels))] == list(range(256))

    def test_rounded_and_clamped(self):
        values = torch.tensor([-3.0, -0.001, 0.4 / 255, 0.6 / 255, 254.4 / 255, 254.6 / 255, 1.001, 300.0])
        assert [red for red, _, _ in pixels(to_image(values.repeat(3, 1, 1)))] == [0, 0, 0, 1, 254, 255, 255, 255]

    def test_gradients_half_precision_and_strides(self):
        assert pixels(to_image(torch.ones(1, 3, 1, 1, requires_grad=True))) == [WHITE]
        assert pixels(to_image(torch.ones(3, 1, 1).half())) == [WHITE]
        last = to_tensor(Image.fromarray(noise())).contiguous(memory_format=torch.channels_last)
        np.testing.assert_array_equal(np.asarray(to_image(last)), noise())

    @pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
    def test_not_finite(self, bad):
        tensor = torch.zeros(1, 3, 2, 2)
        tensor[0, 1, 0, 1] = bad
        assert refusal(to_image, tensor).code == "image_not_finite"

    @pytest.mark.parametrize("shape", [(2, 3, 4, 4), (1, 1, 4, 4), (4, 4, 3), (4, 4), (1, 3, 0, 4)])
    def test_wrong_shape(self, shape):
        error = refusal(to_image, torch.zeros(shape))
        assert (error.code, error.values) == ("image_tensor", {"shape": shape, "kind": "torch.float32"})

    def test_bytes_are_not_taken_for_fractions(self):
        assert refusal(to_image, torch.zeros(1, 3, 2, 2, dtype=torch.uint8)).values["kind"] == "torch.uint8"


@pytest.mark.slow
class TestWithoutTorch:
    script = """
import sys
{extra}
from gramlib.images import open_image
open_image({path!r})
print("torch" in sys.modules)
"""

    @pytest.mark.parametrize(("extra", "loaded"), [("", "False"), ("sys.modules['torch'] = sys", "True")])
    def test_opening_never_loads_torch(self, extra, loaded, tmp_path):
        # the second case shows that the test can fail
        path = tmp_path / "dot.png"
        Image.new("RGB", (1, 1)).save(path)
        command = [sys.executable, "-c", self.script.format(extra=extra, path=str(path))]
        found = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
        assert found.stdout.strip() == loaded
