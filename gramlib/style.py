"""How far apart two styles are, and what an optimiser is told about it.

F, P    features of the picture and of the photo at a layer, (C, H, W) or (C, HW)
G, A    Gram matrices of the picture and of the painting at a layer, (C, C), as feature_gram gives them
ΔG      the difference of two F Fᵀ, not divided by anything; it is G − A times what feature_gram divided by

Others write a layer's style loss differently. With ours, L = ‖G − A‖² / ‖A‖², and feature_gram's default G = F Fᵀ / HW
for pictures of one size:

    Gatys, Ecker, Bethge (2016), eq. 4: Σ ΔG² / (4 C² (HW)²)            = L · ‖A‖² / (4 C²)
    neural-style and PyTorch's tutorial: mean (ΔG / CHW)²                = L · ‖A‖² / C⁴
    TensorFlow's tutorial, pystiche: mean (ΔG / HW)²                     = L · ‖A‖² / C²
    the authors' own notebook: 10³ / C² · mean (ΔG / HW)²                = L · ‖A‖² · 10³ / C⁴

When all features are scaled by s, the targets' with them, their content losses grow as s² and their style losses as s⁴;
ours do not change, which is why one setting of the weights serves every picture and every layer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from gramlib.errors import GramlabError
from gramlib.gram import feature_gram, flatten_features, gram_matrix
from gramlib.resizing import cover, size_of
from gramlib.vgg import VGG

BLUR = 1 / 128  # standard deviation of the blur of `content_marks`, of the longer side: 2 pixels of 256


def style_distance(gram_a: ArrayLike | Tensor, gram_b: ArrayLike | Tensor) -> float:
    """Return ‖A − B‖ / (‖A‖ + ‖B‖) in the Frobenius norm: 0 for the same Gram, never above 1.

    Symmetric, and unchanged when both are scaled alike, so that distances at different layers compare. Two zero
    matrices are 0 apart; a zero matrix is 1 from any other.

    gram_a, gram_b   (C, C), numpy or torch, of any magnitude; computed in float64
    raises           GramlabError if the shapes differ or a value is not finite

    >>> style_distance([[2.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 2.0]])
    0.7071067811865476
    """
    A, B = _array(gram_a), _array(gram_b)
    _same_shape(A, B)
    if not (np.isfinite(A).all() and np.isfinite(B).all()):
        raise GramlabError("distance_not_finite", "A Gram matrix holds a value that is not a finite number.")
    scale = max(np.abs(A).max(initial=0), np.abs(B).max(initial=0))
    if scale == 0:
        return 0.0
    A, B = A / scale, B / scale  # so that no square overflows, and none of the larger matrix vanishes
    return min(1.0, float(np.linalg.norm(A - B) / (np.linalg.norm(A) + np.linalg.norm(B))))


def style_statistic(features: Tensor, statistic: str = "gram") -> Tensor:
    """Return what of a layer's features a transfer matches, divided by the number of positions H·W.

    "gram"         F Fᵀ / HW, feature_gram: Gatys, Ecker, Bethge (2016), eq. 3
    "covariance"   (F − μ)(F − μ)ᵀ / HW, with each channel's own mean μ taken away: which features vary together,
                   however strong they are everywhere; as Sun, Saenko, "Deep CORAL" (2016), eq. 1–3, but divided by
                   n, not n − 1. The means are left free

    features   (C, H, W)
    returns    (C, C), symmetric, positive semidefinite, differentiable
    raises     GramlabError for another statistic, shape, or a number that is not finite

    >>> F = torch.tensor([[[1.0, 3.0]], [[2.0, 2.0]]])
    >>> style_statistic(F), style_statistic(F, "covariance")
    (tensor([[5., 4.],
            [4., 4.]]), tensor([[1., 0.],
            [0., 0.]]))
    """
    if statistic == "gram":
        return feature_gram(features)
    if statistic == "covariance":
        flat = flatten_features(features)
        return gram_matrix(flat, center=True) / flat.shape[1]
    choices = "gram, covariance"
    message = f"statistic is {statistic!r}: one of {choices} is needed."
    raise GramlabError("setting_choice", message, knob="statistic", got=repr(statistic), choices=choices)


def style_loss(
    gram: Tensor | Mapping[str, Tensor],
    target: Tensor | Mapping[str, Tensor],
    weights: Mapping[str, float] | None = None,
) -> Tensor:
    """Return ‖G − A‖² / ‖A‖² of a layer, or the mean over layers: a pure number, 1 = "as far off as a blank".

    gram, target   G and A, (C, C); or both {layer: (C, C)}, where gram may hold more layers than target
    weights        {layer: w ≥ 0}; then the mean is Σ w L / Σ w, and a layer that is not named weighs nothing
    returns        0-dimensional, differentiable with respect to gram
    raises         GramlabError if shapes or layers do not match, or if A is zero: nothing is relative to nothing

    After Gatys, Ecker, Bethge (2016), eq. 4 and 5; the head of this module has the factors between theirs and ours.

    >>> style_loss(torch.zeros(2, 2), torch.eye(2))
    tensor(1.)
    """
    if isinstance(gram, Tensor) and isinstance(target, Tensor):
        return _relative_square(gram, target)
    if isinstance(gram, Tensor) or isinstance(target, Tensor):
        raise TypeError("gram and target must both be tensors or both be mappings")
    weights = dict.fromkeys(target, 1.0) if weights is None else weights
    for layer in weights:
        if layer not in gram or layer not in target:
            raise GramlabError("layer_missing", f"There is no Gram matrix of {layer} to compare.", layer=layer)
    return mean_loss({layer: _relative_square(gram[layer], target[layer]) for layer in weights}, weights)


def content_loss(features: Tensor, target: Tensor) -> Tensor:
    """Return ‖F − P‖² / ‖P‖²: how far the features are from the photo's; 1 = "as far off as a blank".

    features, target   F and P, (C, H, W)
    returns            0-dimensional, differentiable with respect to features
    raises             GramlabError if the shapes differ, or if P is zero

    Gatys, Ecker, Bethge (2016), eq. 1, is ½ ‖F − P‖²: ours times ‖P‖² / 2.

    >>> content_loss(torch.zeros(1, 2, 2), torch.ones(1, 2, 2))
    tensor(1.)
    """
    return _relative_square(features, target)


@torch.no_grad()
def content_marks(
    content: Tensor, network: VGG, layers: Mapping[str, float], others: Mapping[str, Tensor]
) -> dict[str, float]:
    """Return the content loss of pictures that anyone can imagine, for a scale to read the curve of a transfer by.

    Each costs one pass through the network, forward only, and no deeper than these layers.

    content   (1, 3, H, W) in [0, 1]; with colour "luminance" give it and the others in grey, (1, 1, H, W)
    layers    {layer: w ≥ 0}, dict(settings.content_layers): the loss is their mean
    others    {name: picture like content}, of any size; made to cover the content's
    returns   {"itself": 0.0, "blurred": the photo through a Gaussian of BLUR times its longer side, and each name}

    They are those of the content's own size: the curve of a coarse step is measured on a smaller picture.
    """
    from torchvision.transforms.functional import gaussian_blur

    height, width = size_of(content)
    sigma = BLUR * max(height, width)
    # three deviations to each side; the picture is mirrored at its edges, and there is only so much of it
    kernel = [2 * min(math.ceil(3 * sigma), side - 1) + 1 for side in (width, height)]
    pictures = {"blurred": gaussian_blur(content, kernel, [sigma, sigma])}
    pictures |= {name: cover(other, height, width) for name, other in others.items()}
    weights = {layer: weight for layer, weight in layers.items() if weight}

    def features(picture: Tensor) -> dict[str, Tensor]:
        return network.features(picture.expand(-1, 3, -1, -1), weights)

    P, marks = features(content), {"itself": 0.0}
    for name, picture in pictures.items():
        F = features(picture)
        marks[name] = mean_loss({layer: content_loss(F[layer], P[layer]) for layer in weights}, weights).item()
    return marks


def mean_loss(losses: Mapping[str, Tensor], weights: Mapping[str, float]) -> Tensor:
    """Return Σ w L / Σ w over the layers; w of Gatys, Ecker, Bethge (2016), eq. 5, which sum to 1 there.

    >>> mean_loss({"relu1_1": torch.tensor(1.0), "relu2_1": torch.tensor(4.0)}, {"relu1_1": 2.0, "relu2_1": 1.0})
    tensor(2.)
    """
    pulling = {layer: weight for layer, weight in weights.items() if weight != 0}
    if not pulling or min(pulling.values()) < 0:
        raise GramlabError("layers_weigh_nothing", "No layer may weigh less than 0, and one must weigh more.")
    return torch.stack([weight * losses[layer] for layer, weight in pulling.items()]).sum() / sum(pulling.values())


def total_variation(image: Tensor) -> Tensor:
    """Return the mean square of the differences between neighbours, right and below: 0 for one flat colour.

    image     (…, H, W), in [0, 1]
    returns   0-dimensional, in [0, 1], differentiable; 0 for a single pixel

    Mahendran, Vedaldi (2015), eq. 4, with β = 2, as a mean instead of a sum, so that it means the same at every size.

    >>> total_variation(torch.tensor([[0.0, 1.0], [0.0, 1.0]]))
    tensor(0.5000)
    """
    right = image[..., :, 1:] - image[..., :, :-1]
    below = image[..., 1:, :] - image[..., :-1, :]
    return (right.square().sum() + below.square().sum()) / max(1, right.numel() + below.numel())


def _relative_square(value: Tensor, target: Tensor) -> Tensor:
    _same_shape(value, target)
    target = target.detach()
    scale = target.abs().max()  # so that no square overflows
    if scale == 0:
        raise GramlabError("target_zero", "The target is zero everywhere: there is no distance relative to it.")
    return ((value - target) / scale).square().sum() / (target / scale).square().sum()


def _array(gram: ArrayLike | Tensor) -> np.ndarray[Any, np.dtype[np.float64]]:
    # through the CPU first: Apple's MPS has no float64
    return np.asarray(gram.detach().cpu().double() if isinstance(gram, Tensor) else gram, dtype=np.float64)


def _same_shape(a: Any, b: Any) -> None:
    if a.shape != b.shape:
        got, needed = str(tuple(a.shape)), str(tuple(b.shape))
        raise GramlabError("shapes_differ", f"The shape {got} is not {needed}.", got=got, needed=needed)
