"""Plans spread over a front that is too large to list, with a proven gap that only shrinks: good at
any time.

The zones are the local upper bounds of the plans found. Each has a proven bound on how far a plan
can be inside it, that of the zone it was cut from until it has one of its own, and the largest of
these bounds is the gap. The zone with the largest bound comes first, and one question is asked
about it: is there a plan as far inside it as most of that bound? If so the plan splits it, if not
its bound is that much lower; where the question is over its budget of nodes, the next one asks for
a little less with a larger budget. So no zone takes much time while others are worse, and once no
zone is left every efficient point is among the plans.

References:
    A. Pascoletti and P. Serafini (1984). Scalarizing vector optimization problems. Journal of
        Optimization Theory and Applications 42, 499-524.
    K. Klamroth, R. Lacour and D. Vanderpooten (2015). On the representation of the search region in
        multi-objective optimization. European Journal of Operational Research 245, 767-778.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from optimiser.engine.exact.search_zones import split
from optimiser.engine.exact.tolerances import FINE
from optimiser.engine.measuring import stated
from optimiser.engine.tolerances import STATED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.exact.wide_program import WideProgram
    from optimiser.engine.measuring import Measured, Measures
    from optimiser.front import Floats

    Integers = NDArray[np.int64]
    Limits = Sequence[int | None]
    Stop = Callable[[], bool]

__all__ = ["Anytime", "Asked", "above"]

# nodes of a zone's first question, and how many times as many each time that one is left open
_NODES, _DEEPER, _DEEPEST = 200, 4, 15
# what the first question about a zone leaves of its bound: to refute is cheaper than to find
_LEFT = 0.3
# an offered plan is taken without a question where it is this share of that
_GOOD = 0.25
# where only bounds are wanted, so far and no deeper, and so near to what plans show
_MEASURED, _NEARLY = 4, 0.03
# beyond so many zones more plans cost more than they tell
_ZONES = 50_000


class Asked(Protocol):
    """Answers questions about plans within limits, as :class:`.questions.Within` does."""

    def ask(
        self, highest: Limits, nodes: int, stop: Stop | None, /
    ) -> tuple[Integers | None, bool]:
        """A plan (n,) within the limits, or None; and whether None is proven."""
        ...

    def better(self, x: Integers, nodes: int, stop: Stop | None, /) -> Integers:
        """A plan nowhere above the plan (n,), an efficient one where so many nodes suffice."""
        ...

    def alike(
        self, x: Integers, most: int, nodes: int, stop: Stop | None, /
    ) -> tuple[list[Integers], bool]:
        """At most so many plans nowhere above the plan (n,), and whether these are all."""
        ...


def above(value: int | float | Fraction) -> float:
    """The number as a float that is not less."""
    near = float(value)
    return near if near >= value else math.nextafter(near, math.inf)


class Anytime:
    """The plans, the zones, and what is proven of each. All of it is a few arrays.

    Args:
        problem: with whole-number values.
        asked: answers the questions.
        measures: what values are worth.
        frame: the ideal and the scale in that.
        stop: asked now and then inside a question; True leaves it open.

    Attributes:
        asked: as given.
        zones: (z, a) local upper bounds, in the objectives that vary; what is no float is
            rounded up.
        bounds: (z,) no plan below a zone is further inside it than this share of every range.
        effort: (z,) how often a question about the zone was left open.
        scale: (a,) the ranges.
        points: (k, a) what the plans are worth, rounded up.
        solved: how many questions were asked.
    """

    def __init__(
        self,
        problem: WideProgram,
        asked: Asked,
        measures: Measures,
        frame: Measured,
        stop: Stop | None = None,
        /,
    ) -> None:
        self._problem, self.asked, self._frame, self._stop = problem, asked, frame, stop
        self._measures = measures
        self._varying = [k for k, width in enumerate(frame.scale) if width > 0]
        self.scale: Floats = np.array([above(frame.scale[k]) for k in self._varying])
        self._ideal = np.array([-above(-frame.ideal[k]) for k in self._varying])
        m = len(self._varying)
        self.zones: Floats = np.full((1, m), np.inf)
        self.bounds: Floats = np.ones(1)
        self.effort = np.zeros(1, dtype=np.int64)
        self.points: Floats = np.empty((0, m))
        self._found: list[Integers] = []
        self._offered = _Offered(m)
        self.solved = 0

    @property
    def gap(self) -> float:
        """No plan is further than this share of every range from the plans found; 1 without any."""
        return stated(float(self.bounds.max(initial=0.0))) if self._found else 1.0

    @property
    def complete(self) -> bool:
        """Whether every efficient point is that of one of the plans."""
        return bool(self._found) and not len(self.zones)

    @property
    def plans(self) -> Integers:
        """(k, n) the plans found that no other one beats."""
        return np.array(self._found, dtype=np.int64).reshape(
            len(self._found), len(self._problem.columns)
        )

    def __len__(self) -> int:
        return len(self._found)

    def learn(self, plan: Integers, /) -> bool:
        """Take in a plan (n,) that holds; whether it is one that no plan so far is as good as."""
        y = self._point(plan)
        if len(self.zones) > _ZONES or (self.points <= y).all(axis=1).any():
            return False
        beaten = np.asarray((self.points >= y).all(axis=1), dtype=bool)
        self.points = np.vstack([self.points[~beaten], y])
        self._found = [*(x for x, lost in zip(self._found, beaten, strict=True) if not lost), plan]
        kept, children, origin = split(self.zones, y)
        # nothing is below the ideal, and nothing below a zone is further inside it than the ideal
        some = (children > self._ideal).all(axis=1)
        children, origin = children[some], origin[some]
        reach = self._reach(children)
        self.bounds = np.concatenate([self.bounds[kept], np.minimum(self.bounds[origin], reach)])
        self.effort = np.concatenate([self.effort[kept], np.zeros(len(children), dtype=np.int64)])
        self.zones = np.vstack([self.zones[kept], children])
        return True

    def offer(self, plans: Sequence[Integers], /) -> None:
        """Plans (n,) that hold, to be taken in once a zone that they are well inside of is the
        worst: else they tell little.
        """
        for plan in plans:
            self._offered.add(self._point(plan), plan)

    def take(self, over: Callable[[], bool], /) -> None:
        """Take in offered plans as long as they lie in the worst zone."""
        while len(self.zones) and not over():
            plan = self._offered.inside(self.zones[int(np.argmax(self.bounds))], self.scale, 0.0)
            if plan is None or not self.learn(plan):
                return

    def rest(self) -> list[Integers]:
        """Offered plans (n,) that no plan is as good as."""
        return self._offered.beyond(self.points)

    def begin(self, known: Iterable[Integers], /) -> None:
        """Start from plans (n,) that hold."""
        for x in known:
            self.learn(x)

    def state(self) -> dict[str, NDArray[Any]]:
        """The arrays, to be saved: zones (z, m), bounds, effort (z,), plans (k, n)."""
        return {
            "zones": self.zones,
            "bounds": self.bounds,
            "effort": self.effort,
            "plans": self.plans,
        }

    def restore(self, arrays: Mapping[str, NDArray[Any]], /) -> bool:
        """Go on from the state of a search of the same problem, zones (z, m) among it; whether it
        is one.
        """
        zones, bounds, effort, plans = (
            arrays.get(name) for name in ("zones", "bounds", "effort", "plans")
        )
        if zones is None or bounds is None or effort is None or plans is None:
            return False
        shapes = (
            (len(bounds), len(self._varying)),
            (len(zones),),
            (len(zones),),
            (len(plans), len(self._problem.columns)),
        )
        if (zones.shape, bounds.shape, effort.shape, plans.shape) != shapes or not all(
            map(self._problem.holds, plans)
        ):
            return False
        self.zones, self.bounds, self.effort = (
            zones.astype(np.float64),
            bounds.astype(np.float64),
            effort.astype(np.int64),
        )
        self._found = list(plans.astype(np.int64))
        self.points = np.array([self._point(x) for x in self._found]).reshape(
            len(plans), len(self._varying)
        )
        return True

    def among(self, plans: Iterable[Integers], /) -> Anytime:
        """The search of which only these of the plans (n,) are listed, with what is proven of all:
        a plan is within the gap of one of all, and so at most that further inside a zone.
        """
        few = Anytime(self._problem, self.asked, self._measures, self._frame, self._stop)
        few.begin(plans)
        lowest = np.array([self._point(x, lowest=True) for x in self._found])
        few.bounds = np.minimum(few.bounds, (few.inside(lowest) + self.gap) * (1.0 + STATED))
        return few

    def measure(self, known: Floats, over: Stop, /, *, gap: float = 0.0) -> list[Integers]:
        """Lower the bounds towards what is so, as long as that lowers the gap without much effort:
        the plans stay as they are.

        Args:
            known: (k, m) points of plans that are not listed, how far inside zones some are.
            over: ends it.
            gap: as small a one is enough.

        Returns:
            Plans (n,) that are further inside than any of those.
        """
        met: list[Integers] = []
        deepest = float(self.inside(known).max(initial=0.0))
        while not over() and self.gap > max(gap, deepest * (1.0 + _NEARLY)):
            at = int(np.argmax(self.bounds))
            bound, effort = float(self.bounds[at]), int(self.effort[at])
            if effort > _MEASURED:
                break
            depth = max(gap / (1.0 + STATED), bound - (bound - deepest) * 0.5 ** (1 + effort / 2))
            x, least = self._ask(self.zones[at], depth if depth > FINE else 0.0, effort)
            if x is None and least is not None:
                self._lower(at, least)
                continue
            reached = 0.0
            if x is not None:
                met.append(self.asked.better(x, self._nodes(effort), self._stop))
                reached = float(self.inside(self._point(met[-1])[None]).max())
            self.effort[at] += reached <= deepest
            deepest = max(deepest, reached)
        return met

    def inside(self, points: Floats, /) -> Floats:
        """(z,) how far inside each zone the deepest of points (k, m) is; 0 where none is in it."""
        deepest = np.zeros(len(self.zones))
        for y in points:
            np.maximum(deepest, ((self.zones - y) / self.scale).min(axis=1), out=deepest)
        return deepest

    def run(self, over: Callable[[], bool], /, *, gap: float = 0.0) -> bool:
        """Step after step until it is over, or the gap is as small as asked for: then True."""
        while not self._found or self.gap > gap or (gap == 0.0 and not self.complete):
            if over() or not self.step(gap):
                return False
        return True

    def step(self, gap: float = 0.0, /) -> bool:
        """Ask one question about the zone with the largest bound; False where no zone is left or
        nothing more can be asked.
        """
        if not len(self.zones):
            return False
        at = int(np.argmax(self.bounds))
        zone, bound, effort = self.zones[at], float(self.bounds[at]), int(self.effort[at])
        offered = self._offered.inside(zone, self.scale, _GOOD * bound)
        if offered is not None and self.learn(offered):
            return True
        if effort > _DEEPEST:
            return False
        found, least = self._ask(zone, self._depth(bound, effort, gap), effort)
        if found is None and least is not None:
            self._lower(at, least)
        elif found is None:
            self.effort[at] += 1
        elif not self.learn(self.asked.better(found, self._nodes(effort), self._stop)):
            # too many zones, or values too wide to tell neighbours apart: what is proven of this
            # zone stays
            self.effort[at] = _DEEPEST + 1
        return True

    def _depth(self, bound: float, effort: int, gap: float) -> float:
        """How far inside a zone a plan is asked for: most of what its bound allows, more after
        questions that were left open.
        """
        target = gap / (1.0 + STATED)
        if bound <= max(FINE, target):
            return 0.0
        return float(max(target, bound * (1.0 - _LEFT * 0.5 ** (effort / 2.0))))

    def _ask(self, zone: Floats, depth: float, effort: int) -> tuple[Integers | None, float | None]:
        """A plan at least so far inside the zone; without any, the share of the ranges that is then
        proven to be a bound.
        """
        highest: list[int | None] = [None] * len(self._frame.scale)
        all_of_it = True
        for k, u in zip(self._varying, zone.tolist(), strict=True):
            if math.isfinite(u):
                below = self._measures.below(k, u)
                deep = Fraction(u) - Fraction(depth) * Fraction(self._frame.scale[k])
                highest[k] = min(below, self._measures.within(k, deep)) if depth else below
                all_of_it &= highest[k] == below
        self.solved += 1
        x, settled = self.asked.ask(highest, self._nodes(effort), self._stop)
        return x, (0.0 if all_of_it else depth) if x is None and settled else None

    def _nodes(self, effort: int) -> int:
        return int(_NODES * _DEEPER**effort)

    def _lower(self, at: int, bound: float) -> None:
        """What is proven of a zone; where nothing is in it, it goes."""
        if bound <= 0.0:
            keep = np.arange(len(self.bounds)) != at
            self.zones, self.bounds, self.effort = (
                self.zones[keep],
                self.bounds[keep],
                self.effort[keep],
            )
        else:
            self.bounds[at] = min(self.bounds[at], bound)

    def _point(self, plan: Integers, *, lowest: bool = False) -> Floats:
        """(m,) what a plan is worth, at the most, or at the least."""
        values = self._problem.values(plan)
        if lowest:
            low = self._measures.low
            return np.array([-above(-low(k, values[k])) for k in self._varying])
        worth = self._measures.plan(values)
        return np.array([above(worth[k]) for k in self._varying])

    def _reach(self, zones: Floats) -> Floats:
        """(z,) how far at most anything is inside each zone: as far as the ideal, rounded up."""
        return np.asarray(
            ((zones - self._ideal) / self.scale).min(axis=1, initial=1.0) * (1.0 + STATED)
        )


class _Offered:
    """Plans with their points (k, m), in arrays that grow."""

    def __init__(self, m: int, /) -> None:
        self._points: Floats = np.empty((64, m))
        self._plans: list[Integers] = []

    def add(self, point: Floats, plan: Integers, /) -> None:
        """Keep a plan."""
        k = len(self._plans)
        if k == len(self._points):
            self._points = np.vstack([self._points, np.empty_like(self._points)])
        self._points[k] = point
        self._plans.append(plan)

    def inside(self, zone: Floats, scale: Floats, least: float, /) -> Integers | None:
        """The plan that is furthest inside the zone, if that is more than ``least``."""
        points = self._points[: len(self._plans)]
        if not len(points):
            return None
        depth = ((zone - points) / scale).min(axis=1, initial=np.inf)
        at = int(np.argmax(depth))
        return self._plans[at] if depth[at] > least else None

    def beyond(self, points: Floats, /) -> list[Integers]:
        """The plans that none of the points is as good as."""
        mine = self._points[: len(self._plans)]
        return [
            plan
            for y, plan in zip(mine, self._plans, strict=True)
            if not (points <= y).all(axis=1).any()
        ]
