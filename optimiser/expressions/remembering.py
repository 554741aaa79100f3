"""Values of nodes at one point after another, where points differ in few symbols, or few of the
nodes are made of many.

What depends on one input alone is worked out once for each value of that input, and what depends on
several only where one of them has changed; of a sum, what has changed in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from heapq import heappop, heappush
from itertools import repeat
from threading import RLock
from typing import Final, Generic, TypeVar

from optimiser.expressions import rationals
from optimiser.expressions.graph import Graph

__all__ = ["Remembering"]

_V = TypeVar("_V")
_ONE: Final = Fraction(1)

#: of an input; those of a real number would never come again
_MOST_VALUES: Final = 16


class Remembering(Generic[_V]):
    """What nodes are at points, made by a function that adds nodes to those that are found.

    Attributes:
        asked: how often it was asked for a point.
        alone: to be held by a thread that asks for one point after another.

    Args:
        graph: the graph.
        outputs: the nodes that are asked for.
        held: the values of the symbols that are the same at every point.
        extend: is called with nodes, those that another is made of before it, the value of every
            symbol, and what is found of the nodes so far; adds theirs to it.
        exact: the fraction that a value is, None where it is none; and the value that a fraction
            is. Sums of such are changed by what has changed in them. None: all are added up again.
    """

    def __init__(
        self,
        graph: Graph,
        outputs: Iterable[int],
        held: Mapping[str, Fraction],
        extend: Callable[[Iterable[int], Mapping[str, Fraction], dict[int, _V]], None],
        /,
        *,
        exact: tuple[Callable[[_V], Fraction | None], Callable[[Fraction], _V]] | None = None,
    ) -> None:
        self._graph, self._extend, self._exact = graph, extend, exact
        self._outputs = tuple(outputs)
        self._own, self._rest = _by_input(graph, graph.reachable(self._outputs), held)
        self._symbols = dict(held)
        self._found: dict[int, _V] = {}
        extend(self._own.pop("", []), held, self._found)
        self._known: dict[str, dict[tuple[int, int], dict[int, _V]]] = {
            name: {} for name in self._own
        }
        self._complete = False
        self.asked = 0
        self.alone = RLock()

    @cached_property
    def _above(self) -> Mapping[int, Sequence[tuple[int, Fraction]]]:
        """Node -> those made of it and of others, each with its coefficient where it is a sum."""
        above: defaultdict[int, list[tuple[int, Fraction]]] = defaultdict(list)
        for number in self._rest:
            node = self._graph.nodes[number]
            shares = node.coefficients if node.operator == "sum" else repeat(_ONE)
            for child, share in zip(node.children, shares, strict=False):
                above[child].append((number, share))
        return above

    def at(self, point: Mapping[str, Fraction], /) -> dict[int, _V]:
        """The values of the outputs at a point.

        Args:
            point: every symbol that is not held; those may be left out that are as they were at the
                point before.
        """
        with self.alone:
            self.asked += 1
            # after a signal in the midst of this what is found belongs to no point
            complete, self._complete = self._complete, False
            before = self._symbols
            moved = [name for name, value in point.items() if before.get(name) != value]
            before.update({name: point[name] for name in moved})
            if complete:
                self._move(moved)
            else:
                self._begin()
            self._complete = True
            return {number: self._found[number] for number in self._outputs}

    def _begin(self) -> None:
        for name in self._own:
            self._found.update(self._of_input(name))
        for number in self._rest:
            self._found.pop(number, None)
        self._extend(self._rest, self._symbols, self._found)

    def _move(self, moved: Iterable[str]) -> None:
        """Go to a point that differs from the one before in these symbols."""
        found = self._found
        changed: dict[int, list[tuple[Fraction, _V, _V]]] = {}
        waiting: list[int] = []

        def set_to(number: int, value: _V) -> None:
            old, found[number] = found[number], value
            if old != value:
                for parent, share in self._above.get(number, ()):
                    if parent not in changed:
                        changed[parent] = []
                        heappush(waiting, parent)
                    changed[parent].append((share, old, value))

        for name in moved:
            if name in self._own:
                for number, value in self._of_input(name).items():
                    set_to(number, value)
        while waiting:  # a node has a larger number than what it is made of
            number = heappop(waiting)
            set_to(number, self._again(number, changed.pop(number)))

    def _again(self, number: int, changed: list[tuple[Fraction, _V, _V]]) -> _V:
        """A node's value now; what it was is left where it is found."""
        old = self._found[number]
        if self._exact is not None and self._graph.nodes[number].operator == "sum":
            fraction, valued = self._exact
            total = _resummed(old, changed, fraction)
            if total is not None:
                return valued(total)
        del self._found[number]
        self._extend([number], self._symbols, self._found)
        value, self._found[number] = self._found[number], old
        return value

    def _of_input(self, name: str) -> dict[int, _V]:
        """The values of the nodes that depend on this input alone."""
        known, own, found = self._known[name], self._own[name], self._found
        # a fraction takes long to be looked up
        value = self._symbols[name].as_integer_ratio()
        if (same := known.get(value)) is not None:
            return same
        before = {number: found.pop(number) for number in own if number in found}
        self._extend(own, self._symbols, found)
        values = {number: found[number] for number in own}
        found.update(before)
        if len(own) > 1 and len(known) < _MOST_VALUES:  # an input alone is nothing to remember
            known[value] = values
        return values


def _resummed(
    before: _V,
    changed: Iterable[tuple[Fraction, _V, _V]],
    fraction: Callable[[_V], Fraction | None],
) -> Fraction | None:
    """A sum some parts of which, each with its coefficient, have other values now; None where that
    has to be worked out from all of its parts.
    """
    total = fraction(before)
    if total is None:
        return None
    for coefficient, old, new in changed:
        was, now = fraction(old), fraction(new)
        if was is None or now is None:
            return None
        total += coefficient * (now - was)
    return total if rationals.small(total) else None


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
