"""Complete enumeration: every combination the logic allows, evaluated in blocks, compared exactly."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from optimiser.solvers import conflict
from optimiser.solvers.canonical import clusters, efficient, ordinals
from optimiser.solvers.combinations import combinations, denominators, values_of
from optimiser.solvers.contract import Budget, Options, Outcome

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.front import Flags, Floats
    from optimiser.problem import Problem, Row

__all__ = ["Enumerate"]

_MOST = 2**20
# nothing else proves anything of what is not linear: worth half a minute
_MOST_CURVED = 2**23
_HOPELESS = 2**48
_PRUNED = 2**18
_BLOCK = 2**16
_EXACT = 2**53
_RESOLUTION = 1e-9
_NOISE = 1e-12

# (rows, n) -> keys in the exact order of the objectives, and which rows are feasible
Judge = Callable[["Floats"], "tuple[NDArray[Any], Flags]"]


@dataclass(eq=False)
class _Archive:
    """The efficient plans so far, with what they are compared by."""

    problem: Problem
    x: Floats
    keys: NDArray[Any]

    def add(self, x: Floats, keys: NDArray[Any]) -> None:
        x = np.concatenate([self.x, x])
        keys = np.concatenate([self.keys, keys]) if len(self.keys) else keys
        ranks = clusters(keys, _NOISE * np.abs(keys).max(axis=0, initial=0.0)) if keys.dtype == np.float64 else ordinals(keys)
        kept = efficient(self.problem, x, ranks)
        self.x, self.keys = x[kept], keys[kept]


class Enumerate:
    """Looks at every plan there is.

    Complete by exact comparison; where an expression is irrational the comparison sees differences of 1e-9 of an
    objective's range, and the front is covering.
    """

    name: ClassVar[str] = "enumerate"
    rank: ClassVar[int] = 10
    proof: ClassVar[bool] = True
    proves: ClassVar[str] = "complete (discrete decisions; a million combinations, eight where a model is not linear)"

    def declines(self, problem: Problem, /) -> str | None:
        most = _MOST if problem.linear is not None else _MOST_CURVED
        for d in problem.decisions:
            if d.count is None:
                return f"decision {d.name!r} can take infinitely many values"
            if d.count > most:
                return f"decision {d.name!r} can take {d.count} values"
        plans = combinations(problem)
        if plans.raw <= most or (plans.raw <= _HOPELESS and plans.fits(2 * _MOST if plans.raw <= 8 * _MOST else _PRUNED)):
            return None
        return f"about 10^{math.log10(plans.raw):.0f} combinations are too many to try one by one"

    def suits(self, problem: Problem, /) -> str:
        count = combinations(problem).raw
        return f"{count if count <= _MOST_CURVED else 'few enough'} combinations, each looked at"

    def solve(self, problem: Problem, options: Options, budget: Budget, /) -> Outcome:
        plans = combinations(problem)
        archive = _Archive(problem, np.empty((0, len(problem.decisions))), np.empty((0, len(problem.objectives))))
        judge = _judge(problem)
        reach = _Reach(len(problem.objectives))
        seen = feasible = 0
        stopped = None
        for x in plans.blocks(_BLOCK):
            stopped = budget.exhausted()
            if stopped is not None:
                break
            seen += len(x)
            if judge is not None:
                keys, good = judge(x)
                archive.add(x[good], keys[good])
            elif problem.exact is not None:
                good = _screened(problem, options, x, archive)
            else:
                y, good = _measured(problem, options, x)
                reach.see(y[good])
                archive.add(x[good], y[good])
            feasible += int(good.sum())
            budget.report(found=len(archive.x), solved=seen)
        statistics: dict[str, object] = {"combinations": seen, "feasible": feasible}
        if stopped is not None:
            return Outcome(archive.x, "approximate", stopped=stopped, statistics=statistics)
        if len(archive.x) == 0:
            groups = conflict.explain(problem, options, budget)
            return Outcome(archive.x, "infeasible", conflict=groups, statistics=statistics)
        if judge is None and problem.exact is None:
            return _rounded(problem, options, archive, reach, statistics)
        return Outcome(archive.x, "complete", statistics=statistics)


class _Reach:
    """The range of each objective over everything seen."""

    def __init__(self, m: int) -> None:
        self.low, self.high = np.full(m, np.inf), np.full(m, -np.inf)

    def see(self, y: Floats) -> None:
        if len(y):
            self.low, self.high = np.minimum(self.low, y.min(axis=0)), np.maximum(self.high, y.max(axis=0))

    @property
    def width(self) -> Floats:
        return np.asarray(self.high - self.low, dtype=np.float64)


def _rounded(problem: Problem, options: Options, archive: _Archive, reach: _Reach, statistics: dict[str, object]) -> Outcome:
    """Without exact comparison, plans within the resolution of one another are one point."""
    resolution = options.resolution or _RESOLUTION
    y = archive.keys
    kept = efficient(problem, archive.x, clusters(y, np.asarray(resolution * np.ptp(y, axis=0))))
    return Outcome(
        archive.x[kept],
        "covering",
        gap=resolution,
        scale=tuple(float(v) for v in reach.width),
        resolution=resolution,
        statistics=statistics,
    )


def _measured(problem: Problem, options: Options, x: Floats) -> tuple[Floats, Flags]:
    y, violations = problem.evaluate(x)
    good = (violations <= options.feasibility).all(axis=1) & np.isfinite(y).all(axis=1)
    return y, np.asarray(good, dtype=bool)


def _screened(problem: Problem, options: Options, x: Floats, archive: _Archive) -> Flags:
    """Add the block to the archive by exact comparison, exact arithmetic being kept for the plans that need it.

    A plan that a feasible one beats in every objective by more than evaluation noise is out; what is left is compared
    exactly. Beaten in all objectives, not dominated: equal values that differ by noise must not decide.
    """
    exact = problem.exact
    if exact is None:
        raise ValueError("the problem has no exact comparison")
    y, good = _measured(problem, options, x)
    rows = np.flatnonzero(good)
    if len(rows) == 0:
        return good
    noise = 1e-9 * np.maximum(1.0, np.abs(y[rows]).max(axis=0))
    first = rows[efficient(problem, x[rows], clusters(y[rows], noise))]
    judged = np.zeros(len(x), dtype=bool)
    rivals = [archive.x] if len(archive.x) else []
    keys, fine = exact(x[first])
    archive.add(x[first][fine], keys[fine])
    good[first[~fine]] = False
    judged[first] = True
    rivals.append(x[first][fine])
    strong, _ = problem.evaluate(np.concatenate(rivals))
    rest = rows[~judged[rows]]
    for point in strong:
        if len(rest) == 0:
            break
        rest = rest[~(y[rest] > point + noise).all(axis=1)]
    if len(rest):
        keys, fine = exact(x[rest])
        archive.add(x[rest][fine], keys[fine])
        good[rest[~fine]] = False
    return good


def _judge(problem: Problem) -> Judge | None:
    """Exact keys and feasibility by whole-number rows in float arithmetic that cannot round; None where that is impossible."""
    linear = problem.linear
    if linear is None or linear.resolution is not None:
        return None
    n = len(problem.decisions)
    known = set(range(n)) | set(linear.products)
    logic = set(problem.logic)
    products = {linear.columns[j].name for j in linear.products}
    rows = [r for r in linear.rows if r not in logic and r.name not in products]
    if any(j not in known for row in (*rows, *linear.objectives) for j, _ in row.terms):
        return None
    dens = (*denominators(problem), *(1 for _ in linear.columns[n:]))
    biggest = [max(abs(v) for v in values_of(d)) if d.count else 0 for d in problem.decisions]
    biggest += [1] * (len(linear.columns) - n)
    tables = []
    for row in (*linear.objectives, *rows):
        scale = math.lcm(*(dens[j] for j, _ in row.terms))
        size = sum(abs(c) * scale * biggest[j] for j, c in row.terms) + abs(row.constant) * scale
        if size >= _EXACT or any(b is not None and abs(b) * scale >= _EXACT for b in (row.lower, row.upper)):
            return None
        tables.append((row, scale))
    return _tabled(problem, tables, dens)


def _tabled(problem: Problem, tables: list[tuple[Row, int]], dens: tuple[int, ...]) -> Judge:
    linear = problem.linear
    if linear is None:
        raise ValueError("the problem has no rows")
    matrix = np.zeros((len(dens), len(tables)))
    for i, (row, scale) in enumerate(tables):
        for j, c in row.terms:
            matrix[j, i] += c * (scale // dens[j])
    constant = np.array([float(row.constant * scale) for row, scale in tables])
    m = len(problem.objectives)
    low = np.array([-np.inf if r.lower is None else float(r.lower * s) for r, s in tables[m:]])
    high = np.array([np.inf if r.upper is None else float(r.upper * s) for r, s in tables[m:]])
    sizes = np.array(dens, dtype=np.float64)

    def judge(x: Floats) -> tuple[NDArray[Any], Flags]:
        values = np.rint(linear.extend(x) * sizes) @ matrix + constant
        rest = values[:, m:]
        return values[:, :m].astype(np.int64), ((rest >= low) & (rest <= high)).all(axis=1)

    return judge
