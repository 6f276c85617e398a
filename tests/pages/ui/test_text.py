"""Both languages say the same things, with the same places to fill, and nothing is missing or left over."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import streamlit
import streamlit as st

from gramlib.errors import CODES, GramlabError
from pages.ui.canvases.browser.phrases import STREAMLITS
from pages.ui.frame import LESSONS
from pages.ui.text import LANGUAGES, as_written, fault, plain_text, t, words

ROOT = Path(__file__).parents[3]
SOURCES = [ROOT / "app.py", *(path for folder in ("gramlib", "pages") for path in (ROOT / folder).rglob("*.py"))]
PLACE = re.compile(r"{([a-z_]+)(?::[^}]*)?}")

# put together from single words, in Streamlit or in a library that it uses
PUT_TOGETHER = {"one_option", "options", "add_icon"}


def test_the_languages_have_the_same_keys():
    english, chinese = words("en"), words("zh")
    assert sorted(english.keys() - chinese.keys()) == []
    assert sorted(chinese.keys() - english.keys()) == []


@pytest.mark.parametrize("key", sorted(words("en")))
def test_the_languages_have_the_same_places_to_fill(key):
    english, chinese = (set(PLACE.findall(words(language)[key])) for language in LANGUAGES)
    assert english == chinese


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_has_a_sentence_with_exactly_its_values(language):
    sentences = {
        key.removeprefix("errors."): set(PLACE.findall(sentence))
        for key, sentence in words(language).items()
        if key.startswith("errors.")
    }
    assert sentences == {code: {*values.split()} for code, values in CODES.items()}


# ------------------------------------------------------------------------------------------------- what Streamlit says


def test_what_streamlit_says_has_our_words_with_the_same_places():
    ours = {key.removeprefix("browser."): text for key, text in words("en").items() if key.startswith("browser.")}
    assert ours.keys() == STREAMLITS.keys()
    assert {key: set(PLACE.findall(text)) for key, text in ours.items()} == {
        key: set(PLACE.findall(said)) for key, said in STREAMLITS.items()
    }


def test_streamlit_still_says_so():
    """A new version of it may say it otherwise, and would then speak English to everybody."""
    folder = Path(streamlit.__file__).parent / "static/static/js"
    scripts = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.js") if path.stat().st_size < 1e6)
    pieces = {
        piece.strip(" :.,")
        for key, said in STREAMLITS.items()
        if key not in PUT_TOGETHER
        for piece in re.split(r"{\w+}(?:\.0)?(?:MB)?|(?<=[.,]) ", said)
    }
    assert sorted(piece for piece in pieces if piece not in scripts) == []


# ------------------------------------------------------------------------------------------------------------- Chinese


def test_the_gram_matrix_has_its_chinese_name_and_the_other_one_once():
    chinese = words("zh")
    assert sorted(key for key, text in chinese.items() if "Gram 矩阵" in text) == []
    named = {key.partition(".")[0] for key, text in chinese.items() if "格拉姆矩阵" in text}
    for lesson in (lesson for lesson in LESSONS if lesson in named):
        assert chinese[f"{lesson}.promise"].count("格拉姆（Gram）矩阵") == 1
    assert "格拉姆（Gram）矩阵" in next(
        chinese[f"{each}.door"] for each in LESSONS if "格拉姆" in chinese[f"{each}.door"]
    )


def test_chinese_is_set_in_chinese_type():
    """No space around Chinese marks, none before a per cent sign, and no marks of half width within Chinese."""
    wrong = re.compile(
        r"[一-龥。，：；] [“”]|[“”。，：；] [一-龥“”]|[一-龥] [一-龥]|[一-龥][,;:!?]|[,;:!?][一-龥]|[\d}*] %"
    )
    texts = {key: re.sub(r"\$[^$]*\$", "", text) for key, text in words("zh").items()}
    assert {key: found[0] for key, text in texts.items() if (found := wrong.search(text))} == {}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_bold_type_is_read_as_bold(language):
    """Where a mark stands just inside the asterisks and a letter just outside, Markdown shows the asterisks."""
    wrong = []
    for key, text in words(language).items():
        for found in re.finditer(r"(.?)\*\*([^*]+)\*\*(.?)", text, re.DOTALL):
            before, inside, after = found.groups()
            opens = not re.match(r"[\W_]", inside) or not re.match(r"\w", before)
            closes = not re.match(r"[\W_]", inside[-1]) or not re.match(r"\w", after)
            if not (opens and closes):
                wrong.append((key, found[0]))
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_every_prediction_each_wrong_answer_has_a_reason_of_its_own(language):
    texts = words(language)
    questions = [key.removesuffix(".question") for key in texts if key.endswith(".question")]
    questions = [question for question in questions if f"{question}.why" in texts]
    assert len(questions) >= 14
    for question in questions:
        of_it = {
            key.removeprefix(f"{question}."): text for key, text in texts.items() if key.startswith(f"{question}.")
        }
        answers = {name for name in of_it if "." not in name} - {"question", "why"}
        reasons = {name.removeprefix("wrong."): text for name, text in of_it.items() if name.startswith("wrong.")}
        assert len(answers - reasons.keys()) == 1, f"{question}: one answer is right, and no other"
        assert reasons.keys() < answers, question
        assert len({*reasons.values(), of_it["why"]}) == len(answers), question


def test_the_table_of_errors_is_sorted():
    assert list(CODES) == sorted(CODES)


def wrong_calls(source: str) -> list[str]:
    """The errors that a source text raises with a code or with values that are not in the table, also unreached ones.

    Codes in variables and values in dictionaries are checked when they are raised.
    """
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and node.args)
    wrong = []
    for call in calls:
        first, name = call.args[0], getattr(call.func, "id", "")
        if name in ("GramlabError", "WeightsUnavailable") and isinstance(first, ast.Constant):
            given = {keyword.arg for keyword in call.keywords}
            needed = {*CODES.get(first.value, "").split()}
            if first.value not in CODES or (given != needed and None not in given):
                wrong.append(ast.unparse(call))
    return wrong


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_errors_are_raised_as_the_table_has_them(path):
    assert wrong_calls(path.read_text(encoding="utf-8")) == []


def test_a_wrong_error_is_found():
    for code, values in (("no_such_code", {}), ("file_empty", {"size": 0}), ("file_row", {"row": 1})):
        given = "".join(f", {name}={value}" for name, value in values.items())
        assert len(wrong_calls(f"raise GramlabError('{code}', ''{given})")) == 1
        with pytest.raises(TypeError, match=f"{code}, which"):
            GramlabError(code, "", **values)


# the table of the errors aside: it names them all
SOURCE = "".join(path.read_text(encoding="utf-8") for path in SOURCES if path.stem != "errors")


def quoted(word: str) -> bool:
    return any(quote + word + quote in SOURCE for quote in ('"', "'"))


def is_used(key: str) -> bool:
    """Whether a key stands in the source whole, or put together from its parts in one of the ways that pages do."""
    parents = [key.rsplit(".", depth)[0] for depth in range(1, key.count(".") + 1)]
    return (
        quoted(key)
        or any(f"{parent}.{{" in SOURCE for parent in parents)  # t(f"network.{stage}")
        or f"}}.{key.partition('.')[2]}" in SOURCE  # t(f"{lesson}.title")
        or f"{{words}}.{key.rpartition('.')[2]}" in SOURCE  # the question of a prediction
        or any(f'group("{parent}")' in SOURCE or f'labels("{parent}"' in SOURCE for parent in parents)
        or any(quoted(part.removesuffix("_why")) for part in key.split(".")[2:])  # frame.try_this, frame.prediction
    )


def test_every_error_of_the_table_is_raised_somewhere():
    assert sorted(code for code in CODES if not quoted(code)) == []


def test_no_text_is_left_over():
    assert sorted(key for key in words("en") if not is_used(key)) == []


def test_a_key_that_nothing_uses_is_found():
    assert not is_used("vectors.no_such_key")
    assert not is_used("no_such_lesson.title_of_nothing")


HOSTILE = (
    "[a](b) ![](c) <img src=x> `d` *e* _f_ __g__ ~h~ ~~i~~ $5 or $6 | \\ &copy;",
    "https://example.org HTTP://example.org www.example.org a@example.org",
    ":red[a] :material/home: :smile: ::: a:b[c]",
    "a -> b <- c <-> d -- e >= f <= g ~= h",
)


@pytest.mark.parametrize(
    "text", [*HOSTILE, "# a", "- a", "+ a", "1. a", "2) a", "> a", "---", "===", "    a", "a\n\nb"]
)
def test_what_came_from_outside_keeps_its_letters(text):
    written = re.sub(r":small\[(.)\]", r"\1", str(as_written(text)))
    # a stroke before punctuation is not shown (CommonMark 2.4)
    assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", written) == " ".join(text.split())


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_means_something_is_left(text):
    shown = str(as_written(text))
    assert not re.search(r"(?<!\\)[`*\[\]<$~|](?<!:small\[)(?<!:small\[.\])", shown)
    assert not re.search(r"https?:/|www\.|\w@\w|(?<!:small\[):\w+[:/]|(?<!\S)(->|--|>=)(?!\S)", shown, re.IGNORECASE)


@pytest.mark.parametrize(
    "text", ["relu3_1", "−2.5×10⁻⁷", "(3, 2)", "-1, 2", "1.5", "12:30", "great_wave,cat", "名字（你的）"]
)
def test_ordinary_words_and_numbers_stay_as_they_are(text):
    assert as_written(text) == text


def test_t_shows_values_as_they_are_and_leaves_our_own_markdown(monkeypatch):
    monkeypatch.setattr(st, "session_state", {"language": "en"})
    assert r"\*\*cat\*\*" in t("vgg_layers.take_note", picture="**cat**")
    assert "**cat**" in plain_text("vgg_layers.take_note", picture="**cat**")
    inner = GramlabError("vector_entry", "…", position=1, text="*x*", sign="*")
    outer = fault(GramlabError("file_row", "…", row=2, cause=inner))
    assert outer.count(r"\*x\*") == 1
    assert r"\\" not in outer
