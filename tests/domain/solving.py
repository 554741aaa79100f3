"""Solving a library scenario through the public interface, and reading the answer in a planner's
terms.
"""

from __future__ import annotations

import itertools
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

import optimiser

if TYPE_CHECKING:
    from pathlib import Path

    from optimiser.results import Result

__all__ = ["adopted", "close", "column", "feasible_plans", "known", "points", "solved", "written"]


@cache
def solved(scenario: str | Path, /, *overrides: str) -> Result:
    """The result for a scenario of the library or a file, with ``overrides`` like
    ``constraints.budget=null``.

    Results are frozen, so that several tests may look at the same one.
    """
    return optimiser.solve(optimiser.load(scenario, overrides=overrides, set_new=True))


def known(name: str, /) -> Result:
    """The result of a library scenario that its page shows: the kept one of those that take
    long.
    """
    from docs.scenario_pages import KEPT, kept
    from optimiser.results import Result

    return Result.load(kept(name)) if name in KEPT else solved(name)


def written(folder: Path, text: str, /) -> Path:
    """A scenario file of its own with the given content."""
    path = folder / "case.yaml"
    path.write_text(f"optimise: 1\nname: case\n{text}", encoding="utf-8")
    return path


def points(result: Result, /) -> list[tuple[float, ...]]:
    """The objectives of the listed plans in the file's directions, sorted."""
    return sorted(tuple(row) for row in result.front.y.tolist())


def close(found: list[tuple[float, ...]], expected: Any, /, *, digits: int) -> bool:
    """Whether the same points are listed, as printed with so many digits after the point."""
    if len(found) != len(expected):
        return False
    return bool(
        np.all(np.abs(np.array(found) - np.array(sorted(expected))) <= 0.5001 * 10.0**-digits)
    )


def adopted(result: Result, row: int, /) -> frozenset[str]:
    """The decisions of a listed plan that are not 0."""
    front = result.front
    return frozenset(
        name
        for name, cell in zip(front.decision_columns, front.cells[row], strict=True)
        if cell not in {"0", ""}
    )


def column(result: Result, name: str, /) -> list[float]:
    """An objective or indicator of the listed plans, in the order of rows."""
    front = result.front
    for columns, values in ((front.columns, front.y), (front.indicator_columns, front.indicators)):
        for index, described in enumerate(columns):
            if described.name == name:
                return [float(v) for v in values[:, index]]
    raise KeyError(name)


def feasible_plans(scenario: str, /, *overrides: str) -> int:
    """How many plans of a small finite scenario satisfy the compiled problem."""
    from optimiser.formulate import formulate

    problem = formulate(optimiser.load(scenario, overrides=overrides, set_new=True)).at()
    choices = [
        d.values or [Fraction(v) for v in range(int(d.lower or 0), int(d.upper or 0) + 1)]
        for d in problem.decisions
    ]
    x = np.array([[float(v) for v in values] for values in itertools.product(*choices)])
    holds = np.ones(len(x), dtype=bool)
    for row in problem.logic:
        total = sum(
            (float(c) * x[:, j] for j, c in row.terms), np.full(len(x), float(row.constant))
        )
        lower, upper = (
            (-np.inf if row.lower is None else row.lower),
            (np.inf if row.upper is None else row.upper),
        )
        holds &= (total >= lower) & (total <= upper)
    violations = problem.evaluate(x)[1]
    return int((holds & (violations <= problem.feasibility).all(axis=1)).sum())
