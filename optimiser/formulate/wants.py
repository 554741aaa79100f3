"""What is wanted, as nodes: objectives, and comparisons that every plan holds."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from optimiser.expressions import ComparisonChain
from optimiser.formulate.parts import AssembledObjective, Bound
from optimiser.front import Column

if TYPE_CHECKING:
    from optimiser.expressions import Graph
    from optimiser.formulate.decisions import Number
    from optimiser.formulate.horizon import Horizon
    from optimiser.formulate.vocabulary import Vocabulary
    from optimiser.scenario import Formula, Scenario

__all__ = ["bounds_of", "column_of", "objectives_of"]


def objectives_of(
    scenario: Scenario, names: Vocabulary[Horizon], /
) -> Iterator[AssembledObjective]:
    """The objectives, in the order of the file."""
    for name, objective in scenario.objectives.items():
        node = names.indicator(name) if objective.expr is None else names.formula(objective.expr)
        yield AssembledObjective(name, node, -1 if objective.sense == "maximise" else 1)


def bounds_of(scenario: Scenario, names: Vocabulary[Horizon], /) -> Iterator[Bound]:
    """The links of the constraints, in the order of the file, then the limits of phases."""
    for name, constraint in scenario.constraints.items():
        tree = constraint.expr.tree
        assert isinstance(tree, ComparisonChain)
        for phase in scenario.constraint_phases(name):
            nodes = [names.tree(operand, phase) for operand in tree.operands]
            group = name if phase is None else f"{name}@{scenario.phases[phase].name}"
            for operator, (left, right) in zip(
                tree.operators, itertools.pairwise(nodes), strict=True
            ):
                top, bottom = (right, left) if operator == ">=" else (left, right)
                yield _bound(names.graph, group, top, bottom, equality=operator == "==")
    for name, place, spent, allowed in names.quantities.limits():
        yield _bound(names.graph, f"limit of {name} in {place}", spent, allowed, equality=False)


def _bound(graph: Graph, group: str, top: int, bottom: int, *, equality: bool) -> Bound:
    node = graph.sum([(Fraction(1), top), (Fraction(-1), bottom)])
    return Bound(group, node, top, bottom, equality)


def column_of(scenario: Scenario, name: str, number: Number, /) -> Column:
    """An objective as tables show it."""
    objective = scenario.objectives[name]
    indicator = scenario.indicators.get(name)
    return Column(
        name,
        title=objective.title or (indicator.title if indicator else ""),
        unit=objective.unit or (indicator.unit if indicator else ""),
        sense=objective.sense,
        weight=_float(objective.weight, number),
        target=None if objective.target is None else _float(objective.target, number),
    )


def _float(formula: Formula, number: Number) -> float:
    return float(number(formula) if formula.literal is None else formula.literal)
