"""Vectors from a file, one a row: text, NPY or NPZ, each bounded before it is unpacked."""

from __future__ import annotations

import io
import math
import struct
import zipfile
from typing import IO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from gramlib.errors import GramlabError
from gramlib.reading import LONGEST_ROWS, Note, Reading, decoded, read_rows, too_many_rows

MOST_VECTORS, MOST_NUMBERS = 512, 10_000
"""k and n of the largest file that is read."""

_LARGEST = 16 * MOST_VECTORS * MOST_NUMBERS  # bytes of the largest array, in numbers of 16 bytes
_LARGEST_DIRECTORY = 1_000_000  # bytes: thousands of arrays
_METHODS = (
    zipfile.ZIP_STORED,
    zipfile.ZIP_DEFLATED,
)  # NumPy's; others may ask for gigabytes to unpack


def read_file(name: str, data: bytes) -> Reading:
    """Read the vectors of a file. Of an NPZ with several arrays the first (k, n) one is read, and noted by its name.

    name      says by its end what the file is: .npy, .npz, else text
    returns   (k, n) float64, finite, at most 512 of 10 000 numbers; k, n ≥ 1
    raises    GramlabError for everything else, from the headers where there are some: nothing that does not fit is
              unpacked, and whatever a damaged file makes NumPy, zipfile or zlib raise is one error
    """
    end = name.lower()[-4:]
    if end not in (".npy", ".npz"):
        return _text(data)
    if len(data) > 2 * _LARGEST:
        raise _too_many_bytes(len(data), 2 * _LARGEST)
    note: list[Note] = []
    try:
        rows = _npz(data, note) if end == ".npz" else _npy(io.BytesIO(data))
    except GramlabError:
        raise
    except Exception as error:  # zlib.error, tokenize.TokenError, NotImplementedError, MemoryError … of damaged files
        raise GramlabError("file_array", "The file is no NumPy file of numbers.") from error
    if not np.isfinite(rows).all():
        row, column = (int(index) + 1 for index in np.argwhere(~np.isfinite(rows))[0])
        message = f"Row {row}, column {column} of the file is not a finite number."
        raise GramlabError("file_not_finite", message, row=row, column=column)
    return Reading(rows, tuple(note))


def _text(data: bytes) -> Reading:
    lines = data.count(b"\n") + 1
    if lines > 4 * MOST_VECTORS:  # empty lines and a heading take some
        raise too_many_rows(lines, MOST_VECTORS)
    if len(data) > 2 * LONGEST_ROWS:  # bytes of a sign in UTF-16
        raise _too_many_bytes(len(data), LONGEST_ROWS)
    text = decoded(data)
    if not text.strip():
        raise GramlabError("file_empty", "The file is empty.")
    return read_rows(text, MOST_VECTORS, MOST_NUMBERS)


def _npy(file: IO[bytes]) -> NDArray[np.float64]:
    header = _header(file)
    shape, _, kind = header
    _check(shape)
    if kind.kind not in "biuf":  # complex numbers would lose half of themselves
        raise GramlabError("file_array", "The file is no NumPy file of numbers.")
    return _numbers(file, header)


_Header = tuple[tuple[int, ...], bool, "np.dtype[np.generic]"]


def _header(file: IO[bytes]) -> _Header:
    """The shape, whether it is in Fortran's order, and the type, from the header alone."""
    version = npy.read_magic(file)
    if version not in ((1, 0), (2, 0)):  # 3.0 is for tables with names in Unicode
        raise ValueError(version)
    return npy.read_array_header_1_0(file) if version == (1, 0) else npy.read_array_header_2_0(file)


def _numbers(file: IO[bytes], header: _Header) -> NDArray[np.float64]:
    shape, in_fortrans_order, kind = header
    data = file.read(math.prod(shape) * kind.itemsize)
    array = np.frombuffer(data, kind, math.prod(shape)).reshape(shape, order="F" if in_fortrans_order else "C")
    with np.errstate(over="ignore"):  # longer than float64: inf, which is refused
        return np.atleast_2d(array).astype(np.float64)


def _npz(data: bytes, note: list[Note]) -> NDArray[np.float64]:
    _check_directory(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [member for member in archive.infolist() if member.filename.endswith(".npy")]
        if any(member.compress_type not in _METHODS for member in members) or not members:
            raise ValueError
        if len(members) == 1:
            with archive.open(members[0]) as file:
                return _npy(file)
        headers = {}
        for member in members:
            with archive.open(member) as file:
                shape, _, kind = headers[member] = _header(file)
            if kind.kind not in "biuf" or _is_refused(shape):
                del headers[member]
        if not headers:
            with archive.open(members[0]) as file:
                return _npy(file)  # says why not
        chosen = next((member for member, (shape, *_) in headers.items() if len(shape) == 2), next(iter(headers)))
        others = [member.filename.removesuffix(".npy") for member in members if member is not chosen]
        named = ", ".join(others[:8]) + (" …" if len(others) > 8 else "")
        note.append(Note("array_of_several", {"name": chosen.filename.removesuffix(".npy"), "others": named}))
        with archive.open(chosen) as file:
            return _numbers(file, _header(file))


def _check_directory(data: bytes) -> None:
    """The zip's list of files is bounded before it is read: it may name millions."""
    end = data.rfind(b"PK\x05\x06")
    size = struct.unpack_from("<L", data, end + 12)[0] if end >= 0 else 0
    if size > _LARGEST_DIRECTORY or data[end - 20 : end - 16] == b"PK\x06\x07":  # the directory of more than 4 GB
        raise ValueError("a directory of too many files")


def _is_refused(shape: tuple[int, ...]) -> bool:
    try:
        _check(shape)
    except GramlabError:
        return True
    return False


def _check(shape: tuple[int, ...]) -> None:
    if len(shape) > 2 or any(type(side) is not int or side < 1 for side in shape):
        message = f"The file holds an array of shape {shape}; (k, n) is needed."
        raise GramlabError("file_shape", message, shape=shape)
    count, dimension = (1, 1, *shape)[-2:]
    if count > MOST_VECTORS or dimension > MOST_NUMBERS:
        message = f"The file holds {count} vectors of {dimension} numbers; {MOST_VECTORS} of {MOST_NUMBERS} fit."
        facts = {"count": count, "dimension": dimension, "most_vectors": MOST_VECTORS, "most_numbers": MOST_NUMBERS}
        raise GramlabError("file_too_large", message, **facts)


def _too_many_bytes(size: int, limit: int) -> GramlabError:
    megabytes, most = round(size / 1e6, 1), round(limit / 1e6, 1)
    message = f"The file has {megabytes} MB; at most {most} MB are read."
    return GramlabError("file_bytes", message, megabytes=megabytes, limit=most)
