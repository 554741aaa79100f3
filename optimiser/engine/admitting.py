"""What of a solver's plans is kept: those that hold exactly, moved onto the rows that they nearly
stand on where need be.

A vertex that a floating-point solver proposes misses its rows by 1e-12 or so. The rows that it
nearly stands on, solved in rationals, give the vertex that is meant; exact arithmetic then says
whether that holds.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import numpy as np

from optimiser.engine.elimination import reduced
from optimiser.engine.holding import holding
from optimiser.engine.tolerances import INWARDS, NEAR, UNIT_ROUNDOFF
from optimiser.frozen import dataclass

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.contract import Budget, Outcome
    from optimiser.engine.elimination import Line
    from optimiser.engine.problem import Point, Problem
    from optimiser.front import FeasibleSet, Flags, Floats

__all__ = ["Admitted", "admit", "listed", "with_earlier"]

#: how often plans that do not hold are replaced by others of the archive, which may not hold either
_ROUNDS: Final = 4


@dataclass(frozen=True, eq=False)
class Admitted:
    """The plans that are kept.

    Attributes:
        x: (k, n) their decisions as printed.
        columns: for each its exact columns (n or more), None where they are the decimals of ``x``.
        held: (k,) their positions among the solver's plans.
        feasible_set: ``exact`` where all hold exactly.
        undecided: how many hold within tolerance, and exactly as far as enclosures can tell.
        lost: how many of the solver's plans are not kept.
    """

    x: Floats
    columns: tuple[Point | None, ...]
    held: NDArray[np.int64]
    feasible_set: FeasibleSet
    undecided: int
    lost: int

    def taken(self, rows: NDArray[np.int64], /) -> Admitted:
        """The plans in these rows (r,) alone."""
        return replace(
            self,
            x=self.x[rows],
            columns=tuple(self.columns[i] for i in rows.tolist()),
            held=self.held[rows],
        )

    def points(self, n: int, /) -> list[Point | None]:
        """The exact decisions alone."""
        return [None if columns is None else columns[:n] for columns in self.columns]


def with_earlier(problem: Problem, outcome: Outcome, budget: Budget, /) -> Outcome:
    """The same with the plans of an earlier run that it goes on from, where nothing is proven of
    the list: not every solver reads them, and no run loses any.
    """
    if (
        budget.checkpoints is None
        or budget.checkpoints.known is None
        or outcome.status != "approximate"
        or outcome.stopped == "points"
        or outcome.points
    ):
        return outcome
    from optimiser.engine.exact.saving import before

    return replace(outcome, x=np.vstack([outcome.x, before(problem, budget).plans]))


def admit(problem: Problem, outcome: Outcome, /) -> Admitted:
    """Judge a solver's plans.

    Plans that hold exactly are preferred. Where a floating-point search, which claims nothing
    exact, found some that hold only within tolerance, they are kept if nothing else is there, if
    real decisions must meet an equality, which decimals rarely do, or if a claim would fall with
    them; the front then says so.
    """
    n = len(problem.decisions)
    x = np.array(outcome.x, dtype=np.float64) + 0.0
    columns: list[Point | None] = list(outcome.points) if outcome.points else [None] * len(x)
    for i, given in enumerate(columns):
        if given is not None:
            x[i] = [float(value) + 0.0 for value in given[:n]]
    found = holding(problem, x, [None if given is None else given[:n] for given in columns])
    exactly, within, undecided = found.exactly.copy(), found.within.copy(), found.undecided.copy()
    if not problem.discrete:
        for i in np.flatnonzero(~exactly & ~undecided).tolist():
            moved = None if columns[i] is not None else _moved(problem, x[i])
            if moved is not None:
                columns[i], x[i] = moved, [float(value) + 0.0 for value in moved]
                exactly[i] = within[i] = True
    kept = exactly | (undecided & within)
    loose = within & ~kept
    if loose.any() and _take_loose(problem, outcome, kept):
        kept = within
    held = np.flatnonzero(kept)
    return Admitted(
        x[held],
        tuple(columns[i] for i in held.tolist()),
        held,
        "tolerance" if (loose & kept).any() else "exact",
        int((undecided & kept).sum()),
        len(x) - len(held),
    )


def listed(
    problem: Problem, x: Floats, y: Floats, chosen: NDArray[np.int64], count: int, /
) -> NDArray[np.int64]:
    """Positions of the plans of an archive (k, n), (k, m) to list: chosen ones that hold exactly,
    others instead of the rest.

    What holds only within tolerance stays where nothing else would be left, or where real decisions
    must meet an equality.
    """
    from optimiser.engine.nonlinear import complete

    kept = np.ones(len(x), dtype=bool)
    for _ in range(_ROUNDS):
        found = holding(problem, x[chosen])
        good = found.exactly | found.undecided
        if not good.any() or _equal_reals(problem):
            good = found.within
        if good.all():
            break
        kept[chosen[~good]] = False
        rest = np.flatnonzero(kept)
        stay = np.searchsorted(rest, chosen[good])
        chosen = (
            rest[complete(y[rest], stay, count)] if y.shape[1] > 1 and len(stay) else rest[stay]
        )
    return chosen


def _equal_reals(problem: Problem) -> bool:
    """Whether real decisions must meet an equality."""
    rows = (row for row in problem.logic if row.lower is not None and row.lower == row.upper)
    return bool(problem.equalities) or any(
        problem.decisions[j].kind == "real" for row in rows for j, _ in row.terms
    )


def _take_loose(problem: Problem, outcome: Outcome, kept: Flags) -> bool:
    if problem.discrete or (outcome.status != "approximate" and outcome.basis == "exact"):
        return False
    return outcome.status != "approximate" or not kept.any() or _equal_reals(problem)


def _moved(problem: Problem, x: Floats) -> Point | None:
    """A point very near a plan that holds exactly; None where none was found."""
    for near in NEAR:
        found = _mended(problem, x, near)
        if found is not None and holding(problem, x[None], [found]).exactly[0]:
            return found
    for inwards in INWARDS:
        nudged = _nudged(problem, x, inwards)
        if nudged is not None and holding(problem, nudged[None]).exactly[0]:
            return problem.point(nudged.tolist())
    return None


def _nudged(problem: Problem, x: Floats, inwards: float) -> Floats | None:
    """A plan moved to the inner side of the inequalities that it is on, by so many times what
    floats may be wrong there.
    """
    real = np.array([domain.kind == "real" for domain in problem.decisions])
    gradient, margins, roundoff = problem.gradient, problem.margins, problem.roundoff
    if (
        gradient is None
        or margins is None
        or roundoff is None
        or not problem.constraints
        or problem.equalities
    ):
        return None
    distance, wrong = margins(x[None])[0], roundoff(x[None])[1][0]
    near = (
        np.isfinite(distance) & np.isfinite(wrong) & (distance > -inwards * (wrong + UNIT_ROUNDOFF))
    )
    slopes = gradient(x[None])[1][0][np.ix_(near, real)]
    if not near.any() or not np.isfinite(slopes).all():
        return None
    moved = x.copy()
    moved[real] -= np.linalg.pinv(slopes) @ (
        distance[near] + inwards * (wrong[near] + UNIT_ROUNDOFF)
    )
    low = np.array(
        [-np.inf if domain.lower is None else float(domain.lower) for domain in problem.decisions]
    )
    high = np.array(
        [np.inf if domain.upper is None else float(domain.upper) for domain in problem.decisions]
    )
    return np.asarray(np.clip(moved, low, high))


def _mended(problem: Problem, x: Floats, near: Fraction) -> Point | None:
    """The point on the rows and ends that a plan nearly stands on, the other decisions as they are;
    None where there is none.
    """
    values = list(problem.point(x.tolist()))
    movable = {j for j, domain in enumerate(problem.decisions) if domain.kind == "real"}
    for j in list(movable):
        for end in (problem.decisions[j].lower, problem.decisions[j].upper):
            if end is not None and abs(values[j] - end) <= near * max(Fraction(1), abs(end)):
                values[j] = end
                movable.discard(j)
    lines: list[Line] = []
    for row in problem.logic:
        total = sum((c * values[j] for j, c in row.terms), Fraction(row.constant))
        for bound in (row.lower, row.upper):
            if bound is not None and abs(total - bound) <= near * max(
                row.scale, Fraction(abs(bound))
            ):
                lines.append(({j: c for j, c in row.terms if j in movable}, bound - total))
                break
    form = reduced(lines)
    if form is None:
        return None
    for j, line in form[0].items():
        # a step from where the plan is: what no row determines stays
        values[j] += Fraction(line.get(-1, 0), line[j])
    return tuple(values)
