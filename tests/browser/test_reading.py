"""What is typed and pasted is read in the browser as in Python: the same numbers, the same notes, the same refusals."""

from __future__ import annotations

import random

from playwright.sync_api import Browser

from gramlib.errors import GramlabError
from gramlib.reading import read_rows
from pages.ui.canvases import component
from tests.gramlib.test_reading import ROWS, VECTORS, WRONG

CODES = {
    "not_a_number": "vector_entry",
    "empty": "vector_gap",
    "division_by_zero": "vector_division_by_zero",
    "range": "vector_range",
}
BLOCK = """({ rows, notes, fault }) => ({
  rows: rows.map((row) => row.map((entry) => read(entry))), notes: notes.map(({ code }) => code), fault })"""


def texts(rng: random.Random) -> list[str]:
    """Everything in the tests of Python's side, put together from its parts anew, and broken at one place."""
    known = [*VECTORS, *ROWS, *WRONG]
    numbers = ["1", "-2", "−3", "–4", "1,5", "0,25", "1/2", "１．５", "3e2", ".5", "2."]
    numbers += ["x", "", "1e999", "1/0", "——7", "“8”"]
    separators = [",", ", ", ";", "; ", " ", "\t", "，", "、", "；", "\n", "\r\n", ",\n", ";\n", "\u00a0", " \t"]
    around = ["{}", "[{}]", "({})", "array([{}])", "[[{}]]", "a = ({})", '"{}"', "{};", "x y\n{}", "（{}）", "[{}"]
    made = []
    for _ in range(2500):
        some = [rng.choice(numbers[: rng.choice([5, 9, len(numbers)])]) for _ in range(rng.randint(1, 7))]
        few = rng.sample(separators, rng.randint(1, 3))
        text = "".join(part for number in some for part in (number, rng.choice(few)))
        text = text if rng.random() < 0.2 else text.rstrip(",;，、； \t\r\n\u00a0")
        made.append(rng.choice(around).format(text))
    broken = []
    for _ in range(1500):
        text = rng.choice(known + made)
        place = rng.randrange(len(text) + 1)
        sign = rng.choice([*"()[]{},;.-–'\"=e# \n\t\u200b²", ""])
        broken.append(text[:place] + sign + text[place + rng.randint(0, 1) :])
    return known + made + broken


def as_python_reads(text: str) -> object:
    try:
        found = read_rows(text, 512, 10_000)
    except GramlabError as error:
        cause = error.values.get("cause", error)
        return getattr(cause, "code", None)
    return found.numbers.tolist(), [note.code for note in found.notes]


def as_python_would_say(block: dict[str, object]) -> object:
    """What Python says of what the browser has read."""
    if block.get("fault"):
        return {"empty": "vector_empty", "brackets": "vector_brackets"}[str(block["fault"])]
    rows = block["rows"]
    assert isinstance(rows, list)
    for row in rows:
        faults = [CODES[entry["fault"]] for entry in row if "fault" in entry]
        if faults:
            return "vector_gap" if "vector_gap" in faults else faults[0]
    if len({len(row) for row in rows}) > 1:
        return "file_ragged"
    return [[entry["value"] for entry in row] for row in rows], block["notes"]


def test_javascript_and_python_read_the_same(browser: Browser) -> None:
    corpus = texts(random.Random(12))
    page = browser.new_page()
    script = component.script(component.HERE / "shared" / "read.js").replace("export ", "")
    found = page.evaluate(f"(texts) => {{ {script} return texts.map((text) => ({BLOCK})(readBlock(text))); }}", corpus)
    page.close()
    other = [
        (text, as_python_reads(text), as_python_would_say(block))
        for text, block in zip(corpus, found, strict=True)
        if as_python_reads(text) != as_python_would_say(block)
    ]
    assert other == []
