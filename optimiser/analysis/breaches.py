"""What a plan violates, by how much, how much room its constraints leave, and the smallest change
of decisions that helps.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from optimiser.engine.holding import holding
from optimiser.formulate.decisions import decisions_of
from optimiser.results.table import is_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from optimiser.engine.problem import Point, Problem
    from optimiser.formulate.compared import ComparedBound
    from optimiser.formulate.decisions import Decision
    from optimiser.front import Floats
    from optimiser.results import Result
    from optimiser.results.naming_plans import NamedPlan

__all__ = ["Breach", "Nearest", "Slack", "breaches", "nearest", "slacks"]

_MOST_PAIRS: Final = 20_000
_MOST_AMOUNTS: Final = 50  # of one decision that are tried


@dataclass(frozen=True)
class Slack:
    """How much room a constraint leaves, in its own units; below 0 where it does not hold."""

    name: str
    phase: str
    slack: float

    @property
    def binding(self) -> bool:
        """Whether there is none."""
        return self.slack <= 0.0


@dataclass(frozen=True)
class Breach:
    """What is violated: a constraint, a limit, a rule or the domain of a decision.

    Attributes:
        name: its id, or what it is, in English.
        phase: where it is about one.
        value: what the plan has.
        bound: what is allowed.
        by: the distance of the two.
    """

    name: str
    phase: str
    value: float
    bound: float
    by: float


@dataclass(frozen=True)
class Nearest:
    """The fewest decisions that another plan decides otherwise.

    Attributes:
        changes: decision, cell, new cell.
        result: whether the new plan is listed, or only holds.
        id: of the new plan.
    """

    changes: tuple[tuple[str, str, str], ...]
    result: Literal["efficient", "feasible"]
    id: str


def slacks(comparisons: Sequence[ComparedBound], /) -> tuple[Slack, ...]:
    """The least slack of each constraint and limit, phase by phase; undefined ones are left out."""
    found: dict[tuple[str, str], float] = {}
    for one in comparisons:
        if np.isfinite(one.excess):
            key = one.name, one.phase
            found[key] = min(found.get(key, np.inf), one.slack)
    return tuple(Slack(*key, slack) for key, slack in found.items())


def breaches(
    problem: Problem, point: Point, comparisons: Sequence[ComparedBound], /
) -> tuple[Breach, ...]:
    """Everything that a plan violates at all: domains, rules of adoption, constraints, limits."""
    found = [*_outside(problem, point), *_rules(problem, point)]
    for one in comparisons:
        if one.excess > 0.0 and np.isfinite([one.value, one.bound]).all():
            found.append(Breach(one.name, one.phase, one.value, one.bound, one.excess))
    return tuple(found)


def _outside(problem: Problem, point: Point) -> Iterator[Breach]:
    for domain, value in zip(problem.decisions, point, strict=True):
        if domain.holds(value):
            continue
        if domain.kind == "listed":
            bound = domain.nearest(value)
        elif domain.lower is not None and value < domain.lower:
            bound = domain.lower
        elif domain.upper is not None and value > domain.upper:
            bound = domain.upper
        else:
            bound = Fraction(round(value))
        yield Breach(
            domain.name.removesuffix(".scale"),
            "",
            float(value),
            float(bound),
            float(abs(value - bound)),
        )


def _rules(problem: Problem, point: Point) -> Iterator[Breach]:
    """Prerequisites, exclusions, groups, amounts: rows that adoption itself imposes."""
    for row in problem.logic:
        if not row.structural:
            continue
        value = (sum(c * point[j] for j, c in row.terms) + Fraction(row.constant)) / row.scale
        for bound, sign in ((row.lower, -1), (row.upper, 1)):
            if bound is not None and (by := sign * (value - bound / row.scale)) > 0:
                limit = float(bound / row.scale)
                yield Breach(row.group, "", float(value), limit, float(by))


def nearest(
    result: Result, plan: NamedPlan, rows: Sequence[int], /, *, feasible: bool
) -> Nearest | None:
    """The fewest decisions to change so that a plan helps.

    Args:
        result: whose plan it is.
        plan: one that is not efficient.
        rows: the listed plans that help, best first.
        feasible: whether the plan holds, so that only a listed one helps; else also one that
            holds, by one change or by two.
    """
    front = result.front
    cells = np.array(front.cells, dtype=object).reshape(len(front), -1)
    apart = (cells != np.array(plan.cells, dtype=object)).sum(axis=1)
    listed = min(rows, key=lambda row: (apart[row], row), default=None)
    if not feasible and (listed is None or apart[listed] > 1):
        most = 2 if listed is None or apart[listed] > 2 else 1
        for changed in _changes(result, plan, most):
            return changed
    if listed is None:
        return None
    return Nearest(_moves(result, plan, front.cells[listed]), "efficient", front.ids[listed])


def _moves(
    result: Result, plan: NamedPlan, cells: Sequence[str]
) -> tuple[tuple[str, str, str], ...]:
    names = result.front.decision_columns
    return tuple((n, a, b) for n, a, b in zip(names, plan.cells, cells, strict=True) if a != b)


def _changes(result: Result, plan: NamedPlan, most: int) -> Iterator[Nearest]:
    """The best of the plans that hold and differ in the fewest decisions, up to ``most``."""
    decisions = decisions_of(result.scenario)
    base = result.model.encode(dict(zip(result.front.decision_columns, plan.cells, strict=True)))
    starts = np.cumsum([0, *(len(d.columns) for d in decisions)]).tolist()
    single: list[tuple[int, Floats]] = []
    for place, decision in enumerate(decisions):
        seen = dict.fromkeys(row[place] for row in result.front.cells)
        for cell in _cells(decision, list(seen)):
            if cell != plan.cells[place]:
                single.append((place, np.array(decision.values(cell))))

    def with_changes(sets: list[tuple[int, ...]]) -> Floats:
        x = np.repeat(base[np.newaxis], len(sets), axis=0)
        for at, chosen in enumerate(sets):
            for i in chosen:
                place, values = single[i]
                x[at, starts[place] : starts[place + 1]] = values
        return x

    for count in range(1, most + 1):
        sets = (
            [
                chosen
                for chosen in itertools.combinations(range(len(single)), count)
                if len({single[i][0] for i in chosen}) == count
            ]
            if count == 1 or len(single) * (len(single) - 1) // 2 <= _MOST_PAIRS
            else []
        )
        if not sets:
            continue
        x = with_changes(sets)
        x = x[np.flatnonzero(holding(result.problem, x).exactly)]
        if len(x):
            yield _best(result, plan, x)


def _best(result: Result, plan: NamedPlan, x: Floats) -> Nearest:
    """Of (k, n) plans that hold the one that scores best."""
    from optimiser.ranking import scores_of

    readings = result.model.read(x)
    scores = scores_of(result.front, result.ranking, readings.objectives)
    at = int(np.argmax(np.where(np.isfinite(scores), scores, -np.inf)))
    moves = _moves(result, plan, readings.cells[at])
    listed = readings.ids[at] in result.front.ids
    return Nearest(moves, "efficient" if listed else "feasible", readings.ids[at])


def _cells(decision: Decision, seen: Sequence[str]) -> Iterator[str]:
    """What may be decided instead; of amounts those that listed plans have."""
    if decision.kind == "variable":
        yield from seen[:_MOST_AMOUNTS]
        return
    yield "0"
    amounts = ["1"]
    if decision.kind == "scale":
        shown = dict.fromkeys(cell.partition("@")[0] for cell in seen if cell != "0")
        amounts = [amount for amount in shown if is_number(amount)][:_MOST_AMOUNTS]
    for place, mode in enumerate(decision.modes):
        for phase in mode.phases:
            for amount in [decision.levels[place]] if decision.levels else amounts:
                yield f"{amount}@{phase}" if phase else amount
