"""The front of a whole-number problem by the compiled engine, and the canonical plan of each
point.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from optimiser.engine.canonical import positioned, runs
from optimiser.engine.contract import Budget, Outcome
from optimiser.engine.exact import kernel
from optimiser.engine.exact.beside import Beside
from optimiser.engine.exact.gaps import stepped_gap
from optimiser.engine.exact.notes import unconfirmed_note, unsettled_by, unsettled_note
from optimiser.engine.exact.preferring import Preferring
from optimiser.engine.exact.saving import ENGINE, before, under
from optimiser.engine.exact.spreading import soon
from optimiser.engine.exact.tolerances import EVENLY, EVENLY_IN_TIME, PREPARING
from optimiser.engine.exact.watching import EngineWatch, Given
from optimiser.engine.exact.wide_program import WideProgram, wide_program
from optimiser.frozen import dataclass
from optimiser.language import joined, stored

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.contract import Options, Stop
    from optimiser.engine.exact.kernel import KernelOutcome, Limits
    from optimiser.engine.exact.saving import Before
    from optimiser.engine.problem import Problem
    from optimiser.front import Basis, Floats

    Integers = NDArray[np.int64]

__all__ = ["Handed", "begin", "claimed", "compiled_search", "limits_of"]

# weights that compare a run of rows in order stay below this, so that every step of the engine is
# exact
_CHUNK = 1 << 20
_SECONDS = 5.0
# seconds before a run without a time limit spreads what it leaves open
_PATIENCE = 1.0


def begin(problem: Problem, options: Options, budget: Budget, /) -> Handed:
    """The spread, where an earlier run left it."""
    beside, earlier = Beside(problem, options, budget), before(problem, budget)
    if (spread := earlier.spread()) is not None:
        beside.restore(spread)
    return Handed(beside, earlier)


def compiled_search(
    problem: Problem, options: Options, budget: Budget, handed: Handed | None = None, /
) -> Outcome | None:
    """The front by the compiled engine; None where it refuses the problem or cannot be loaded."""
    linear, view = problem.linear, wide_program(problem)
    if view is not None and (unprepared := _unprepared(view, budget)) is not None:
        return unprepared
    program = None if view is None else view.program
    if not linear or view is None or program is None or kernel.refusal(program) is not None:
        return None
    given = Given(problem, linear, view, program)
    begun = handed or begin(problem, options, budget)
    beside, earlier = begun.beside, begun.earlier
    corners = beside.corners()
    if (stop := budget.exhausted()) is not None:
        return _unstarted(given, beside, earlier, stop, budget)
    weights = np.array(_preferences(given), dtype=np.int64).reshape(-1, len(view.columns))
    program = kernel.without_symmetries(program, weights)
    with Preferring(program, weights, budget, workers=options.workers) as preferring:
        watch = EngineWatch(given, budget, preferring if given.exact else None, beside, earlier)
        try:
            found = kernel.solve_front(
                program,
                corners=corners,
                start=None
                if earlier.proven is None
                else kernel.Snapshot.read(under(ENGINE, earlier.proven.arrays)),
                limits=limits_of(options),
                workers=options.workers,
                fallback=watch.fallback,
                on_slice=watch,
            )
        finally:
            beside.end()
        if found.status == "refused":
            return None
        more = watch.rest(found) if found.status == "stopped" else found.x[:0]
        budget.report(found=len(found.points) + len(more), solved=found.subproblems)
        plans, left = preferring.finish(found.x) if given.exact else (found.x, 0)
    # of what a stopped run lists beside its points none was compared with its equals
    unsettled = unsettled_note(left + len(more), len(plans) + len(more)) if given.exact else ""
    stop = unsettled_by(left, budget)
    said = _Said(beside, earlier, watch.gap, unsettled, more, watch.fallback.unconfirmed, stop)
    return _outcome(given, replace(found, x=plans), options, budget, said)


def _unprepared(view: WideProgram, budget: Budget) -> Outcome | None:
    """Plans at hand, where preparing the engine would take longer than the time that is left; None
    where it would not, and where there is none.
    """
    pace = budget.pace
    if soon(view, pace) or budget.remaining() > pace * PREPARING * view.entries:
        return None
    ends = view.ends()
    if len(ends) == 0:
        return None
    return Outcome(
        np.vstack([view.decisions(ends), before(view.problem, budget).plans]),
        "approximate",
        stopped="time_limit",
        basis="exact",
        note=stored("preparing the search would have taken longer than the time that was left"),
    )


def _unstarted(
    given: Given, beside: Beside, earlier: Before, stop: Stop, budget: Budget
) -> Outcome:
    """What was over before the engine began claims what the corners prove, and lists what is easily
    found.
    """
    plans = beside.finish()
    listed = (
        earlier.plans if plans is None else np.vstack([given.view.decisions(plans), earlier.plans])
    )
    gaps = [gap for gap in (beside.gap, earlier.gap) if gap is not None]
    if budget.checkpoints is not None and len(listed):
        engine = (
            ({}, {}) if earlier.proven is None else (earlier.proven.numbers, earlier.proven.arrays)
        )
        budget.checkpoints.save(earlier.saved(listed, None, beside.state(), *engine))
    return claimed(listed, beside, min(gaps, default=None), stop, note=earlier.words)


def claimed(
    plans: Floats,
    beside: Beside,
    gap: float | None,
    stop: Stop | Literal["points"] | None,
    **more: Any,
) -> Outcome:
    """Plans (k, n) of a stopped run, with the gap that is proven of them, if corners are."""
    # a gap of an earlier run, whose corners are not known, is measured by nothing
    scale = () if beside.spread is None else beside.spread.scale
    status: Literal["approximate", "covering"] = (
        "approximate" if gap is None or not scale or not len(plans) else "covering"
    )
    return Outcome(
        plans,
        status,
        gap=gap if status == "covering" else None,
        scale=scale if status == "covering" else (),
        stopped=stop,
        basis="exact",
        bounds=beside.bounds(),
        **more,
    )


def limits_of(options: Options, /) -> Limits:
    """Runs that may be stopped spread what they leave open: soon where a time limit is set, else
    after a while.
    """
    if options.time_limit is None:
        return kernel.Limits(points=options.points, anytime=EVENLY, patience=_PATIENCE)
    return kernel.Limits(
        points=options.points, anytime=EVENLY_IN_TIME, patience=min(1.0, 0.1 * options.time_limit)
    )


def _outcome(
    given: Given, found: KernelOutcome, options: Options, budget: Budget, said: _Said
) -> Outcome:
    """The strongest claim that holds."""
    basis: Basis = "numerical" if said.unconfirmed else "exact"
    doubt = unconfirmed_note(said.unconfirmed)
    if found.status == "infeasible":
        from optimiser.engine import conflict

        return Outcome(
            np.empty((0, len(given.problem.decisions))),
            "infeasible",
            conflict=conflict.conflicting_groups(given.problem, budget),
            subproblems=found.subproblems,
            basis=basis,
            note=doubt,
        )
    plans = given.view.decisions(np.vstack([found.x, said.more]))
    note = joined(doubt, said.unsettled)
    told: dict[str, Any] = {
        "subproblems": found.subproblems,
        "statistics": {"engine": "compiled", **found.statistics},
    }
    if found.status == "complete" and given.exact:
        bounds = () if basis == "exact" else said.beside.bounds()
        told |= {"stopped": said.stopped, "note": note}
        return Outcome(plans, "complete", basis=basis, bounds=bounds, **told)
    from optimiser.engine.exact.whole import Whole, whole_of

    # the run may be over: what bounds its result has a few seconds of its own
    whole = (
        whole_of(given.problem, options, Budget(_SECONDS)) if found.status == "complete" else None
    )
    if isinstance(whole, Whole):
        reach = stepped_gap(whole, plans)
        return Outcome(
            plans,
            "covering",
            gap=reach.gap,
            scale=reach.scale,
            resolution=reach.resolution,
            note=note,
            **told,
        )
    stopped: Stop | Literal["points"] | None = budget.exhausted()
    if stopped is None and found.enough:
        stopped = "points"
    reason = "" if stopped is not None else found.reason
    note = joined(reason, said.unsettled, said.earlier.words)
    plans = np.vstack([plans, said.earlier.plans])
    return claimed(plans, said.beside, said.gap, stopped, note=note, **told)


def _preferences(given: Given) -> list[Integers]:
    """Weights to minimise one after the other, in the order of the problem's rows of preference."""
    found = []
    for run in runs(given.problem, _CHUNK):
        weights = np.zeros(len(given.view.columns), dtype=np.int64)
        for row, values in run:
            weights *= values or 1
            for j, weight in positioned(given.problem, row):
                weights += weight * given.view.expression(j)
        found.append(weights)
    return [weights for weights in found if weights.any()]


@dataclass(frozen=True, eq=False)
class Handed:
    """What has begun before the engine does: the spread, and what is known of earlier."""

    beside: Beside
    earlier: Before


@dataclass(frozen=True)
class _Said:
    """What the run knows beside the engine's outcome.

    Attributes:
        beside: the spread, with the corners.
        earlier: what an earlier run left.
        gap: proven on the way; None without any.
        unsettled: in words which plans are not settled.
        more: (k, columns) plans that hold and that no point of the engine is as good as.
        unconfirmed: how many sub-problems rest on HiGHS's word.
        stopped: what stopped settling plans.
    """

    beside: Beside
    earlier: Before
    gap: float | None
    unsettled: str
    more: Integers
    unconfirmed: int
    stopped: Stop | None
