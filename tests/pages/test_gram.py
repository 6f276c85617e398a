"""Lesson 2: the matrix of the vectors in the table, and the numbers of its laws."""

from __future__ import annotations

import io
import time

import numpy as np
import pytest

from pages.ui.numbers import number
from tests.pages.conftest import everything_said, faultless


def test_the_chosen_cell_is_written_out(open_link):
    said = everything_said(open_link("gram", lang="en", vectors="3,1;1,2;-2,1", cell="1,3"))
    assert "<span class='first'>3</span>·<span class='second'>(−2)</span>" in said
    assert "<span class='negative'>−5</span>" in said  # below zero


@pytest.mark.slow
def test_a_zero_vector_and_one_vector_alone(open_link):
    for vectors in ("0,0;1,2", "3,4", "0"):
        open_link("gram", lang="zh", vectors=vectors)


READINGS = {
    "inner": lambda V: V @ V.T,
    "cosines": lambda V: V @ V.T / np.outer(np.linalg.norm(V, axis=1), np.linalg.norm(V, axis=1)),
    "covariance": lambda V: np.cov(V, bias=True),
    "correlation": np.corrcoef,
}


@pytest.mark.parametrize("reading", READINGS)
def test_each_reading_is_numpys_and_its_code_prints_it(open_link, capsys, reading):
    app = open_link("gram", lang="en", vectors="3,1,0;1,2,5;-2,1,4", reading=reading, cell="2,3")
    exec(app.code[0].value, {})
    expected = READINGS[reading](np.array([[3.0, 1, 0], [1, 2, 5], [-2, 1, 4]]))
    printed = capsys.readouterr().out
    assert printed.startswith(str(expected.round(12) + 0.0))
    assert f">{number(expected[1, 2], 6)}</span>" in everything_said(app)


def test_a_reading_that_cannot_be_taken_is_said_and_the_laws_stay(open_link, words):
    app = open_link("gram", lang="zh", vectors="1,1;1,2", reading="correlation")
    assert words("zh")["errors.gram_zero_row"].format(row=1) in app.error[0].value
    assert words("zh")["gram.laws"] in everything_said(app)


@pytest.mark.slow
@pytest.mark.parametrize("lab", ["symmetry", "eigenvalues", "rank", "volume", "forgets", "rebuild", "hand"])
@pytest.mark.parametrize("vectors", ["3,1;1,2;-2,1", "1,2", "2,1,0;0,1,2;2,2,1", "0,0;0,0", "1;2;3;4;5;6;7;8;9"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_laboratory_opens_for_every_shape(open_link, lab, vectors, language):
    app = open_link("gram", lang=language, vectors=vectors)
    app.segmented_control(key="gram.lab").set_value(lab)
    faultless(app.run())


def choose(app, lab: str):
    app.segmented_control(key="gram.lab").set_value(lab)
    return faultless(app.run())


def test_turning_two_vectors_parallel_lowers_the_rank(open_link):
    app = choose(open_link("gram", lang="en", vectors="3,1;1,2"), "rank")
    assert "<td>2</td>" in everything_said(app)
    app.slider(key="gram.share").set_value(100)
    assert "<td>1</td>" in everything_said(faultless(app.run()))


def test_the_quadratic_form_is_a_squared_length(open_link):
    app = choose(open_link("gram", lang="en", vectors="3,1;1,2"), "eigenvalues")
    app.slider(key="gram.x0").set_value(1.0)
    app.slider(key="gram.x1").set_value(-2.0)  # (3, 1) − 2 (1, 2) = (1, −3), squared length 10
    assert r"\textcolor{#5e3c99}{10}" in everything_said(faultless(app.run()))


@pytest.mark.slow
def test_a_matrix_of_no_vectors_names_its_negative_eigenvalue(open_link, words):
    app = choose(open_link("gram", lang="en", hand="1,2;2,1"), "hand")
    assert app.error[0].value == words("en")["errors.gram_negative_eigenvalue"].format(eigenvalue="−1")
    app = choose(open_link("gram", lang="en", hand="2,1;1,2"), "hand")
    assert not app.error
    assert words("en")["gram.hand.found"].format(n=2) in everything_said(app)


def test_a_file_of_many_vectors_is_shown_without_the_table(open_link, words):
    rng = np.random.default_rng(0)
    file = io.BytesIO()
    np.save(file, rng.normal(size=(100, 70)))
    app = open_link("gram", lang="en")
    app.file_uploader(key="gram.file").set_value(("v.npy", file.getvalue(), "application/octet-stream"))
    assert words("en")["gram.file_shown"].format(k=100, n=70) in everything_said(faultless(app.run()))
    app.button(key="gram.back").click()
    assert words("en")["gram.file_shown"].format(k=100, n=70) not in everything_said(faultless(app.run()))


@pytest.mark.slow
def test_numbers_too_large_for_a_laboratory_are_said_or_shown_as_infinite(open_link):
    app = choose(open_link("gram", lang="en", vectors="1e110,0,0;0,1e110,0;0,0,1e110"), "volume")
    assert r"\infty" in everything_said(app)


def test_an_example_takes_the_place_of_a_file(open_link, words):
    file = io.BytesIO()
    np.save(file, np.ones((20, 30)))
    app = open_link("gram", lang="en")
    app.file_uploader(key="gram.file").set_value(("v.npy", file.getvalue(), "application/octet-stream"))
    faultless(app.run())
    app.button(key="gram.try.orthonormal").click()
    said = everything_said(faultless(app.run()))
    assert words("en")["gram.file_shown"].format(k=20, n=30) not in said


def test_the_second_vector_turns_at_its_own_length():
    from pages.lessons.gram.labs import turned_onto

    first, second = np.array([3.0, 1.0]), np.array([-3.0, -1.5])
    for share in (0, 0.5, 1):
        turned = turned_onto(first, second, share)[1]
        assert np.linalg.norm(turned) == pytest.approx(np.linalg.norm(second))
    assert abs(turned[0] * first[1] - turned[1] * first[0]) < 1e-12


def test_of_too_many_vectors_the_area_of_the_chosen_pair_is_shown(open_link, words):
    app = choose(open_link("gram", lang="en", vectors="3,1;1,2;-2,1", cell="1,2"), "volume")
    said = everything_said(app)
    assert words("en")["gram.volume.too_many"].format(k=3, n=2) in said
    assert words("en")["gram.volume.pair"].format(first="v₁", second="v₂") in said
    assert r"\sqrt{\det G_{2\times2}}=\textcolor{#5e3c99}{5}" in said  # |3·2 − 1·1|


def test_a_typed_matrix_grows_and_keeps_its_numbers(open_link):
    app = choose(open_link("gram", lang="en", hand="1,2;2,1"), "hand")
    app.number_input(key="gram.hand.size").set_value(3)
    faultless(app.run())
    assert app.session_state["gram.hand"] == ((1.0, 2.0, 0.0), (2.0, 1.0, 0.0), (0.0, 0.0, 1.0))


@pytest.mark.parametrize(
    ("vectors", "volume"),
    [("1e9,0;0.5,0.8660254037844386", "8.66×10⁸"), ("1e-4,0;0,1e4", "1"), ("299792458,0;0,1", "3×10⁸")],
)
def test_rank_and_volume_of_vectors_of_very_different_lengths(open_link, vectors, volume):
    # case: lesson 2 said rank 1, volume 0
    said = everything_said(choose(open_link("gram", lang="en", vectors=vectors), "rank"))
    assert "<td>2</td>" in said
    assert f"<td>{volume}</td>" in said


@pytest.mark.slow
def test_a_typed_matrix_at_the_edge_of_precision(open_link, words):
    english = words("en")
    app = choose(open_link("gram", lang="en", hand="1e-20,0;0,1"), "hand")
    said = everything_said(app)
    assert english["gram.hand.found"].format(n=2) in said
    assert "<td>1×10⁻¹⁰</td>" in said
    app = choose(open_link("gram", lang="en", hand="1,1e-8;1e-8,0"), "hand")
    expected = english["errors.gram_negative_minor"].format(rows="1, 2", determinant="−1×10⁻¹⁶")
    assert [error.value for error in app.error] == [expected]
    app = choose(open_link("gram", lang="en", hand=f"1,{1 / 3!r};{1 / 3!r},{1 / 9!r}"), "hand")
    assert english["gram.hand.cannot_tell"].format(n=1) in everything_said(app)


def test_a_constant_row_in_a_file_has_no_correlation(open_link, words):
    # case: 0.30000000000000004,0.3,0.3 / 1,2,3
    app = open_link("gram", lang="en", reading="correlation")
    data = b"0.30000000000000004,0.3,0.3\n1,2,3"
    app.file_uploader(key="gram.file").set_value(("v.csv", data, "text/csv"))
    faultless(app.run())
    assert [error.value for error in app.error] == [words("en")["errors.gram_zero_row"].format(row=1)]


@pytest.mark.parametrize("lab", ["forgets", "rebuild"])
def test_one_row_of_10_000_numbers_is_answered_soon(open_link, lab):
    # case: an SVD of n×n took minutes
    app = open_link("gram", lang="en")
    text = ",".join(map(str, np.random.default_rng(0).integers(-9, 9, 10_000)))
    app.file_uploader(key="gram.file").set_value(("v.csv", text.encode(), "text/csv"))
    faultless(app.run())
    start = time.process_time()
    choose(app, lab)
    assert time.process_time() - start < 1


@pytest.mark.slow
def test_what_a_matrix_of_squares_has_lost_is_said(open_link, words):
    app = open_link("gram", lang="en", lab="rebuild", vectors="1000000000,0;0.5,0.8660254037844386")
    assert words("en")["gram.rebuild.lost"].format(rank=1, spanned=2) in [caption.value for caption in app.caption]
    app = open_link("gram", lang="en", lab="rebuild")
    assert not any(words("en")["gram.rebuild.lost"].partition("{")[0] in caption.value for caption in app.caption)


@pytest.mark.slow
def test_fewer_vectors_and_more_again(open_link):
    app = open_link("gram", lang="en", vectors="3,1;1,2;-2,1")
    for key, size in (("count", 1), ("dimension", 1), ("dimension", 2), ("count", 4)):
        app.number_input(key=f"gram.{key}").set_value(size)
        faultless(app.run())
    assert app.session_state["gram.vectors"] == ((3, 1), (1, 2), (-2, 1), (0, 0))
    app.button(key="gram.try.orthonormal").click()
    faultless(app.run())
    app.number_input(key="gram.count").set_value(4)
    faultless(app.run())
    assert app.session_state["gram.vectors"][3] == (0, 0, 0)  # nothing of vectors that have gone


def test_vectors_too_large_for_a_matrix_offer_the_way_back(open_link):
    app = open_link("gram", lang="zh", vectors="1e200,0;0,1")
    app.button(key="gram.way_back").click()
    assert not faultless(app.run()).error


@pytest.mark.slow
def test_the_two_vectors_of_lesson_1_are_the_first_of_lesson_2(open_link):
    def go(page):
        app.query_params.clear()  # as Streamlit does when a page is chosen in the navigation
        app.switch_page(f"{page}.py")
        faultless(app.run())

    app = open_link("vectors", lang="en", a="2, 5", b="1, 1")
    go("gram")
    assert app.session_state["gram.vectors"] == ((2, 5), (1, 1), (-2, 1))
    said = everything_said(app)
    assert "<span class='first'>2</span>·<span class='second'>1</span>" in said
    assert ">7</span>" in said, "it begins with the number that lesson 1 ended on"
    go("vectors")
    app.text_input(key="vectors.a").set_value("1, 2, 3")
    app.text_input(key="vectors.b").set_value("0, 1, 0")
    faultless(app.run())
    go("gram")
    assert app.session_state["gram.vectors"] == ((1, 2, 3), (0, 1, 0))
    app.number_input(key="gram.count").set_value(3)
    faultless(app.run())
    mine = app.session_state["gram.vectors"]
    go("vectors")
    app.text_input(key="vectors.a").set_value("4, 4, 4")
    faultless(app.run())
    go("gram")
    assert app.session_state["gram.vectors"] == mine, "what a person has made here stays"


@pytest.mark.parametrize("reading", READINGS)
def test_a_cell_of_the_diagonal_says_what_it_holds_in_this_reading(open_link, words, reading):
    # case: "squared length" beside a cosine of 1
    app = open_link("gram", lang="en", vectors="3,1;1,2", reading=reading, cell="2,2")
    said = everything_said(app)
    notes = {name: words("en")[f"gram.diagonal.{name}"] in said for name in READINGS}
    assert notes == {name: name == reading for name in READINGS}
    assert (words("en")["gram.only_two_numbers"] in said) == (reading == "correlation")
    # case: a cell was swapped with itself
    mirror = words("en")["gram.symmetry.mirror"].format(i=2, j=1, value=5, mirror=5)
    assert mirror in said


def test_three_numbers_each_are_drawn_in_space(open_link, words):
    from pages.ui.colours import LIGHT
    from pages.ui.show import plots

    app = open_link("gram", lang="en", vectors="1,0,0;0,1,0;0,0,1;1,1,1", cell="2,4")
    assert words("en")["gram.space"] in everything_said(app)
    lines = plots.space(np.eye(3)[[0, 1, 2, 0]], "abcd", (1, 3)).data[::2]
    assert [line.line.color for line in lines] == [LIGHT.ink, LIGHT.first, LIGHT.ink, LIGHT.second]


def test_the_rank_is_that_of_all_vectors_and_the_pair_is_named(open_link, words):
    # case: three vectors in space, of which the rank's law took two without a word
    said = everything_said(choose(open_link("gram", lang="en", vectors="1,0,0;0,1,0;0,0,1", cell="2,3"), "rank"))
    assert words("en")["gram.rank.whole"].format(rank=3, k=3, n=3) in said
    assert words("en")["gram.rank.pair"].format(first="v₂", second="v₃") in said
