"""The rungs of the paper's figure 1, and what they keep of a picture."""

from __future__ import annotations

from pathlib import Path

import pytest

from gramlib.errors import GramlabError
from gramlib.ladder import RUNGS, ladder_settings, rung_layers

PAINTING = Path(__file__).parents[2] / "assets" / "images" / "paintings" / "great_wave.jpg"


def test_the_layers_of_the_paper():
    assert [rung_layers("texture", rung)[-1] for rung in RUNGS] == [f"relu{rung}_1" for rung in RUNGS]
    assert [len(rung_layers("texture", rung)) for rung in RUNGS] == [1, 2, 3, 4, 5]
    assert [rung_layers("content", rung) for rung in RUNGS] == [(f"relu{rung}_2",) for rung in RUNGS]


@pytest.mark.parametrize(("kind", "rung"), [("style", 1), ("texture", 0), ("content", 6)])
def test_other_rungs_are_refused(kind, rung):
    with pytest.raises(GramlabError) as fault:
        ladder_settings(kind, rung)
    assert fault.value.code == "setting_choice"


@pytest.mark.slow
def test_shallow_content_gives_the_picture_back_and_texture_does_not():
    import torch

    from gramlib import VGG, open_image, to_tensor, transfer

    network, model = VGG(), to_tensor(open_image(PAINTING), 64)

    def apart(kind: str, rung: int) -> float:
        *_, last = transfer(model, model, ladder_settings(kind, rung, steps=40), network)
        return float((last.image - model).square().mean())

    shallow, deep, texture = apart("content", 1), apart("content", 4), apart("texture", 2)
    spread = float(torch.var(model))
    assert shallow < 0.1 * spread
    assert shallow < 0.3 * deep
    assert texture > 0.5 * spread
