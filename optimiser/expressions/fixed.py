"""The float value of a node without symbols."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from optimiser.expressions import rationals
from optimiser.expressions.graph import Graph, GraphNode

__all__ = ["IRRATIONAL", "fixed_value", "fixed_values", "float_value"]

IRRATIONAL = {"pi": math.pi, "e": math.e}


def fixed_value(graph: Graph, node: int, /) -> float:
    """The value of a node that depends on no symbol; NaN where it is undefined, complex or
    infinite.
    """
    exact = graph.value_of(node)
    if exact is not None:
        value = rationals.to_float(exact)
        return value if math.isfinite(value) else math.nan
    return fixed_values(graph, [node])[node]


def fixed_values(graph: Graph, nodes: Sequence[int], /) -> dict[int, float]:
    """node -> value of all nodes below ``nodes`` that depend on no symbol; NaN where there is no
    finite value.
    """
    values: dict[int, float] = {}
    for number in graph.reachable(nodes):
        if graph.fixed(number):
            node = graph.nodes[number]
            value = float_value(node, [values[child] for child in node.children])
            values[number] = value if math.isfinite(value) else math.nan
    return values


def float_value(node: GraphNode, below: Sequence[float], /) -> float:
    """The value of one node from those of its children; NaN where undefined."""
    if node.operator == "constant":
        return rationals.to_float(node.value)
    if node.operator == "irrational":
        return IRRATIONAL[node.name]
    if node.operator == "where":
        condition, then, otherwise = below
        return condition if math.isnan(condition) else then if condition else otherwise
    if any(math.isnan(value) for value in below):
        return math.nan
    try:
        return _defined(node, below)
    except (ValueError, ArithmeticError):
        return math.nan


def _defined(node: GraphNode, below: Sequence[float], /) -> float:
    match node.operator:
        case "sum":
            terms = (
                float(Fraction(value) * c)
                for value, c in zip(below, node.coefficients, strict=True)
            )
            return math.fsum([*terms, float(node.value)])
        case "product":
            return math.prod(below)
        case "divide":
            return below[0] / below[1]
        case "power":
            return math.pow(below[0], below[1])
        case "compare":
            return float(rationals.compare(node.name, Fraction(below[0]), Fraction(below[1])))
        case "all":
            return float(all(below))
        case _:
            if node.name == "min":
                return min(below)
            if node.name == "max":
                return max(below)
            if node.name == "largest":
                return float(rationals.largest([Fraction(value) for value in below]))
            return float(getattr(math, "fabs" if node.name == "abs" else node.name)(below[0]))
