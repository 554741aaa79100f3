"""A slow, simple refuter: branch on the first fractional column, multipliers from an LP solver
rounded to whole numbers.

Everything it hands out is believed by nobody: what a certificate proves is for the checker to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction

import numpy as np
from scipy.optimize import linprog

from optimiser.engine.certificate import (
    UNBOUNDED,
    Claim,
    Refutation,
    System,
    certificate_bytes,
    claim_of,
    local_upper_bounds,
)
from optimiser.engine.problem import Problem
from tests.engine.models import Draft, front_by_force, problem_of

Vector = dict[int, int]


def in_rows(draft: Draft, /) -> Problem:
    """The handmade problem with keys in the units of its rows, as formulated problems have them."""
    problem = problem_of(draft)
    exact = problem.exact

    def keys(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        assert exact is not None
        found, feasible = exact(x)
        own = np.array([int(v) // 10**6 for v in found.ravel().tolist()], dtype=object)
        with suppress(OverflowError):
            own = own.astype(np.int64)
        return own.reshape(found.shape), feasible

    return replace(problem, exact=keys)


def refutations(claim: Claim, /) -> Iterator[Refutation]:
    """One tree for every local upper bound."""
    for bound in local_upper_bounds(claim.points):
        yield refutation(claim.system, bound)


def refutation(system: System, bound: np.ndarray, /) -> Refutation:
    """The tree of one box ``f(x) < bound``; ValueError where a plan lies in it."""
    columns, values, counts, sizes, rows, multipliers = ([] for _ in range(6))
    waiting = [(system.lower.copy(), system.upper.copy())]
    while waiting:
        lower, upper = waiting.pop()
        vector, point = relaxed(system, bound, lower, upper)
        if vector is not None:
            columns.append(-1)
            values.append(0)
            counts.append(1)
            sizes.append(len(vector))
            rows += list(vector)
            multipliers += list(vector.values())
            continue
        column, value = branching(system, point, lower, upper)
        columns.append(column)
        values.append(value)
        counts.append(0)
        below, above = upper.copy(), lower.copy()
        below[column], above[column] = value, value + 1
        waiting += [(above, upper), (lower, below)]
    arrays = (
        np.array(a, dtype=np.int64) for a in (columns, values, counts, sizes, rows, multipliers)
    )
    return Refutation(bound[None], *arrays)


def relaxed(
    system: System, bound: np.ndarray, lower: np.ndarray, upper: np.ndarray
) -> tuple[Vector | None, np.ndarray]:
    """A vector that excludes the box, or a point of the relaxation."""
    m, n = system.m, len(lower)
    sides = []  # (row, sign, activity at most)
    for k in range(m):
        if bound[k] < UNBOUNDED:
            sides.append((k, 1, int(bound[k]) - 1 - int(system.constants[k])))
    for i in range(len(system.low)):
        if system.high_known[i]:
            sides.append((m + i, 1, int(system.high[i])))
        if system.low_known[i]:
            sides.append((m + i, -1, -int(system.low[i])))
    matrix = (
        np.array([sign * system.matrix[row] for row, sign, _ in sides])
        .reshape(len(sides), n)
        .astype(float)
    )
    limits = np.array([limit for *_, limit in sides], dtype=float)
    # minimise the largest violation: its duals are a ray wherever it is above 0
    one = np.hstack([matrix, -np.ones((len(sides), 1))])
    boxes = [*zip(lower.tolist(), upper.tolist(), strict=True), (0, None)]
    found = linprog(
        [0.0] * n + [1.0], A_ub=one if sides else None, b_ub=limits if sides else None, bounds=boxes
    )
    assert found.status == 0, found.message
    if found.fun > 1e-9:
        duals = -found.ineqlin.marginals
        for scale in (1, 2, 6, 60, 10**3, 10**5, 10**7):
            vector: Vector = {}
            for (row, sign, _), dual in zip(sides, duals, strict=True):
                number = round(Fraction(dual) * scale / Fraction(max(duals)))
                if number:
                    by = number if row < m else -sign * number
                    vector[row] = vector.get(row, 0) + by
            vector = {row: by for row, by in vector.items() if by}
            if vector and holds(system, bound, lower, upper, vector):
                return vector, np.empty(0)
    return None, np.asarray(found.x[:n])


def holds(
    system: System, bound: np.ndarray, lower: np.ndarray, upper: np.ndarray, vector: Vector
) -> bool:
    """The definition, in Python's whole numbers."""
    m = system.m
    total = 0
    for j in range(len(lower)):
        d = sum((by if row < m else -by) * int(system.matrix[row, j]) for row, by in vector.items())
        total += min(d * int(lower[j]), d * int(upper[j]))
    for row, by in vector.items():
        if row < m:
            total -= by * (int(bound[row]) - 1 - int(system.constants[row]))
        else:
            total += by * int(system.low[row - m] if by > 0 else system.high[row - m])
    return total > 0


def branching(
    system: System, point: np.ndarray, lower: np.ndarray, upper: np.ndarray
) -> tuple[int, int]:
    """The first fractional column and its floor, else the first that is not fixed."""
    free = [j for j in range(len(lower)) if system.whole[j] and lower[j] < upper[j]]
    for j in free:
        if abs(point[j] - round(point[j])) > 1e-6:
            return j, int(np.floor(point[j]))
    if not free:
        raise ValueError("a plan lies in the box")
    j = free[0]
    return j, min(int(upper[j]) - 1, max(int(lower[j]), round(point[j])))


def solved(draft: Draft, /) -> tuple[Problem, np.ndarray]:
    """The problem and one plan for each of its non-dominated points."""
    problem = in_rows(draft)
    plans = front_by_force(problem)
    return problem, np.array(sorted(plans.values())).reshape(len(plans), len(problem.decisions))


def certified(draft: Draft, /) -> tuple[Problem, np.ndarray, bytes]:
    problem, x = solved(draft)
    claim = claim_of(problem, x)
    return problem, x, certificate_bytes(claim, refutations(claim))
