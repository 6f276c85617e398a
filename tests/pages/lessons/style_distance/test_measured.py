"""Statistics made from channels in half precision give the library's distances; only what is missing is made."""

from __future__ import annotations

import numpy as np
import pytest

from pages.lessons.style_distance import measured
from pages.ui.compute import networks, passes
from pages.ui.compute.passes import Store
from pages.ui.pictures import picture

pytestmark = pytest.mark.slow

NAMES = ("great_wave", "gravel")
TOLERANCE = 2e-5


@pytest.fixture
def store(monkeypatch):
    """A server that has seen nothing yet."""
    monkeypatch.setattr(passes, "store", Store(10**9))
    measured._pair.clear()
    yield passes.store
    measured._pair.clear()


@pytest.mark.parametrize("kind", ["gram", "wasserstein", "sliced", "content"])
def test_the_distances_are_the_librarys(store, kind):
    import torch

    from gramlib import feature_gram, style_distance, to_tensor
    from gramlib.distances import content_distance, gaussian_of, projections_of, sliced_distance, wasserstein_distance
    from gramlib.retrieval import LAYERS, content_features

    summary, distance = {
        "gram": (feature_gram, style_distance),
        "wasserstein": (gaussian_of, wasserstein_distance),
        "sliced": (projections_of, sliced_distance),
        "content": (lambda maps: maps, content_distance),
    }[kind]
    pictures, network, read = [picture(name) for name in NAMES], networks.network(), []
    for each in pictures:
        with torch.inference_mode():
            if kind == "content":
                read.append({"content": content_features(network, each.image)})
            else:
                features = network.features(to_tensor(each.image, 256), LAYERS)
                read.append({layer: summary(maps) for layer, maps in features.items()})
    found = measured.matrices(pictures, kind)
    for layer, matrix in found.items():
        expected = [[distance(a[layer], b[layer]) for b in read] for a in read]
        np.testing.assert_allclose(matrix, expected, atol=TOLERANCE)


def test_where_all_pairs_are_known_nothing_is_gathered(store, monkeypatch):
    pictures = [picture(name) for name in NAMES]
    known = measured.matrices(pictures, "gram")
    walks = store.walks
    monkeypatch.setattr(measured, "_statistics", lambda pictures, statistic: pictures and pytest.fail("gathered"))
    np.testing.assert_array_equal(measured.matrices(pictures[::-1], "gram")["relu3_1"], known["relu3_1"])
    assert store.walks == walks


def test_what_has_failed_once_is_tried_again(store, monkeypatch):
    pictures = [picture(name) for name in NAMES]
    compare = measured._compare
    monkeypatch.setattr(measured, "_compare", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        measured.matrices(pictures, "gram")
    monkeypatch.setattr(measured, "_compare", compare)
    assert measured.matrices(pictures, "gram")["relu3_1"][0, 1] > 0
