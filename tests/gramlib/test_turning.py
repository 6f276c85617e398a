"""Turning vectors together: orthogonal matrices by their laws, Procrustes against every other turn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gramlib.gram import gram_matrix
from gramlib.turning import align, random_orthogonal, rotation, turned
from tests.gramlib.test_gram import quick, random_vectors, refusal


class TestRandomOrthogonal:
    @quick
    @given(st.integers(1, 20), st.integers(0, 2**32 - 1))
    def test_is_orthogonal_and_repeatable(self, n, seed):
        matrix = random_orthogonal(n, np.random.default_rng(seed))
        np.testing.assert_allclose(matrix @ matrix.T, np.eye(n), atol=1e-13)
        assert (matrix == random_orthogonal(n, np.random.default_rng(seed))).all()

    @pytest.mark.parametrize("n", [1, 2, 3])
    def test_haar(self, n):
        rng = np.random.default_rng(0)
        sample = np.stack([random_orthogonal(n, rng) for _ in range(4000)])
        # every entry has mean 0 and mean square 1/n; half of the determinants are −1: each within 5 standard errors
        assert abs(sample.mean(0)).max() < 5 / math.sqrt(4000 * n)
        assert abs((sample**2).mean(0) - 1 / n).max() < 5 / math.sqrt(4000) * (n > 1) + 1e-12
        assert abs((np.linalg.det(sample) > 0).mean() - 0.5) < 5 * 0.5 / math.sqrt(4000)
        # the trace has mean square 1; without the signs of R it has not
        assert abs((np.trace(sample, axis1=1, axis2=2) ** 2).mean() - 1) < 0.15 + 1e-12

    def test_refuses(self):
        for n in (0, -1, 2.5):
            assert refusal(random_orthogonal, n, np.random.default_rng(0)).values == {"dimension": n}


class TestRotation:
    @quick
    @given(n=st.integers(1, 7), degrees=st.floats(-720, 720), mirror=st.booleans())
    def test_is_orthogonal_and_mirrors_only_when_asked(self, n, degrees, mirror):
        Q = rotation(n, degrees, mirror)
        np.testing.assert_allclose(Q @ Q.T, np.eye(n), atol=1e-14)
        assert np.linalg.det(Q) == pytest.approx(-1 if mirror else 1)

    def test_hand_numbers(self):
        np.testing.assert_allclose(rotation(3, 90) @ [1, 2, 5], [-2, 1, 5], atol=1e-15)
        np.testing.assert_allclose(rotation(2, 0, mirror=True) @ [3, 4], [-3, 4])

    @quick
    @given(random_vectors(most_columns=9), st.floats(-720, 720), st.booleans())
    def test_turned_is_it_without_the_matrix(self, vectors, degrees, mirror):
        expected = vectors @ rotation(vectors.shape[1], degrees, mirror).T
        np.testing.assert_allclose(turned(vectors, degrees, mirror), expected, atol=1e-14)

    def test_turned_does_not_need_the_matrix(self):
        vectors = np.ones((2, 1_000_000))  # of which the matrix has 8 TB
        assert turned(vectors, 90)[0, :2].tolist() == pytest.approx([-1, 1])
        assert vectors[0, 0] == 1

    def test_refuses_no_dimension(self):
        assert refusal(rotation, 0, 30).code == "gram_dimension"

    @quick
    @given(random_vectors(), st.floats(0, 360), st.booleans())
    def test_leaves_the_gram_matrix(self, vectors, degrees, mirror):
        turned = vectors @ rotation(vectors.shape[1], degrees, mirror).T
        np.testing.assert_allclose(gram_matrix(turned), gram_matrix(vectors), atol=1e-12)


class TestAlign:
    @quick
    @given(random_vectors(), st.integers(0, 2**32 - 1), st.sampled_from([1e-100, 1.0, 1e100]))
    def test_undoes_any_orthogonal_transform(self, vectors, seed, scale):
        vectors = vectors * scale
        turned = vectors @ random_orthogonal(vectors.shape[1], np.random.default_rng(seed))
        aligned, error = align(turned, vectors)
        assert error < 1e-12
        np.testing.assert_allclose(aligned, vectors, atol=1e-12 * abs(vectors).max())

    def test_in_the_space_that_is_spanned_as_in_all_dimensions(self):
        rng = np.random.default_rng(3)
        for used in (2, 9):
            V, W = np.zeros((3, 9)), rng.normal(size=(3, 9))
            V[:, :used] = rng.normal(size=(3, used))
            left, _, right = np.linalg.svd(V.T @ W)
            aligned, error = align(V, W)
            np.testing.assert_allclose(aligned, V @ left @ right, atol=1e-12)
            assert error == pytest.approx(np.linalg.norm(V @ left @ right - W) / np.linalg.norm(W))
        row = rng.normal(size=(1, 10_000))  # case: one row of 10 000 numbers; an n×n matrix would take minutes
        assert align(np.eye(1, 10_000) * np.linalg.norm(row), row)[1] < 1e-12

    @quick
    @given(random_vectors(most_columns=3), st.integers(0, 2**32 - 1))
    def test_no_turn_does_better(self, vectors, seed):
        rng = np.random.default_rng(seed)
        onto = rng.normal(size=vectors.shape)
        _, error = align(vectors, onto)
        for _ in range(50):
            other = vectors @ random_orthogonal(vectors.shape[1], rng)
            assert np.linalg.norm(other - onto) / np.linalg.norm(onto) >= error - 1e-12

    def test_zero_vectors(self):
        assert align(np.zeros((2, 2)), np.zeros((2, 2)))[1] == 0

    def test_refuses_other_shapes_and_nan(self):
        assert refusal(align, np.eye(2), np.eye(3)).code == "gram_shape"
        assert refusal(align, np.full((1, 1), np.nan), np.eye(1)).code == "gram_not_finite"
