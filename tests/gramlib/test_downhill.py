"""The pulls at a picture: they add up to the slope, say who agrees, and lead where the optimiser first goes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gramlib.colour import luminance, match_colours
from gramlib.downhill import Pulls
from gramlib.errors import GramlabError
from gramlib.images import open_image, to_tensor
from gramlib.jobs import JobPool
from gramlib.objective import Objective
from gramlib.transfer import TransferSettings, pulls, transfer
from gramlib.vgg import VGG
from tests.gramlib.test_objective import SETTINGS, Tiny, picture

IMAGES = Path(__file__).parents[2] / "assets" / "images"
SHALLOW = TransferSettings(
    content_layers={"relu2_1": 1}, style_layers={"relu1_1": 1, "relu2_1": 1}, steps=4, total_variation_weight=3
)


@pytest.fixture(scope="module")
def network():
    return VGG(device="cpu")


@pytest.fixture(scope="module")
def castle():
    return to_tensor(open_image(IMAGES / "photos/neuschwanstein.jpg"), 48)


@pytest.fixture(scope="module")
def wave():
    return to_tensor(open_image(IMAGES / "paintings/great_wave.jpg"), 60)


def made(image, content, style, smooth=None):
    tensors = [torch.as_tensor(part, dtype=torch.float64) for part in (image, content, style)]
    return Pulls(*tensors, torch.zeros_like(tensors[0]) if smooth is None else torch.as_tensor(smooth))


# --- the parts of the slope


@pytest.mark.parametrize("statistic", ["gram", "covariance"])
@pytest.mark.parametrize("channels", [3, 1])
@pytest.mark.slow
def test_each_part_slopes_as_finite_differences_say(statistic, channels):
    content, styles = picture(0, channels, 6, 5), (picture(1, channels, 7, 8), picture(2, channels, 4, 4))
    image, step = picture(9, channels, 6, 5), 1e-6
    whole = TransferSettings(**{**vars(SETTINGS), "statistic": statistic})
    alone = {
        "content": replace(whole, style_weight=0, total_variation_weight=0),
        "style": replace(whole, content_weight=0, total_variation_weight=0),
        "total_variation": replace(whole, content_weight=0, style_weight=0),
    }
    slopes = Objective(content, styles, Tiny()).slopes(image, whole)
    assert list(slopes) == list(alone)
    for name, settings_ in alone.items():
        objective, expected = Objective(content, styles, Tiny()), torch.empty_like(image)
        for place in range(image.numel()):
            moved = [image.clone(), image.clone()]
            for sign, there in zip((1, -1), moved, strict=True):
                there.view(-1)[place] += sign * step
            up, down = (objective.at(there, settings_).total for there in moved)
            expected.view(-1)[place] = (up - down) / (2 * step)
        torch.testing.assert_close(slopes[name], expected, rtol=1e-6, atol=1e-8)


def test_a_part_without_weight_has_no_slope_and_one_pass_serves_all():
    tiny = Tiny()
    objective = Objective(picture(0), (picture(1, 3, 7, 8),), tiny)
    whole = objective.slopes(picture(9), SETTINGS)
    assert [shape for shape, _ in tiny.asked].count((1, 3, 6, 5)) == 2, "the content, the picture: nothing twice"
    torch.testing.assert_close(sum(whole.values()), objective.at(picture(9), SETTINGS).gradient, rtol=1e-12, atol=0)
    without = replace(SETTINGS, total_variation_weight=0)
    assert list(objective.slopes(picture(9), without)) == ["content", "style"]
    assert list(objective.slopes(picture(9), replace(without, style_layers={"a": 0}))) == ["content"]
    with torch.no_grad():
        assert objective.slopes(picture(9), SETTINGS)["style"].abs().max() > 0


@pytest.mark.parametrize(
    "knobs", [{}, {"total_variation_weight": 0}, {"colour": "luminance"}, {"colour": "matched"}, {"start": "noise"}]
)
def test_the_pulls_add_up_to_what_the_optimiser_goes_by(network, castle, wave, knobs):
    chosen = replace(SHALLOW, **knobs)
    step = next(transfer(castle, wave, chosen, network))
    found = pulls(step.image, castle, wave, chosen, network)
    grey = knobs.get("colour") == "luminance"
    content, style, image = castle, wave, step.image
    if grey:
        content, image = luminance(castle), luminance(image)
        style = match_colours(luminance(wave), content)
    elif knobs.get("colour") == "matched":
        style = match_colours(wave, castle)
    gradient = Objective(content, (style,), network).at(image, chosen).gradient
    assert found.total.shape == gradient.shape == image.shape
    assert (found.total + gradient).norm() < 1e-5 * gradient.norm()
    assert torch.equal(found.image, image)
    assert (found.total_variation == 0).all() == (chosen.total_variation_weight == 0)


def test_at_the_photo_only_the_style_pulls(network, castle, wave):
    found = pulls(castle, castle, wave, replace(SHALLOW, total_variation_weight=0), network)
    assert (found.content == 0).all()
    assert (found.agreement == 0).all()
    assert found.style.abs().max() > 0


# --- where it leads


def test_the_first_step_of_l_bfgs_is_plain_gradient_descent(network, castle, wave):
    step = next(transfer(castle, wave, SHALLOW, network))
    start = pulls(castle, castle, wave, SHALLOW, network)
    torch.testing.assert_close(start.descended(start.rate()), step.image, rtol=0, atol=1e-6)
    assert (start.descended(start.rate()) - castle).abs().max() > 0.02
    second = next(steps := transfer(castle, wave, SHALLOW, network)), next(steps)
    later = pulls(second[0].image, castle, wave, SHALLOW, network)
    pixel = later.pixel(7, 11, later.rate(), second[1].image)
    assert pixel.moved == tuple(second[1].image[0, :, 7, 11].tolist())
    assert pixel.moved != pytest.approx(pixel.descended, abs=1e-4), "the second step knows more than the slope"


def test_one_pixel_by_hand():
    image = [[[[0.5, 0.25]], [[0.5, 0.0]], [[0.5, 1.0]]]]
    content = [[[[1.0, 0.25]], [[2.0, -3.0]], [[-1.0, 0.0]]]]
    style = [[[[3.0, 0.25]], [[-4.0, 1.0]], [[0.0, 5.0]]]]
    found = made(image, content, style, 0.5 * torch.ones(1, 3, 1, 2, dtype=torch.float64))
    pixel = found.pixel(0, 1, 0.1)
    assert pixel.value == (0.25, 0.0, 1.0)
    assert (pixel.content, pixel.style) == ((0.25, -3.0, 0.0), (0.25, 1.0, 5.0))
    assert pixel.total_variation == (0.5, 0.5, 0.5)
    assert pixel.slope == (-1.0, 1.5, -5.5)
    # 0.25 + 0.1, and neither below 0 nor above 1
    assert pixel.descended == pytest.approx((0.35, 0.0, 1.0))
    assert pixel.moved is None
    # the mean of 4.5, 1, 1.5, 1.5, 0.5 and 5.5
    assert found.rate(0.29) == pytest.approx(0.29 / (14.5 / 6))
    with pytest.raises(IndexError):
        found.pixel(1, 0, 0.1)


def test_where_nothing_pulls_the_rate_is_0_and_no_zero_is_negative():
    still = made(*3 * [np.zeros((1, 3, 1, 1))])
    assert still.rate() == 0
    assert [str(number) for number in still.pixel(0, 0, still.rate()).slope] == ["0.0"] * 3


parts = arrays(np.float64, (1, 3, 2, 2), elements=st.floats(-1e-3, 1e-3))


@settings(max_examples=200, deadline=None)
@given(parts, parts)
@pytest.mark.slow
def test_the_agreement_is_a_cosine(content, style):
    agreement = made(np.full((1, 3, 2, 2), 0.5), content, style).agreement
    assert agreement.shape == (1, 1, 2, 2)
    assert (agreement.abs() <= 1).all()
    for row in range(2):
        for column in range(2):
            c, s = content[0, :, row, column], style[0, :, row, column]
            lengths = np.linalg.norm(c) * np.linalg.norm(s)
            if lengths > 1e-200:  # below it the products lose their digits
                assert agreement[0, 0, row, column].item() == pytest.approx(c @ s / lengths, abs=1e-9)
            if not c.any() or not s.any():
                assert agreement[0, 0, row, column] == 0
    same = made(np.full((1, 3, 2, 2), 0.5), content, 7 * content).agreement
    against = made(np.full((1, 3, 2, 2), 0.5), content, -content).agreement
    torch.testing.assert_close(same, -against)


def test_the_agreement_of_tiny_pulls():
    tiny = torch.tensor([3e-22, 4e-22, 0.0]).view(1, 3, 1, 1)
    found = Pulls(torch.full_like(tiny, 0.5), tiny, tiny.flip(1), torch.zeros_like(tiny))
    assert found.agreement.item() == pytest.approx(16 / 25)


# --- as a page asks for it


@pytest.mark.slow
def test_a_running_job_is_not_disturbed(network, castle, wave):
    asked = replace(SHALLOW, steps=6)
    undisturbed = list(transfer(castle, wave, asked, network))
    steps, pool, seen = transfer(castle, wave, asked, network), JobPool(), []
    try:
        for step in steps:
            seen.append(step)
            found = pool.compute(pulls, step.image, castle, wave, asked, network).result(60)
            assert found.image.shape == castle.shape
    finally:
        pool.close(60)
    assert all(torch.equal(a.image, b.image) for a, b in zip(seen, undisturbed, strict=True))


def test_what_cannot_be_used_is_refused(network, castle, wave):
    for image, code in [(castle * 2, "image_range"), (castle[:, :1], "image_shape")]:
        with pytest.raises(GramlabError) as raised:
            pulls(image, castle, wave, SHALLOW, network)
        assert raised.value.code == code
    with pytest.raises(GramlabError, match="relu9_9"):
        pulls(castle, castle, wave, replace(SHALLOW, style_layers={"relu9_9": 1}), network)
