"""Lesson 3: the numbers of the map, laid flat and multiplied."""

from __future__ import annotations

import numpy as np
import pytest

from tests.pages.conftest import everything_said, faultless

MAPS = "1,2;3,4|0,1;0,-1"


@pytest.mark.parametrize(("normalize", "divisor"), [("none", 1), ("hw", 4), ("chw", 8)])
def test_the_chosen_sum_and_its_divisor(open_link, normalize, divisor):
    said = everything_said(open_link("feature_maps", lang="en", maps=MAPS, normalize=normalize))
    value = -2 / divisor  # 1·0 + 2·1 + 3·0 + 4·(−1)
    assert rf"\textcolor{{#5e3c99}}{{{value:g}}}" in said
    assert (rf"\tfrac{{1}}{{{divisor}}}" in said) == (divisor > 1)


def test_a_larger_map_keeps_the_numbers_that_fit(open_link):
    app = open_link("feature_maps", lang="en", maps=MAPS)
    app.number_input(key="feature_maps.width").set_value(3)
    faultless(app.run())
    assert app.query_params["maps"] == "1,2,0;3,4,0|0,1,0;0,-1,0"


def test_the_code_prints_the_matrix(open_link, capsys):
    app = open_link("feature_maps", lang="en", maps=MAPS, normalize="hw")
    exec(app.code[0].value, {})
    F = np.array([[1, 2, 3, 4], [0, 1, 0, -1.0]])
    assert str(F @ F.T / 4) in capsys.readouterr().out
