"""A pass is there layer by layer, holds what the library computes, and makes way for others when there is no room."""

from __future__ import annotations

import threading

import numpy as np
import pytest
import torch
from pages.ui.compute.computed import Recipe
from PIL import Image

from gramlib.errors import GramlabError
from pages.ui.compute import passes as module
from pages.ui.compute.passes import LayerPass, layer_pass
from pages.ui.pictures import Picture

LAYERS = ("first", "second")


class Slow:
    """A network of two layers, the second of which comes when it is let go."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.go, self.fault = threading.Event(), fault
        self.maps = {name: torch.rand(64 * k, 3, 5) + 0.1 * k for k, name in enumerate(LAYERS, start=1)}

    def walk(self, image, layers):
        yield "first", self.maps["first"]
        assert self.go.wait(60)
        if self.fault:
            raise self.fault
        yield "second", self.maps["second"]


def begun(network: Slow) -> LayerPass:
    seen = LayerPass(LAYERS)
    seen.start(network, Image.new("RGB", (5, 3)), 5)
    return seen


def test_a_layer_is_there_before_the_next_is_computed():
    network = Slow()
    seen = begun(network)
    seen.wait_for("first")
    assert list(seen.grams) == ["first"]
    assert seen.fraction == 0.5
    assert not seen.done
    told = []

    def tell(fraction):
        told.append(fraction)
        network.go.set()

    seen.wait_for(None, tell)
    assert told[0] == 0.5
    assert seen.fraction == 1
    assert seen.done


def test_it_holds_what_the_library_computes():
    network = Slow()
    network.go.set()
    seen = begun(network)
    seen.wait_for()
    for name, maps in network.maps.items():
        rows = maps.flatten(1).double().numpy()
        np.testing.assert_allclose(seen.grams[name], rows @ rows.T / 15, rtol=1e-5)
        np.testing.assert_allclose(seen.read(name, "covariance"), np.cov(rows, bias=True), atol=1e-5)
        np.testing.assert_allclose(seen.channels[name], maps.numpy(), rtol=1e-3)
        assert seen.pairs(name, "gram", 1) == [
            tuple(np.argwhere(seen.grams[name] == np.triu(seen.grams[name], 1).max())[0])
        ]
        np.testing.assert_allclose(seen.eigenvalues(name)[0], np.linalg.norm(seen.grams[name], 2), rtol=1e-5)
    # the bound of a scale that all layers share is the largest entry that any of them has
    for reading in ("gram", "covariance"):
        largest = max(float(np.abs(seen.read(name, reading)).max()) for name in LAYERS)
        assert seen.limit(reading) == pytest.approx(largest, rel=1e-5)
    assert seen.limit("correlation") == 1


def test_a_thumbnail_is_the_matrix_in_order_of_energy():
    gram = np.diag(np.arange(1.0, 129.0))
    thumbnail = module._thumbnail(gram)
    assert thumbnail.shape == (64, 64)
    diagonal = np.diag(thumbnail).astype(int)
    assert (np.diff(diagonal) <= 0).all()
    assert diagonal[0] > diagonal[-1]
    assert not thumbnail[0, 1:].any()
    assert not module._thumbnail(np.zeros((64, 64))).any()


def test_what_goes_wrong_reaches_who_waits():
    network = Slow(GramlabError("image_not_finite", "nan"))
    seen = begun(network)
    network.go.set()
    with pytest.raises(GramlabError, match="nan"):
        seen.wait_for()
    assert seen.failed


def test_the_one_seen_last_stays_when_there_is_no_room(monkeypatch):
    monkeypatch.setattr(module, "_passes", type(module._passes)())
    pictures = [Picture(f"p{k}", Image.new("RGB", (40, 30), (k, 90, 200))) for k in range(3)]
    recipe = Recipe(size=64)
    first, second = (layer_pass(picture, recipe) for picture in pictures[:2])
    for seen in (first, second):
        seen.wait_for()
    assert "relu5_1" in first.layers
    assert layer_pass(pictures[0], recipe) is first  # now the second is the one not seen for the longest time
    monkeypatch.setattr(module, "_ROOM", 2.5 * first.bytes())
    third = layer_pass(pictures[2], recipe)
    third.wait_for()
    assert layer_pass(pictures[0], recipe) is first
    assert layer_pass(pictures[2], recipe) is third
    assert layer_pass(pictures[1], recipe) is not second


def test_a_small_picture_has_the_layers_it_reaches():
    seen = layer_pass(Picture("small", Image.new("RGB", (9, 5), "red")), Recipe())
    seen.wait_for()
    assert seen.layers[-1] == "relu3_3"
