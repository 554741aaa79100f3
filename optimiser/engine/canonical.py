"""Which of several plans with equal objectives is listed, and which of many plans are efficient.

The canonical plan is the least by the problem's rows of preference, one after the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optimiser.dominance import undominated

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.problem import Problem
    from optimiser.front import Floats

__all__ = [
    "canonical_order",
    "clusters",
    "efficient",
    "first_of_equals",
    "ordinals",
    "positioned",
    "runs",
]

_EXACT = 2**53

Weights = tuple[tuple[int, int], ...]


def canonical_order(problem: Problem, x: Floats, /) -> NDArray[np.int64]:
    """(k,) row positions of the (k, n) plans, the plan to prefer first."""
    keys = [_activity(row, x) for row in reversed(problem.order)]
    return np.asarray(np.lexsort(keys) if keys else np.arange(len(x)), dtype=np.int64)


def _activity(row: Weights, x: Floats) -> Floats:
    if len(row) == 1 and row[0][1] == 1:
        return np.asarray(x[:, row[0][0]])
    return np.asarray(x[:, [j for j, _ in row]] @ np.array([float(w) for _, w in row]))


def runs(problem: Problem, most: int, /) -> list[list[tuple[Weights, int | None]]]:
    """The rows of ``problem.order`` in runs that one weighted sum compares in order.

    Each row comes with how many values it can have, whose product over a run is at most ``most``;
    one that can have more, or does not count whole numbers between bounds (None), stands alone. So
    does the first, which often settles the plan.
    """
    found: list[list[tuple[Weights, int | None]]] = []
    size = most
    for number, row in enumerate(problem.order):
        values = _values(problem, row)
        if number < 2 or values is None or size * values > most:
            found.append([])
            size = 1
        found[-1].append((row, values))
        size = most if values is None else size * values
    return found


def positioned(problem: Problem, row: Weights, /) -> Weights:
    """A row of weights as one over the columns of ``problem.linear``: of a listed decision those
    that count its values.

    The order of a decision's values is that of their positions, whose numbers are small whatever
    the values are.
    """
    positions = problem.linear.positions if problem.linear else {}
    if len(row) != 1 or row[0][0] not in positions:
        return row
    ((j, weight),) = row
    return tuple((i, weight * w) for i, w in positions[j])


def _values(problem: Problem, row: Weights) -> int | None:
    """How many values a row of weights can have."""
    total = 1
    listed = bool(problem.linear and len(row) == 1 and row[0][0] in problem.linear.positions)
    for j, weight in row:
        domain = problem.decisions[j]
        count = domain.count if domain.kind == "whole" or listed else None
        if count is None:
            return None
        total += abs(weight) * (count - 1)
    return total


def ordinals(keys: NDArray[Any], /) -> Floats:
    """(k, m) floats in exactly the order of the (k, m) whole numbers ``keys``."""
    if keys.dtype != object and (keys.size == 0 or np.abs(keys).max() < _EXACT):
        return keys.astype(np.float64)
    ranks = np.empty(keys.shape)
    for k in range(keys.shape[1]):
        ranks[:, k] = np.unique(keys[:, k], return_inverse=True)[1].reshape(-1)
    return ranks


def clusters(y: Floats, tolerance: Floats, /) -> Floats:
    """(k, m) positions on each axis, values that follow one another within ``tolerance`` (m,)
    sharing one.

    Evaluation noise must not make two plans out of one point; many plans close together must not
    become one either, so no two values that share a position are further apart than the tolerance.
    """
    ranks = np.empty(y.shape)
    for k in range(y.shape[1]):
        order = np.argsort(y[:, k], kind="stable")
        ranks[order, k] = np.cumsum(_firsts(y[order, k], float(tolerance[k]))) if len(y) else 0.0
    return ranks


def _firsts(values: Floats, tolerance: float) -> NDArray[np.bool_]:
    """(k,) where in ascending values a new group begins."""
    first = np.append(True, np.diff(values) > tolerance)
    starts = np.flatnonzero(first)
    ends = np.append(starts[1:], len(values))
    wide = values[ends - 1] - values[starts] > tolerance
    for start, end in zip(starts[wide], ends[wide], strict=True):
        at = start
        while values[end - 1] - values[at] > tolerance:
            at = min(
                end - 1,
                at + int(np.searchsorted(values[at:end], values[at] + tolerance, side="right")),
            )
            first[at] = True
    return np.asarray(first, dtype=bool)


def efficient(problem: Problem, x: Floats, ranks: Floats, /) -> NDArray[np.int64]:
    """Positions of the non-dominated ones of (k, n) plans compared by ranks (k, m), the canonical
    one of equal points, in canonical order.
    """
    if len(x) == 0:
        return np.empty(0, dtype=np.int64)
    # a cheap first pass: sorting all of a large block canonically costs more than filtering it
    candidates = np.flatnonzero(undominated(ranks))
    return candidates[first_of_equals(problem, x[candidates], ranks[candidates])]


def first_of_equals(problem: Problem, x: Floats, ranks: Floats, /) -> NDArray[np.int64]:
    """The same of (k, n) plans and their ranks (k, m), of which none dominates another."""
    order = canonical_order(problem, x)
    first = np.unique(ranks[order] + 0.0, axis=0, return_index=True)[1]  # -0.0 is 0.0
    return np.asarray(order[np.sort(first)], dtype=np.int64)
