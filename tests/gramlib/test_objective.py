"""What is lowered: its slope against finite differences in float64, its targets, and what it costs."""

from __future__ import annotations

import pytest
import torch
from torch.nn.functional import conv2d

from gramlib.objective import Objective
from gramlib.settings import TransferSettings
from gramlib.style import content_loss, style_loss, style_statistic

LAYERS = {"a": 2.0, "b": 1.0}
SETTINGS = TransferSettings(
    content_layers={"b": 1}, style_layers=LAYERS, content_weight=0.7, style_weight=3, total_variation_weight=0.5
)


class Tiny:
    """Two convolutions in float64 in the place of the network; counts how often it is asked."""

    def __init__(self):
        generator = torch.Generator().manual_seed(0)
        shapes = {"a": (4, 3, 3, 3), "b": (5, 4, 3, 3)}
        self.weights = {name: torch.randn(s, generator=generator, dtype=torch.float64) for name, s in shapes.items()}
        self.asked = []

    def features(self, image, layers):
        self.asked.append((tuple(image.shape), tuple(layers)))
        found = {}
        for name, weight in self.weights.items():
            image = found[name] = torch.tanh(conv2d(image, weight, padding=1))
        return {name: found[name][0] for name in layers}


def picture(seed, *shape):
    return torch.rand(1, *(shape or (3, 6, 5)), generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize("statistic", ["gram", "covariance"])
@pytest.mark.parametrize("channels", [3, 1])
@pytest.mark.parametrize("styles", [1, 2])
@pytest.mark.slow
def test_the_slope_is_that_of_finite_differences(statistic, channels, styles):
    objective = Objective(
        picture(0, channels, 6, 5), tuple(picture(s, channels, 7, 8) for s in range(1, 1 + styles)), Tiny()
    )
    settings = TransferSettings(**{**vars(SETTINGS), "statistic": statistic, "style_mix": 0.3})
    image = picture(9, channels, 6, 5)
    point = objective.at(image, settings)
    assert point.gradient.shape == image.shape
    expected, step = torch.empty_like(image), 1e-6
    for place in range(image.numel()):
        moved = [image.clone(), image.clone()]
        for sign, there in zip((1, -1), moved, strict=True):
            there.view(-1)[place] += sign * step
        up, down = (objective.at(there, settings).total for there in moved)
        expected.view(-1)[place] = (up - down) / (2 * step)
    torch.testing.assert_close(point.gradient, expected, rtol=1e-6, atol=1e-8)


def test_totals_losses_and_grams_are_those_of_the_picture():
    tiny, content, styles = Tiny(), picture(0), (picture(1, 3, 7, 8), picture(2, 3, 4, 4))
    image = picture(9)
    F, P = tiny.features(image, ["a", "b"]), tiny.features(content, ["b"])
    for statistic in ("gram", "covariance"):
        settings = TransferSettings(**{**vars(SETTINGS), "statistic": statistic, "style_mix": 0.25})
        point = Objective(content, styles, tiny).at(image, settings)
        each = [{k: style_statistic(v, statistic) for k, v in tiny.features(s, LAYERS).items()} for s in styles]
        A = {layer: 0.75 * each[0][layer] + 0.25 * each[1][layer] for layer in LAYERS}
        for layer in LAYERS:
            torch.testing.assert_close(point.targets[layer], A[layer])
            torch.testing.assert_close(point.grams[layer], style_statistic(F[layer], statistic))
            assert point.losses[layer] == pytest.approx(style_loss(point.grams[layer], A[layer]).item())
            assert not point.grams[layer].requires_grad
        assert point.losses["content"] == pytest.approx(content_loss(F["b"], P["b"]).item())
        style = (2 * point.losses["a"] + point.losses["b"]) / 3
        total = 0.7 * point.losses["content"] + 3 * style + 0.5 * point.losses["total_variation"]
        assert point.total == pytest.approx(total)


@pytest.mark.parametrize(("mix", "one"), [(0.0, 0), (1.0, 1)])
def test_at_the_ends_of_the_mix_it_is_one_style_alone(mix, one):
    styles = (picture(1), picture(2))
    settings = TransferSettings(**{**vars(SETTINGS), "style_mix": mix})
    both = Objective(picture(0), styles, Tiny()).at(picture(9), settings)
    alone = Objective(picture(0), (styles[one],), Tiny()).at(picture(9), SETTINGS)
    assert both.total == pytest.approx(alone.total, rel=1e-12)


def test_the_same_targets_until_something_about_them_changes():
    tiny = Tiny()
    objective = Objective(picture(0), (picture(1, 3, 7, 8), picture(2, 3, 4, 4)), tiny)
    first = objective.at(picture(8), SETTINGS).targets
    other_weights = TransferSettings(**{**vars(SETTINGS), "style_weight": 9})
    assert objective.at(picture(9), other_weights).targets is first
    mixed = objective.at(picture(9), TransferSettings(**{**vars(SETTINGS), "style_mix": 0.1})).targets
    assert mixed is not first
    # each of the styles was looked at once, for all of it
    assert [shape for shape, _ in tiny.asked].count((1, 3, 7, 8)) == 1


def test_the_content_s_features_come_from_its_own_first_look():
    tiny, content = Tiny(), picture(0)
    objective = Objective(content, (picture(1, 3, 7, 8),), tiny)
    assert objective.at(content, SETTINGS).losses["content"] == 0
    objective.at(picture(9), SETTINGS)
    # the style, the content, the picture: nothing twice
    assert [shape for shape, _ in tiny.asked] == [(1, 3, 7, 8), (1, 3, 6, 5), (1, 3, 6, 5)]
    deeper = TransferSettings(**{**vars(SETTINGS), "content_layers": {"a": 1, "b": 1}})
    objective.at(picture(9), deeper)
    assert tiny.asked[-2:] == [((1, 3, 6, 5), ("a",)), ((1, 3, 6, 5), ("a", "b"))]
