"""Pages are opened the way a person opens them: through the shell, with a link."""

from __future__ import annotations

import contextlib
import functools
import io
import os
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

HERE = Path(__file__).parent
SHELL = HERE.parents[1] / "pages" / "shell.py"


A_FEW = 3
NETWORKED = {"vgg_layers", "style_distance", "style_transfer"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """For `make quick` no page that starts a network, and one language and a few of the examples are enough."""
    tried: Counter[str] = Counter()
    for item in items:
        if not item.path.is_relative_to(HERE) or not hasattr(item, "callspec"):
            continue
        parameters = item.callspec.params
        networked = NETWORKED & {parameters.get(name) for name in ("page", "lesson")}
        test = item.nodeid.partition("[")[0]
        if networked or parameters.get("language") == "en" or tried[test] == A_FEW:
            item.add_marker(pytest.mark.slow)
        else:
            tried[test] += 1


# AppTest looks through all that is installed for components with each run, which takes five times as long as a page;
# there are some thousand runs, and nothing is installed meanwhile
manifest_scanner.scan_component_manifests = functools.cache(manifest_scanner.scan_component_manifests)

# a person is told nothing of what only concerns us; a test that fails says where
st.set_option("client.showErrorDetails", "full")


def faultless(app: AppTest) -> AppTest:
    assert not app.exception, [f"{fault.message}\n" + "\n".join(fault.stack_trace) for fault in app.exception]
    return app


@pytest.fixture
def open_link() -> Callable[..., AppTest]:
    def open_link(page: str, **parameters: str) -> AppTest:
        """Open a page by its file's name, with query parameters."""
        app = AppTest.from_file(str(SHELL), default_timeout=120)
        for name, value in parameters.items():
            app.query_params[name] = value
        if page != "home":
            app.switch_page(f"{page}.py")
        return faultless(app.run())

    return open_link


@pytest.fixture
def words() -> Callable[[str], dict[str, str]]:
    from pages.ui.text import words

    return words


def everything_said(app: AppTest) -> str:
    """All the words of a page, to look for one; without the names that a canvas finds its parts by."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "warning", "error", "info", "latex", "html", "code")
    said = "\n".join(str(element.value) for kind in kinds for element in app.get(kind) if hasattr(element, "value"))
    return re.sub(r" data-(part|follows)='[^']*'", "", said)


def folder_of(app: AppTest, place: Path) -> Path:
    """The folder that the page offers for download, unpacked into an empty place."""
    from pages.ui import albums, folders

    key = re.search(r'href="/api/folder/([\w-]+)/', everything_said(app))
    assert key is not None
    offered, file = albums.handed_out(key[1]), io.BytesIO()
    assert isinstance(offered, folders.Folder)
    folders.write(offered, file)
    place.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(file) as archive:
        archive.extractall(place)
    (folder,) = place.iterdir()
    return folder


def run_program(folder: Path) -> str:
    """What the program of a folder prints when it is run there; in this Python, which has PyTorch loaded."""
    out, before = io.StringIO(), Path.cwd()
    try:
        os.chdir(folder)
        with contextlib.redirect_stdout(out):
            exec(compile((folder / "program.py").read_text(encoding="utf-8"), "program.py", "exec"), {})
    finally:
        os.chdir(before)
    return out.getvalue()
