"""A fault of one is no fault of the others, it is said in the person's language, and one press goes on."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from gramlib.jobs import JobPool
from pages.ui import browsers, log
from pages.ui.compute import networks
from tests.pages.conftest import everything_said, faultless
from tests.pages.test_style_transfer import job_of, press, wait_for

pytestmark = pytest.mark.slow


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Iterator[list[dict[str, object]]]:
    """What is written into the log, one dictionary a line; complete once it is looked at."""
    lines: list[dict[str, object]] = []

    class Reader(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append({"event": record.msg, **getattr(record, "values", {})})

    reader = Reader()
    logging.getLogger("gramlab").addHandler(reader)
    yield lines
    logging.getLogger("gramlab").removeHandler(reader)


@pytest.mark.parametrize(
    ("error", "key"),
    [
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried grandma.png"), "errors.memory_full"),
        (KeyError("grandma.png"), "style_transfer.broken"),
    ],
)
def test_what_breaks_in_one_transfer_stops_no_other_and_is_said(open_link, words, monkeypatch, told, error, key):
    from gramlib import transfer as engine

    real, first = engine.transfer, []

    def breaks(*arguments, **keywords):
        steps = real(*arguments, **keywords)
        if not first:
            first.append(steps)
            yield next(steps)
            yield next(steps)
            raise error
        yield from steps

    monkeypatch.setattr(engine, "transfer", breaks)
    monkeypatch.setattr(browsers, "mark", lambda: "one's")
    mine = open_link("style_transfer", lang="zh", size="128", steps="200")
    press(mine, "start")
    job = job_of(mine)
    wait_for(lambda: job.step is not None)
    monkeypatch.setattr(browsers, "mark", lambda: "another's")
    other = open_link("style_transfer", lang="en", size="128", steps="200")
    press(other, "start")
    wait_for(lambda: job.state == "failed")
    (line,) = [line for line in told if line["event"] == "transfer_failed"]
    monkeypatch.setattr(browsers, "mark", lambda: "one's")
    faultless(mine.run())
    (said,) = [each.value for each in mine.error]
    assert said == words("zh")[key] + words("zh")["shell.fault_number"].format(number=line["number"])
    assert line["who"] == log.alias("one's")
    assert "grandma" not in str(line)
    assert any("breaks" in str(place) for place in line["at"])
    assert [iteration for iteration, _ in job.frames] == [1, 2], "what was made is kept"
    before = job_of(other).step
    wait_for(lambda: job_of(other).step is not before)
    assert job_of(other).state == "running"
    press(mine, "start")
    wait_for(lambda: job_of(mine).step is not None)
    assert mine.error == []
    for page in (mine, other):
        job_of(page).stop()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_where_every_place_is_taken_the_page_is_there_and_says_so(open_link, words, monkeypatch, told, language):
    def never(change=None):
        yield from ()

    pool = JobPool(limit=0, waiting=1)
    monkeypatch.setattr(networks, "jobs", lambda: pool)
    pool.start(never, owner="another's")
    page = open_link("style_transfer", lang=language, size="128")
    press(page, "start")
    (line,) = [line for line in told if line["event"] == "refused"]
    (said,) = [each.value for each in page.error]
    full = words(language)["errors.jobs_full"].format(count=1)
    assert said.startswith(full)
    assert str(line["number"]) in said
    assert (line["code"], line["count"]) == ("jobs_full", 1)
    assert words(language)["style_transfer.walk"] in everything_said(page)
    faultless(page.run())
    assert [each.value for each in page.error] == [said], "until something else is pressed"
    pool.close(10)


def test_a_page_that_breaks_off_says_so_and_its_number(words, told):
    def page() -> None:
        from pages.ui.frame import broken_off
        from pages.ui.text import LANGUAGE

        LANGUAGE.value = "zh"
        broken_off(KeyError("grandma.png"))

    shown = faultless(AppTest.from_function(page).run())
    (said,) = [each.value for each in shown.error]
    (line,) = told
    assert said == words("zh")["shell.fault"] + words("zh")["shell.fault_number"].format(number=line["number"])
    assert (line["event"], line["error"]) == ("page_failed", "KeyError")
    assert "grandma" not in str(line)
