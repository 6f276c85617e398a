"""A server started as README says, and the machine's own Chromium or Chrome, else the one Playwright can download.

Where neither is to be had the tests here are named as not run; in CI that is a failure.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    CDPSession,
    Error,
    FloatRect,
    Locator,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 60_000  # ms: a shared machine with two cores may be busy

# whether an element has been at one place for twelve frames in a row
STILL = """(element) => {
  const { x, y, width } = element.getBoundingClientRect();
  const place = [x, y, width].join();
  element.frames = element.place === place ? (element.frames ?? 0) + 1 : 0;
  element.place = place;
  return element.frames >= 12;
}"""

expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.fspath).is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


def _machines_browser() -> str | None:
    for name in NAMES:
        if found := shutil.which(name):
            return found
    return next((place for place in PLACES if Path(place).exists()), None)


def launch(playwright: Playwright, profile: Path) -> BrowserContext:
    """A browser with a profile, as a person has one: what it has fetched it keeps, so that a page opens quickly."""
    start = partial(
        playwright.chromium.launch_persistent_context,
        profile,
        args=ARGUMENTS,
        viewport={"width": 1280, "height": 900},
        locale="en-GB",
    )
    if path := _machines_browser():
        return start(executable_path=path)
    try:
        return start()
    except Error:
        command = [sys.executable, "-m", "playwright", "install", "chromium"]
        subprocess.run(command, check=True, timeout=300, capture_output=True)
        return start()


@pytest.fixture(scope="session")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    with sync_playwright() as playwright:
        try:
            profile = launch(playwright, tmp_path_factory.mktemp("profile"))
        except (Error, subprocess.SubprocessError, OSError) as error:
            message = f"not run: no Chromium or Chrome here, and none can be downloaded ({type(error).__name__})"
            if os.environ.get("CI"):
                pytest.fail(message)
            pytest.skip(message)
        profile.set_default_timeout(PATIENCE)
        yield profile
        profile.close()


@pytest.fixture(scope="session")
def browser(profile: BrowserContext) -> Browser:
    """For tests that need a second person, or a telephone."""
    assert profile.browser is not None
    return profile.browser


@contextmanager
def running_server(base: str = "") -> Iterator[str]:
    """A fresh server on a free port, with the whole app below a base path; yields its address."""
    with running_process(base) as (address, _):
        yield address


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


@contextmanager
def running_process(
    base: str = "", port: int | None = None, **started: Any
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A fresh server as `running_server` has it; yields its address and its process.

    started   how the process is started otherwise, see subprocess.Popen
    """
    port = port or free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    command += ["--server.baseUrlPath", base] if base else []
    address = f"http://localhost:{port}{base and '/'}{base}"
    usual = {"cwd": ROOT, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, **(usual | started))
    try:
        _wait_for(f"{address}/_stcore/health", process)
        yield address, process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE / 1000
    while True:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            assert process.poll() is None, "the server has ended"
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.1)


@pytest.fixture(scope="session")
def server(browser: Browser) -> Iterator[str]:
    with running_server() as address:
        yield address


@pytest.fixture
def page(profile: BrowserContext) -> Iterator[Page]:
    """A new browser window; a fault of the page or a request to the outside fails the test."""
    page = profile.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: faults.append(request.url) if _outside(request.url) else None)
    yield page
    crashed = page.locator("[data-testid=stException], .st-key-broken-off").count()
    if page.url.startswith("http"):
        page.evaluate("localStorage.clear()")
    for window in profile.pages[1:]:  # the first is its own: without a window it would end
        window.close()
    profile.clear_cookies()
    profile.clear_permissions()
    assert faults == []
    assert crashed == 0


def _outside(url: str) -> bool:
    return not url.startswith(("http://localhost:", "ws://localhost:", "data:", "blob:"))


def as_telephone(page: Page) -> CDPSession:
    """Make an empty page that of a telephone; returns what touches are sent through.

    Not by a context of its own: what the profile has fetched and compiled is had again.
    """
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    screen = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    session.send("Emulation.setDeviceMetricsOverride", screen)
    return session


def touch(session: CDPSession, kind: str, *points: tuple[float, float]) -> None:
    """A touch of a telephone's screen: "touchStart", "touchMove", "touchEnd"."""
    places = [{"x": x, "y": y} for x, y in points]
    session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})


def in_another_browser(page: Page) -> Page:
    """An empty page that knows nothing of this one: another session, and no cookie that says whose it is."""
    page.context.clear_cookies()
    return page.context.new_page()


def settled(page: Page) -> None:
    """Wait until the run of the script that has begun is over."""
    expect(page.locator("[data-testid=stApp]")).to_have_attribute("data-test-script-state", "notRunning")


def at_rest(page: Page, locator: Locator) -> FloatRect:
    """Where something is, once nothing moves any more: the script has run, fonts and formulas have arrived."""
    settled(page)
    page.wait_for_function("document.fonts.status === 'loaded'")
    element = locator.element_handle()
    page.wait_for_function(STILL, arg=element)
    box = locator.bounding_box()
    assert box is not None
    return box
