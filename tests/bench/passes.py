"""One store of passes: what lesson 4 has read, lessons 5 and 6 do not read again. No browser; the pages themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page

SHELL = Path(__file__).parents[2] / "pages" / "shell.py"
PICTURES = ("cat", "brick")


def _walks_after_all_is_done() -> int:
    from pages.ui.compute import networks, passes

    while passes.store.busy:
        networks.jobs().compute(lambda: None).result()
    return passes.store.walks


def measure(_page: Page, _server: str) -> Iterator[tuple[str, str, list[float]]]:
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(SHELL), default_timeout=120)
    app.query_params["lang"] = "en"
    app.switch_page("feature_maps.py").run()
    app.session_state["feature_maps.source"] = "relu3_1"
    for picture in PICTURES:
        app.session_state["feature_maps.picture"] = picture
        app.run()
    first = before = _walks_after_all_is_done()
    app.session_state["vgg_layers.picture"], app.session_state["vgg_layers.other"] = PICTURES
    app.session_state["style_distance.pictures"] = list(PICTURES)
    further = []
    for page in ("vgg_layers", "style_distance"):
        app.query_params.clear()
        app.switch_page(f"{page}.py").run()
        assert not app.exception
        assert not app.error
        further.append(float(_walks_after_all_is_done() - before))
        before = _walks_after_all_is_done()
    yield "lesson 4: passes for two pictures, their squares with them", "", [float(first)]
    yield "passes on going from lesson 4 to 5 to 6, same pictures", "", further
