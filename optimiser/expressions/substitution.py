"""Nodes with other nodes put in for some of their symbols."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from optimiser.expressions.graph import Graph

__all__ = ["made_again", "substituted"]


def substituted(graph: Graph, nodes: Sequence[int], replaced: Mapping[str, int], /) -> list[int]:
    """The nodes with symbols replaced, by the rules by which the graph makes nodes; what holds none
    of the symbols is the same node.

    Args:
        graph: grows by the new nodes.
        nodes: what is rewritten.
        replaced: symbol -> the node that is put in for it, at every place at once.

    >>> graph = Graph()
    >>> x, p = graph.columns(["x", "p"])
    >>> found, = substituted(graph, [graph.product([x, p])], {"p": graph.constant(3)})
    >>> found == graph.sum([(3, x)])
    True
    """
    made: dict[int, int] = {}
    for number in graph.reachable(nodes):
        node = graph.nodes[number]
        if node.operator == "symbol":
            made[number] = replaced.get(node.name, number)
        elif all(made[child] == child for child in node.children):
            made[number] = number
        else:
            made[number] = made_again(graph, number, [made[child] for child in node.children])
    return [made[number] for number in nodes]


def made_again(graph: Graph, number: int, below: Sequence[int], /) -> int:
    """A node with operands over others, by the rules by which the graph makes nodes."""
    node = graph.nodes[number]
    match node.operator:
        case "sum":
            return graph.sum(zip(node.coefficients, below, strict=True), node.value)
        case "product":
            return graph.product(below)
        case "divide":
            return graph.divide(below[0], below[1])
        case "power":
            return graph.power(below[0], below[1])
        case "compare":
            return graph.compare(node.name, below[0], below[1])
        case "all":
            return graph.all(below)
        case "where":
            return graph.where(below[0], below[1], below[2])
    return graph.call(node.name, below)
