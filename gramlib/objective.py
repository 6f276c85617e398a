"""What a transfer lowers: the losses of a picture against the targets of a content and of one or two styles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from gramlib.settings import TransferSettings
from gramlib.style import content_loss, mean_loss, style_loss, style_statistic, total_variation
from gramlib.vgg import VGG


@dataclass(frozen=True, eq=False)
class Point:
    """A picture, and what the objective is and how it slopes there.

    image      what the optimiser works on, (1, 3 or 1, H, W)
    gradient   of the total, like image
    grams      {style layer: (C, C)}, the picture's
    targets    {style layer: (C, C)}, what they are moved to
    """

    image: Tensor
    total: float
    losses: dict[str, float]
    gradient: Tensor
    grams: dict[str, Tensor]
    targets: Mapping[str, Tensor]


class Objective:
    """The targets of some pictures at one scale, each computed once, when it is first needed.

    content, styles   (1, 3, H, W), or (1, 1, H, W) for grey, on the network's device
    """

    def __init__(self, content: Tensor, styles: tuple[Tensor, ...], network: VGG) -> None:
        self._content, self._styles, self._network = content, styles, network
        self._P: dict[str, Tensor] = {}
        self._A: dict[tuple[str, str], list[Tensor]] = {}
        self._targets: tuple[object, dict[str, Tensor]] = (None, {})

    # whatever the caller has switched off; and never around a yield, which would switch it on for the caller
    @torch.enable_grad()
    def at(self, image: Tensor, settings: TransferSettings) -> Point:
        """Return the losses, Grams and slope at this picture: one pass through the network and back.

        image   as the content; the content itself costs no pass of its own for its features
        """
        targets = self._find_targets(settings)
        is_content = image is self._content
        if not is_content:
            self._find_content(dict(settings.content_layers))
        image = image.detach().requires_grad_()
        terms, losses, grams = self._terms(image, settings, targets, is_content)
        total = torch.stack([*terms.values()]).sum()
        (gradient,) = torch.autograd.grad(total, image)
        values = {name: loss.item() for name, loss in losses.items()}
        grams = {layer: gram.detach() for layer, gram in grams.items()}
        return Point(image.detach(), total.item(), values, gradient.contiguous(), grams, targets)

    @torch.enable_grad()
    def slopes(self, image: Tensor, settings: TransferSettings) -> dict[str, Tensor]:
        """Return how each part of the total slopes at this picture: one pass through the network, one back for each.

        image     as the content
        returns   {"content", "style", "total_variation": like image}, each times its weight, and only those that have
                  one: together they are the gradient that `at` gives
        """
        self._find_content(dict(settings.content_layers))
        image = image.detach().requires_grad_()
        terms, _, _ = self._terms(image, settings, self._find_targets(settings))
        # on their way back the parts share what the pass has kept
        return {name: torch.autograd.grad(term, image, retain_graph=True)[0] for name, term in terms.items()}

    def _terms(
        self, image: Tensor, settings: TransferSettings, targets: Mapping[str, Tensor], is_content: bool = False
    ) -> tuple[dict[str, Tensor], dict[str, Tensor], dict[str, Tensor]]:
        """Return the parts of the total, weighted, then the losses, then the Grams, all differentiable."""
        content_weights, style_weights = dict(settings.content_layers), dict(settings.style_layers)
        features = self._network.features(_in_colour(image), {**content_weights, **style_weights})
        if is_content:
            self._P |= {layer: features[layer].detach() for layer in content_weights if layer not in self._P}
        grams = {layer: style_statistic(features[layer], settings.statistic) for layer in style_weights}
        style = {layer: style_loss(grams[layer], targets[layer]) for layer in style_weights}
        losses, terms = dict(style), {}
        if any(content_weights.values()):
            content = {layer: content_loss(features[layer], self._P[layer]) for layer in content_weights}
            losses = {"content": mean_loss(content, content_weights), **style}
            if settings.content_weight:
                terms["content"] = settings.content_weight * losses["content"]
        if settings.style_weight and any(style_weights.values()):
            terms["style"] = settings.style_weight * mean_loss(style, style_weights)
        if settings.total_variation_weight:
            losses["total_variation"] = total_variation(image)
            terms["total_variation"] = settings.total_variation_weight * losses["total_variation"]
        return terms, losses, grams

    @torch.no_grad()
    def _find_content(self, layers: Iterable[str]) -> None:
        if missing := [layer for layer in layers if layer not in self._P]:
            self._P |= self._network.features(_in_colour(self._content), missing)

    @torch.no_grad()
    def _find_targets(self, settings: TransferSettings) -> dict[str, Tensor]:
        layers, statistic = tuple(name for name, _ in settings.style_layers), settings.statistic
        if missing := [layer for layer in layers if (statistic, layer) not in self._A]:
            found = [self._network.features(_in_colour(style), missing) for style in self._styles]
            for layer in missing:
                self._A[statistic, layer] = [style_statistic(features[layer], statistic) for features in found]
        key = (layers, statistic, settings.style_mix)
        if self._targets[0] != key:  # the same objects as long as the style stays
            m = settings.style_mix
            each = {layer: self._A[statistic, layer] for layer in layers}
            mixed = {layer: A[0] if len(A) == 1 else (1 - m) * A[0] + m * A[1] for layer, A in each.items()}
            self._targets = (key, mixed)
        return self._targets[1]


def _in_colour(image: Tensor) -> Tensor:
    return image.expand(-1, 3, -1, -1)
