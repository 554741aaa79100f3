"""What deciding costs: CPU seconds of `decide` over fronts of 1,000 plans and 60 technologies; and
every ranking, `decide`, `explain` and `show` together.

The plans lie on a sphere, so that every one is efficient and first for some weights: the hardest
case of acceptability.

::

    python -m benchmarks.deciding
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

import optimiser
from benchmarks.explaining import result as drawn
from optimiser import render
from optimiser.analysis.deciding import decide
from optimiser.analysis.explaining import explain
from optimiser.analysis.side_by_side import side_by_side
from optimiser.analysis.statements import Statement
from optimiser.front import Column, Front, Proof, Provenance
from optimiser.ranking import methods, rank
from optimiser.render.decision import decision
from optimiser.render.explanation import explanation
from optimiser.render.side_by_side import side_by_side as side_by_side_table
from optimiser.results import Result
from optimiser.results.naming_plans import named_plan
from optimiser.results.result import arrange

__all__ = ["main", "spherical", "together"]


def spherical(plans: int, objectives: int, technologies: int, /, *, seed: int = 1) -> Result:
    """A result whose plans lie on a sphere; what they adopt is more or less likely along it."""
    generator = np.random.default_rng(seed)
    y = np.abs(generator.normal(size=(plans, objectives)))
    y = np.round(1000 * y / np.linalg.norm(y, axis=1)[:, None], 3)
    likely = 0.2 + 0.6 * (np.arange(plans)[:, None] * 7 + np.arange(technologies) * 13) / plans % 1
    cells = np.where(generator.random((plans, technologies)) < likely, "1", "0").tolist()
    front = Front(
        columns=tuple(Column(f"o{j}", sense="maximise") for j in range(objectives)),
        y=y,
        x=np.zeros((plans, 0)),
        indicator_columns=(),
        indicators=np.zeros((plans, 0)),
        decision_columns=tuple(f"t{j:02}" for j in range(technologies)),
        cells=tuple(map(tuple, cells)),
        ids=tuple(f"p{row:012x}" for row in range(plans)),
        proof=Proof("complete", basis="exact"),
        provenance=Provenance("enumerate", "made by hand", seed),
    )
    return arrange(optimiser.load("smart_factory"), front, rank(front))


def main() -> None:
    """Measure and print."""
    for objectives in (2, 3, 5):
        result = spherical(1000, objectives, 60)
        for statements in ([], [Statement("order", "o0,o1")]):
            started = time.process_time()
            found = decide(result, statements)
            spent = time.process_time() - started
            said = " ".join(one.option for one in statements) or "nothing stated"
            left = len(found.plans)
            print(f"{objectives} objectives, {said}: {left} left, {spent:.2f} CPU s")
    print(f"rankings, decide, explain, show of 5 objectives together: {together():.2f} CPU s")


def together() -> float:
    """CPU seconds of every ranking, `decide`, `explain` of a plan, and `show` of the front, of a
    plan and of three side by side: 1,000 plans, 5 objectives and 60 technologies.
    """
    found = drawn()
    started = time.process_time()
    aimed = tuple(replace(column, target=100.0) for column in found.front.columns)
    for method in methods():
        rank(replace(found.front, columns=aimed), method=method)
    for shown in (decision(decide(found)), render.front(found), render.plan(found, 0)):
        _built(shown)
    _built(explanation(explain(found, named_plan(found, "1"))))
    three = [named_plan(found, place) for place in ("1", "2", "3")]
    _built(side_by_side_table(side_by_side(found, three)))
    return time.process_time() - started


def _built(shown: Iterable[object], /) -> None:
    """Tables are made while they are shown."""
    for _ in shown:
        pass


if __name__ == "__main__":
    main()
