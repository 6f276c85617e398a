"""Turning and mirroring all vectors together: what a Gram matrix forgets."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gramlib.arrays import checked, is_finite, not_finite, to_numpy, whole
from gramlib.errors import GramlabError


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
    size = whole(n)
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
    size = whole(n)
    turned = np.eye(size)
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    for axis in range(0, size - 1, 2):
        turned[axis : axis + 2, axis : axis + 2] = [[cosine, -sine], [sine, cosine]]
    if mirror:
        turned[:, 0] *= -1
    return turned


def turned(vectors: NDArray[Any], degrees: float, mirror: bool = False) -> NDArray[np.float64]:
    """Return V @ rotation(n, degrees, mirror).T without the (n, n) matrix, in time proportional to k·n.

    vectors   V, (k, n)

    >>> turned(np.array([[1.0, 0.0], [0.0, 2.0]]), 90).round(12) + 0.0
    array([[ 0.,  1.],
           [-2.,  0.]])
    """
    rows = to_numpy(checked(vectors, "k, n")).copy()
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    if mirror:
        rows[:, 0] *= -1
    pairs = rows.shape[1] // 2 * 2
    first, second = rows[:, 0:pairs:2].copy(), rows[:, 1:pairs:2].copy()
    rows[:, 0:pairs:2] = cosine * first - sine * second
    rows[:, 1:pairs:2] = sine * first + cosine * second
    return rows


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
    V, W = to_numpy(checked(vectors, "k, n")), to_numpy(checked(onto, "k, n"))
    if V.shape != W.shape:
        message = f"An array of shape {V.shape} arrived: {W.shape} is needed."
        raise GramlabError("gram_shape", message, shape=V.shape, needed=str(W.shape))
    for given in (V, W):
        if not is_finite(given):
            raise not_finite(given)
    # Q does not depend on the scale, so no product needs to overflow
    v, w = V / (abs(V).max() or 1.0), W / (abs(W).max() or 1.0)
    if V.shape[0] >= V.shape[1]:
        left, _, right = np.linalg.svd(v.T @ w)
        aligned = V @ left @ right
    else:  # the same in the space that the k rows of W span, not in all n dimensions
        used = v.any(0)
        own = v[:, used] if used.sum() <= len(v) else coordinates(v)
        axes, triangular = np.linalg.qr(w.T)
        left, _, right = np.linalg.svd(own.T @ triangular.T)
        aligned = (abs(V).max() or 1.0) * (own @ left @ right[: own.shape[1]]) @ axes.T
    return aligned, float(np.linalg.norm(aligned - W) / (np.linalg.norm(W) or 1.0))


def coordinates(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the rows in an orthonormal basis of the space that they span, (k, min(k, n))."""
    triangular: Any = np.linalg.qr(rows.T, mode="r")  # NumPy's types know another mode only
    spanned: NDArray[np.float64] = triangular.T
    return spanned
