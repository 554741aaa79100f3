"""What the limits of a scenario must give for one plan to hold.

With the decisions fixed every rule asks for a number, and the slacks that loosen it must add up to
that:

    sum(s_i over the limits of rule r) >= by how much the plan breaks r

More than one limit can loosen a rule: what a phase leaves is spent in later ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from optimiser.analysis.cheapest import Loose
from optimiser.engine.problem import Domain, Linear
from optimiser.formulate.forms import row
from optimiser.formulate.logic import RowDraft

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimiser.analysis.changeable import Changeable
    from optimiser.engine.problem import Point
    from optimiser.formulate import Model

__all__ = ["covering"]

_ZERO = Fraction(0)


def covering(model: Model, limits: Sequence[Changeable], point: Point, /) -> Loose | None:
    """The rows over the slacks of these limits, in multiples of their steps, that a plan asks for;
    None where it breaks something that no limit loosens.
    """
    names = [f"s{i}" for i in range(len(limits))]
    position = {name: i for i, name in enumerate(names)}
    drafts = []
    most = dict.fromkeys(range(len(limits)), _ZERO)
    for need, helping in _needs(model, limits, point):
        if not helping:
            return None
        terms = {names[i]: limits[i].step or Fraction(1) for i in helping}
        drafts.append(RowDraft("need", "need", terms, lower=need))
        for i in helping:
            steps = need if limits[i].step is None else -(-need // (limits[i].step or 1))
            most[i] = max(most[i], Fraction(steps))
    columns = tuple(
        Domain(name, "real" if limit.step is None else "whole", _ZERO, most[i])
        for i, (name, limit) in enumerate(zip(names, limits, strict=True))
    )
    costs = {i: limit.price * (limit.step or 1) for i, limit in enumerate(limits)}
    return Loose(Linear(columns, (), tuple(row(draft, position) for draft in drafts)), costs)


def _needs(
    model: Model, limits: Sequence[Changeable], point: Point
) -> Iterator[tuple[Fraction, list[int]]]:
    """By how much each rule is broken, and the limits that loosen it."""
    problem = model.at()
    if problem.excesses and any(not one.defined for one in problem.excesses([point])[0]):
        yield Fraction(1), []  # an objective or a constraint has no value
        return
    fixed = {
        domain.name: (value, value) for domain, value in zip(problem.decisions, point, strict=True)
    }
    for place, reach in enumerate(model.reaches(fixed)):
        if reach.high is None or reach.low is None:
            yield Fraction(1), []  # undefined
            continue
        for over, upper in ((reach.high, True), (-reach.low, False)):
            if over > 0 and (upper or reach.equality):
                own = [
                    i
                    for i, limit in enumerate(limits)
                    if place in limit.reached and limit.upper == upper
                ]
                yield over, own
    for rule in problem.logic:
        if not rule.structural:
            continue
        total = sum((c * point[j] for j, c in rule.terms), Fraction(rule.constant))
        for side, sense in ((rule.lower, -1), (rule.upper, 1)):
            if side is not None and (need := sense * (total - side) / rule.scale) > 0:
                own = [
                    i
                    for i, limit in enumerate(limits)
                    if limit.group == rule.group and (limit.kind == "rule" or limit.sense == sense)
                ]
                yield need, own
    for domain, value in zip(problem.decisions, point, strict=True):
        if domain.holds(value):
            continue
        for bound, sense in ((domain.lower, -1), (domain.upper, 1)):
            if bound is not None and sense * (value - bound) > 0:
                own = [
                    i
                    for i, limit in enumerate(limits)
                    if limit.group == domain.name and limit.sense == sense
                ]
                yield sense * (value - bound), own
                break
        else:
            yield Fraction(1), []  # between two values that it can have
