"""The order, the pairs and the spectrum of a layer's Gram matrix."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gramlib.channels import (
    directions_for,
    effective_rank,
    order_by_energy,
    order_by_likeness,
    read_gram,
    telling_pairs,
)
from gramlib.errors import GramlabError

quick = settings(max_examples=40, deadline=None)
seeds = st.integers(0, 2**32 - 1)


@quick
@given(seeds, st.integers(1, 12))
def test_orders_are_permutations(seed, count):
    rows = np.random.default_rng(seed).random((count, 7)).round(1)
    rows[np.random.default_rng(seed).random(count) < 0.2] = 0
    gram = rows @ rows.T
    for order in (order_by_energy(gram), order_by_likeness(gram)):
        assert sorted(order) == list(range(count))
    energies = np.diag(gram)[order_by_energy(gram)]
    assert all(energies[:-1] >= energies[1:])


@quick
@given(seeds)
def test_likeness_finds_a_hidden_line(seed):
    """Bumps along a line, shuffled: the order along the line comes back, in one of its two directions."""
    rng = np.random.default_rng(seed)
    centres = np.arange(10)
    rows = np.exp(-0.5 * ((np.linspace(-3, 12, 200)[None] - centres[:, None]) / 1.5) ** 2)
    shuffled = rng.permutation(10)
    order = order_by_likeness(rows[shuffled] @ rows[shuffled].T)
    found = list(shuffled[order])
    assert found in (list(range(10)), list(range(9, -1, -1)))


def test_silent_channels_come_last():
    rows = np.array([[0, 0], [1, 0], [0, 0], [1, 1], [0, 1]], dtype=float)
    assert list(order_by_likeness(rows @ rows.T)[-2:]) == [0, 2]


@quick
@given(seeds, st.integers(2, 8), st.booleans())
def test_pairs_by_brute_force(seed, count, lowest):
    matrix = np.random.default_rng(seed).permutation(count * count).reshape(count, count).astype(float)
    matrix = np.triu(matrix) + np.triu(matrix, 1).T
    expected = sorted(itertools.combinations(range(count), 2), key=lambda pair: matrix[pair], reverse=not lowest)
    assert telling_pairs(matrix, 5, lowest=lowest) == expected[:5]


@quick
@given(seeds, st.integers(1, 6), st.integers(2, 20))
def test_each_reading_is_numpys(seed, count, positions):
    rows = np.random.default_rng(seed).random((count, positions)) + 0.1
    gram, means = rows @ rows.T / positions, rows.mean(axis=1)
    lengths = np.linalg.norm(rows, axis=1)
    np.testing.assert_array_equal(read_gram(gram, means), gram)
    np.testing.assert_allclose(read_gram(gram, means, "cosine"), rows @ rows.T / np.outer(lengths, lengths))
    covariance = np.cov(rows, bias=True).reshape(count, count)
    np.testing.assert_allclose(read_gram(gram, means, "covariance"), covariance, atol=1e-12)
    if (np.diag(covariance) > 1e-4).all():
        correlation = np.corrcoef(rows).reshape(count, count)
        np.testing.assert_allclose(read_gram(gram, means, "correlation"), correlation, atol=1e-9)


def test_silent_and_constant_channels_have_a_row_of_zeros():
    rows = np.array([[0, 0, 0, 0], [7, 7, 7, 7], [1, 2, 3, 4], [4, 3, 2, 1]], dtype=np.float32)
    gram, means = rows @ rows.T / 4, rows.mean(axis=1)
    assert not read_gram(gram, means, "cosine")[0].any()
    assert read_gram(gram, means, "cosine")[1, 1] == pytest.approx(1)
    correlation = read_gram(gram, means, "correlation")
    np.testing.assert_allclose(correlation, [[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 1, -1], [0, 0, -1, 1]], atol=1e-6)
    assert np.abs(correlation).max() <= 1


def test_single_precision_does_not_make_a_constant_channel_vary():
    rows = np.full((2, 4001), 0.1, dtype=np.float32)
    rows[1, ::2] = 0.3
    gram, means = rows @ rows.T / rows.shape[1], rows.mean(axis=1)
    correlation = read_gram(gram, means, "correlation")
    assert not correlation[0].any()
    assert correlation[1, 1] == pytest.approx(1)


def test_another_reading_is_refused():
    with pytest.raises(GramlabError, match="covariance") as raised:
        read_gram(np.eye(2), np.zeros(2), "covariances")
    assert raised.value.code == "reading_unknown"


@quick
@given(st.lists(st.just(0.0) | st.floats(1e-300, 1e6), min_size=1, max_size=9), st.floats(1e-3, 1e3))
def test_effective_rank_lies_between_one_and_the_rank_whatever_the_scale(eigenvalues, scale):
    rank = effective_rank(eigenvalues)
    assert rank == pytest.approx(effective_rank([scale * value for value in eigenvalues]), rel=1e-9)
    assert (rank == 0) == (not any(eigenvalues))
    assert rank <= sum(value > 0 for value in eigenvalues) + 1e-9


def test_effective_rank_by_hand():
    assert effective_rank([1, 1, 1, 1]) == 4
    assert effective_rank([5, 0, 0]) == 1
    assert effective_rank([3, 1]) == pytest.approx(math.exp(-(0.75 * math.log(0.75) + 0.25 * math.log(0.25))))


@pytest.mark.parametrize(("share", "expected"), [(0.5, 1), (0.8, 1), (0.81, 2), (0.95, 2), (1.0, 3)])
def test_directions_by_hand(share, expected):
    assert directions_for([8.0, 1.5, 0.5], share) == expected
    assert directions_for([0.5, 8.0, 1.5, -1e-9], share) == expected
    assert directions_for([0.0, 0.0], share) == 0


@pytest.mark.parametrize(
    "reader",
    [
        order_by_energy,
        order_by_likeness,
        lambda matrix: telling_pairs(matrix, 1),
        lambda matrix: read_gram(matrix, [1, 1]),
    ],
)
def test_another_shape_is_refused(reader):
    with pytest.raises(GramlabError) as raised:
        reader(np.ones((2, 3)))
    assert raised.value.code == "gram_shape"
