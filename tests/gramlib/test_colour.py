"""Whose colours: the luminance and its way back are exact, matched colours have the other's mean and covariance."""

from __future__ import annotations

import colorsys

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gramlib.colour import Palette, luminance, match_colours, with_luminance

LEVELS = st.floats(0, 1, width=32)


def noise(seed, height=12, width=9, low=0.3, high=0.7):
    generator = torch.Generator().manual_seed(seed)
    mixed = torch.rand(1, 3, height, width, generator=generator)
    mixed[:, 1] = 0.5 * mixed[:, 0] + 0.3 * mixed[:, 1]  # so that the channels vary together
    return low + (high - low) * mixed


def pixel(*colour):
    return torch.tensor(colour).view(1, 3, 1, 1)


def statistics(image):
    pixels = image[0].flatten(1).double().numpy()
    return pixels.mean(1), np.cov(pixels, bias=True)


def test_luminance_is_that_of_television():
    for colour, expected in (((1, 1, 1), 1), ((1, 0, 0), 0.299), ((0, 1, 0), 0.587), ((0, 0, 1), 0.114)):
        assert luminance(pixel(*map(float, colour))).item() == pytest.approx(expected)
    # Python's own YIQ, to the two digits that it has
    assert luminance(pixel(0.2, 0.7, 0.4)).item() == pytest.approx(colorsys.rgb_to_yiq(0.2, 0.7, 0.4)[0], abs=0.01)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(LEVELS, LEVELS, LEVELS, LEVELS)
def test_another_luminance_is_exact_and_keeps_the_hue(red, green, blue, wanted):
    image, target = pixel(red, green, blue), torch.full((1, 1, 1, 1), wanted)
    shown = with_luminance(image, target)
    assert 0 <= shown.min() <= shown.max() <= 1
    assert luminance(shown).item() == pytest.approx(wanted, abs=2e-6)
    before, after = ((colour - luminance(colour)).flatten() for colour in (image, shown))
    assert torch.linalg.cross(before, after).abs().max() < 1e-6, "another hue"
    assert before @ after >= -1e-6
    assert after.norm() <= before.norm() + 1e-5, "more colour than there was"


def test_the_chroma_stays_where_there_is_room_for_it():
    image = noise(0)
    assert torch.allclose(with_luminance(image, luminance(image)), image, atol=1e-6)
    brighter = with_luminance(image, luminance(image) + 0.1)
    assert torch.allclose(brighter, image + 0.1, atol=1e-6)
    # no room at the ends: black and white have no colour
    assert with_luminance(image, torch.ones(1, 1, 12, 9)).min() == 1
    assert with_luminance(image, torch.zeros(1, 1, 12, 9)).max() == 0


def test_matched_colours_have_the_other_s_mean_and_covariance():
    image, target = noise(0), noise(1, 7, 15, low=0.2, high=0.9) * torch.tensor([1.0, 0.7, 0.5]).view(1, 3, 1, 1)
    matched = match_colours(image, target)
    assert matched.shape == image.shape
    assert matched.dtype == image.dtype
    assert 0 < matched.min() < matched.max() < 1, "clipped, so that nothing would be shown"
    for got, wanted in zip(statistics(matched), statistics(target), strict=True):
        np.testing.assert_allclose(got, wanted, atol=1e-6)
    # the paper's form: symmetric roots, Image Analogies' choice among all maps that would do
    (mean, covariance), (target_mean, target_covariance) = statistics(image), statistics(target)
    values, vectors = np.linalg.eigh(covariance)
    target_values, target_vectors = np.linalg.eigh(target_covariance)
    matrix = target_vectors @ np.diag(target_values**0.5) @ target_vectors.T
    matrix = matrix @ vectors @ np.diag(values**-0.5) @ vectors.T
    expected = matrix @ (image[0].flatten(1).double().numpy() - mean[:, None]) + target_mean[:, None]
    np.testing.assert_allclose(matched[0].flatten(1).numpy(), expected, atol=1e-6)


def test_matched_with_itself_nothing_changes():
    image = noise(2)
    torch.testing.assert_close(match_colours(image, image), image, atol=1e-6, rtol=0)


def test_a_flat_or_grey_picture_is_matched_as_far_as_it_varies():
    target = noise(3)
    flat = match_colours(torch.full((1, 3, 4, 4), 0.5), target)
    torch.testing.assert_close(flat, target.mean((2, 3), keepdim=True).expand_as(flat), atol=1e-6, rtol=0)
    grey = match_colours(noise(4)[:, :1].expand(1, 3, 12, 9), target)
    assert grey.isfinite().all()
    mean, covariance = statistics(grey)
    np.testing.assert_allclose(mean, statistics(target)[0], atol=1e-6)
    assert np.linalg.matrix_rank(covariance, tol=1e-6) == 1, "what is grey varies in one direction only"


def test_one_channel_is_shifted_and_stretched():
    image, target = luminance(noise(5)), luminance(noise(6)) * 0.5
    matched = match_colours(image, target)
    assert matched.mean().item() == pytest.approx(target.mean().item(), abs=1e-6)
    assert matched.std(correction=0).item() == pytest.approx(target.std(correction=0).item(), abs=1e-6)


def test_what_is_out_of_range_is_clipped():
    dark = noise(7) * 0.1
    assert match_colours(noise(8, low=0, high=1), dark).min() >= 0


@pytest.mark.parametrize("colour", ["style", "matched", "luminance"])
def test_a_palette_shows_the_content_as_it_is(colour):
    content = noise(9)
    palette = Palette(content, colour)
    worked = palette.worked(content)
    assert worked.shape == ((1, 1, 12, 9) if colour == "luminance" else content.shape)
    torch.testing.assert_close(palette.shown(worked), content, atol=1e-6, rtol=0)
    style = palette.style(noise(10, 20, 5, low=0, high=1))
    assert style.shape == (1, worked.shape[1], 20, 5)
    if colour == "style":
        assert torch.equal(style, noise(10, 20, 5, low=0, high=1))
    else:  # few pixels are clipped
        torch.testing.assert_close(style.mean((2, 3)), worked.mean((2, 3)), atol=0.01, rtol=0)


class OnApple(torch.Tensor):
    """A tensor as on Apple's GPU: float64 is refused as it is there, and the CPU has plain tensors."""

    @classmethod
    def __torch_function__(cls, function, types, arguments=(), keywords=None):
        given = super().__torch_function__(function, types, arguments, keywords or {})
        if function is torch.Tensor.cpu:
            return given.as_subclass(torch.Tensor)
        if isinstance(given, OnApple) and given.dtype == torch.float64:
            raise TypeError("Cannot convert a MPS Tensor to float64 dtype as the MPS framework doesn't support float64")
        return given


def test_apple_s_gpu_is_told_apart():
    with pytest.raises(TypeError, match="float64"):
        noise(1).as_subclass(OnApple).double()
    assert noise(1).as_subclass(OnApple).cpu().double().dtype == torch.float64


@pytest.mark.parametrize("colour", ["style", "matched", "luminance"])
def test_no_palette_makes_float64_on_apple_s_gpu(colour):
    content, style, picture = noise(1), noise(2), noise(3)
    plain, apple = (Palette(each, colour) for each in (content, content.as_subclass(OnApple)))
    torch.testing.assert_close(
        apple.style(style.as_subclass(OnApple)).as_subclass(torch.Tensor), plain.style(style), atol=1e-6, rtol=0
    )
    worked = apple.worked(picture.as_subclass(OnApple))
    assert torch.equal(apple.shown(worked).cpu(), plain.shown(plain.worked(picture)))
