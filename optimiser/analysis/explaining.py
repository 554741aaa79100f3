"""Why a plan is what it is: what makes its values, what binds it, what it gives up, what stands
near it, and under which wishes it is the best.

Of a plan that is not listed also what dominates it, or what it violates, and the smallest change
that helps. Every statement about other plans is about the listed ones; it is proven where the list
is complete on exact ground, and ``notes`` say where it is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

import numpy as np

from optimiser.analysis.breaches import Breach, Nearest, Slack, breaches, nearest, slacks
from optimiser.analysis.contributions import Decomposition, contributions
from optimiser.analysis.differences import rows_apart
from optimiser.analysis.first_place import (
    Ahead,
    best_when,
    is_first,
    to_first,
    weight_intervals,
    worths,
)
from optimiser.analysis.giving_way import MOST_WISHES, giving_way
from optimiser.analysis.neighbours import Neighbour, neighbours
from optimiser.analysis.rounded_weights import floats_within, sufficient, written_exactly
from optimiser.analysis.tolerances import NO_WAY
from optimiser.engine.holding import broken_rules
from optimiser.front import finite
from optimiser.language import tr
from optimiser.ranking import exact_weights
from optimiser.results.claim_words import near_notes, proven_best
from optimiser.results.exact_values import compared, exact_text
from optimiser.results.ranked_plans import ReferenceOutcome
from optimiser.results.table import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimiser.analysis.first_place import BestUnder, Moved
    from optimiser.front import Floats, Front
    from optimiser.results import Result
    from optimiser.results.naming_plans import NamedPlan

__all__ = ["Explanation", "GivenUp", "explain"]

Status = Literal["efficient", "dominated", "infeasible"]


@dataclass(frozen=True)
class GivenUp:
    """How much worse a plan is in an objective than the best listed one.

    Attributes:
        best: the best listed value.
        by: the distance, below 0 where the plan is better than all that are listed.
        proven: whether no plan can be better than the best listed one.
    """

    best: float
    by: float
    proven: bool


@dataclass(frozen=True, eq=False)
class Explanation:
    """Everything that is said about one plan. Values are in the user's units and directions.

    Attributes:
        result: whose plan it is.
        plan: what is explained.
        compared: the front that it is compared with, and its row there.
        status: what it is among the plans that are listed.
        proven: whether that holds among all plans.
        dominated_by: listed plans that are at least as good in everything and better in something,
            best first: row, and by how much each objective is better (m,).
        mixed: on a front of segments, the plans of which a mixture dominates it.
        violated: what it violates.
        contributions: of each objective.
        slack: of constraints and limits.
        gives_up: for each objective; empty where a value is undefined.
        neighbours: the nearest plans that are better in something.
        weights: the (m,) weights that what follows starts from, summing to 1.
        weight_intervals: between what each weight keeps the plan first, the others in proportion;
            None where it is not first.
        to_first: the nearest weights under which it is first, as decimals of floats; None where
            there are none.
        needed: such weights with few digits, where others than those of the run are needed.
        best_when: where no weights make it first, an objective, and those in which the others are
            no better than allowed.
        give_way: (m, m) Shapley values of wishes (columns) for objectives (rows); None where there
            are too many.
        nearest: the smallest change that helps a plan that is not efficient.
        notes: what the statements rest on.
    """

    result: Result
    plan: NamedPlan
    compared: tuple[Front, int]
    status: Status
    proven: bool
    dominated_by: tuple[tuple[int, tuple[float, ...]], ...]
    mixed: tuple[str, ...]
    violated: tuple[Breach, ...]
    contributions: dict[str, Decomposition]
    slack: tuple[Slack, ...]
    gives_up: tuple[GivenUp, ...]
    neighbours: tuple[Neighbour, ...]
    weights: tuple[Fraction, ...]
    weight_intervals: tuple[tuple[Fraction, Fraction], ...] | None
    to_first: Moved | None
    needed: Moved | None
    best_when: BestUnder | None
    give_way: Floats | None
    nearest: Nearest | None
    notes: tuple[str, ...]

    @property
    def way_first(self) -> dict[int, int]:
        """For each objective in which there is something to gain the one to give way in first,
        where giving way in one helps.
        """
        if self.give_way is None:
            return {}
        least = NO_WAY * np.ptp(self.result.front.order, axis=0)
        found = {}
        for i, given_up in enumerate(self.gives_up):
            values = np.delete(self.give_way[i], i)
            if given_up.by > 0 and len(values) and values.max() > least[i]:
                at = int(np.argmax(values))
                found[i] = at + (at >= i)
        return found

    @property
    def limits(self) -> tuple[str, ...]:
        """What ``best_when`` holds the others to, as constraints on objectives."""
        if self.best_when is None:
            return ()
        front, row = self.compared
        return tuple(_limit_words(front, row, j) for j in self.best_when.limited)


@dataclass(frozen=True)
class _Standing:
    """What a plan is among those that are listed."""

    status: Status
    proven: bool
    dominating: tuple[int, ...] = ()
    mixed: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    tolerated: tuple[str, ...] = ()


@dataclass(frozen=True)
class _FirstPlace:
    """What weights and limits make of a plan."""

    weights: tuple[Fraction, ...]
    intervals: tuple[tuple[Fraction, Fraction], ...] | None = None
    to_first: Moved | None = None
    needed: Moved | None = None
    best_when: BestUnder | None = None


def explain(result: Result, plan: NamedPlan, /) -> Explanation:
    """Explain any plan of a result."""
    front, model = result.front, result.model
    x = result.encoded([(plan.id, plan.cells)])
    points = [None] if plan.row is None else result.points([plan.row])
    comparisons = next(iter(model.compared(x, points)), ())
    wide, at = compared(result, plan)
    standing = _standing(result, plan, x, wide.order - wide.order[at])
    own = wide.order[at]
    defined = bool(np.isfinite(own).all())
    violated: tuple[Breach, ...] = ()
    helps: Nearest | None = None
    if standing.status == "infeasible":
        point = result.problem.point(x[0].tolist())
        violated = breaches(result.problem, point, comparisons)
        helps = nearest(result, plan, range(len(front)), feasible=False)
    elif standing.status == "dominated":
        helps = nearest(result, plan, standing.dominating, feasible=True)
    place = _first_place(result, wide, at, standing)
    return Explanation(
        result,
        plan,
        (wide, at),
        standing.status,
        standing.proven,
        tuple((row, _worse(wide, at, row)) for row in standing.dominating),
        standing.mixed,
        violated,
        contributions(result, plan),
        slacks(comparisons),
        _given_up(result, wide, at) if defined else (),
        neighbours(wide, at, _ways(result)),
        place.weights,
        place.intervals,
        place.to_first,
        place.needed,
        place.best_when,
        giving_way(wide.order[: len(front)], own) if defined else None,
        helps,
        tuple(_notes(result, wide, standing, place, defined)),
    )


def _limit_words(front: Front, row: int, j: int, /) -> str:
    """That an objective is no worse than in a plan: ``capex <= 8.344``, as it is typed."""
    column, value = front.columns[j], float(front.y[row, j])
    exact = front.value(row, j)
    text = number(value) if exact == Fraction(repr(value)) else exact_text(exact)
    return f"{column.name} {'>=' if column.sense == 'maximise' else '<='} {text}"


def _worse(front: Front, row: int, other: int) -> tuple[float, ...]:
    """(m,) by how much a plan is worse than another one."""
    return tuple((np.array(rows_apart(front, row, other)) * front.signs + 0.0).tolist())


def _ways(result: Result) -> Floats:
    """(m,) how far it is from worst to best by the ranges of the run."""
    pairs = zip(result.front.columns, result.ranking.ranges.tolist(), strict=True)
    ends = [column.exactly(*own) for column, own in pairs]
    return np.array([float(abs(best - worst)) for worst, best in ends])


def _standing(result: Result, plan: NamedPlan, x: Floats, ahead: Floats) -> _Standing:
    """What a plan is; ``ahead`` (k, m) is below 0 where a plan of the front is better."""
    front = result.front
    complete = front.proof.status == "complete" and front.proof.proven
    if plan.row is not None:
        return _Standing("efficient", complete)
    broken, tolerated = broken_rules(result.problem, result.problem.point(x[0].tolist()))
    if broken or tolerated:
        return _Standing("infeasible", True, broken=broken, tolerated=tolerated)
    from optimiser.study.reference_plans import placed

    values = tuple(map(finite, plan.objectives.tolist()))
    cells = tuple(zip(front.decision_columns, plan.cells, strict=True))
    outcome = placed(ReferenceOutcome(plan.name, "", cells, values), result)
    dominating = np.flatnonzero((ahead <= 0.0).all(axis=1) & (ahead < 0.0).any(axis=1)).tolist()
    if dominating:
        return _Standing("dominated", True, tuple(dominating))
    if outcome.mixed and not outcome.on_front:
        return _Standing("dominated", True, mixed=outcome.mixed)
    return _Standing("efficient", complete and (outcome.equals is not None or outcome.on_front))


def _given_up(result: Result, wide: Front, at: int) -> tuple[GivenUp, ...]:
    front = result.front
    rows = wide.order[: len(front)].argmin(axis=0).tolist()
    return tuple(
        GivenUp(best, _worse(wide, at, row)[j], proven)
        for j, (best, row, proven) in enumerate(
            zip(front.ideal.tolist(), rows, proven_best(front), strict=True)
        )
    )


def _first_place(result: Result, wide: Front, at: int, standing: _Standing) -> _FirstPlace:
    front, ranking, own = result.front, result.ranking, wide.order[at]
    weights = exact_weights(front, ranking)
    if standing.status != "efficient":
        return _FirstPlace(weights)
    ahead = Ahead(*worths(wide, ranking, at))
    if is_first(ahead, weights):
        return _FirstPlace(
            weights, tuple(weight_intervals(ahead, weights)), to_first(ahead, weights)
        )
    moved = to_first(ahead, weights)
    if moved is not None:
        near, few = (sufficient(ahead, weights, moved, few=few) for few in (False, True))
        return _FirstPlace(weights, None, near, few)
    # mixtures of plans may be better than each of them under some limits, never under all
    points = front.proof.of == "points"
    # "most CO2 with capex <= 8.344" is what is asked for sooner than the least capex for some CO2
    order = sorted(range(len(own)), key=lambda k: front.signs[k])
    return _FirstPlace(
        weights,
        best_when=best_when(wide.order[: len(front)], own, order=order, fewest=points),
    )


def _notes(
    result: Result, wide: Front, standing: _Standing, place: _FirstPlace, defined: bool
) -> Sequence[str]:
    front, ranking = result.front, result.ranking
    notes = []
    if standing.status == "efficient" and not standing.proven:
        notes.append(tr("no listed plan dominates it; that none at all does is not proven"))
    if not (front.proof.status == "complete" and front.proof.proven):
        notes.append(tr("the list is not proven complete: other plans are the listed ones only"))
    if standing.tolerated and not standing.broken:
        notes.append(
            tr("it holds within tolerance, not exactly, and so takes no part in comparisons")
        )
    if not _written(place):
        notes.append(
            tr("weights under which it is first are no floats: shown as decimals they are rounded")
        )
    if not defined:
        notes.append(tr("an objective is undefined here: it is compared with nothing"))
    if standing.status == "efficient" and ranking.method != "weighted_sum":
        notes.append(
            tr("what is said of weights is about a weighted sum over the ranges of the run")
        )
    notes += near_notes(wide)
    if len(front.columns) > MOST_WISHES:
        notes.append(tr("too many objectives for Shapley values: none are given"))
    return notes


def _written(place: _FirstPlace) -> bool:
    """Whether there are floats under which a plan is first as said."""
    if place.intervals is None:
        return place.to_first is None or written_exactly(place.to_first.weights)
    return all(floats_within(low, high) for low, high in place.intervals)
