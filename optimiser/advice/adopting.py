"""What bounds tell of plans that adopt a technology: which technologies a constraint leaves no room
for.

Most constraints have room for all. Of an interval that lies within those of many technologies one
evaluation tells it: the ends of intervals only move inwards when their parts do.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from optimiser.advice.tolerances import ROUNDING
from optimiser.expressions import bounds, outwards_each

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.advice.ranges import Box, Ranges

    Floats = NDArray[np.float64]

__all__ = ["Adopting"]

_ADOPTED: Final = (1.0, 1.0)


class Adopting:
    """Intervals over the plans that adopt one of several technologies.

    Args:
        ranges: over all plans.
        technologies: t of the scenario's.

    Attributes:
        work: nodes that were visited so far.
    """

    def __init__(self, ranges: Ranges, technologies: Sequence[str], /) -> None:
        self._ranges, self._names = ranges, list(technologies)
        self._place = {name: place for place, name in enumerate(self._names)}
        self._within: dict[str, tuple[Floats, Floats]] = {}
        self._rest: dict[str, dict[str, Box]] = {}
        self._adopted: dict[tuple[str, str], Box] = {}
        self.work = 0

    def box(self, node: int, technology: str, /) -> Box:
        """The interval of a node over the plans that adopt a technology."""
        boxes = self._boxes(self._used(node))
        for name in boxes.keys() & self._ranges.technologies.keys():
            if technology in self._ranges.technologies[name]:
                boxes[name] = self._adopting(name, technology)
        return self._over(node, boxes | {technology: _ADOPTED})

    def refused(
        self, nodes: Sequence[int], refuses: Callable[[Sequence[Box]], bool], /
    ) -> Iterator[str]:
        """The technologies whose intervals of several nodes are refused, by halves.

        Args:
            nodes: what has an interval.
            refuses: whether intervals, one a node, are refused; with wider ones also all that lie
                within them.
        """
        used = self._used(*nodes)
        left = [self._affecting(used)]
        while left:
            places = left.pop()
            boxes = self._shared(used, places) if len(places) else {}
            if boxes is None or (boxes and refuses([self._over(node, boxes) for node in nodes])):
                if len(places) > 1:
                    left += [places[len(places) // 2 :], places[: len(places) // 2]]
                    continue
                name = self._names[places[0]]
                if refuses([self.box(node, name) for node in nodes]):
                    yield name

    def _over(self, node: int, boxes: Mapping[str, Box]) -> Box:
        self.work += len(boxes)
        return bounds(self._ranges.graph, node, boxes)

    def _used(self, *nodes: int) -> frozenset[str]:
        return frozenset(self._ranges.graph.symbols(*nodes))

    def _boxes(self, used: frozenset[str]) -> dict[str, Box]:
        """Of thousands of boxes those that are used."""
        known = self._ranges.boxes
        return {name: known[name] for name in used if name in known}

    def _affecting(self, used: frozenset[str]) -> NDArray[np.int64]:
        """The places of the technologies that are used, or have an effect on what is."""
        own = {self._place[name] for name in used if name in self._place}
        for name in used & self._ranges.technologies.keys():
            own.update(self._place[t] for t in self._ranges.technologies[name] if t in self._place)
        return np.array(sorted(own), dtype=np.int64)

    def _shared(self, used: frozenset[str], places: NDArray[np.int64]) -> dict[str, Box] | None:
        """Boxes within those of every one of some technologies; None where there are none."""
        boxes = self._boxes(used)
        for name in used & self._ranges.technologies.keys():
            lows, highs = self._ends(name)
            low, high = float(lows[places].max()), float(highs[places].min())
            if not low <= high:
                return None
            boxes[name] = self._ranges.aggregated(name, (low, high))
        own = np.array([self._place[name] for name in used if name in self._place], dtype=np.int64)
        adopted = own[np.isin(own, places)].tolist()
        return boxes | {self._names[place]: _ADOPTED for place in adopted}

    def _ends(self, name: str) -> tuple[Floats, Floats]:
        """(t,) ends within those of what an indicator is, not aggregated yet, with each technology:
        the whole with its part in the place of what it is at least, or at most.
        """
        if name not in self._within:
            ranges = self._ranges
            own = [
                t for t in ranges.technologies[name] if t in self._place and ranges.counts(name, t)
            ]
            places = [self._place[t] for t in own]
            parts, spans = dict(ranges.parts(name)), ranges.technologies[name]
            whole = _columns(ranges.counted(name, outwards_each([parts[t] for t in own])))
            adopted = _columns(ranges.counted(name, outwards_each([spans[t] for t in own])))
            product = ranges.multiplied(name)
            ends = []
            for inwards, total, part, with_it in zip(
                (1, -1), ranges.whole[name], whole, adopted, strict=True
            ):
                found = np.full(len(self._names), total)
                found[places] = _exchanged(total, part, with_it, inwards, product=product)
                ends.append(found)
            self._within[name] = ends[0], ends[1]
        return self._within[name]

    def _adopting(self, name: str, technology: str) -> Box:
        """The interval of an indicator over the plans that adopt a technology."""
        if (name, technology) not in self._adopted:
            self._adopted[name, technology] = self._adopting_first(name, technology)
        return self._adopted[name, technology]

    def _adopting_first(self, name: str, technology: str) -> Box:
        ranges = self._ranges
        if not ranges.counts(name, technology):
            return ranges.boxes[name]
        if name not in self._rest:
            self._rest[name] = self._without_each(name)
        own = ranges.counted(name, outwards_each([ranges.technologies[name][technology]]))
        return ranges.aggregated(name, ranges.grown(name, self._rest[name][technology], own))

    def _without_each(self, name: str) -> dict[str, Box]:
        """technology -> what an indicator is without it, by halves: as many steps as technologies
        times their logarithm.
        """
        ranges = self._ranges
        spans = dict(ranges.parts(name))
        parts = list(zip(spans, ranges.counted(name, outwards_each(spans.values())), strict=True))
        together = ranges.counted(name, outwards_each(ranges.together[name]))
        found: dict[str, Box] = {}
        stack = [(parts, ranges.grown(name, ranges.baselines[name], together))]
        while stack:
            own, box = stack.pop()
            if len(own) == 1:
                found[own[0][0]] = box
                continue
            first, second = own[: len(own) // 2], own[len(own) // 2 :]
            stack.append((first, ranges.grown(name, box, [part for _, part in second])))
            stack.append((second, ranges.grown(name, box, [part for _, part in first])))
        return found


def _columns(boxes: Sequence[Box]) -> Floats:
    """(2, k) lowest and highest values."""
    return np.array(boxes, dtype=np.float64).reshape(len(boxes), 2).T


def _exchanged(
    total: float, part: Floats, other: Floats, inwards: int, /, *, product: bool
) -> Floats:
    """(k,) an end of a whole with other parts in the place of (k,) parts, moved inwards by more
    than rounding may be; where that cannot be told, further in than anything.
    """
    with np.errstate(all="ignore"):
        if product:
            found = np.where(1 + part > 0, total / (1 + part) * (1 + other), np.nan)
            size = np.abs(found)
        else:
            found = total - part + other
            size = abs(total) + np.abs(part) + np.abs(other)
        moved = found + inwards * ROUNDING * np.where(np.isfinite(size), size, 0.0)
    return np.where(np.isnan(moved), inwards * math.inf, moved)
