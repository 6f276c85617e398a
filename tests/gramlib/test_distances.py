"""Distances between the same statistics: their laws, their definitions the slow way, and which are one and the same."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gramlib.distances import (
    Gaussian,
    content_distance,
    gaussian_of,
    gaussian_wasserstein,
    polynomial_mmd_squared,
    projections_of,
    rank_correlation,
    relative_distance,
    sample_positions,
    sliced_distance,
    sliced_wasserstein,
    wasserstein_distance,
    weighted_mean,
)
from gramlib.errors import GramlabError
from gramlib.gram import feature_gram
from gramlib.style import style_distance

quick = settings(max_examples=60, deadline=None)
seeds = st.integers(0, 2**32 - 1)

# a name, what is computed of the features, and the distance of two of these
RELATIVE = {
    "gram": (feature_gram, style_distance),
    "wasserstein": (gaussian_of, wasserstein_distance),
    "sliced": (lambda features: projections_of(features, 8, 16), sliced_distance),
    "content": (lambda features: features, content_distance),
}
relative = pytest.mark.parametrize("kind", RELATIVE)


def features_from(rng, channels=3, positions=5):
    """Features of very different kinds: dense, sparse, of one direction, of another scale, blank."""
    features = rng.random((channels, 1, positions)) * rng.choice([0.01, 1, 1, 3])
    features[:, :, : rng.integers(positions)] *= rng.integers(2)
    features[rng.random(channels) < 0.3] = 0
    return features * rng.choice([-1, 1], size=(channels, 1, 1))


@relative
@quick
@given(seed=seeds)
def test_a_distance_is_symmetric_and_0_only_for_the_same(kind, seed):
    rng = np.random.default_rng(seed)
    summary, distance = RELATIVE[kind]
    one, other = rng.random((4, 3, 5)), rng.random((4, 3, 5))
    a, b = summary(one), summary(other)
    assert distance(a, b) == pytest.approx(distance(b, a), abs=1e-12)
    assert distance(a, summary(one.copy())) == 0
    assert 0 < distance(a, b) <= 1


@relative
@settings(max_examples=400, deadline=None)
@given(seed=seeds)
@pytest.mark.slow
def test_the_triangle_inequality_holds(kind, seed):
    rng = np.random.default_rng(seed)
    summary, distance = RELATIVE[kind]
    x, y, z = (summary(features_from(rng)) for _ in range(3))
    assert distance(x, y) <= distance(x, z) + distance(z, y) + 1e-9


def test_squares_break_the_triangle_inequality():
    """The test above can fail: the square of a distance is none."""
    a, b, c = (np.array([[[value]]]) for value in (1.0, 2.0, 3.0))
    assert content_distance(a, c) ** 2 > content_distance(a, b) ** 2 + content_distance(b, c) ** 2


@relative
@quick
@given(seed=seeds, scale=st.floats(1e-3, 1e3))
def test_scaling_both_alike_changes_nothing(kind, seed, scale):
    rng = np.random.default_rng(seed)
    summary, distance = RELATIVE[kind]
    one, other = rng.random((2, 4, 3, 5))
    scaled = distance(summary(scale * one), summary(scale * other))
    assert scaled == pytest.approx(distance(summary(one), summary(other)), rel=1e-6)


@relative
def test_a_blank_is_1_from_everything_and_0_from_itself(kind):
    summary, distance = RELATIVE[kind]
    blank, other = summary(np.zeros((3, 2, 2))), summary(np.random.default_rng(0).random((3, 2, 2)))
    assert distance(blank, other) == pytest.approx(1)
    assert distance(blank, blank) == 0


@pytest.mark.parametrize("kind", ["gram", "wasserstein", "sliced"])
def test_where_the_features_stand_does_not_matter_but_for_content(kind):
    rng = np.random.default_rng(5)
    maps = rng.random((4, 3, 5))
    shuffled = maps.reshape(4, -1)[:, rng.permutation(15)].reshape(maps.shape)
    summary, distance = RELATIVE[kind]
    assert distance(summary(maps), summary(shuffled)) < 1e-6
    assert content_distance(maps, shuffled) > 0.1


@relative
def test_tensors_count_as_arrays(kind):
    rng = np.random.default_rng(1)
    summary, distance = RELATIVE[kind]
    one, other = rng.random((2, 4, 3, 5)).astype(np.float32)
    of_tensors = distance(summary(torch.from_numpy(one)), summary(torch.from_numpy(other)))
    assert of_tensors == pytest.approx(distance(summary(one), summary(other)), rel=1e-5)


def test_relative_distance_by_hand():
    assert relative_distance(3.0, 1.0, 2.0) == 1.0
    assert relative_distance(0.0, 0.0, 0.0) == 0.0


# --- Wasserstein-2 of mean and covariance


def root(matrix):
    eigenvalues, vectors = np.linalg.eigh(matrix)
    return vectors @ np.diag(np.sqrt(np.maximum(eigenvalues, 0))) @ vectors.T


def wasserstein_by_roots(one, other):
    """Dowson, Landau (1982), eq. 4, as it stands."""
    means = [maps.reshape(len(maps), -1).mean(axis=1) for maps in (one, other)]
    a, b = (np.cov(maps.reshape(len(maps), -1), bias=True) for maps in (one, other))
    cross = root(root(a) @ b @ root(a))
    return np.sqrt(((means[0] - means[1]) ** 2).sum() + np.trace(a + b - 2 * cross))


@quick
@given(seeds, st.integers(2, 6), st.integers(1, 12))
def test_wasserstein_is_its_formula(seed, channels, positions):
    rng = np.random.default_rng(seed)
    one, other = rng.random((channels, 2, positions)), 2 * rng.random((channels, 2, positions + 3))
    found = gaussian_wasserstein(gaussian_of(one), gaussian_of(other))
    assert found == pytest.approx(wasserstein_by_roots(one, other), rel=1e-6)


def test_wasserstein_of_numbers_spread_normally_by_hand():
    """In one dimension it is √((μa − μb)² + (σa − σb)²)."""
    a = Gaussian(np.array([1.0]), np.array([[2.0]]))
    b = Gaussian(np.array([4.0]), np.array([[6.0]]))
    assert gaussian_wasserstein(a, b) == pytest.approx(5.0)
    assert wasserstein_distance(a, b) == pytest.approx(5 / (np.sqrt(5) + np.sqrt(52)))


@pytest.mark.parametrize("kind", ["all of its own", "one dead", "two alike", "one twice another", "fewer positions"])
def test_a_gaussian_keeps_the_covariance_whatever_its_rank(kind):
    channels = np.random.default_rng(1).random((4, 5, 8)) - 0.3
    if kind == "one dead":
        channels[1] = 0.25  # it does not change: nothing of it is left but the mean
    elif kind == "two alike":
        channels[2] = channels[0]
    elif kind == "one twice another":
        channels[3] = 2 * channels[1] + 1
    elif kind == "fewer positions":
        channels = channels[:, :1, :3]
    found = gaussian_of(channels)
    flat = channels.reshape(4, -1)
    np.testing.assert_allclose(found.mean, flat.mean(axis=1))
    np.testing.assert_allclose(found.factor @ found.factor.T, np.cov(flat, bias=True), atol=1e-12)
    assert found.factor.shape[1] <= 4


def test_wasserstein_cannot_be_beaten_by_another_matching():
    """Of all ways to pair up the points none is shorter, for points that are spread as normally as a few can be."""
    points = np.array([[-1.0, 0.0, 1.0]]).reshape(1, 1, 3)
    moved = 2 * points + 1
    best = min(
        np.sqrt(np.mean((points.ravel() - moved.ravel()[list(order)]) ** 2))
        for order in itertools.permutations(range(3))
    )
    assert gaussian_wasserstein(gaussian_of(points), gaussian_of(moved)) == pytest.approx(best)


def test_the_distance_from_a_blank_is_the_root_of_the_trace_of_gram():
    maps = np.random.default_rng(0).random((5, 3, 4))
    blank = gaussian_of(np.zeros_like(maps))
    assert gaussian_of(maps).from_blank == pytest.approx(np.sqrt(np.trace(feature_gram(maps))))
    assert gaussian_wasserstein(gaussian_of(maps), blank) == pytest.approx(gaussian_of(maps).from_blank)


# --- the kernel


@quick
@given(seeds, st.integers(1, 6), st.integers(1, 20), st.integers(1, 20))
def test_mmd_is_the_difference_of_grams(seed, channels, n, m):
    rng = np.random.default_rng(seed)
    a, b = rng.standard_normal((channels, n)), rng.standard_normal((channels, m))
    grams = [feature_gram(points[:, None, :]) for points in (a, b)]
    scale = max(np.square(gram).sum() for gram in grams)
    assert abs(polynomial_mmd_squared(a, b) - np.square(grams[0] - grams[1]).sum()) < 1e-12 * max(scale, 1)


def test_mmd_agrees_to_six_digits_on_real_features():
    from gramlib import VGG, open_image, to_tensor
    from pages.ui.pictures import samples

    network = VGG()
    maps = [
        network.features(to_tensor(open_image(samples()[name]), 128), ["relu3_1"])["relu3_1"]
        for name in ("great_wave", "cat")
    ]
    points = [sample_positions(each, 200, np.random.default_rng(0)) for each in maps]
    a, b = (feature_gram(each[:, None, :]) for each in points)
    assert polynomial_mmd_squared(*points) == pytest.approx(np.square(a - b).sum(), rel=1e-6)


def test_mmd_pair_by_pair():
    a, b = np.random.default_rng(0).random((2, 3, 4))

    def mean(x, y, degree):
        return np.mean([float(p @ q) ** degree for p in x.T for q in y.T])

    for degree in (1, 2, 3):
        expected = mean(a, a, degree) + mean(b, b, degree) - 2 * mean(a, b, degree)
        assert polynomial_mmd_squared(a, b, degree) == pytest.approx(expected)
    means = a.mean(axis=1) - b.mean(axis=1)
    assert polynomial_mmd_squared(a, b, 1) == pytest.approx(means @ means)


# --- the sliced distance


def test_sliced_is_the_matching_of_sorted_projections():
    one, other = np.random.default_rng(3).random((2, 4, 2, 5))
    a, b = (projections_of(maps, directions=7, levels=10, seed=2) for maps in (one, other))
    directions = np.random.default_rng(2).standard_normal((7, 4))
    squares = []
    for direction in directions:
        direction = direction / np.linalg.norm(direction)
        p, q = (sorted(direction @ maps.reshape(4, -1)) for maps in (one, other))
        squares.append(np.mean((np.array(p) - np.array(q)) ** 2))
    assert sliced_wasserstein(a, b) == pytest.approx(np.sqrt(np.mean(squares)))


def test_the_seed_makes_the_directions():
    maps = np.random.default_rng(0).random((4, 3, 3))
    np.testing.assert_array_equal(projections_of(maps, seed=1), projections_of(maps, seed=1))
    assert not np.array_equal(projections_of(maps, seed=1), projections_of(maps, seed=2))


def test_sliced_sees_what_mean_and_covariance_do_not():
    """Two values against three with the same mean and variance."""
    two = np.array([[[-1.0, 1.0] * 4]])
    three = np.array([[[-2.0, 0, 0, 0, 0, 0, 0, 2.0]]])
    assert gaussian_wasserstein(gaussian_of(two), gaussian_of(three)) == pytest.approx(0, abs=1e-6)
    assert style_distance(feature_gram(two), feature_gram(three)) == pytest.approx(0, abs=1e-12)
    assert sliced_distance(projections_of(two), projections_of(three)) > 0.2


def test_many_positions_are_read_at_quantiles():
    maps = np.random.default_rng(0).random((2, 1500, 500))  # a million numbers and more: sorted in float32
    levels = projections_of(maps, directions=2, levels=4)
    drawn = np.random.default_rng(0).standard_normal((2, 2))
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    expected = np.quantile(drawn @ maps.reshape(2, -1), [0.125, 0.375, 0.625, 0.875], axis=1).T
    np.testing.assert_allclose(levels, expected, atol=1e-4)


# --- ranks and means


def test_ranks_by_hand():
    assert rank_correlation([1, 2, 3], [10, 20, 15]) == pytest.approx(0.5)
    assert rank_correlation([1, 2, 3], [3, 2, 1]) == -1
    assert rank_correlation([1, 1, 2], [5, 5, 9]) == 1  # ties share a rank
    assert np.isnan(rank_correlation([1, 1, 1], [1, 2, 3]))


@quick
@given(seeds, st.integers(2, 20))
def test_ranks_are_scipys_definition(seed, count):
    rng = np.random.default_rng(seed)
    a, b = rng.integers(0, 6, (2, count)).astype(float)

    def ranks(values):
        return [np.mean([k for k, other in enumerate(sorted(values)) if other == value]) for value in values]

    if len(set(a)) > 1 and len(set(b)) > 1:
        assert rank_correlation(a, b) == pytest.approx(np.corrcoef(ranks(a), ranks(b))[0, 1], abs=1e-9)
        assert rank_correlation(np.exp(a), 3 * b - 1) == rank_correlation(a, b)


def test_weighted_mean_by_hand():
    matrices = {"a": np.array([[0.0, 1.0], [1.0, 0.0]]), "b": np.array([[0.0, 4.0], [4.0, 0.0]])}
    np.testing.assert_allclose(weighted_mean(matrices, {"a": 2.0, "b": 1.0})[0, 1], 2.0)
    np.testing.assert_array_equal(weighted_mean(matrices, {"a": 0.0, "b": 0.5}), matrices["b"])
    for weights in ({"a": 0.0}, {}, {"a": -1.0, "b": 2.0}):
        with pytest.raises(GramlabError) as raised:
            weighted_mean(matrices, weights)
        assert raised.value.code == "layers_weigh_nothing"


def test_what_cannot_be_compared_is_refused():
    small, large = np.ones((2, 2, 2)), np.ones((3, 2, 2))
    for call in (
        lambda: gaussian_wasserstein(gaussian_of(small), gaussian_of(large)),
        lambda: polynomial_mmd_squared(np.ones((2, 4)), np.ones((3, 4))),
        lambda: sliced_wasserstein(projections_of(small, levels=3), projections_of(small, levels=4)),
        lambda: rank_correlation([1, 2], [1, 2, 3]),
    ):
        with pytest.raises(GramlabError) as raised:
            call()
        assert raised.value.code == "shapes_differ"
    with pytest.raises(GramlabError) as raised:
        polynomial_mmd_squared([1.0], [[1.0]])
    assert raised.value.code == "gram_shape"
    with pytest.raises(GramlabError) as raised:
        gaussian_of(np.full((1, 1, 1), np.nan))
    assert raised.value.code == "distance_not_finite"
