"""Whether plans of BASE are lost in an unfinished NEW, asked of NEW's scenario itself: is there a
plan as good as this one?

Two questions are cheap where every decision is discrete and every expression exact: whether the
plan itself still holds and is as good, and, of models whose combinations can all be looked at,
whether any plan is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimiser.analysis.measures import Fate
from optimiser.analysis.shifts import held
from optimiser.engine.holding import holding
from optimiser.errors import OptimiseError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.problem import Problem
    from optimiser.formulate import Model
    from optimiser.front import Flags, Floats
    from optimiser.results import Result

__all__ = ["SETTLING", "settle"]

SETTLING = 2.0
"""Seconds that a comparison spends on plans of which it is not known whether they are lost."""

_MOST = 2**20  # combinations, a second or two


def settle(base: Result, new: Result, found: Fate, /, *, seconds: float = SETTLING) -> Fate:
    """What becomes of BASE's plans in NEW, those that are open asked about one by one where that is
    cheap.

    Args:
        base, new: the results.
        found: what the proofs tell; its rows are BASE's plans.
        seconds: that may be spent.
    """
    model = new.model
    problem = model.at()
    names = tuple(column.name for column in base.front.columns)
    if problem.exact is None or set(problem.objectives) != set(names) or seconds <= 0.0:
        return found
    rows = np.flatnonzero(found.open)
    wanted = base.front.minimised[rows][:, [names.index(name) for name in problem.objectives]]
    kept, lost = found.kept.copy(), found.lost.copy()
    kept[rows] = _carried_over(base, rows, wanted, model, problem)
    left = rows[~kept[rows]]
    every = _all_efficient(model, problem, seconds) if len(left) else None
    if every is not None:
        answers = held(every, wanted[~kept[rows]])
        kept[left], lost[left] = answers, ~answers
    return Fate(kept, lost)


def _carried_over(
    base: Result, rows: NDArray[np.intp], wanted: Floats, model: Model, problem: Problem, /
) -> Flags:
    """(r,) which of BASE's plans hold in NEW's scenario and are at least as good there."""
    try:
        x = base.decisions(rows.tolist(), model=model)
    except (OptimiseError, KeyError, ValueError):
        return np.zeros(len(rows), dtype=bool)  # decided in other terms
    good = holding(problem, x).exactly
    if good.any():
        good[good] = (_values(model, problem, x[good]) <= wanted[good]).all(axis=1)
    return good


def _values(model: Model, problem: Problem, x: Floats, /) -> Floats:
    """(k, m) minimised, as they are printed: exact values rounded once."""
    return np.asarray(model.read(x).objectives * problem.signs)


def _all_efficient(model: Model, problem: Problem, seconds: float, /) -> Floats | None:
    """(k, m) everything that is efficient, minimised; None where that takes too long."""
    from optimiser.engine import Options, count_of, solve

    if (
        any(d.count is None or d.count > _MOST for d in problem.decisions)
        or count_of(problem) > _MOST
    ):
        return None
    try:
        solution = solve(problem, Options(method="enumerate", time_limit=seconds))
    except OptimiseError:
        return None
    complete = solution.proof.status == "complete" and solution.proof.proven
    return _values(model, problem, solution.x) if complete else None
