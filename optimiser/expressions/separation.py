"""Nodes over two kinds of symbols, with what is made of one kind alone taken out of them.

Values at s points of the one kind and k of the other are s k values of a node. What depends on one
kind alone has only k of them, and most of a planning model does: of a sum

    sum_i c_i a_i b_i  =  sum_a a (sum_{i: a_i = a} c_i b_i)

the b are of the kind taken out and the inner sums are parts; a is everything else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from fractions import Fraction

from optimiser.expressions.graph import Graph, GraphNode
from optimiser.expressions.substitution import made_again

__all__ = ["Separated", "separated"]


@dataclass(frozen=True)
class Separated:
    """Nodes and their parts.

    Attributes:
        nodes: what was given, each over symbols of the other kind and those that stand for parts.
        parts: symbol -> the node that it stands for, which is finite wherever its own symbols are.
    """

    nodes: tuple[int, ...]
    parts: Mapping[str, int]


def separated(graph: Graph, nodes: Sequence[int], others: Set[str], /) -> Separated:
    """Take out of nodes what none of the other symbols is in.

    A part that may be undefined stays where it is, with its symbols.

    Args:
        graph: grows by the new nodes.
        nodes: what is rewritten.
        others: the symbols that stay; parts are over the rest.

    >>> graph = Graph()
    >>> x, y, p = graph.columns(["x", "y", "p"])
    >>> mixed = graph.sum([(2, graph.product([p, x])), (3, graph.product([p, y]))])
    >>> found = separated(graph, [mixed], {"p"})
    >>> found.nodes == (graph.product([p, graph.symbol(next(iter(found.parts)))]),)
    True
    """
    work = _Separation(graph, others)
    for number in graph.reachable(nodes):
        work.add(number)
    return Separated(tuple(work.outside(number) for number in nodes), work.parts)


class _Separation:
    def __init__(self, graph: Graph, others: Set[str], /) -> None:
        self._graph, self._others = graph, others
        self._kinds: dict[int, tuple[bool, bool]] = {}  # has what is taken out, has others
        self._made: dict[int, int] = {}
        self.parts: dict[str, int] = {}

    def add(self, number: int, /) -> None:
        """Take in a node, those that it is made of before it."""
        node = self._graph.nodes[number]
        below = [self._kinds[child] for child in node.children]
        if node.operator == "symbol":
            below = [(node.name not in self._others, node.name in self._others)]
        taken, kept = any(own for own, _ in below), any(other for _, other in below)
        self._kinds[number] = taken, kept
        if not (taken and kept):
            self._made[number] = number
        elif node.operator == "sum":
            self._made[number] = self._sum(node)
        else:
            children = [self.outside(child) for child in node.children]
            self._made[number] = made_again(self._graph, number, children)

    def outside(self, number: int, /) -> int:
        """What stands for a node in others: itself, rewritten, or the symbol of a part."""
        graph = self._graph
        if not self._alone(number) or graph.nodes[number].operator == "symbol":
            return self._made.get(number, number)
        if graph.nodes[number].operator in ("compare", "all"):  # no numbers
            below = [self.outside(child) for child in graph.nodes[number].children]
            return made_again(graph, number, below)
        if not graph.total(number):
            return number
        name = f"part {number}"  # no name of a user has a space
        self.parts[name] = number
        return graph.symbol(name)

    def _alone(self, number: int) -> bool:
        """Whether nothing but what is taken out is in a node."""
        if number not in self._kinds:  # made here, of what is taken out
            return True
        taken, kept = self._kinds[number]
        return taken and not kept

    def _sum(self, node: GraphNode) -> int:
        graph = self._graph
        one = graph.constant(1)
        terms: dict[int, list[tuple[Fraction, int]]] = {one: []}
        rest: list[tuple[Fraction, int]] = []
        for weight, child in zip(node.coefficients, node.children, strict=True):
            factors = self._factors(child)
            if factors is None:
                rest.append((weight, self.outside(child)))
            else:
                terms.setdefault(factors[0], []).append((weight, factors[1]))
        for other, own in terms.items():
            if own:
                rest.append((Fraction(1), graph.product([other, self.outside(graph.sum(own))])))
        return graph.sum(rest, node.value)

    def _factors(self, number: int) -> tuple[int, int] | None:
        """A term as a product of what stays and what is taken out; None where it is none, or the
        latter may be undefined.
        """
        graph, node = self._graph, self._graph.nodes[number]
        if self._alone(number):
            return (graph.constant(1), number) if graph.total(number) else None
        if node.operator != "product":
            return None
        own = [child for child in node.children if self._alone(child)]
        other = [child for child in node.children if not self._kinds[child][0]]
        if not own or len(own) + len(other) < len(node.children):
            return None
        if not all(graph.total(child) for child in own):
            return None
        return graph.product(other), graph.product(own)
