"""What is wanted, as nodes: objectives, and comparisons that every plan holds."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from optimiser.expressions import ComparisonChain, Name
from optimiser.expressions import names as leaves
from optimiser.formulate.parts import AssembledObjective, Bound
from optimiser.formulate.tolerances import MISSED
from optimiser.front import Column
from optimiser.language import stored

if TYPE_CHECKING:
    from optimiser.expressions import Graph, Tree
    from optimiser.formulate.decisions import Number
    from optimiser.formulate.horizon import Horizon
    from optimiser.formulate.vocabulary import Vocabulary
    from optimiser.front import Floats
    from optimiser.scenario import Formula, Scenario
    from optimiser.scenario.format.schema import Indicator

__all__ = ["bounds_of", "broken", "by_phase", "column_of", "objectives_of"]


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
            place = "" if phase is None else scenario.phases[phase].name
            group = f"{name}@{place}" if place else name
            for bound in _links(names, tree, group, phase):
                yield replace(bound, phase=place)
    for name, place, spent, allowed in names.quantities.limits():
        group = stored("limit of {name} in {phase}", name=name, phase=place)
        yield replace(_bound(names.graph, group, spent, allowed, equality=False), phase=place)


def by_phase(scenario: Scenario, names: Vocabulary[Horizon], /) -> dict[str, list[Bound]]:
    """The constraints on means and last values of phases, as they would be in every phase."""
    found: dict[str, list[Bound]] = {}
    for name, constraint in scenario.constraints.items():
        tree = constraint.expr.tree
        assert isinstance(tree, ComparisonChain)
        used = list(_measured(scenario, tree))
        comparable = [
            indicator.timing == "ongoing" and indicator.aggregate in (None, "mean", "final")
            for indicator in used
        ]
        if constraint.phases is not None or not used or not all(comparable):
            continue
        found[name] = [
            bound
            for phase in range(len(scenario.phases))
            for bound in _links(names, tree, name, phase)
        ]
    return found


def broken(
    bounds: Mapping[str, Sequence[Bound]], valued: Callable[[tuple[int, ...]], Floats], /
) -> dict[str, int]:
    """How many plans miss one of several comparisons, by constraint.

    Args:
        bounds: the comparisons.
        valued: (k, nodes) the values of nodes.
    """
    found = {}
    for name, own in bounds.items():
        values = valued(tuple(bound.node for bound in own))
        missed = [
            (abs(column) if bound.equality else column) > MISSED
            for bound, column in zip(own, values.T, strict=True)
        ]
        found[name] = int(np.any(missed, axis=0).sum())
    return found


def _measured(scenario: Scenario, tree: Tree) -> Iterator[Indicator]:
    """The indicators that a comparison is about; derived ones as what they are derived from."""
    for leaf in leaves(tree):
        if isinstance(leaf, Name) and leaf.id in scenario.indicators:
            indicator = scenario.indicators[leaf.id]
            if indicator.expr is None or indicator.aggregate is not None:
                yield indicator
            else:
                yield from _measured(scenario, indicator.expr.tree)


def _links(
    names: Vocabulary[Horizon], tree: ComparisonChain, group: str, phase: int | None
) -> Iterator[Bound]:
    """The links of a chain, of aggregated values or of those of a phase."""
    nodes = [names.tree(operand, phase) for operand in tree.operands]
    for operator, (left, right) in zip(tree.operators, itertools.pairwise(nodes), strict=True):
        top, bottom = (right, left) if operator == ">=" else (left, right)
        yield _bound(names.graph, group, top, bottom, equality=operator == "==")


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
        range=None if objective.range is None else _pair(objective.range, number),
    )


def _pair(ends: tuple[Formula, Formula], number: Number) -> tuple[float, float]:
    return _float(ends[0], number), _float(ends[1], number)


def _float(formula: Formula, number: Number) -> float:
    return float(number(formula) if formula.literal is None else formula.literal)
