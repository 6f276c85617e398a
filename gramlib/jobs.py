"""Many people's transfers on one machine: `JobPool` (pool.py) gives each `Job` (job.py) its turns (turns.py)."""

from gramlib.job import Job, to_jpeg
from gramlib.pool import JobPool
from gramlib.record import LONGEST_HISTORY
from gramlib.turns import FIRST_TURNS

__all__ = ["FIRST_TURNS", "LONGEST_HISTORY", "Job", "JobPool", "to_jpeg"]
