"""How the proven gap of plans spread over a front shrinks with the CPU seconds of the search, and
how many plans it takes at the least to stand for all within a share.

OPENBLAS_NUM_THREADS=1 python -m benchmarks.spreads factory_roadmap --seconds 60
"""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

import numpy as np

from optimiser import load
from optimiser.engine import Budget
from optimiser.engine.exact.questions import Within
from optimiser.engine.exact.spreading import Spread, spread_over
from optimiser.formulate import formulate

if TYPE_CHECKING:
    from optimiser.front import Floats

__all__ = ["at_least"]

_SHARES = (0.0025, 0.005, 0.0075, 0.01, 0.0125, 0.015, 0.02)
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
    if spread.gap is not None:
        points = np.array([spread.measures.plan(spread.problem.values(x)) for x in spread.plans])
        scale = np.array(spread.frame.scale if spread.frame else ())
        varying = scale > 0
        shares = points[:, varying].astype(float) / scale[varying].astype(float)
        for share in _SHARES:
            print(f"within {100 * share:g} %: at least {at_least(shares, spread.gap, share)} plans")


def at_least(points: Floats, gap: float, share: float) -> int:
    """How many plans it takes at the least to stand for all within a share, by points (k, m) in
    shares of the ranges for which all plans are within ``gap`` of one: as many as there are points
    of which no plan stands for two.

    What stands for two within the share has a point within ``gap`` that does within both together.
    """
    away = np.zeros((len(points), len(points)))
    for own in points.T:
        np.maximum(away, own[:, None] - own[None], out=away)
    apart = np.ones_like(away, dtype=bool)
    for row in away:
        near = row <= share + gap
        apart[np.ix_(near, near)] = False
    found, left = 0, np.ones(len(points), dtype=bool)
    while left.any():
        some = np.flatnonzero(left)
        at = some[int(np.argmax(apart[np.ix_(some, some)].sum(axis=1)))]
        found, left[at] = found + 1, False
        left &= apart[at]
    return found


def _nodes(spread: Spread) -> str:
    asked = spread.asked
    return f"{asked.nodes:,}" if isinstance(asked, Within) else ""


if __name__ == "__main__":
    main()
