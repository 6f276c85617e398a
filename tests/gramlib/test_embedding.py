"""The map: exact where there is one, the same as rebuilding vectors from their Gram matrix, and steady."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gramlib.embedding import classical_scaling, double_centred, settled_map, turned_onto
from gramlib.errors import GramlabError
from gramlib.gram import random_orthogonal, recover_vectors

quick = settings(max_examples=60, deadline=None)
seeds = st.integers(0, 2**32 - 1)


def distances_of(points):
    return np.linalg.norm(points[:, None] - points[None, :], axis=2)


def test_a_right_triangle_by_hand():
    points, share = classical_scaling([[0, 3, 5], [3, 0, 4], [5, 4, 0]])
    assert share == pytest.approx(1)
    np.testing.assert_allclose(distances_of(points), [[0, 3, 5], [3, 0, 4], [5, 4, 0]], atol=1e-9)
    np.testing.assert_allclose(points.sum(axis=0), 0, atol=1e-9)


def test_double_centring_by_hand():
    # the points 0, 1, 5 of a line; about their mean they are −2, −1, 3
    centred = double_centred([[0, 1, 5], [1, 0, 4], [5, 4, 0]])
    np.testing.assert_allclose(centred, np.outer([-2, -1, 3], [-2, -1, 3]))


@quick
@given(seeds, st.integers(1, 9), st.integers(1, 5))
def test_points_come_back_up_to_a_turn(seed, count, dimension):
    points = np.random.default_rng(seed).standard_normal((count, dimension))
    found, share = classical_scaling(distances_of(points), dimension)
    np.testing.assert_allclose(distances_of(found), distances_of(points), atol=1e-7)
    assert share == pytest.approx(1)


@quick
@given(seeds, st.integers(2, 8))
def test_it_is_rebuilding_vectors_from_their_gram_matrix(seed, count):
    points = np.random.default_rng(seed).standard_normal((count, 2))
    rebuilt = recover_vectors(double_centred(distances_of(points)), 2)
    found = classical_scaling(distances_of(points))[0]
    np.testing.assert_allclose(distances_of(found), distances_of(rebuilt), atol=1e-7)


@pytest.mark.slow
@quick
@given(seeds)
def test_no_other_plane_holds_more(seed):
    """‖B − X Xᵀ‖ is least: no nearby X is better."""
    rng = np.random.default_rng(seed)
    matrix = distances_of(rng.standard_normal((6, 5)))
    found, share = classical_scaling(matrix)
    gram = double_centred(matrix)
    least = np.linalg.norm(gram - found @ found.T)
    for _ in range(10):
        other = found + 0.1 * rng.standard_normal(found.shape)
        assert np.linalg.norm(gram - other @ other.T) >= least - 1e-9
    assert 0 < share < 1


def test_distances_of_no_points_make_a_map_all_the_same():
    impossible = np.array([[0.0, 1, 5], [1, 0, 1], [5, 1, 0]])  # 5 > 1 + 1
    points, share = classical_scaling(impossible)
    assert np.isfinite(points).all()
    assert share < 1
    with pytest.raises(GramlabError):
        recover_vectors(double_centred(impossible))


def test_things_that_are_all_the_same_lie_on_one_spot():
    points, share = classical_scaling(np.zeros((3, 3)))
    assert not points.any()
    assert share == 1
    assert not settled_map(np.zeros((3, 3))).any()
    assert settled_map([[0.0]]).shape == (1, 2)


@quick
@given(seeds, st.integers(2, 8))
def test_a_settled_map_has_the_distances_of_the_map_and_its_directions(seed, count):
    rng = np.random.default_rng(seed)
    matrix = distances_of(rng.standard_normal((count, 2)))
    placed = settled_map(matrix)
    np.testing.assert_allclose(distances_of(placed), matrix, atol=1e-7)
    np.testing.assert_array_equal(placed, settled_map(matrix.copy()))


def test_the_first_is_left_and_the_third_above():
    placed = settled_map([[0, 2, np.sqrt(2)], [2, 0, np.sqrt(2)], [np.sqrt(2), np.sqrt(2), 0]])
    np.testing.assert_allclose(placed, [[-1, -1 / 3], [1, -1 / 3], [0, 2 / 3]], atol=1e-9)


@quick
@given(seeds, st.integers(0, 3))
def test_the_first_that_is_off_the_line_lies_above_it(seed, between):
    rng = np.random.default_rng(seed)
    line = np.array([[0.0, 0.0], [1.0, 0.0], *([x, 0.0] for x in rng.random(between))])
    placed = settled_map(distances_of(np.vstack([line, [[rng.random(), 0.5]]])))
    along = placed[1] - placed[0]
    above = placed[-1] - placed[0]
    assert along[0] > 0
    assert along[0] * above[1] - along[1] * above[0] > 0


@quick
@given(seeds, st.integers(4, 8))
def test_adding_a_thing_turns_the_others_as_little_as_can_be(seed, count):
    matrix = distances_of(np.random.default_rng(seed).standard_normal((count, 2)))
    before, after = settled_map(matrix[:-1, :-1]), settled_map(matrix)[:-1]
    # all lie in one plane, so the old map is but moved: its centre is another one
    np.testing.assert_allclose(after - after.mean(axis=0), before, atol=1e-6)


@quick
@given(seeds)
def test_a_map_turned_onto_another_does_not_flip(seed):
    rng = np.random.default_rng(seed)
    reference = rng.standard_normal((6, 2))
    reference -= reference.mean(axis=0)
    near = (reference + 0.01 * rng.standard_normal(reference.shape)) @ random_orthogonal(2, rng)
    assert np.abs(turned_onto(near, reference) - reference).max() < 0.2
    more = np.vstack([near, [[0.0, 0.0]]])  # one that the reference does not have
    np.testing.assert_allclose(turned_onto(more, reference)[:-1], turned_onto(near, reference), atol=1e-9)


@pytest.mark.parametrize("wrong", [[[0, 1]], [], [[np.nan]], [1, 2]])
def test_what_is_no_matrix_of_distances_is_refused(wrong):
    with pytest.raises(GramlabError):
        classical_scaling(wrong)
