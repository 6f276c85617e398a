"""L-BFGS with a first guess for each octave is the textbook's, knows its octaves, and is quicker where they differ."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gramlib.lbfgs import FADING, HISTORY, LBFGS, OCTAVES, Octaves

sides = st.integers(1, 20)


def noise(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@settings(deadline=None)
@given(channels=st.sampled_from([1, 3]), height=sides, width=sides)
def test_the_octaves_are_all_of_a_picture(channels, height, width):
    picture = noise(1, channels, height, width)
    octaves = Octaves(picture)
    energies = octaves.energies(picture)
    torch.testing.assert_close(energies.sum(), picture.square().sum())
    each = torch.eye(channels * OCTAVES, dtype=torch.float64).view(-1, channels, OCTAVES)
    parts = [octaves.scaled(picture, one) for one in each]
    torch.testing.assert_close(sum(parts), picture)
    torch.testing.assert_close(torch.stack([part.square().sum() for part in parts]), energies.flatten())


def test_which_octave_a_pattern_is_of():
    x = torch.arange(32.0).expand(1, 1, 32, 32)
    for period, octave in ((2, 0), (4, 1), (8, 2), (16, 3), (32, 4)):
        (energies,) = Octaves(x).energies(torch.cos(2 * torch.pi * x / period))
        assert energies.argmax() == octave, period
        assert energies.max() == pytest.approx(energies.sum().item(), rel=1e-4)
    assert Octaves(x).energies(torch.ones(1, 1, 32, 32)).argmax() == OCTAVES - 1
    # what is grey all over has no colour
    assert Octaves(x.expand(1, 3, 32, 32)).energies(x.expand(1, 3, 32, 32))[1:].sum() < 1e-3


def bowl(shape, spread):
    """Of a picture x the loss ½ Σ c |X|², curved c in each part, as (parts, curvatures, lowest point)."""
    octaves = Octaves(torch.zeros(shape, dtype=torch.float64))
    return (
        octaves,
        torch.logspace(0, spread, 3 * OCTAVES, dtype=torch.float64).view(OCTAVES, 3).T,
        noise(*shape, seed=1),
    )


def torchs(x):
    return torch.optim.LBFGS([x], max_iter=1, history_size=HISTORY, tolerance_grad=0, tolerance_change=0)


def descended(kind, octaves, curvatures, lowest, steps):
    """The losses on the way from 0."""
    x, losses = torch.nn.Parameter(torch.zeros_like(lowest)), []
    optimizer = kind(x)
    for _ in range(steps):
        x.grad = octaves.scaled(x.detach() - lowest, curvatures)
        losses.append(0.5 * ((x.detach() - lowest) * x.grad).sum().item())
        optimizer.step(lambda: 0.0)
    return losses


def test_it_is_much_quicker_where_octaves_curve_differently():
    valley = bowl((1, 3, 32, 24), 4)
    ours, others = (descended(kind, *valley, 25) for kind in (LBFGS, torchs))
    assert ours[-1] < 1e-6 * ours[0]
    assert ours[-1] < 1e-2 * others[-1]


def test_its_direction_is_the_textbook_s():
    """H of algorithm 7.4 as a matrix: H ← (1 − s yᵀ/sᵀy) H (1 − y sᵀ/sᵀy) + s sᵀ/sᵀy from H⁰ on (equation 7.16)."""
    shape = (1, 1, 4, 3)
    x = torch.nn.Parameter(noise(*shape))
    optimizer, n = LBFGS(x), x.numel()
    root = noise(n, n, seed=2)
    curvature = root @ root.T / n + torch.eye(n, dtype=torch.float64)
    slopes, moves = [], []
    for _ in range(4):
        x.grad = (curvature @ x.detach().flatten()).view(shape)
        before = x.detach().clone()
        slopes.append(x.grad.flatten().clone())
        optimizer.step()
        moves.append((x.detach() - before).flatten())
    pairs = [(moves[i], slopes[i + 1] - slopes[i]) for i in range(3)]
    octaves = Octaves(x.detach())
    weights = (FADING**2, FADING, 1)
    energies = [
        sum(w * octaves.energies(pair[k].view(shape)) for w, pair in zip(weights, pairs, strict=True)) for k in (0, 1)
    ]
    guess = torch.where(energies[1] > 0, energies[0] / energies[1].where(energies[1] > 0, 1), 0).sqrt()
    H = torch.stack([octaves.scaled(row.view(shape), guess).flatten() for row in torch.eye(n, dtype=torch.float64)])
    s, y = pairs[-1]
    H = H * (s @ y) / (y @ H @ y)
    one = torch.eye(n, dtype=torch.float64)
    for s, y in pairs:
        H = (one - torch.outer(s, y) / (s @ y)) @ H @ (one - torch.outer(y, s) / (s @ y)) + torch.outer(s, s) / (s @ y)
    torch.testing.assert_close(moves[3], -H @ slopes[3])
