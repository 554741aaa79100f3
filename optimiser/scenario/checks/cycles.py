"""What uses itself, directly or by way of others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from optimiser.language import tr

__all__ = ["arrows", "cycles", "used_first"]

_MOST_SHOWN: Final = 12


def cycles(uses: Mapping[str, Iterable[str]], /) -> list[list[str]]:
    """Of each set of names that all use one another one cycle, from a name back to itself along
    what it uses.

    It is a shortest one through the name that comes first, with which it starts, so that the same
    scenario always reads the same. Disjoint cycles in one such set are found one after the other,
    as they are mended.
    """
    order = {name: place for place, name in enumerate(uses)}
    known = {name: [o for o in others if o in order] for name, others in uses.items()}
    circles = (c for c in _components(known) if len(c) > 1 or c[0] in known[c[0]])
    firsts = {min(circle, key=order.__getitem__): frozenset(circle) for circle in circles}
    return [_shortest(name, known, firsts[name]) for name in uses if name in firsts]


def _components(uses: Mapping[str, list[str]]) -> Iterator[list[str]]:
    """The strongly connected components.

    References:
        R. Tarjan, Depth-first search and linear graph algorithms, SIAM Journal on Computing 1
        (1972) 146-160.
    """
    entered: dict[str, int] = {}
    low: dict[str, int] = {}  # of names whose component is not yet complete
    open_names: list[str] = []
    for root in uses:
        if root in entered:
            continue
        path = [(root, iter(uses[root]))]
        entered[root] = low[root] = len(entered)
        open_names.append(root)
        while path:
            name, others = path[-1]
            for other in others:
                if other not in entered:
                    entered[other] = low[other] = len(entered)
                    open_names.append(other)
                    path.append((other, iter(uses[other])))
                    break
                if other in low:
                    low[name] = min(low[name], entered[other])
            else:
                path.pop()
                if path:
                    before = path[-1][0]
                    low[before] = min(low[before], low[name])
                if low[name] == entered[name]:
                    component: list[str] = []
                    while not component or component[-1] != name:
                        component.append(open_names.pop())
                        del low[component[-1]]
                    yield component


def _shortest(first: str, uses: Mapping[str, list[str]], circle: frozenset[str]) -> list[str]:
    """A shortest cycle through a name, within the names that all use one another."""
    came: dict[str, str] = {}
    front = [first]
    for name in front:
        for other in uses[name]:
            if other == first:
                cycle = [first, name]
                while cycle[-1] in came:
                    cycle.append(came[cycle[-1]])
                return cycle[::-1]
            if other in circle and other not in came:
                came[other] = name
                front.append(other)
    raise AssertionError(first)


def used_first(uses: Mapping[str, Iterable[str]], /) -> list[str]:
    """The names so that each comes after those that it uses, as far as these do not use it."""
    order: dict[str, None] = {}
    entered: set[str] = set()
    for first in uses:
        stack = [(first, False)]
        while stack:
            name, left = stack.pop()
            if left:
                order[name] = None
            elif name in uses and name not in entered:
                entered.add(name)
                stack.append((name, True))
                stack += [(other, False) for other in uses[name]]
    return list(order)


def arrows(cycle: list[str], /) -> str:
    """``a -> b -> a``, the middle of a long cycle left out."""
    shown = (
        cycle
        if len(cycle) <= _MOST_SHOWN
        else [*cycle[:6], tr("... ({number} in all)", number=len(cycle) - 1), *cycle[-3:]]
    )
    return " -> ".join(shown)
