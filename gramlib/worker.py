"""A worker: `python -m gramlib.worker tcp://192.168.1.7:8786`, until it is interrupted.

It waits for the scheduler, works for every Gramlab that is given its address, and waits again when it goes.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import platform
import time

TRY_EVERY = 3.0  # seconds


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m gramlib.worker", description=__doc__.splitlines()[0])
    parser.add_argument("scheduler", help="its address, such as tcp://192.168.1.7:8786")
    parser.add_argument("--threads", type=int, help="that compute at the same time; without it, all that are here")
    parser.add_argument("--name", default=f"{platform.node() or 'worker'}-{os.getpid()}", help="to be called by")
    asked = parser.parse_args()
    # read when NumPy and torch are loaded: threads that have nothing to do sleep instead of spinning
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    import torch

    from gramlib.cluster import work
    from gramlib.processors import processors
    from gramlib.studio import Studio, versions

    for name in ("distributed.worker", "distributed.core"):
        logging.getLogger(name).setLevel(logging.ERROR)
    torch.set_num_threads(asked.threads or processors())
    studio = Studio(say=_say)
    _say(", ".join(f"{name} {version}" for name, version in versions().items()))
    studio.warm_up()
    told = False
    while True:
        try:
            asyncio.run(work(asked.scheduler, studio, name=asked.name, begun=lambda: _say(f"{asked.name} is ready.")))
            _say("The scheduler has gone.")
            told = False
        except (OSError, TimeoutError, RuntimeError) as error:
            if not told:
                _say(f"Nobody answers at {asked.scheduler} ({type(error).__name__}): it is tried again and again.")
            told = True
        time.sleep(TRY_EVERY)


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
