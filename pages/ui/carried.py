"""What lesson 1 hands on to lesson 2: the two vectors that it ended on are the first two of the next table."""

from __future__ import annotations

import numpy as np

from pages.ui.memory import Memory

# the two vectors of lesson 1, (n,) each, as they were when it was last seen
TWO: Memory[tuple[np.ndarray, np.ndarray] | None] = Memory("carried.two", None)
