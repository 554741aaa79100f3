"""The best plan of every objective, first of all: what scales, bounds and gaps stand on.

The corner of objective k is the lexicographic best: the least of k, then of the others in their
order. The corners are searched for in turns, a slice each, so that a hard one does not keep the
others waiting; no turn changes what is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from optimiser.engine.exact.saving import unfit
from optimiser.frozen import dataclass

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from optimiser.engine.exact.wide_program import WideProgram

    Integers = NDArray[np.int64]
    Limits = Sequence[int | None]
    Stop = Callable[[], bool]
    Answers = Iterator[tuple[Integers | None, bool] | None]

__all__ = ["Corners", "Finder", "Frame"]

# plans that are kept from searches that are not at their end
_KEPT = 64


def _at_once() -> bool:
    return True


class Finder(Protocol):
    """Finds least values, as :class:`.questions.Least` does; ``bound``: what the last is proven to
    be at least.
    """

    bound: int | None

    @property
    def nodes(self) -> int:
        """Nodes of all searches so far."""
        ...

    def find(self, k: int, highest: Limits, best: Integers | None, stop: Stop, /) -> Answers:
        """None after every slice, in the end the plan (n,) with the least objective k within
        limits, and whether it is proven.
        """
        ...

    def incumbent(self) -> Integers | None:
        """The best plan (n,) so far of the search that is under way."""
        ...


@dataclass(frozen=True)
class Frame:
    """What distances are measured by, in the values of the posed problem.

    Attributes:
        ideal: (m,) the least values.
        scale: (m,) the ranges over the corners; where the corners agree the proven range over all
            plans; 0 where an objective is the same in every plan.
    """

    ideal: tuple[int, ...]
    scale: tuple[int, ...]

    @classmethod
    def about(cls, spans: Sequence[tuple[int, int]], /) -> Frame:
        """What is about that as long as the corners are not known: between these ends (m,)."""
        return cls(tuple(low for low, _ in spans), tuple(high - low for low, high in spans))


class Corners:
    """The searches for all corners.

    Args:
        problem: with m objectives.
        finders: makes what answers searches of a problem.

    Attributes:
        frame: once every corner is proven.
        infeasible: whether it is proven that there is no plan.
        stuck: whether some corner cannot be settled.
    """

    def __init__(self, problem: WideProgram, finders: Callable[[WideProgram], Finder], /) -> None:
        self._problem, self._finders = problem, finders
        m = len(problem.objectives)
        self.frame: Frame | None = None
        self.infeasible = self.stuck = False
        self._plans: list[Integers | None] = [None] * m
        self._settled: list[Integers | None] = [None] * m
        self._floors = [low for low, _ in problem.spans()]
        self._tops: dict[int, int] = {}
        self._found: list[Integers] = []
        self._open = [self._corner(k) for k in range(m)]
        self._used: list[Finder] = []
        self._turn = 0
        self._stop: Stop = _at_once

    @property
    def over(self) -> bool:
        """Whether nothing is left to do here."""
        return self.frame is not None or self.infeasible or (self.stuck and not self._open)

    @property
    def best(self) -> list[Integers]:
        """The corners (n,) that are proven, in the order of the objectives."""
        return [x for x in self._settled if x is not None]

    @property
    def floors(self) -> tuple[int, ...]:
        """(m,) what every objective is proven to be at least."""
        return tuple(self._floors)

    @property
    def plans(self) -> list[Integers]:
        """The plans (n,) found so far, the corners among them."""
        return [*self._found, *self.best]

    @property
    def nodes(self) -> int:
        """The largest number of nodes that the search for one corner has taken so far."""
        return max((finder.nodes for finder in self._used), default=0)

    def state(self) -> tuple[dict[str, tuple[int, ...]], dict[str, Integers]]:
        """What is proven, to be saved; corners (n,)."""
        numbers: dict[str, tuple[int, ...]] = {"floors": self.floors}
        numbers |= {f"top.{k}": (top,) for k, top in self._tops.items()}
        if self.frame is not None:
            numbers |= {"ideal": self.frame.ideal, "scale": self.frame.scale}
        return numbers, {f"corner.{k}": x for k, x in enumerate(self._settled) if x is not None}

    def restore(
        self, numbers: Mapping[str, tuple[int, ...]], arrays: Mapping[str, Integers], /
    ) -> None:
        """Go on from a state of the same problem; corners (n,).

        Raises:
            UsageError: the state is no state of this problem.
        """
        m, n = len(self._settled), len(self._problem.columns)
        tables = [numbers[name] for name in ("floors", "ideal", "scale") if name in numbers]
        known = [arrays[f"corner.{k}"] for k in range(m) if f"corner.{k}" in arrays]
        tops = [numbers[f"top.{k}"] for k in range(m) if f"top.{k}" in numbers]
        if (
            any(len(table) != m for table in tables)
            or any(len(top) != 1 for top in tops)
            or ("ideal" in numbers) != ("scale" in numbers)
            or not all(x.dtype.kind == "i" and x.shape == (n,) for x in known)
            or not all(map(self._problem.holds, known))
        ):
            raise unfit()
        self._settled = [arrays.get(f"corner.{k}") for k in range(m)]
        self._tops = {k: numbers[f"top.{k}"][0] for k in range(m) if f"top.{k}" in numbers}
        for k, low in enumerate(numbers.get("floors", ())):
            self.raise_floor(k, low)
        if "ideal" in numbers and len(self.best) == m:
            self.frame = Frame(numbers["ideal"], numbers["scale"])
        self._open = (
            [] if self.frame else [self._corner(k) for k in range(m) if self._settled[k] is None]
        )

    def raise_floor(self, k: int, low: int, /) -> None:
        """Take in another proven bound."""
        self._floors[k] = max(self._floors[k], low)

    def step(self, stop: Stop, /) -> None:
        """One slice of the next search."""
        if not self._open:
            self._conclude()
            return
        self._turn %= len(self._open)
        self._stop = stop
        try:
            next(self._open[self._turn])
            self._turn += 1
        except StopIteration:
            del self._open[self._turn]
            if not self._open:
                self._conclude()

    def _pause(self) -> bool:
        return self._stop()

    def _corner(self, k: int) -> Iterator[None]:
        """The stages of one corner."""
        m = len(self._problem.objectives)
        finder = self._finders(self._problem)
        self._used.append(finder)
        highest: list[int | None] = [None] * m
        best: Integers | None = None
        for j in (k, *(j for j in range(m) if j != k)):
            proven = False
            for answer in finder.find(j, highest, best, self._pause):
                if answer is None:
                    if (x := finder.incumbent()) is not None:
                        self._note(x)
                    if finder.bound is not None and j == k:
                        self.raise_floor(k, finder.bound)
                    yield
                else:
                    best, proven = answer
            if finder.bound is not None and j == k:
                self.raise_floor(k, finder.bound)
            if best is not None:
                self._note(best)
            if not proven:
                self.stuck = True
                return
            if best is None:
                self.infeasible = True
                return
            highest[j] = self._problem.values(best)[j]
            if j == k:
                self.raise_floor(k, highest[j] or 0)
        self._settled[k] = best

    def _note(self, x: Integers) -> None:
        self._found = (
            [*self._found[-_KEPT:], x]
            if not any((x == y).all() for y in self._found)
            else self._found
        )

    def _conclude(self) -> None:
        """The frame, or one more search for the greatest value of an objective in which all corners
        agree.
        """
        corners = self.best
        if self.over or len(corners) < len(self._settled):
            return
        points = [self._problem.values(x) for x in corners]
        ideal = tuple(min(column) for column in zip(*points, strict=True))
        scale = [
            max(column) - low for column, low in zip(zip(*points, strict=True), ideal, strict=True)
        ]
        if any(scale):
            open_ = [k for k, width in enumerate(scale) if width == 0 and k not in self._tops]
            if open_:
                self._open = [self._greatest(k) for k in open_]
                return
            scale = [width or self._tops[k] - ideal[k] for k, width in enumerate(scale)]
        self.frame = Frame(ideal, tuple(scale))
        self._used = []

    def _greatest(self, k: int) -> Iterator[None]:
        """The greatest value of objective k over all plans."""
        finder = self._finders(self._problem.opposite(k))
        answer: tuple[Integers | None, bool] | None = None
        for answer in finder.find(0, [None], None, self._pause):
            if answer is None:
                yield
        if answer is None or answer[0] is None or not answer[1]:
            self.stuck = True
            return
        self._tops[k] = self._problem.values(answer[0])[k]
