"""What the proof of a front lets one say of all plans of its scenario: a region that they reach and
one that they never leave.

Every measure of a comparison is taken of both, and its true value lies between the two. Throughout
everything is minimised; k points, m objectives.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from optimiser.results.tolerances import SAME

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optimiser.analysis.joint_order import Joint
    from optimiser.front import Floats, Front

__all__ = ["EPSILON", "Extended", "Known", "Region", "Scaling", "decimal", "known"]

Extended = Fraction | float
"""A number, or one of the two infinities as a float."""

EPSILON = float(np.finfo(np.float64).eps)

# a printed value, the product of gap and scale and the difference of the two are each off by half a
# unit in the last place
_OUTWARDS = 4 * EPSILON


def decimal(value: float, /) -> Extended:
    """The decimal that the number is printed as: 0.3 to 0.303 is 1 % worse, not a hair more."""
    return Fraction(repr(float(value))) if np.isfinite(value) else float(value)


@dataclass(frozen=True, eq=False)
class Region:
    """All objective vectors that some point, or some mixture of the points of a cell, equals or
    dominates.

    Attributes:
        points: (k, m), k >= 1; -inf where nothing is known.
        cells: positions of points whose mixtures belong to it as well.
        floor: (m,) no vector of the region is below it; -inf where nothing is known.
        convex: whether mixtures of any points belong to it.
    """

    points: Floats
    cells: tuple[tuple[int, ...], ...] = ()
    floor: Floats | None = None
    convex: bool = False

    @cached_property
    def corners(self) -> Floats:
        """(cells, m) the best value of each objective over each cell: no mixture is better."""
        lows = [self.points[list(cell)].min(axis=0) for cell in self.cells]
        return np.array(lows).reshape(len(lows), self.points.shape[1])

    @cached_property
    def enclosing(self) -> Region:
        """A region without mixtures that holds this one."""
        points = np.concatenate([self.points, self.corners]) if self.cells else self.points
        return Region(points if self.floor is None else np.maximum(points, self.floor))


@dataclass(frozen=True, eq=False)
class Known:
    """What is known of all plans of one scenario.

    Attributes:
        listed: (k, m) the values of the listed plans.
        reached: every vector in it is equalled or dominated by a plan, or is the limit of such.
        possible: every plan lies in it.
        bounds: (m,) no plan is better in an objective; -inf where nothing is proven.
        exact: whether the two are one: the front is complete, and on exact ground.
    """

    listed: Floats
    reached: Region
    possible: Region
    bounds: Floats
    exact: bool


def known(front: Front, /, *, convex: bool = False) -> Known:
    """What the proof of a front supports.

    A complete front on exact ground is all there is. Of a covering one with gap g and scale s no
    plan is below ``L - g s``, L being what is listed (mixtures included), nor below the proven
    bounds. Anything else, a claim that rests on a floating-point solver's word included, says that
    its listed plans exist, and no more.

    Args:
        front: with its objectives in the order in which they are compared.
        convex: whether every decision is a real number and everything linear, so that mixtures of
            any plans are plans.
    """
    proof = front.proof
    listed = front.minimised
    bounds = _bounds(front)
    exact = proof.proven and proof.status == "complete"
    points, cells = _mixed(front) if proof.proven and proof.of == "cells" else (listed, ())
    reached = Region(points, cells, None, (convex and bool(cells)) or len(points) == 1)
    if exact:
        return Known(listed, reached, reached, np.maximum(bounds, listed.min(axis=0)), exact)
    slack = _slack(front)
    lows = np.where(slack > 0.0, points - slack - _OUTWARDS * (np.abs(points) + slack), points)
    if cells and np.isfinite(lows).all():
        possible = Region(lows, cells, bounds, reached.convex)
    else:
        possible = Region(np.unique(np.maximum(lows, bounds), axis=0))
    return Known(listed, reached, possible, np.maximum(bounds, lows.min(axis=0)), exact)


def _mixed(front: Front, /) -> tuple[Floats, tuple[tuple[int, ...], ...]]:
    """The listed points and the open ends of half-open segments, and the cells that mix them."""
    listed, ends = front.minimised, front.proof.open_ends
    signs = front.signs
    limits = np.array([limit for _, limit in ends]).reshape(len(ends), len(signs)) * signs
    segments = tuple((row, len(listed) + i) for i, (row, _) in enumerate(ends))
    cells = tuple(cell for cell in front.proof.cells if len(cell) > 1)
    return np.concatenate([listed, limits]) + 0.0, (*cells, *segments)


def _bounds(front: Front, /) -> Floats:
    best = front.minimised.min(axis=0)
    given = front.proof.bounds or (None,) * len(best)
    lows = [
        -np.inf if bound is None else column.sign * bound
        for column, bound in zip(front.columns, given, strict=True)
    ]
    return np.asarray(np.minimum(np.array(lows), best), dtype=np.float64)


def _slack(front: Front, /) -> Floats:
    """(m,) by how much a plan may be better than all that is listed; inf where nothing is
    proven.
    """
    proof = front.proof
    m = len(front.columns)
    if not proof.proven or proof.status != "covering" or proof.gap is None or len(proof.scale) != m:
        return np.full(m, np.inf)
    scale = np.abs(np.array(proof.scale, dtype=np.float64))
    # an objective is left out of the gap only where it is constant over the front
    left_out = (scale == 0.0) & (np.ptp(front.minimised, axis=0) > 0.0)
    return np.where(left_out, np.inf, proof.gap * scale)


@dataclass(frozen=True, eq=False)
class Scaling:
    """BASE's ideal as 0 and nadir as 1; an objective without a range is measured by the size of its
    value.

    Attributes:
        ideal, span: (m,) decimals as printed.
        told: (m,) by float what values are that are no such decimals, minimised.
    """

    ideal: tuple[Fraction, ...]
    span: tuple[Fraction, ...]
    told: tuple[Mapping[float, Fraction], ...] = ()

    @staticmethod
    def of(joint: Joint, /) -> Scaling:
        """The scaling by the listed plans of the first of several fronts; where it is not on exact
        ground, what may be rounding is no range.
        """
        front, exact = joint.fronts[0], Scaling((), (), joint.told)
        least = Fraction(0) if front.proof.proven else Fraction(SAME)
        ideal, span = [], []
        lows, highs = (end.tolist() for end in (front.minimised.min(0), front.minimised.max(0)))
        for k, (low, high) in enumerate(zip(lows, highs, strict=True)):
            best = exact.value(k, low)
            width = exact.value(k, high) - best
            size = abs(best + int(front.columns[k].sign) * joint.origins[k]) or Fraction(1)
            ideal.append(best)
            span.append(width if width > least * size else size)
        return Scaling(tuple(ideal), tuple(span), joint.told)

    def value(self, k: int, near: float, /) -> Fraction:
        """What a finite float of an objective says."""
        exact = self.told[k].get(near) if self.told else None
        return Fraction(repr(near)) if exact is None else exact

    @cached_property
    def spans(self) -> Floats:
        """(m,) the spans as floats."""
        spans: Floats = np.array([float(width) for width in self.span])
        return spans

    @cached_property
    def slip(self) -> Floats:
        """(m,) by how much floats, scaled, may differ from what they say, rounding aside."""
        most = np.zeros(len(self.span))
        for k, told in enumerate(self.told):
            apart = max((abs(Fraction(near) - v) for near, v in told.items()), default=Fraction(0))
            most[k] = float(apart / self.span[k]) * (1 + EPSILON)
        return most

    def exactly(self, points: Floats, /) -> list[tuple[Fraction, ...]]:
        """Finite (k, m) points, scaled."""
        return [
            tuple((self.value(k, v) - self.ideal[k]) / self.span[k] for k, v in enumerate(row))
            for row in points.tolist()
        ]

    def nearly(self, points: Floats, /) -> tuple[Floats, Floats]:
        """Finite (k, m) points, scaled in floats, and by how much each objective of the scaled
        points may be off, (m,).
        """
        ideal = np.array([float(low) for low in self.ideal])
        largest = np.abs(points).max(axis=0, initial=0.0) + np.abs(ideal)
        scaled = (points - ideal) / self.spans
        return scaled, self.slip + 4 * EPSILON * (
            largest / self.spans + np.abs(scaled).max(axis=0, initial=0.0)
        )
