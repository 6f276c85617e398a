"""A picture at once: what is promised of its Gram matrices, of any size, and of what cannot be used."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch

from gramlib.decoder import LAYERS, Decoder, load_decoder
from gramlib.errors import GramlabError, WeightsUnavailable
from gramlib.gram import feature_gram
from gramlib.images import open_image, to_tensor
from gramlib.repainting import recolour, repaint
from gramlib.style import content_loss, style_distance, style_loss
from gramlib.vgg import VGG

IMAGES = Path(__file__).parents[2] / "assets" / "images"
STYLE_LAYERS = [f"relu{block}_1" for block in range(1, 6)]


@pytest.fixture(scope="module")
def network() -> VGG:
    return VGG()


@pytest.fixture(scope="module")
def decoder() -> Decoder:
    return load_decoder()


def picture(name: str, side: int = 96) -> torch.Tensor:
    (file,) = IMAGES.glob(f"*/{name}.jpg")
    return to_tensor(open_image(file), side)


def test_the_colours_are_the_paintings_without_a_network() -> None:
    photo, painting = picture("neuschwanstein"), picture("great_wave")
    found = recolour(photo, [painting])
    assert found.between["colour"] < 1e-5 < found.after["colour"] < found.before["colour"] / 5
    assert found.picture.shape == photo.shape
    assert recolour(photo, [painting], strength=0).picture.equal(photo)


@pytest.mark.slow
def test_it_is_nearer_to_the_painting_and_still_the_photo(network: VGG, decoder: Decoder) -> None:
    photo, painting = picture("astronaut", 128), picture("village_street_in_auvers", 128)
    found = repaint(photo, [painting], network, decoder)
    alone = repaint(photo, [painting], network, decoder, measured=False)
    assert alone.picture.equal(found.picture)
    assert not alone.before
    assert list(found.before) == list(LAYERS[:3])
    assert max(found.between.values()) < 1e-3
    assert all(found.after[layer] < 0.6 * found.before[layer] for layer in found.before)
    # each said number is what a new pass says
    F, A = (network.features(each, ["relu2_1"])["relu2_1"] for each in (found.picture, painting))
    assert found.after["relu2_1"] == pytest.approx(style_distance(feature_gram(F), feature_gram(A)), rel=1e-4)
    now, P, S = (network.features(each, [*STYLE_LAYERS, "relu4_2"]) for each in (found.picture, photo, painting))
    G, A5 = ({layer: feature_gram(each[layer]) for layer in STYLE_LAYERS} for each in (now, S))
    assert style_loss(G, A5) < 0.35
    assert content_loss(now["relu4_2"], P["relu4_2"]) < 1


@pytest.mark.slow
def test_strength_0_nearly_gives_the_photo_back_and_mean_and_deviation_less_than_the_whole(
    network: VGG, decoder: Decoder
) -> None:
    photo, painting = picture("cat"), picture("composition_viii")
    back = repaint(photo, [painting], network, decoder, strength=0).picture
    assert (back - photo).abs().mean() < 0.1
    whole, part = (repaint(photo, [painting], network, decoder, full=full) for full in (True, False))
    assert part.between["relu3_1"] > 10 * whole.between["relu3_1"]


def test_of_two_styles_all_of_one_is_that_one(network: VGG, decoder: Decoder) -> None:
    photo, first, second = picture("cat", 64), picture("poppies", 64), picture("great_wave", 64)
    mixed = repaint(photo, [first, second], network, decoder, mix=1, deepest="relu2_1")
    alone = repaint(photo, [second], network, decoder, deepest="relu2_1")
    torch.testing.assert_close(mixed.picture, alone.picture)
    assert mixed.before == pytest.approx(alone.before)


@pytest.mark.parametrize("deepest", LAYERS)
@pytest.mark.parametrize("size", [(8, 8), (9, 31), (40, 17)])
def test_a_picture_of_any_size_keeps_it(size: tuple[int, int], deepest: str, network: VGG, decoder: Decoder) -> None:
    photo = torch.rand(1, 3, *size, generator=torch.Generator().manual_seed(math.prod(size)))
    found = repaint(photo, [picture("poppies", 64)], network, decoder, deepest=deepest).picture
    assert found.shape == photo.shape
    assert 0 <= found.min() <= found.max() <= 1


def test_what_cannot_be_used_is_refused(network: VGG, decoder: Decoder, tmp_path: Path) -> None:
    photo = picture("cat", 64)
    with pytest.raises(GramlabError) as refused:
        repaint(photo, [photo], network, decoder, deepest="relu5_1")
    assert refused.value.code == "layer_unknown"
    with pytest.raises(GramlabError) as refused:
        repaint(photo[..., :4, :4], [photo], network, decoder, deepest="relu4_1")
    assert refused.value.code == "image_too_small"
    with pytest.raises(GramlabError) as refused:
        decoder({"relu2_1": torch.zeros(1, 128, 4, 4)})
    assert refused.value.code == "layer_unknown"
    damaged = tmp_path / "decoder.pth"
    damaged.write_bytes(b"none")
    for path, code in ((damaged, "weights_changed"), (tmp_path / "missing.pth", "weights_missing")):
        with pytest.raises(WeightsUnavailable) as missing:
            load_decoder(path)
        assert missing.value.code == code
