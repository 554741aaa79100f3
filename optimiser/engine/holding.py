"""Whether plans hold: the one answer, for solvers, reference plans and whoever checks a result.

A plan holds *exactly* where every decision lies in its domain and no rule is broken, in rational
arithmetic on the decisions as their cells show them (or as a solver gives them in rationals). It
holds *within tolerance* where its decisions lie in their domains and every rule is broken by no
more than ``Problem.feasibility``, relative to max(1, |bound|). Rows that adoption itself imposes
(prerequisites, groups, amounts) are part of the domains in that sense: they hold exactly or not at
all.

Floats decide where they are further from the limit than they can be wrong; exact arithmetic decides
the rest.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.problem import Excess
from optimiser.engine.tolerances import ROOM
from optimiser.frozen import dataclass
from optimiser.language import stored

if TYPE_CHECKING:
    from optimiser.engine.problem import Domain, Point, Problem, Row
    from optimiser.engine.row_sides import RowSides
    from optimiser.front import Flags, Floats

__all__ = [
    "Holding",
    "broken_each",
    "broken_rules",
    "excesses",
    "feasible",
    "holding",
    "in_domains",
    "surely",
    "told_by_floats",
    "tolerance_of",
]

_ZERO = Fraction(0)


@dataclass(frozen=True, eq=False)
class Holding:
    """(k,) what is known of each plan.

    Attributes:
        exactly: surely holds exactly.
        within: surely holds within tolerance; those that hold exactly are among them.
        undecided: may hold exactly or not: enclosures of something irrational do not tell.
    """

    exactly: Flags
    within: Flags
    undecided: Flags


def tolerance_of(problem: Problem, /) -> Fraction:
    """The tolerance as the decimal that it is written as."""
    return Fraction(repr(float(problem.feasibility)))


def excesses(problem: Problem, point: Point, /) -> tuple[Excess, ...]:
    """Every rule that a plan of n rationals breaks or may break, exactly: empty where it holds
    exactly.

    A domain, or a row that adoption imposes, that is broken at all is beyond any tolerance.
    """
    found = [
        Excess(
            stored(
                "{name} = {value:g} is outside what is allowed",
                name=domain.name,
                value=float(value),
            ),
            None,
            None,
            False,
        )
        for domain, value in zip(problem.decisions, point, strict=True)
        if not domain.holds(value)
    ]
    # whole numbers over one denominator: fractions would look for common factors at every step
    by = math.lcm(*(value.denominator for value in point))
    whole = [value.numerator * (by // value.denominator) for value in point]
    for row in problem.logic:
        excess = _row_excess(row, whole, by)
        if excess > 0:
            found.append(Excess(row.group, excess, excess, not row.structural))
    if found and any(excess.defined is False for excess in found):
        return tuple(found)
    if problem.excesses is not None:
        found += [excess for excess in problem.excesses([point])[0] if excess.holds() is not True]
    else:
        found += _by_floats(problem, point)
    return tuple(found)


def broken_rules(problem: Problem, point: Point, /) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The rules by name that a plan of n rationals breaks beyond the tolerance, and those that it
    breaks within it.
    """
    share = tolerance_of(problem)
    beyond: list[str] = []
    within: list[str] = []
    for excess in excesses(problem, point):
        (within if excess.holds(share) else beyond).append(excess.rule)
    return tuple(dict.fromkeys(beyond)), tuple(
        dict.fromkeys(name for name in within if name not in beyond)
    )


def broken_each(problem: Problem, x: Floats, /) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The same of each of the (k, n) plans, as they are printed: by floats where these tell of
    every rule, exactly where they do not.
    """
    return [
        broken_rules(problem, problem.point(row.tolist())) if names is None else (names, ())
        for row, names in zip(x, _beyond_by_floats(problem, x), strict=True)
    ]


def _beyond_by_floats(problem: Problem, x: Floats) -> list[tuple[str, ...] | None]:
    """For each of the (k, n) plans the rules that it surely breaks beyond the tolerance, where it
    surely holds all others exactly; None where that is not known.
    """
    margins = problem.margins
    if problem.excesses is None or problem.roundoff is None or margins is None:
        return [None] * len(x)
    known, structural = in_domains(problem.decisions, x), np.zeros(len(x), dtype=bool)
    broken: list[list[tuple[int, str]]] = [[] for _ in x]
    names: list[str] = []
    if (sides := _row_sides(problem)) is not None:
        names = [r.group for r in problem.logic for b in (r.lower, r.upper) if b is not None]
        shares = np.where(sides.structural, 0.0, problem.feasibility * (1 + ROOM))[:, None]
        for plans, rows, excess, error in sides.excesses(x):
            over = excess > error + shares[rows]
            fine = (excess < -error) | (sides.whole[rows, None] & (excess <= 0))
            known[plans] &= (over | fine).all(axis=0)
            structural[plans] |= (over & sides.structural[rows, None]).any(axis=0)
            for side, plan in np.argwhere(over).tolist():
                place = rows.start + side
                broken[plans.start + plan].append((place, names[place]))
    wrong = problem.roundoff(x)
    known &= np.isfinite(wrong[0]).all(axis=1) & (not problem.equalities)
    # where adoption itself is impossible, nothing else is looked at
    left = np.flatnonzero(known & ~structural)
    if problem.constraints:
        found, error = margins(x[left]), wrong[1][left]
        with np.errstate(invalid="ignore"):
            over = (found > error + problem.feasibility * (1 + ROOM)) & np.isfinite(found)
            known[left] = (over | (found < -error)).all(axis=1)
        for plan, place in np.argwhere(over).tolist():
            broken[left[plan]].append((len(names) + place, problem.constraints[place]))
    return [
        tuple(dict.fromkeys(name for _, name in sorted(own, key=itemgetter(0)))) if sure else None
        for own, sure in zip(broken, known.tolist(), strict=True)
    ]


def holding(
    problem: Problem, x: Floats, points: Sequence[Point | None] | None = None, /
) -> Holding:
    """What is known of the (k, n) plans.

    Args:
        problem: what they are plans of.
        x: their decisions.
        points: where a plan's decisions are known exactly, they; None where they are what the
            floats stand for.
    """
    k = len(x)
    given = [] if points is None else [i for i, point in enumerate(points) if point is not None]
    sure, out = _quickly(problem, x)
    sure[given] = out[given] = False
    exactly, within, undecided = sure.copy(), sure.copy(), np.zeros(k, dtype=bool)
    share = tolerance_of(problem)
    open_ones = np.flatnonzero(~sure & ~out)
    if problem.exact is not None and len(open_ones):
        kept = np.ones(k, dtype=bool)
        kept[given] = False
        several = open_ones[kept[open_ones]]
        if len(several):
            fine = problem.exact(x[several])[1]
            exactly[several[fine]] = within[several[fine]] = True
            open_ones = np.setdiff1d(open_ones, several[fine])
    for i in open_ones.tolist():
        point = points[i] if points is not None and points[i] is not None else None
        found = excesses(problem, problem.point(x[i].tolist()) if point is None else point)
        exactly[i] = not found
        within[i] = all(excess.holds(share) for excess in found)
        undecided[i] = bool(found) and all(excess.holds() is not False for excess in found)
    return Holding(exactly, within, undecided)


def _quickly(problem: Problem, x: Floats) -> tuple[Flags, Flags]:
    """(k,) which of the (k, n) plans surely hold exactly, and which surely not even within
    tolerance, as far as arrays tell.

    Of rows in whole numbers sums are exact, and quicker than how far floats may be wrong.
    """
    sure, out = np.zeros(len(x), dtype=bool), np.zeros(len(x), dtype=bool)
    rows = problem.linear and not any(problem.linear.linked) and not problem.constraints
    if problem.exact is not None and rows:
        allowed = np.flatnonzero(in_domains(problem.decisions, x))
        sure[allowed] = problem.exact(x[allowed])[1]
    rest = np.flatnonzero(~sure)
    if len(rest):
        out[rest] = told_by_floats(problem, x[rest])[1]
        left = rest[~out[rest]]
        sure[left] = surely(problem, x[left])
    return sure, out


def feasible(problem: Problem, x: Floats, /) -> tuple[Floats, Flags]:
    """The (k, m) objectives of the (k, n) plans and which of them hold: exactly where every
    decision is discrete.

    Real numbers that come out of a floating-point solver hold within tolerance; the driver says the
    last word on them.
    """
    y, _ = problem.evaluate(x)
    found = holding(problem, x)
    return y, (found.exactly if problem.discrete else found.within) & np.isfinite(y).all(axis=1)


def told_by_floats(
    problem: Problem, x: Floats, /, *, allowed: bool = False, tolerance: float | None = None
) -> tuple[Floats, Flags]:
    """(k, m) the objectives of (k, n) plans in floats, and (k,) which plans surely do not hold even
    within tolerance.

    Args:
        problem: what they are plans of.
        x: their decisions.
        allowed: whether they are known to lie in their domains and to hold every row of
            ``problem.logic``.
        tolerance: instead of the problem's own.
    """
    share = problem.feasibility if tolerance is None else tolerance
    out = np.zeros(len(x), dtype=bool) if allowed else ~in_domains(problem.decisions, x)
    if not allowed and (sides := _row_sides(problem)) is not None:
        shares = np.where(sides.structural, 0.0, share)[:, None]
        for plans, rows, excess, error in sides.excesses(x):
            out[plans] |= (excess > error + shares[rows]).any(axis=0)
    y, violations = problem.evaluate(x)
    if problem.excesses is None or problem.roundoff is None:
        finite = np.isfinite(y).all(axis=1)
        return y, out if problem.excesses is not None else out | ~finite | (violations > share).any(
            axis=1
        )
    # first what holds all over the domains, then, where that tells nothing, the plans that are left
    anywhere = problem.roundoff(x[:0])
    out |= _beyond(violations, anywhere[1], share)
    if not all(np.isfinite(errors).all() for errors in anywhere):
        rest = np.flatnonzero(~out)
        wrong = problem.roundoff(x[rest])
        undefined = np.isnan(wrong[0]).any(axis=1) | np.isnan(wrong[1]).any(axis=1)
        out[rest] = undefined | _beyond(violations[rest], wrong[1], share)
    return y, out


def _beyond(violations: Floats, wrong: Floats, share: float) -> Flags:
    """(k,) where some violation is above a share by more than it may be wrong."""
    with np.errstate(invalid="ignore"):
        return np.asarray(
            ((violations > wrong + share * (1 + ROOM)) & np.isfinite(violations)).any(axis=1)
        )


def surely(problem: Problem, x: Floats, /, *, allowed: bool = False) -> Flags:
    """(k,) which of the (k, n) plans surely hold exactly: every rule by more than floats may be
    wrong.

    Args:
        problem: what they are plans of.
        x: their decisions.
        allowed: whether they are known to lie in their domains and to hold every row of
            ``problem.logic``.
    """
    sure = np.ones(len(x), dtype=bool) if allowed else in_domains(problem.decisions, x)
    if not allowed and (sides := _row_sides(problem)) is not None:
        whole = sides.whole[:, None]
        for plans, rows, excess, error in sides.excesses(x):
            sure[plans] &= ((excess < -error) | (whole[rows] & (excess <= 0))).all(axis=0)
    if problem.excesses is None:
        # floats are all there is, unless whole plans are compared exactly
        y, violations = problem.evaluate(x)
        return (
            sure
            & (problem.exact is None)
            & np.isfinite(y).all(axis=1)
            & (violations <= 0).all(axis=1)
        )
    if (
        problem.roundoff is None
        or problem.equalities
        or (problem.constraints and problem.margins is None)
    ):
        return np.zeros(len(x), dtype=bool)
    wrong = problem.roundoff(x)
    sure &= np.isfinite(wrong[0]).all(axis=1)
    if problem.constraints and problem.margins is not None:
        with np.errstate(invalid="ignore"):
            sure &= (problem.margins(x) < -wrong[1]).all(axis=1)
    return sure


def _row_sides(problem: Problem) -> RowSides | None:
    from optimiser.engine.row_sides import row_sides  # checking a proof loads none of it

    return row_sides(problem)


def in_domains(domains: Sequence[Domain], x: Floats) -> Flags:
    """(k,) which plans have every decision in its domain."""
    inside = np.ones(len(x), dtype=bool)
    plain = []
    for j, domain in enumerate(domains):
        if domain.kind == "listed":
            inside &= np.isin(x[:, j], domain.floats)
        else:
            plain.append(j)
            inside &= _off_inexact_bounds(domain, x[:, j])
    values, own = x[:, plain], [domains[j] for j in plain]
    low = [-np.inf if domain.lower is None else float(domain.lower) for domain in own]
    high = [np.inf if domain.upper is None else float(domain.upper) for domain in own]
    whole = np.array([domain.kind == "whole" for domain in own], dtype=bool)
    good = (values >= low) & (values <= high) & (~whole | (values == np.rint(values)))
    return np.asarray(inside & good.all(axis=1))


def _off_inexact_bounds(domain: Domain, values: Floats) -> Flags | bool:
    """Which values are at no bound that is inside its nearest float: to the same float, a decimal
    and a bound that is none may stand either way.
    """
    good: Flags | bool = True
    for bound, sign in ((domain.lower, -1.0), (domain.upper, 1.0)):
        if bound is not None and domain.kind == "real":
            nearest = float(bound)
            if sign * (domain.rational(nearest) - bound) > 0:
                good = good & (values != nearest)
    return good


def _row_excess(row: Row, whole: Sequence[int], by: int) -> Fraction:
    """A row's excess at ``whole / by``, relative to max(1, |bound|) as the user wrote the
    bound.
    """
    total = sum(c * whole[j] for j, c in row.terms) + row.constant * by
    for bound, over in ((row.lower, -1), (row.upper, 1)):
        if bound is not None and (excess := over * (total - bound * by)) > 0:
            return Fraction(excess, by) / (row.scale * row.room(bound))
    return _ZERO


def _by_floats(problem: Problem, point: Point) -> list[Excess]:
    """Where nobody evaluates the constraints exactly: what floats say."""
    x = np.array([[float(value) for value in point]])
    y, violations = problem.evaluate(x)
    undefined = [
        Excess(stored("{name} undefined", name=name), None, None, False)
        for name, v in zip(problem.objectives, y[0], strict=True)
        if not np.isfinite(v)
    ]
    if undefined or (problem.exact is not None and problem.exact(x)[1][0]):
        return undefined
    found = [
        Excess(name, None, Fraction(float(v)))
        for name, v in zip(problem.constraints, violations[0], strict=True)
        if v > 0
    ]
    return found or (
        [] if problem.exact is None else [Excess(stored("the constraints"), None, None, False)]
    )
