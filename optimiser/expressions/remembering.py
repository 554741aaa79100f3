"""Values of nodes at one point after another, where few of the nodes are made of many inputs.

What depends on one input alone is worked out once for each value of that input: plans differ in
few decisions, and each of these has few values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Final, Generic, TypeVar

from optimiser.expressions.graph import Graph

__all__ = ["Remembering"]

_V = TypeVar("_V")

#: of an input; those of a real number would never come again
_MOST_VALUES: Final = 16


class Remembering(Generic[_V]):
    """What nodes are at points, made by a function that adds nodes to those that are found.

    Args:
        graph: the graph.
        outputs: the nodes that are asked for.
        held: the values of the symbols that are the same at every point.
        extend: is called with nodes, those that another is made of before it, the value of every
            symbol, and what is found of the nodes so far; adds theirs to it.
    """

    def __init__(
        self,
        graph: Graph,
        outputs: Iterable[int],
        held: Mapping[str, Fraction],
        extend: Callable[[Iterable[int], Mapping[str, Fraction], dict[int, _V]], None],
        /,
    ) -> None:
        self._held, self._extend = held, extend
        own, self._rest = _by_input(graph, graph.reachable(outputs), held)
        self._found: dict[int, _V] = {}
        extend(own.pop("", []), held, self._found)
        # an input alone is nothing to remember
        self._inputs = [nodes[0] for nodes in own.values() if len(nodes) == 1]
        self._own = {name: nodes for name, nodes in own.items() if len(nodes) > 1}
        # by numerator and denominator: a fraction takes long to be looked up
        self._known: dict[str, dict[tuple[int, int], dict[int, _V]]] = {n: {} for n in self._own}

    def at(self, point: Mapping[str, Fraction], /) -> dict[int, _V]:
        """The values of all nodes below the outputs at a point, which gives every symbol that is
        not held.
        """
        symbols, found = {**self._held, **point}, dict(self._found)
        self._extend(self._inputs, symbols, found)
        for name, nodes in self._own.items():
            known, value = self._known[name], symbols[name].as_integer_ratio()
            if (same := known.get(value)) is not None:
                found.update(same)
                continue
            self._extend(nodes, symbols, found)
            if len(known) < _MOST_VALUES:
                known[value] = {node: found[node] for node in nodes}
        self._extend(self._rest, symbols, found)
        return found


def _by_input(
    graph: Graph, order: Iterable[int], held: Mapping[str, Fraction]
) -> tuple[dict[str, list[int]], list[int]]:
    """The nodes by the one symbol that they depend on, "" where on none but those held; and those
    that depend on several.
    """
    owner: dict[int, str | None] = {}
    own: dict[str, list[int]] = {}
    rest: list[int] = []
    for number in order:
        node = graph.nodes[number]
        if node.operator == "symbol":
            owner[number] = "" if node.name in held else node.name
        else:
            below = {owner[child] for child in node.children} - {""}
            owner[number] = below.pop() if len(below) == 1 else None if below else ""
        name = owner[number]
        (rest if name is None else own.setdefault(name, [])).append(number)
    return own, rest
