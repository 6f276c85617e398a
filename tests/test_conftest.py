"""What holds for every test, on tests that are written for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HANGS = """
import threading, pytest

@pytest.fixture
def left_behind():
    yield
    lock = threading.Lock()
    lock.acquire(), lock.acquire()

def test_that_fails(left_behind):
    assert False
"""


@pytest.mark.slow
def test_a_failed_test_whose_end_waits_for_good_is_ended_and_says_where_it_stood(tmp_path):
    (tmp_path / "conftest.py").write_text((ROOT / "tests/conftest.py").read_text())
    (tmp_path / "test_hanging.py").write_text(HANGS)
    options = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(tmp_path), "-o", "faulthandler_timeout=3"]
    command = [sys.executable, "-m", "pytest", *options, "-p", "no:cacheprovider", "-s", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert 'test_hanging.py", line 8 in left_behind' in done.stderr
