"""Other distances between two pictures, from the same features: what they have in common with the Gram matrix's.

x       the features at one position, (C,); a layer's features F, (C, H, W), are N = H·W such points
G, μ    the mean of x xᵀ, which feature_gram gives, and the mean of x; the covariance is Σ = G − μ μᵀ

Each is given as a plain distance d, and relative to a blank picture o, whose features are 0 everywhere:

    d(a, b) / (d(a, o) + d(b, o))

which is 0 for equal statistics, never above 1 by the triangle inequality through o, unchanged when both pictures'
features are scaled alike, and so comparable between layers. `style_distance` has this form with d = ‖A − B‖.

All of them, plain and relative, are distances: 0 only for equal statistics, symmetric, obeying the triangle inequality.
For the relative form that is known of numbers and vectors (p-relative distances: Barrlund 1998; Hästö 2002). Here it
holds because each d is that of a cone with the blank at its tip: d(x, y)² = a² + b² − 2ab cos θ with a = d(x, o),
b = d(y, o), and angles θ that obey the triangle inequality. So, as in the plane, with c = d(z, o), u = d(x, z),
v = d(z, y), D = d(x, y), there is Ptolemy's c D ≤ b u + a v beside D ≤ u + v. Together (α + c) D ≤ (α + b) u +
(α + a) v, and with α the middle one of a, b, c this gives D / (a + b) ≤ u / (a + c) + v / (c + b).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gramlib.errors import GramlabError
from gramlib.gram import flatten_features

Array = NDArray[np.float64]


def relative_distance(distance: float, from_blank_a: float, from_blank_b: float) -> float:
    """Return d(a, b) / (d(a, o) + d(b, o)); 0 where both are blank.

    distance                     d(a, b), not negative
    from_blank_a, from_blank_b   d(a, o) and d(b, o), not negative
    returns                      float in [0, 1]

    >>> relative_distance(1.0, 2.0, 2.0)
    0.25
    """
    together = from_blank_a + from_blank_b
    return min(1.0, distance / together) if together > 0 else 0.0


def content_distance(features_a: Any, features_b: Any) -> float:
    """Return ‖F − P‖ / (‖F‖ + ‖P‖): place by place, so that it is far from 0 as soon as something has moved.

    features_a, features_b   F and P, (C, H, W), numpy or torch, of pictures brought to one size
    returns                  float in [0, 1]; about 0.71 where features of equal strength never meet
    raises                   GramlabError if the shapes differ or a value is not finite

    >>> content_distance(np.array([[[2.0, 0.0]]]), np.array([[[0.0, 2.0]]]))
    0.7071067811865476
    """
    from gramlib.style import style_distance  # loads torch; it is the same formula, for numbers of any shape

    return style_distance(features_a, features_b)


_BLOCK = 4096  # positions
_MANY = 1 << 20  # numbers, whose projections are taken in float32: seven digits, in half the time
_NEAR = 1e-3  # of both traces: what is left of them where two covariances are nearly the same


@dataclass(frozen=True)
class Gaussian:
    """The mean of a layer's features, (C,), and a factor of their covariance Σ = factor factorᵀ, (C, at most C)."""

    mean: Array
    factor: Array

    @property
    def from_blank(self) -> float:
        """The Wasserstein distance from a blank picture: √(‖μ‖² + tr Σ), which is √ tr G."""
        return float(np.hypot(np.linalg.norm(self.mean), np.linalg.norm(self.factor)))


def gaussian_of(features: Any) -> Gaussian:
    """Return the mean and covariance of a layer's features, as if they were spread normally.

    features   (C, H, W), numpy or torch
    raises     GramlabError for another shape or a value that is not finite
    """
    flat = _flat(features)
    channels, positions = flat.shape
    if positions <= channels:  # few positions: without the mean they are a factor themselves
        rows = _rows(features)
        mean = rows.mean(axis=1)
        return Gaussian(mean, (rows - mean[:, None]) / np.sqrt(positions))
    # block by block: two copies in float64 of a shallow layer cost more time than all the sums
    block = np.empty((channels, min(positions, _BLOCK)))
    mean, moment = np.zeros(channels), np.zeros((channels, channels))
    for start in range(0, positions, _BLOCK):
        part = flat[:, start : start + _BLOCK]
        numbers = block[:, : part.shape[1]]
        numbers[...] = part
        mean += numbers.sum(axis=1) / positions
        moment += numbers @ numbers.T / positions
    _check_finite(moment)
    return Gaussian(mean, _factor(moment - np.outer(mean, mean), float(np.trace(moment))))


def _factor(covariance: Array, trace: float) -> Array:
    """Return L with L Lᵀ the covariance, (C, at most C). Channels that never change are left out of the sums.

    trace   of what the covariance came from: what is as small as its rounding counts as nothing
    """
    moving = covariance.diagonal() > trace * np.finfo(float).eps
    among = covariance[np.ix_(moving, moving)]
    try:
        root = np.linalg.cholesky(among)  # any factor will do, and this one is there ten times as soon
    except np.linalg.LinAlgError:  # no full rank: channels that depend on each other
        eigenvalues, vectors = np.linalg.eigh(among)
        kept = eigenvalues > trace * len(covariance) * np.finfo(float).eps
        root = vectors[:, kept] * np.sqrt(eigenvalues[kept])
    factor = np.zeros((len(covariance), root.shape[1]))
    factor[moving] = root
    return factor


def gaussian_wasserstein(a: Gaussian, b: Gaussian) -> float:
    """Return the Wasserstein-2 distance of two normal distributions: how far one has to be moved to become the other.

    √(‖μa − μb‖² + tr Σa + tr Σb − 2 tr (Σa^½ Σb Σa^½)^½): Dowson, Landau (1982), eq. 4; the last trace is the sum of
    the singular values of M = factorᵀ factor, which keeps it exact where a covariance has no full rank. They are the
    roots of the eigenvalues of M Mᵀ, which are there four times as soon; where hardly anything is left of the traces,
    and the square has cost digits that count, the singular values themselves are taken. As a style term in
    style-transfer-pytorch; of Inception features it is the Fréchet distance of Heusel et al. (2017).

    returns   float, in units of the features; a metric of means and covariances
    raises    GramlabError if the numbers of channels differ

    >>> gaussian_wasserstein(Gaussian(np.zeros(1), np.ones((1, 1))), Gaussian(np.full(1, 3.0), np.full((1, 1), 5.0)))
    5.0
    """
    _same_shape(a.mean, b.mean)
    between = a.factor.T @ b.factor
    if between.shape[0] > between.shape[1]:
        between = between.T
    overlap = float(np.sqrt(np.maximum(np.linalg.eigvalsh(between @ between.T), 0)).sum())
    squares = float((a.factor**2).sum() + (b.factor**2).sum())
    spread = squares - 2 * overlap
    if spread < _NEAR * squares:
        spread = squares - 2 * float(np.linalg.svd(between, compute_uv=False).sum())
    if spread < 1e-12 * squares:  # what rounding leaves of equal covariances
        spread = 0.0
    return float(np.sqrt(((a.mean - b.mean) ** 2).sum() + spread))


def wasserstein_distance(a: Gaussian, b: Gaussian) -> float:
    """Return `gaussian_wasserstein` relative to a blank picture, in [0, 1]."""
    return relative_distance(gaussian_wasserstein(a, b), a.from_blank, b.from_blank)


def sample_positions(features: Any, count: int, rng: np.random.Generator) -> Array:
    """Return the features at some positions, drawn without repetition: all of them where there are no more.

    features   (C, H, W), numpy or torch
    returns    (C, count or H·W) float64
    raises     GramlabError for another shape or a value that is not finite
    """
    rows = _rows(features)
    return rows[:, rng.permutation(rows.shape[1])[: max(count, 1)]]


def polynomial_mmd_squared(points_a: ArrayLike, points_b: ArrayLike, degree: int = 2) -> float:
    """Return the squared maximum mean discrepancy under the kernel k(x, y) = (x·y)^degree, summed pair by pair.

    The mean of k over all pairs of a, plus the mean over all pairs of b, minus twice the mean over pairs of one of a
    and one of b: Gretton et al. (2012), eq. 5, the biased form. With degree 2 it is ‖A − B‖², A and B the means of
    x xᵀ, because (x·y)² is the inner product of x xᵀ and y yᵀ: Li, Wang, Liu, Hou (2017), "Demystifying neural style
    transfer", eq. 8. Cancellation leaves about ten digits of it.

    points_a, points_b   (C, n) and (C, m): as many positions as one likes; the cost is (n + m)²
    degree               at least 1; 1 compares the means alone
    returns              float, not negative but by rounding
    raises               GramlabError for other shapes, or numbers of channels that differ

    >>> polynomial_mmd_squared([[1.0, 3.0]], [[2.0]])  # the means of the squares are 5 and 4
    1.0
    """
    a, b = (np.asarray(points, dtype=np.float64) for points in (points_a, points_b))
    for points in (a, b):
        if points.ndim != 2 or points.size == 0:
            message = f"An array of shape {points.shape} arrived: (C, n) is needed."
            raise GramlabError("gram_shape", message, shape=points.shape, needed="(C, n)")
    _same_shape(a[:, 0], b[:, 0])
    within_a, within_b, across = (float(((x.T @ y) ** degree).mean()) for x, y in ((a, a), (b, b), (a, b)))
    return within_a + within_b - 2 * across


def projections_of(features: Any, directions: int = 64, levels: int = 256, seed: int = 0) -> Array:
    """Return how the features are spread along some directions: the quantile function of each projection.

    features     (C, H, W), numpy or torch
    directions   how many, drawn evenly from the sphere by the seed, the same ones for every picture
    levels       the quantiles (l + ½) / levels are kept; with as many as positions nothing is lost
    returns      (directions, levels) float64, each row ascending
    raises       GramlabError for another shape or a value that is not finite
    """
    rows = _flat(features)
    rows = rows.astype(np.float32 if rows.size > _MANY else np.float64)
    _check_finite(rows)
    drawn = np.random.default_rng(seed).standard_normal((directions, len(rows)))
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    ordered = np.sort(drawn.astype(rows.dtype) @ rows, axis=1)
    places = ((np.arange(levels) + 0.5) / levels * rows.shape[1]).astype(np.intp)
    return ordered[:, places].astype(np.float64)


def sliced_wasserstein(a: ArrayLike, b: ArrayLike) -> float:
    """Return the Wasserstein-2 distance along each direction, as the root of the mean square over directions.

    Bonneel, Rabin, Peyré, Pfister (2015), eq. 10, over finitely many directions and quantiles; as a style loss: Heitz,
    Vanhoey, Chambon, Belcour (2021), "A sliced Wasserstein loss for neural texture synthesis". It compares whole
    distributions, not only their means and products. Being the distance of two tables of numbers it obeys the triangle
    inequality.

    a, b      (directions, levels), from `projections_of` with the same arguments
    returns   float, in units of the features
    raises    GramlabError if the shapes differ

    >>> sliced_wasserstein([[0.0, 1.0]], [[3.0, 4.0]])
    3.0
    """
    first, second = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    _same_shape(first, second)
    return float(np.sqrt(((first - second) ** 2).mean()))


def sliced_distance(a: ArrayLike, b: ArrayLike) -> float:
    """Return `sliced_wasserstein` relative to a blank picture, in [0, 1]."""
    blank = np.zeros_like(np.asarray(a, dtype=np.float64))
    return relative_distance(sliced_wasserstein(a, b), sliced_wasserstein(a, blank), sliced_wasserstein(b, blank))


def rank_correlation(a: ArrayLike, b: ArrayLike) -> float:
    """Return whether two lists of numbers are in the same order: 1 for the same, −1 for the opposite one.

    Spearman (1904): the correlation of the ranks; equal numbers share the mean of their ranks.

    a, b      (n,), n ≥ 2
    returns   float in [−1, 1]; nan where all numbers of a list are equal
    raises    GramlabError if the lengths differ

    >>> rank_correlation([1, 2, 30], [0.1, 0.2, 0.3])
    1.0
    """
    first, second = (_ranks(np.asarray(values, dtype=np.float64).ravel()) for values in (a, b))
    _same_shape(first, second)
    first, second = first - first.mean(), second - second.mean()
    lengths = float(np.linalg.norm(first) * np.linalg.norm(second))
    return round(float(first @ second) / lengths, 12) if lengths > 0 else float("nan")


def weighted_mean(distances: dict[str, Array], weights: dict[str, float]) -> Array:
    """Return Σ w d / Σ w over layers, of matrices of distances; a mean of distances is a distance.

    distances   {layer: (k, k)}
    weights     {layer: w ≥ 0}; a layer that is not named weighs nothing
    raises      GramlabError when a weight is negative, or none is above 0
    """
    pulling = {layer: weight for layer, weight in weights.items() if weight != 0}
    if not pulling or min(pulling.values()) < 0:
        raise GramlabError("layers_weigh_nothing", "No layer may weigh less than 0, and one must weigh more.")
    total = np.sum([weight * distances[layer] for layer, weight in pulling.items()], axis=0)
    mean: Array = total / sum(pulling.values())
    return mean


def _ranks(values: Array) -> Array:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks: Array = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return ranks


def _rows(features: Any) -> Array:
    """F as C rows of N numbers in float64."""
    rows: Array = _flat(features).astype(np.float64)
    _check_finite(rows)
    return rows


def _flat(features: Any) -> NDArray[Any]:
    """F as C rows of N numbers, as they are."""
    flat = flatten_features(features)
    # a tensor goes through the CPU: Apple's MPS has no float64
    return np.asarray(flat.detach().cpu() if hasattr(flat, "detach") else flat)


def _check_finite(numbers: Array) -> None:
    if not np.isfinite(numbers).all():
        raise GramlabError("distance_not_finite", "The features hold a value that is not a finite number.")


def _same_shape(a: Array, b: Array) -> None:
    if a.shape != b.shape:
        got, needed = str(a.shape), str(b.shape)
        raise GramlabError("shapes_differ", f"The shape {got} is not {needed}.", got=got, needed=needed)
