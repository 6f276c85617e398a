"""Reading the Gram matrix of a layer: its channels in order, its telling pairs, and how few directions it needs."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gramlib.errors import GramlabError

Order = NDArray[np.intp]

READINGS = ("gram", "cosine", "covariance", "correlation")


def order_by_energy(gram: ArrayLike) -> Order:
    """Return the channels with the largest diagonal of G first: those that are strongest over the whole picture.

    gram      (C, C)
    returns   (C,) indices, equal energies in the order they had
    raises    GramlabError for another shape

    >>> order_by_energy([[1, 0, 0], [0, 4, 0], [0, 0, 2]])
    array([1, 2, 0])
    """
    return np.argsort(-np.diag(_square(gram)), kind="stable")


def order_by_likeness(gram: ArrayLike) -> Order:
    """Return the channels so that those that fire together stand together.

    Spectral seriation: sorted by the Fiedler vector of the graph whose weights are the cosines of the channels,
    negative ones counting 0. Atkins, Boman, Hendrickson (1998), "A spectral algorithm for seriation and the consecutive
    ones problem". Channels that are zero everywhere have no likeness and come last.

    gram      (C, C), positive semidefinite
    returns   (C,) indices; of the two directions of the order the one that begins with the lower index
    raises    GramlabError for another shape

    >>> order_by_likeness([[1, 0, 0.9], [0, 1, 0.3], [0.9, 0.3, 1]])
    array([0, 2, 1])
    """
    matrix = _square(gram)
    lengths = np.sqrt(np.maximum(np.diag(matrix), 0))
    alive, silent = np.flatnonzero(lengths > 0), np.flatnonzero(lengths <= 0)
    if len(alive) < 3:
        return np.concatenate([alive, silent])
    likeness = np.clip(matrix[np.ix_(alive, alive)] / np.outer(lengths[alive], lengths[alive]), 0, 1)
    laplacian = np.diag(likeness.sum(axis=1)) - likeness
    fiedler = np.linalg.eigh(laplacian)[1][:, 1]
    order = alive[np.argsort(fiedler, kind="stable")]
    order = order if order[0] <= order[-1] else order[::-1]
    return np.concatenate([order, silent])


def telling_pairs(matrix: ArrayLike, count: int, *, lowest: bool = False) -> list[tuple[int, int]]:
    """Return the pairs i < j with the largest entries, or with the lowest: who fires together, who takes turns.

    matrix    (C, C), symmetric: G for the strongest pairs, correlations for the most opposed
    count     how many at most
    returns   the pairs, the most telling first
    raises    GramlabError for another shape

    >>> telling_pairs([[9, 1, 5], [1, 9, 3], [5, 3, 9]], 2)
    [(0, 2), (1, 2)]
    """
    entries = _square(matrix)
    rows, columns = np.triu_indices(len(entries), k=1)
    values = entries[rows, columns] if lowest else -entries[rows, columns]
    return [(int(rows[k]), int(columns[k])) for k in np.argsort(values, kind="stable")[: max(count, 0)]]


def read_gram(gram: ArrayLike, means: ArrayLike, reading: str = "gram") -> NDArray[np.float64]:
    """Return the Gram matrix of a layer read in one of four ways, from the matrix and the channels' means alone.

    gram      (C, C), divided by the number of positions: G of feature_gram
    means     (C,), the mean of each channel over the positions
    reading   "gram"         as it is
              "cosine"       G_ij / √(G_ii G_jj), in [-1, 1]; a silent channel has no direction: its row is 0
              "covariance"   G_ij − m_i m_j: the channels without their means
              "correlation"  the cosines of that, in [-1, 1]; a constant channel has none: its row is 0
    returns   (C, C), symmetric
    raises    GramlabError for another shape or reading

    A channel counts as constant when its variance is below 10⁻⁵ of its G_ii: so much single precision leaves of 0.

    >>> read_gram([[5, 3], [3, 2]], [2, 1], "covariance")
    array([[1., 1.],
           [1., 1.]])
    """
    if reading not in READINGS:
        choices = ", ".join(READINGS)
        message = f"There is no reading called {reading!r}; choose from {choices}."
        raise GramlabError("reading_unknown", message, got=reading, choices=choices)
    matrix = _square(gram)
    energies = np.diag(matrix)
    if reading in ("covariance", "correlation"):
        mean = np.asarray(means, dtype=np.float64)
        matrix = matrix - np.outer(mean, mean)
    if reading in ("gram", "covariance"):
        return matrix
    squares = np.diag(matrix)
    alive = squares > (1e-5 * energies if reading == "correlation" else 0)
    lengths = np.sqrt(np.where(alive, squares, 1.0))
    cosines: NDArray[np.float64] = np.clip(matrix / np.outer(lengths, lengths), -1, 1) * np.outer(alive, alive)
    return cosines


def effective_rank(eigenvalues: ArrayLike) -> float:
    """Return how many directions of equal weight would be as spread out as these: e to the entropy of the shares.

    Roy, Vetterli (2007), "The effective rank: a measure of effective dimensionality", with the eigenvalues of G in
    place of singular values.

    eigenvalues   (C,), none negative but by rounding
    returns       float from 1 to C; 0 where all are 0

    >>> effective_rank([2.0, 2.0, 0.0])
    2.0
    """
    shares = _shares(eigenvalues)
    shares = shares[shares > 0]
    return round(float(np.exp(-(shares * np.log(shares)).sum())), 12) if len(shares) else 0.0


def directions_for(eigenvalues: ArrayLike, share: float = 0.9) -> int:
    """Return how many of the largest eigenvalues hold this share of their sum, the energy.

    eigenvalues   (C,), none negative but by rounding
    share         above 0, at most 1
    returns       int from 1 to C; 0 where all are 0

    >>> directions_for([8.0, 1.5, 0.5], 0.9)
    2
    """
    shares = np.sort(_shares(eigenvalues))[::-1]
    if not shares.any():
        return 0
    # what rounding leaves below the share counts as reached
    return int(np.searchsorted(np.cumsum(shares), share - 1e-12) + 1)


def _shares(eigenvalues: ArrayLike) -> NDArray[np.float64]:
    values = np.maximum(np.asarray(eigenvalues, dtype=np.float64), 0)
    total = values.sum()
    return values / total if total > 0 else np.zeros_like(values)


def _square(matrix: ArrayLike) -> NDArray[np.float64]:
    values = np.asarray(matrix, dtype=np.float64)
    if values.ndim != 2 or values.shape[0] != values.shape[1] or values.size == 0:
        message = f"An array of shape {values.shape} arrived: (C, C) is needed."
        raise GramlabError("gram_shape", message, shape=values.shape, needed="(C, C)")
    return values
