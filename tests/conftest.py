"""For every test."""

from __future__ import annotations

import os

from hypothesis import settings

# as pages/ui/compute/networks.py does for the app: two workers on two cores would otherwise wait for each other
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
if "PYTEST_XDIST_WORKER" in os.environ:  # as many processes as cores already
    os.environ.setdefault("OMP_NUM_THREADS", "1")

# `make quick`: the laws are tried on fewer examples
settings.register_profile("quick", max_examples=20)
