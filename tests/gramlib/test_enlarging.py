"""A finished picture at a larger size: the same strokes, finer, and a few steps make it better."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch.nn.functional import interpolate

from gramlib.enlarging import STEPS, ahead, enlarged, enlarging
from gramlib.errors import GramlabError
from gramlib.images import open_image, to_tensor
from gramlib.settings import TransferSettings
from gramlib.transfer import transfer
from gramlib.vgg import VGG

IMAGES = Path(__file__).parents[2] / "assets" / "images"


def picture(name, side):
    return to_tensor(open_image(IMAGES / name), side)


def scaled(image, like):
    return interpolate(image, like.shape[-2:], mode="bilinear", antialias=True)


@pytest.mark.parametrize("larger", [96, 128, 200])
def test_scaled_down_it_is_the_picture(larger):
    small, photo = picture("photos/cat.jpg", 64), picture("photos/cat.jpg", larger)
    # a change as strong as a stylised picture's, and as rough
    painting = picture("paintings/great_wave.jpg", 64)
    stylised = (0.5 * small + 0.5 * scaled(painting, small)).clamp(0, 1)
    found = enlarged(stylised, photo)
    assert found.shape == photo.shape
    assert 0 <= found.min() <= found.max() <= 1
    assert (scaled(found, small) - stylised).abs().mean() < 0.02
    assert (scaled(found, small) - small).abs().mean() > 0.1
    # what was not changed is the large photo to the last digit
    torch.testing.assert_close(enlarged(scaled(photo, small), photo), photo)


def test_of_one_size_it_is_the_picture_itself():
    small, other = picture("photos/cat.jpg", 64), picture("paintings/great_wave.jpg", 64)
    torch.testing.assert_close(enlarged(scaled(other, small), small), scaled(other, small))


def test_other_shapes_are_refused():
    with pytest.raises(GramlabError) as raised:
        enlarged(torch.zeros(3), torch.zeros(1, 3, 8, 8))
    assert raised.value.code == "image_shape"


def test_the_settings_of_the_larger_size():
    small = TransferSettings(style_weight=7, start="noise", steps=300, scales=4, seed=5)
    large = enlarging(small)
    assert (large.start, large.scales, large.steps, large.style_weight) == ("picture", 1, STEPS, 7)
    assert enlarging(small, 3).steps == 3


def test_the_first_step_is_reckoned_for_more():
    assert ahead(256 * 512, 8) == [(256 * 512, 10)]
    assert ahead(256 * 512, 0) == []


@pytest.mark.slow
def test_a_few_steps_at_the_larger_size_lower_what_is_lowered():
    network = VGG(device="cpu")
    settings = TransferSettings(
        content_layers={"relu3_2": 1}, style_layers={"relu1_1": 1, "relu2_1": 1, "relu3_1": 1}, steps=12
    )
    names = ("photos/cat.jpg", "paintings/great_wave.jpg")
    *_, small = transfer(*(picture(name, 64) for name in names), settings, network)
    content, style = (picture(name, 128) for name in names)
    start = enlarged(small.image, content)
    steps = list(transfer(content, style, enlarging(settings, 8), network, start=start))
    assert len(steps) == 8
    assert steps[-1].total < 0.8 * steps[0].total
    assert all(step.worked_at == tuple(content.shape[-2:]) for step in steps), "it went back to a coarse scale"
    assert steps[-1].image.shape == content.shape
    # it is still the same picture: nearer to what the small one was than to the photo
    now = scaled(steps[-1].image, small.image)
    assert (now - small.image).abs().mean() < 0.6 * (scaled(content, small.image) - small.image).abs().mean()
