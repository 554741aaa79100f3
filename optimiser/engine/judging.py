"""Plans judged in blocks: exact keys of the objectives and feasibility, from the rows of a linear
problem.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from optimiser.engine.joint_choices import denominators

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.problem import Problem, Row
    from optimiser.front import Flags, Floats

__all__ = ["Judge", "judge_of"]

_EXACT = 2**53
# a float times a denominator is less than half a unit away from the numerator up to here
_ROUNDED = 2**51

# (rows, n) -> keys in the exact order of the objectives, and which rows are feasible
Judge = Callable[["Floats"], "tuple[NDArray[Any], Flags]"]


def judge_of(problem: Problem, /) -> Judge | None:
    """Exact keys and feasibility by whole-number rows in float arithmetic that cannot round.

    None where that is impossible.
    """
    linear = problem.linear
    if not linear or linear.resolution is not None:
        return None
    n = len(problem.decisions)
    known = set(range(n)) | set(linear.products)
    logic = set(problem.logic)
    products = {linear.columns[j].name for j in linear.products}
    rows = [r for r in linear.rows if r not in logic and r.name not in products]
    if any(j not in known for row in (*rows, *linear.objectives) for j, _ in row.terms):
        return None
    dens = (*denominators(problem), *(1 for _ in linear.columns[n:]))
    biggest = [
        max(abs(d.lower), abs(d.upper)) if d.lower is not None and d.upper is not None else 0
        for d in problem.decisions
    ]
    if any(top * den >= _ROUNDED for top, den in zip(biggest, dens, strict=False) if den > 1):
        return None
    biggest += [1] * (len(linear.columns) - n)
    tables = []
    for row in (*linear.objectives, *rows):
        scale = math.lcm(*(dens[j] for j, _ in row.terms))
        size = sum(abs(c) * scale * biggest[j] for j, c in row.terms) + abs(row.constant) * scale
        if size >= _EXACT or any(
            b is not None and abs(b) * scale >= _EXACT for b in (row.lower, row.upper)
        ):
            return None
        tables.append((row, scale))
    return _tabled(problem, tables, dens)


def _tabled(problem: Problem, tables: list[tuple[Row, int]], dens: tuple[int, ...]) -> Judge:
    linear = problem.linear
    if not linear:
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
    whole = all(d == 1 for d in dens)

    def judge(x: Floats) -> tuple[NDArray[Any], Flags]:
        full = linear.extend(x)
        columns = (full if whole else np.rint(full * sizes)).T
        # row by row: the product of matrices takes ten times as long where one is this thin
        values = np.array([weights @ columns for weights in matrix.T]).T + constant
        rest = values[:, m:]
        return values[:, :m].astype(np.int64), ((rest >= low) & (rest <= high)).all(axis=1)

    return judge
