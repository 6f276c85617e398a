"""Vectors from files: what is read, what is said of the rest, and what it costs to refuse it."""

from __future__ import annotations

import io
import random
import tracemalloc
import zipfile

import numpy as np
import pytest

from gramlib.errors import GramlabError
from gramlib.files import read_file

ROWS = np.array([[1.0, 2.5], [-3.0, 4.0], [0.0, 1e-9]])


def saved(save, *arrays, **named) -> bytes:
    file = io.BytesIO()
    save(file, *arrays, **named)
    return file.getvalue()


def zipped(method: int = zipfile.ZIP_DEFLATED, **members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method, compresslevel=1) as archive:
        for name, data in members.items():
            archive.writestr(f"{name}.npy", data)
    return file.getvalue()


def header(shape: str, kind: str = "<f8") -> bytes:
    text = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text


def encrypted(data: bytes) -> bytes:
    """The same zip with the flag that its first member is encrypted, in its own head and in the list of files."""
    changed = bytearray(data)
    changed[6] |= 1
    changed[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(changed)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("v.csv", b"1,2.5\n-3,4\n0,1e-9\n"),
        ("v.CSV", b"\xef\xbb\xbf1;2.5\r\n-3;4\r\n\r\n0;1e-9"),
        ("v.txt", "1 5/2\n−3 4\n0 1e-9".encode()),
        ("v.txt", b"[1 2.5; -3 4; 0 1e-9]"),
        ("v.csv", "1\t2,5\r\n–3\t4\r\n0\t0,000000001".encode("utf-16")),
        ("v.csv", "长,宽\n1,2.5\n-3,4\n0,1e-9".encode("gbk")),
        ("v.npy", saved(np.save, ROWS)),
        ("v.npy", saved(np.save, np.asfortranarray(ROWS))),
        ("v.npy", saved(np.save, ROWS.astype(">f8"))),
        ("v.npy", saved(np.save, ROWS.astype(np.longdouble))),
        ("v.npz", saved(np.savez, vectors=ROWS)),
        ("v.NPZ", saved(np.savez_compressed, vectors=ROWS)),
    ],
)
def test_what_is_read(name, data):
    np.testing.assert_array_equal(read_file(name, data).numbers, ROWS)


REFUSED = {
    "empty": ("v.csv", b"", "file_empty"),
    "ragged": ("v.csv", b"1,2\n3", "file_ragged"),
    "letters": ("v.csv", b"1,two", "file_row"),
    "binary": ("v.csv", b"\xff\xff\xff\x01", "file_text"),
    "no array": ("v.npy", b"not an array", "file_array"),
    "no archive": ("v.npz", b"PK\x03\x04 not an archive", "file_array"),
    "nothing": ("v.npz", b"", "file_array"),
    "texts": ("v.npy", saved(np.save, np.array([["a"]])), "file_array"),
    "complex": ("v.npy", saved(np.save, np.array([[1 + 2j]])), "file_array"),
    "pickle": ("v.npy", saved(np.save, np.array([{"pickled": 1}], dtype=object)), "file_array"),
    "three axes": ("v.npy", saved(np.save, np.zeros((2, 2, 2))), "file_shape"),
    "no rows": ("v.npy", saved(np.save, np.zeros((0, 2))), "file_shape"),
    "many rows": ("v.npy", saved(np.save, np.zeros((513, 2))), "file_too_large"),
    "long rows": ("v.npy", saved(np.save, np.zeros((2, 10_001))), "file_too_large"),
    "nan": ("v.npy", saved(np.save, np.array([[1.0, np.nan]])), "file_not_finite"),
    "no float64": ("v.npy", saved(np.save, np.array([[np.longdouble(10) ** 400]])), "file_not_finite"),
    # case: a zip with a text file as .npz
    "zip of a text": ("v.npz", zipped(a=b"1,2,3"), "file_array"),
    "zip of no array": ("v.npz", zipped(), "file_array"),
    # case: an encrypted zip
    "encrypted": ("v.npz", encrypted(saved(np.savez, v=ROWS)), "file_array"),
    "another method": ("v.npz", zipped(zipfile.ZIP_LZMA, a=saved(np.save, ROWS)), "file_array"),
    # case: a header of shape (10¹³,)
    "10¹³": ("v.npy", header("(10000000000000,)"), "file_too_large"),
    "10¹³ in a zip": ("v.npz", zipped(a=header("(10000000000000,)")), "file_too_large"),
    "negative": ("v.npy", header("(-1, 3)"), "file_shape"),
    "true": ("v.npy", header("(True, 3)"), "file_shape"),
    "names": ("v.npy", header("(1, x)"), "file_array"),
    "unclosed": ("v.npy", header("((((((1, "), "file_array"),
    "cut short": ("v.npy", saved(np.save, ROWS)[:-1], "file_array"),
    # case: savez_compressed of 8000×8000 zeros
    "8000×8000": ("v.npz", saved(np.savez_compressed, np.zeros((8000, 8000), np.int8)), "file_too_large"),
    "a bomb": ("v.npz", zipped(a=header("(9000, 9000)") + bytes(100_000_000)), "file_too_large"),
    "a bomb behind": ("v.npz", zipped(a=header("(2, 2)") + bytes(100_000_000)), None),
    "a bomb beside": ("v.npz", zipped(a=saved(np.save, ROWS), b=bytes(100_000_000)), "file_array"),
    # case: 10 million lines of 1
    "10 million lines": ("v.csv", b"1\n" * 10_000_000, "text_rows"),
    "one long line": ("v.csv", b"1 " * 2_000_000, "text_line"),
    "many bytes": ("v.csv", b"1" * 33_000_000, "file_bytes"),
    "one number of many digits": ("v.csv", b"1" * 15_000_000, "text_line"),
    "many bytes in an array": ("v.npy", bytes(170_000_000), "file_bytes"),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_and_what_memory_it_takes(case):
    name, data, code = REFUSED[case]
    tracemalloc.start()
    try:
        if code is None:
            assert read_file(name, data).numbers.shape == (2, 2)
        else:
            with pytest.raises(GramlabError) as raised:
                read_file(name, data)
            assert raised.value.code == code
        assert tracemalloc.get_traced_memory()[1] < 30e6 + 8 * (code in ("file_row",)) * len(data)
    finally:
        tracemalloc.stop()


def test_a_directory_of_many_files_is_refused_before_it_is_read():
    data = bytearray(saved(np.savez, v=ROWS))
    end = data.rindex(b"PK\x05\x06")
    data[end + 12 : end + 16] = (5_000_000).to_bytes(4, "little")
    with pytest.raises(GramlabError) as raised:
        read_file("v.npz", bytes(data))
    assert raised.value.code == "file_array"


def test_of_several_arrays_it_is_said_which_was_read():
    # case: labels (2,) before vectors (3, 2)
    found = read_file("v.npz", saved(np.savez, labels=np.array([0, 1]), vectors=ROWS, names=np.array(["a", "b"])))
    np.testing.assert_array_equal(found.numbers, ROWS)
    assert [(note.code, dict(note.values)) for note in found.notes] == [
        ("array_of_several", {"name": "vectors", "others": "labels, names"})
    ]
    # case: lesson 5's own, a Gram matrix for each layer
    grams = {layer: np.eye(size, dtype=np.float32) for layer, size in (("relu1_1", 64), ("relu2_1", 128))}
    found = read_file("v.npz", saved(np.savez_compressed, **grams))
    assert found.numbers.shape == (64, 64)
    assert found.notes[0].values["name"] == "relu1_1"
    # one row where there is no table
    assert read_file("v.npz", saved(np.savez, a=np.arange(3), b=np.arange(4))).numbers.tolist() == [[0, 1, 2]]


@pytest.mark.slow
def test_flipped_bits_are_read_or_refused():
    # case: damaged NPZ and NPY; 484 of 5 000 got through as zlib.error, TokenError, RuntimeError, MemoryError …
    rng = random.Random(5)
    whole = [
        ("v.npy", saved(np.save, ROWS)),
        ("v.npz", saved(np.savez, labels=np.arange(2), vectors=ROWS)),
        ("v.npz", saved(np.savez_compressed, v=np.random.default_rng(0).normal(size=(20, 20)))),
    ]
    refused = 0
    for _ in range(3000):
        name, data = rng.choice(whole)
        changed = bytearray(data)
        for _ in range(rng.randint(1, 4)):
            changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
        try:
            assert np.isfinite(read_file(name, bytes(changed)).numbers).all()
        except GramlabError:
            refused += 1
    assert refused > 1000


def test_a_pickle_is_never_run(tmp_path):
    class Evil:
        def __reduce__(self):
            return (open, (str(tmp_path / "ran"), "w"))

    with pytest.raises(GramlabError):
        read_file("v.npy", saved(np.save, np.array([Evil()], dtype=object)))
    assert not (tmp_path / "ran").exists()
