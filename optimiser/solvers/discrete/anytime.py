"""Plans spread over a front that is too large to list, with a proven gap that only shrinks: good at any time.

The zones are the local upper bounds of the plans found. Each has a proven bound on how far a plan can be inside it, that
of the zone it was cut from until it has one of its own, and the largest of these bounds is the gap. The zone with the
largest bound comes first, and each time it does, more is done about it: its relaxation is solved; a plan inside it is looked
for by rounding; then by searches of its own, of more and more nodes. So no zone takes much time while others are worse.

References:
    K. Klamroth, R. Lacour and D. Vanderpooten (2015). On the representation of the search region in multi-objective
    optimization. European Journal of Operational Research 245, 767-778.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import numpy as np

from optimiser.solvers.contract import Budget
from optimiser.solvers.discrete.distance import Distance
from optimiser.solvers.discrete.zones import split

if TYPE_CHECKING:
    from optimiser.front import Floats
    from optimiser.solvers.discrete.whole import Whole

__all__ = ["Anytime"]

_UNKNOWN, _BOUNDED, _ROUNDED = 0, 1, 2
_DEEPER = 4
# a plan by rounding should be at least this share of what the bound allows inside its zone
_WELL = 0.25
_LEVELS = 12
# where only bounds are wanted, so far and no deeper
_MEASURED = 4
# seconds that a stopped run without a plan may still look for one
_MOMENT = 1.0
# beyond so many zones more plans cost more than they tell
_ZONES = 50_000


class Anytime:
    """The plans, the zones, and what is proven of each.

    Args:
        whole: a measurable view of the problem.
        budget: ends what takes long; once it is exhausted :meth:`step` may come back without having done anything.
        rounding: whether plans may come from rounding: many soon, but less well placed than those of a search.

    Attributes:
        rounding: may be changed on the way.
        solved: how many linear and mixed-integer programs were solved.
    """

    def __init__(self, whole: Whole, budget: Budget, /, *, rounding: bool = True) -> None:
        self._whole, self._budget, self.rounding = whole, budget, rounding
        self._distance = Distance(whole, budget)
        m = len(self._distance.varying)
        self._zones: Floats = np.full((1, m), np.inf)
        self._bounds: Floats = np.ones(1)
        self._effort = np.zeros(1, dtype=np.int64)
        self._points: Floats = np.empty((0, m))
        self._found: list[Floats] = []
        self._corners: list[int | None] = [*range(m), None]
        self._spare: list[Floats] = []
        self.solved = 0

    @property
    def gap(self) -> float:
        """No plan is further than this share of every range from the plans found; 1 without any."""
        return float(self._bounds.max(initial=0.0)) if self._found else 1.0

    @property
    def plans(self) -> Floats:
        """(k, columns) the plans found that no other one beats; the first columns are the decisions."""
        return np.array(self._found).reshape(len(self._found), len(self._whole.program.lower))

    def __len__(self) -> int:
        return len(self._found)

    def learn(self, plan: Floats, /) -> bool:
        """Take in a plan (columns,) that holds; whether it is one that no plan so far is as good as."""
        y = self._point(plan)
        if len(self._zones) > _ZONES or (self._points <= y).all(axis=1).any():
            return False
        beaten = np.asarray((self._points >= y).all(axis=1), dtype=bool)
        self._points = np.vstack([self._points[~beaten], y])
        self._found = [*(x for x, lost in zip(self._found, beaten, strict=True) if not lost), plan]
        kept, children, origin = split(self._zones, y)
        self._bounds = np.concatenate([self._bounds[kept], self._bounds[origin]])
        self._effort = np.concatenate([self._effort[kept], np.zeros(len(children), dtype=np.int64)])
        self._zones = np.vstack([self._zones[kept], children])
        return True

    def settle(self) -> None:
        """Take in the plans that were put by."""
        while self._spare:
            self.learn(self._spare.pop())

    def begin(self, known: Iterable[Floats], /, *, complete: bool = True) -> None:
        """Start from answers (columns,), which are all corners that matter unless they are not complete."""
        for x in known:
            self._take(x)
        self._corners = [] if self._found and complete else self._corners

    def rescue(self) -> None:
        """Where a run was stopped before it had any plan: one that is easily found, within a moment."""
        if not self._found:
            moment = Budget(_MOMENT)
            fresh = Anytime(self._whole, moment)
            fresh.run(lambda: bool(len(fresh)) or moment.exhausted() is not None)
            self.begin(fresh.plans)

    def measure(self, over: Callable[[], bool], /, *, gap: float = 0.0) -> None:
        """Bounds only, as long as they can lower the gap without much effort: the plans stay as they are."""
        while self.gap > gap and not over():
            at = int(np.argmax(self._bounds))
            zone, effort = self._zones[at], int(self._effort[at])
            if effort > _MEASURED:
                return
            self._effort[at] += 1
            self.solved += 1
            if effort == _UNKNOWN:
                self._lower(at, self._distance.bound(zone))
            elif effort >= _ROUNDED:
                self._lower(at, self._distance.search(zone, _DEEPER ** (effort - _ROUNDED), self._budget).bound)

    def run(self, over: Callable[[], bool], /, *, gap: float = 0.0) -> bool:
        """Step after step until it is over, or the gap is as small as asked for: then True."""
        while self.gap > gap or not self._found:
            if over() or not self.step(gap):
                return False
        return True

    def step(self, gap: float = 0.0, /) -> bool:
        """Do one thing about the zone with the largest bound; False where nothing can be done."""
        if self._corners:
            self._take(self._distance.corner(self._corners.pop(0)))
            return True
        if not len(self._zones):
            return False
        at = int(np.argmax(self._bounds))
        effort, zone = int(self._effort[at]), self._zones[at]
        if effort > _LEVELS:
            return False
        self._effort[at] += 1
        self.solved += 1
        if effort == _UNKNOWN:
            self._lower(at, self._distance.bound(zone))
        elif effort == _BOUNDED:
            self._round(at, zone)
        else:
            self._search(at, zone, effort - _ROUNDED)
        return True

    def _round(self, at: int, zone: Floats) -> None:
        """A plan by rounding. One that is hardly inside the zone would leave it almost as it is: a search comes first."""
        x = self._distance.dive(zone) if self.rounding else None
        plan = None if x is None else self._whole.filled(x)
        if plan is None:
            return
        if 0.0 < self._distance.within(zone, self._point(plan)) < _WELL * self._bounds[at]:
            self._spare.append(plan)
        else:
            self.learn(plan)

    def _search(self, at: int, zone: Floats, level: int) -> None:
        seen = self._distance.search(zone, _DEEPER**level, self._budget)
        self._lower(at, seen.bound)
        inside = self._take(seen.x)
        self.settle()
        if seen.final and not inside and len(self._effort) > at and (self._zones[at] == zone).all():
            self._effort[at] = _LEVELS + 1

    def _lower(self, at: int, bound: float) -> None:
        """What is proven of a zone; where nothing is in it, it goes."""
        if bound < 0.0:
            keep = np.arange(len(self._bounds)) != at
            self._zones, self._bounds, self._effort = self._zones[keep], self._bounds[keep], self._effort[keep]
        else:
            self._bounds[at] = min(self._bounds[at], bound)

    def _take(self, x: Floats | None) -> bool:
        plan = None if x is None else self._whole.filled(x)
        return plan is not None and self.learn(plan)

    def _point(self, plan: Floats) -> Floats:
        return np.array(self._whole.values(plan))[self._distance.varying]
