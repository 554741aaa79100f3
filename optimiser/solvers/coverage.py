"""Plans spread over a linear front with a proven gap, whatever the number of objectives and the kinds of decisions.

The zone in which a plan could be furthest from the listed ones is searched next: the largest t with
f(x) + t * scale <= u proves that no plan of the zone u is more than t away, and its optimum, made efficient, is listed.

References:
    A. Pascoletti and P. Serafini (1984). Scalarizing vector optimization problems. Journal of Optimization Theory and
    Applications 42, 499-524.
    K. Klamroth, R. Lacour and D. Vanderpooten (2015). On the representation of the search region in multi-objective
    optimization. European Journal of Operational Research 245, 767-778.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from optimiser.solvers import conflict, highs
from optimiser.solvers.contract import Outcome
from optimiser.solvers.rational import exact_lp, smallest_on_face
from optimiser.solvers.zones import split

if TYPE_CHECKING:
    from optimiser.front import Floats
    from optimiser.problem import Problem
    from optimiser.solvers.contract import Budget, Options

__all__ = ["covered"]

_POINTS = 60
_ENDLESS = 1 << 62  # an asked gap is reached, however many plans it takes
_CLOSED = 1e-6
_GAP = 1e-3
_SLACK = 1e-9
_SAME = 1e-7
_ALL_ORDERS = 3


@dataclass(eq=False)
class _Run:
    """Points found, and the open zones with a proven bound on how far a plan in them can be from the points."""

    problem: Problem
    program: highs.Program
    matrix: Floats
    budget: Budget
    scale: Floats = field(default_factory=lambda: np.empty(0))
    x: list[Floats] = field(default_factory=list)
    y: list[Floats] = field(default_factory=list)
    zones: Floats = field(default_factory=lambda: np.empty((0, 0)))
    away: Floats = field(default_factory=lambda: np.empty(0))
    sure: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=bool))
    closed: float = 0.0
    partial: bool = False
    solved: int = 0

    def minimise(self, cost: Any, cuts: list[highs.Cut]) -> highs.Answer:
        self.solved += 1
        return highs.minimise(self.program, cost, self.budget, cuts=cuts)

    def below(self, k: int, value: float) -> highs.Cut:
        """Objective k at most ``value``, up to the tolerance a float solver needs."""
        columns = np.flatnonzero(self.matrix[k]).astype(np.int32)
        slack = _SLACK * max(1.0, abs(value))
        return highs.Cut(columns, self.matrix[k, columns], -math.inf, value + slack)


def covered(problem: Problem, options: Options, budget: Budget, /) -> Outcome:
    """The corners, then the plan that closes the largest gap, again and again."""
    linear = problem.linear
    if linear is None:
        raise ValueError("the problem has no rows")
    matrix = np.zeros((len(linear.objectives), len(linear.columns)))
    for k, row in enumerate(linear.objectives):
        for j, c in row.terms:
            matrix[k, j] = float(c / row.scale)
    run = _Run(problem, highs.program_of(linear), matrix, budget)
    verdict = _corners(run, options)
    if verdict is not None:
        return verdict
    run.scale = _scale(run)
    run.zones, run.away, run.sure = np.full((1, len(matrix)), np.inf), np.array([np.inf]), np.array([False])
    for point in run.y:
        _insert(run, point)
    stopped = _fill(run, options)
    return _outcome(run, stopped)


def _corners(run: _Run, options: Options) -> Outcome | None:
    """The lexicographic optima: in every order up to three objectives, then with each objective first."""
    m = len(run.matrix)
    orders = (
        list(itertools.permutations(range(m))) if m <= _ALL_ORDERS else [tuple((k + i) % m for i in range(m)) for k in range(m)]
    )
    nothing = np.empty((0, len(run.problem.decisions)))
    for order in orders:
        cuts: list[highs.Cut] = []
        best = None
        for k in order:
            answer = run.minimise(run.matrix[k], cuts)
            if answer.status == "infeasible" and best is None:
                groups = conflict.explain(run.problem, options, run.budget)
                return Outcome(nothing, "infeasible", conflict=groups, subproblems=run.solved)
            if answer.status == "unbounded":
                return Outcome(nothing, "unbounded", objective=run.problem.objectives[k], subproblems=run.solved)
            if answer.status != "optimal":
                break
            best = answer
            cuts.append(run.below(k, float(run.matrix[k] @ answer.x)))
        run.partial |= len(cuts) < m
        if best is not None:
            _list(run, _settled(run, best.x, order))
        if run.budget.exhausted() is not None:
            break
    if not run.x:
        return Outcome(nothing, "approximate", stopped=run.budget.exhausted(), subproblems=run.solved)
    return None


def _settled(run: _Run, x: Floats, order: Sequence[int]) -> Floats:
    """The vertex that is the lexicographic best for the whole-number part of ``x``, free of the tolerances of the search."""
    linear = run.problem.linear
    if linear is None:
        raise ValueError("the problem has no rows")
    fixed = np.where(run.program.integral, np.rint(x), np.nan)
    program = highs.Program(
        np.where(run.program.integral, fixed, run.program.lower),
        np.where(run.program.integral, fixed, run.program.upper),
        np.zeros_like(run.program.integral),
        run.program.rows,
    )
    lp = exact_lp(linear).with_fixed({int(j): Fraction(int(fixed[j])) for j in np.flatnonzero(run.program.integral)})
    costs = [{int(j): float(row[j]) for j in np.flatnonzero(row)} for row in (run.matrix[k] for k in order)]
    run.solved += len(costs)
    vertex = smallest_on_face(program, lp, costs, run.budget)
    return x if vertex is None else np.array([float(v) for v in vertex.x])


def _list(run: _Run, x: Floats) -> Floats | None:
    """List the plan unless its point is there already; its point."""
    x = _tidy(run, x)
    y = run.matrix @ x
    if any((np.abs(y - other) <= _SAME * np.maximum(1.0, np.abs(y))).all() for other in run.y):
        return None
    run.x.append(x)
    run.y.append(y)
    run.budget.report(found=len(run.x), solved=run.solved)
    return y


def _tidy(run: _Run, x: Floats) -> Floats:
    """Whole columns whole, all within their bounds, and no value that is only noise around a bound."""
    x = np.where(run.program.integral, np.rint(x), x)
    for bound in (run.program.lower, run.program.upper):
        x = np.where(np.abs(x - bound) <= _SLACK, bound, x)
    x = np.clip(x, run.program.lower, run.program.upper)
    for j, domain in enumerate(run.problem.decisions):
        if domain.kind == "listed":
            x[j] = min((float(v) for v in domain.values), key=lambda v: abs(v - x[j]))
    return np.asarray(x, dtype=np.float64)


def _scale(run: _Run) -> Floats:
    """(m,) the range of each objective over the corners; where they agree, over everything that is feasible."""
    scale = np.ptp(np.array(run.y), axis=0)
    for k in np.flatnonzero(scale <= _SLACK * np.maximum(1.0, np.abs(run.y[0]))):
        scale[k] = 0.0
        # corners that agree are one ideal plan; else, or where one is missing, they do not show the range
        if run.partial or (len(run.y) > 1 and len(scale) > 2):
            ends = [highs.minimise(run.program.relaxed(), s * run.matrix[k], run.budget) for s in (1.0, -1.0)]
            if all(e.status == "optimal" for e in ends):
                scale[k] = max(0.0, -ends[1].value - ends[0].value)
    return np.asarray(scale, dtype=np.float64)


def _insert(run: _Run, point: Floats) -> None:
    kept, children, origin = split(run.zones, np.where(run.scale > 0, point, -np.inf))
    # a coordinate without scale is no reason to split: its children would hold nothing
    run.zones, run.away, run.sure = (
        np.vstack([run.zones[kept], children]),
        np.concatenate([run.away[kept], run.away[origin]]),
        np.concatenate([run.sure[kept], np.zeros(len(children), dtype=bool)]),
    )


def _fill(run: _Run, options: Options) -> Any:
    """List plans until the gap is closed, the list is long enough or the budget is spent."""
    most = options.points or (_POINTS if options.gap is None else _ENDLESS)
    # a finite front can be listed to its last point
    target = options.gap or (0.0 if run.problem.discrete else _GAP)
    while len(run.zones):
        at = int(np.argmax(run.away))
        if run.away[at] <= target:
            return None
        if run.budget.exhausted() is not None:
            return run.budget.exhausted()
        if not run.sure[at]:
            _measure(run, at)
            continue
        if len(run.x) >= most:
            return "points" if options.points is not None else None
        point = _efficient_in(run, run.zones[at])
        if point is None or not (point < run.zones[at]).all():
            # the best that can be said of this zone stays said of it
            run.closed = max(run.closed, float(run.away[at]))
            _drop(run, at)
        else:
            _insert(run, point)
        run.budget.report(gap=max(run.closed, float(run.away.max(initial=0.0))))
    return None


def _drop(run: _Run, at: int) -> None:
    run.zones, run.away, run.sure = np.delete(run.zones, at, axis=0), np.delete(run.away, at), np.delete(run.sure, at)


def _measure(run: _Run, at: int) -> None:
    """How far at most a plan of the zone is from the listed ones: a proven bound."""
    answer = _furthest(run, run.zones[at])
    if answer.status == "infeasible":
        _drop(run, at)
    elif answer.status == "optimal":
        bound = max(0.0, -answer.bound) + _SLACK
        run.away[at] = min(run.away[at], bound)
        run.sure[at] = True
        if bound <= _CLOSED:
            run.closed = max(run.closed, bound)
            _drop(run, at)
    else:
        run.closed = max(run.closed, float(run.away[at]))
        _drop(run, at)


def _furthest(run: _Run, zone: Floats) -> highs.Answer:
    """The largest t with f(x) + t * scale <= zone, as a minimum of -t; t is the last column."""
    columns = len(run.program.lower)
    cuts = []
    for k, u in enumerate(zone):
        if math.isfinite(u):
            at = np.flatnonzero(run.matrix[k]).astype(np.int32)
            values = np.append(run.matrix[k, at], run.scale[k]) / run.scale[k]
            cuts.append(highs.Cut(np.append(at, np.int32(columns)), values, -math.inf, float(u / run.scale[k])))
    wider = highs.Program(
        np.append(run.program.lower, 0.0),
        np.append(run.program.upper, np.inf),
        np.append(run.program.integral, False),
        run.program.rows,
    )
    run.solved += 1
    return highs.minimise(wider, {columns: -1.0}, run.budget, cuts=cuts)


def _efficient_in(run: _Run, zone: Floats) -> Floats | None:
    """List an efficient plan that is in all objectives as far inside the zone as any; its point."""
    answer = _furthest(run, zone)
    if answer.status != "optimal":
        return None
    reached = run.matrix @ answer.x[:-1]
    weights = 1.0 / np.where(run.scale > 0, run.scale, 1.0)
    cuts = [run.below(k, float(v)) for k, v in enumerate(reached)]
    better = run.minimise(weights @ run.matrix, cuts)
    return _list(run, better.x if better.status == "optimal" else answer.x[:-1])


def _outcome(run: _Run, stopped: Any) -> Outcome:
    """Covering with the gap of the widest zone; where nothing bounds that, or a link stands between, approximate."""
    x = np.array(run.x)[:, : len(run.problem.decisions)]
    gap = max(run.closed, float(run.away.max(initial=0.0)), _SLACK)
    linear = run.problem.linear
    plain = linear is not None and linear.resolution is None and not any(linear.linked)
    if not math.isfinite(gap) or not plain:
        return Outcome(x, "approximate", stopped=stopped, subproblems=run.solved)
    scale = tuple(float(s) for s in run.scale)
    return Outcome(x, "covering", gap=gap, scale=scale, stopped=stopped, resolution=_SLACK, subproblems=run.solved)
