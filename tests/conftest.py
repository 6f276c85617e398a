"""For every test."""

from __future__ import annotations

import faulthandler
import os
import sys

import pytest
from hypothesis import settings

# as pages/ui/compute/networks.py does for the app: two workers on two cores would otherwise wait for each other
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

# `make quick`: the laws are tried on fewer examples
settings.register_profile("quick", max_examples=20)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item):
    """What a test leaves behind is put away within the time that a test has, also where it has failed: there pytest
    itself sets no bound any more, and a fixture that waits for good would stop everything."""
    if (seconds := float(item.config.getini("faulthandler_timeout"))) > 0:
        faulthandler.dump_traceback_later(seconds, file=sys.__stderr__, exit=True)  # pytest calls it off
    return (yield)
