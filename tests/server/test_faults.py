"""What a person finds after a fault of the network or of the server: nothing that was finished is lost."""

from __future__ import annotations

import contextlib
from urllib.parse import parse_qs

import pytest

from pages.ui.text import words
from tests.browser.conftest import free_port
from tests.load.people import Frame, Gone, Person
from tests.server.conftest import Server, start

pytestmark = pytest.mark.slow

SETTINGS = {"lang": ["zh"], "size": ["128"], "steps": ["500"], "style_weight": ["100"], "seed": ["7"]}
LINK = "&".join(f"{name}={value}" for name, (value,) in SETTINGS.items())


def until_step(person: Person, step: int) -> Frame:
    assert person.job is not None
    seen = None
    while seen is None or int(seen.status["iteration"]) < step:  # type: ignore[call-overload]
        seen = person.frame(person.job, seen)
    return seen


def test_a_connection_that_is_cut_and_a_reload_take_up_the_same_transfer(server: Server, person: Person) -> None:
    person.open("style_transfer", LINK)
    person.press("start")
    job, before = person.job, until_step(person, 2)
    person.cut()
    assert until_step(person, 3).status["state"] == "running", "the picture goes on without Streamlit's connection"
    for again in (True, False):  # the same session is taken up, then a new one, as after a reload
        person.cut()
        person.connect(again=again)
        person.open("style_transfer", person.query)
        assert person.job == job
        assert person.alerts == []
        seen = until_step(person, 4)
        assert seen.status["frames"][: len(before.status["frames"])] == before.status["frames"]  # type: ignore[index]
    person.press("stop")
    assert person.frame(str(job), wait=False).status["state"] == "stopped"


def test_a_server_that_is_stopped_and_started_says_so_and_begins_again_in_one_press() -> None:
    port = free_port()
    with start(port) as (address, process):
        person = Person(address)
        person.open("style_transfer", LINK)
        person.press("start")
        until_step(person, 1)
        process.terminate()
        assert process.wait(20) is not None
    with pytest.raises(ConnectionRefusedError):
        person.ask("GET", "/health")
    person.cut()
    with start(port):
        link = person.query  # the address bar has it all the time
        with contextlib.suppress(Gone):
            person.frame(person.job or "", wait=False)
            raise AssertionError("a transfer that nobody has begun")
        person.connect(again=True)
        person.open("style_transfer", link)
        assert words("zh")["style_transfer.gone"] in person.html
        shown = parse_qs(person.query)
        assert {name: shown[name] for name in SETTINGS} == SETTINGS
        person.press("start")
        assert until_step(person, 1).status["state"] == "running"
        person.leave()
