"""What lesson 5 reads from a pass is what NumPy finds in the same channels."""

from __future__ import annotations

import numpy as np
import pytest

from pages.lessons.vgg_layers import readings
from tests.pages.ui.compute.test_passes import Slow, a_pass


def test_the_readings_are_numpys():
    network = Slow()
    network.go.set()
    seen = a_pass(network)
    seen.wait_for()
    for name, maps in network.maps.items():
        rows = maps.flatten(1).double().numpy()
        np.testing.assert_allclose(readings.matrix(seen, name, "covariance"), np.cov(rows, bias=True), atol=1e-5)
        gram = seen.grams[name]
        assert readings.pairs(seen, name, "gram", 1) == [tuple(np.argwhere(gram == np.triu(gram, 1).max())[0])]
        np.testing.assert_allclose(readings.eigenvalues(seen, name)[0], np.linalg.norm(gram, 2), rtol=1e-5)
        assert readings.order(seen, name, "energy")[0] == np.argmax(np.diag(gram))
        assert readings.eigenvalues(seen, name) is readings.eigenvalues(seen, name), "made once"
    # the bound of a scale that all layers share is the largest entry that any of them has
    for reading in ("gram", "covariance"):
        largest = max(float(np.abs(readings.matrix(seen, name, reading)).max()) for name in network.layers)
        assert readings.limit(seen, reading) == pytest.approx(largest, rel=1e-5)
    assert readings.limit(seen, "correlation") == 1
