"""What a technology is worth by what it costs to go without it, to be made to take it, or to wait
for it: the best of each objective, and the best score, over all plans that obey.

With it, without it, or with phases not before a later one, is a further limit; the difference to
the best without such a limit is its price. A listed plan that has the best value and obeys shows
that the price is 0; any other is solved for, as the best plan that obeys may be dominated, and then
it is not listed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from optimiser.analysis.alternatives import weighted_shares
from optimiser.analysis.exact_shares import decimal, shares_of
from optimiser.analysis.optimum import Asking, exact_number, limit, optimum, question, until
from optimiser.analysis.regions import EPSILON
from optimiser.errors import ProofError, UsageError
from optimiser.expressions import Name
from optimiser.formulate.decisions import decisions_of
from optimiser.language import tr
from optimiser.ranking import Yardstick, exact_weights

if TYPE_CHECKING:
    from optimiser.analysis.optimum import Optimum
    from optimiser.engine import Progress
    from optimiser.expressions import ComparisonChain, Tree
    from optimiser.formulate.decisions import Decision
    from optimiser.front import Flags, Floats
    from optimiser.results import Result
    from optimiser.scenario import Scenario

__all__ = ["SECONDS", "Obeyed", "Replacement", "replacement"]

SECONDS: Final = 60.0
"""The seconds that the whole answer may take, where nothing is said."""

How = Literal["forced", "forbidden", "delayed"]


@dataclass(frozen=True)
class Obeyed:
    """What is best where a technology has to be taken, must not be, or has to wait.

    Attributes:
        technology: which.
        how: whether it is forced, forbidden or delayed.
        phase: the first phase in which it may start, where it is delayed.
        years: by how many years that is later than it could.
        feasible: whether any plan obeys; None where that is not known.
        best: of each objective the best value, the user's units; None where it is not known or
            nothing obeys.
        cost: of each objective by how much that is worse than without the order, at least 0.
        score: the best weighted sum of shares of the ranges; None where it is not known.
        score_cost: by how much it is lower, at least 0.
        proven: whether all of this rests on exact ground.
    """

    technology: str
    how: How
    phase: str
    years: float
    feasible: bool | None
    best: tuple[float | None, ...]
    cost: tuple[float | None, ...]
    score: float | None
    score_cost: float | None
    proven: bool


@dataclass(frozen=True, eq=False)
class Replacement:
    """What every technology is worth.

    Attributes:
        result: whose technologies.
        best: of each objective the best value without any order; None where it is not known.
        score: the best weighted sum of shares of the ranges, likewise.
        rows: for each technology forced, forbidden, and with phases delayed to each later one.
        notes: what it rests on.
    """

    result: Result
    best: tuple[float | None, ...]
    score: float | None
    rows: tuple[Obeyed, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Order:
    """One thing that is asked of plans, and how a cell tells whether it is obeyed."""

    technology: str
    how: How
    phase: str = ""
    years: float = 0.0
    later: frozenset[str] = frozenset()
    limits: Mapping[str, ComparisonChain] = field(default_factory=dict)

    def obeys(self, cell: str) -> bool:
        if self.how == "forced":
            return cell != "0"
        return cell == "0" or (self.how == "delayed" and cell.partition("@")[2] in self.later)


def replacement(
    result: Result,
    technologies: Sequence[str] | None = None,
    /,
    *,
    seconds: float | None = SECONDS,
    on_progress: Callable[[Progress], None] | None = None,
) -> Replacement:
    """What technologies are worth: the best of each objective where each is forced or forbidden,
    and what a delay costs.

    Args:
        result: k plans in m objectives.
        technologies: some of them; None is all.
        seconds: that the answer may take; None is no limit.
        on_progress: called now and then with how far a question is.

    Raises:
        UsageError: a name is no technology, or there is none.
    """
    scenario = result.scenario
    if not scenario.technologies:
        raise UsageError(
            tr("{scenario} has no technologies to assess", scenario=scenario.name),
            help=tr("variables are no technologies: optimise best asks about them"),
        )
    for name in technologies or ():
        if name not in scenario.technologies:
            from optimiser.scenario.diagnostics import did_you_mean, known

            all_names = list(scenario.technologies)
            raise UsageError(
                tr("unknown technology '{name}'", name=name),
                help=did_you_mean(name, all_names) or known("technologies", all_names),
            )
    tolerated = result.front.proof.feasible_set == "tolerance"
    answers = _Answers(result, Asking(until(seconds), tolerated, True, on_progress))
    chosen = set(scenario.technologies if technologies is None else technologies)
    rows = tuple(
        answers.row(order)
        for decision in decisions_of(scenario)
        if decision.name in chosen
        for order in _orders(scenario, decision)
    )
    notes = []
    if not all(row.proven for row in rows):
        notes.append(tr("what is missing, or not marked as proven, was not solved exactly in time"))
    *best, score = map(_rounded, answers.base)
    return Replacement(result, tuple(best), score, rows, tuple(notes))


def _orders(scenario: Scenario, decision: Decision) -> Iterator[_Order]:
    """Forced, forbidden, and for each phase in which it may start but the first: not before it."""
    name = decision.name
    plain: tuple[tuple[How, str, int], ...] = (("forced", ">=", 1), ("forbidden", "<=", 0))
    for how, operator, side in plain:
        asked = limit(Name(name), operator, exact_number(Fraction(side)))
        yield _Order(name, how, limits={how: asked})
    phases = [phase.name for phase in scenario.phases]
    if not phases:
        return
    first = min(mode.when.earliest for mode in decision.modes)
    last = max(mode.when.latest for mode in decision.modes)
    for place in range(first + 1, last + 1):
        # a column says what has started by a phase
        started = [column for mode in decision.modes if (column := mode.started(place - 1))]
        kept = {column: limit(Name(column), "<=", exact_number(Fraction(0))) for column in started}
        years = sum(scenario.number(phase.years) for phase in scenario.phases[first:place])
        yield _Order(name, "delayed", phases[place], float(years), frozenset(phases[place:]), kept)


class _Answers:
    """The best of each objective, and of the score, under one order after the other.

    Args:
        result: k plans in m objectives.
        asking: how questions are solved.
    """

    def __init__(self, result: Result, asking: Asking, /) -> None:
        self._result, self._asking = result, asking
        front = result.front
        self._sought: list[tuple[Tree | None, int]] = [
            (Name(column.name), int(column.sign)) for column in front.columns
        ]
        self._sought.append((weighted_shares(result), -1))
        self._values = np.column_stack([front.y, _scores(result)])
        self._slack = [*[0.0] * len(front.columns), _rounding(result)]
        self._exact: dict[int, tuple[Fraction, ...]] = {}
        self.base = tuple(self._unordered(k) for k in range(len(self._sought)))

    def row(self, order: _Order, /) -> Obeyed:
        """What is best under an order."""
        front = self._result.front
        column = front.decision_places[order.technology]
        obeying = np.array([order.obeys(cells[column]) for cells in front.cells])
        feasible: bool | None = True if obeying.any() else None
        found: list[Fraction | None] = []
        proven = True
        for k in range(len(self._sought)):
            value, sure, possible = self._best(k, obeying, order)
            feasible = possible if possible is not None else feasible
            proven &= sure
            if feasible is False:
                found = [None] * len(self._sought)
                break
            found.append(value)
        cost = tuple(self._worse(k, value) for k, value in enumerate(found))
        best = tuple(map(_rounded, found))
        return Obeyed(
            order.technology,
            order.how,
            order.phase,
            order.years,
            feasible,
            best[:-1],
            cost[:-1],
            best[-1],
            cost[-1],
            proven,
        )

    def _best(
        self, k: int, obeying: Flags, order: _Order
    ) -> tuple[Fraction | None, bool, bool | None]:
        """The best value, whether it is proven, and whether any plan obeys, as far as it is
        known.
        """
        base = self.base[k]
        if base is not None and self._listed(k, obeying) == base:
            return base, True, True
        found = self._solved(k, order.limits)
        if found is None or found.status == "open":
            return None, False, None
        if found.status == "infeasible":
            return None, True, False
        if found.status == "unbounded":
            return None, True, True
        return _value(found) if found.proven else None, found.proven, True

    def _solved(self, k: int, limits: Mapping[str, ComparisonChain]) -> Optimum | None:
        """The answer to one question; None where there is none in time."""
        sought, sign = self._sought[k]
        robust = self._result.scenario.robust
        if sought is None or self._asking.over or (robust and robust.kind == "regret"):
            return None
        asked = question(self._result.model, sought, "minimise" if sign > 0 else "maximise", limits)
        try:
            return optimum(asked, self._asking)
        except ProofError:
            return None

    def _unordered(self, k: int) -> Fraction | None:
        """The best value of all plans, from the list where it is proven."""
        front, proof = self._result.front, self._result.front.proof
        if proof.proven and proof.feasible_set == "exact":
            m = len(front.columns)
            listed = self._listed(k, np.ones(len(front), dtype=np.bool_))
            bound = proof.bounds[k] if k < m and proof.bounds else None
            if proof.status == "complete" or (listed is not None and bound == float(listed)):
                return listed
        found = self._solved(k, {})
        return None if found is None or not found.proven else _value(found)

    def _listed(self, k: int, among: Flags) -> Fraction | None:
        """The best value of some of the listed plans; None where there are none, or it is not
        known.
        """
        sign = self._sought[k][1]
        values = np.where(among, self._values[:, k] * sign, np.inf)
        least = values.min()
        if not math.isfinite(least):
            return None
        rows = np.flatnonzero(values <= least + self._slack[k]).tolist()
        return min(self._exactly(row)[k] * sign for row in rows) * sign

    def _exactly(self, row: int) -> tuple[Fraction, ...]:
        """The objectives of a listed plan, and its score."""
        if row not in self._exact:
            front, ranking = self._result.front, self._result.ranking
            own = [front.value(row, k) for k in range(len(front.columns))]
            problem = self._result.problem
            if problem.values is not None:
                ((x,), (point,)) = self._result.decisions([row]), self._result.points([row])
                point = problem.point(x.tolist()) if point is None else point
                known = problem.values([point])[0]
                own = [
                    value if exact is None else exact * int(sign)
                    for value, exact, sign in zip(own, known, front.signs, strict=True)
                ]
            flat = Yardstick.of(front, ranking.ranges).flat
            score = sum(
                (
                    weight * (value - worst) / (best - worst)
                    for value, weight, (worst, best), none in zip(
                        own, exact_weights(front, ranking), _ends(self._result), flat, strict=True
                    )
                    if not none
                ),
                Fraction(0),
            )
            self._exact[row] = (*own, score)
        return self._exact[row]

    def _worse(self, k: int, value: Fraction | None) -> float | None:
        """By how much a value is worse than without an order."""
        base = self.base[k]
        if base is None or value is None:
            return None
        return float((value - base) * self._sought[k][1]) + 0.0


def _ends(result: Result) -> list[tuple[Fraction, Fraction]]:
    """The worst and the best value of each objective, by the ranges of the run."""
    pairs = zip(result.front.columns, result.ranking.ranges.tolist(), strict=True)
    return [column.exactly(*ends) for column, ends in pairs]


def _value(found: Optimum) -> Fraction | None:
    """The best value exactly; where it is irrational as the decimal that is shown."""
    if found.exact is None:
        return None if found.value is None else decimal(found.value)
    return found.exact


def _rounded(value: Fraction | None) -> float | None:
    return None if value is None else float(value) + 0.0


def _rounding(result: Result) -> float:
    """By how much the scores of two plans can be off, as objectives are rounded once."""
    ranges = result.ranking.ranges
    size, way = np.abs(result.front.y).max(axis=0), np.abs(np.diff(ranges, axis=1)[:, 0])
    off = np.divide(size, way, out=np.zeros(len(way)), where=way > 0.0) * result.ranking.weights
    return float(4.0 * EPSILON * off.sum())


def _scores(result: Result) -> Floats:
    """(k,) the weighted sum of shares of each listed plan, exact values rounded once; NaN where
    such sums are not solved for.
    """
    front, ranking = result.front, result.ranking
    if weighted_shares(result) is None:
        return np.full(len(front), np.nan)
    shares = shares_of(front, ranking.ranges)
    weights = exact_weights(front, ranking)
    return np.array(
        [
            float(sum(w * int(part) for w, part in zip(weights, row, strict=True)) / shares.whole)
            for row in shares.parts.tolist()
        ]
    )
