"""Long hunts: ``python -m tests.robustness --kind scenario-tree,steer --count 500 --seed 1
--keep FOLDER``; ``--minutes 10`` goes round all kinds for ten minutes.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from pathlib import Path

from tests.robustness.hunting import KINDS, keep, table, trials
from tests.robustness.judging import Trial
from tests.robustness.running import Server


def main() -> int:
    # a shell that puts the hunt into the background has every command begin deaf to it
    signal.signal(signal.SIGINT, signal.default_int_handler)
    parser = argparse.ArgumentParser(prog="python -m tests.robustness", description=__doc__)
    parser.add_argument("--kind", default="all", help=f"by commas: {', '.join(KINDS)}; all")
    parser.add_argument("--count", type=int, default=20, help="cases of each kind")
    parser.add_argument("--seed", type=int, default=1, help="number of the first case")
    parser.add_argument("--minutes", type=float, help="stop after so long; --count is a round")
    parser.add_argument("--keep", type=Path, help="folder for the cases that found something")
    given = parser.parse_args()
    kinds = list(KINDS) if given.kind == "all" else given.kind.split(",")
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        parser.error(f"no kind {', '.join(unknown)}; there are {', '.join(KINDS)}")
    end = None if given.minutes is None else time.monotonic() + 60 * given.minutes
    done: list[Trial] = []
    first = given.seed
    with Server() as server:
        while True:
            for kind in kinds:
                for trial, folder in trials(kind, range(first, first + given.count), server):
                    done.append(trial)
                    if trial.faults:
                        name = f"{trial.kind} {trial.number}"
                        if given.keep:
                            name = str(keep(trial, folder, given.keep))
                        print(f"{name} [{ascii(trial.words)[:200]}]", flush=True)
                        for fault in trial.faults:
                            print(f"    {fault.kind}: {ascii(fault.text)[:600]}", flush=True)
                    if end is not None and time.monotonic() > end:
                        print(table(done))
                        return int(any(trial.faults for trial in done))
            first += given.count
            if end is None:
                print(table(done))
                return int(any(trial.faults for trial in done))


if __name__ == "__main__":
    sys.exit(main())
