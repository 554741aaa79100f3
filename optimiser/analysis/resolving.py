"""A result against the answer of another solver: the points of both, one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from optimiser.analysis.challenging import refuted
from optimiser.analysis.contradictions import Finding
from optimiser.analysis.recomputing import ground_of
from optimiser.analysis.unchecked import MISSING
from optimiser.engine import registry, run
from optimiser.errors import InterruptedRun, NoSolutionError, UsageError
from optimiser.language import listed, marked, stored, tr, trn
from optimiser.results.mixtures import Cells

if TYPE_CHECKING:
    from optimiser.analysis.recomputing import Ground, Plans
    from optimiser.analysis.verification import Verified
    from optimiser.engine import Options, Progress, Solution, Solver
    from optimiser.engine.problem import Point
    from optimiser.front import Floats, Proof
    from optimiser.results import Result

__all__ = ["options_by", "solve_again"]

_WORSE_PLAN = marked("nothing that solver {solver} found is as good as plan {plans}")
_WORSE_MIXTURES = marked("nothing that solver {solver} found is as good as mixtures of {plans}")
_BETTER_PLAN = marked("solver {solver} found plan {plans}, and nothing that is listed is as good")
_BETTER_MIXTURES = marked(
    "solver {solver} found mixtures of {plans}, and nothing that is listed is as good"
)

# what two complete fronts have in common, by whether both are points, and the other one is proven
_SAME = {
    (True, True): marked(
        "solver {solver} solved it again: the same points, in exact arithmetic ({plans})"
    ),
    (True, False): marked(
        "solver {solver} solved it again: the same points, numerically ({plans})"
    ),
    (False, True): marked(
        "solver {solver} solved it again: the same mixtures within its tolerance, in exact "
        "arithmetic ({plans})"
    ),
    (False, False): marked(
        "solver {solver} solved it again: the same mixtures within its tolerance, numerically "
        "({plans})"
    ),
}
# by whether the list is complete, and what the other solver found
_NO_CONTRADICTION = {
    (False, True): marked(
        "solver {solver} found {plans}, and none contradicts the claim; that is all, as the list "
        "is not complete"
    ),
    (True, False): marked(
        "solver {solver} found {plans}, and none contradicts the claim; that is all, as what it "
        "found is not complete"
    ),
    (False, False): marked(
        "solver {solver} found {plans}, and none contradicts the claim; that is all, as the list "
        "and what it found is not complete"
    ),
}

_SHOWN = 3
"""So many points that only one side has are named."""


def solve_again(
    result: Result,
    verified: Verified,
    options: Options,
    /,
    *,
    on_progress: Callable[[Progress], None] | None = None,
) -> Verified:
    """Solve the scenario of a result by another solver, and compare what both found.

    Args:
        result: as loaded.
        verified: what was found of it so far; while something does not hold, there is nothing to
            compare.
        options: ``method`` names the solver.
        on_progress: called now and then with how far it is.

    Raises:
        UsageError: there is no such solver, it is the one that the result is from, or it cannot
            take the scenario.
        ProofError: it was stopped before it found any plan.
        InterruptedRun: Ctrl-C.
    """
    solver = _another(result.front.provenance.solver, options.method)
    if verified.findings:
        return verified
    ground = ground_of(result, result.decisions())
    if (reason := solver.declines(ground.problem)) is not None:
        raise UsageError(
            tr("solver {name!r} cannot take this model: {reason}", name=solver.name, reason=reason),
            help=tr("name another one"),
        )
    try:
        found = run(solver, stored("to verify"), ground.problem, options, on_progress=on_progress)
    except NoSolutionError as error:
        message = tr("solver {name!r} says: {message}", name=options.method, message=error.message)
        return verified.also(Finding("", message))
    if found.proof.stopped == "interrupted":
        raise InterruptedRun(
            tr("interrupted while {solver} was solving again", solver=options.method),
            help=tr("verify again, without --by where that takes too long"),
        )
    findings = tuple(_differences(ground, found, ground.read(found.x, _points(ground, found))))
    if findings:
        return verified.also(*findings)
    settled = found.proof.status == "complete" and found.proof.proven
    return verified.also(
        checked=_compared(ground, found), settles=(*MISSING, "gap") if settled else ()
    )


def _another(own: str, name: str, /) -> Solver:
    """The solver of this name, which must not be the one that the result is from."""
    others = [other for other in registry() if other != own]
    if name not in others:
        raise UsageError(
            tr("--by {name}: the result is from it", name=name)
            if name == own
            else tr("--by {name}: there is no such solver", name=name),
            help=tr("name one of {names}", names=listed(others)),
        )
    return registry()[name]


def options_by(result: Result, asked: Options, solver: str, /) -> Options:
    """How another solver is asked: for everything, where the list is said to be complete, whatever
    the scenario asks for.
    """
    options = replace(asked, method=solver)
    return (
        replace(options, gap=None, points=None)
        if result.front.proof.status == "complete"
        else options
    )


def _points(ground: Ground, found: Solution) -> list[Point | None]:
    """The exact decisions of what was found, where they are no decimals."""
    n = len(ground.problem.decisions)
    return [
        None if known is None else known[:n] for known in found.columns or (None,) * len(found.x)
    ]


def _differences(ground: Ground, found: Solution, others: Plans) -> Iterator[Finding]:
    """What cannot be true of both."""
    mine, other = ground.front.proof, found.proof
    yield from (
        Finding("", tr("solver {solver}: {finding}", solver=found.solver, finding=finding))
        for finding in refuted(ground, ground.holding(others))
    )
    yield from _beyond(ground, found)
    if other.status != "complete":
        return
    if other.of == "points" and mine.of == "points":
        yield from _unlike(ground, found, others)
    elif mine.status == "complete":
        yield from _outside(ground, found, others)


def _beyond(ground: Ground, found: Solution) -> Iterator[Finding]:
    """Listed plans that are better than the other solver proves possible."""
    slack = ground.slack
    for k, (column, bound) in enumerate(
        zip(ground.front.columns, found.proof.bounds, strict=False)
    ):
        best = float(ground.front.ideal[k])
        if bound is not None and (best - bound) * column.sign < -slack[k]:
            yield Finding(
                "",
                tr(
                    "solver {solver} proves that no plan has a better {name} than {bound!r}, "
                    "{best!r} is listed",
                    solver=found.solver,
                    name=column.name,
                    bound=bound,
                    best=best,
                ),
            )


def _unlike(ground: Ground, found: Solution, others: Plans) -> Iterator[Finding]:
    """Points of a list that another one, which is complete, does not have."""
    here, own = ground.order(ground.plans, others)
    theirs = {tuple(point) for point in own.tolist()}
    for row, point in enumerate(here.tolist()):
        better = (own <= here[row]).all(axis=1)
        if tuple(point) in theirs or (not ground.exact and _near(ground, here[row], own)):
            continue
        if better.any():
            by = ground.named(others, int(np.argmax(better)))
            if ground.front.proof.status == "complete":
                yield Finding(
                    ground.front.ids[row],
                    tr("solver {solver} found a better one: {plan}", solver=found.solver, plan=by),
                )
        else:
            yield Finding(
                ground.front.ids[row],
                tr(
                    "solver {solver} calls its list complete, and has nothing as good",
                    solver=found.solver,
                ),
            )
    if not ground.exact and ground.front.proof.status == "complete":
        lost = [row for row in range(len(own)) if not _near(ground, own[row], here)]
        for row in lost[:_SHOWN]:
            yield Finding(
                "",
                tr(
                    "solver {solver} found {plan}, which is not listed",
                    solver=found.solver,
                    plan=ground.named(others, row),
                ),
            )


def _near(ground: Ground, point: Floats, points: Floats) -> bool:
    return bool((np.abs(points - point) <= ground.slack).all(axis=1).any())


def _outside(ground: Ground, found: Solution, others: Plans) -> Iterator[Finding]:
    """Plans and middles of cells of one side that no plan and no mixture of the other one is as
    good as.
    """
    signs = ground.front.signs
    here, there = ground.front.minimised, ground.minimised(others)
    mine, theirs = _Side(here, ground.front.proof, signs), _Side(there, found.proof, signs)
    for point, rows in mine.places():
        if not _near(ground, point, there) and not theirs.reaches(point):
            names = listed((ground.front.ids[row] for row in rows), last="and")
            said = _WORSE_MIXTURES if len(rows) > 1 else _WORSE_PLAN
            yield Finding("", tr(said, solver=found.solver, plans=names))
    for point, rows in theirs.places():
        if not _near(ground, point, here) and not mine.reaches(point):
            names = listed((ground.named(others, row) for row in rows), last="and")
            said = _BETTER_MIXTURES if len(rows) > 1 else _BETTER_PLAN
            yield Finding("", tr(said, solver=found.solver, plans=names))


class _Side:
    """A front of plans, cells and half-open segments, as (k, m) minimised points and what lies
    between them.
    """

    def __init__(self, points: Floats, proof: Proof, signs: Floats) -> None:
        limits = (
            np.array([limit for _, limit in proof.open_ends]).reshape(-1, points.shape[1]) * signs
        )
        self._plans = len(points)
        self._points = np.vstack([points, limits])
        self._cells = (
            *proof.cells,
            *((row, len(points) + i) for i, (row, _) in enumerate(proof.open_ends)),
            *((row, row) for row in range(len(points))),
        )
        self._between = Cells(self._cells, self._points)

    def places(self) -> Iterator[tuple[Floats, tuple[int, ...]]]:
        """Every plan and the middle of every cell, with the plans that it is of."""
        for cell in self._cells:
            rows = tuple(dict.fromkeys(row for row in cell if row < self._plans))
            yield np.asarray(self._points[list(cell)].mean(axis=0)), rows

    def reaches(self, point: Floats) -> bool:
        """Whether some plan or mixture is at least as good as a point, within the tolerance of an
        LP.
        """
        return bool(self._between.reach(point)[0])


def _compared(ground: Ground, found: Solution) -> str:
    """What could be compared, and came out the same."""
    mine, other = ground.front.proof, found.proof
    plans = trn("{number} plan", "{number} plans", len(found.x))
    if other.status == mine.status == "complete":
        said = _SAME[mine.of == other.of == "points", other.proven]
    else:
        said = _NO_CONTRADICTION[mine.status == "complete", other.status == "complete"]
    return tr(said, solver=found.solver, plans=plans)
