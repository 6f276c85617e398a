"""`python -m tests.fuzz [--cases N] [--seed S] [--kind KIND] [--case I]`: cases of every kind, and a table of them.

The same seed gives the same cases. A fault prints the command that repeats it alone.
"""

from __future__ import annotations

import argparse
import sys

from tests.fuzz.run import KINDS, SHARES, run


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.fuzz")
    asked.add_argument("--cases", type=int, default=24_000, help="in all")
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--kind", choices=KINDS)
    asked.add_argument("--case", type=int, help="this one alone, of --kind, with its traceback")
    options = asked.parse_args()
    if options.case is not None:
        print("opened" if KINDS[options.kind](options.seed, options.case) else "refused")
        return 0
    kinds = [options.kind] if options.kind else list(KINDS)
    whole = sum(SHARES[kind] for kind in kinds)
    print(f"{'kind':<12} {'cases':>7} {'opened':>7} {'refused':>7} {'slowest':>9} {'growth':>9}  faults")
    faults = 0
    for kind in kinds:
        found = run(kind, round(options.cases * SHARES[kind] / whole), options.seed)
        faults += len(found.faults)
        print(
            f"{kind:<12} {found.cases:>7} {found.opened:>7} {found.refused:>7} {1000 * found.slowest:>6.0f} ms "
            f"{found.growth:>6.1f} MB  {len(found.faults)}",
            flush=True,
        )
        for index, fault in found.faults[:5]:
            print(f"    python -m tests.fuzz --seed {options.seed} --kind {kind} --case {index}: {fault}")
    return 1 if faults else 0


sys.exit(main())
