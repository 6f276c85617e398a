"""Winograd's convolution is a convolution: against torch's in double precision, there and back, and by hand."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.functional import conv2d

from gramlib import winograd
from gramlib.winograd import Convolution, transformed


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """What is worth the while only where it is large is computed here all the same."""
    monkeypatch.setattr(winograd, "FEWEST_CHANNELS", 1)
    monkeypatch.setattr(winograd, "FEWEST_PLACES", 1)


def layer(channels, filters, *, bias=True, seed=0):
    torch.manual_seed(seed)
    return nn.Conv2d(channels, filters, 3, padding=1, bias=bias).requires_grad_(False)


def exact(convolution, features):
    bias = None if convolution.bias is None else convolution.bias.double()
    return conv2d(features.double(), convolution.weight.double(), bias, padding=1)


@given(
    shape=st.tuples(st.integers(1, 2), st.integers(1, 5), st.integers(1, 13), st.integers(1, 13)),
    filters=st.integers(1, 4),
    bias=st.booleans(),
    last=st.booleans(),
    seed=st.integers(0, 99),
)
@settings(deadline=None)
def test_any_size_there_and_back(shape, filters, bias, last, seed):
    convolution = layer(shape[1], filters, bias=bias, seed=seed)
    features = torch.randn(shape)
    if last:
        features = features.contiguous(memory_format=torch.channels_last)
    features.requires_grad_()
    found, expected = Convolution(convolution)(features), exact(convolution, features)
    assert found.shape == expected.shape
    torch.testing.assert_close(found.double(), expected, rtol=0, atol=1e-5)
    slope = torch.randn(expected.shape)
    (there,) = torch.autograd.grad(expected, features, slope.double())
    (back,) = torch.autograd.grad(found, features, slope)
    torch.testing.assert_close(back, there.to(back.dtype), rtol=0, atol=1e-5)


def test_by_hand():
    # a filter that is 1 in the middle gives the picture itself; 1 above the middle, the picture one row lower
    convolution = layer(1, 2, bias=False)
    convolution.weight.zero_()
    convolution.weight[0, 0, 1, 1] = convolution.weight[1, 0, 0, 1] = 1
    features = torch.arange(1.0, 31).view(1, 1, 5, 6)
    same, lower = Convolution(convolution)(features)[0]
    torch.testing.assert_close(same, features[0, 0], rtol=0, atol=1e-4)
    torch.testing.assert_close(lower[1:], features[0, 0, :-1], rtol=0, atol=1e-4)
    torch.testing.assert_close(lower[0], torch.zeros(6), rtol=0, atol=1e-4)


def test_one_dimension_by_the_paper():
    """Lavin, Gray: F(4, 3) of d = 1 … 6 and g = (1, 2, 3) is 14, 20, 26, 32."""
    A, B, G = (
        torch.tensor(each, dtype=torch.float64) for each in (winograd.A_TRANSPOSED, winograd.B_TRANSPOSED, winograd.G)
    )
    d, g = torch.arange(1.0, 7, dtype=torch.float64), torch.tensor([1.0, 2, 3], dtype=torch.float64)
    torch.testing.assert_close(A @ ((G @ g) * (B @ d)), torch.tensor([14.0, 20, 26, 32], dtype=torch.float64))


def test_filters_are_transformed_once_and_precisely():
    filters = torch.randn(3, 2, 3, 3)
    found = transformed(filters)
    assert found.shape == (36, 2, 3)
    assert found.dtype == torch.float32
    G = torch.tensor(winograd.G, dtype=torch.float64)
    by_hand = G @ filters[2, 1].double() @ G.T
    torch.testing.assert_close(found[:, 1, 2], by_hand.flatten().float(), rtol=1e-6, atol=1e-7)


def test_filters_made_ready_by_a_pass_without_slopes_serve_one_with_them():
    # case: a lesson read a picture in inference mode, and every transfer after it failed
    own = Convolution(layer(2, 3))
    features = torch.randn(1, 2, 6, 6)
    with torch.inference_mode():
        own(features)
    features.requires_grad_()
    assert torch.autograd.grad(own(features).sum(), features)[0].shape == features.shape


def test_where_it_is_not_worth_the_while_it_is_torchs_own(monkeypatch):
    convolution = layer(4, 3)
    features = torch.randn(1, 4, 9, 9)
    for name, value in (("FEWEST_CHANNELS", 5), ("FEWEST_PLACES", 82)):
        with monkeypatch.context() as patch:
            patch.setattr(winograd, name, value)
            assert not Convolution(convolution).suits(features)
            torch.testing.assert_close(Convolution(convolution)(features), convolution(features), rtol=0, atol=0)
    assert Convolution(convolution).suits(features)
    assert not Convolution(convolution).suits(features.double())


@pytest.mark.slow
def test_the_network_sees_the_same():
    from gramlib.vgg import VGG

    network = VGG(device="cpu")
    torch.manual_seed(1)
    image, deepest = torch.rand(1, 3, 120, 136), "relu5_1"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(winograd, "FEWEST_CHANNELS", 10**6)
        expected = network.features(image, ["relu3_3", "relu4_1", deepest])
    found = network.features(image, ["relu3_3", "relu4_1", deepest])
    for name in found:
        difference = (found[name] - expected[name]).abs().max() / expected[name].abs().max()
        assert 0 < difference < 1e-5, name
