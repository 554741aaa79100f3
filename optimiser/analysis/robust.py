"""The plans of a result where the uncertain numbers turn out otherwise.

Every listed plan, and every reference plan, is evaluated at all samples at once. At a sample a plan
is called efficient where it holds and no listed plan that holds is at least as good in everything
and better in something: that says nothing of plans that are not listed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from optimiser.analysis.ideals import ideals, tasks_of
from optimiser.analysis.parameter_regions import region
from optimiser.analysis.regret import regrets
from optimiser.analysis.sensitivity import influences
from optimiser.analysis.tails import LEVEL, checked, spread
from optimiser.analysis.tolerances import NOISE, SAME_OUTCOME
from optimiser.errors import UsageError
from optimiser.language import tr, trn
from optimiser.results.naming_plans import listed_plan, typed_plan

if TYPE_CHECKING:
    from optimiser.analysis.ideals import Ideals, Spreading
    from optimiser.analysis.parameter_regions import EfficientRegion
    from optimiser.analysis.regret import Regret
    from optimiser.analysis.sensitivity import Influence
    from optimiser.analysis.tails import SampledObjective
    from optimiser.front import Flags, Floats
    from optimiser.results import Result
    from optimiser.results.naming_plans import NamedPlan
    from optimiser.scenario import Scenario
    from optimiser.scenario.sampling import Sample

__all__ = [
    "SAMPLES",
    "RobustPlan",
    "Robustness",
    "drawn_for",
    "robust",
    "solves_asked",
]

SAMPLES: Final = 1024
"""How many samples are drawn unless another number is asked for."""

_MOST_VALUES: Final = 40_000_000  # of objectives: some hundred megabytes
_MOST_EVALUATED: Final = 1 << 22  # plans at samples for the indices: some seconds
_LEAST_BASE, _MOST_BASE = 256, 1 << 14


@dataclass(frozen=True, eq=False)
class RobustPlan:
    """A plan over the samples.

    Attributes:
        plan: which one.
        spreads: m, of its objectives.
        feasible: the share of the samples in which it holds.
        efficient: the share in which it holds and no listed plan that holds dominates it.
        regret: None where it was not asked for, or the plan holds in no sample of known best
            values.
        region: where it stays efficient; None where it is efficient in no sample.
    """

    plan: NamedPlan
    spreads: tuple[SampledObjective, ...]
    feasible: float
    efficient: float
    regret: Regret | None
    region: EfficientRegion | None


@dataclass(frozen=True, eq=False)
class Robustness:
    """The plans of a result over samples of its uncertain parameters.

    Attributes:
        result: whose plans they are.
        drawn: the samples.
        seed: of the samples.
        level: of CVaR.
        plans: those listed, then the reference plans that are not.
        influences: of each objective and each uncertain parameter.
        base: samples in each matrix behind the influences.
        ideals: what regret is measured from; None where it was not asked for.
        notes: what the answer rests on.
    """

    result: Result
    drawn: Sample
    seed: int
    level: float
    plans: tuple[RobustPlan, ...]
    influences: Mapping[str, Mapping[str, Influence]]
    base: int
    ideals: Ideals | None
    notes: tuple[str, ...]


def solves_asked(result: Result, drawn: Sample, /) -> int:
    """How many problems regret over these samples takes."""
    return len(tasks_of(result.model, drawn))


def drawn_for(result: Result, count: int, seed: int, /) -> Sample:
    """Samples of the uncertain parameters of a result.

    Raises:
        UsageError: no parameter is uncertain, or there are more values than memory is for.
    """
    from optimiser.scenario.sampling import drawn, sample

    if not drawn(result.scenario):
        name, (value, low, high) = _example(result.scenario)
        raise UsageError(
            tr("no parameter of {name} is uncertain", name=result.scenario.name),
            help=tr(
                "say how far one can go, in the scenario ({parameter}: {example}) or by --set "
                "parameters.{parameter}.low={low} --set parameters.{parameter}.high={high}",
                parameter=name,
                example=f"{{value: {value}, low: {low}, high: {high}}}",
                low=low,
                high=high,
            ),
        )
    values = (len(result.front) + len(result.reference_plans)) * len(result.front.columns)
    if count * values > _MOST_VALUES:
        raise UsageError(
            tr("{count} samples of {plans} plans", count=count, plans=len(result.front)),
            help=tr("ask for {most} samples or fewer", most=_MOST_VALUES // values),
        )
    return sample(result.scenario, count, seed=seed)


def _example(scenario: Scenario) -> tuple[str, tuple[str, ...]]:
    """A parameter with its value and a fifth less and more, of the scenario where it has one."""
    for name, parameter in scenario.parameters.items():
        if parameter.by_phase is None and parameter.value is not None:
            value = float(scenario.number(parameter.value))
            if value:
                low, high = sorted((0.8 * value, 1.2 * value))
                return name, (f"{value:.6g}", f"{low:.6g}", f"{high:.6g}")
    return "price", ("80", "50", "140")


def robust(
    result: Result,
    drawn: Sample,
    /,
    *,
    seed: int = 1,
    level: float = LEVEL,
    regret: bool = False,
    spreading: Spreading | None = None,
    seconds: float | None = None,
) -> Robustness:
    """How the plans of a result do over samples.

    Args:
        result: complete or not: what is said is said of its plans.
        drawn: from :func:`drawn_for`.
        seed: of what is drawn for the influences.
        level: of CVaR, from 0 to below 1.
        regret: whether every sample is solved for what is best there.
        spreading: how that work is done; None does it here.
        seconds: that this work may take; None takes the scenario's time limit, if it has one.

    Raises:
        UsageError: the level is none.
    """
    checked(level)
    began = time.monotonic()
    front = result.front
    plans = _plans(result)
    x = result.encoded([(one.id, one.cells) for one in plans])
    reached = result.model.evaluate_at(x, drawn.values, names=drawn.names)
    minimised = reached.objectives * front.signs
    held = reached.feasible & np.isfinite(minimised).all(axis=2)
    efficient = _efficient(minimised, held, len(front))
    spreads = [
        spread(reached.objectives[..., k], column.sign, level)
        for k, column in enumerate(front.columns)
    ]
    regions = [region(result, drawn, own) for own in efficient.T]
    # what takes long comes last: interrupted, it leaves the rest of the answer as it is
    until = None if seconds is None else began + (seconds / 2 if regret else seconds)
    moved, base, shown = _influences(result, x, len(drawn.values), seed, until)
    left = None if seconds is None else max(0.0, began + seconds - time.monotonic())
    best = ideals(result, drawn, spreading, seconds=left) if regret else None
    regret_of = [None] * len(plans) if best is None else regrets(result, minimised, held, best)
    found = tuple(
        RobustPlan(
            plan,
            tuple(own[place] for own in spreads),
            float(held[:, place].mean()),
            float(efficient[:, place].mean()),
            regret_of[place],
            regions[place],
        )
        for place, plan in enumerate(plans)
    )
    notes = tuple(_notes(result, reached.objectives, best, shown, len(plans)))
    return Robustness(result, drawn, seed, level, found, moved, base, best, notes)


def _plans(result: Result) -> list[NamedPlan]:
    """Those listed, with the names of reference plans that they are; then the other reference
    plans.
    """
    found = {one: listed_plan(result, row) for row, one in enumerate(result.front.ids)}
    for outcome in result.reference_plans:
        plan = typed_plan(result, dict(outcome.cells), name=outcome.name)
        known = found.setdefault(plan.id, plan)
        if not known.name:
            found[plan.id] = replace(known, name=outcome.name)
    return list(found.values())


def _efficient(minimised: Floats, held: Flags, k: int) -> Flags:
    """(s, plans) whether a plan holds and none of the first k that hold dominates it."""
    import moocore

    ranks = np.stack(
        [_ranks(minimised[..., m], held) for m in range(minimised.shape[2])], axis=2
    ).astype(np.float64)
    found = np.zeros(held.shape, dtype=bool)
    for sample, (own, holds) in enumerate(zip(ranks, held, strict=True)):
        rows = np.flatnonzero(holds[:k])
        if len(rows):
            found[sample, rows] = moocore.is_nondominated(
                np.ascontiguousarray(own[rows]), keep_weakly=True
            )
        for row in range(k, held.shape[1]):
            ahead = own[rows] - own[row]
            dominated = ((ahead <= 0).all(axis=1) & (ahead < 0).any(axis=1)).any()
            found[sample, row] = holds[row] and not dominated
    return found


def _ranks(values: Floats, held: Flags) -> Floats:
    """(s, plans) values -> their places from the best on, one place for what is the same."""
    known = np.where(held, values, np.nan)
    order = np.argsort(known, axis=1)
    ordered = np.take_along_axis(known, order, axis=1)
    with np.errstate(invalid="ignore"):
        size = np.nan_to_num(np.where(held, np.abs(values), 0.0)).max(axis=1, keepdims=True)
        widest = np.where(held, values, -np.inf).max(axis=1, keepdims=True) - np.where(
            held, values, np.inf
        ).min(axis=1, keepdims=True)
        same = np.maximum(SAME_OUTCOME * np.maximum(widest, 0.0), NOISE * size)
        steps = np.diff(ordered, axis=1) > same
    places = np.zeros(values.shape)
    np.put_along_axis(places[:, :], order[:, 1:], np.cumsum(steps, axis=1), axis=1)
    return places


def _influences(
    result: Result, x: Floats, samples: int, seed: int, until: float | None
) -> tuple[dict[str, dict[str, Influence]], int, int]:
    """Of each objective and parameter; the samples in a matrix; and the plans that count: those of
    which it was known by ``until``, of the monotonic clock.
    """
    from optimiser.scenario.sampling import at_shares
    from optimiser.scenario.sampling import drawn as parameters

    names = parameters(result.scenario)
    width = len(names) + 2
    base = min(_MOST_BASE, max(SAMPLES, 1 << (samples - 1).bit_length()))
    while base > _LEAST_BASE and base * width * len(x) > _MOST_EVALUATED:
        base //= 2
    shown = max(1, min(len(x), _MOST_EVALUATED // (base * width)))
    block = max(1, _MOST_EVALUATED // (8 * base * width))

    def outputs(start: int) -> Any:
        rows = x[start : min(start + block, shown)]

        def at(shares: Floats) -> Floats:
            found = at_shares(result.scenario, shares)
            return result.model.objectives_at(rows, found.values, names=found.names)

        return at

    counted = 0

    def in_time() -> Iterator[Any]:
        nonlocal counted
        for start in range(0, shown, block):
            if start and until is not None and time.monotonic() > until:
                return
            counted = min(start + block, shown)
            yield outputs(start)

    found = influences(in_time(), len(names), base, seed=seed)
    columns = (column.name for column in result.front.columns)
    return (
        {n: dict(zip(names, own, strict=True)) for n, own in zip(columns, found, strict=True)},
        base,
        counted,
    )


def _notes(
    result: Result, objectives: Floats, best: Ideals | None, shown: int, plans: int
) -> Iterator[str]:
    front = result.front
    yield tr("efficient: it holds at the sample, and no listed plan that holds dominates it")
    if front.proof.of == "cells":
        yield tr("mixtures of listed plans are not looked at")
    elif not (front.proof.status == "complete" and front.proof.proven):
        yield tr("the list is not proven complete: other plans may do better")
    undefined = int((~np.isfinite(objectives)).any(axis=2).any(axis=0).sum())
    if undefined:
        yield trn(
            "{number} plan has an objective that is undefined at some samples; these do not count",
            "{number} plans have objectives that are undefined at some samples; these do not count",
            undefined,
        )
    if shown < plans:
        yield tr("what matters is taken from the {number} plans with the best ranks", number=shown)
    if best is None:
        return
    yield tr("regret: how far from the best values of the sample, in shares of the run's ranges")
    if best.solves < best.asked:
        yield tr(
            "regret rests on {solved} of {asked} problems: the others were not solved",
            solved=best.solves,
            asked=best.asked,
        )
    if best.infeasible:
        yield trn(
            "no plan at all holds at {number} sample",
            "no plan at all holds at {number} samples",
            best.infeasible,
        )
    if best.unproven:
        yield tr("{number} best values are not proven: regret may be larger", number=best.unproven)
