"""k vectors and their Gram matrix G, every inner product of every pair: what it keeps, and what it forgets.

Every function takes NumPy arrays or PyTorch tensors, and answers in the same kind and floating-point type; integers
become float64. PyTorch is never imported here: it is used only through the tensors that arrive.
"""

from __future__ import annotations

import math
import numbers
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import NDArray

from gramlib.errors import GramlabError

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
    tolerance     10·√k·ε·max|eigenvalue|, ε the spacing of numbers at 1 in the floating-point type that arrived
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
    given = _numbers(vectors, "k, n")
    if not _is_finite(given):
        raise _not_finite(_to_numpy(given))
    rows = _at_least_float32(given)
    with np.errstate(all="ignore"):
        if unit:
            rows = _scaled(rows)
        if center:
            # from the first entry, not from 0, so that a constant row becomes exactly zero
            rows = rows - rows[:, :1]
            rows = rows - rows.mean(1)[:, None]
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
    given = _numbers(features, "C, H, W")
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
    return _products(_at_least_float32(flat), divisors[normalize], flat)


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
    given = _numbers(gram, "k, k")
    matrix, size = _to_numpy(given), len(given)
    if not _is_finite(matrix):
        raise _not_finite(matrix)
    eigenvalues = _eigen(matrix)[0]
    eigenvalues.flags.writeable = False
    sizes = abs(eigenvalues)
    tolerance = 10 * math.sqrt(size) * _epsilon(given) * float(sizes.max())
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
    given = _numbers(gram, "k, k")
    matrix, found = _to_numpy(given), properties(given)
    if not found.symmetric:
        raise _not_symmetric(matrix)
    if not found.is_psd:
        lowest = float(found.eigenvalues[-1])
        message = f"This is no Gram matrix: it has the negative eigenvalue {lowest:.6g}, and all must be 0 or above."
        raise GramlabError("gram_negative_eigenvalue", message, eigenvalue=lowest)
    columns = max(found.rank, 1) if dimension is None else _whole(dimension)
    if columns < found.rank:
        message = f"Vectors with this Gram matrix need {found.rank} dimensions: {columns} are too few."
        raise GramlabError("gram_dimension_below_rank", message, dimension=columns, rank=found.rank)
    eigenvalues, eigenvectors = _eigen(matrix)
    vectors = np.zeros((len(matrix), columns))
    vectors[:, : found.rank] = eigenvectors[:, : found.rank] * np.sqrt(eigenvalues[: found.rank])
    return _like(vectors, given)


def random_orthogonal(n: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return a random orthogonal matrix, every one equally likely (Haar measure); half of them mirror.

    QR of a Gaussian matrix, each column of Q with the sign of its entry on the diagonal of R: without the signs the
    distribution depends on the QR routine. Mezzadri (2007), "How to generate random matrices from the classical compact
    groups", section 5.

    n         at least 1
    returns   (n, n) float64, determinant 1 or −1
    raises    GramlabError when n is not a whole number above 0

    >>> turn = random_orthogonal(3, np.random.default_rng(0))
    >>> bool(np.allclose(turn @ turn.T, np.eye(3)))
    True
    """
    size = _whole(n)
    orthogonal, triangular = np.linalg.qr(rng.standard_normal((size, size)))
    signed: NDArray[np.float64] = orthogonal * np.copysign(1.0, triangular.diagonal())
    return signed


def rotation(n: int, degrees: float, mirror: bool = False) -> NDArray[np.float64]:
    """Return the orthogonal matrix that turns the planes of the axes 1 and 2, 3 and 4, … all by the same angle.

    n         at least 1; with n odd the last axis stays where it is
    degrees   finite
    mirror    turn the first axis round before turning, so that the determinant is −1
    returns   (n, n) float64: Q, for vectors that are rows: V @ Q.T
    raises    GramlabError when n is not a whole number above 0

    >>> rotation(2, 90).round(12) + 0.0
    array([[ 0., -1.],
           [ 1.,  0.]])
    """
    size = _whole(n)
    turned = np.eye(size)
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    for axis in range(0, size - 1, 2):
        turned[axis : axis + 2, axis : axis + 2] = [[cosine, -sine], [sine, cosine]]
    if mirror:
        turned[:, 0] *= -1
    return turned


def align(vectors: NDArray[Any], onto: NDArray[Any]) -> tuple[NDArray[np.float64], float]:
    """Return the vectors turned and mirrored together so that they lie as near to others as they can, and how near.

    V Q with the orthogonal Q that makes ‖V Q − W‖ smallest: Q = L Rᵀ of the singular value decomposition
    Vᵀ W = L Σ Rᵀ. Schönemann (1966), "A generalized solution of the orthogonal Procrustes problem".

    vectors, onto   V and W, (k, n), finite
    returns         V Q, and ‖V Q − W‖ / ‖W‖, or ‖V‖ where W is zero
    raises          GramlabError when the shapes differ

    >>> aligned, error = align(np.array([[0.0, 1.0], [2.0, 0.0]]), np.array([[1.0, 0.0], [0.0, 2.0]]))
    >>> aligned.round(12) + 0.0, round(error, 12)
    (array([[1., 0.],
           [0., 2.]]), 0.0)
    """
    V, W = _to_numpy(_numbers(vectors, "k, n")), _to_numpy(_numbers(onto, "k, n"))
    if V.shape != W.shape:
        message = f"An array of shape {V.shape} arrived: {W.shape} is needed."
        raise GramlabError("gram_shape", message, shape=V.shape, needed=str(W.shape))
    for given in (V, W):
        if not _is_finite(given):
            raise _not_finite(given)
    # Q does not depend on the scale, so no product needs to overflow
    left, _, right = np.linalg.svd((V / (abs(V).max() or 1.0)).T @ (W / (abs(W).max() or 1.0)))
    aligned = V @ left @ right
    return aligned, float(np.linalg.norm(aligned - W) / (np.linalg.norm(W) or 1.0))


def _eigen(matrix: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return eigenvalues, descending, and eigenvectors, the columns, of the symmetric part."""
    eigenvalues, eigenvectors = np.linalg.eigh(matrix / 2 + matrix.T / 2)
    if not _is_finite(eigenvalues):
        raise _overflow()
    return eigenvalues[::-1], eigenvectors[:, ::-1]


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
        gram = gram.triu() + gram.triu(1).T if _is_tensor(gram) else np.triu(gram) + np.triu(gram, 1).T
        gram = gram.to(given.dtype) if _is_tensor(gram) else gram.astype(given.dtype, copy=False)
    # whatever is not finite in a row comes out on the diagonal: no need to search large feature maps at every step
    if not _is_finite(gram):
        raise _overflow() if _is_finite(given) else _not_finite(_to_numpy(given))
    return gram


def _scaled(rows: Any) -> Any:
    """Divide each row by its largest entry: neither a square nor a sum can then overflow or vanish."""
    largest = abs(_to_numpy(rows)).max(1)
    if (largest == 0).any():
        row = int((largest == 0).argmax()) + 1
        message = f"Row {row} is zero, or constant and centred: it has no direction, so no cosine."
        raise GramlabError("gram_zero_row", message, row=row)
    return rows / _like(largest[:, None], rows)


def _numbers(values: Any, axes: str) -> Any:
    """Return values as a floating-point array or tensor with the axes, none of them empty."""
    if _is_tensor(values):
        if values.is_complex():
            raise _not_numbers(values)
        array = values if values.is_floating_point() else values.double()
    else:
        try:
            array = np.asarray(values)
            if array.dtype.kind == "O" and all(isinstance(value, numbers.Number) for value in array.flat):
                array = array.astype(np.float64)
        except (TypeError, ValueError, OverflowError, RuntimeError):
            raise _ragged(values) or _not_numbers(values) from None
        if array.dtype.kind not in "biuf":
            raise _ragged(values) or _not_numbers(values)
        array = array if array.dtype.kind == "f" else array.astype(np.float64)
    shape = tuple(array.shape)
    if len(shape) != axes.count(",") + 1 or (axes == "k, k" and shape[0] != shape[1]):
        message = f"An array of shape {shape} arrived: ({axes}) is needed."
        raise GramlabError("gram_shape", message, shape=shape, needed=f"({axes})")
    if 0 in shape:
        raise GramlabError("gram_empty", f"Nothing arrived: shape {shape} holds no number.", shape=shape)
    return array


def _is_tensor(values: object) -> bool:
    # a tensor exists only where PyTorch is loaded; while another thread still loads it, Tensor may be missing
    return isinstance(values, getattr(sys.modules.get("torch"), "Tensor", ()))


def _to_numpy(values: Any) -> NDArray[np.float64]:
    return np.asarray(values.detach().cpu().double() if _is_tensor(values) else values, dtype=np.float64)


def _like(values: NDArray[np.float64], given: Any) -> Any:
    return given.new_tensor(values) if _is_tensor(given) else values.astype(given.dtype)


def _at_least_float32(values: Any) -> Any:
    # sums of half-precision squares overflow and lose digits, also where the quotient is representable
    if values.dtype.itemsize >= 4:
        return values
    return values.float() if _is_tensor(values) else values.astype(np.float32)


def _epsilon(values: Any) -> float:
    # a tensor's dtype may be one that NumPy lacks; and nothing is computed in more than float64
    finfo = sys.modules["torch"].finfo if _is_tensor(values) else np.finfo
    return max(float(finfo(values.dtype).eps), sys.float_info.epsilon)


def _is_finite(values: Any) -> bool:
    return bool((abs(values) < math.inf).all())


def _whole(number: object) -> int:
    if not isinstance(number, numbers.Integral) or number < 1:
        message = f"The dimension is {number}: a whole number of at least 1 is needed."
        raise GramlabError("gram_dimension", message, dimension=number)
    return int(number)


def _ragged(values: Any) -> GramlabError | None:
    rows = values if isinstance(values, list | tuple) or getattr(values, "ndim", 0) == 1 else []
    lengths = [len(row) for row in rows if hasattr(row, "__len__") and not isinstance(row, str)]
    for row, length in enumerate(lengths, 1):
        if length != lengths[0]:
            message = f"Row {row} has {length} numbers and row 1 has {lengths[0]}: all rows must have the same count."
            return GramlabError("gram_ragged", message, row=row, length=length, first=lengths[0])
    return None


def _not_numbers(values: object) -> GramlabError:
    kind = type(values).__name__
    return GramlabError("gram_not_numbers", f"Real numbers are needed; what arrived ({kind}) holds others.", kind=kind)


def _not_finite(values: NDArray[np.float64]) -> GramlabError:
    place = np.unravel_index(int(np.isfinite(values).argmin()), values.shape)
    value, position = float(values[place]), tuple(int(index) + 1 for index in place)
    message = f"The number at {position}, counted from 1, is {value}: every number must be finite."
    return GramlabError("gram_not_finite", message, position=position, value=value)


def _overflow() -> GramlabError:
    return GramlabError("gram_overflow", "An inner product or eigenvalue is larger than this type of number holds.")


def _not_symmetric(matrix: NDArray[np.float64]) -> GramlabError:
    place = np.unravel_index(int(abs(matrix - matrix.T).argmax()), matrix.shape)
    facts = {"value": float(matrix[place]), "mirror": float(matrix.T[place])}
    facts |= {"row": int(place[0]) + 1, "column": int(place[1]) + 1}
    message = (
        "This is no Gram matrix: entry ({row}, {column}) is {value:.6g}, its mirror {mirror:.6g}: they must be equal."
    )
    return GramlabError("gram_not_symmetric", message.format(**facts), **facts)
