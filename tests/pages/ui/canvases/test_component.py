"""The one conversation with the browser: commits, wishes, and a check for whatever arrives."""

from __future__ import annotations

import json
import math
import re

import pytest
import streamlit as st
from hypothesis import given, settings
from hypothesis import strategies as some

from pages.ui.canvases import checks, component

ANY_JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=5),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)

KINDS = ("committed", "choice", "tapped")


@pytest.fixture
def session(monkeypatch) -> dict:
    state: dict = {}
    monkeypatch.setattr(st, "session_state", state)
    return state


def test_a_message_is_its_length_its_words_and_its_bytes():
    message = component.packed({"wörter": [1, 2]}, b"\x00\xff")
    length = int.from_bytes(message[:4], "little")
    assert json.loads(message[4 : 4 + length]) == {"wörter": [1, 2]}
    assert message[4 + length :] == b"\x00\xff"


def test_only_the_pages_own_change_of_mind_is_a_new_wish(session):
    any_of_ten = checks.index(10)
    assert component.wish("k", 4) == {"value": 4, "count": 0, "after": 0}
    session["k"] = {"choice": {"value": 7, "sequence": 1}}
    assert component.heard("k", any_of_ten) == 7
    assert component.wish("k", 7) == {"value": 4, "count": 0, "after": 0}  # the browser has it already: nothing is sent
    assert component.wish("k", 2) == {"value": 2, "count": 1, "after": 1}
    assert component.wish("k", 2) == {"value": 2, "count": 1, "after": 1}


def test_a_pair_that_was_chosen_is_no_new_wish(session):
    # a matrix of 512 × 512 was sent again with every cell that was chosen
    component.wish("k", (1, 2))
    session["k"] = {"choice": {"value": [3, 4], "sequence": 1}}
    assert component.heard("k", checks.cell(5, 5)) == (3, 4)
    assert component.wish("k", (3, 4)) == component.wish("k", [3, 4]) == {"value": [1, 2], "count": 0, "after": 0}


def test_a_choice_that_cannot_be_is_answered_by_a_wish(session):
    component.wish("k", 4)
    session["k"] = {"choice": {"value": 12, "sequence": 3}}
    assert component.heard("k", checks.index(10)) is None
    assert component.wish("k", 4) == {"value": 4, "count": 1, "after": 3}


def test_the_number_of_a_commit_is_sent_back(session):
    assert component.sequence("k") == 0
    session["k"] = {"committed": {"value": 1, "sequence": 5}}
    assert component.sequence("k") == 5
    for nonsense in ("5", True, None, math.nan, math.inf, [5], 10**400):
        session["k"] = {"committed": {"value": 1, "sequence": nonsense}}
        assert component.sequence("k") == 0


@settings(deadline=None)
@given(sent=ANY_JSON)
def test_whatever_arrives_is_checked_and_never_raises(sent):
    every = [checks.numbers((2, 2)), checks.numbers(()), checks.index(3), checks.cell(2, 3), checks.one_of({"a": 1})]
    with pytest.MonkeyPatch.context() as patch:
        commit = {"value": sent, "sequence": sent}
        for component_state in (sent, dict.fromkeys(KINDS, sent), dict.fromkeys(KINDS, commit)):
            patch.setattr(st, "session_state", {"k": component_state})
            assert isinstance(component.sequence("k"), int | float)
            for check in every:
                component.said("k", "tapped", check)
                component.committed("k", check)
                component.wish("k", 1)
                component.heard("k", check)
    assert checks.index(3)(sent) in (None, 0, 1, 2)
    assert checks.cell(2, 3)(sent) is None or all(type(part) is int for part in sent)


@pytest.mark.parametrize("name", sorted(path.parent.name for path in component.HERE.glob("*/canvas.js")))
def test_a_canvas_is_one_text_with_one_default_export(name):
    text = component.script(component.HERE / name / "canvas.js")
    assert re.findall(r"^export (\w+)", text, re.MULTILINE) == ["default"]
    assert "\nimport " not in text


def test_a_module_that_two_import_stands_there_once_before_both(tmp_path, monkeypatch):
    monkeypatch.setattr(component, "HERE", tmp_path)
    (tmp_path / "a.js").write_text("export const one = 1;\n")
    (tmp_path / "b.js").write_text('import { one } from "./a.js";\nexport function two() { return 2 * one; }\n')
    entry = tmp_path / "c.js"
    imports = 'import { one as first } from "./a.js";\nimport { two } from "./b.js";\n'
    entry.write_text(f"{imports}export default [first, two];\n")
    text = component.script(entry)
    assert text.count("const one = 1") == 1
    assert text.index("const $a =") < text.index("const $b =") < text.index("const { one: first } = $a;")
