"""The weight of one program in another: the same style term, worked out from each program's own definition."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from gramlib.errors import GramlabError
from gramlib.recipes import PROGRAMS, style_factor, translated_weight


def terms(F: np.ndarray, P: np.ndarray) -> dict[str, float]:
    """The style term of a layer as each program's own text has it, of features (C, H·W) of picture and painting."""
    channels, positions = F.shape
    undivided = F @ F.T - P @ P.T
    A = P @ P.T / positions
    return {
        "gatys": (undivided**2).sum() / (4 * channels**2 * positions**2),
        "notebook": 1e3 / channels**2 * ((undivided / positions) ** 2).mean(),
        "neural-style": ((undivided / (channels * positions)) ** 2).mean(),
        "tensorflow": ((undivided / positions) ** 2).mean(),
        "gramlab": ((undivided / positions) ** 2).sum() / (A**2).sum(),
    }


@pytest.mark.parametrize(("channels", "positions"), [(1, 1), (3, 20), (8, 5)])
def test_the_factors_are_those_of_the_definitions(channels, positions):
    rng = np.random.default_rng(channels)
    F, P = rng.normal(size=(2, channels, positions))
    G, A = F @ F.T / positions, P @ P.T / positions
    expected = terms(F, P)
    assert expected.keys() == set(PROGRAMS)
    for program in PROGRAMS:
        factor = style_factor(program, channels, float(np.linalg.norm(A)))
        assert factor * ((G - A) ** 2).sum() == pytest.approx(expected[program])


def test_a_translated_weight_makes_the_same_term_and_leads_back():
    rng = np.random.default_rng(0)
    F, P = rng.normal(size=(2, 6, 30))
    norm, found = float(np.linalg.norm(P @ P.T / 30)), terms(F, P)
    for of, to in itertools.product(PROGRAMS, PROGRAMS):
        weight = translated_weight(20.0, of, to, 6, norm)
        assert weight * found[to] == pytest.approx(20 * found[of])
        assert translated_weight(weight, to, of, 6, norm) == pytest.approx(20)


def test_by_hand():
    assert translated_weight(1.0, "gatys", "tensorflow", 512, 7.0) == 0.25  # the same at every layer
    assert translated_weight(1e6, "neural-style", "tensorflow", 64, 7.0) == pytest.approx(1e6 / 4096)
    assert translated_weight(20.0, "gramlab", "tensorflow", 64, 128.0) == pytest.approx(20 * 64**2 / 128**2)


@pytest.mark.parametrize(
    ("of", "channels", "norm", "code"),
    [
        ("caffe", 64, 1.0, "setting_choice"),
        ("gatys", 0, 1.0, "setting_whole"),
        ("gramlab", 64, 0.0, "target_zero"),
        ("gramlab", 64, float("nan"), "target_zero"),
    ],
)
def test_what_has_no_weight_is_refused(of, channels, norm, code):
    with pytest.raises(GramlabError) as fault:
        translated_weight(1.0, of, "gatys", channels, norm)
    assert fault.value.code == code
