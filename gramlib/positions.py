"""What a Gram matrix of channels forgets: changes of a feature map that move its positions.

F is (C, HW). A change F → F Q with Q orthogonal leaves G = F Fᵀ, since F Q Qᵀ Fᵀ = F Fᵀ; shuffling, mirroring and
rolling the positions of all channels alike are such Q. A change that differs from channel to channel is not.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gramlib.errors import GramlabError

Features = NDArray[Any]


def shuffle_together(features: Features, rng: np.random.Generator) -> Features:
    """Return the map with its positions in a random order, the same one in every channel: G stays.

    features   (C, H, W)
    returns    (C, H, W)
    raises     GramlabError for another shape

    >>> shuffle_together(np.array([[[1, 2]], [[3, 4]]]), np.random.default_rng(3))
    array([[[2, 1]],
    <BLANKLINE>
           [[4, 3]]])
    """
    flat = _flat(features)
    shuffled: Features = flat[:, rng.permutation(flat.shape[1])].reshape(features.shape)
    return shuffled


def shuffle_apart(features: Features, rng: np.random.Generator) -> Features:
    """Return the map with the positions of each channel in a random order of its own: of G, the diagonal stays.

    features   (C, H, W)
    returns    (C, H, W)
    raises     GramlabError for another shape
    """
    return rng.permuted(_flat(features), axis=1).reshape(features.shape)


def mirror(features: Features) -> Features:
    """Return the map with left and right exchanged: G stays.

    features   (C, H, W)
    returns    (C, H, W)
    raises     GramlabError for another shape

    >>> mirror(np.array([[[1, 2, 3]]]))
    array([[[3, 2, 1]]])
    """
    _flat(features)
    return np.ascontiguousarray(features[:, :, ::-1])


def roll(features: Features, down: int, right: int) -> Features:
    """Return the map moved down and right, what leaves on one side entering on the other: G stays.

    features      (C, H, W)
    down, right   positions, of either sign
    returns       (C, H, W)
    raises        GramlabError for another shape

    >>> roll(np.array([[[1, 2, 3]]]), 0, 1)
    array([[[3, 1, 2]]])
    """
    _flat(features)
    return np.roll(features, (down, right), axis=(1, 2))


def mix_positions(features: Features, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the map with every position made of all the others, so that nothing can be recognised: G stays.

    F D H with D random signs and H the discrete Hartley transform over H and W, divided by √(HW): both orthogonal.
    Bracewell (1983), "Discrete Hartley transform".

    features   (C, H, W)
    returns    (C, H, W) float64, of either sign
    raises     GramlabError for another shape
    """
    signs = rng.choice([-1.0, 1.0], size=_flat(features).shape[1]).reshape(features.shape[1:])
    spectrum = np.fft.fft2(features * signs, norm="ortho")
    return spectrum.real - spectrum.imag


def _flat(features: Features) -> Features:
    if features.ndim != 3 or 0 in features.shape:
        message = f"An array of shape {features.shape} arrived: (C, H, W) is needed."
        raise GramlabError("gram_shape", message, shape=features.shape, needed="(C, H, W)")
    return features.reshape(len(features), -1)
