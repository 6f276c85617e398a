"""Filters against PyTorch: the box's first layer, one channel of it, and what a number of a deeper layer sees."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from gramlib import filters
from gramlib.errors import GramlabError
from gramlib.images import to_levels, to_tensor
from gramlib.vgg import VGG
from gramlib.weights import load_weights

ROOT = Path(__file__).parents[2]
LAYERS = [
    (architecture, f"relu{block}_{convolution}")
    for architecture, blocks in filters.BLOCKS.items()
    for block, count in enumerate(blocks, start=1)
    for convolution in range(1, count + 1)
]


def test_the_first_filters_are_those_of_the_network():
    weights, biases = filters.first_filters()
    state = load_weights("vgg16")
    np.testing.assert_array_equal(weights, state["0.weight"].numpy())
    np.testing.assert_array_equal(biases, state["0.bias"].numpy())
    with pytest.raises(ValueError, match="read-only"):
        weights[0] = 0


def test_the_script_makes_the_file_of_the_first_filters():
    specification = importlib.util.spec_from_file_location("build_weights", ROOT / "assets" / "weights" / "build.py")
    build = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(build)
    state = {name: value.half() for name, value in load_weights("vgg16").items()}
    made, kept = build.first_layer(state), np.load(filters.FIRST_LAYER)
    assert made.dtype == kept.dtype
    np.testing.assert_array_equal(made, kept)


def test_every_channel_of_the_first_layer_is_what_the_network_computes():
    from PIL import Image

    image = Image.open(ROOT / "assets" / "images" / "photos" / "cat.jpg").convert("RGB")
    expected = VGG().features(to_tensor(image, 96), ["relu1_1"])["relu1_1"].cpu().numpy()
    picture = filters.standardized(to_levels(image, 96))
    weights, biases = filters.first_filters()
    for k in range(64):
        channel = np.maximum(filters.filtered(picture, weights[k], biases[k]), 0)
        np.testing.assert_allclose(channel, expected[k], atol=2e-5)


def test_a_number_of_a_channel_is_an_inner_product_also_at_the_edge():
    rng = np.random.default_rng(4)
    picture, weights = rng.normal(size=(3, 4, 5)), rng.normal(size=(3, 3, 3))
    channel = filters.filtered(picture, weights, bias=0.7)
    for row, column in ((0, 0), (3, 4), (2, 1)):
        patch = filters.patch_at(picture, row, column)
        assert channel[row, column] == pytest.approx(patch.ravel() @ weights.ravel() + 0.7)
    assert filters.filtered(np.ones((3, 1, 1)), np.ones((3, 3, 3))).tolist() == [[3.0]]


@pytest.mark.parametrize(("architecture", "layer"), LAYERS)
def test_what_a_number_sees_is_what_it_depends_on(architecture, layer):
    """Filters of ones and average pooling: the gradient is above zero on the receptive field, and nowhere else."""
    block, convolution = int(layer[4]), int(layer[6])
    modules: list[nn.Module] = []
    for each, count in enumerate(filters.BLOCKS[architecture][:block], start=1):
        convolutions = convolution if each == block else count
        modules += [nn.Conv2d(1, 1, 3, padding=1, bias=False) for _ in range(convolutions)]
        modules += [nn.AvgPool2d(2, 2)] if each < block else []
    stack = nn.Sequential(*modules).double()
    for parameter in stack.parameters():
        nn.init.ones_(parameter)
    field = filters.receptive_field(layer, architecture)
    position = -(field.start // field.stride) + 1  # the first whose square lies wholly in the picture, or the next
    line = torch.zeros(1, 1, 32, field.size + 4 * field.stride, dtype=torch.float64, requires_grad=True)
    stack(line)[0, 0, 0, position].backward()
    seen = torch.nonzero(line.grad[0, 0].sum(0)).ravel()
    assert (seen[0], seen[-1]) == (field.first_pixel(position), field.first_pixel(position) + field.size - 1)
    assert len(seen) == field.size


@pytest.mark.parametrize(("layer", "architecture"), [("relu6_1", "vgg16"), ("relu1_3", "vgg16"), ("conv1_1", "vgg16")])
def test_a_layer_that_is_not_there_is_refused(layer, architecture):
    with pytest.raises(GramlabError, match="choose from relu1_1") as refused:
        filters.receptive_field(layer, architecture)
    assert refused.value.code == "layer_unknown"
    assert filters.receptive_field("relu3_4", "vgg19").size == 48
