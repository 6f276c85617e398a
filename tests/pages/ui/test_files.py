"""Vectors from files: what is read, and what is said of the rest."""

from __future__ import annotations

import io

import numpy as np
import pytest

from gramlib.errors import GramlabError
from pages.ui.files import rows_of_file

ROWS = np.array([[1.0, 2.5], [-3.0, 4.0], [0.0, 1e-9]])


def saved(save, *arrays, **named) -> bytes:
    file = io.BytesIO()
    save(file, *arrays, **named)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("v.csv", b"1,2.5\n-3,4\n0,1e-9\n"),
        ("v.CSV", b"\xef\xbb\xbf1;2.5\r\n-3;4\r\n\r\n0;1e-9"),
        ("v.txt", "1 5/2\n−3 4\n0 1e-9".encode()),
        ("v.npy", saved(np.save, ROWS)),
        ("v.npz", saved(np.savez, vectors=ROWS)),
    ],
)
def test_what_is_read(name, data):
    np.testing.assert_array_equal(rows_of_file(name, data), ROWS)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("v.csv", b"", "file_empty"),
        ("v.csv", b"1,2\n3", "file_ragged"),
        ("v.csv", b"1,two", "file_row"),
        ("v.csv", b"\xff\xfe\x00\x01", "file_text"),
        ("v.npy", b"not an array", "file_array"),
        ("v.npz", b"PK\x03\x04 not an archive", "file_array"),
        ("v.npy", saved(np.save, np.array([["a"]])), "file_array"),
        ("v.npy", saved(np.save, np.array([[1 + 2j]])), "file_array"),
        ("v.npy", saved(np.save, np.array([{"pickled": 1}], dtype=object)), "file_array"),
        ("v.npy", saved(np.save, np.zeros((2, 2, 2))), "file_shape"),
        ("v.npy", saved(np.save, np.zeros((0, 2))), "file_shape"),
        ("v.npy", saved(np.save, np.zeros((513, 2))), "file_too_large"),
        ("v.npy", saved(np.save, np.zeros((2, 10_001))), "file_too_large"),
        ("v.npy", saved(np.save, np.array([[1.0, np.nan]])), "file_not_finite"),
    ],
)
def test_what_is_refused(name, data, code):
    with pytest.raises(GramlabError) as raised:
        rows_of_file(name, data)
    assert raised.value.code == code


def test_a_pickle_is_never_run(tmp_path):
    class Evil:
        def __reduce__(self):
            return (open, (str(tmp_path / "ran"), "w"))

    with pytest.raises(GramlabError):
        rows_of_file("v.npy", saved(np.save, np.array([Evil()], dtype=object)))
    assert not (tmp_path / "ran").exists()
