"""The experiment, on textures whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gramlib.errors import GramlabError
from gramlib.gram import feature_gram
from gramlib.images import to_tensor
from gramlib.retrieval import LAYERS, found_own, measure, nearest, read_tile, relative_distances, tiles
from gramlib.style import style_distance
from gramlib.vgg import VGG


def texture(pattern: str, side: int = 128) -> Image.Image:
    """Patterns of one mean colour, shifted by chance, so that only the pattern tells them apart."""
    rows, columns = np.indices((side, side))
    level = {
        "upright": columns % 8 < 4,
        "level": rows % 8 < 4,
        "checks": (rows // 4 + columns // 4) % 2 == 0,
    }[pattern]
    return Image.fromarray(np.where(level[..., None], 200, 60).astype(np.uint8).repeat(3, axis=2))


@pytest.fixture(scope="module")
def network():
    return VGG()


@pytest.mark.slow
def test_the_nearest_in_style_is_of_the_same_texture(network):
    patterns = ["upright", "level", "checks"]
    with torch.inference_mode():
        readings = [read_tile(tile, network, network) for pattern in patterns for tile in tiles(texture(pattern))]
    owners = [pattern for pattern in patterns for _ in range(4)]
    found = measure(readings)
    by_network = [*LAYERS, "style"]
    assert sorted(found) == sorted([*by_network, *(f"untrained.{name}" for name in by_network), "content", "colour"])
    for name in (*LAYERS, "style", "untrained.style"):
        assert found_own(found[name], owners).all(), name
    assert np.ptp(found["colour"]) < 1e-6, "the mean colour cannot tell them apart"
    np.testing.assert_array_equal(found["style"], found["untrained.style"])  # it was the same network


@pytest.mark.slow
def test_a_reading_measures_what_style_distance_measures(network):
    tile, other = tiles(texture("checks"))[0], tiles(texture("level"))[3]
    with torch.inference_mode():
        found = measure([read_tile(each, network) for each in (tile, other)])
        for layer in LAYERS:
            a, b = (feature_gram(network.features(to_tensor(each), [layer])[layer]) for each in (tile, other))
            assert found[layer][0, 1] == pytest.approx(style_distance(a, b), abs=1e-4)
    assert "untrained.style" not in found


def test_tiles_cover_the_picture_once():
    image = Image.fromarray(np.random.default_rng(0).integers(0, 256, (7, 5, 3), dtype=np.uint8))
    parts = tiles(image, across=2, down=3)
    assert sum(tile.width * tile.height for tile in parts) == 35
    rows = [np.hstack([np.asarray(tile) for tile in parts[k : k + 2]]) for k in (0, 2, 4)]
    np.testing.assert_array_equal(np.vstack(rows), np.asarray(image))


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 7), st.integers(1, 30))
def test_relative_distances_are_the_slow_ones(seed, count, length):
    rng = np.random.default_rng(seed)
    vectors = rng.standard_normal((count, length)) * rng.choice([0, 1, 100], (count, 1))
    slow = [
        [
            np.linalg.norm(x - y) / (np.linalg.norm(x) + np.linalg.norm(y)) if x.any() or y.any() else 0.0
            for y in vectors
        ]
        for x in vectors
    ]
    np.testing.assert_allclose(relative_distances(vectors), slow, atol=2e-3)


def test_nearest_by_hand():
    distances = np.array([[0, 5, 1, 9], [5, 0, 2, 2], [1, 2, 0, 3], [9, 2, 3, 0]])
    np.testing.assert_array_equal(nearest(distances), [2, 2, 0, 1])  # of equally near ones the first
    np.testing.assert_array_equal(found_own(distances, ["a", "a", "a", "b"]), [True, True, True, False])
    np.testing.assert_array_equal(distances.diagonal(), 0)


def test_a_tile_of_a_few_pixels_is_too_small(network):
    with pytest.raises(GramlabError) as raised:
        read_tile(Image.new("RGB", (15, 60)), network)
    assert raised.value.code == "image_too_small"
