"""k vectors and their Gram matrix G, every inner product of every pair: what it keeps, and what it forgets.

Every function takes NumPy arrays or PyTorch tensors, and answers in the same kind and floating-point type; integers
become float64. PyTorch is never imported here: it is used only through the tensors that arrive.
"""

from __future__ import annotations

import itertools
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import NDArray

from gramlib.arrays import (
    at_least_float32,
    checked,
    epsilon,
    is_finite,
    is_tensor,
    like,
    not_finite,
    overflow,
    to_numpy,
    whole,
)
from gramlib.errors import GramlabError
from gramlib.turning import coordinates
from gramlib.turning import random_orthogonal as random_orthogonal
from gramlib.vectors import RELATION_TOLERANCE, Relation, angle, relation

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, eq=False)
class GramProperties:
    """What a Gram matrix G tells of its k vectors.

    symmetric     no G[i, j] differs from G[j, i] by more than the tolerance
    eigenvalues   (k,) float64, in descending order
    rank          how many eigenvalues differ from 0 by more than the tolerance: the dimension the vectors span
    volume        √det G, of the parallelotope that the vectors span; 0 when rank < k, nan when not is_psd, inf above
                  1.8·10³⁰⁸
    condition     largest |eigenvalue| / smallest; inf when rank < k. It is the square of that of the vectors.
    is_psd        symmetric, and no eigenvalue below −tolerance: exactly then some vectors have this Gram matrix
    tolerance     10·√k·ε·max|eigenvalue|, ε the spacing of numbers at 1 in the floating-point type that arrived; of
                  vectors: RELATION_TOLERANCE·n, and it is a sine, of vectors whose lengths do not count
    """

    symmetric: bool
    eigenvalues: NDArray[np.float64]
    rank: int
    volume: float
    condition: float
    is_psd: bool
    tolerance: float


@overload
def gram_matrix(vectors: torch.Tensor, *, center: bool = ..., unit: bool = ...) -> torch.Tensor: ...
@overload
def gram_matrix(vectors: NDArray[Any] | Sequence[Any], *, center: bool = ..., unit: bool = ...) -> NDArray[Any]: ...
def gram_matrix(vectors: Any, *, center: bool = False, unit: bool = False) -> Any:
    """Return the inner products of all pairs of vectors: G = V Vᵀ, G[i, j] = vᵢ·vⱼ.

    Exactly symmetric; positive semidefinite; the same for vectors turned or mirrored together. With unit=True the
    diagonal is exactly 1 and vectors of any size are right; otherwise a product below 10⁻³⁰⁸ is rounded to 0.

    vectors   (k, n), one vector per row: k variables, n observations
    center    subtract from each row its own mean: n × the covariance matrix (the one that divides by n)
    unit      divide each row, centred or not, by its length: cosines; with center, correlations
    returns   (k, k), same kind and floating-point type, differentiable
    raises    GramlabError when rows differ in length, a number is not finite, a row is zero under unit (a constant row
              under center and unit), or a product is larger than the type holds

    >>> gram_matrix(np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([[ 5., 11.],
           [11., 25.]])
    >>> gram_matrix([[1, 2, 3], [6, 4, 2]], center=True, unit=True)
    array([[ 1., -1.],
           [-1.,  1.]])
    """
    given = checked(vectors, "k, n")
    if not is_finite(given):
        raise not_finite(to_numpy(given))
    rows = at_least_float32(given)
    with np.errstate(all="ignore"):
        if unit:
            rows = _scaled(rows)
        if center:
            # from the first entry, not from 0, so that a constant row becomes exactly zero
            rows = rows - rows[:, :1]
            rows = rows - rows.mean(1)[:, None]
        if (
            center and unit
        ):  # every row was scaled to 1: what is left of one that rounding alone keeps from being constant
            rows = rows * (abs(rows) > 4 * epsilon(given)).any(1)[:, None]
        if unit:
            rows = _scaled(rows)
            rows = rows / (rows * rows).sum(1)[:, None] ** 0.5
    gram = _products(rows, 1, given)
    if unit:
        gram = gram.clip(-1, 1)
        diagonal = list(range(len(gram)))
        gram[diagonal, diagonal] = 1
    return gram


@overload
def flatten_features(features: torch.Tensor) -> torch.Tensor: ...
@overload
def flatten_features(features: NDArray[Any] | Sequence[Any]) -> NDArray[Any]: ...
def flatten_features(features: Any) -> Any:
    """Return each channel as one row, its H rows of W numbers one after the other; no copy where none is needed.

    features   (C, H, W)
    returns    (C, HW), same kind and floating-point type, differentiable
    raises     GramlabError when the shape is another

    >>> flatten_features(np.array([[[1.0, 2.0], [3.0, 4.0]]]))
    array([[1., 2., 3., 4.]])
    """
    given = checked(features, "C, H, W")
    return given.reshape(len(given), -1)


@overload
def feature_gram(features: torch.Tensor, normalize: str = ...) -> torch.Tensor: ...
@overload
def feature_gram(features: NDArray[Any] | Sequence[Any], normalize: str = ...) -> NDArray[Any]: ...
def feature_gram(features: Any, normalize: str = "hw") -> Any:
    """Return how strongly each pair of channels fires together.

    Flatten each channel to a row of N = H·W numbers; entry (i, j) is the inner product of rows i and j. Exactly
    symmetric, positive semidefinite, and unchanged, up to the rounding of the sums, when the positions are shuffled:
    it keeps which features occur together and forgets where.

    features    (C, H, W)
    normalize   what the sum is divided by: "none", "hw" = H·W (positions), "chw" = C·H·W
    returns     (C, C), same kind and floating-point type, differentiable
    raises      GramlabError for another shape, a number that is not finite, or a sum larger than the type holds

    Gatys, Ecker, Bethge (2016), eq. 3, is "none"; see the table in README for what others divide by.

    >>> feature_gram(np.array([[[1.0, 2.0]], [[3.0, 4.0]]]), normalize="none")
    array([[ 5., 11.],
           [11., 25.]])
    """
    flat = flatten_features(features)
    channels, positions = flat.shape
    divisors = {"none": 1, "hw": positions, "chw": channels * positions}
    if normalize not in divisors:
        message = f'normalize is "{normalize}": one of "none", "hw", "chw" is needed.'
        raise GramlabError("gram_normalize", message, normalize=normalize)
    return _products(at_least_float32(flat), divisors[normalize], flat)


def properties(gram: torch.Tensor | NDArray[Any] | Sequence[Any]) -> GramProperties:
    """Return what a Gram matrix tells of its vectors; any square matrix may be asked.

    Computed in float64; pass the matrix in the type it was computed in, which tells how exact it is. The tolerance is
    relative to the largest eigenvalue: G and 10²⁰⁰·G answer alike. For a matrix that is not symmetric, everything but
    `symmetric`, `is_psd` and `volume` is that of its symmetric part (G + Gᵀ)/2.

    gram      (k, k), finite
    returns   GramProperties, in NumPy and Python numbers whatever arrived
    raises    GramlabError when the matrix is not square or not finite, or an eigenvalue is above 1.8·10³⁰⁸

    >>> found = properties([[4, 0], [0, 9]])
    >>> found.eigenvalues, found.rank, found.volume, found.is_psd
    (array([9., 4.]), 2, 6.0, True)
    """
    given = checked(gram, "k, k")
    matrix, size = to_numpy(given), len(given)
    if not is_finite(matrix):
        raise not_finite(matrix)
    eigenvalues = _eigen(matrix)[0]
    eigenvalues.flags.writeable = False
    sizes = abs(eigenvalues)
    tolerance = 10 * math.sqrt(size) * epsilon(given) * float(sizes.max())
    symmetric = bool((abs(matrix - matrix.T) <= tolerance).all())
    is_psd = symmetric and bool(eigenvalues[-1] >= -tolerance)
    rank = int((sizes > tolerance).sum())
    return GramProperties(
        symmetric=symmetric,
        eigenvalues=eigenvalues,
        rank=rank,
        volume=math.nan if not is_psd else 0.0 if rank < size else _product(np.sqrt(eigenvalues)),
        condition=math.inf if rank < size else float(sizes.max() / sizes.min()),
        is_psd=is_psd,
        tolerance=tolerance,
    )


def properties_of_vectors(vectors: torch.Tensor | NDArray[Any] | Sequence[Any]) -> GramProperties:
    """Return what the Gram matrix of vectors tells of them, from the vectors themselves.

    G holds squares, and in floating point half of all digits are lost in it: (10⁹, 0) and (0, 1) look parallel there.
    Here the lengths are taken off first, and the singular values of the unit vectors say how many directions there
    are, whatever the lengths. Two vectors span a line exactly when `relation` calls them parallel or opposite.

    vectors   (k, n), one vector per row, finite
    returns   GramProperties; eigenvalues are those of G = V Vᵀ, exactly 0 beyond the rank; volume is 0 when rank < k
    raises    GramlabError when rows differ in length, a number is not finite, or an eigenvalue is above 1.8·10³⁰⁸

    >>> found = properties_of_vectors([[1e9, 0], [0, 1]])
    >>> found.rank, found.volume
    (2, 1000000000.0)
    """
    given = checked(vectors, "k, n")
    rows = to_numpy(given)
    if not is_finite(rows):
        raise not_finite(rows)
    k, n = rows.shape
    tolerance = RELATION_TOLERANCE * n * epsilon(given) / sys.float_info.epsilon
    largest = abs(rows).max(1)
    some = rows[largest > 0] / largest[largest > 0, None]  # no square of these overflows or vanishes
    lengths = np.sqrt((some * some).sum(1))
    # in the space that the rows span, not in all n dimensions; the error of each row stays relative to its own length
    spanned = coordinates(some / lengths[:, None])
    directions = np.linalg.svd(spanned, compute_uv=False)
    rank = int((directions > tolerance).sum())
    if len(some) == 2:  # exactly, as `relation` and `angle` have it
        one, other = rows[largest > 0]
        rank = 1 if relation(one, other, tolerance) in (Relation.PARALLEL, Relation.OPPOSITE) else 2
        directions = np.array([1.0, math.sin(angle(one, other))])
    eigenvalues = np.zeros(k)
    with np.errstate(over="ignore"):
        lengths = lengths * largest[largest > 0]
        eigenvalues[:rank] = _squared_singular_values(spanned * lengths[:, None])[:rank]
    if not is_finite(eigenvalues):
        raise overflow()
    eigenvalues.flags.writeable = False
    with np.errstate(over="ignore"):
        condition = math.inf if rank < k or not eigenvalues[-1] else float(eigenvalues[0] / eigenvalues[-1])
    return GramProperties(
        symmetric=True,
        eigenvalues=eigenvalues,
        rank=rank,
        volume=0.0 if rank < k else _product(np.concatenate([lengths, directions])),
        condition=condition,
        is_psd=True,
        tolerance=tolerance,
    )


@overload
def recover_vectors(gram: torch.Tensor, dimension: int | None = ...) -> torch.Tensor: ...
@overload
def recover_vectors(gram: NDArray[Any] | Sequence[Any], dimension: int | None = ...) -> NDArray[Any]: ...
def recover_vectors(gram: Any, dimension: int | None = None) -> Any:
    """Return vectors whose Gram matrix is G: the original ones, up to one orthogonal transform of all together.

    G = Q Λ Qᵀ gives V = Q √Λ, the columns with the largest eigenvalues first. Classical multidimensional scaling is
    this after centring: Torgerson (1952). Eigenvalues within the tolerance of `properties` count as 0.

    gram        (k, k), symmetric and positive semidefinite
    dimension   n, how many coordinates each vector gets; at least the rank, those beyond it are 0; None takes the rank,
                or 1 when G = 0
    returns     (k, n), same kind and floating-point type, not differentiable
    raises      GramlabError when no vectors have this Gram matrix, or none of this dimension

    >>> vectors = recover_vectors([[5, 11], [11, 25]])
    >>> bool(np.allclose(gram_matrix(vectors), [[5, 11], [11, 25]]))
    True
    """
    given = checked(gram, "k, k")
    matrix, found = to_numpy(given), properties(given)
    if not found.symmetric:
        raise _not_symmetric(matrix)
    if not found.is_psd:
        raise _negative_eigenvalue(float(found.eigenvalues[-1]))
    columns = max(found.rank, 1) if dimension is None else whole(dimension)
    if columns < found.rank:
        message = f"Vectors with this Gram matrix need {found.rank} dimensions: {columns} are too few."
        raise GramlabError("gram_dimension_below_rank", message, dimension=columns, rank=found.rank)
    eigenvalues, eigenvectors = _eigen(matrix)
    vectors = np.zeros((len(matrix), columns))
    vectors[:, : found.rank] = eigenvectors[:, : found.rank] * np.sqrt(eigenvalues[: found.rank])
    return like(vectors, given)


def recover_typed(gram: NDArray[Any] | Sequence[Any]) -> tuple[NDArray[np.float64], bool]:
    """Return vectors that have a small matrix, each of its numbers read as the decimal that a person typed.

    Decided in fractions, by elimination: G = L D Lᵀ, V = L √D, where a pivot below 0, or one that is 0 with something
    beside it, belongs to a determinant below 0, and that would be a squared volume. 1/3 is stored as a decimal, too:
    where a change of the 16th digit of any number could turn the answer, double precision cannot tell.

    gram      (k, k), finite; meant for k up to about 16
    returns   (k, n), and whether it is certain. If so, V has exactly this matrix but for the rounding of V, and n is
              its rank, or 1 when G = 0; else its matrix is as near as the 16th digit
    raises    GramlabError when certainly no vectors have this matrix

    >>> recover_typed([[1e-20, 0], [0, 1]])
    (array([[1.e-10, 0.e+00],
           [0.e+00, 1.e+00]]), True)
    """
    matrix = to_numpy(checked(gram, "k, k"))
    if not is_finite(matrix):
        raise not_finite(matrix)
    sizes = np.maximum(abs(matrix), abs(matrix.T))
    if (abs(matrix - matrix.T) > 4 * sys.float_info.epsilon * sizes).any():
        raise _not_symmetric(matrix)
    roots, eigenvalues, eigenvectors = _without_lengths(matrix)
    tolerance = 2 * len(matrix) * sys.float_info.epsilon
    columns, negative = _eliminated([[Fraction(repr(value)) for value in row] for row in matrix.tolist()])
    if negative is not None:
        rows, determinant = negative
        # a number on the diagonal that is not above 0, with something beside it, is so whatever the rounding
        if (np.diag(matrix)[rows] <= 0).any() or eigenvalues[-1] < -tolerance:
            raise _negative(matrix, rows, determinant)
    elif len(columns) == int((eigenvalues > tolerance).sum()):
        return np.array(columns or [[0.0] * len(matrix)]).T, True
    rank = int((eigenvalues > tolerance).sum())
    return roots[:, None] * eigenvectors[:, :rank] * np.sqrt(eigenvalues[:rank]), False


def _eigen(matrix: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return eigenvalues, descending, and eigenvectors, the columns, of the symmetric part."""
    eigenvalues, eigenvectors = np.linalg.eigh(matrix / 2 + matrix.T / 2)
    if not is_finite(eigenvalues):
        raise overflow()
    return eigenvalues[::-1], eigenvectors[:, ::-1]


def _squared_singular_values(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the k eigenvalues of V Vᵀ, descending; of up to 16 rows each to its own digits, however small.

    LAPACK's are right to the last digit of the largest one. Hestenes (1958) turns two rows after the other until all
    are orthogonal: then their squared lengths are it, and a short row beside a long one keeps its digits, too. Demmel,
    Veselić (1992), "Jacobi's method is more accurate than QR".
    """
    largest = float(abs(rows).max(initial=0)) or 1.0
    rows = rows / largest
    if len(rows) <= _FEW:
        rows = rows[np.argsort(-(rows * rows).sum(1))]
        for _ in range(_SWEEPS):
            if not sum([_orthogonal(rows, one, other) for one, other in itertools.combinations(range(len(rows)), 2)]):
                break
        largest_of_each = abs(rows).max(1, initial=0)
        scaled = rows / np.where(largest_of_each, largest_of_each, 1.0)[:, None]
        lengths = np.sort(largest_of_each * np.sqrt((scaled * scaled).sum(1)))[::-1]
    else:
        lengths = np.zeros(len(rows))
        lengths[: min(rows.shape)] = np.linalg.svd(rows, compute_uv=False)
    with np.errstate(over="ignore"):
        squares: NDArray[np.float64] = (lengths * largest) ** 2
    return squares


_FEW, _SWEEPS = 16, 30


def _orthogonal(rows: NDArray[np.float64], one: int, other: int) -> bool:
    """Turn two rows in their plane so that they are orthogonal; returns whether they were not."""
    a, b = rows[one], rows[other]
    square, other_square, product = float(a @ a), float(b @ b), float(a @ b)
    if abs(product) <= sys.float_info.epsilon * math.sqrt(square) * math.sqrt(other_square):
        return False
    half = (other_square - square) / (2 * product)
    tangent = math.copysign(1 / (abs(half) + math.hypot(1, half)), half)
    cosine = 1 / math.hypot(1, tangent)
    rows[one], rows[other] = cosine * (a - tangent * b), cosine * (b + tangent * a)
    return True


def _without_lengths(
    matrix: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return √ of the diagonal, and eigenvalues and eigenvectors of the matrix of cosines, 0 where a vector is zero."""
    roots = np.sqrt(np.clip(np.diag(matrix), 0, None))
    divisors = np.where(roots > 0, roots, math.inf)
    eigenvalues, eigenvectors = _eigen(matrix / divisors[:, None] / divisors)
    return roots, eigenvalues, eigenvectors


def _eliminated(rest: list[list[Fraction]]) -> tuple[list[list[float]], tuple[list[int], float] | None]:
    """Return the columns of L √D, or with them which rows and columns have a negative determinant, and that."""
    columns, taken, determinant = list[list[float]](), list[int](), Fraction(1)
    for j, pivots in enumerate(rest):
        pivot = pivots[j]
        beside = next((i for i in range(j + 1, len(rest)) if rest[i][j]), None)
        if pivot < 0:
            return columns, ([*taken, j], float(determinant * pivot))
        if pivot == 0 and beside is not None:
            return columns, ([*taken, j, beside], float(-determinant * rest[beside][j] ** 2))
        if pivot == 0:
            continue
        taken, determinant = [*taken, j], determinant * pivot
        columns.append([0.0] * j + [float(rest[i][j]) / math.sqrt(pivot) for i in range(j, len(rest))])
        for i in range(j + 1, len(rest)):
            share = rest[i][j] / pivot
            for other in range(j + 1, len(rest)):
                rest[i][other] -= share * pivots[other]
    return columns, None


def _negative(matrix: NDArray[np.float64], rows: list[int], determinant: float) -> GramlabError:
    lowest, size = float(_eigen(matrix)[0][-1]), float(abs(matrix).max())
    if lowest < -10 * len(matrix) * sys.float_info.epsilon * size:
        return _negative_eigenvalue(lowest)
    named = ", ".join(str(row + 1) for row in rows)
    message = f"This is no Gram matrix: the determinant of rows and columns {named} is {determinant:.6g}, below 0."
    return GramlabError("gram_negative_minor", message, rows=named, determinant=determinant)


def _negative_eigenvalue(lowest: float) -> GramlabError:
    message = f"This is no Gram matrix: it has the negative eigenvalue {lowest:.6g}, and all must be 0 or above."
    return GramlabError("gram_negative_eigenvalue", message, eigenvalue=lowest)


def _product(factors: NDArray[np.float64]) -> float:
    """Return the product, with no overflow on the way to it."""
    fraction, exponent = 1.0, 0
    for factor in factors.tolist():
        fraction, shift = math.frexp(fraction * factor)
        exponent += shift
    try:
        return math.ldexp(fraction, exponent)
    except OverflowError:
        return math.inf


def _products(rows: Any, divisor: int, given: Any) -> Any:
    with np.errstate(all="ignore"):
        gram = rows @ rows.T / divisor
        # the two halves may come out of a matrix product with different rounding
        gram = gram.triu() + gram.triu(1).T if is_tensor(gram) else np.triu(gram) + np.triu(gram, 1).T
        gram = gram.to(given.dtype) if is_tensor(gram) else gram.astype(given.dtype, copy=False)
    # whatever is not finite in a row comes out on the diagonal: no need to search large feature maps at every step
    if not is_finite(gram):
        raise overflow() if is_finite(given) else not_finite(to_numpy(given))
    return gram


def _scaled(rows: Any) -> Any:
    """Divide each row by its largest entry: neither a square nor a sum can then overflow or vanish."""
    largest = abs(to_numpy(rows)).max(1)
    if (largest == 0).any():
        row = int((largest == 0).argmax()) + 1
        message = f"Row {row} is zero, or constant and centred: it has no direction, so no cosine."
        raise GramlabError("gram_zero_row", message, row=row)
    return rows / like(largest[:, None], rows)


def _not_symmetric(matrix: NDArray[np.float64]) -> GramlabError:
    place = np.unravel_index(int(abs(matrix - matrix.T).argmax()), matrix.shape)
    facts = {"value": float(matrix[place]), "mirror": float(matrix.T[place])}
    facts |= {"row": int(place[0]) + 1, "column": int(place[1]) + 1}
    message = (
        "This is no Gram matrix: entry ({row}, {column}) is {value:.6g}, its mirror {mirror:.6g}: they must be equal."
    )
    return GramlabError("gram_not_symmetric", message.format(**facts), **facts)
