"""What uses itself, directly or by way of others."""

from __future__ import annotations

import graphlib
from collections.abc import Iterable, Mapping
from typing import Final

from optimiser.language import tr

__all__ = ["arrows", "cycles", "used_first"]

_MOST_SHOWN: Final = 12


def cycles(uses: Mapping[str, Iterable[str]], /) -> list[list[str]]:
    """Disjoint cycles of a graph, each from a name back to itself along what it uses."""
    remaining = {name: list(others) for name, others in uses.items()}
    found = []
    while True:
        sorter = graphlib.TopologicalSorter(remaining)
        try:
            sorter.prepare()
        except graphlib.CycleError as error:
            cycle: list[str] = list(reversed(error.args[1]))[1:]
            # Start where the file starts, so that the same cycle always reads the same.
            order = {name: i for i, name in enumerate(uses)}
            start = min(range(len(cycle)), key=lambda i: order[cycle[i]])
            cycle = cycle[start:] + cycle[:start]
            found.append([*cycle, cycle[0]])
            for name in cycle:
                del remaining[name]
            remaining = {
                name: [o for o in others if o in remaining] for name, others in remaining.items()
            }
            continue
        return found


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
