"""Errors: numbers that are too large to compute in, wherever they come together."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction

from optimiser.advice.ranges import Ranges
from optimiser.advice.tolerances import LARGEST
from optimiser.expressions import ComparisonChain, box_bounds
from optimiser.language import tr
from optimiser.scenario.format.schema import Objective
from optimiser.scenario.source.draft import Draft, describe

__all__ = ["links_of", "objective_node", "refuse_large"]


def refuse_large(draft: Draft, ranges: Ranges, /) -> bool:
    """Report as errors the objectives, derived indicators and constraints that get beyond all
    floats; whether there are any.
    """
    scenario = draft.scenario
    nodes = {
        ("objectives", name, *(() if o.expr is None else ("expr",))): [
            objective_node(ranges, name, o)
        ]
        for name, o in scenario.objectives.items()
    }
    for name, indicator in scenario.indicators.items():
        if indicator.expr is not None:
            nodes["indicators", name, "expr"] = [ranges.indicator(name)]
    for name, constraint in scenario.constraints.items():
        tree = constraint.expr.tree
        assert isinstance(tree, ComparisonChain)
        phases = scenario.constraint_phases(name)
        nodes["constraints", name, "expr"] = [
            node for phase in phases for _, node in links_of(ranges, tree, phase)
        ]
    if not _beyond_floats(ranges, [node for own in nodes.values() for node in own]):
        return False
    for path, own in nodes.items():
        if _beyond_floats(ranges, own):
            message = tr("numbers in {place} get beyond 1e300", place=describe(path[:2]))
            draft.findings.error("S021", draft.at(*path), message, help=tr("use larger units"))
    return True


def _beyond_floats(ranges: Ranges, nodes: Iterable[int]) -> bool:
    """Whether one of the nodes has a number too large for a float in it, or adds up to one what is
    none.
    """
    known = box_bounds(ranges.graph, nodes, boxes=ranges.boxes)
    for number in known:
        node = ranges.graph.nodes[number]
        if node.operator not in ("sum", "constant"):
            continue
        if any(abs(value) > LARGEST for value in (node.value, *node.coefficients)):
            return True
        ends = [end for child in node.children for end in known[child]]
        if all(map(math.isfinite, ends)) and not all(map(math.isfinite, known[number])):
            return True
    return False


def objective_node(ranges: Ranges, name: str, objective: Objective, /) -> int:
    """An objective as a node."""
    return ranges.indicator(name) if objective.expr is None else ranges.node(objective.expr)


def links_of(
    ranges: Ranges, tree: ComparisonChain, phase: int | None = None, /
) -> list[tuple[str, int]]:
    """The operator of each link of a chain, and its left side less its right one as a node; in a
    phase where one is given.
    """
    sides = [ranges.tree(operand, phase) for operand in tree.operands]
    return [
        (operator, ranges.graph.sum([(Fraction(1), left), (Fraction(-1), right)]))
        for operator, left, right in zip(tree.operators, sides, sides[1:], strict=False)
    ]
