"""Behind nginx as .deploy/nginx.conf has it: a page opens, a large picture arrives, a transfer moves."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT, _wait_for, free_port
from tests.browser.test_style_transfer import button, said, status, wait_for_step

CONFIGURATION = ROOT / ".deploy" / "nginx.conf"
LOCATION = re.compile(r"```nginx\n(.*?)```", re.DOTALL)
AROUND = """daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {server}
}}
"""


def test_readme_has_the_same() -> None:
    (location,) = LOCATION.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    here = [line.strip() for line in CONFIGURATION.read_text(encoding="utf-8").splitlines()]
    there = [line.strip().replace("http://127.0.0.1:8501", "http://app:8501") for line in location.splitlines()]
    assert "\n".join(there) in "\n".join(here)


@pytest.fixture
def behind_nginx(server: str, tmp_path: Path) -> Iterator[str]:
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    if nginx is None:
        message = "not run: there is no nginx here"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    port, text = free_port(), CONFIGURATION.read_text(encoding="utf-8")
    text = text.replace("http://app:8501", server.replace("localhost", "127.0.0.1"))
    text = text.replace("listen 80;", f"listen 127.0.0.1:{port};")
    configuration = tmp_path / "nginx.conf"
    configuration.write_text(AROUND.format(folder=tmp_path, server=text))
    process = subprocess.Popen([nginx, "-p", str(tmp_path), "-c", str(configuration)], stderr=subprocess.DEVNULL)
    try:
        _wait_for(f"http://localhost:{port}/_stcore/health", process)
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.slow
def test_a_page_a_large_picture_and_a_transfer(page: Page, behind_nginx: str) -> None:
    assert page.request.get(f"{behind_nginx}/_stcore/metrics").status == 404
    page.goto(f"{behind_nginx}/style_transfer?lang=en&size=128&steps=60")
    expect(status(page)).to_have_text(said("live.idle"))
    file = io.BytesIO()  # noise cannot be packed: more than the 1 MB that nginx takes by itself
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (800, 1000, 3), dtype=np.uint8)).save(file, "PNG")
    assert len(file.getvalue()) > 2_000_000
    page.get_by_test_id("stPopover").first.get_by_role("button").first.click()
    page.locator("[data-testid=stFileUploaderDropzoneInput]").set_input_files(
        {"name": "noise.png", "mimeType": "image/png", "buffer": file.getvalue()}
    )
    expect(page.get_by_text("noise.png").first).to_be_visible()
    page.keyboard.press("Escape")
    button(page, "start").click()
    wait_for_step(page, 3)
    button(page, "stop").click()
