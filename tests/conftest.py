"""For every test."""

from __future__ import annotations

import os

# as pages/ui/networks.py does for the app: two workers of pytest on two cores would otherwise wait for each other
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
