"""For every test."""

from __future__ import annotations

import os

from hypothesis import settings

# as pages/ui/compute/networks.py does for the app: two workers on two cores would otherwise wait for each other
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

# `make quick`: the laws are tried on fewer examples
settings.register_profile("quick", max_examples=20)
