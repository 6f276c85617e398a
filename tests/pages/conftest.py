"""Pages are opened the way a person opens them: through the shell, with a link."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

SHELL = Path(__file__).parents[2] / "pages" / "shell.py"


NETWORKED = {"vgg_layers", "style_distance", "style_transfer"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """For `make quick` no page that starts a network, and one language is enough."""
    for item in items:
        parameters = item.callspec.params if hasattr(item, "callspec") else {}
        networked = NETWORKED & {parameters.get(name) for name in ("page", "lesson")}
        if networked or parameters.get("language") == "en":
            item.add_marker(pytest.mark.slow)


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
    kinds = ("title", "subheader", "markdown", "caption", "warning", "error", "info", "latex", "html", "code")
    said = "\n".join(str(element.value) for kind in kinds for element in app.get(kind) if hasattr(element, "value"))
    return re.sub(r" data-(part|follows)='[^']*'", "", said)
