"""A scenario whose limits give way for a price: the problem whose least cost is that of the
cheapest repair.

    min sum(price_i * s_i)   where every limit i is loosened by its slack s_i >= 0

The slacks are variables of a scenario of their own, so that the limits mean in it what they mean
everywhere; rules of adoption are loosened in their rows. Objectives of the scenario have no part in
it, but that they must have values.

References:
    J. W. Chinneck (2008). Feasibility and Infeasibility in Optimization. Springer: elastic
        programs, chapter 6.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from optimiser.analysis.changeable import operands
from optimiser.analysis.decimals import decimal_text, rounded_up
from optimiser.analysis.definedness import keeping_defined
from optimiser.engine.problem import Linear
from optimiser.formulate import Model
from optimiser.scenario.format.formulas import Formula
from optimiser.scenario.format.schema import Constraint, Objective, Scenario, Variable

if TYPE_CHECKING:
    from optimiser.analysis.changeable import Changeable
    from optimiser.engine.problem import Problem, Row
    from optimiser.scenario.format.schema import Technology

__all__ = ["Elastic", "elastic"]

_ZERO = Fraction(0)


@dataclass(frozen=True, eq=False)
class Elastic:
    """A problem with slacks.

    Attributes:
        problem: its only objective is the cost; whether it holds is told by its rows alone.
        limits: that give way, and
        columns: the decision of the problem that each one's slack is, in multiples of its step.
    """

    problem: Problem
    limits: tuple[Changeable, ...]
    columns: tuple[int, ...]

    @property
    def costs(self) -> dict[int, Fraction]:
        """The price of each slack's column, by that."""
        return {
            j: limit.price * (limit.step or 1)
            for j, limit in zip(self.columns, self.limits, strict=True)
        }

    def decided(self, x: Sequence[Fraction], /) -> dict[str, Fraction]:
        """The decisions of a point by their columns, without the slacks."""
        slacks = set(self.columns)
        return {
            domain.name: x[j] for j, domain in enumerate(self.problem.decisions) if j not in slacks
        }


def elastic(model: Model, limits: Sequence[Changeable], /) -> Elastic:
    """The scenario of a model with these limits giving way, the others as they are."""
    scenario, prefix = model.scenario, "slack"
    taken = (scenario.variables, scenario.technologies, scenario.indicators, scenario.parameters)
    while any(name.startswith(prefix) for names in taken for name in names):
        prefix += "_"
    names = {limit: f"{prefix}{i}" for i, limit in enumerate(limits)}
    problem = Model(_loosened(model, names, f"{prefix}cost")).at()
    places = {domain.name: j for j, domain in enumerate(problem.decisions)}
    columns = {limit: places[name] for limit, name in names.items()}
    return Elastic(_with_rules(problem, columns), tuple(limits), tuple(columns.values()))


def _loosened(model: Model, names: Mapping[Changeable, str], spent: str) -> Scenario:
    scenario = model.scenario
    variables = dict(scenario.variables)
    technologies = dict(scenario.technologies)
    constraints = {**scenario.constraints, **keeping_defined(model)}
    operated: dict[str, dict[int, str]] = {}
    phases = list(scenario.phases)
    for limit, name in names.items():
        slack = name if limit.step in (None, 1) else f"{_ratio(limit.step or _ZERO)} * {name}"
        signed = f"{'+' if limit.sense > 0 else '-'} {slack}"
        if limit.kind == "constraint":
            texts, operators = operands(constraints[limit.name].expr.text)
            before = operated.setdefault(limit.name, dict(enumerate(texts)))
            before[limit.operand] = f" ({before[limit.operand]}) {signed} "
        elif limit.kind == "phase":
            place, key = int(limit.paths[0].split(".")[1]), limit.paths[0].split(".")[3]
            held = phases[place].limits
            own = {**held, key: Formula.of(f"({held[key].text}) {signed}")}
            phases[place] = phases[place].model_copy(update={"limits": own})
        elif limit.kind == "decision":
            _widened(limit, variables, technologies)
            compare = "<=" if limit.sense > 0 else ">="
            text = f"{limit.group} {compare} {_ratio(limit.old or _ZERO)} {signed}"
            bound = Formula.of(text, constraint=True)
            constraints[f"{name}_bound"] = Constraint(expr=bound)
    for own_name, texts_of in operated.items():
        _, operators = operands(constraints[own_name].expr.text)
        text = "".join(t + o for t, o in zip(texts_of.values(), (*operators, ""), strict=True))
        new = Formula.of(text, constraint=True)
        constraints[own_name] = constraints[own_name].model_copy(update={"expr": new})
    for limit, name in names.items():
        variables[name] = _slack(limit)
    cost = " + ".join(
        f"{_ratio(price)} * {name}"
        for limit, name in names.items()
        if (price := limit.price * (limit.step or 1))
    )
    return _copied(
        scenario,
        variables=variables,
        technologies=technologies,
        constraints=constraints,
        phases=tuple(phases),
        objectives={spent: Objective(sense="minimise", expr=Formula.of(cost or "0"))},
        plans={},
        figures={},
    )


def _ratio(number: Fraction) -> str:
    """A number whose decimal need not end, as an expression."""
    return f"{number.numerator} / {number.denominator}"


def _widened(
    limit: Changeable, variables: dict[str, Variable], technologies: dict[str, Technology]
) -> None:
    """Let a decision go as far as its bound may be moved."""
    old = limit.old or _ZERO
    further = old + limit.sense * rounded_up(limit.most, old, limit.sense)
    end = Formula.of(decimal_text(further))
    section, name, *_, key = limit.paths[0].split(".")
    if section == "variables":
        variables[name] = variables[name].model_copy(update={key: end})
        return
    scale = technologies[name].scale
    assert scale is not None
    wider = scale.model_copy(update={key: end})
    technologies[name] = technologies[name].model_copy(update={"scale": wider})


def _slack(limit: Changeable) -> Variable:
    if limit.step is not None:
        most = Formula.of(str(int(limit.most / limit.step)))
        return Variable(type="integer", min=Formula.of("0"), max=most)
    most = Formula.of(decimal_text(rounded_up(limit.most, _ZERO, 1)))
    return Variable(type="real", min=Formula.of("0"), max=most)


def _copied(scenario: Scenario, /, **changed: Any) -> Scenario:
    """Another scenario; what the first has worked out about itself is not copied."""
    fields = {name: getattr(scenario, name) for name in type(scenario).model_fields}
    return Scenario.model_construct(**{**fields, **changed})


def _with_rules(problem: Problem, columns: Mapping[Changeable, int]) -> Problem:
    """The problem with the slacks of prerequisites, exclusions and groups in their rows."""
    slacks: dict[str, list[tuple[int, int]]] = {}
    for limit, j in columns.items():
        if limit.kind in ("rule", "group"):
            slacks.setdefault(limit.group, []).append((j, -limit.sense))
    rules = {limit.group for limit in columns if limit.kind == "rule"}

    def loosened(row: Row) -> Row:
        if row.group not in slacks:
            return row
        own = [
            (j, (1 if row.upper is None else -1) if row.group in rules else sign)
            for j, sign in slacks[row.group]
        ]
        by = row.scale.denominator
        terms = [(j, c * by) for j, c in row.terms]
        terms += [(j, sign * row.scale.numerator) for j, sign in own]
        return replace(
            row,
            terms=tuple(sorted(terms)),
            lower=None if row.lower is None else row.lower * by,
            upper=None if row.upper is None else row.upper * by,
            constant=row.constant * by,
            scale=row.scale * by,
        )

    linear = problem.linear
    return replace(
        problem,
        logic=tuple(map(loosened, problem.logic)),
        linear=replace(linear, rows=tuple(map(loosened, linear.rows)))
        if isinstance(linear, Linear)
        else linear,
        exact=None,
    )
