"""What two fronts of the same objectives can be compared by.

References:
    Zitzler, E., Thiele, L., Laumanns, M., Fonseca, C. M. & Grunert da Fonseca, V. (2003). Performance assessment of
    multiobjective optimizers: an analysis and review. IEEE Transactions on Evolutionary Computation, 7(2), 117-132.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from optimiser.study.mixtures import mixture_of
from optimiser.study.words import SAME

if TYPE_CHECKING:
    from optimiser.front import Floats, Front

__all__ = ["REFERENCE", "Measure", "Scaling", "measures", "uncovered"]

REFERENCE = 1.1
"""The reference point of the hypervolume, where 0 is BASE's ideal and 1 its nadir."""

_ROUNDING = Fraction(1, 10**12)


def measures(base: Front, new: Front, scaling: Scaling, /) -> dict[str, Measure]:
    """Every number that a gate may speak of: ``best.<objective>``, ``hypervolume``, ``epsilon``, ``lost-plans``.

    Args:
        base: what is compared with.
        new: what is judged; its objectives stand in the same order.
        scaling: to BASE's ideal and nadir.
    """
    found = {}
    for column, ideal, best in zip(base.columns, base.ideal.tolist(), new.ideal.tolist(), strict=True):
        before, now = _exact(ideal), _exact(best)
        words = f"best {_number(before)}, now {_number(now)}"
        found[f"best.{column.name}"] = Measure(before, now, (now - before) * int(column.sign), before, words=words)
    ours, theirs = scaling(base.minimised), scaling(new.minimised)
    before, now = _exact(_hypervolume(ours)), _exact(_hypervolume(theirs))
    words = f"{_number(before)}, now {_number(now)}"
    found["hypervolume"] = Measure(before, now, before - now, before, _ROUNDING, words=words)
    epsilon = _exact(_epsilon(ours, theirs))
    found["epsilon"] = Measure(Fraction(0), epsilon, epsilon, Fraction(0), _ROUNDING, words=_number(epsilon))
    lost = Fraction(len(uncovered(base, new, scaling)))
    words = f"{lost} of {len(base)} plans"
    found["lost-plans"] = Measure(Fraction(0), lost, lost, Fraction(len(base)), words=words)
    return found


def _exact(value: float, /) -> Fraction:
    """The decimal that the number is printed as: 0.3 to 0.303 is 1 % worse, not a hair more."""
    return Fraction(repr(float(value)))


def _number(value: Fraction, /) -> str:
    return f"{float(value):.6g}"


def _hypervolume(points: Floats, /) -> float:
    """The volume between (k, m) scaled points and the reference point."""
    inside = points[(points < REFERENCE).all(axis=1)]
    if len(inside) == 0:
        return 0.0
    if points.shape[1] == 1:
        return float(REFERENCE - inside.min())
    import moocore

    ordered = inside[np.lexsort(inside.T[::-1])]
    return float(moocore.hypervolume(ordered, ref=REFERENCE))


def _epsilon(base: Floats, new: Floats, /) -> float:
    """The additive epsilon indicator: the smallest shift after which NEW weakly dominates all of BASE."""
    return max(float((new - point).max(axis=1).min()) for point in base)


def uncovered(front: Front, other: Front, scaling: Scaling, /) -> list[int]:
    """Rows of ``front`` that no plan of ``other``, nor a mixture within its cells, equals or dominates."""
    points, others = front.minimised, other.minimised
    margin = SAME * scaling.span
    rows = [row for row, point in enumerate(points) if not (others <= point + margin).all(axis=1).any()]
    return [row for row in rows if not mixture_of(other, points[row])[0]]


@dataclass(frozen=True)
class Measure:
    """One number of BASE and of NEW.

    Attributes:
        base, new: the two values.
        worse: by how much NEW is worse; negative where it is better.
        reference: what a percentage is taken of.
        rounding: what floating point alone may make of equal fronts.
        noise: how much worse another seed alone may make the same scenario; 0 for proven fronts.
        words: the two values for people.
    """

    base: Fraction
    new: Fraction
    worse: Fraction
    reference: Fraction
    rounding: Fraction = Fraction(0)
    noise: Fraction = Fraction(0)
    words: str = ""


@dataclass(frozen=True, eq=False)
class Scaling:
    """BASE's ideal as 0 and nadir as 1; an objective without a range is measured by the size of its value."""

    ideal: Floats
    span: Floats

    @staticmethod
    def of(front: Front, /) -> Scaling:
        points = front.minimised
        ideal = points.min(axis=0)
        span = points.max(axis=0) - ideal
        size = np.where(ideal == 0.0, 1.0, np.abs(ideal))
        return Scaling(ideal, np.where(span > SAME * size, span, size))

    def __call__(self, points: Floats, /) -> Floats:
        return (points - self.ideal) / self.span
