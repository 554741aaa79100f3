"""From a scenario to a result: formulated, solved, ranked; and ranked again."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from optimiser.errors import InfeasibleError, ProofError
from optimiser.front import Front, Proof, Provenance, Stand
from optimiser.language import stored, tr
from optimiser.ranking import NORMALISATIONS, method_named, rank
from optimiser.results.exact_values import with_exact_values
from optimiser.results.result import Result, arrange
from optimiser.results.versions import versions
from optimiser.study.preparing import AFTER, insist, limited, pace, searching

if TYPE_CHECKING:
    from optimiser.engine import Checkpoints, Options, Progress, Solution
    from optimiser.engine.problem import Problem
    from optimiser.formulate import Model
    from optimiser.scenario import Scenario

__all__ = ["options_of", "rank_again", "solve"]

# seconds for the loosened constraints after a run that used up its time to prove that nothing holds
# them as they are
_LEAST = 0.1


def solve(
    scenario: Scenario,
    options: Options | None = None,
    /,
    *,
    model: Model | None = None,
    spent: float = 0.0,
    share: float = 1.0,
    on_progress: Callable[[Progress], None] | None = None,
    checkpoints: Checkpoints | None = None,
) -> Result:
    """Find the plans of a scenario that no other plan beats in everything, and rank them.

    Args:
        scenario: from :func:`optimiser.load`.
        options: None takes those of the scenario.
        model: the same scenario where it is formulated already.
        spent: seconds that went into reading it, which the time limit is for as well.
        share: of the time left for searching, that the search has; the rest is for questions.
        on_progress: called now and then with how far the run is.
        checkpoints: where the state of a search for all plans goes now and then, and the state to
            go on from.

    Returns:
        At least one plan, best rank first, with what is proven about the list.

    Raises:
        NoSolutionError: proven infeasible or unbounded.
        ProofError: stopped before any plan was found, or before the problem was there.
        UsageError: an unknown method, or one that cannot take this scenario.
    """
    from optimiser import engine

    chosen = options_of(scenario) if options is None else options
    began = time.monotonic()
    if model is None and scenario.robust is not None:
        from optimiser.study.robust import ideals_to_solve, with_ideals

        if ideals_to_solve(scenario):
            scenario = with_ideals(scenario, _limited(chosen, spent), on_progress)
    ideal = time.monotonic()
    limit = _after(began, chosen.time_limit)
    model, problem = _prepared(scenario, model, limit, ideal - spent, share=share)
    start = time.monotonic()
    prepared, left = spent + start - ideal, replace(chosen, time_limit=limit)
    within = _limited(left, (1 + AFTER) * prepared, prepared=prepared, share=share)
    try:
        solution = engine.solve(
            problem,
            within,
            on_progress=on_progress,
            checkpoints=checkpoints,
            pace=1.0 if limit is None else pace(problem, prepared),
        )
    except InfeasibleError:
        if not model.loosening_matters():
            raise
        problem = model.at(loosened=True)
        left = replace(chosen, time_limit=_after(start, within.time_limit))
        solution = _loosened(problem, left, scenario.solver.feasibility, on_progress)
    front = _front(model, problem, solution, chosen)
    ranking = rank(front, **dict(scenario.ranking))
    result = arrange(scenario, front, ranking, compiled=model)
    if not scenario.plans:
        return result
    from optimiser.study.reference_plans import reference_outcomes

    return replace(result, reference_plans=reference_outcomes(result, model, problem))


def _prepared(
    scenario: Scenario,
    model: Model | None,
    limit: float | None,
    began: float,
    /,
    *,
    share: float,
) -> tuple[Model, Problem]:
    """The model, if it is not there yet, and its problem, in the time of a run that began then."""
    from optimiser.formulate import formulate

    with limited(limit, began, share=share):
        insist(limit, time.monotonic() - began, share=share)
        model = model or formulate(scenario)
        insist(limit, time.monotonic() - began, share=share)
        problem = model.at()
    insist(limit, time.monotonic() - began, share=share)
    return model, problem


def options_of(scenario: Scenario, /) -> Options:
    """The options that a scenario asks for."""
    from optimiser.engine import Options

    return Options(**dict(scenario.solver))


def _limited(
    options: Options, seconds: float, /, *, prepared: float = 0.0, share: float = 1.0
) -> Options:
    """The options of a search for which so many seconds went, or are kept, besides: they count as
    part of the run.
    """
    limit = options.time_limit
    if limit is None:
        return options
    return replace(options, time_limit=searching(limit, seconds, prepared=prepared, share=share))


def _after(start: float, limit: float | None) -> float | None:
    """What is left of a limit that began at ``start``, and a little of it at least."""
    if limit is None:
        return None
    return max(min(_LEAST, limit), limit - (time.monotonic() - start))


def _loosened(
    problem: Problem,
    options: Options,
    share: float,
    on_progress: Callable[[Progress], None] | None,
    /,
) -> Solution:
    """The plans that hold within tolerance, where it is proven that none holds exactly."""
    from optimiser import engine

    try:
        solution = engine.solve(problem, options, on_progress=on_progress)
    except InfeasibleError:
        raise
    except ProofError as error:
        message = tr(
            "no plan holds every constraint exactly; whether one holds within {share:g} is not "
            "proven: {reason}",
            share=share,
            reason=error.message,
        )
        raise ProofError(message, help=error.help) from error
    note = stored(
        "no plan holds every constraint exactly; these hold within {share:g} of max(1, |bound|)",
        share=share,
    )
    proof = solution.proof
    words = "; ".join(filter(None, (note, proof.note)))
    return replace(solution, proof=replace(proof, feasible_set="tolerance", note=words))


def rank_again(
    result: Result,
    /,
    *,
    method: str | None = None,
    weights: Mapping[str, float] | None = None,
    normalise: str | None = None,
    preference: str | None = None,
) -> Result:
    """The same plans in another order.

    Args:
        result: from :func:`solve` or :meth:`Result.load`.
        method: a ranking method; None keeps the result's.
        weights: by objective; an objective that is left out counts 0. None keeps the result's.
        normalise: ``range`` or ``none``; None keeps the scenario's.
        preference: of promethee2: ``usual``, ``v_shape:P`` or ``linear:Q:P``; None keeps the
            result's, or else the scenario's.

    Raises:
        UsageError: an unknown method or objective, or weights that cannot rank.
    """
    names = (column.name for column in result.front.columns)
    ranking = rank(
        result.front,
        method=method or result.ranking.method,
        weights=weights
        if weights is not None
        else dict(zip(names, result.ranking.weights.tolist(), strict=True)),
        normalise=normalise or _normalisation(result, method),
        ranges=result.ranking.ranges,
        preference=preference or _preference(result, method),
    )
    again = replace(
        arrange(result.scenario, result.front, ranking, compiled=result.compiled),
        equal_plans=None
        if result.equal_plans is None
        else tuple(
            replace(result.equal_plans[row], row=place)
            for place, row in enumerate(ranking.order.tolist())
        ),
    )
    if not result.reference_plans:
        return again
    from optimiser.study.reference_plans import placed

    return replace(
        again,
        reference_plans=tuple(placed(outcome, again) for outcome in result.reference_plans),
    )


def _normalisation(result: Result, method: str | None, /) -> str:
    """The one in use, where the method stays and leaves the choice; else the scenario's."""
    kept = result.ranking.normalise if method in (None, result.ranking.method) else ""
    return kept if kept in NORMALISATIONS else str(result.scenario.ranking.normalise)


def _preference(result: Result, method: str | None, /) -> str | None:
    """The preference function in use, where the method stays and has one; else the scenario's."""
    chosen = method or result.ranking.method
    known = method_named(chosen)
    if known is None or not known.pairwise:
        return None
    if chosen == result.ranking.method:
        return result.ranking.definition
    return result.scenario.ranking.preference


def _noted(proof: Proof, note: str) -> Proof:
    """A claim with what was rounded in the model that it speaks of."""
    return replace(proof, note="; ".join(filter(None, (proof.note, note))))


def _stands(problem: Problem, solution: Solution) -> tuple[Stand | None, ...]:
    """What plans stand on whose decisions are known exactly; nothing where that says nothing."""
    columns = solution.columns or ()
    if all(known is None for known in columns):
        return ()
    from optimiser.engine.standing import standing

    stands = tuple(
        None if known is None else standing(problem, x, known)
        for x, known in zip(solution.x.tolist(), columns, strict=True)
    )
    return stands if any(stands) else ()


def _front(model: Model, problem: Problem, solution: Solution, options: Options, /) -> Front:
    columns = solution.columns or (None,) * len(solution.x)
    n = len(problem.decisions)
    points = [None if known is None else known[:n] for known in columns]
    readings = model.read(solution.x, points)
    cells, ids = readings.named
    front = Front(
        columns=model.columns,
        y=readings.objectives,
        x=solution.x,
        indicator_columns=model.indicator_columns,
        indicators=readings.indicators,
        decision_columns=model.decision_columns,
        cells=cells,
        ids=ids,
        proof=_noted(solution.proof, model.note),
        provenance=Provenance(
            solver=solution.solver,
            reason=solution.reason,
            seed=options.seed,
            seconds=solution.seconds,
            subproblems=solution.subproblems,
            options=asdict(options) | ({"at": model.scenario.at} if model.scenario.at else {}),
            versions=versions(),
            statistics=solution.statistics,
        ),
        stands=_stands(problem, solution),
    )
    return with_exact_values(front, model, problem, solution.x, points, order=solution.order)
