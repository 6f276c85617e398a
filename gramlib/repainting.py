"""A photo in a painting's style at once: its colours, or its features at the first layers, in closed form.

gramlib.closed_form has the algebra, gramlib.decoder the way back to a picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from gramlib.closed_form import moved, statistics
from gramlib.decoder import LAYERS, Decoder
from gramlib.errors import GramlabError
from gramlib.gram import feature_gram
from gramlib.style import style_distance
from gramlib.vgg import VGG

DEEPEST = "relu3_1"


@dataclass(frozen=True, eq=False)
class Repainted:
    """The picture, and how far Gram matrices are from the painting's on the way to it, each 0 … 1 (style_distance).

    picture    (1, 3, H, W) in [0, 1], the content's size
    before     {layer: distance} of the photo
    between    {layer: distance} of what the closed form made of it: next to 0 with one style, strength 1 and the whole
               covariance
    after      {layer: distance} of the picture, by a new pass: what the way back to pixels, or cutting to [0, 1], costs

    Of a mixture, the painting's matrix is the two paintings' matrices mixed, as in a transfer.
    """

    picture: Tensor
    before: dict[str, float]
    between: dict[str, float]
    after: dict[str, float]


@torch.inference_mode()
def repaint(
    content: Tensor,
    styles: Sequence[Tensor],
    network: VGG,
    decoder: Decoder,
    *,
    deepest: str = DEEPEST,
    mix: float = 0.5,
    strength: float = 1,
    full: bool = True,
    measured: bool = True,
) -> Repainted:
    """Return the content with the styles' Gram matrices at the first layers, and what the decoder makes of it.

    content    (1, 3, H, W) in [0, 1]
    styles     one or two pictures, each (1, 3, h, w) in [0, 1]
    network    VGG-16 with max pooling, the one that the decoder was trained with
    deepest    one of gramlib.decoder.LAYERS: this layer and those before it are matched. Mean of six pairs that the
               decoder has not seen, at 256 px, by the default recipe's losses: relu1_1 content 0.54, style 0.89;
               relu3_1 0.96, 0.28; relu4_1 1.02, 0.27
    mix, strength, full   see gramlib.closed_form.moved
    measured   False: no distance, which saves a third of the time
    raises     GramlabError as `moved` does, for another layer, or for a picture too small for the deepest
    """
    if deepest not in LAYERS:
        choices = ", ".join(LAYERS)
        message = f"Decoder has no layer called {deepest}: one of {choices} is needed."
        raise GramlabError("layer_unknown", message, architecture="Decoder", got=deepest, choices=choices)
    layers = LAYERS[: LAYERS.index(deepest) + 1]
    photo = network.features(content, layers)
    paintings = [network.features(style, layers) for style in styles]
    given = {
        layer: moved(photo[layer], [statistics(F[layer]) for F in paintings], mix=mix, strength=strength, full=full)
        for layer in layers
    }
    # on the CPU, where the decoder is
    found = decoder({layer: features.cpu()[None] for layer, features in given.items()})
    picture = found.clamp(0, 1)
    if not measured:
        return Repainted(picture.clone(), {}, {}, {})
    targets = {layer: _mixed([feature_gram(F[layer]) for F in paintings], mix) for layer in layers}
    passes = photo, given, network.features(picture, layers)
    before, between, after = ({layer: _distance(F[layer], targets[layer]) for layer in layers} for F in passes)
    return Repainted(picture.clone(), before, between, after)


@torch.inference_mode()
def recolour(
    content: Tensor, styles: Sequence[Tensor], *, mix: float = 0.5, strength: float = 1, full: bool = True
) -> Repainted:
    """Return the content with the styles' Gram matrix of red, green and blue: the same algebra, and no network at all.

    Arguments as for `repaint`; the only "layer" of the distances is "colour". The picture is cut to [0, 1].
    raises   GramlabError as `moved` does
    """
    pixels, targets = content[0], [statistics(style[0]) for style in styles]
    given = moved(pixels, targets, mix=mix, strength=strength, full=full)
    picture = given.clamp(0, 1)
    target = _mixed([each.gram() for each in targets], mix)
    before, between, after = ({"colour": _distance(F, target)} for F in (pixels, given, picture))
    return Repainted(picture[None].clone(), before, between, after)


def _mixed(grams: Sequence[Tensor], mix: float) -> Tensor:
    return grams[0] if len(grams) == 1 else (1 - mix) * grams[0] + mix * grams[1]


def _distance(features: Tensor, target: Tensor) -> float:
    return style_distance(feature_gram(features), target)
