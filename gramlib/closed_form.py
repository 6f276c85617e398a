"""A painting's Gram matrix given to a photo's features in one line of algebra, without a single step.

F, f    features of the photo at a layer, (C, H, W), and one place of them, C numbers
μ, Σ    their mean and covariance over the places: the Gram matrix is G = Σ + μ μᵀ, divided by the number of places
μₛ, Σₛ  the painting's

    f ↦ T (f − μ) + μₛ    with    T = Σ^−½ (Σ^½ Σₛ Σ^½)^½ Σ^−½

Σ^−½ (f − μ) is whitened: every channel varies by 1, and no two together. What follows colours it with Σₛ. Then mean and
covariance are the painting's, and with them the Gram matrix is: T Σ Tᵀ = Σₛ.

After Li, Fang, Yang, Wang, Lu, Yang, "Universal Style Transfer via Feature Transforms" (2017), eq. 2 and 3, who colour
with Σₛ^½: T = Σₛ^½ Σ^−½. There are as many ways to colour as there are rotations; this one moves the features least, as
Lu, Zhao, Shi, Gong, "A Closed-Form Solution to Universal Style Transfer" (2019), eq. 11, show. How far it moves them is
the Wasserstein distance of the two layers (gramlib.distances).

Each place is moved for itself, by one rule for all: where the features stand does not change, which features meet does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from gramlib.errors import GramlabError
from gramlib.gram import flatten_features

# Of the mean variance of a channel: a direction that varies less is not blown up to the painting's. It keeps channels
# that are 0 everywhere from being divided by 0
LEAST_VARIANCE = 1e-5


@dataclass(frozen=True, eq=False)
class Statistics:
    """What of a layer's features the closed form gives on.

    mean          (C, 1)
    covariance    (C, C), divided by the number of places
    """

    mean: Tensor
    covariance: Tensor

    def gram(self) -> Tensor:
        """Return Σ + μ μᵀ = F Fᵀ / HW, (C, C), as gramlib.gram.feature_gram gives it."""
        return self.covariance + self.mean @ self.mean.T


def statistics(features: Tensor) -> Statistics:
    """Return mean and covariance over the places.

    features   (C, H, W)
    returns    in the type of the features
    raises     GramlabError for another shape

    >>> found = statistics(torch.tensor([[[1.0, 3.0]], [[2.0, 2.0]]]))
    >>> found.mean.flatten(), found.covariance
    (tensor([2., 2.]), tensor([[1., 0.],
            [0., 0.]]))
    """
    found, _ = _centred(features)
    return found


def matched(features: Tensor, target: Statistics, *, full: bool = True) -> Tensor:
    """Return the features with the target's mean and covariance, each place moved by the same rule.

    features   (C, H, W)
    target     of the painting's features at the same layer
    full       True: the whole covariance, as above. False: mean and deviation of each channel alone, what stands off
               the diagonal left as the photo has it: Huang, Belongie, "Arbitrary Style Transfer in Real-time with
               Adaptive Instance Normalization" (2017), eq. 8
    returns    of the shape and type of the features. Exact but for directions in which the features vary less than
               LEAST_VARIANCE: what is not there cannot be given a share
    raises     GramlabError when the numbers of channels differ

    >>> F = torch.tensor([[[1.0, 3.0, 1.0, 3.0]], [[2.0, 2.0, 4.0, 4.0]]])
    >>> A = Statistics(torch.zeros(2, 1), torch.tensor([[4.0, 0.0], [0.0, 1.0]]))
    >>> matched(F, A).round(decimals=3)
    tensor([[[-2.,  2., -2.,  2.]],
    <BLANKLINE>
            [[-1., -1.,  1.,  1.]]])
    """
    own, centred = _centred(features)
    if own.covariance.shape != target.covariance.shape:
        got, needed = (tuple(each.covariance.shape) for each in (target, own))
        message = f"The target's covariance has the shape {got}; {needed} is needed."
        raise GramlabError("shapes_differ", message, got=got, needed=needed)
    if full:
        there = _transport(own.covariance, target.covariance) @ centred
    else:
        variance = own.covariance.diagonal().clamp_min(0)
        least = LEAST_VARIANCE * variance.mean()
        wanted = target.covariance.diagonal().clamp_min(0)
        scale = torch.where(variance > least, (wanted / variance.clamp_min(1e-30)).sqrt(), 0.0)
        there = scale[:, None] * centred
    return (there + target.mean).view_as(features)


def moved(
    features: Tensor, targets: Sequence[Statistics], *, mix: float = 0.5, strength: float = 1, full: bool = True
) -> Tensor:
    """Return the features on their way to a style, or to one between two.

    features   (C, H, W)
    targets    the statistics of one style or of two
    mix        share of the second of two, 0 … 1: each place goes to between where the two would have it
    strength   0 leaves the features, 1 goes all the way: the move of each place is cut to this part. Between the two
               ends mean and covariance lie on the shortest way from the photo's to the style's (McCann 1997)
    full       as for `matched`
    returns    of the shape and type of the features
    raises     GramlabError for another number of styles, for a mix or a strength that is not from 0 to 1

    >>> F = torch.tensor([[[1.0, 3.0]]])
    >>> A, B = (Statistics(torch.tensor([[m]]), torch.tensor([[1.0]])) for m in (10.0, 20.0))
    >>> moved(F, [A, B], mix=0.75, strength=0.5)
    tensor([[[ 8.7500, 10.7500]]])
    """
    for knob, value in (("style_mix", mix), ("strength", strength)):
        if not 0 <= value <= 1:
            message = f"{knob} is {value}; a number from 0 to 1 is needed."
            raise GramlabError("setting_range", message, knob=knob, got=value, low=0, high=1)
    if len(targets) not in (1, 2):
        message = f"{len(targets)} styles arrived; one or two are needed."
        raise GramlabError("style_count", message, got=len(targets))
    if strength == 0:
        return features
    ends = [matched(features, target, full=full) for target in targets]
    end = ends[0] if len(ends) == 1 else (1 - mix) * ends[0] + mix * ends[1]
    return end if strength == 1 else features + strength * (end - features)


def _centred(features: Tensor) -> tuple[Statistics, Tensor]:
    """Return the statistics, and the features without their mean, (C, n)."""
    flat = flatten_features(features).contiguous()  # a network's channels may lie side by side
    mean = flat.mean(1, keepdim=True)
    centred = flat - mean
    return Statistics(mean, centred @ centred.T / flat.shape[1]), centred


def _transport(own: Tensor, wanted: Tensor) -> Tensor:
    """Return T, symmetric, with T own Tᵀ = wanted: in float64, since the least variance is far below the largest.

    By NumPy: PyTorch's eigenvalues took a dozen times as long where its threads sleep while they wait, as in the app.
    """
    A, B = (each.cpu().double().numpy() for each in (own, wanted))
    values, vectors = np.linalg.eigh(A)
    varies = values > LEAST_VARIANCE * np.maximum(values, 0).mean()
    vectors, values = vectors[:, varies], values[varies]
    root = vectors * np.sqrt(values)  # (C, r): the directions that vary; Σ^½ = root vectorsᵀ
    inner_values, inner_vectors = np.linalg.eigh(root.T @ B @ root)
    inner = inner_vectors * np.sqrt(np.maximum(inner_values, 0)) @ inner_vectors.T
    outer = vectors / np.sqrt(values)
    return torch.from_numpy(outer @ inner @ outer.T).to(own.device, own.dtype)
