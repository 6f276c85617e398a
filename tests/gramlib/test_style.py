"""The distance and the losses: their definitions, everybody else's from them, their gradients, their limits."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from torch.nn.functional import mse_loss

from gramlib.errors import GramlabError
from gramlib.gram import feature_gram
from gramlib.style import (
    content_loss,
    content_marks,
    mean_loss,
    style_distance,
    style_loss,
    style_statistic,
    total_variation,
)

C, H, W = 5, 6, 7


def features(seed, dtype=torch.float64, shape=(C, H, W)):
    return torch.rand(shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


# --- style_distance


def test_distance_is_its_formula():
    A, B = (feature_gram(features(seed)).numpy() for seed in (0, 1))
    expected = np.sqrt(((A - B) ** 2).sum()) / (np.sqrt((A**2).sum()) + np.sqrt((B**2).sum()))
    assert style_distance(A, B) == pytest.approx(expected, rel=1e-14)
    assert style_distance(torch.from_numpy(A), B) == style_distance(A, B) == style_distance(B, A)
    assert isinstance(style_distance(A, B), float)
    assert style_distance(A, A) == 0
    assert style_distance(torch.from_numpy(A).float(), torch.from_numpy(B).bfloat16()) == pytest.approx(
        expected, rel=0.01
    )


def test_distance_of_a_gram_that_needs_a_gradient():
    A = feature_gram(features(0)).requires_grad_()
    assert style_distance(A, A) == 0


def test_distance_from_nothing():
    zero, other = np.zeros((2, 2)), np.eye(2)
    assert style_distance(zero, zero) == 0
    assert style_distance(zero, other) == style_distance(other, zero) == 1


@pytest.mark.parametrize("scale", [1e-320, 1e-300, 1e-160, 1e160, 1e300])
def test_distance_at_any_scale(scale):
    A, B = np.array([[1.0, 0.5], [0.5, 2.0]]), np.array([[1.5, 0.25], [0.25, 1.0]])
    near = 1e-3 if scale < 1e-308 else 1e-13  # below 1e-308 the numbers themselves have few digits
    assert style_distance(A * scale, B * scale) == pytest.approx(style_distance(A, B), rel=near)
    assert style_distance(A * scale, A) == pytest.approx(1 if abs(math.log10(scale)) > 20 else 0)


numbers = st.floats(-1e300, 1e300, allow_nan=False)
matrices = arrays(np.float64, (3, 3), elements=numbers)


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(matrices, matrices)
def test_distance_never_leaves_0_to_1(A, B):
    assert 0 <= style_distance(A, B) <= 1
    assert style_distance(A, -A) in (0, pytest.approx(1))
    assert style_distance(A, -A) <= 1


def test_distance_refuses():
    with pytest.raises(GramlabError, match=r"\(2, 2\).*\(3, 3\)") as raised:
        style_distance(np.eye(2), torch.eye(3))
    assert raised.value.code == "shapes_differ"
    assert raised.value.values == {"got": "(2, 2)", "needed": "(3, 3)"}
    for value in (np.nan, np.inf):
        with pytest.raises(GramlabError, match="finite") as raised:
            style_distance(np.eye(2), np.full((2, 2), value))
        assert raised.value.code == "distance_not_finite"


# --- the losses


def test_losses_are_their_formulas():
    F, P = features(0), features(1)
    assert content_loss(F, P).item() == pytest.approx(((F - P) ** 2).sum().item() / (P**2).sum().item(), rel=1e-14)
    G, A = feature_gram(F), feature_gram(P)
    assert style_loss(G, A).item() == pytest.approx(((G - A) ** 2).sum().item() / (A**2).sum().item(), rel=1e-14)
    assert style_loss(G, A).shape == content_loss(F, P).shape == ()
    assert style_loss(A, A) == content_loss(P, P) == 0
    assert style_loss(0 * A, A) == content_loss(0 * P, P) == 1, 'not 1 = "as far off as a blank"'


def test_everybody_else_s_losses_follow_from_ours():
    F, P = features(0), features(1)
    theirs = F.reshape(C, H * W) @ F.reshape(C, H * W).T - P.reshape(C, H * W) @ P.reshape(C, H * W).T
    A = feature_gram(P)
    unit = style_loss(feature_gram(F), A) * A.square().sum()
    # Gatys, Ecker, Bethge (2016), eq. 4: N_l = C, M_l = HW
    assert (unit / (4 * C**2)).item() == pytest.approx((theirs**2).sum().item() / (4 * C**2 * (H * W) ** 2), rel=1e-12)

    # pytorch.org/tutorials/advanced/neural_style_tutorial, as it stands; so do neural-style and its children
    def gram_matrix(input):
        a, b, c, d = input.size()
        wide = input.view(a * b, c * d)
        return torch.mm(wide, wide.t()).div(a * b * c * d)

    tutorial = mse_loss(gram_matrix(F[None]), gram_matrix(P[None]))
    assert (unit / C**4).item() == pytest.approx(tutorial.item(), rel=1e-12)

    # tensorflow.org/tutorials/generative/style_transfer: einsum over positions, divided by their number
    def tensorflow_gram(input):
        return torch.einsum("bijc,bijd->bcd", input, input) / (input.shape[1] * input.shape[2])

    channels_last = [features.permute(1, 2, 0)[None] for features in (F, P)]
    tensorflow = (tensorflow_gram(channels_last[0]) - tensorflow_gram(channels_last[1])).square().mean()
    assert (unit / C**2).item() == pytest.approx(tensorflow.item(), rel=1e-12)

    # pystiche: the batch flattened, a product divided by the number of positions, the mean square
    def pystiche_gram(input):
        wide = input.flatten(2)
        return torch.bmm(wide, wide.transpose(1, 2)) / wide.size(-1)

    assert (unit / C**2).item() == pytest.approx(mse_loss(pystiche_gram(F[None]), pystiche_gram(P[None])).item())

    # neural-style-pt: the product of one picture, divided by the number of all its elements
    def neural_style_gram(input):
        flat = input.view(C, H * W)
        return torch.mm(flat, flat.t()).div(input.nelement())

    assert (unit / C**4).item() == pytest.approx(mse_loss(neural_style_gram(F), neural_style_gram(P)).item())
    # the authors' own notebook: as pystiche's, times its layer weight 10³ / C²
    notebook = 1e3 / C**2 * mse_loss(pystiche_gram(F[None]), pystiche_gram(P[None]))
    assert (1e3 * unit / C**4).item() == pytest.approx(notebook.item())
    # Gatys, Ecker, Bethge (2016), eq. 1
    gatys_content = 0.5 * (F - P).square().sum()
    assert (content_loss(F, P) * P.square().sum() / 2).item() == pytest.approx(gatys_content.item(), rel=1e-12)


@pytest.mark.parametrize("s", [1e-3, 0.5, 7.0])
def test_scaled_features_scale_theirs_and_not_ours(s):
    F, P = features(0), features(1)

    def theirs(F, P):
        difference = feature_gram(F, normalize="none") - feature_gram(P, normalize="none")
        return (F - P).square().mean().item(), difference.square().mean().item()

    content, style = theirs(F, P)
    assert theirs(s * F, s * P) == pytest.approx((s**2 * content, s**4 * style), rel=1e-10)
    assert content_loss(s * F, s * P).item() == pytest.approx(content_loss(F, P).item(), rel=1e-10)
    ours = [style_loss(feature_gram(a), feature_gram(b)).item() for a, b in ((F, P), (s * F, s * P))]
    assert ours[0] == pytest.approx(ours[1], rel=1e-10)


def test_gradients_are_right():
    F, P = features(0, shape=(3, 2, 4)).requires_grad_(), features(1, shape=(3, 2, 4))
    A = feature_gram(P)
    assert torch.autograd.gradcheck(lambda F: content_loss(F, P), F)
    assert torch.autograd.gradcheck(lambda F: style_loss(feature_gram(F), A), F)
    assert torch.autograd.gradcheck(lambda F: style_loss({"x": feature_gram(F)}, {"x": A}, {"x": 3.0}), F)
    assert torch.autograd.gradcheck(total_variation, F)
    G = feature_gram(features(2, shape=(3, 2, 4))).requires_grad_()
    assert torch.autograd.gradcheck(lambda G: style_loss(G, A), G)
    # Gatys, Ecker, Bethge (2016), eq. 6, up to the constants that ours divides by
    (gradient,) = torch.autograd.grad(style_loss(feature_gram(F), A), F)
    flat = F.detach().reshape(3, 8)
    expected = 4 / 8 * (feature_gram(F).detach() - A) @ flat / A.square().sum()
    torch.testing.assert_close(gradient.reshape(3, 8), expected)


def test_the_gradient_of_a_covariance_is_right():
    F, C = features(0, shape=(3, 2, 4)).requires_grad_(), style_statistic(features(1, shape=(3, 2, 4)), "covariance")
    assert torch.autograd.gradcheck(lambda F: style_statistic(F, "covariance"), F)
    assert torch.autograd.gradcheck(lambda F: style_loss(style_statistic(F, "covariance"), C), F)


def test_a_covariance_is_a_gram_without_the_means():
    F = features(0)
    flat = F.reshape(C, H * W).numpy()
    torch.testing.assert_close(style_statistic(F, "covariance"), torch.from_numpy(np.cov(flat, bias=True)))
    torch.testing.assert_close(style_statistic(F), feature_gram(F), rtol=0, atol=0)
    # more or less of a feature everywhere: the Gram sees it, the covariance does not
    more = F + torch.rand(C, 1, 1, dtype=torch.float64)
    assert style_distance(style_statistic(F), style_statistic(more)) > 0.1
    assert style_distance(style_statistic(F, "covariance"), style_statistic(more, "covariance")) < 1e-12
    with pytest.raises(GramlabError, match="statistic is 'mean'") as raised:
        style_statistic(F, "mean")
    assert raised.value.code == "setting_choice"


def test_the_target_gets_no_gradient():
    A = feature_gram(features(1)).requires_grad_()
    G = feature_gram(features(0)).requires_grad_()
    style_loss(G, A).backward()
    assert A.grad is None


def test_layers_are_averaged():
    G = {name: feature_gram(features(seed)) for seed, name in enumerate("abc")}
    A = {name: feature_gram(features(seed + 9)) for seed, name in enumerate("abc")}
    each = {name: style_loss(G[name], A[name]).item() for name in "abc"}
    assert style_loss(G, A).item() == pytest.approx(sum(each.values()) / 3)
    assert style_loss({**G, "more": torch.eye(2)}, A).item() == pytest.approx(sum(each.values()) / 3)
    weighted = style_loss(G, A, {"a": 1.0, "b": 3.0, "c": 0.0}).item()
    assert weighted == pytest.approx((each["a"] + 3 * each["b"]) / 4)
    assert mean_loss({name: torch.tensor(value) for name, value in each.items()}, {"c": 9}).item() == pytest.approx(
        each["c"]
    )


def test_a_layer_without_weight_costs_no_gradient():
    G = {name: feature_gram(features(0)).requires_grad_() for name in "ab"}
    A = {name: feature_gram(features(1)) for name in "ab"}
    style_loss(G, A, {"a": 1.0, "b": 0.0}).backward()
    assert G["a"].grad is not None
    assert G["b"].grad is None


def test_losses_refuse():
    A = torch.eye(2)
    for loss in (style_loss, content_loss):
        with pytest.raises(GramlabError, match="zero everywhere") as raised:
            loss(A, torch.zeros(2, 2))
        assert raised.value.code == "target_zero"
        with pytest.raises(GramlabError, match=r"\(3, 3\)"):
            loss(torch.eye(3), A)
    with pytest.raises(GramlabError, match="relu1_1") as raised:
        style_loss({}, {"relu1_1": A})
    assert raised.value.code == "layer_missing"
    for weights in ({}, {"a": 0.0}, {"a": 2.0, "b": -1.0}):
        with pytest.raises(GramlabError, match="weigh") as raised:
            style_loss({"a": A, "b": A}, {"a": A, "b": A}, weights)
        assert raised.value.code == "layers_weigh_nothing"


@pytest.mark.parametrize("scale", [1e-30, 1e-18, 1e18, 1e30])
def test_losses_in_float32_at_any_scale(scale):
    G, A = torch.tensor([[2.0, 1.0], [1.0, 3.0]]), torch.tensor([[1.0, 0.0], [0.0, 2.0]])
    assert style_loss(G * scale, A * scale).item() == pytest.approx(style_loss(G, A).item(), rel=1e-5)


def test_total_variation():
    checkerboard = (torch.arange(8)[:, None] + torch.arange(6)) % 2
    assert total_variation(checkerboard.float().expand(1, 3, 8, 6)).item() == 1
    assert total_variation(torch.full((1, 3, 8, 6), 0.3)).item() == 0
    assert total_variation(torch.rand(1, 3, 1, 1)).item() == 0
    image = features(0, shape=(1, 3, 4, 5)).numpy()
    differences = [np.diff(image, axis=axis).ravel() for axis in (2, 3)]
    expected = (np.concatenate(differences) ** 2).mean()
    assert total_variation(torch.from_numpy(image)).item() == pytest.approx(expected, rel=1e-12)


# --- what a content loss is like


class Means:
    """A network of two layers: the colours, and their mean over the columns."""

    def features(self, image, layers):
        found = {"colours": image[0], "columns": image[0].mean(2, keepdim=True)}
        return {layer: found[layer] for layer in layers}


def test_the_marks_of_a_content_loss():
    photo, other = (features(seed, shape=(1, 3, 40, 60)) for seed in (0, 1))
    marks = content_marks(photo, Means(), {"colours": 1.0, "columns": 3.0, "relu9_9": 0.0}, {"other": other})
    assert list(marks) == ["itself", "blurred", "other"]
    assert marks["itself"] == 0

    def apart(image):
        colours = ((image - photo) ** 2).sum() / (photo**2).sum()
        means, of_photo = image.mean(3), photo.mean(3)
        return (colours + 3 * ((means - of_photo) ** 2).sum() / (of_photo**2).sum()).item() / 4

    assert marks["other"] == pytest.approx(apart(other))
    # the blur, slowly: a Gaussian of 60 / 128 pixels, cut at 2, over the picture mirrored at its edges
    weights = np.exp(-((np.arange(-2, 3) / (60 / 128)) ** 2) / 2)
    weights = np.outer(weights, weights) / weights.sum() ** 2
    wide = np.pad(photo.numpy(), ((0, 0), (0, 0), (2, 2), (2, 2)), mode="reflect")
    parts = [[weights[i, j] * wide[..., i : i + 40, j : j + 60] for j in range(5)] for i in range(5)]
    assert marks["blurred"] == pytest.approx(apart(torch.from_numpy(sum(sum(row) for row in parts))), rel=1e-6)
    assert 0 < marks["blurred"] < marks["other"]


def test_the_marks_of_other_sizes_of_grey_and_of_the_smallest_pictures():
    photo, other = features(0, shape=(1, 3, 40, 60)), features(1, shape=(1, 3, 80, 120))
    marks = content_marks(photo, Means(), {"colours": 1.0}, {"other": other, "twice": photo})
    assert marks["twice"] == 0
    assert marks["other"] > marks["blurred"]
    grey = content_marks(photo[:, :1], Means(), {"colours": 1.0}, {"other": other[:, :1]})
    assert list(grey) == ["itself", "blurred", "other"]
    assert content_marks(photo[..., :1, :2], Means(), {"colours": 1.0}, {})["blurred"] >= 0
    with pytest.raises(GramlabError) as raised:
        content_marks(photo, Means(), {}, {})
    assert raised.value.code == "layers_weigh_nothing"
