"""The house in numbers: who imports whom, which arrows are against the rules, what one lesson alone reaches.

`python -m tests.house [FOLDER]` prints them; tests/test_house.py holds the rules.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]

Graph = Mapping[str, frozenset[str]]


def modules(root: Path) -> dict[str, Path]:
    """Every module of app.py, pages and gramlib by its dotted name."""
    files = [root / "app.py", *sorted((root / "pages").rglob("*.py")), *sorted((root / "gramlib").glob("*.py"))]
    names = {file: ".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__") for file in files}
    return {name: file for file, name in names.items()}


def imports_of(source: str) -> set[str]:
    """The modules, and what may be modules, that a source text imports anywhere, inside functions too."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def for_types_only(source: str) -> set[str]:
    """What is imported below `if TYPE_CHECKING:` and so is no arrow when the program runs."""
    blocks = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.If))
    lines = [
        "\n".join(ast.unparse(each) for each in block.body)
        for block in blocks
        if ast.unparse(block.test) == "TYPE_CHECKING"
    ]
    return imports_of("\n".join(lines))


def graph(root: Path) -> Graph:
    """{module: the modules of this repository that it imports}; a package counts where only itself is named."""
    files = modules(root)
    found = {}
    for name, file in files.items():
        named = imports_of(file.read_text(encoding="utf-8")) & files.keys() - {name}
        # `from pages.ui import text` names the room, too, but reaches the file
        found[name] = frozenset(
            other for other in named if not any(deeper.startswith(f"{other}.") for deeper in named - {other})
        )
    return found


def room_of(module: str) -> str:
    """The room that a module stands in: app, a page, a lesson, ui, a canvas, gramlib."""
    parts = module.split(".")
    if parts[:2] == ["pages", "lessons"]:
        return ".".join(parts[:3])
    if parts[:2] == ["pages", "ui"]:
        return "pages.ui"
    return "pages" if parts[0] == "pages" else parts[0]


def forbidden(graph: Graph) -> list[str]:
    """Arrows against `app.py, pages/*.py → pages/lessons/<one> → pages/ui → gramlib`.

    The teacher's room stands beside the lessons and may read what each can be opened with: its plan links into them.
    """
    return [f"{one} → {other}" for one in graph for other in sorted(graph[one]) if not _allowed(one, other)]


def _allowed(one: str, other: str) -> bool:
    here, there = room_of(one), room_of(other)
    if there == here and here not in ("pages",):
        return True
    if there == "gramlib":
        return here != "gramlib"
    if there == "pages.ui":
        return here not in ("gramlib", "pages.ui")
    if here == "pages.lessons.teaching" and re.fullmatch(r"pages\.lessons\.\w+\.state", other):
        return True
    if there.startswith("pages.lessons."):  # a page opens its own room; app.py takes the routes of one
        return here == "app" or (here == "pages" and one.split(".")[1] == there.split(".")[2])
    return False


def circles(graph: Graph) -> list[list[str]]:
    """Groups of modules each of which reaches the others, types aside."""
    reached = {name: _reach(graph, name) for name in graph}
    groups = {tuple(sorted(other for other in reached[name] if name in reached[other])) for name in graph}
    return [list(group) for group in sorted(groups) if group]


def _reach(graph: Graph, start: str) -> set[str]:
    found: set[str] = set()
    ahead = list(graph[start])
    while ahead:
        if (name := ahead.pop()) not in found:
            found.add(name)
            ahead += graph[name]
    return found


def reached_by_one_lesson(graph: Graph) -> dict[str, str]:
    """The files of pages/ui, canvases aside, that only one lesson reaches, and which."""
    of_all = ("pages.shell", "pages.home", "pages.teaching", "pages.ui", "pages.lessons")
    lessons = [name for name in graph if re.fullmatch(r"pages\.\w+", name) and name not in of_all]
    common = {name for start in ("pages.shell", "pages.home", "app") for name in _reach(graph, start) | {start}}
    found = {}
    for module in graph:
        is_room = any(other.startswith(f"{module}.") for other in graph)
        if is_room or module in common or not re.match(r"pages\.ui\.(?!canvases)", module):
            continue
        users = [lesson for lesson in lessons if module in _reach(graph, lesson)]
        if len(users) < 2:
            found[module] = users[0] if users else "nobody"
    return found


def private_touches(root: Path) -> dict[tuple[str, str], int]:
    """{(module, name of an object): how often it touches a private name of another object} within gramlib."""
    found: dict[tuple[str, str], int] = {}
    for file in sorted((root / "gramlib").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and re.match(r"_[a-z]", node.attr):
                owner = ast.unparse(node.value)
                if owner not in ("self", "cls") and not re.match(r"__\w+__$", node.attr):
                    key = (file.stem, owner)
                    found[key] = found.get(key, 0) + 1
    return found


def runtime(root: Path) -> Graph:
    """The graph without what is imported for types only: what makes a circle when the program runs."""
    files = modules(root)
    whole = graph(root)
    return {name: whole[name] - for_types_only(files[name].read_text(encoding="utf-8")) for name in whole}


def lines(root: Path) -> Iterator[str]:
    """The numbers, one a line."""
    whole, files = graph(root), modules(root)
    sizes = {name: len(file.read_text(encoding="utf-8").splitlines()) for name, file in files.items()}
    alone = reached_by_one_lesson(whole)
    touches = private_touches(root)
    yield f"modules {len(files)}, lines {sum(sizes.values())}, arrows {sum(map(len, whole.values()))}"
    yield f"reached by one lesson only in pages/ui, canvases aside: {len(alone)} {' '.join(sorted(alone))}"
    yield f"arrows against the rules: {len(forbidden(whole))}"
    yield f"circles, types counted: {_named(circles(whole))}; when it runs: {_named(circles(runtime(root)))}"
    yield f"private touches from outside in gramlib: {sum(touches.values())} {touches}"
    name = max(sizes, key=sizes.__getitem__)
    yield f"largest file: {name}, {sizes[name]} lines"


def _named(groups: Iterable[list[str]]) -> str:
    return "; ".join(" ↔ ".join(group) for group in groups) or "none"


if __name__ == "__main__":
    print("\n".join(lines(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT)))
