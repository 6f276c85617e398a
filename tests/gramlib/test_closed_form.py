"""The closed form against NumPy, by its laws, and by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from gramlib.closed_form import Statistics, matched, moved, statistics
from gramlib.distances import gaussian_of, gaussian_wasserstein
from gramlib.errors import GramlabError
from gramlib.gram import feature_gram


def features(seed: int, channels: int = 5, height: int = 6, width: int = 7) -> Tensor:
    """Correlated, not centred, and not all of one size; every direction varies."""
    draw = torch.Generator().manual_seed(seed)
    turned, _ = torch.linalg.qr(torch.randn(channels, channels, generator=draw))
    mixing = turned * (0.3 + 3 * torch.rand(channels, generator=draw))
    places = torch.randn(channels, height * width, generator=draw)
    return (mixing @ places + 3 * torch.randn(channels, 1, generator=draw)).view(channels, height, width)


def test_mean_and_covariance_are_numpys() -> None:
    F = features(1)
    found = statistics(F)
    flat = F.flatten(1).double().numpy()
    np.testing.assert_allclose(found.mean[:, 0], flat.mean(1), rtol=1e-5)
    np.testing.assert_allclose(found.covariance, np.cov(flat, bias=True), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(found.gram(), feature_gram(F))


@given(seed=st.integers(0, 10**6), channels=st.integers(1, 8))
def test_the_gram_matrix_is_the_targets(seed: int, channels: int) -> None:
    F, S = features(seed, channels), features(seed + 1, channels, 9, 4)
    torch.testing.assert_close(feature_gram(matched(F, statistics(S))), feature_gram(S), rtol=1e-3, atol=1e-2)


@given(seed=st.integers(0, 10**6))
def test_no_other_colouring_moves_the_features_less(seed: int) -> None:
    F, S = features(seed), features(seed + 1)
    own, target = statistics(F), statistics(S)
    least = (matched(F, target) - F).square().sum(0).mean().item()
    # whiten, turn at random, colour by the root of Li et al.: as good a Gram matrix, and a longer way
    values, vectors = np.linalg.eigh(own.covariance.double().numpy())
    whitened = vectors / np.sqrt(values) @ vectors.T @ (F.flatten(1).double().numpy() - own.mean.double().numpy())
    values, vectors = np.linalg.eigh(target.covariance.double().numpy())
    turned, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(5, 5)))
    other = vectors * np.sqrt(values) @ vectors.T @ turned @ whitened + target.mean.double().numpy()
    np.testing.assert_allclose(np.cov(other, bias=True), target.covariance, rtol=1e-3, atol=1e-2)
    assert least <= np.square(other - F.flatten(1).double().numpy()).sum(0).mean() * (1 + 1e-4)
    # and how far it moves them is the Wasserstein distance of the lesson on distances
    expected = gaussian_wasserstein(gaussian_of(F.double().numpy()), gaussian_of(S.double().numpy()))
    assert least**0.5 == pytest.approx(expected, rel=1e-3, abs=1e-3)


def test_mean_and_deviation_alone_leave_the_correlations() -> None:
    F, S = features(3), features(4)
    found = matched(F, statistics(S), full=False)
    torch.testing.assert_close(found.mean((1, 2)), S.mean((1, 2)), rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(found.std((1, 2), correction=0), S.std((1, 2), correction=0), rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(np.corrcoef(found.flatten(1)), np.corrcoef(F.flatten(1)), atol=1e-4)


def test_by_hand() -> None:
    # variances 1 and 4 become 9 and 1: times 3 and times ½, and no turn, as the channels are not correlated
    F = torch.tensor([[[1.0, -1.0, 1.0, -1.0]], [[2.0, 2.0, -2.0, -2.0]]])
    found = matched(F, Statistics(torch.tensor([[10.0], [20.0]]), torch.diag(torch.tensor([9.0, 1.0]))))
    torch.testing.assert_close(found, torch.tensor([[[13.0, 7.0, 13.0, 7.0]], [[21.0, 21.0, 19.0, 19.0]]]))


def test_channels_that_are_empty_stay_finite_and_get_the_mean() -> None:
    F, S = features(5), features(6)
    F[2] = 0
    found = matched(F, statistics(S))
    assert found.isfinite().all()
    torch.testing.assert_close(found.mean((1, 2)), S.mean((1, 2)), rtol=1e-3, atol=1e-3)
    flat = torch.full((5, 6, 7), 0.5)
    torch.testing.assert_close(matched(flat, statistics(S)), S.mean((1, 2), keepdim=True).expand(5, 6, 7))
    torch.testing.assert_close(matched(flat, statistics(S), full=False), S.mean((1, 2), keepdim=True).expand(5, 6, 7))


def test_on_the_way() -> None:
    F, A, B = features(7), statistics(features(8)), statistics(features(9))
    assert moved(F, [A], strength=0) is F
    torch.testing.assert_close(moved(F, [A]), matched(F, A))
    torch.testing.assert_close(moved(F, [A], strength=0.25), 0.75 * F + 0.25 * matched(F, A))
    torch.testing.assert_close(moved(F, [A, B], mix=0), matched(F, A))
    torch.testing.assert_close(moved(F, [A, B], mix=0.25), 0.75 * matched(F, A) + 0.25 * matched(F, B))
    # the shortest way: half of it is half as far
    whole, half = ((moved(F, [A], strength=s) - F).square().sum(0).mean() ** 0.5 for s in (1, 0.5))
    assert half.item() == pytest.approx(whole.item() / 2, rel=1e-4)


@pytest.mark.parametrize(
    ("knobs", "count", "code"),
    [
        ({"strength": 1.5}, 1, "setting_range"),
        ({"mix": -0.1}, 1, "setting_range"),
        ({}, 0, "style_count"),
        ({}, 3, "style_count"),
    ],
)
def test_what_cannot_be_used_is_refused(knobs: dict[str, float], count: int, code: str) -> None:
    styles = [statistics(features(2))] * count
    with pytest.raises(GramlabError) as refused:
        moved(features(1), styles, mix=knobs.get("mix", 0.5), strength=knobs.get("strength", 1))
    assert refused.value.code == code


def test_another_number_of_channels_is_refused() -> None:
    with pytest.raises(GramlabError) as refused:
        matched(features(1, 4), statistics(features(2, 5)))
    assert refused.value.code == "shapes_differ"
