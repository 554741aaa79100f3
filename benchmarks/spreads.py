"""How the proven gap of plans spread over a front shrinks with the CPU seconds of the search.

OPENBLAS_NUM_THREADS=1 python -m benchmarks.spreads factory_roadmap --seconds 60
"""

from __future__ import annotations

import argparse
import time

from optimiser import load
from optimiser.engine import Budget
from optimiser.engine.exact.questions import Within
from optimiser.engine.exact.spreading import Spread, spread_over
from optimiser.formulate import formulate

__all__: list[str] = []

_MARKS = (1, 2, 3, 5, 10, 15, 20, 30, 40, 60, 120, 300)


def main() -> None:
    """Measure and print a table in Markdown, a line a moment."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("scenario")
    arguments.add_argument("--seconds", type=float, default=60.0)
    options = arguments.parse_args()
    problem = formulate(load(options.scenario)).at()
    spread = spread_over(problem, Budget())
    if spread is None:
        arguments.error("distances mean nothing here")
    print("| CPU s | proven gap | plans | questions | nodes |\n|---|---|---|---|---|")
    began = time.process_time()
    for moment in [mark for mark in _MARKS if mark < options.seconds] + [options.seconds]:
        going_on = True
        while going_on and time.process_time() - began < moment:
            going_on = spread.step()
        gap = "" if spread.gap is None else f"{100 * spread.gap:.2f} %"
        print(f"| {moment:g} | {gap} | {len(spread)} | {spread.solved} | {_nodes(spread)} |")
        if not going_on:
            break


def _nodes(spread: Spread) -> str:
    asked = spread.asked
    return f"{asked.nodes:,}" if isinstance(asked, Within) else ""


if __name__ == "__main__":
    main()
