"""Runs a solver and believes nothing: every plan is evaluated again, filtered, sorted, and claims
shrink to what holds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

import numpy as np

from optimiser import interrupts
from optimiser.engine.admitting import admit, with_earlier
from optimiser.engine.canonical import clusters, efficient, ordinals
from optimiser.engine.choosing import because, choose
from optimiser.engine.claims import outwards
from optimiser.engine.contract import Budget, Checkpoints, Options, Outcome, Progress, Solution
from optimiser.engine.tolerances import SAME
from optimiser.errors import InfeasibleError, InterruptedRun, ProofError, UnboundedError
from optimiser.front import Proof, sealed_each
from optimiser.language import joined, listed, retold, stored, tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.admitting import Admitted
    from optimiser.engine.contract import Solver
    from optimiser.engine.problem import Point, Problem
    from optimiser.front import Floats

__all__ = ["run", "solve"]

_AS_IT_IS = Options()


# seconds a decision of a plan takes from the end of a search until it is written: 400 plans of
# 5,000 technologies took 1.9 s, 8,000 of 1,000 some 8
_AFTERWARDS = 1.2 / 1_000_000
# the same for each objective that is a product of as many fractions
_COMPOUND = 2 / 100_000


def solve(
    problem: Problem,
    options: Options = _AS_IT_IS,
    /,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    checkpoints: Checkpoints | None = None,
    pace: float = 1.0,
) -> Solution:
    """The checked front of a problem by the solver that ``options.method`` asks for; ``pace`` as in
    :class:`Budget`.

    Raises:
        UsageError: no such method, or it cannot take this problem.
        InfeasibleError: proven: no plan holds; names the groups in conflict.
        UnboundedError: proven: an objective has no finite best value; names it.
        ProofError: stopped before any plan was found.
        InterruptedRun: Ctrl-C before any plan was found.
    """
    solver, reason = choose(problem, options)
    return run(
        solver,
        reason,
        problem,
        options,
        on_progress=on_progress,
        checkpoints=checkpoints,
        pace=pace,
    )


def run(
    solver: Solver,
    reason: str,
    problem: Problem,
    options: Options,
    /,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    checkpoints: Checkpoints | None = None,
    pace: float = 1.0,
) -> Solution:
    """The checked answer of one given solver."""
    budget = Budget(
        options.time_limit,
        on_progress=on_progress,
        checkpoints=checkpoints,
        afterwards=len(problem.decisions) * (_AFTERWARDS + _COMPOUND * _linked(problem)),
        pace=pace,
    )
    with interrupts.asking(budget.cancel, found=budget.found):
        outcome = with_earlier(problem, solver.solve(problem, options, budget), budget)
    _raise_unless_solved(problem, outcome)
    solution = replace(
        _checked(problem, outcome),
        solver=outcome.solver or solver.name,
        reason=reason if not outcome.solver else because(outcome.solver, solver.suits(problem)),
        seconds=budget.seconds(),
        subproblems=outcome.subproblems,
    )
    if len(solution.x) == 0:
        raise ProofError(
            tr("solver {name!r} returned no plan that holds", name=solver.name),
            help=retold(solution.proof.note) or tr("try another `method`"),
        )
    return solution


def _linked(problem: Problem) -> int:
    """How many objectives are functions of their rows."""
    return sum(map(bool, problem.linear.linked)) if problem.linear else 0


def _raise_unless_solved(problem: Problem, outcome: Outcome) -> None:
    if outcome.status in ("infeasible", "unbounded") and outcome.basis != "exact":
        message = (
            tr("a floating-point solver says that no plan exists; that is not proven")
            if outcome.status == "infeasible"
            else tr(
                "a floating-point solver says that objective {objective!r} has no finite best "
                "value; that is not proven",
                objective=outcome.objective,
            )
        )
        raise ProofError(message, help=retold(outcome.note) or tr("try another `method`"))
    if outcome.status == "infeasible":
        raise _infeasible(outcome.conflict)
    if outcome.status == "unbounded":
        raise UnboundedError(
            tr("objective {objective!r} has no finite best value", objective=outcome.objective),
            help=tr("bound the variables it depends on, or add the constraint that limits it"),
            involved=(outcome.objective,),
        )
    if len(outcome.x) == 0:
        if outcome.stopped == "interrupted":
            raise InterruptedRun(
                tr("interrupted before any plan was found"),
                help=tr("run it again: from the first plan on nothing is lost"),
            )
        if outcome.stopped == "time_limit":
            raise ProofError(
                tr("the time limit came before any plan was found"), help=tr("raise `time_limit`")
            )
        raise ProofError(
            tr("no feasible plan was found; that none exists is not proven"),
            help=retold(outcome.note) or tr("loosen the constraints, or raise `time_limit`"),
        )


def _infeasible(groups: tuple[str, ...]) -> InfeasibleError:
    if not groups:
        return InfeasibleError(
            tr("no plan satisfies all constraints"), help=tr("loosen a rule or a bound")
        )
    # one word is a name, more say what a rule is
    named = listed(repr(retold(group) if " " in group else group) for group in groups)
    message = (
        tr("no plan satisfies all constraints: {groups} cannot hold together", groups=named)
        if len(groups) > 1
        else tr("no plan satisfies all constraints: {group} cannot hold", group=named)
    )
    help = tr("relax one or several of them") if len(groups) > 1 else tr("relax it")
    return InfeasibleError(message, help=help, involved=groups)


def _checked(problem: Problem, outcome: Outcome) -> Solution:
    """The plans that hold and that no other dominates, sorted, and what may still be claimed of
    them.
    """
    found = admit(problem, outcome)
    if outcome.status == "approximate" and outcome.basis == "numerical" and not problem.discrete:
        found = _preselected(problem, found)
    points = found.points(len(problem.decisions))
    y = (
        problem.evaluate(found.x)[0]
        if problem.rounded is None
        else problem.rounded(found.x, points)
    )
    finite = np.isfinite(y).all(axis=1)
    ranks = _Ranks(problem, outcome, found.x, points, y)
    kept = ranks.efficient(np.flatnonzero(finite))
    kept = kept[np.lexsort([y[kept, k] for k in reversed(range(y.shape[1]))])]
    places = ranks.places(kept, found.held) if outcome.cells or outcome.open_ends else {}
    x, shown = sealed_each(found.x[kept], y[kept])
    return Solution(
        x,
        shown,
        _claim(problem, outcome, found, ranks, places),
        "",
        "",
        statistics=dict(outcome.statistics),
        columns=tuple(found.columns[i] for i in kept.tolist()),
        order=None if ranks.exact is None else ranks.exact[kept],
    )


def _preselected(problem: Problem, found: Admitted) -> Admitted:
    """What a floating-point search found, without what floats already show to be dominated: exact
    values are dear.
    """
    y = problem.evaluate(found.x)[0]
    rows = np.flatnonzero(np.isfinite(y).all(axis=1))
    if len(rows) == 0:
        return found
    return found.taken(
        rows[efficient(problem, found.x[rows], clusters(y[rows], SAME * np.ptp(y[rows], axis=0)))]
    )


def _claim(
    problem: Problem, outcome: Outcome, found: Admitted, ranks: _Ranks, places: Mapping[int, int]
) -> Proof:
    if found.lost:
        note = stored(
            "{number} of {total} plans of the solver did not hold when evaluated again and were "
            "dropped",
            number=found.lost,
            total=len(outcome.x),
        )
        claim = Outcome(
            outcome.x,
            "approximate",
            stopped=outcome.stopped,
            note=joined(outcome.note, note),
        )
        return _proof(problem, claim, found, ranks, {})
    basis, notes = outcome.basis, [outcome.note]
    if found.undecided:
        basis = "numerical"
        notes.append(
            stored(
                "whether {number} of the plans hold exactly is not decided", number=found.undecided
            )
        )
    if found.feasible_set == "tolerance":
        notes.append(stored("some plans hold within tolerance only"))
    return _proof(
        problem,
        replace(outcome, basis=basis, note=joined(*notes)),
        found,
        ranks,
        places,
    )


def _proof(
    problem: Problem, outcome: Outcome, found: Admitted, ranks: _Ranks, places: Mapping[int, int]
) -> Proof:
    status: Literal["complete", "covering", "approximate"] = (
        outcome.status if outcome.status in ("complete", "covering") else "approximate"
    )
    return Proof(
        status,
        of=outcome.of,
        gap=outcome.gap,
        scale=outcome.scale,
        stopped=outcome.stopped,
        resolution=outcome.resolution,
        cells=_renamed(outcome.cells, places),
        note=outcome.note,
        open_ends=_reopened(problem, outcome, places),
        basis=None if status == "approximate" else outcome.basis,
        feasible_set=found.feasible_set,
        bounds=_bounds(problem, outcome, ranks),
    )


def _bounds(problem: Problem, outcome: Outcome, ranks: _Ranks) -> tuple[float | None, ...]:
    """The proven best value of each objective, the user's directions; where a listed plan has it,
    that plan's own value.
    """
    best = ranks.best.tolist()
    if outcome.status == "complete" and outcome.basis == "exact":
        lows: Sequence[Fraction | float | None] = best
    else:
        given = outcome.bounds or (None,) * len(best)
        lows = [ranks.below(k, low) for k, low in enumerate(given)]
    rounded = [
        None if low is None else outwards(low, best=value)
        for low, value in zip(lows, best, strict=True)
    ]
    return tuple(
        None if low is None else float(sign * low) + 0.0
        for low, sign in zip(rounded, problem.signs, strict=True)
    )


class _Ranks:
    """How plans compare: exactly where their objectives are known exactly.

    What a floating-point search lists is compared within evaluation noise first, so that noise does
    not make two plans out of one point, and then exactly.

    Attributes:
        exact: (k, m) ordinals of the exact objectives; None where one is irrational.
        best: (m,) the least value of each objective, infinite where there is none.
    """

    def __init__(
        self, problem: Problem, outcome: Outcome, x: Floats, points: list[Point | None], y: Floats
    ) -> None:
        self._problem, self._x, self._points = problem, x, points
        self.best = y[np.isfinite(y).all(axis=1)].min(axis=0, initial=math.inf)
        self._same = outcome.status == "complete"
        self.exact = exact = _exact_ranks(problem, x, points)
        proven = exact is not None and (problem.discrete or outcome.basis == "exact")
        # a finite front with a resolution has had it: to merge again would lose what is claimed
        merged = len(y) == 0 or (problem.discrete and outcome.resolution is not None)
        noise = y if merged else clusters(y, SAME * np.ptp(y, axis=0))
        self._stages = [] if proven else [noise]
        if exact is not None:
            self._stages.append(exact)

    def efficient(self, rows: NDArray[np.int64], /) -> NDArray[np.int64]:
        """Of these rows the ones that no other dominates."""
        for ranks in self._stages:
            rows = rows[efficient(self._problem, self._x[rows], ranks[rows])]
        return rows

    def below(self, k: int, low: Fraction | float | None) -> Fraction | float | None:
        """A lower bound of objective k; where the best plan is worse, and both are one float, the
        float below: a bound that is a listed value says that no plan is better.
        """
        best = float(self.best[k])
        if low is None or self.exact is None or self._problem.values is None or float(low) != best:
            return low
        row = int(np.argmin(self.exact[:, k]))
        given = self._points[row] or self._problem.point(self._x[row].tolist())
        value = self._problem.values([given])[0][k]
        return low if value is None or value <= low else math.nextafter(best, -math.inf)

    def places(self, kept: NDArray[np.int64], held: NDArray[np.int64], /) -> dict[int, int]:
        """The solver's plans -> the kept plan that each is: itself, one with equal values, or, in a
        claim that a better plan serves as well, one that is at least as good."""
        found = {}
        for row, own in enumerate(held.tolist()):
            at = np.flatnonzero(kept == row)
            for ranks in self._stages if len(at) == 0 else ():
                apart = ranks[kept] - ranks[row]
                at = np.flatnonzero(
                    (apart == 0).all(axis=1) if self._same else (apart <= 0).all(axis=1)
                )
                if len(at):
                    break
            if len(at):
                found[own] = int(at[0])
        return found


def _exact_ranks(problem: Problem, x: Floats, points: list[Point | None]) -> Floats | None:
    """(k, m) ordinals of the exact objectives; None where one is irrational."""
    if len(x) == 0:
        return None
    if problem.exact is not None:
        return ordinals(np.asarray(problem.exact(x)[0]))
    if problem.values is None:
        return None
    keys = np.empty((len(x), len(problem.objectives)), dtype=object)
    for i, (own, given) in enumerate(zip(x.tolist(), points, strict=True)):
        (values,) = problem.values([problem.point(own) if given is None else given])
        if any(value is None for value in values):
            return None
        keys[i] = values
    return ordinals(keys)


def _renamed(
    cells: tuple[tuple[int, ...], ...], places: Mapping[int, int]
) -> tuple[tuple[int, ...], ...]:
    """The cells as positions among the kept plans."""
    renamed = set()
    for cell in cells:
        named = sorted({places[row] for row in cell if row in places})
        if all(row in places for row in cell) and (len(named) > 1 or len(cell) == 1):
            renamed.add(tuple(named))
    return tuple(sorted(renamed))


def _reopened(
    problem: Problem, outcome: Outcome, places: Mapping[int, int]
) -> tuple[tuple[int, tuple[float, ...]], ...]:
    """The half-open segments with positions among the kept plans and limits in the user's
    directions.
    """
    found = set()
    for row, limit in outcome.open_ends:
        if row in places:
            found.add(
                (
                    places[row],
                    tuple(float(s * v) + 0.0 for s, v in zip(problem.signs, limit, strict=True)),
                )
            )
    return tuple(sorted(found))
