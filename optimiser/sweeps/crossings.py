"""The values of one parameter between which the same technologies are in some efficient plan,
exactly, where every objective is affine in the parameter and nothing else depends on it.

Let y(t) be the objectives at ``a + t (b - a)``, m of them, minimised. A plan that is efficient at
some t in (0, 1) is efficient, or has the values of one that is, in the problem with the objectives
``y(0), y(1)``, 2m of them: a plan that is at least as good in all of these and better in one is so
at every t in (0, 1), since ``y(t) = (1 - t) y(0) + t y(1)``. One complete front of this problem
hence holds all that matter. Of two plans i and j, i dominates j where ``y_i(t) <= y_j(t)``, an
interval of t with rational ends; j is efficient elsewhere.

References:
    Eisner, Severance (1976), Mathematical techniques for efficient record segmentation in large
        shared databases, J. ACM 23(4), 619-635: the case of one objective.
    Gal, Nedoma (1972), Multiparametric linear programming, Management Science 18(7), 406-422.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from optimiser.errors import OptimiseError
from optimiser.front import sealed

if TYPE_CHECKING:
    from optimiser.engine.problem import Point, Problem
    from optimiser.formulate import Model

__all__ = ["Crossing", "crossings"]

_MOST: Final = 500  # plans that are compared with one another: some seconds
_SECONDS: Final = 20.0  # for the front over both ends

_Interval = tuple[Fraction, Fraction]
_Values = tuple[Fraction, ...]


@dataclass(frozen=True)
class Crossing:
    """A value of the parameter at which technologies come into efficient plans, or leave them.

    Attributes:
        value: of the parameter.
        enters: in some efficient plan just above it, in none just below.
        leaves: the other way round.
    """

    value: Fraction
    enters: tuple[str, ...]
    leaves: tuple[str, ...]


def crossings(
    model: Model, parameter: str, ends: tuple[Fraction, Fraction], names: Sequence[str], /
) -> tuple[Crossing, ...] | None:
    """All of them between two values, in their order; None where they cannot be had exactly: the
    model is not affine in the parameter, has real decisions or irrational values, or its front over
    both ends is not proven complete in time.

    Args:
        model: at any value of the parameter.
        parameter: its name.
        ends: the two values.
        names: of what is adopted or not.
    """
    low, high = ends
    if not model.affine_in(parameter) or model.scenario.robust is not None:
        return None
    try:
        problems = [model.at({parameter: float(end)}) for end in ends]
        plans = _candidates(*problems)
    except OptimiseError:
        return None
    if plans is None or len(plans) > _MOST:
        return None
    values = [_exactly(own, plans) for own in problems]
    if values[0] is None or values[1] is None:
        return None
    adopted = _adopted(model, plans, names)
    efficient = [_efficient(j, values[0], values[1]) for j in range(len(plans))]
    changes: dict[Fraction, tuple[set[str], set[str]]] = {}
    for name, holders in adopted.items():
        for start, end in _merged(part for j in holders for part in efficient[j]):
            if start > 0:
                changes.setdefault(start, (set(), set()))[0].add(name)
            if end < 1:
                changes.setdefault(end, (set(), set()))[1].add(name)
    order = list(adopted)
    return tuple(
        Crossing(
            low + t * (high - low),
            tuple(name for name in order if name in enters),
            tuple(name for name in order if name in leaves),
        )
        for t, (enters, leaves) in sorted(changes.items())
    )


def _candidates(first: Problem, last: Problem) -> list[Point] | None:
    """The plans of a complete front in the objectives of both ends."""
    from optimiser import engine

    if not first.discrete or first.values is None or last.values is None:
        return None
    problem = _joined(first, last)
    if problem is None:
        return None
    solution = engine.solve(problem, engine.Options(workers=1, time_limit=_SECONDS))
    proof = solution.proof
    whole = proof.status == "complete" and proof.basis == "exact" and proof.stopped is None
    if not whole or proof.feasible_set != "exact":
        return None
    return [problem.point(x) for x in solution.x.tolist()]


def _joined(first: Problem, last: Problem) -> Problem | None:
    """The problem with the objectives of both; None where they differ in more than these."""
    linear: Any = first.linear
    if first.linear and last.linear:
        one, other = first.linear, last.linear
        same = ("columns", "rows", "products", "resolution", "positions")
        if any(getattr(one, name) != getattr(other, name) for name in same):
            return None
        m, k = len(one.objectives), len(other.objectives)
        linear = replace(
            one,
            objectives=(*one.objectives, *other.objectives),
            linked=(*(one.linked or ("",) * m), *(other.linked or ("",) * k)),
            enclosing=(*(one.enclosing or (None,) * m), *(other.enclosing or (None,) * k)),
        )
    elif bool(first.linear) != bool(last.linear):
        return None
    if first.decisions != last.decisions or first.logic != last.logic:
        return None

    def both(name: str) -> Any:
        functions = getattr(first, name), getattr(last, name)
        return None if None in functions else functions

    evaluate, exact, values = both("evaluate"), both("exact"), both("values")
    return replace(
        first,
        objectives=(*first.objectives, *(f"{name}'" for name in last.objectives)),
        signs=sealed(np.concatenate([first.signs, last.signs])),
        evaluate=lambda x: _beside(evaluate, x),
        gradient=None,
        exact=exact and (lambda x: _beside(exact, x)),
        linear=linear,
        convex=None,
        values=values
        and (
            lambda points: [
                (*own, *more) for own, more in zip(*(one(points) for one in values), strict=True)
            ]
        ),
        rounded=None,
        roundoff=None,
        idle={j: value for j, value in first.idle.items() if last.idle.get(j) == value},
    )


def _beside(functions: Sequence[Any], x: Any) -> tuple[Any, Any]:
    """Objectives beside one another; what holds is the same at both ends."""
    (one, held), (other, _) = (function(x) for function in functions)
    return np.concatenate([one, other], axis=1), held


def _exactly(problem: Problem, plans: Sequence[Point]) -> list[_Values] | None:
    assert problem.values is not None
    found = problem.values(plans)
    known = [tuple(v for v in row if v is not None) for row in found]
    return known if all(len(row) == len(problem.objectives) for row in known) else None


def _adopted(model: Model, plans: Sequence[Point], names: Sequence[str]) -> dict[str, list[int]]:
    """Technology -> which plans adopt it."""
    x = np.array([[float(value) for value in plan] for plan in plans])
    cells = model.read(x, plans).cells
    at = {name: place for place, name in enumerate(model.decision_columns)}
    return {name: [j for j, row in enumerate(cells) if row[at[name]] != "0"] for name in names}


def _efficient(j: int, first: Sequence[_Values], last: Sequence[_Values]) -> list[_Interval]:
    """The open intervals within (0, 1) in which no plan dominates plan j."""
    dominated = []
    for i in range(len(first)):
        if i == j:
            continue
        low, high = Fraction(0), Fraction(1)
        for a, b, c, d in zip(first[i], first[j], last[i], last[j], strict=True):
            start, end = a - b, c - d  # of the difference, i less j
            if start > 0 and end > 0:
                low, high = Fraction(1), Fraction(0)
                break
            if start > 0:
                low = max(low, start / (start - end))
            elif end > 0:
                high = min(high, start / (start - end))
        if low <= high:
            dominated.append((low, high))
    free, reached = [], Fraction(0)
    for low, high in sorted(dominated):
        if low > reached:
            free.append((reached, low))
        reached = max(reached, high)
    if reached < 1:
        free.append((reached, Fraction(1)))
    return free


def _merged(intervals: Iterable[_Interval]) -> Iterator[_Interval]:
    """Their union; those that meet in a point are one."""
    current: _Interval | None = None
    for start, end in sorted(intervals):
        if current is None or start > current[1]:
            if current is not None:
                yield current
            current = (start, end)
        else:
            current = (current[0], max(current[1], end))
    if current is not None:
        yield current
