"""One or two vectors: read from text, inner product, length, angle, projection.

Every floating-point number is an integer times a power of two. So inner products are summed here in Python's integers,
without rounding and without overflow, and each result is rounded once, at the end: right at every scale, exactly 0 for
vectors that are exactly orthogonal, exactly ±1 for the cosine of vectors that are exactly parallel. 10^5 entries cost
about a tenth of a second.
"""

from __future__ import annotations

import enum
import math
import numbers
import operator
import sys

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gramlib.errors import GramlabError
from gramlib.reading import read_vector

RELATION_TOLERANCE = 8 * sys.float_info.epsilon
"""What `relation` forgives, per entry, of the cosine or sine: decimals such as 0.1 are rounded when they are stored."""


class Relation(enum.StrEnum):
    """How two vectors lie: angle below, at, above 90°, same direction, opposite direction, no direction."""

    ACUTE = "acute"
    RIGHT = "right"
    OBTUSE = "obtuse"
    PARALLEL = "parallel"
    OPPOSITE = "opposite"
    UNDEFINED = "undefined"


def parse_vector(text: str) -> NDArray[np.float64]:
    """Return the numbers that a person typed.

    Between two numbers stands a comma, a semicolon or white space; around all of them, one pair of brackets or none.
    A number is decimal, may have an exponent, and may be a fraction of two such. Full-width forms, 、, − and the dashes
    that look like it are read, "a = (1, 2)" and NumPy's array([1., 2.]), and decimal commas where they can be nothing
    else: `gramlib.reading.read_vector` has all the rules, and says how it read what could be meant otherwise. Refused:
    everything else, an empty place as in "1,,2" or after a last comma, several rows in brackets of their own, and
    numbers too large or too small for float64, which would become inf or 0.

    text      such as "1, 2, 3", "1 2 3", "[1;2;3]", "(1.5)", "1/2, -3e2", "１，２；３"; 1 to 100 000 numbers
    returns   (n,) float64, finite
    raises    GramlabError, with the place of the first wrong number, counted from 1, and its text

    >>> parse_vector("[1/2; -3e2]")
    array([   0.5, -300. ])
    """
    return read_vector(text).numbers


def inner_product(a: ArrayLike, b: ArrayLike) -> float:
    """Return a·b = Σ aᵢbᵢ, the exact sum, rounded once.

    a, b      (n,), finite
    returns   float; 0.0 where the sum is nearer to 0 than to any other float64
    raises    GramlabError when the lengths differ or the sum is above 1.8·10³⁰⁸

    >>> inner_product([1, 2, 3], [4, 5, 6])
    32.0
    >>> inner_product([1e200, 1e200, 1], [1e200, -1e200, 1])
    1.0
    """
    first, second = _pair(a, b)
    (integers_a, exponent_a), (integers_b, exponent_b) = _integers(first), _integers(second)
    return _rounded(_sum_of_products(integers_a, integers_b), 1, exponent_a + exponent_b)


def norm(a: ArrayLike) -> float:
    """Return ‖a‖ = √(a·a), the length of a, within one unit in the last place.

    a         (n,), finite
    returns   float, ≥ 0
    raises    GramlabError when the length is above 1.8·10³⁰⁸

    >>> norm([3e300, 4e300])
    5e+300
    """
    length = math.hypot(*_vector(a).tolist())
    if math.isinf(length):
        raise _overflow()
    return length


def projection(a: ArrayLike, onto: ArrayLike) -> NDArray[np.float64]:
    """Return the shadow of a on the line through `onto`: (a·b / b·b) b with b = onto, each entry rounded once.

    a, onto   (n,), finite; onto is not zero
    returns   (n,) float64
    raises    GramlabError when onto is zero, the lengths differ or an entry is above 1.8·10³⁰⁸

    >>> projection([2, 3], onto=[1, 0])
    array([2., 0.])
    """
    first, second = _pair(a, onto)
    (integers_a, exponent_a), (integers_b, _) = _integers(first), _integers(second)
    square = _sum_of_products(integers_b, integers_b)
    if square == 0:
        raise _no_direction(2)
    product = _sum_of_products(integers_a, integers_b)
    return np.array([_rounded(product * entry, square, exponent_a) for entry in integers_b])


def cosine(a: ArrayLike, b: ArrayLike) -> float:
    """Return cos θ = a·b / (‖a‖ ‖b‖).

    a, b      (n,), finite, not zero
    returns   float in [-1, 1]
    raises    GramlabError when a vector is zero or the lengths differ

    >>> cosine([1e200, 1e200], [1e-200, 0]) == math.sqrt(0.5)
    True
    """
    adjacent, _, hypotenuse = _triangle(*_pair(a, b))
    return adjacent / hypotenuse


def angle(a: ArrayLike, b: ArrayLike, degrees: bool = False) -> float:
    """Return the angle θ between a and b, as exact near 0° and 180° as elsewhere.

    θ = atan2(√(‖a‖²‖b‖² − (a·b)²), a·b); under the root stands the determinant of the Gram matrix of a and b. In
    floating point that difference cancels, and Kahan (2006), "How futile are mindless assessments of roundoff", takes
    2·atan2(‖u−v‖, ‖u+v‖) with unit vectors u, v; in integers nothing cancels.

    a, b      (n,), finite, not zero
    returns   float: radians in [0, π], or degrees in [0, 180]
    raises    GramlabError when a vector is zero or the lengths differ

    >>> angle([1, 0], [1, 1e-20])
    1e-20
    >>> angle([1, 2], [-2, 1], degrees=True)
    90.0
    """
    adjacent, opposite, hypotenuse = _triangle(*_pair(a, b))
    radians = math.atan2(opposite / hypotenuse, adjacent / hypotenuse)
    return math.degrees(radians) if degrees else radians


def relation(a: ArrayLike, b: ArrayLike, tolerance: float | None = None) -> Relation:
    """Return how a and b lie to each other, whatever their lengths.

    RIGHT when |cos θ| ≤ tolerance; PARALLEL (cos θ > 0) or OPPOSITE (cos θ < 0) when sin θ ≤ tolerance; else ACUTE or
    OBTUSE by the sign of cos θ. UNDEFINED when a or b is zero: it has no direction.

    a, b        (n,), finite
    tolerance   None takes n · RELATION_TOLERANCE, that is 8·n·2⁻⁵²
    raises      GramlabError when the lengths differ

    >>> relation([0.1, 0.2], [0.3, 0.6])
    <Relation.PARALLEL: 'parallel'>
    """
    first, second = _pair(a, b)
    if not first.any() or not second.any():
        return Relation.UNDEFINED
    adjacent, opposite, hypotenuse = _triangle(first, second)
    tolerance = len(first) * RELATION_TOLERANCE if tolerance is None else tolerance
    if abs(adjacent) / hypotenuse <= tolerance:
        return Relation.RIGHT
    if opposite / hypotenuse <= tolerance:
        return Relation.PARALLEL if adjacent > 0 else Relation.OPPOSITE
    return Relation.ACUTE if adjacent > 0 else Relation.OBTUSE


def _vector(values: ArrayLike) -> NDArray[np.float64]:
    try:
        given = np.asarray(values)
        if given.dtype.kind == "O" and not all(isinstance(value, numbers.Number) for value in given.flat):
            raise TypeError
        if given.dtype.kind not in "biufO":
            raise TypeError
        # float80 and large integers become inf here, and are refused below
        with np.errstate(over="ignore"):
            vector = given.astype(np.float64)
    except OverflowError:
        raise _overflow() from None
    except (TypeError, ValueError, RuntimeError):
        kind = type(values).__name__
        message = f"A vector is a row of real numbers; what arrived ({kind}) holds something else."
        raise GramlabError("vector_not_numbers", message, kind=kind) from None
    if vector.ndim != 1:
        message = f"A vector is one row of numbers; an array of shape {vector.shape} arrived."
        raise GramlabError("vector_shape", message, shape=vector.shape)
    if vector.size == 0:
        raise GramlabError("vector_empty", "No number arrived: a vector has at least one, such as 1, 2, 3.")
    finite = np.isfinite(vector)
    if not finite.all():
        position = int(finite.argmin())
        message = f"Number {position + 1} of the vector is {vector[position]}: every number must be finite."
        raise GramlabError("vector_not_finite", message, position=position + 1, value=float(vector[position]))
    return vector


def _pair(a: ArrayLike, b: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    first, second = _vector(a), _vector(b)
    if len(first) != len(second):
        message = f"The vectors have {len(first)} and {len(second)} numbers: both must have the same count."
        raise GramlabError("vector_lengths", message, first=len(first), second=len(second))
    return first, second


def _integers(vector: NDArray[np.float64]) -> tuple[list[int], int]:
    """Return integers and an exponent such that vector = integers · 2^exponent, exactly."""
    fractions, exponents = np.frexp(vector)
    lowest = int(exponents.min())
    whole = np.ldexp(fractions, 53).astype(np.int64).tolist()
    shifts = (exponents - lowest).tolist()
    return [number << shift for number, shift in zip(whole, shifts, strict=True)], lowest - 53


def _sum_of_products(a: list[int], b: list[int]) -> int:
    return sum(map(operator.mul, a, b))


def _rounded(numerator: int, denominator: int, exponent: int) -> float:
    """Return numerator / denominator · 2^exponent, rounded once: so Python divides integers."""
    if exponent >= 0:
        numerator <<= exponent
    else:
        denominator <<= -exponent
    try:
        return numerator / denominator
    except OverflowError:
        raise _overflow() from None


def _triangle(a: NDArray[np.float64], b: NDArray[np.float64]) -> tuple[int, int, int]:
    """Return adjacent, opposite and hypotenuse of a right triangle with the angle between a and b.

    The hypotenuse is ‖a‖‖b‖ rounded down after 64 binary places, so by Cauchy–Schwarz |adjacent| never exceeds it.
    """
    for position, vector in enumerate((a, b), 1):
        if not vector.any():
            raise _no_direction(position)
    (integers_a, _), (integers_b, _) = _integers(a), _integers(b)
    product = _sum_of_products(integers_a, integers_b)
    squares = _sum_of_products(integers_a, integers_a) * _sum_of_products(integers_b, integers_b)
    return product << 64, math.isqrt((squares - product**2) << 128), math.isqrt(squares << 128)


def _no_direction(position: int) -> GramlabError:
    message = f"Vector {position} is zero and has no direction: there is no angle to it and no projection onto it."
    return GramlabError("vector_zero", message, position=position)


def _overflow() -> GramlabError:
    return GramlabError("vector_overflow", "The result is larger than a computer number holds, about 1.8e308.")
