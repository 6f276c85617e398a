"""Gram matrices: hand numbers, plain loops in fractions, and the laws, for NumPy and PyTorch alike."""

from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import FrozenInstanceError
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gramlib.errors import GramlabError
from gramlib.gram import (
    GramProperties,
    feature_gram,
    flatten_features,
    gram_matrix,
    properties,
    properties_of_vectors,
    recover_typed,
    recover_vectors,
)
from gramlib.turning import random_orthogonal
from gramlib.vectors import Relation, angle, relation

ROOT = Path(__file__).parents[2]

quick = settings(max_examples=40, deadline=None)

kinds = pytest.mark.parametrize("kind", [np.asarray, torch.tensor], ids=["numpy", "torch"])
scales = st.sampled_from([1e-150, 1e-20, 1.0, 1e20, 1e150])


@st.composite
def tables(draw, most_rows=5, most_columns=5, low=-50, high=50):
    shape = draw(st.integers(1, most_rows)), draw(st.integers(1, most_columns))
    numbers = draw(st.lists(st.integers(low, high), min_size=math.prod(shape), max_size=math.prod(shape)))
    return np.array(numbers, dtype=np.float64).reshape(shape)


@st.composite
def random_vectors(draw, most_rows=6, most_columns=6):
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return rng.normal(size=(draw(st.integers(1, most_rows)), draw(st.integers(1, most_columns))))


def slow_gram(rows, center=False, unit=False):
    """Loops over fractions; the root of unit is taken of the exact squares."""
    rows = [[Fraction(float(x)) for x in row] for row in rows]
    if center:
        rows = [[x - sum(row) / len(row) for x in row] for row in rows]
    gram = [[sum(x * y for x, y in zip(a, b, strict=True)) for b in rows] for a in rows]
    if not unit:
        return np.array([[float(entry) for entry in row] for row in gram])
    k = range(len(rows))
    sign = [[1 if gram[i][j] >= 0 else -1 for j in k] for i in k]
    return np.array([[sign[i][j] * math.sqrt(gram[i][j] ** 2 / (gram[i][i] * gram[j][j])) for j in k] for i in k])


def to_numpy(values):
    return values.detach().double().numpy() if isinstance(values, torch.Tensor) else np.asarray(values, np.float64)


def refusal(function, *arguments, **keywords):
    with pytest.raises(GramlabError) as caught:
        function(*arguments, **keywords)
    assert str(caught.value)
    return caught.value


class TestGramMatrix:
    @kinds
    def test_by_hand(self, kind):
        gram = gram_matrix(kind([[1.0, 2.0], [3.0, 4.0], [0.0, -1.0]]))
        assert type(gram) is type(kind([0.0]))
        assert gram.tolist() == [[5, 11, -2], [11, 25, -4], [-2, -4, 1]]

    @kinds
    def test_covariance_and_correlation_by_numpy(self, kind):
        rows = np.random.default_rng(0).normal(size=(4, 9)) + 5
        np.testing.assert_allclose(to_numpy(gram_matrix(kind(rows), center=True)), 9 * np.cov(rows, bias=True))
        both = gram_matrix(kind(rows), center=True, unit=True)
        np.testing.assert_allclose(to_numpy(both), np.corrcoef(rows), rtol=1e-12)

    @quick
    @given(tables(), st.booleans(), st.booleans())
    def test_against_loops_over_fractions(self, rows, center, unit):
        centred = rows - rows.mean(axis=1, keepdims=True) if center else rows
        assume(not unit or (abs(centred).max(axis=1) > 1e-9).all())
        expected = slow_gram(rows, center, unit)
        for kind in (np.asarray, torch.tensor):
            gram = to_numpy(gram_matrix(kind(rows), center=center, unit=unit))
            np.testing.assert_allclose(gram, expected, rtol=1e-12, atol=1e-11)

    @quick
    @given(random_vectors(), st.booleans(), st.booleans(), st.sampled_from([torch.float32, torch.float64]))
    def test_exactly_symmetric_with_exact_unit_diagonal(self, rows, center, unit, dtype):
        assume(not center or not unit or rows.shape[1] > 1)
        tensor = torch.tensor(rows, dtype=dtype)
        for vectors in (tensor, tensor.numpy()):
            gram = to_numpy(gram_matrix(vectors, center=center, unit=unit))
            assert (gram == gram.T).all()
            if unit:
                assert (gram.diagonal() == 1).all()
                assert (abs(gram) <= 1).all()

    @pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
    def test_exactly_symmetric_where_a_matrix_product_is_not(self, dtype):
        generator = torch.Generator().manual_seed(0)
        for shape in [(3, 33), (5, 33), (6, 49), (12, 65), (67, 501)] * 4:
            rows = torch.randn(shape, dtype=dtype, generator=generator)
            for vectors in (rows, rows.numpy(), np.asfortranarray(rows.numpy()), rows.numpy()[:, ::2]):
                gram = to_numpy(gram_matrix(vectors))
                assert (gram == gram.T).all()

    @kinds
    def test_cosines_of_parallel_rows_stay_within_one(self, kind):
        # without a limit a third of these come out as 1.0000000000000002
        for row in np.random.default_rng(0).normal(size=(50, 5)):
            gram = to_numpy(gram_matrix(kind(np.stack([row, 3 * row, -7 * row])), unit=True))
            assert abs(gram).max() == 1
            np.testing.assert_allclose(gram, [[1, 1, -1], [1, 1, -1], [-1, -1, 1]], rtol=1e-15)

    @quick
    @given(random_vectors())
    def test_positive_semidefinite_with_rank_at_most_dimension(self, rows):
        found = properties(gram_matrix(rows))
        assert found.symmetric
        assert found.is_psd
        assert found.rank == min(rows.shape)

    @quick
    @given(random_vectors())
    def test_cauchy_schwarz(self, rows):
        gram = gram_matrix(rows)
        lengths = np.sqrt(gram.diagonal())
        assert (abs(gram) <= lengths[:, None] * lengths * (1 + 1e-14)).all()

    @quick
    @given(random_vectors(), st.integers(0, 2**32 - 1))
    def test_turned_or_mirrored_together_it_stays(self, rows, seed):
        turn = random_orthogonal(rows.shape[1], np.random.default_rng(seed))
        np.testing.assert_allclose(gram_matrix(rows @ turn), gram_matrix(rows), atol=1e-12 * (rows**2).sum())

    @quick
    @given(tables(), st.integers(-5, 5))
    def test_bilinear(self, rows, factor):
        changed = rows.copy()
        changed[0] = factor * rows[0] + rows[-1]
        gram = gram_matrix(rows)
        mixed = gram_matrix(np.vstack([changed[:1], rows]))
        np.testing.assert_array_equal(mixed[0, 1:], factor * gram[0] + gram[-1])

    @kinds
    @pytest.mark.parametrize("scale", [1e-150, 1e150])
    def test_scales(self, kind, scale):
        rows = np.array([[1.0, 2.0, 2.0], [3.0, 0.0, 4.0]])
        np.testing.assert_allclose(to_numpy(gram_matrix(kind(rows * scale))), gram_matrix(rows) * scale**2, rtol=1e-14)

    @kinds
    @pytest.mark.parametrize("scale", [5e-324, 1e-300, 1e-150, 1e150, 1e300, 4e307])
    @pytest.mark.parametrize("center", [False, True])
    def test_unit_works_at_every_scale(self, kind, scale, center):
        rows = np.array([[0.0, -4.0, 0.0, 0.0], [3.0, 0.0, 4.0, -1.0]])
        both = gram_matrix(kind(np.stack([rows[0] * scale, rows[1]])), center=center, unit=True)
        np.testing.assert_allclose(to_numpy(both), slow_gram(rows, center, True), rtol=1e-12)

    @kinds
    def test_overflow_is_refused(self, kind):
        rows = kind(np.array([[1e200, 0.0], [1.0, 1.0]]))
        assert refusal(gram_matrix, rows).code == "gram_overflow"
        assert refusal(gram_matrix, rows, center=True).code == "gram_overflow"

    @pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
    def test_floating_type_is_kept(self, dtype):
        rows = np.array([[1, 2], [3, 4]], dtype=dtype)
        for unit in (False, True):
            assert gram_matrix(rows, unit=unit).dtype == dtype
            assert gram_matrix(torch.tensor(rows), unit=unit).dtype == torch.tensor(rows).dtype
        assert gram_matrix(torch.tensor(rows).bfloat16()).dtype == torch.bfloat16

    def test_half_precision_is_summed_in_single(self):
        # the sum of squares, 90 000, is above the largest half, 65 504
        for features in (np.full((1, 300, 300), 1, np.float16), torch.ones(1, 300, 300).half()):
            assert feature_gram(features).tolist() == [[1]]
            assert gram_matrix(features.reshape(1, -1), unit=True).tolist() == [[1]]
            assert refusal(feature_gram, features, normalize="none").code == "gram_overflow"

    def test_integers_and_lists_become_float64(self):
        for rows in ([[1, 2], [3, 4]], ((1, 2), (3, 4)), np.array([[1, 2], [3, 4]], np.uint8)):
            gram = gram_matrix(rows)
            assert (gram.dtype, gram.tolist()) == (np.float64, [[5, 11], [11, 25]])
        tensor = gram_matrix(torch.tensor([[100, 100]], dtype=torch.uint8))
        assert (tensor.dtype, tensor.tolist()) == (torch.float64, [[20000]])

    @kinds
    def test_zero_row_has_no_cosine(self, kind):
        rows = kind([[1.0, 2.0], [0.0, 0.0]])
        assert gram_matrix(rows).tolist() == [[5, 0], [0, 0]]
        error = refusal(gram_matrix, rows, unit=True)
        assert (error.code, error.values) == ("gram_zero_row", {"row": 2})

    @kinds
    def test_a_row_that_only_rounding_keeps_from_being_constant_has_no_correlation(self, kind):
        # case: 0.30000000000000004,0.3,0.3; was −0.866
        for row in ([0.30000000000000004, 0.3, 0.3], [0.1 + 0.2, 0.3, 0.3 - 5e-17], [1e9 + 2e-7, 1e9, 1e9]):
            error = refusal(gram_matrix, kind(np.array([[1.0, 2.0, 3.0], row])), center=True, unit=True)
            assert (error.code, error.values) == ("gram_zero_row", {"row": 2})
        gram_matrix(kind(np.array([[1.0, 2.0, 3.0], [0.3, 0.3 + 1e-14, 0.3]])), center=True, unit=True)

    @kinds
    def test_constant_row_has_no_correlation(self, kind):
        # the mean of three times 0.1 is not 0.1 in floating point
        rows = kind([[1.0, 2.0, 4.0], [0.1, 0.1, 0.1]])
        assert to_numpy(gram_matrix(rows, center=True))[1].tolist() == [0, 0]
        assert refusal(gram_matrix, rows, center=True, unit=True).values == {"row": 2}

    @pytest.mark.parametrize(
        ("values", "code", "facts"),
        [
            ([[1, 2], [3]], "gram_ragged", {"row": 2, "length": 1, "first": 2}),
            ([[1], [2], [3, 4, 5]], "gram_ragged", {"row": 3, "length": 3, "first": 1}),
            ([], "gram_shape", {"shape": (0,), "needed": "(k, n)"}),
            ([[]], "gram_empty", {"shape": (1, 0)}),
            (np.zeros((0, 3)), "gram_empty", {"shape": (0, 3)}),
            (torch.zeros(2, 0), "gram_empty", {"shape": (2, 0)}),
            ([1, 2], "gram_shape", {"shape": (2,)}),
            (np.zeros((2, 2, 2)), "gram_shape", {"shape": (2, 2, 2)}),
            (torch.zeros(2, 2, 2), "gram_shape", {"shape": (2, 2, 2)}),
            ([[1, math.nan]], "gram_not_finite", {"position": (1, 2)}),
            ([[1, 2], [-math.inf, 3]], "gram_not_finite", {"position": (2, 1), "value": -math.inf}),
            (torch.tensor([[1.0], [math.inf]]), "gram_not_finite", {"position": (2, 1), "value": math.inf}),
            ([["1", "2"]], "gram_not_numbers", {"kind": "list"}),
            ([[1, None]], "gram_not_numbers", {"kind": "list"}),
            ([[1j, 2]], "gram_not_numbers", {"kind": "list"}),
            (torch.zeros(1, 1, dtype=torch.complex64), "gram_not_numbers", {"kind": "Tensor"}),
            ([[1, 2], 3], "gram_not_numbers", {"kind": "list"}),
            (["ab", "c"], "gram_not_numbers", {"kind": "list"}),
            (np.array("ab"), "gram_not_numbers", {"kind": "ndarray"}),
            (pd.DataFrame({"a": [1, None], "bc": [None, "d"]}), "gram_not_numbers", {"kind": "DataFrame"}),
            (None, "gram_not_numbers", {"kind": "NoneType"}),
        ],
    )
    @pytest.mark.parametrize("keywords", [{}, {"center": True}, {"unit": True}, {"center": True, "unit": True}])
    def test_refuses(self, values, code, facts, keywords):
        error = refusal(gram_matrix, values, **keywords)
        assert error.code == code
        assert facts.items() <= error.values.items()
        assert all(str(fact) in str(error) for fact in facts.values())

    def test_the_input_is_left_alone(self):
        rows = np.array([[1.0, 2.0], [3.0, 5.0]])
        gram_matrix(rows, center=True, unit=True)
        assert rows.tolist() == [[1, 2], [3, 5]]

    @pytest.mark.parametrize("center", [False, True])
    @pytest.mark.parametrize("unit", [False, True])
    def test_differentiable(self, center, unit):
        rows = torch.randn(3, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(1), requires_grad=True)
        assert torch.autograd.gradcheck(lambda x: gram_matrix(x, center=center, unit=unit), rows)


class TestFeatureGram:
    @kinds
    def test_by_hand(self, kind):
        features = kind([[[1.0, 2.0], [3.0, 4.0]], [[0.0, 1.0], [0.0, -1.0]]])
        assert flatten_features(features).tolist() == [[1, 2, 3, 4], [0, 1, 0, -1]]
        assert feature_gram(features, normalize="none").tolist() == [[30, -2], [-2, 2]]
        assert feature_gram(features).tolist() == [[7.5, -0.5], [-0.5, 0.5]]
        assert feature_gram(features, normalize="chw").tolist() == [[3.75, -0.25], [-0.25, 0.25]]

    @kinds
    def test_integer_features_shuffled_alike_give_exactly_the_same(self, kind):
        rng = np.random.default_rng(3)
        features = rng.integers(-9, 9, size=(4, 5, 6))
        order = rng.permutation(30)
        shuffled = features.reshape(4, 30)[:, order].reshape(4, 6, 5)
        assert (feature_gram(kind(shuffled)) == feature_gram(kind(features))).all()
        each = np.stack([rng.permutation(channel) for channel in features.reshape(4, 30)]).reshape(4, 5, 6)
        assert not (feature_gram(kind(each)) == feature_gram(kind(features))).all()

    @quick
    @given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.integers(1, 5), st.integers(1, 5))
    def test_laws(self, seed, channels, height, width):
        rng = np.random.default_rng(seed)
        features = rng.normal(size=(channels, height, width))
        gram = feature_gram(features)
        flat = features.reshape(channels, -1)
        np.testing.assert_allclose(gram, gram_matrix(flat) / (height * width), rtol=1e-14)
        np.testing.assert_allclose(feature_gram(features, "none"), slow_gram(flat), rtol=1e-12, atol=1e-13)
        np.testing.assert_allclose(feature_gram(features, "chw") * channels, gram, rtol=1e-14)
        np.testing.assert_allclose(feature_gram(np.flip(features, (1, 2))), gram, rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(feature_gram(torch.tensor(features)), gram, rtol=1e-12, atol=1e-14)
        assert (gram == gram.T).all()
        assert properties(gram).is_psd
        assert properties(gram).rank <= height * width

    def test_gradient_of_a_style_loss(self):
        features = torch.randn(3, 2, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
        features.requires_grad_()
        assert torch.autograd.gradcheck(feature_gram, features)
        # Gatys et al. (2016), eq. 6: the gradient of ¼‖G − A‖² is (G − A) F
        target = torch.eye(3, dtype=torch.float64)
        (((feature_gram(features, "none") - target) ** 2).sum() / 4).backward()
        flat = features.detach().reshape(3, 8)
        torch.testing.assert_close(features.grad.reshape(3, 8), (flat @ flat.T - target) @ flat)

    def test_kinds_and_layouts(self):
        features = torch.randn(1, 8, 6, 5, generator=torch.Generator().manual_seed(0))
        last = features.contiguous(memory_format=torch.channels_last)[0]
        torch.testing.assert_close(feature_gram(last), feature_gram(features[0]))
        assert flatten_features(last).data_ptr() == last.data_ptr()
        assert feature_gram(np.ones((2, 2, 2), np.float32)).dtype == np.float32
        assert feature_gram(np.ones((2, 2, 2), int)).dtype == np.float64
        assert flatten_features(torch.ones(2, 2, 2)).dtype == torch.float32

    def test_refuses(self):
        error = refusal(feature_gram, np.ones((1, 2, 3, 4)))
        assert (error.code, error.values) == ("gram_shape", {"shape": (1, 2, 3, 4), "needed": "(C, H, W)"})
        assert refusal(flatten_features, torch.ones(2, 3)).code == "gram_shape"
        assert refusal(feature_gram, np.ones((2, 0, 3))).code == "gram_empty"
        assert refusal(feature_gram, np.ones((1, 1, 1)), normalize="hwc").values == {"normalize": "hwc"}
        for bad in (np.nan, np.inf, -np.inf):
            features = torch.ones(2, 2, 2)
            features[1, 0, 1] = bad
            assert refusal(feature_gram, features).code == "gram_not_finite"
            assert refusal(feature_gram, features.numpy()).code == "gram_not_finite"


class TestProperties:
    @kinds
    def test_by_hand(self, kind):
        found = properties(kind([[2.0, 1.0], [1.0, 2.0]]))
        np.testing.assert_allclose(found.eigenvalues, [3, 1])
        assert isinstance(found, GramProperties)
        assert (found.symmetric, found.rank, found.is_psd) == (True, 2, True)
        assert found.volume == pytest.approx(math.sqrt(3), rel=1e-14)
        assert found.condition == pytest.approx(3, rel=1e-14)
        with pytest.raises(FrozenInstanceError):
            found.rank = 3

    def test_dependent_vectors(self):
        found = properties(gram_matrix([[1, 2, 3], [4, 5, 6], [5, 7, 9]]))
        assert (found.rank, found.volume, found.condition, found.is_psd) == (2, 0, math.inf, True)

    def test_zero(self):
        found = properties([[0, 0], [0, 0]])
        assert (found.rank, found.volume, found.condition, found.is_psd, found.tolerance) == (0, 0, math.inf, True, 0)

    def test_not_symmetric(self):
        found = properties([[1, 2], [0, 1]])
        assert (found.symmetric, found.is_psd) == (False, False)
        assert math.isnan(found.volume)
        np.testing.assert_allclose(found.eigenvalues, [2, 0], atol=1e-15)

    def test_indefinite(self):
        found = properties([[0, 1], [1, 0]])
        np.testing.assert_allclose(found.eigenvalues, [1, -1])
        assert (found.symmetric, found.is_psd, found.rank) == (True, False, 2)
        assert found.condition == pytest.approx(1)
        assert math.isnan(found.volume)

    @quick
    @given(tables(most_rows=3, most_columns=3, low=-9, high=9), scales)
    def test_volume_and_rank_against_fractions(self, rows, scale):
        k = len(rows)
        gram = [[Fraction(float(x)) for x in row] for row in rows @ rows.T]
        if k == 1:
            determinant = gram[0][0]
        elif k == 2:
            determinant = gram[0][0] * gram[1][1] - gram[0][1] ** 2
        else:
            (a, b, c), (_, d, e), (_, _, f) = gram
            determinant = a * (d * f - e * e) - b * (b * f - c * e) + c * (b * e - c * d)
        found = properties(gram_matrix(rows * scale))
        assert (found.rank == k) is (determinant > 0)
        # 10^±450 is out of range
        if determinant > 0 and (k < 3 or 1e-100 < scale < 1e100):
            assert found.volume == pytest.approx(math.sqrt(determinant) * scale**k, rel=1e-9)
        elif determinant == 0:
            assert found.volume == 0

    @quick
    @given(random_vectors(), st.sampled_from([1e-140, 1e-30, 1e30, 1e140]))
    def test_knows_no_scale(self, rows, scale):
        one, other = properties(gram_matrix(rows)), properties(gram_matrix(rows * scale))
        assert (one.rank, one.is_psd) == (other.rank, other.is_psd)
        assert one.condition == math.inf or one.condition == pytest.approx(other.condition, rel=1e-3)
        large = one.eigenvalues > one.tolerance
        np.testing.assert_allclose(other.eigenvalues[large] / scale**2, one.eigenvalues[large], rtol=1e-3)

    @quick
    @given(st.integers(2, 12), st.integers(1, 11), st.integers(0, 2**32 - 1), st.sampled_from([np.float32, np.float64]))
    def test_rank_is_the_dimension_spanned(self, k, dimension, seed, dtype):
        dimension = min(k, dimension)
        rng = np.random.default_rng(seed)
        wide = random_orthogonal(40, rng)[:dimension] * rng.uniform(1, 3, size=(dimension, 1))
        mix = random_orthogonal(k, rng)[:, :dimension]
        assert properties(gram_matrix((mix @ wide).astype(dtype))).rank == dimension

    def test_tolerance_follows_the_type(self):
        rows = np.random.default_rng(0).normal(size=(6, 3)).astype(np.float32)
        found = properties(gram_matrix(torch.tensor(rows)))
        assert (found.rank, found.is_psd) == (3, True)
        assert found.tolerance == pytest.approx(10 * math.sqrt(6) * 2**-23 * found.eigenvalues[0])
        assert properties(gram_matrix(rows).astype(np.float64)).tolerance < found.tolerance * 1e-8

    def test_eigenvalues_are_descending_and_cannot_be_changed(self):
        found = properties(np.diag([1.0, 9.0, 4.0]))
        assert found.eigenvalues.tolist() == [9, 4, 1]
        assert found.volume == 6
        with pytest.raises(ValueError, match="read-only"):
            found.eigenvalues[0] = 0

    def test_volume_of_many_vectors_does_not_overflow_on_the_way(self):
        # after the first 130 it stands at 10^325
        assert properties(np.diag([1e5] * 130 + [1e-5] * 130)).volume == pytest.approx(1, rel=1e-12)
        assert properties(np.eye(30) * 1e100).volume == math.inf
        assert properties(np.eye(30) * 1e-100).volume == 0

    def test_refuses(self):
        assert refusal(properties, [[1, 2, 3], [4, 5, 6]]).values == {"shape": (2, 3), "needed": "(k, k)"}
        assert refusal(properties, [[1, math.nan], [0, 1]]).values["position"] == (1, 2)
        assert refusal(properties, [[1, 2], [3]]).code == "gram_ragged"
        assert refusal(properties, np.full((2, 2), 1.7e308)).code == "gram_overflow"


def exactly(vectors):
    """Rank and squared volume by elimination in fractions."""
    rows = [[Fraction(float(x)) for x in row] for row in vectors]
    gram = [[sum(x * y for x, y in zip(a, b, strict=True)) for b in rows] for a in rows]
    rank, determinant = 0, Fraction(1)
    for j in range(len(gram)):
        pivot = gram[j][j]  # of a positive semidefinite matrix: 0 only where all beside it is
        determinant *= pivot
        if pivot == 0:
            continue
        rank += 1
        for i in range(j + 1, len(gram)):
            share = gram[i][j] / pivot
            gram[i] = [x - share * y for x, y in zip(gram[i], gram[j], strict=True)]
    return rank, determinant


class TestPropertiesOfVectors:
    @pytest.mark.parametrize(
        ("vectors", "rank", "volume", "degrees"),
        [
            # case: lesson 2, two vectors of very different lengths; all three were rank 1, volume 0
            ([[1e9, 0], [0.5, 0.5 * math.sqrt(3)]], 2, 8.660254e8, 60),
            ([[1e-4, 0], [0, 1e4]], 2, 1, 90),
            ([[299792458, 0], [0, 1]], 2, 2.998e8, 90),
            # and their kin
            ([[1e150, 0], [0, 1e-150]], 2, 1, 90),
            ([[1, 0], [1, 1e-10]], 2, 1e-10, None),
            ([[1e9, 1e9], [3e-9, 3e-9]], 1, 0, 0),
            ([[0.1, 0.2], [0.3, 0.6]], 1, 0, 0),
            ([[0, 0], [1, 2]], 1, 0, None),
            ([[0, 0], [0, 0]], 0, 0, None),
            ([[3, 4]], 1, 5, None),
            ([[1], [2]], 1, 0, 0),
            ([[1e9, 0, 0], [0, 1, 0], [1, 1, 1e-5]], 3, 1e4, None),
            ([[1e9, 0, 0], [0, 1, 0], [1e9, 1, 0]], 2, 0, None),
        ],
    )
    def test_by_hand(self, vectors, rank, volume, degrees):
        found = properties_of_vectors(vectors)
        assert found.rank == rank
        assert found.volume == pytest.approx(volume, rel=3e-4)
        assert (found.symmetric, found.is_psd) == (True, True)
        assert (found.eigenvalues[rank:] == 0).all()
        assert (found.eigenvalues[:rank] > 0).all()
        if degrees is not None:
            assert angle(*vectors, degrees=True) == pytest.approx(degrees, abs=1e-6)

    def test_eigenvalues_keep_their_digits_beside_larger_ones(self):
        np.testing.assert_allclose(properties_of_vectors([[1e9, 0], [0.5, 0.75**0.5]]).eigenvalues, [1e18, 0.75])
        found = properties_of_vectors([[1e9, 0, 0], [0, 1, 0], [1, 1, 1e-5]])
        np.testing.assert_allclose(found.eigenvalues, [1e18, 2, 5e-11], rtol=1e-6)

    @quick
    @given(tables(most_rows=4, most_columns=4, low=-3, high=3), st.lists(st.integers(-9, 9), min_size=4, max_size=4))
    def test_rank_and_volume_against_fractions_whatever_the_lengths(self, rows, powers):
        vectors = rows * 10.0 ** np.array(powers)[: len(rows), None]
        rank, determinant = exactly(rows)
        found = properties_of_vectors(vectors)
        assert found.rank == rank
        expected = math.sqrt(determinant) * 10.0 ** sum(powers[: len(rows)]) if rank == len(rows) else 0
        assert found.volume == pytest.approx(expected, rel=1e-9)
        largest = properties(gram_matrix(vectors)).eigenvalues[0]
        assert found.eigenvalues[0] == pytest.approx(largest, rel=1e-12)

    @quick
    @given(st.lists(st.floats(-1e3, 1e3), min_size=4, max_size=4), scales, st.booleans())
    def test_two_vectors_are_parallel_here_and_in_lesson_1(self, numbers, scale, nearly):
        a, b = np.array(numbers[:2]), np.array(numbers[2:])
        b = (a * 3 + b * 1e-15 if nearly else b) * scale
        assume(a.any() and b.any())
        parallel = relation(a, b) in (Relation.PARALLEL, Relation.OPPOSITE)
        assert properties_of_vectors([a, b]).rank == (1 if parallel else 2)

    @kinds
    def test_many_vectors_agree_with_their_matrix(self, kind):
        rows = np.random.default_rng(0).normal(size=(40, 30))
        found, of_matrix = properties_of_vectors(kind(rows)), properties(gram_matrix(rows))
        assert found.rank == of_matrix.rank == 30
        np.testing.assert_allclose(found.eigenvalues[:30], of_matrix.eigenvalues[:30], rtol=1e-9)

    def test_refuses(self):
        assert refusal(properties_of_vectors, [[1, math.nan]]).code == "gram_not_finite"
        assert refusal(properties_of_vectors, [[1, 2], [3]]).code == "gram_ragged"
        assert refusal(properties_of_vectors, [[1e200, 0], [0, 1]]).code == "gram_overflow"


class TestRecoverTyped:
    @pytest.mark.parametrize(
        ("matrix", "vectors"),
        [
            # case: needs n = 2: (10⁻¹⁰, 0), (0, 1)
            ([[1e-20, 0], [0, 1]], [[1e-10, 0], [0, 1]]),
            ([[2, 1], [1, 2]], [[2**0.5, 0], [0.5**0.5, 1.5**0.5]]),
            ([[0.1, 0.3], [0.3, 0.9]], [[0.1**0.5], [0.9**0.5]]),  # 0.1·0.9 − 0.3² is not 0 in floating point
            ([[1, 1e-8], [1e-8, 1e-16]], [[1], [1e-8]]),
            ([[0, 0], [0, 4]], [[0], [2]]),
            ([[0]], [[0]]),
        ],
    )
    def test_by_hand(self, matrix, vectors):
        found, certain = recover_typed(matrix)
        assert certain
        np.testing.assert_allclose(found, vectors, rtol=1e-15)

    @pytest.mark.parametrize(
        ("matrix", "code", "facts"),
        [
            # case: det −10⁻¹⁶ < 0
            ([[1, 1e-8], [1e-8, 0]], "gram_negative_minor", {"rows": "1, 2", "determinant": -1e-16}),
            ([[1, 0, 0], [0, 1e-30, 0], [0, 0, -1e-30]], "gram_negative_minor", {"rows": "1, 2, 3"}),
            ([[1, 2], [2, 1]], "gram_negative_eigenvalue", {}),
            ([[-1]], "gram_negative_eigenvalue", {"eigenvalue": -1}),
            ([[1, 0.5], [0.4, 1]], "gram_not_symmetric", {}),
            ([[1, 1e-20], [0, 1]], "gram_not_symmetric", {}),
            ([[1, math.inf], [0, 1]], "gram_not_finite", {}),
        ],
    )
    def test_refuses(self, matrix, code, facts):
        error = refusal(recover_typed, matrix)
        assert error.code == code
        for name, value in facts.items():
            assert error.values[name] == (pytest.approx(value) if isinstance(value, float) else value)

    def test_what_cannot_be_told_is_said(self):
        for matrix in ([[1, 1 / 3], [1 / 3, 1 / 9]], [[9, 3 * 2**0.5], [3 * 2**0.5, 2]]):
            found, certain = recover_typed(matrix)
            assert not certain
            np.testing.assert_allclose(found @ found.T, matrix, rtol=1e-14)

    @quick
    @given(tables(most_rows=4, most_columns=4, low=-9, high=9), st.lists(st.integers(-9, 9), min_size=4, max_size=4))
    def test_every_gram_matrix_of_whole_numbers_has_vectors(self, rows, powers):
        lengths = 2.0 ** np.array(powers)[: len(rows)]
        gram = (rows @ rows.T) * lengths[:, None] * lengths
        found, certain = recover_typed(gram)
        assert certain
        assert found.shape[1] == max(1, exactly(rows)[0])
        np.testing.assert_allclose(found @ found.T, gram, rtol=1e-12, atol=1e-12 * abs(gram).max())


class TestRecoverVectors:
    @quick
    @given(random_vectors(), scales)
    def test_undoes_gram_up_to_an_orthogonal_transform(self, rows, scale):
        gram = gram_matrix(rows * scale)
        found = recover_vectors(gram, dimension=max(rows.shape))
        np.testing.assert_allclose(gram_matrix(found), gram, atol=1e-12 * gram.max())
        # the transform itself, by orthogonal Procrustes
        padded = np.zeros_like(found)
        padded[:, : rows.shape[1]] = rows * scale
        left, _, right = np.linalg.svd((found / scale).T @ (padded / scale))
        np.testing.assert_allclose(found @ (left @ right), padded, atol=1e-7 * abs(padded).max())

    @kinds
    def test_dimension(self, kind):
        gram = gram_matrix(kind([[1.0, 2.0, 0.0], [2.0, 4.0, 0.0], [0.0, 1.0, 0.0]]))
        assert tuple(recover_vectors(gram).shape) == (3, 2)
        wide = recover_vectors(gram, dimension=5)
        assert tuple(wide.shape) == (3, 5)
        assert not to_numpy(wide)[:, 2:].any()
        np.testing.assert_allclose(to_numpy(wide) @ to_numpy(wide).T, to_numpy(gram), atol=1e-14)
        error = refusal(recover_vectors, gram, dimension=1)
        assert (error.code, error.values) == ("gram_dimension_below_rank", {"dimension": 1, "rank": 2})

    @kinds
    def test_kind_and_type(self, kind):
        gram = gram_matrix(kind([[1.0, 2.0], [2.0, 1.0]]))
        assert type(recover_vectors(gram)) is type(gram)
        assert recover_vectors(torch.eye(2)).dtype == torch.float32
        assert recover_vectors(np.eye(2, dtype=np.float32)).dtype == np.float32
        assert recover_vectors([[1, 0], [0, 1]]).dtype == np.float64

    def test_zero(self):
        assert recover_vectors([[0, 0], [0, 0]]).tolist() == [[0], [0]]

    def test_refuses(self):
        error = refusal(recover_vectors, [[1, 2], [2, 1]])
        assert error.code == "gram_negative_eigenvalue"
        assert error.values["eigenvalue"] == pytest.approx(-1)
        assert "-1" in str(error)
        error = refusal(recover_vectors, [[1, 0.25], [0.5, 1]])
        assert error.code == "gram_not_symmetric"
        assert error.values == {"row": 1, "column": 2, "value": 0.25, "mirror": 0.5}
        for dimension in (0, -1, 1.5, "2"):
            assert refusal(recover_vectors, np.eye(2), dimension=dimension).code == "gram_dimension"


@pytest.mark.slow
class TestWithoutTorch:
    script = """
import sys
import numpy as np
import gramlib.gram as gram
{extra}
rows = np.eye(3) + 1
gram.feature_gram(rows[None])
gram.properties(gram.gram_matrix(rows, center=True, unit=True))
gram.recover_vectors(gram.gram_matrix([[1, 2], [3, 4]]))
try:
    gram.gram_matrix([[1, 2], [3]])
except ValueError:
    pass
print("torch" in sys.modules)
"""

    @pytest.mark.parametrize(("extra", "loaded"), [("", "False"), ("sys.modules['torch'] = sys", "True")])
    def test_numpy_alone_never_loads_torch(self, extra, loaded):
        # the second case shows that the test can fail
        command = [sys.executable, "-c", self.script.format(extra=extra)]
        assert subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.strip() == loaded

    def test_while_another_thread_still_loads_torch(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "torch", type(sys)("torch"))
        assert gram_matrix([[1, 2]]).tolist() == [[5]]
