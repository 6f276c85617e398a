"""How numbers are written, and read back from links."""

from __future__ import annotations

import doctest
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.ui import numbers
from pages.ui.numbers import factor, latex, number, plain, read_rows, subscript, vector_text, without_noise, write_rows

finite = st.floats(allow_nan=False, allow_infinity=False)


def test_the_examples_in_the_docstrings():
    assert doctest.testmod(numbers).failed == 0


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (12, "12"),
        (1234567, "1.23×10⁶"),
        (0.001, "0.001"),
        (0.00099, "9.9×10⁻⁴"),
        (-2 / 3, "−0.667"),
        (1e150, "1×10¹⁵⁰"),
        (math.nan, "—"),
        (math.inf, "—"),
    ],
)
def test_a_number_for_people(value, text):
    assert number(value) == text


@given(st.floats(-1e300, 1e300))
def test_a_number_is_right_to_its_digits(value):
    text = number(value, 4).replace("−", "-")
    mantissa, _, exponent = text.partition("×10")
    digits = exponent.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    assert float(f"{mantissa}e{digits or 0}") == pytest.approx(value, rel=5.1e-4, abs=1e-320)


@given(finite)
def test_plain_reads_back_exactly(value):
    assert float(plain(value)) == value


@given(st.lists(st.lists(finite, min_size=3, max_size=3), min_size=1, max_size=4))
def test_rows_survive_the_link(rows):
    assert read_rows(4, 3)(write_rows(rows)) == tuple(map(tuple, rows))


@pytest.mark.parametrize("text", ["", "1,2;3", "1,nan", "1,inf", "1;2;3;4;5", "1,2,3,4", "a", "1,,2"])
def test_rows_that_cannot_be_used_are_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 (float's and our own words differ)
        read_rows(4, 3)(text)


def test_formulas_and_fields():
    assert latex(-1.25e-7) == r"-1.25\times10^{-7}"
    assert factor(-2) == "(-2)"
    assert factor(2) == "2"
    assert subscript(12) == "₁₂"
    assert vector_text(np.array([3.0, -0.5])) == "3, -0.5"


def test_noise_is_not_shown_and_nothing_else_is_changed():
    np.testing.assert_array_equal(without_noise(np.array([1.0, 1e-16, -3.0])), [1, 0, -3])
    np.testing.assert_allclose(without_noise(np.array([1e200, 2e190])), [1e200, 2e190])
    np.testing.assert_array_equal(without_noise(np.zeros(2)), [0, 0])
