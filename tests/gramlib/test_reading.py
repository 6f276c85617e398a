"""Numbers as people write them: each with its right value, and what is said of the way it was read."""

from __future__ import annotations

import contextlib
import doctest
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gramlib import reading
from gramlib.errors import GramlabError
from gramlib.reading import decoded, read_rows, read_vector

finite = st.floats(allow_nan=False, allow_infinity=False)
quick = settings(max_examples=100, deadline=None)

# text: the numbers, and the codes of the notes
VECTORS: dict[str, tuple[list[float], list[str]]] = {
    # decimal commas: `1,5; 2,5` and its kin
    "1,5; 2,5": ([1.5, 2.5], ["decimal_comma"]),
    "2,0; 4,0": ([2, 4], ["decimal_comma"]),
    "1,5 2,5": ([1.5, 2.5], ["decimal_comma"]),
    "1,5\t-2,5": ([1.5, -2.5], ["decimal_comma"]),
    "(1,5; 2,5)": ([1.5, 2.5], ["decimal_comma"]),
    "1,5; 2": ([1.5, 2], ["decimal_comma"]),
    '"1,5";"2,5"': ([1.5, 2.5], ["decimal_comma"]),
    '"1,5","2,5"': ([1.5, 2.5], ["decimal_comma"]),
    "1,5": ([1, 5], []),
    # commas between thousands: several numbers, and said
    "1,000": ([1, 0], ["thousands"]),
    "-12,345,678": ([-12, 345, 678], ["thousands"]),
    "[1,000 2]": ([1, 0, 2], ["thousands"]),
    "100,200,300, 4": ([100, 200, 300, 4], []),
    "1,0000": ([1, 0], []),
    "1,5; 2.5": ([1, 5, 2.5], ["rows_joined"]),
    "1, 5; 2, 5": ([1, 5, 2, 5], ["rows_joined"]),
    "[1,5; 2,5]": ([1, 5, 2, 5], ["rows_joined"]),
    "１，２；３": ([1, 2, 3], ["rows_joined"]),
    "1,2，3": ([1, 2, 3], []),
    # dashes where a sign can stand: `–3` (U+2013), `‐3` (U+2010), `﹣3`
    "–3": ([-3], []),
    "‐3": ([-3], []),
    "﹣3": ([-3], []),
    "‑3, ‒3, —3, ―3, −3, －3": ([-3] * 6, []),
    "——1，2": ([-1, 2], []),
    "1e–2": ([0.01], []),
    "1/−2": ([-0.5], []),
    # names, quotes, calls and brackets around numbers
    "a=(1,2)": ([1, 2], []),
    "a = (1, 2)": ([1, 2], []),
    "v₁ = [1; 2]": ([1, 2], []),
    "向量a：１，２": ([1, 2], []),
    "x=1, y=-2": ([1, -2], []),
    "“1” “2”": ([1, 2], []),
    "'1.5', '2'": ([1.5, 2], []),
    "array([1., 2.])": ([1, 2], []),
    "np.array([[1., 2.]], dtype=float32)": ([1, 2], []),
    "tensor([1., 2.], device='cuda:0', grad_fn=<MulBackward0>)": ([1, 2], []),
    "array([ 1.,  2.,\n        3.])": ([1, 2, 3], []),
    "{1, 2}": ([1, 2], []),
    "[1 2; 3 4]": ([1, 2, 3, 4], ["rows_joined"]),
    "x y\n1 2": ([1, 2], ["heading"]),
}

ROWS: dict[str, tuple[list[list[float]], list[str]]] = {
    # pasted at the first cell, and a TXT of it
    "[1 2; 3 4]": ([[1, 2], [3, 4]], []),
    "array([[1., 2.],\n       [3., 4.]])": ([[1, 2], [3, 4]], []),
    "(1, 2), (3, 4)": ([[1, 2], [3, 4]], []),
    "[[1. 2.]\n [3. 4.]]": ([[1, 2], [3, 4]], []),
    "[[1, 2], [3, 4]]": ([[1, 2], [3, 4]], []),
    "[\n  [1, 2],\n  [3, 4]\n]": ([[1, 2], [3, 4]], []),
    "[1 2\n 3 4]": ([[1, 2], [3, 4]], []),
    "A = [1 2;\n     3 4];": ([[1, 2], [3, 4]], []),
    "a = (1, 2)\nb = (3, 4)": ([[1, 2], [3, 4]], []),
    "1 2; 3 4": ([[1, 2], [3, 4]], []),
    "（1，2），（3，4）": ([[1, 2], [3, 4]], []),
    "[1;2;3]": ([[1], [2], [3]], []),
    "1;2;3": ([[1, 2, 3]], []),
    "[[ 1.,  2.,\n   3.],\n [ 4.,  5.,\n   6.]]": ([[1, 2, 3], [4, 5, 6]], []),
    "1\t2\r\n3\t−4\r\n": ([[1, 2], [3, -4]], []),
    "1;2.5\r\n-3;4\r\n\r\n": ([[1, 2.5], [-3, 4]], []),
    "1,2\n3,4": ([[1, 2], [3, 4]], []),
    # decimal commas in a file
    "1,5; 2,5\n2,0; 4,0": ([[1.5, 2.5], [2, 4]], ["decimal_comma"]),
    "1,5\t2,5\n2,0\t4,0": ([[1.5, 2.5], [2, 4]], ["decimal_comma"]),
    "(1,5; 2,5)\n(2,0; 4,0)": ([[1.5, 2.5], [2, 4]], ["decimal_comma"]),
    '"x";"y"\n"1,5";"2,5"': ([[1.5, 2.5]], ["decimal_comma", "heading"]),
    "1,000\n2,500": ([[1, 0], [2, 500]], ["thousands"]),
    "100,200,300\n1,2,3": ([[100, 200, 300], [1, 2, 3]], []),
    # one heading line
    "x,y\n1,2\n3,4": ([[1, 2], [3, 4]], ["heading"]),
    "# made by savetxt\n1 2": ([[1, 2]], ["heading"]),
    "长度（厘米）,宽度\n１，２": ([[1, 2]], ["heading"]),
}

WRONG: dict[str, str] = {
    "": "vector_empty",
    "[]": "vector_empty",
    "[[], []]": "vector_empty",
    "1,,2": "vector_gap",
    "1\t\t2": "vector_gap",
    "[1;;2]": "vector_gap",
    "1 2,": "vector_gap",
    "(1), ()": "vector_gap",
    "1–2": "vector_entry",
    "1 + 2": "vector_entry",
    "pi": "vector_entry",
    "nan": "vector_entry",
    "1. . 2": "vector_entry",
    "1…2": "vector_entry",
    "1\u00a0000": "vector_entry",
    "1\u202f234,5": "vector_entry",
    "x\ny": "vector_entry",
    "1,2\na,b": "vector_entry",
    "1e999": "vector_range",
    "1/0": "vector_division_by_zero",
    "(1": "vector_brackets",
    "(1, 2]": "vector_brackets",
    "1, (2, 3)": "vector_brackets",
    "[[1], 2]": "vector_brackets",
    "[[[1], [2]], [[3], [4]]]": "vector_brackets",
    "[1 2]'": "vector_brackets",
    "(1),, (2)": "vector_brackets",
    "1 2\n3": "file_ragged",
    "[1 2; 3]": "file_ragged",
}


def code_of(error: GramlabError) -> str:
    cause = error.values.get("cause", error)
    assert isinstance(cause, GramlabError)
    return cause.code


def test_the_examples_in_the_docstrings():
    assert doctest.testmod(reading).failed == 0


@pytest.mark.parametrize("text", VECTORS)
def test_a_vector(text):
    numbers, notes = VECTORS[text]
    found = read_vector(text)
    assert found.numbers.dtype == np.float64
    assert found.numbers.tolist() == numbers
    assert [note.code for note in found.notes] == notes


@pytest.mark.parametrize("text", ROWS)
def test_rows(text):
    numbers, notes = ROWS[text]
    found = read_rows(text, 512, 10_000)
    assert found.numbers.tolist() == numbers
    assert [note.code for note in found.notes] == notes


@pytest.mark.parametrize("text", WRONG)
def test_what_is_refused(text):
    with pytest.raises(GramlabError) as raised:
        read_rows(text, 512, 10_000)
    assert code_of(raised.value) == WRONG[text]


def test_decimal_commas_typed_and_in_a_file():
    # case: 1,5; 2,5 and 2,0; 4,0 → a·b = 13, 4.40°
    from gramlib.vectors import angle, inner_product, parse_vector

    a, b = parse_vector("1,5; 2,5"), parse_vector("2,0; 4,0")
    assert inner_product(a, b) == 13
    assert angle(a, b, degrees=True) == pytest.approx(4.40, abs=0.005)
    # case: the same in a file
    found = read_rows("1,5; 2,5\n2,0; 4,0\n", 512, 10_000)
    assert found.numbers.tolist() == [a.tolist(), b.tolist()]
    assert [note.code for note in found.notes] == ["decimal_comma"]


@pytest.mark.parametrize(
    ("text", "sign", "shown"),
    [
        ("1, 3–4", "– (U+2013)", "3–4"),
        ("10²", "² (U+00B2)", "10²"),
        ("3x", "x", "3x"),
        ("1e", "e", "1e"),
        ("1/2/3", "/", "1/2/3"),
        ("--3", "-", "--3"),
        ("1\u200b2", "\\u200b (U+200B)", "1\\u200b2"),
        ("1\u00a0000", "\\xa0 (U+00A0)", "1\\xa0000"),
    ],
)
def test_the_wrong_sign_is_named(text, sign, shown):
    with pytest.raises(GramlabError) as raised:
        read_vector(text)
    assert raised.value.values["sign"] == sign
    assert raised.value.values["text"] == shown
    assert sign in str(raised.value)


def test_rows_for_a_vector_are_counted():
    with pytest.raises(GramlabError) as raised:
        read_vector("(1, 2), (3, 4)")
    assert (raised.value.code, raised.value.values) == ("vector_rows", {"count": 2})


def test_what_a_note_says():
    assert dict(read_vector("-1,50; 2").notes[0].values) == {"text": "-1,50", "value": -1.5}
    assert dict(read_vector("[1 2; 3 4]").notes[0].values) == {"count": 2, "numbers": 4}
    assert dict(read_rows("“x (cm)”,y\n1,2", 9, 9).notes[0].values) == {"text": "“x (cm)”,y"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gbk"])
def test_files_of_every_encoding(encoding):
    # case: UTF-16 and GBK files, with a Chinese heading
    text = decoded("1,2\n3,4\n".encode(encoding))
    assert read_rows(text, 9, 9).numbers.tolist() == [[1, 2], [3, 4]]
    if not encoding.startswith("utf-16-"):
        found = read_rows(decoded("长,宽\n１，２\n".encode(encoding)), 9, 9)
        assert found.numbers.tolist() == [[1, 2]]
        assert found.notes[0].values == {"text": "长,宽"}


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"\x89PNG\r\n\x1a\n\x00\x00", b"\xff\xff\xff", b"1\x002\x00\x00"])
def test_bytes_that_are_no_text(data):
    with pytest.raises(GramlabError) as raised:
        decoded(data)
    assert raised.value.code == "file_text"


def test_rows_and_numbers_are_counted_before_they_are_read():
    # case: 10 million lines of 1
    text = "1\n" * 2_000_000
    start = time.process_time()
    with pytest.raises(GramlabError) as raised:
        read_rows(text, 512, 10_000)
    assert raised.value.code == "text_rows"
    assert time.process_time() - start < 0.2
    long = {
        "1\n" * 513: "text_rows",
        "1\r" * 2_049: "text_rows",  # as Excel for the Mac ends its lines
        "1 " * 10_001: "vector_too_long",
        "1 1\n" + " " * 400_001: "text_line",
        ('"1" ' * 9_999 + "\n") * 51: "text_quotes",
        (" " * 40_000 + "\n") * 401: "text_too_long",
        "(" * 400_000: "vector_brackets",
        "a=1 " * 10_000: "vector_entry",
    }
    start = time.process_time()
    for rows, code in long.items():
        with pytest.raises(GramlabError) as raised:
            read_rows(rows, 512, 10_000)
        assert code_of(raised.value) == code
    assert time.process_time() - start < 0.6


@quick
@given(st.lists(st.lists(finite, min_size=3, max_size=3), min_size=1, max_size=4))
def test_rows_survive_every_way_to_write_them(rows):
    as_array = np.array(rows)
    ways = [
        str(rows),
        str(rows)[1:-1],
        "\n".join(", ".join(map(repr, row)) for row in rows),
        "\r\n".join("\t".join(map(repr, row)).replace("-", "−") for row in rows),
        "[" + "; ".join(" ".join(map(repr, row)) for row in rows) + "]",
        "x;y;z\n" + "\n".join(";".join(f'"{value!r}"' for value in row) for row in rows),
        "A = np.array(" + str(rows) + ", dtype=float)",
    ]
    for way in ways:
        np.testing.assert_array_equal(read_rows(way, 9, 9).numbers, as_array)


LONG = ["(", "[(", "a ", "=", '"', "1\n", ";\n", "1, ", "array ", "a =", "1 x", "[1]", "',"]


@pytest.mark.parametrize("part", LONG)
@pytest.mark.parametrize("before", ["", "1", "a", "]", ",", "x\n"])
def test_long_nonsense_is_read_or_refused_in_linear_time(part, before):
    text = part * (20_000 // len(part))
    start = time.process_time()
    for given_ in (before + text, before + " " * 20_000 + text + "(", before + text + " " * 20_000 + "x"):
        with contextlib.suppress(GramlabError):
            read_rows(given_, 512, 100_000)
    assert time.process_time() - start < 0.5
