"""Long hunts: ``python -m tests.attacks --kind lp --count 500 --seed 1 --methods auto,exact
--seconds 8 --keep FOLDER``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.attacks.hunting import KINDS, Attack, Tally, attacks, commands, keep, stories, table
from tests.attacks.running import Worker


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.attacks", description=__doc__)
    parser.add_argument(
        "--kind", default="all", help=f"one or more, by commas: {', '.join(KINDS)}, resume; all"
    )
    parser.add_argument("--count", type=int, default=100, help="scenarios of each kind")
    parser.add_argument("--seed", type=int, default=1, help="number of the first scenario")
    parser.add_argument("--methods", default="auto")
    parser.add_argument("--seconds", type=float, default=8.0, help="time limit of a run")
    parser.add_argument("--gap", type=float)
    parser.add_argument("--points", type=int)
    parser.add_argument("--keep", type=Path, help="folder for the scenarios that found something")
    parser.add_argument(
        "--given-up",
        action="store_true",
        help="keep and show those, too, in which less is claimed than holds",
    )
    parser.add_argument(
        "--command-line",
        action="store_true",
        help="run and verify as processes: exit codes and output, too",
    )
    parser.add_argument(
        "--stories",
        action="store_true",
        help="say what was done to each run that was stopped and resumed",
    )
    given = parser.parse_args()
    tally, found = Tally(), 0
    kinds = [*KINDS, "resume"] if given.kind == "all" else given.kind.split(",")
    with Worker() as worker:
        for kind in kinds:
            for attack in _of(kind, given, worker):
                tally.add(attack)
                shown = [f"{fault.kind}: {fault.text}" for fault in attack.verdict.faults]
                if given.stories and kind == "resume":
                    print(attack.number, attack.record["message"], flush=True)
                if given.given_up and attack.verdict.given_up:
                    shown.append(f"given up: {attack.verdict.given_up}")
                if shown:
                    found += 1
                    name = (
                        keep(attack, given.keep)
                        if given.keep
                        else f"{attack.kind} {attack.number} {attack.method}"
                    )
                    print(
                        f"{name} [{attack.verdict.claim}]",
                        *(f"\n    {line[:400]}" for line in shown),
                        flush=True,
                    )
    print(table(tally), f"{tally.seconds:.0f} s solving", sep="\n")
    return 1 if found else 0


def _of(kind: str, given: argparse.Namespace, worker: Worker) -> Iterator[Attack]:
    numbers = range(given.seed, given.seed + given.count)
    if kind == "resume":
        return stories(numbers)
    if given.command_line:
        return commands(kind, numbers, seconds=given.seconds)
    options = {"time_limit": given.seconds, "gap": given.gap, "points": given.points}
    return attacks(kind, numbers, worker, methods=given.methods.split(","), **options)


if __name__ == "__main__":
    sys.exit(main())
