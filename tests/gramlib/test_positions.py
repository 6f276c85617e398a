"""What moves positions leaves the Gram matrix; what moves them differently in each channel does not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gramlib.errors import GramlabError
from gramlib.gram import feature_gram
from gramlib.positions import mirror, mix_positions, roll, shuffle_apart, shuffle_together

quick = settings(max_examples=40, deadline=None)


def seeded(change):
    return lambda features, seed: change(features, np.random.default_rng(seed))


KEEPING = {
    "together": seeded(shuffle_together),
    "mirror": lambda features, seed: mirror(features),
    "roll": lambda features, seed: roll(features, seed % 7 - 3, seed % 5),
    "mix": seeded(mix_positions),
}


@st.composite
def feature_maps(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = [draw(st.integers(1, 5)) for _ in range(3)]
    return rng.integers(-9, 10, shape).astype(float)


@pytest.mark.parametrize("change", KEEPING)
@quick
@given(features=feature_maps(), seed=st.integers(0, 1000))
def test_the_gram_matrix_stays(change, features, seed):
    changed = KEEPING[change](features, seed)
    assert changed.shape == features.shape
    scale = abs(feature_gram(features)).max() or 1.0
    np.testing.assert_allclose(feature_gram(changed), feature_gram(features), atol=1e-12 * scale)


@pytest.mark.parametrize("change", ["together", "mirror", "roll"])
@quick
@given(features=feature_maps(), seed=st.integers(0, 1000))
def test_every_position_keeps_its_numbers_together(change, features, seed):
    columns = sorted(map(tuple, features.reshape(len(features), -1).T))
    changed = KEEPING[change](features, seed)
    assert sorted(map(tuple, changed.reshape(len(features), -1).T)) == columns


@quick
@given(features=feature_maps(), seed=st.integers(0, 1000))
def test_shuffled_apart_each_channel_keeps_its_numbers_and_the_diagonal_stays(features, seed):
    changed = shuffle_apart(features, np.random.default_rng(seed))
    for before, after in zip(features, changed, strict=True):
        assert sorted(before.ravel()) == sorted(after.ravel())
    np.testing.assert_array_equal(np.diag(feature_gram(changed)), np.diag(feature_gram(features)))


def test_shuffled_apart_the_rest_of_the_matrix_changes():
    features = np.random.default_rng(0).random((3, 16, 16))
    changed = feature_gram(shuffle_apart(np.stack([features[0]] * 3), np.random.default_rng(1)))
    assert changed[0, 1] < 0.9 * changed[0, 0]  # the same picture three times, no longer on top of itself


def test_mixed_positions_by_the_slow_matrix():
    features = np.random.default_rng(0).random((2, 3, 4))
    signs = np.random.default_rng(5).choice([-1.0, 1.0], size=12)
    rows, columns = np.divmod(np.arange(12), 4)
    angles = 2 * np.pi * (np.outer(rows, rows) / 3 + np.outer(columns, columns) / 4)
    Q = np.diag(signs) @ (np.cos(angles) + np.sin(angles)) / np.sqrt(12)
    np.testing.assert_allclose(Q @ Q.T, np.eye(12), atol=1e-12)
    mixed = mix_positions(features, np.random.default_rng(5))
    np.testing.assert_allclose(mixed.reshape(2, 12), features.reshape(2, 12) @ Q, atol=1e-12)


@pytest.mark.parametrize("change", [*KEEPING.values(), seeded(shuffle_apart)])
def test_another_shape_is_refused(change):
    with pytest.raises(GramlabError, match=r"\(2, 2\)") as raised:
        change(np.eye(2), 0)
    assert raised.value.code == "gram_shape"
