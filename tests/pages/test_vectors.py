"""Lesson 1: what is typed is what is computed; what cannot be used is said in words, in both languages."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pages.ui.show.parts import emphasized
from tests.pages.conftest import everything_said, faultless


def test_value_verdict_and_angle(open_link, words):
    said = everything_said(open_link("vectors", lang="en", a="1, 2, 3", b="4, -5, 6"))
    assert "12" in said
    assert emphasized(words("en")["vectors.relation.ACUTE"]) in said
    degrees = math.degrees(math.acos(12 / math.sqrt(14 * 77)))
    assert f"{degrees:.2f}°" in said


@pytest.mark.parametrize(
    ("a", "b", "relation"),
    [
        ("3, 1", "-1, 3", "RIGHT"),
        ("1, 1", "-2, 1", "OBTUSE"),
        ("1, 2", "2, 4", "PARALLEL"),
        ("1, 2", "-0.5, -1", "OPPOSITE"),
        ("0, 0", "1, 2", "UNDEFINED"),
        ("0.1, 0.2, 0.3", "1e-9, 1e-9, -1e-9", "RIGHT"),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_verdict_is_said(open_link, words, a, b, relation, language):
    said = everything_said(open_link("vectors", lang=language, a=a, b=b))
    assert emphasized(words(language)[f"vectors.relation.{relation}"]) in said


BAD = {
    "": "vector_empty",
    "1, two": "vector_entry",
    "nan, 1": "vector_entry",
    "inf": "vector_entry",
    "1e999": "vector_range",
    "1,,2": "vector_gap",
    "(1, 2": "vector_brackets",
    "1/0": "vector_division_by_zero",
    "1, 2, 3": "vector_lengths",
    "1 " * 100_001: "vector_too_long",
}


@pytest.mark.parametrize("typed", BAD, ids=[code + str(number) for number, code in enumerate(BAD.values())])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_bad_input_is_said_in_words(open_link, words, typed, language):
    app = open_link("vectors", lang=language)
    app.text_input(key="vectors.a").set_value(typed)
    faultless(app.run())
    beginning = words(language)[f"errors.{BAD[typed]}"].partition("{")[0]
    assert len(app.error) == 1
    assert app.error[0].value.startswith(beginning)


def test_a_long_vector_shows_head_and_tail_and_the_whole_sum(open_link):
    rng = np.random.default_rng(1)
    a, b = rng.integers(-9, 10, (2, 10_000))
    app = open_link("vectors", lang="en")
    app.text_input(key="vectors.a").set_value(", ".join(map(str, a)))
    app.text_input(key="vectors.b").set_value(" ".join(map(str, b)))
    said = everything_said(faultless(app.run()))
    assert str(int(a @ b)).replace("-", "−") in said
    assert said.count("<tr") < 20


def test_the_code_prints_the_numbers_of_the_page(open_link, capsys):
    app = open_link("vectors", lang="en", a="1, 2.5, -3", b="1/2, 4, 1")
    exec(app.code[0].value, {})
    printed = capsys.readouterr().out.split()
    a, b = np.array([1, 2.5, -3]), np.array([0.5, 4, 1])
    assert float(printed[0]) == a @ b
    assert [float(value) for value in printed[1:3]] == [np.linalg.norm(a), np.linalg.norm(b)]
    assert f"{float(printed[3]):.2f}°" in everything_said(app)


def test_try_this_sets_the_controls(open_link, words):
    app = open_link("vectors", lang="zh")
    app.button(key="vectors.try.opposite").click()
    said = everything_said(faultless(app.run()))
    assert emphasized(words("zh")["vectors.relation.OPPOSITE"]) in said


def test_the_prediction_answers_only_after_a_choice(open_link, words):
    app = open_link("vectors", lang="en")
    why = words("en")["vectors.predict.why"]
    assert why not in everything_said(app)
    app.radio[0].set_value("both")
    said = everything_said(faultless(app.run()))
    assert why in said
    assert words("en")["frame.not_quite"] in said
    assert words("en")["vectors.predict.wrong.both"] in said
    assert words("en")["vectors.predict.wrong.neither"] not in said
    app.radio[0].set_value("number")
    said = everything_said(faultless(app.run()))
    assert words("en")["frame.right"] in said
    assert words("en")["vectors.predict.wrong.both"] not in said


@pytest.mark.slow
def test_the_link_reopens_this_state(open_link):
    app = open_link("vectors", lang="zh")
    app.text_input(key="vectors.a").set_value("1/2 -3e2")
    faultless(app.run())
    link = dict(app.query_params)
    again = open_link("vectors", **link)
    assert again.text_input(key="vectors.a").value == "1/2 -3e2"
    assert not again.warning


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [("rows.csv", b"1,2,3\n4,5,6\n", "32"), ("rows.csv", b"\xef\xbb\xbf1 2 3\r\n4 5 6\r\n\r\n", "32")],
)
def test_a_file_of_two_rows(open_link, name, data, expected):
    app = open_link("vectors", lang="en")
    app.file_uploader(key="vectors.file").set_value((name, data, "text/csv"))
    assert expected in everything_said(faultless(app.run()))


def test_a_file_of_three_rows_is_refused(open_link, words):
    app = open_link("vectors", lang="en")
    app.file_uploader(key="vectors.file").set_value(("rows.csv", b"1,2\n3,4\n5,6", "text/csv"))
    faultless(app.run())
    assert [error.value for error in app.error] == [words("en")["errors.file_count"].format(count=3, needed=2)]


def test_while_a_number_is_half_typed_the_picture_stays(open_link, words):
    app = open_link("vectors", lang="en", a="1, 2", b="3, 4")
    app.text_input(key="vectors.a").set_value("1, 2,")
    said = everything_said(faultless(app.run()))
    assert len(app.error) == 1
    assert emphasized(words("en")["vectors.relation.ACUTE"]) in said


def test_an_angle_that_is_nearly_right_is_not_written_as_90(open_link):
    said = everything_said(open_link("vectors", lang="en", a="1e6, 1", b="1, 1e6"))
    assert "θ = 89.9999°" in said


def test_a_product_too_small_for_a_float_is_not_called_zero(open_link, words):
    said = everything_said(open_link("vectors", lang="en", a="1e-200, 1e-200", b="1e-200, 0"))
    assert emphasized(words("en")["vectors.relation.ACUTE"]) in said
    assert words("en")["vectors.vanished"] in said
    assert "<small>a · b ≈</small>" in said
    assert "θ = 45°" in said


def test_a_negative_product_has_the_colour_of_negative_products(open_link):
    said = everything_said(open_link("vectors", lang="en", a="1, 1", b="-2, 1"))
    assert "<b class='negative'>−1</b>" in said
    assert "<span class='negative'>−1</span>" in said


def test_rounded_numbers_are_called_so(open_link):
    said = everything_said(open_link("vectors", lang="en", a="1.2345, 0", b="2, 0"))
    assert "<span>≈</span> <span class='term'><span class='first'>1.23</span>" in said
    assert "<span>≈</span> <span class='positive'>2.469</span>" in said


def test_the_code_gives_the_angle_of_parallel_vectors_without_rounding(open_link, capsys):
    exec(open_link("vectors", lang="en", a="1, 2", b="3, 6").code[0].value, {})
    assert float(capsys.readouterr().out.split()[-1]) == 0


def test_what_is_numerically_parallel_has_a_round_angle(open_link):
    said = everything_said(open_link("vectors", lang="en", a="0.1, 0.2", b="0.3, 0.6"))
    assert "θ = 0° = 0 rad" in said


def test_the_last_sum_so_far_is_the_inner_product(open_link):
    said = everything_said(open_link("vectors", lang="en", a="12.345, 0.333", b="-3, 1.25"))
    assert "<b class='negative'>−36.6187</b>" in said
    assert "<td>−36.6187</td>" in said


def test_a_sum_that_is_too_large_on_the_way_is_left_out(open_link):
    said = everything_said(open_link("vectors", lang="en", a="1e200, 1e200, 1", b="1e200, -1e200, 1"))
    assert "<b class='positive'>1</b>" in said
    assert "<td>—</td>" in said


@pytest.mark.parametrize("language", ["en", "zh"])
def test_decimal_commas_are_read_and_said(open_link, words, language):
    # case: lesson 1, 1,5; 2,5 and 2,0; 4,0
    app = open_link("vectors", lang=language)
    app.text_input(key="vectors.a").set_value("1,5; 2,5")
    app.text_input(key="vectors.b").set_value("2,0; 4,0")
    said = everything_said(faultless(app.run()))
    assert "<b class='positive'>13</b>" in said
    assert "θ = 4.399°" in said
    assert words(language)["notes.decimal_comma"].format(text="1,5", value="1.5") in said


LONG = " ".join(["1"] * 3001)


@pytest.mark.parametrize("a", ["1,2", LONG], ids=["1,2", "3001 numbers"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_link_of_two_lengths_says_so_and_offers_the_way_back(open_link, words, a, language):
    # case: /vectors?a=1,2&b=1,2,3 or 3001 numbers
    app = open_link("vectors", lang=language, a=a, b="1,2,3")
    assert words(language)["vectors.nothing_to_show"] in everything_said(app)
    assert len(app.error) == 1
    app.button(key="vectors.way_back").click()
    said = everything_said(faultless(app.run()))
    assert not app.error
    assert "<b class='positive'>6</b>" in said


def test_of_a_half_typed_vector_no_older_length_is_complained_about(open_link):
    app = open_link("vectors", lang="en", a="1, 2, 3", b="1, 2, 3")
    app.text_input(key="vectors.b").set_value("1, 2")
    app.text_input(key="vectors.a").set_value("1, 2x")
    faultless(app.run())
    assert len(app.error) == 1  # of a alone: b is as long as what is being typed
    assert "2x" in app.error[0].value


def test_notes_of_a_file_are_plain_text(open_link):
    app = open_link("vectors", lang="en")
    data = b"[x](http://y.example),**z**\n1,2\n3,4"
    app.file_uploader(key="vectors.file").set_value(("rows.csv", data, "text/csv"))
    said = everything_said(faultless(app.run()))
    assert "\\[x\\](http" in said
    assert "11" in said
