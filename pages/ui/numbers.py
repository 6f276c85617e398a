"""How a number is written: three significant digits unless asked for more, and a real minus sign."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import numpy as np

MINUS = "−"
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def _parts(value: float, digits: int) -> tuple[str, str]:
    """The number as digits and, where it is very large or small, an exponent."""
    if value == 0 or 1e-3 <= abs(value) < 10 ** max(digits, 6):
        decimals = 0 if value == 0 else max(0, digits - 1 - math.floor(math.log10(abs(value))))
        text = f"{value:.{decimals}f}"
        return (text.rstrip("0").rstrip(".") if "." in text else text), ""
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    return mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa, str(int(exponent))


def number(value: float, digits: int = 3) -> str:
    """A number for people: −0.25, 14, 1.2×10⁻⁷.

    digits   significant digits; whole numbers below a million are written whole, and trailing zeros are left out

    >>> number(-2.5), number(123456), number(1.25e-7), number(0.30000000000000004)
    ('−2.5', '123456', '1.25×10⁻⁷', '0.3')
    """
    if not math.isfinite(value):
        return "—"
    mantissa, exponent = _parts(float(value), digits)
    text = mantissa.replace("-", MINUS)
    text = "0" if text == MINUS + "0" else text
    return f"{text}×10{exponent.translate(_SUPERSCRIPTS)}" if exponent else text


def is_exact(value: float, digits: int = 3) -> bool:
    """Whether the number as it is written is the number itself, but for what rounding has left over."""
    mantissa, exponent = _parts(float(value), digits)
    return abs(float(f"{mantissa}e{exponent or 0}") - value) <= 1e-12 * abs(value)


def angle_text(degrees: float) -> str:
    """An angle with four digits, or as many as it takes to tell it from 0°, 90° and 180°."""
    for digits in range(4, 16):
        text = number(degrees, digits)
        if text not in ("0", "90", "180") or degrees in (0.0, 90.0, 180.0):
            break
    return text


def subscript(value: int) -> str:
    """A whole number as an index: 12 → ₁₂."""
    return str(value).translate(_SUBSCRIPTS)


def without_noise(values: np.ndarray) -> np.ndarray:
    """The numbers, with those below 10⁻¹² of the largest, which rounding has left over, set to 0.

    For showing only: after a turn by 90° a 0 comes out as 10⁻¹⁶, and a class would ask what that is.
    """
    return np.where(np.abs(values) < 1e-12 * np.abs(values).max(initial=0), 0.0, values)


def latex(value: float, digits: int = 3) -> str:
    """The same number for a formula."""
    if not math.isfinite(value):
        return r"\text{—}" if math.isnan(value) else r"\infty"
    mantissa, exponent = _parts(float(value), digits)
    return rf"{mantissa}\times10^{{{exponent}}}" if exponent else mantissa


def factor(value: float, digits: int = 3) -> str:
    """The same number as a factor in a formula: in brackets when it is negative."""
    return f"({latex(value, digits)})" if value < 0 else latex(value, digits)


def plain(value: float) -> str:
    """The shortest text that reads back as exactly this number, for fields and links.

    >>> plain(3.0), plain(-0.5), plain(1e150), plain(0.1)
    ('3', '-0.5', '1e+150', '0.1')
    """
    text = repr(float(value))
    return text.removesuffix(".0")


def vector_text(vector: Iterable[float]) -> str:
    """A vector as a person types it: "3, -0.5"."""
    return ", ".join(plain(value) for value in vector)


def read_rows(most_rows: int, most_numbers: int) -> Callable[[str], tuple[tuple[float, ...], ...]]:
    """A reader of links for rows of numbers: "3,1;1,2"."""

    def read(text: str) -> tuple[tuple[float, ...], ...]:
        rows = tuple(tuple(float(entry) for entry in row.split(",")) for row in text.split(";"))
        array = np.array(rows)  # raises ValueError where the rows differ in length
        if array.ndim != 2 or not np.isfinite(array).all() or len(array) > most_rows or array.shape[1] > most_numbers:
            raise ValueError(text)
        return rows

    return read


def write_rows(rows: Iterable[Iterable[float]]) -> str:
    return ";".join(",".join(plain(value) for value in row) for row in rows)
