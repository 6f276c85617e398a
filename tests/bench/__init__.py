"""`make bench`: how quick the app is to touch. Figures to compare in one run, never a test: machines differ."""

import os

# As the app has it; before torch is there. Threads that spin between two steps make each many times slower on a shared
# machine: beside other work a step of ours took 2.8 s so, an evaluation of the tutorial's method 1.4
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as app.py does
