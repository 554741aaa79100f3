"""The sum of the largest of several values, as a node: a function that scenarios cannot write."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from optimiser.expressions.graph import Graph

__all__ = ["sum_of_largest"]


def sum_of_largest(graph: Graph, count: Fraction | int, nodes: Sequence[int], /) -> int:
    """The node of the sum of the ``count`` largest of nodes, count > 0; where it is no whole
    number, the next one counts for what is left.
    """
    if count >= len(nodes):
        return graph.sum([(1, node) for node in nodes])
    if count < 1:
        return graph.sum([(count, sum_of_largest(graph, 1, nodes))])
    return graph.call("largest", (graph.constant(count), *sorted(nodes)))
