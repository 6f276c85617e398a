"""A map of things of which only the distances are known: classical scaling, and how to keep such a map from turning.

Where the distances are those of points, B = −½ J D² J with J = I − 11ᵀ/k (D² entry by entry) is the Gram matrix of the
points about their centre, and recover_vectors(B) is the map: lesson 2 again. Distances between Gram matrices need more
than two dimensions, and may be those of no points at all; then B has negative eigenvalues, recover_vectors refuses it,
and the two largest eigenvalues are what a plane can show.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gramlib.errors import GramlabError
from gramlib.turning import align

Array = NDArray[np.float64]


def double_centred(distances: ArrayLike) -> Array:
    """Return B = −½ J D² J, the inner products about the centre of points with these distances.

    distances   D, (k, k), symmetric, 0 on the diagonal
    returns     (k, k); every row and column sums to 0
    raises      GramlabError for another shape or a value that is not finite

    >>> double_centred([[0, 2], [2, 0]])
    array([[ 1., -1.],
           [-1.,  1.]])
    """
    squares = _distances(distances) ** 2
    rows = squares.mean(axis=1)
    centred: Array = -0.5 * (squares - rows[:, None] - rows[None, :] + rows.mean())
    return centred


def classical_scaling(distances: ArrayLike, dimension: int = 2) -> tuple[Array, float]:
    """Return points whose distances are near the given ones, and how much of B they hold.

    Torgerson (1952), "Multidimensional scaling: I. Theory and method": the eigenvectors of B with the largest
    eigenvalues, each times the root of its eigenvalue; negative eigenvalues count as 0. Among all points of this
    dimension these have the inner products nearest to B.

    distances   (k, k), symmetric, 0 on the diagonal; need not be those of points
    dimension   at least 1
    returns     (k, dimension), centred, the axis of most spread first, turned and mirrored as it happens;
                and Σ of the eigenvalues shown / Σ |eigenvalues|, in [0, 1], 1 where all distances are 0
    raises      GramlabError for another shape or a value that is not finite

    >>> points, share = classical_scaling([[0, 3, 5], [3, 0, 4], [5, 4, 0]])
    >>> abs(points[0] - points[2]).dot(abs(points[0] - points[2])).round(9), round(share, 9)
    (np.float64(25.0), 1.0)
    """
    eigenvalues, vectors = np.linalg.eigh(double_centred(distances))
    eigenvalues, vectors = eigenvalues[::-1], vectors[:, ::-1]
    points = np.zeros((len(eigenvalues), dimension))
    shown = np.maximum(eigenvalues[:dimension], 0)
    points[:, : len(shown)] = vectors[:, :dimension] * np.sqrt(shown)
    total = float(np.abs(eigenvalues).sum())
    return points, float(shown.sum()) / total if total > 0 else 1.0


def turned_onto(points: Array, reference: Array) -> Array:
    """Return the points turned and mirrored together so that the first of them lie as they do in the reference.

    points      (k, n)
    reference   (m, n), m ≤ k: the first m things on another map
    returns     (k, n)
    """
    # things that the other map does not have are put in its origin, where they pull in no direction
    onto = np.zeros_like(points)
    onto[: len(reference)] = reference
    return align(points, onto)[0]


def settled_map(distances: ArrayLike) -> Array:
    """Return the map in the plane of things that came one after the other, turned so that it depends on nothing else.

    The first is to the left of the second, the next that is off their line is above it, and each later map is turned
    onto the one before: whoever sees a thing added sees the others stay about where they were, and the same things in
    the same order always make the same map.

    distances   (k, k), symmetric, 0 on the diagonal
    returns     (k, 2), centred
    raises      GramlabError for another shape or a value that is not finite
    """
    matrix = _distances(distances)
    placed = np.zeros((1, 2))
    flat = True  # as long as all lie on one line, up and down are not decided
    for count in range(2, len(matrix) + 1):
        points = classical_scaling(matrix[:count, :count])[0]
        points = turned_onto(points, placed) if placed.any() else points * _sign(points[1, 0])
        # coordinates are roots of eigenvalues: rounding leaves the root of it, about 1e-8, off a line
        if flat and np.abs(points[:, 1]).max() > 1e-6 * np.abs(points).max(initial=0):
            points[:, 1] *= _sign(points[-1, 1])
            flat = False
        placed = points
    return placed[: len(matrix)]


def _sign(value: float) -> float:
    return -1.0 if value < 0 else 1.0


def _distances(distances: ArrayLike) -> Array:
    matrix = np.asarray(distances, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or matrix.size == 0:
        message = f"An array of shape {matrix.shape} arrived: (k, k) is needed."
        raise GramlabError("gram_shape", message, shape=matrix.shape, needed="(k, k)")
    if not np.isfinite(matrix).all():
        raise GramlabError("distance_not_finite", "A distance is not a finite number.")
    return matrix
