"""Few discrete choices with real columns besides: one problem a combination, each with its discrete
columns fixed.
"""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.nonlinear.projection import project
from optimiser.engine.nonlinear.repair import LogicRepair
from optimiser.engine.nonlinear.space import Space
from optimiser.engine.nonlinear.tolerances import SLACK
from optimiser.engine.problem import Domain

if TYPE_CHECKING:
    from optimiser.engine.problem import Floats, Problem, Row

__all__ = ["slices_of"]

_LOOKED_AT = 2**14
_PATIENCE = 4


def slices_of(problem: Problem, /, *, most: int = 64) -> tuple[Problem, ...]:
    """The slices that obey the logic rows, in lexicographic order of their values; none where there
    are more, or fewer than two.

    In a slice real columns keep the part of their range that rows over them alone leave.
    """
    space = Space(problem.decisions)
    if not len(space.discrete) or not space.real.any():
        return ()
    if math.prod(int(c) for c in space.counts[space.discrete]) > _LOOKED_AT:
        return ()
    candidates = _candidates(problem, space)
    # each may cost a mixed-integer program
    if len(candidates) > _PATIENCE * most:
        return ()
    found: list[Problem] = []
    for x in candidates:
        part = _fixed(problem, space, x)
        if part is None or not _holds(part, x):
            continue
        if len(found) == most:
            return ()
        found.append(part)
    return tuple(found) if len(found) > 1 else ()


def _candidates(problem: Problem, space: Space) -> Floats:
    """(c, n) each combination that real columns could make hold, row by row; these are in the
    middle of their range.
    """
    values = [_values(space, int(j)) for j in space.discrete]
    grid = np.array(list(product(*values)))
    x = np.tile((space.lower + space.upper) / 2.0, (len(grid), 1))
    x[:, space.discrete] = grid
    logic = LogicRepair(problem.logic, space)
    if len(logic):
        middle = x @ logic.rows.a.T
        spread = np.abs(logic.rows.a) @ (np.where(space.real, space.width, 0.0) / 2.0)
        slack = SLACK * (1.0 + np.abs(middle) + spread)
        x = x[
            (
                (middle - spread - slack <= logic.upper) & (middle + spread + slack >= logic.lower)
            ).all(axis=1)
        ]
    return x


def _values(space: Space, j: int) -> Floats:
    return space.listed[j] if j in space.listed else space.lower[j] + np.arange(space.counts[j])


def _fixed(problem: Problem, space: Space, x: Floats) -> Problem | None:
    """The problem with the discrete columns of (n,), and real ones within what rows leave them;
    None where that is empty.
    """
    decisions = [_at(d, x[j]) if d.discrete else d for j, d in enumerate(problem.decisions)]
    for row in problem.logic:
        free = [(j, c) for j, c in row.terms if decisions[j].lower != decisions[j].upper]
        if len(free) != 1:
            continue
        j, c = free[0]
        rest = row.constant + sum(
            (c * _only(decisions[i]) for i, c in row.terms if i != j), Fraction(0)
        )
        decisions[j] = _tightened(decisions[j], row, rest, c)
        low, high = decisions[j].lower, decisions[j].upper
        if low is not None and high is not None and low > high:
            return None
    return replace(problem, decisions=tuple(decisions))


def _at(domain: Domain, value: float) -> Domain:
    """A discrete column at one of its values."""
    exact = domain.nearest(value) if domain.kind == "listed" else Fraction(int(value))
    return Domain(
        domain.name, domain.kind, exact, exact, (exact,) if domain.kind == "listed" else ()
    )


def _only(domain: Domain) -> Fraction:
    assert domain.lower is not None
    return domain.lower


def _tightened(domain: Domain, row: Row, rest: Fraction, c: int) -> Domain:
    """The real column of a row, within ``row.lower <= c * column + rest <= row.upper``."""
    ends = [None if bound is None else (bound - rest) / c for bound in (row.lower, row.upper)]
    low, high = ends if c > 0 else ends[::-1]
    lower = domain.lower if low is None or domain.lower is None else max(low, domain.lower)
    upper = domain.upper if high is None or domain.upper is None else min(high, domain.upper)
    return replace(domain, lower=lower, upper=upper)


def _holds(problem: Problem, x: Floats) -> bool:
    """Whether real columns can make the rows hold; ``x`` (n,) is any point with the right discrete
    columns.
    """
    space = Space(problem.decisions)
    logic = LogicRepair(problem.logic, space)
    if not len(logic):
        return True
    start = space.snap(x[None])[0]
    return bool(logic.holds(start[None])[0]) or project(space, logic.rows, start) is not None
