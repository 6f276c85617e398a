"""A thumbnail is its matrix, small."""

from __future__ import annotations

import numpy as np

from pages.lessons.vgg_layers.strip import thumbnail


def test_a_thumbnail_is_the_matrix_in_order_of_energy():
    small = thumbnail(np.diag(np.arange(1.0, 129.0)))
    assert small.shape == (64, 64)
    diagonal = np.diag(small).astype(int)
    assert (np.diff(diagonal) <= 0).all()
    assert diagonal[0] > diagonal[-1]
    assert not small[0, 1:].any()
    assert not thumbnail(np.zeros((64, 64))).any()
