"""What two fronts of the same objectives can be compared by, each as the interval that their proofs
support.

References:
    Zitzler, E., Thiele, L., Laumanns, M., Fonseca, C. M. & Grunert da Fonseca, V. (2003).
    Performance assessment of multiobjective optimizers: an analysis and review. IEEE Transactions
    on Evolutionary Computation, 7(2), 117-132.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from optimiser.analysis.regions import EPSILON, Region, decimal
from optimiser.analysis.shifts import farthest, farthest_of_mixtures, held, shifts
from optimiser.analysis.volumes import volume
from optimiser.dominance import non_dominated
from optimiser.results.tolerances import MIXED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimiser.analysis.regions import Extended, Known, Scaling
    from optimiser.front import Column, Flags, Floats

__all__ = ["Fate", "Interval", "Measure", "fate", "measures", "number_of"]

Interval = tuple["Extended", "Extended"]
"""The least and the greatest value that something can have, as far as is known; infinite where
nothing is.
"""

_SEGMENT = 2
_NARROW = Fraction(1, 10**9)  # rounding errors are below it, and what is read above it
_PIECES = 64  # of a segment, where only the best corner of each is taken


def number_of(known: Interval, /) -> Fraction | None:
    """The number that an interval is, or is but for rounding errors; None where it is wider, and
    where these hide whether it is 0.
    """
    low, high = known
    if math.isinf(low) or math.isinf(high):
        return None
    middle = (Fraction(low) + Fraction(high)) / 2
    return middle if high - low <= _NARROW * abs(middle) else None


@dataclass(frozen=True)
class Measure:
    """One number of BASE and of NEW.

    Attributes:
        base, new: the values that the listed plans give.
        base_known, new_known: between what the true values lie; points for complete fronts on exact
            ground.
        gain: 1 where more is better, -1 where less is.
        low, high: by how much NEW is worse, at least and at most; negative where it is better.
        reference: what a percentage is taken of; None is the value of BASE.
        unlike: how the units of the two differ, in words; then nothing can be said.
        noise: how much worse another seed alone may make the same scenario, by what is listed; 0
            unless a front is approximate.
    """

    base: Fraction
    new: Fraction
    base_known: Interval
    new_known: Interval
    gain: int
    low: Extended
    high: Extended
    reference: Fraction | None = None
    unlike: str = ""
    noise: Fraction = Fraction(0)

    @property
    def difference(self) -> Fraction | None:
        """By how much NEW is worse where that is a number, but for rounding errors; None where it
        is an interval.
        """
        return number_of((self.low, self.high))

    @property
    def listed(self) -> Fraction:
        """By how much NEW is worse as far as the listed plans go, which proves nothing of
        unfinished fronts.
        """
        return (self.base - self.new) * self.gain

    @property
    def worse(self) -> Extended:
        """By how much NEW is proven worse; negative where it is proven better, 0 where neither
        is.
        """
        return max(self.low, min(self.high, Fraction(0)))

    def excess(self, threshold: Fraction, relative: bool, /) -> Interval:
        """By how much NEW is worse than is tolerated, at least and at most.

        Args:
            threshold: what is tolerated; where ``relative`` a share of the reference's size.
        """
        share = threshold if relative else Fraction(0)
        fixed = Fraction(0) if relative else threshold
        if self.reference is not None:
            fixed, share = fixed + share * abs(self.reference), Fraction(0)
        # worse - share * |base|, linear on both sides of base = 0
        ends = [
            *self.base_known,
            *([Fraction(0)] if self.base_known[0] < 0 < self.base_known[1] else []),
        ]
        terms = [_times(Fraction(self.gain) - share * (1 if end >= 0 else -1), end) for end in ends]
        news = [-self.gain * end for end in self.new_known]
        low, high = min(terms) + min(news) - fixed, max(terms) + max(news) - fixed
        # of the difference itself more may be known
        size = max(-self.base_known[0], self.base_known[1])
        return max(low, self.low - _times(share, size) - fixed), min(high, self.high - fixed)


def _times(factor: Fraction, value: Extended, /) -> Extended:
    """A product in which 0 times infinity is 0."""
    return factor * value if factor else Fraction(0)


@dataclass(frozen=True, eq=False)
class Fate:
    """What becomes of listed plans on the other side.

    Attributes:
        kept: (k,) some plan there equals or dominates them.
        lost: (k,) none does.
    """

    kept: Flags
    lost: Flags

    @staticmethod
    def unknown(count: int, /) -> Fate:
        """Where nothing can be said of so many plans."""
        return Fate(np.zeros(count, dtype=bool), np.zeros(count, dtype=bool))

    @property
    def open(self) -> Flags:
        """(k,) which of the two is not known."""
        return np.asarray(~self.kept & ~self.lost, dtype=bool)


def measures(
    base: Known,
    new: Known,
    scaling: Scaling,
    columns: Sequence[Column],
    lost: Fate,
    /,
    *,
    best: tuple[Sequence[Fraction], Sequence[Fraction]],
    origins: Sequence[Fraction],
) -> dict[str, Measure]:
    """Every number that a gate may speak of: ``best.<objective>``, ``hypervolume``, ``epsilon``,
    ``lost-plans``.

    Args:
        base: what is compared with.
        new: what is judged; its objectives stand in the same order.
        scaling: to BASE's ideal and nadir.
        columns: the objectives.
        lost: what becomes of BASE's plans in NEW.
        best: the m best values listed, of BASE and of NEW, minimised.
        origins: what the m objectives of both are taken from, the user's directions.
    """
    found = {
        f"best.{column.name}": _best((base, new), (best[0][k], best[1][k]), k, column, origins[k])
        for k, column in enumerate(columns)
    }
    found["hypervolume"] = _hypervolume(base, new, scaling)
    found["epsilon"] = _epsilon(base, new, scaling, lost)
    gone, most = Fraction(int(lost.lost.sum())), Fraction(int((~lost.kept).sum()))
    found["lost-plans"] = _measure(
        (Fraction(0), gone), _point(0), (gone, most), -1, reference=Fraction(len(base.listed))
    )
    return found


def _measure(
    listed: tuple[Fraction, Fraction],
    base: Interval,
    new: Interval,
    gain: int,
    /,
    *,
    reference: Fraction | None = None,
) -> Measure:
    ends = [gain * (base[i] - new[j]) for i, j in ((0, 1), (1, 0))]
    low, high = (
        (-math.inf if math.isnan(min(ends)) else min(ends)),
        (math.inf if math.isnan(max(ends)) else max(ends)),
    )
    return Measure(*listed, base, new, gain, low, high, reference)


def _point(value: int, /) -> Interval:
    return Fraction(value), Fraction(value)


def _best(
    sides: tuple[Known, Known],
    listed: tuple[Fraction, Fraction],
    k: int,
    column: Column,
    origin: Fraction,
    /,
) -> Measure:
    sign = int(column.sign)

    def known(side: Known, best: Fraction) -> Interval:
        bound = float(side.bounds[k])
        proven = bound == side.listed[:, k].min()
        least = best if proven else _below(bound) + sign * origin
        ends: Interval = (sign * least, sign * best)
        return min(ends), max(ends)

    base, new = (known(side, best) for side, best in zip(sides, listed, strict=True))
    return _measure((sign * listed[0], sign * listed[1]), base, new, -sign)


def _below(bound: float, /) -> Extended:
    """A lower bound as a number: what it is and what it is printed as differ by less than the last
    digit.
    """
    return min(Fraction(bound), Fraction(repr(bound))) if math.isfinite(bound) else bound


def _hypervolume(base: Known, new: Known, scaling: Scaling, /) -> Measure:
    (ours, before), (theirs, now) = (_volumes(side, scaling) for side in (base, new))
    found = _measure((before, now), ours, theirs, 1)
    if found.low == found.high:
        return found
    # a region that holds the other one has no smaller volume, whatever rounding makes of the two
    high = min(found.high, Fraction(0)) if _within(base.possible, new.reached) else found.high
    low = max(found.low, Fraction(0)) if _within(new.possible, base.reached) else found.low
    return replace(found, low=low, high=high)


def _volumes(side: Known, scaling: Scaling, /) -> tuple[Interval, Fraction]:
    """Between what the hypervolume of a side lies, and that of what is listed."""
    low, high = volume(side.reached, scaling)
    most = high if side.exact else max(low, volume(side.possible, scaling)[1])
    return (low, most), (Fraction(low) + Fraction(high)) / 2


def _within(inner: Region, outer: Region, /) -> bool:
    """Whether it is plain that a region lies in another one."""
    if inner.cells == outer.cells and np.array_equal(inner.points, outer.points):
        return True
    if inner.cells or not np.isfinite(inner.points).all():
        return False
    return bool(held(outer.points, inner.points[non_dominated(inner.points)]).all())


def _epsilon(base: Known, new: Known, scaling: Scaling, lost: Fate, /) -> Measure:
    low: Extended
    high: Extended
    if (
        base.exact
        and new.exact
        and _within(base.reached, new.reached)
        and _within(new.reached, base.reached)
    ):
        low = high = Fraction(0)
    elif base.reached.cells or new.reached.cells:
        low, high = _mixed_epsilon(base, new, scaling)
    else:
        low = farthest(new.possible.points, base.listed, scaling)[0]
        high = (
            low
            if base.exact and new.exact
            else farthest(new.reached.points, base.possible.points, scaling)[1]
        )
        high = max(low, high)
    if new.exact:
        low = max(low, _farthest_best(base, new, scaling))
        high = max(low, high)
    if base.exact and lost.kept.all() and (new.reached.convex or not base.reached.cells):
        low, high = min(low, Fraction(0)), min(high, Fraction(0))
    shown = (
        Fraction(high) if base.exact else Fraction(farthest(new.listed, base.listed, scaling)[1])
    )
    return _measure((Fraction(0), shown), _point(0), (low, high), -1)


def _farthest_best(base: Known, new: Known, scaling: Scaling, /) -> Fraction:
    """How far the best value of NEW is behind that of BASE, in the objective where it is most: by
    so much NEW must be moved at least.
    """
    sides = (side.listed.min(axis=0).tolist() for side in (base, new))
    return max(
        (scaling.value(k, now) - scaling.value(k, before)) / scaling.span[k]
        for k, (before, now) in enumerate(zip(*sides, strict=True))
    )


def _mixed_epsilon(base: Known, new: Known, scaling: Scaling, /) -> tuple[Extended, Extended]:
    # the worst of a segment's points is one of its ends only where mixtures are no worse
    by_vertices = new.reached.convex or not base.reached.cells
    if base.exact and new.exact and by_vertices:
        shift = farthest_of_mixtures(new.reached, base.reached.points, scaling)
        if shift is not None:
            return shift, shift
    low = float(shifts(new.possible, base.reached.points, scaling)[0].max())
    targets = base.possible.points
    if base.possible.cells and not new.reached.convex:
        targets = np.concatenate([targets, _pieces(base.possible)])
    high = (
        float(shifts(new.reached, targets, scaling)[1].max())
        if np.isfinite(targets).all()
        else math.inf
    )
    off = (
        8
        * EPSILON
        * float(
            (np.abs(base.reached.points).max() + np.abs(new.reached.points).max())
            / scaling.spans.min()
        )
    )
    return decimal(low - off), decimal(max(low, high) + off)


def _pieces(region: Region, /) -> Floats:
    """The best corner of each of many pieces of a region's segments, and of other cells as a
    whole.
    """
    found = [region.corners[[len(cell) > _SEGMENT for cell in region.cells]]]
    shares = np.linspace(0.0, 1.0, _PIECES + 1)[:, None]
    for cell in region.cells:
        if len(cell) == _SEGMENT:
            one, other = region.points[list(cell)]
            line = one + shares * (other - one)
            found.append(np.minimum(line[:-1], line[1:]))
    return np.concatenate(found)


def fate(points: Floats, other: Known, scaling: Scaling, /) -> Fate:
    """What becomes of the (k, m) listed plans of one side in the other."""
    kept = held(other.reached.points, points)
    if not (other.reached.cells or other.possible.cells):
        lost = ~kept if other.exact else ~held(other.possible.points, points)
        return Fate(kept, lost & ~kept)
    kept = kept | (shifts(other.reached, points, scaling)[1] <= MIXED)
    return Fate(kept, ~kept & (shifts(other.possible, points, scaling)[0] > MIXED))
