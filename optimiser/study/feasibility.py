"""Which of the scenario's own rules a single plan breaks: for plans that no solver vouches for."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from optimiser.front import Floats
    from optimiser.problem import Domain, Problem, Row

__all__ = ["violated"]


def violated(problem: Problem, x: Floats, /) -> tuple[str, ...]:
    """The names of what (n,) decisions break: ranges, prerequisites and groups, constraints; empty where feasible.

    Whole-number rules are compared exactly, the others within the problem's tolerance.
    """
    decimals = {value: Fraction(repr(value)) for value in set(x.tolist())}  # few: most decisions are 0 or 1
    exact = [decimals[value] for value in x.tolist()]
    found = [
        f"{domain.name} = {float(value):g} is outside what is allowed"
        for domain, value in zip(problem.decisions, exact, strict=True)
        if not _allowed(domain, value, problem.feasibility)
    ]
    found += [row.group for row in problem.logic if not _holds(row, exact, problem)]
    objectives, violations = problem.evaluate(np.asarray([x], dtype=np.float64))
    if not np.isfinite(objectives).all():
        undefined = [name for name, value in zip(problem.objectives, objectives[0], strict=True) if not np.isfinite(value)]
        found.append(f"{', '.join(undefined)} undefined")
    tolerance = problem.feasibility
    if problem.exact is not None and not found:
        _, feasible = problem.exact(np.asarray([x], dtype=np.float64))
        if feasible[0]:
            return ()
        tolerance = 0.0
    found += [name for name, excess in zip(problem.constraints, violations[0], strict=True) if not excess <= tolerance]
    return tuple(dict.fromkeys(found))


def _allowed(domain: Domain, value: Fraction, tolerance: float, /) -> bool:
    if domain.kind == "listed":
        return value in domain.values or float(value) in map(float, domain.values)
    low, high = domain.lower, domain.upper
    if domain.kind == "whole":
        return value.denominator == 1 and (low is None or low <= value) and (high is None or value <= high)
    slack = Fraction(tolerance)
    below = low is not None and value < low - slack * max(Fraction(1), abs(low))
    above = high is not None and value > high + slack * max(Fraction(1), abs(high))
    return not (below or above)


def _holds(row: Row, x: list[Fraction], problem: Problem, /) -> bool:
    total = sum((coefficient * x[column] for column, coefficient in row.terms), Fraction(row.constant))
    discrete = all(problem.decisions[column].discrete for column, _ in row.terms)
    excesses = []
    if row.lower is not None:
        excesses.append((row.lower - total, row.lower))
    if row.upper is not None:
        excesses.append((total - row.upper, row.upper))
    share = Fraction(0) if discrete else Fraction(problem.feasibility)
    return all(excess <= share * max(row.scale, Fraction(abs(bound))) for excess, bound in excesses)
