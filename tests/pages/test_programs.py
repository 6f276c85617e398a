"""The programs that pages hand out are formatted as the project is, in both languages. Pages test that they run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from pages.ui.programs import data, fill, literal
from pages.ui.text import LANGUAGES

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted(ROOT.glob("pages/lessons/*/programs/*.py.txt"))


def formatted(program: str) -> str:
    command = [sys.executable, "-m", "ruff", "format", "--config", str(ROOT / "pyproject.toml"), "-"]
    return subprocess.run(command, input=program, capture_output=True, text=True, check=True).stdout


def vectors() -> dict[str, str]:
    from pages.lessons.vectors.program import program

    long = np.linspace(-1, 1, 80)
    return {"few": program(np.array([3.0, 1.0]), np.array([1.0, -0.5])), "many": program(long, long)}


def gram() -> dict[str, str]:
    from pages.lessons.gram.program import program
    from pages.lessons.gram.state import READINGS

    cases = {reading: (np.eye(3), reading) for reading in READINGS}
    cases |= {"many": (np.ones((40, 70)), "inner"), "long": (np.ones((10, 20)), "cosines")}
    return {name: program(*case).text for name, case in cases.items()}


def filters() -> dict[str, str]:
    from pages.lessons.filters.program import program

    levels = np.random.default_rng(1).integers(0, 256, (3, 3, 3), dtype=np.uint8)
    first = {place: program(levels, place, np.full((3, 3, 3), 0.5), -1) for place in ((1, 1), (0, 2))}
    return {str(place): code for place, code in first.items()} | {
        "learnt": program(levels, (1, 1), np.linspace(-1, 1, 27).reshape(3, 3, 3), 0.25)
    }


def feature_maps() -> dict[str, str]:
    from pages.lessons.feature_maps.presets import PRESETS
    from pages.lessons.feature_maps.program import program

    return {name: program(maps, 6) for name, maps in PRESETS.items()}


def vgg_layers() -> dict[str, str]:
    from gramlib.channels import READINGS
    from pages.lessons.vgg_layers.program import gram_code
    from pages.ui.compute.passes import Recipe
    from pages.ui.pictures import picture

    cases = [("vgg16", "max"), ("vgg16", "average"), ("vgg16-random", "max"), ("vgg19", "average")]
    return {
        f"{network} {pooling} {reading}": gram_code(
            picture("cat"), Recipe(network, pooling, 128), "relu3_1", 12, reading, (3, 255)
        ).text
        for (network, pooling), reading in zip(cases, READINGS, strict=True)
    }


def style_distance() -> dict[str, str]:
    from pages.lessons.style_distance.crops import opened
    from pages.lessons.style_distance.measured import KINDS
    from pages.lessons.style_distance.program import distance_code

    pictures = opened(["great_wave@0-10-40-50", "cat"])
    return {kind: distance_code(pictures, kind, "mean", (1.0, 0.0, 0.5, 0.0, 1.0)).text for kind in KINDS}


def style_transfer() -> dict[str, str]:
    from pages.lessons.style_transfer.program import program
    from pages.lessons.style_transfer.state import State

    recipe = {name: parameter.default for name, parameter in State.parameters().items()}
    others = {"recipe": {}, "noise": {"start": "noise", "pooling": "average", "more": ["relu3_2"]}}
    others |= {"all": {"mix": 0.25, "start": "picture", "optimizer": "adam", "colour": "luminance"}}
    return {name: program(recipe | other).text for name, other in others.items()}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("make", [vectors, gram, filters, feature_maps, vgg_layers, style_distance, style_transfer])
def test_what_comes_out_is_formatted(monkeypatch, make, language):
    import streamlit as st

    monkeypatch.setattr(st, "session_state", {"language": language})
    for case, program in make().items():
        compile(program, case, "exec")
        assert program == formatted(program), case
        assert "$" not in program


def test_every_template_belongs_to_a_program():
    assert len(TEMPLATES) == 16
    by_name = ("vgg16", "cosine", "covariance", "correlation")
    for template in TEMPLATES:
        source = (template.parents[1] / "program.py").read_text(encoding="utf-8")
        assert f'"{template.name}"' in source or template.name.startswith(by_name)


def test_a_template_is_filled(tmp_path):
    template = tmp_path / "t.py.txt"
    template.write_text("import x\n$also\n\nif x:\n    # $say_why\n    $step\n    print($value)\n")
    said = fill(template, {"why": "because"}, also="", step="", value=literal(("a'b", [1.5], {"k": True})))
    assert said == 'import x\n\nif x:\n    # because\n    print(("a\'b", [1.5], {"k": True}))\n'
    with pytest.raises(KeyError, match="value"):
        fill(template, {"why": ""}, also="", step="")


def test_too_much_for_a_line_is_left_to_stand():
    assert data("x = 1") == "x = 1"
    assert data("x" * 121).endswith("# fmt: skip")
    assert literal((1,)) == "(1,)"
