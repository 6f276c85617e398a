"""What the answers of the worksheets say, worked out by hand; and gramlib's own where they do by hand what it has."""

from __future__ import annotations

from string import Formatter

import numpy as np
import pytest

from pages.lessons.teaching.plan import MOMENTS, expected
from pages.lessons.teaching.sheets import WORKSHEETS
from pages.lessons.teaching.tasks import Blank, Task
from pages.lessons.teaching.worksheets import style_distance, style_transfer
from pages.ui.frame import LESSONS
from pages.ui.text import LANGUAGES, words

KINDS = ("show", "ask", "expect")


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    import streamlit as st

    monkeypatch.setattr(st, "session_state", {"language": "en"})


def task(lesson: str, name: str) -> Task:
    return next(task for task in WORKSHEETS[lesson]() if task.name == name)


def answers(lesson: str, name: str) -> list[list[str]]:
    """The blanks of a task's tables as they are filled, row by row."""
    tables = task(lesson, name).tables
    rows = [[cell.text for cell in row if isinstance(cell, Blank)] for table in tables for row in table.rows]
    return [row for row in rows if row]


BY_HAND = {
    ("vectors", "by_hand"): [["8"], ["−1"], ["−6"], ["1"]],
    ("gram", "fill_in"): [["5", "3", "0"], ["3", "9", "−6"], ["0", "−6", "5"]],
    ("filters", "one_number"): [["−2", "0", "8"]] * 3,
    ("filters", "slide"): [["0", "18", "18", "0", "−15"]],
    ("filters", "sees"): [["5", "1"], ["10", "2"], ["14", "2"], ["24", "4"]],
    ("feature_maps", "flatten"): [["1", "0", "2", "3"], ["0", "3", "1", "1"], ["14", "5"], ["5", "11"]],
    ("feature_maps", "divide"): [["3.5", "1.25"], ["1.25", "2.75"], ["1.75", "0.625"], ["0.625", "1.38"]],
    ("style_distance", "by_hand"): [["0", "0"], ["0", "4"]],
    ("style_distance", "nearest"): [["S"], ["P"], ["S"], ["R"]],
    ("style_distance", "weighted"): [["0.4"], ["0.3"], ["0.6"]],
}


@pytest.mark.parametrize(("lesson", "name"), BY_HAND)
def test_what_is_filled_in_is_what_one_finds_by_hand(lesson, name):
    assert answers(lesson, name) == BY_HAND[lesson, name]


def test_the_sign_table_names_each_kind_of_angle_once():
    products, angles = zip(*answers("vectors", "signs"), strict=True)
    assert products == ("6", "0", "−1", "10", "−10")
    assert len(set(angles)) == 5


@pytest.mark.parametrize(
    ("lesson", "name", "expected"),
    [
        ("vectors", "the_angle", {"length_a": "5", "product": "24", "cosine": "= 0.96", "degrees": "16.3"}),
        ("vectors", "upright", {"x": "4", "first": "12", "second": "−12", "product": "0"}),
        ("vectors", "twice", {"before": "24", "after": "48", "degrees": "16.3"}),
        ("gram", "read", {"length2": "3", "upright": "w₂ · w₃", "behind": "w₁ · w₃", "degrees": "70.5"}),
        ("gram", "area", {"first": "5", "second": "9", "mixed": "3", "area": "= 6"}),
        ("gram", "turned", {"u1": "(−2, 1)", "u2": "(0, 3)", "u3": "(−1, −2)", "before": "3", "after": "3"}),
        ("filters", "one_number", {"sum": "18", "total": "8", "value": "8"}),
        ("filters", "even", {"sum": "0", "total": "−10", "value": "0"}),
        ("filters", "weights", {"first": "27", "second": "576"}),
        ("feature_maps", "shuffle", {"before": "5", "alike": "5", "alone": "3", "square": "11"}),
        ("feature_maps", "how_many", {"of_f": "524288", "of_g": "16384", "different": "8256"}),
        ("vgg_layers", "read", {"strongest": "1", "never": "1 · 3, 1 · 4", "strong": "8", "cosine_weak": "≈ 0.949"}),
        ("vgg_layers", "means", {"gram": "5", "covariance": "−1", "correlation": "−1"}),
        ("vgg_layers", "stroke", {"layer": "relu3_1", "size": "24"}),
        ("style_distance", "by_hand", {"difference": "= 4", "first": "= 7", "second": "= 5", "distance": "≈ 0.333"}),
        ("style_distance", "ends", {"itself": "0", "zero": "1", "apart": "≈ 0.707"}),
        ("style_transfer", "style", {"above": "16", "below": "49", "loss": "≈ 0.327"}),
        ("style_transfer", "content", {"above": "4", "below": "5", "loss": "= 0.8"}),
        ("style_transfer", "downhill", {"next": "0.58"}),
    ],
)
def test_what_an_answer_says_is_what_one_finds_by_hand(lesson, name, expected):
    values = task(lesson, name).values
    assert {key: values[key] for key in expected} == expected


def test_what_cannot_be_a_gram_matrix_is_refused_for_its_own_reason():
    values = task("gram", "which").values
    english = words("en")
    assert values["why_a"] == english["teaching.gram_or_not.yes"]
    assert values["why_b"] == english["teaching.gram_or_not.eigenvalue"].format(value="−1")
    assert values["why_c"] == english["teaching.gram_or_not.not_symmetric"]
    assert values["why_d"] == english["teaching.gram_or_not.diagonal"].format(value="−1")


def test_distances_and_losses_on_paper_are_gramlibs():
    import torch

    from gramlib.style import content_loss, style_loss
    from gramlib.style import style_distance as distance

    for first in style_distance.PICTURES.values():
        for second in style_distance.PICTURES.values():
            assert style_distance.distance(first, second) == pytest.approx(distance(first, second))
    found, wanted = (torch.from_numpy(values) for values in (style_transfer.G, style_transfer.A))
    assert style_transfer.loss(style_transfer.G, style_transfer.A) == pytest.approx(style_loss(found, wanted).item())
    features, photo = (torch.from_numpy(values)[None, None] for values in (style_transfer.F, style_transfer.P))
    assert style_transfer.loss(style_transfer.F, style_transfer.P) == pytest.approx(
        content_loss(features, photo).item()
    )


def test_all_matrices_that_are_shown_as_gram_matrices_are_some():
    shown = [*style_distance.PICTURES.values(), style_distance.C, style_distance.D, style_transfer.G, style_transfer.A]
    assert all(np.linalg.eigvalsh(values)[0] > -1e-12 for values in shown)


@pytest.mark.parametrize("lesson", LESSONS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_number_of_a_task_is_used_and_every_place_is_filled(lesson, language):
    for each in WORKSHEETS[lesson]():
        texts = [words(language)[f"teaching.tasks.{lesson}.{each.name}.{kind}"] for kind in ("ask", "answer")]
        places = {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}
        assert places == set(each.values), each.name


def test_what_a_class_is_expected_to_find_is_what_it_finds():
    found = {name: expected(name) for name in MOMENTS}
    assert found["sign"]["value"] == "6"
    assert found["right"] == {"value": "0", "products": "−3, 3"}
    assert found["six"]["value"] == "6"  # 2 + 0 + 0 + 2 + 3 − 1
    assert found["read"] == {"value": "−5", "pair": "v₁ · v₃", "cell": "(1, 3)", "mirror": "(3, 1)"}
    assert found["any"] == {"value": "−1", "lengths": "1", "product": "2"}
    assert found["field"] == {"layer": "relu5_1", "first": "3", "last": "132"}
    assert found["flatten"] == {"together": "8", "never": "0"}
    assert found["layers"] == {"layer": "relu3_1", "channels": "256"}
    for name, values in found.items():
        texts = [words(language)[f"teaching.moments.{name}.{kind}"] for language in LANGUAGES for kind in KINDS]
        places = {place for text in texts for _, place, _, _ in Formatter().parse(text) if place}
        assert places == values.keys(), name
