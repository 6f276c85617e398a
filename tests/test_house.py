"""`app.py, pages/*.py → pages/lessons/<one> → pages/ui → gramlib`: no arrow back, none between lessons, no circle.

Each rule is shown a small house in which it is broken, so that it is seen to fail.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests import house


def test_no_arrow_is_against_the_rules():
    assert house.forbidden(house.graph(house.ROOT)) == []


def test_there_is_no_circle_not_even_of_types():
    assert house.circles(house.graph(house.ROOT)) == []


def test_what_lies_in_ui_is_reached_by_two_lessons():
    assert house.reached_by_one_lesson(house.graph(house.ROOT)) == {}


def test_nothing_in_gramlib_touches_the_private_names_of_another():
    assert house.private_touches(house.ROOT) == {}


def touches_the_session(source: str) -> bool:
    nodes = list(ast.walk(ast.parse(source)))
    return any(isinstance(node, ast.Attribute) and node.attr == "session_state" for node in nodes)


def test_one_module_touches_the_session_and_canvases_their_own_talk():
    touching = {
        name
        for name, file in house.modules(house.ROOT).items()
        if touches_the_session(file.read_text(encoding="utf-8")) and not name.startswith("pages.ui.canvases.")
    }
    assert touching == {"pages.ui.memory"}


def test_a_touch_of_the_session_is_seen():
    assert touches_the_session("def f():\n    return st.session_state.get('a')")
    assert not touches_the_session('"""st.session_state is not touched."""')


@pytest.mark.parametrize("name", sorted(house.modules(house.ROOT)))
def test_gramlib_knows_nothing_of_the_app(name):
    if name.startswith("gramlib"):
        source = house.modules(house.ROOT)[name].read_text(encoding="utf-8")
        roots = {each.partition(".")[0] for each in house.imports_of(source)}
        assert not roots & {"streamlit", "pages", "app"}


@pytest.fixture
def small(tmp_path):
    """A house of two lessons; called with the texts of files that are different."""

    def build(**texts: str) -> Path:
        files = {
            "app": "from pages.lessons.a import room",
            "pages/__init__": "",
            "pages/shell": "from pages.ui import frame",
            "pages/home": "",
            "pages/a": "from pages.lessons.a import room\nfrom pages.ui import shared",
            "pages/b": "from pages.ui import shared",
            "pages/lessons/__init__": "",
            "pages/lessons/a/__init__": "",
            "pages/lessons/a/room": "import gramlib.x",
            "pages/lessons/b/__init__": "",
            "pages/lessons/b/room": "",
            "pages/ui/__init__": "",
            "pages/ui/frame": "",
            "pages/ui/shared": "from gramlib import x",
            "gramlib/__init__": "",
            "gramlib/x": "",
            "gramlib/y": "from gramlib import x",
        } | {name.replace("__", "/", name.count("__")): text for name, text in texts.items()}
        for name, text in files.items():
            file = tmp_path / f"{name}.py"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return tmp_path

    return build


def test_the_small_house_is_right(small):
    found = house.graph(small())
    assert house.forbidden(found) == house.circles(found) == []
    assert house.reached_by_one_lesson(found) == {}
    assert found["pages.a"] == {"pages.lessons.a.room", "pages.ui.shared"}


@pytest.mark.parametrize(
    ("file", "text", "arrow"),
    [
        ("pages/b", "from pages.lessons.a import room", "pages.b → pages.lessons.a.room"),
        ("pages/a", "import pages.b", "pages.a → pages.b"),
        (
            "pages/lessons/b/room",
            "def f():\n    from pages.lessons.a.room import g",
            "pages.lessons.b.room → pages.lessons.a.room",
        ),
        ("pages/lessons/a/room", "import pages.a", "pages.lessons.a.room → pages.a"),
        ("pages/ui/shared", "from pages.lessons.a.room import g", "pages.ui.shared → pages.lessons.a.room"),
        ("gramlib/x", "import pages.ui.shared", "gramlib.x → pages.ui.shared"),
    ],
)
def test_a_wrong_arrow_is_seen(small, file, text, arrow):
    root = small()
    (root / f"{file}.py").write_text(text)
    assert house.forbidden(house.graph(root)) == [arrow]


def test_the_teachers_room_reads_what_a_lesson_can_be_opened_with_and_nothing_else(small):
    root = small(pages__lessons__a__state="", pages__lessons__teaching__plan="")
    room = root / "pages/lessons/teaching/plan.py"
    room.write_text("from pages.lessons.a.state import State")
    assert house.forbidden(house.graph(root)) == []
    room.write_text("from pages.lessons.a.room import show")
    assert house.forbidden(house.graph(root)) == ["pages.lessons.teaching.plan → pages.lessons.a.room"]


def test_a_circle_is_seen_also_where_only_types_make_it(small):
    root = small()
    (root / "gramlib/x.py").write_text("if TYPE_CHECKING:\n    from gramlib.y import Y")
    assert house.circles(house.graph(root)) == [["gramlib.x", "gramlib.y"]]
    assert house.circles(house.runtime(root)) == []


def test_what_one_lesson_alone_reaches_is_seen(small):
    root = small()
    (root / "pages/b.py").write_text("")
    assert house.reached_by_one_lesson(house.graph(root)) == {"pages.ui.shared": "pages.a"}


def test_a_private_touch_is_seen(small):
    root = small()
    (root / "gramlib/y.py").write_text("def f(job):\n    job._lock = job._lock\n    self._own, job.__class__")
    assert house.private_touches(root) == {("y", "job"): 2}


def reads_the_clock_on_the_wall(source: str) -> list[str]:
    read = ("time.time", "datetime.now", "datetime.datetime.now", "datetime.utcnow", "time.localtime", "time.gmtime")
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute)]
    return [name for name in map(ast.unparse, nodes) if name in read]


def test_no_time_is_measured_by_the_clock_on_the_wall_which_may_jump():
    found = {
        name: reads_the_clock_on_the_wall(file.read_text(encoding="utf-8"))
        for name, file in house.modules(house.ROOT).items()
    }
    assert {name for name, read in found.items() if read} == {"pages.ui.log", "pages.ui.health"}, "they say when"
    assert reads_the_clock_on_the_wall("import time\nbegun = time.time()")
