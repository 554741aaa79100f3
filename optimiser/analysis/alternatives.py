"""Plans that are nearly as good as a given one and differ from it, the most different first.

Allowed are all plans that are worse than it by no more than a given amount in any objective,
dominated ones included. Plans differ by the technologies that only one of two adopts, and are taken
one after the other: each is, of all that are allowed, one that differs most from the nearest among
the given plan and those taken before; of equally different ones that with the largest weighted sum
of shares of the ranges, by the weights of the run. It ends where the next would differ in too few::

    d_i = max over allowed x of min over a in {plan, x_1, ..., x_(i-1)} of |A(x) ^ A(a)|

with A(x) what x adopts. d never rises, so the list is in order; where it ended by itself, nothing
that is allowed can be added.

References:
    T. F. Gonzalez (1985). Clustering to minimize the maximum intercluster distance. Theoretical
        Computer Science 38, 293-306: the farthest-first order; no choice of as many plans has a
        smallest distance of more than twice the one of this list.
    E. D. Brill, S.-Y. Chang, L. D. Hopkins (1982). Modeling to generate alternatives. Management
        Science 28, 221-235.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import numpy as np

from optimiser.analysis.best import plan_of
from optimiser.analysis.differences import plans_apart
from optimiser.analysis.exact_shares import decimal
from optimiser.analysis.optimum import (
    Asking,
    combination,
    exact_number,
    limit,
    optimum,
    question,
    until,
)
from optimiser.engine.holding import broken_rules
from optimiser.errors import ProofError, UsageError
from optimiser.expressions import Call, Name, names
from optimiser.language import listed, retold, tr
from optimiser.ranking import Yardstick, exact_weights
from optimiser.results.naming_plans import NamedPlan, listed_plan

if TYPE_CHECKING:
    from optimiser.analysis.optimum import Optimum
    from optimiser.engine import Progress
    from optimiser.expressions import ComparisonChain, Tree
    from optimiser.results import Result
    from optimiser.scenario import Scenario

__all__ = [
    "COUNT",
    "DIFFER",
    "SECONDS",
    "WITHIN",
    "Alternative",
    "Alternatives",
    "alternatives",
    "weighted_shares",
]

WITHIN: Final = "2%"
DIFFER: Final = 3
COUNT: Final = 5
SECONDS: Final = 60.0
"""What is meant where nothing is said; the seconds are those of the whole answer."""


@dataclass(frozen=True, eq=False)
class Alternative:
    """A plan that is nearly as good.

    Attributes:
        plan: which.
        differs: the technologies that it or the given plan adopts, and not both.
        distance: the number of technologies in which it differs from the nearest of the given plan
            and the alternatives before it.
        change: of each objective, from the given plan to it.
    """

    plan: NamedPlan
    differs: tuple[str, ...]
    distance: int
    change: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Alternatives:
    """Plans nearly as good as one.

    Attributes:
        result: whose plan it is.
        plan: the given plan.
        within: of each objective by how much an alternative may be worse.
        differ: the least number of technologies in which any two differ.
        plans: the alternatives, the most different first.
        exhausted: whether there is no other that differs from all of these.
        proven: whether the list, and that there is no other or is one, rest on exact ground.
        notes: what it rests on.
    """

    result: Result
    plan: NamedPlan
    within: Mapping[str, float]
    differ: int
    plans: tuple[Alternative, ...]
    exhausted: bool
    proven: bool
    notes: tuple[str, ...] = ()


def alternatives(
    result: Result,
    plan: NamedPlan,
    /,
    *,
    within: Sequence[str] = (),
    differ: int = DIFFER,
    count: int = COUNT,
    seconds: float = SECONDS,
    on_progress: Callable[[Progress], None] | None = None,
) -> Alternatives:
    """Plans nearly as good as a given one.

    Args:
        result: k plans in m objectives.
        plan: from :func:`optimiser.results.naming_plans.named_plan`.
        within: how much worse an alternative may be: ``2%`` of each of the plan's values, or
            ``capex=1`` in the objective's unit, ``capex=5%``; 2% where nothing is said.
        differ: the least number of technologies in which any two differ, at least 1.
        count: the most alternatives that are listed, at least 1.
        seconds: that the answer may take.
        on_progress: called now and then with how far a question is.

    Raises:
        UsageError: an amount cannot be read, or the plan has an undefined objective.
    """
    if not np.isfinite(plan.objectives).all():
        raise UsageError(
            tr("plan {plan} has an objective that is undefined", plan=plan.id),
            help=tr("name another plan"),
        )
    allowed = _allowed(result, plan, within)
    asking = Asking(
        until(seconds), result.front.proof.feasible_set == "tolerance", True, on_progress
    )
    greedy = _Greedy(result, plan, _worst(result, plan, allowed), differ, asking)
    plans: list[Alternative] = []
    while len(plans) <= count and (found := greedy.next()) is not None:
        plans.append(found)
    return Alternatives(
        result,
        plan,
        {name: float(amount) for name, amount in allowed.items()},
        differ,
        tuple(plans[:count]),
        greedy.exhausted,
        greedy.proven,
        tuple(_notes(result, plan, greedy)),
    )


def _notes(result: Result, plan: NamedPlan, greedy: _Greedy) -> Iterator[str]:
    """What the answer rests on."""
    broken = () if plan.row is not None else _broken(result, plan)
    if broken:
        rules = listed(map(retold, broken))
        yield tr("the plan itself does not hold: {rules}", rules=rules)
    if not greedy.solving:
        yield tr(
            "this model is not solved exactly: alternatives are those among the listed plans, "
            "and there may be others"
        )
    elif not greedy.proven:
        yield tr(
            "not proven: each holds what is asked, and there may be some that differ more, or "
            "others"
        )


def _allowed(result: Result, plan: NamedPlan, within: Sequence[str]) -> dict[str, Fraction]:
    """Of each objective by how much an alternative may be worse."""
    names = [column.name for column in result.front.columns]
    general, own = WITHIN, dict[str, str]()
    for text in within:
        name, equals, amount = (part.strip() for part in text.rpartition("="))
        if not equals:
            general = amount
            continue
        if name not in names:
            from optimiser.scenario.diagnostics import did_you_mean, known

            raise UsageError(
                tr("unknown objective '{name}'", name=name),
                help=did_you_mean(name, names) or known("objectives", names),
            )
        own[name] = amount
    return {
        name: _amount(own.get(name, general), value)
        for name, value in zip(names, plan.objectives.tolist(), strict=True)
    }


def _amount(text: str, value: float) -> Fraction:
    from optimiser.scenario.format.formulas import NUMBER

    number = text.removesuffix("%").strip()
    if not NUMBER.fullmatch(number) or Fraction(number) < 0:
        raise UsageError(
            tr("'{text}' is no amount by which a plan may be worse", text=text),
            help=tr("write a number or a percentage, for example 2% or capex=1"),
        )
    share = Fraction(number)
    return share / 100 * abs(decimal(value)) if text.endswith("%") else share


def _worst(result: Result, plan: NamedPlan, allowed: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """The worst value of each objective that an alternative may have."""
    exact = _exact_values(result, plan)
    worst = {}
    for column, value, known in zip(
        result.front.columns, plan.objectives.tolist(), exact, strict=True
    ):
        sign = int(column.sign)
        # an irrational value is rounded away from the plan, so that its equals are allowed
        at = known if known is not None else decimal(math.nextafter(value, sign * math.inf))
        worst[column.name] = at + sign * allowed[column.name]
    return worst


def _exact_values(result: Result, plan: NamedPlan) -> list[Fraction | None]:
    """The m objectives of a plan, the user's directions; None where they are irrational."""
    problem, front = result.problem, result.front
    if problem.values is None:
        return [None] * len(front.columns)
    if plan.row is not None:
        (x,), (point,) = result.decisions([plan.row]), result.points([plan.row])
    else:
        (x,), point = result.encoded([(plan.id, plan.cells)]), None
    (values,) = problem.values([problem.point(x.tolist()) if point is None else point])
    return [
        None if value is None else value * int(sign)
        for value, sign in zip(values, problem.signs, strict=True)
    ]


def _broken(result: Result, plan: NamedPlan) -> tuple[str, ...]:
    """The rules that a plan breaks which is not listed."""
    (x,) = result.encoded([(plan.id, plan.cells)])
    beyond, within = broken_rules(result.problem, result.problem.point(x.tolist()))
    return beyond or within


class _Greedy:
    """One alternative after the other.

    Args:
        result: k plans in m objectives.
        plan: the given plan.
        worst: the worst value of each objective that is allowed.
        differ: the least distance.
        asking: how questions are solved.
    """

    def __init__(
        self,
        result: Result,
        plan: NamedPlan,
        worst: Mapping[str, Fraction],
        differ: int,
        asking: Asking,
        /,
    ) -> None:
        # a limit on an objective is not one on its regret
        regret = result.scenario.robust is not None and result.scenario.robust.kind == "regret"
        self.proven, self.solving, self.exhausted = not regret, not regret, False
        self._result, self._plan, self._worst = result, plan, worst
        self._limits = {
            f"within {column.name}": limit(
                Name(column.name),
                ">=" if column.sense == "maximise" else "<=",
                exact_number(worst[column.name]),
            )
            for column in result.front.columns
        }
        self._differ, self._asking = differ, asking
        self._names = list(result.scenario.technologies)
        self._taken = [self._adopts(plan)]
        score = weighted_shares(result)
        self._score = score if score is not None and [*names(score)] else None

    def next(self) -> Alternative | None:
        """The next one; None where nothing that is allowed differs enough, or time is up."""
        found = self._solved() if self.solving else None
        if not self.solving:
            found = self._listed()
        if found is None:
            return None
        plan, distance = found
        own = self._adopts(plan)
        self._taken.append(own)
        return Alternative(
            plan,
            tuple(name for name in self._names if name in own ^ self._taken[0]),
            distance,
            plans_apart(self._result, plan, self._plan),
        )

    def _adopts(self, plan: NamedPlan) -> frozenset[str]:
        cells = zip(self._result.front.decision_columns, plan.cells, strict=True)
        return frozenset(name for name, cell in cells if cell != "0" and name in self._names)

    def _solved(self) -> tuple[NamedPlan, int] | None:
        """Over all plans: the largest distance first, then the best of those that have it."""
        scenario = self._result.scenario
        apart = [_distance(scenario, own) for own in self._taken]
        farthest: Tree = apart[0] if len(apart) == 1 else Call("min", tuple(apart))
        found = self._asked(farthest, {})
        if found is None or found.status != "found" or found.value is None:
            return None
        distance = round(found.value)
        if distance < self._differ:
            self.exhausted &= found.proven
            return None
        if self._score is not None:
            least = exact_number(Fraction(distance))
            kept = {f"apart {i}": limit(one, ">=", least) for i, one in enumerate(apart)}
            better = self._asked(self._score, kept)
            found = better if better is not None and better.status == "found" else found
        self.exhausted = False
        return plan_of(self._result, found.x, found.point), distance

    def _asked(self, sought: Tree, kept: Mapping[str, ComparisonChain]) -> Optimum | None:
        """The answer to one question; None where it has none in time."""
        self.exhausted = not self._asking.over
        if self._asking.over:
            self.proven = False
            return None
        limits = {**self._limits, **kept}
        asked = question(self._result.model, sought, "maximise", limits)
        try:
            found = optimum(asked, self._asking)
        except ProofError:
            self.proven = self.exhausted = False
            return None
        self.proven &= found.proven
        self.solving = found.status != "open"
        return found

    def _listed(self) -> tuple[NamedPlan, int] | None:
        """Among the listed plans, in rank order."""
        front, best = self._result.front, None
        for row in range(len(front)):
            plan = listed_plan(self._result, row)
            if self._within(row):
                own = self._adopts(plan)
                distance = min(len(own ^ other) for other in self._taken)
                if distance >= self._differ and (best is None or distance > best[1]):
                    best = plan, distance
        self.exhausted = best is None
        return best

    def _within(self, row: int) -> bool:
        """Whether a listed plan is worse by no more than is allowed."""
        front = self._result.front
        return all(
            column.sign * (front.value(row, k) - self._worst[column.name]) <= 0
            for k, column in enumerate(front.columns)
        )


def _distance(scenario: Scenario, adopted: frozenset[str]) -> Tree:
    """The number of technologies that a plan or these adopt, and not both."""
    weights = {name: Fraction(-1 if name in adopted else 1) for name in scenario.technologies}
    return combination(weights, Fraction(len(adopted)))


def weighted_shares(result: Result, /) -> Tree | None:
    """The weighted sum of the shares of the ranges, by the weights of the run; None where an
    objective is another function of its row, so that the sum is no row.
    """
    linear, ranking, front = result.problem.linear, result.ranking, result.front
    if linear and any(linear.linked):
        return None
    flat = Yardstick.of(front, ranking.ranges).flat
    shared = exact_weights(front, ranking)
    weights, constant = {}, Fraction(0)
    for k, column in enumerate(front.columns):
        if not flat[k]:
            worst, best = column.exactly(*ranking.ranges[k].tolist())
            weights[column.name] = shared[k] / (best - worst)
            constant -= weights[column.name] * worst
    return combination(weights, constant)
