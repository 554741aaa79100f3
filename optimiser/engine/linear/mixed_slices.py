"""The front of a mixed-integer linear problem in two objectives: exact segments of each integer
slice that contributes.

A slice is the linear program that remains when every whole-number column is fixed; its front is
convex and found exactly. Below every segment, and in every corner between segments, the refutation
tree either proves that no plan is there, or shows one of a slice that is not known yet. What it has
not finished leaves a proven depth, and that is the gap.

References:
    N. Boland, H. Charkhgard and M. Savelsbergh (2015). A criterion space search algorithm for
        biobjective mixed integer programming: the triangle splitting method. INFORMS Journal on
        Computing 27, 597-618.
    A. Fattahi and M. Turkay (2018). A one direction search method to find the exact nondominated
        frontier of biobjective mixed-binary linear programming problems. European Journal of
        Operational Research 266, 415-425.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from optimiser.engine import highs
from optimiser.engine.contract import Outcome
from optimiser.engine.linear.depth import Depths
from optimiser.engine.linear.envelope import EnvelopePiece, Point, envelope
from optimiser.engine.linear.mixed_corners import MixedCorners, corners_of
from optimiser.engine.linear.mixed_coverage import covered, verdict_of
from optimiser.engine.linear.vertices import (
    ExactRun,
    InexactError,
    canonical,
    chain,
    corner_weights,
)
from optimiser.engine.rationals.rational import ExactLp, Vertex, exact_lp

if TYPE_CHECKING:
    from optimiser.engine import problem as problems
    from optimiser.engine.contract import Budget, Options, Stop
    from optimiser.engine.problem import Linear, Problem

__all__ = ["sliced"]

_SLICES = 150
# nodes of the first question about a zone; the next gets so many times more
_NODES, _MORE = 200, 5
# seconds after which a front without an end in sight is given as far as it is, with its gap
_PATIENCE = 60.0
_HALF = Fraction(1, 2)
_ZERO = Fraction(0)

Key = tuple[int, ...]


@dataclass(frozen=True)
class _Zone:
    """Where a better plan could be: below the line of two points, or in the corner between them."""

    a: Point
    b: Point
    line: bool


@dataclass(eq=False)
class _Slicing:
    """The slices known, those with a part in the front first of all, and how far inside each zone a
    plan can be.

    Attributes:
        scale: (2,) in the units of the objectives' rows.
        depth: what is proven of a zone.
        efforts: how often a zone was searched.
        within: the question about zones without a line.
    """

    problem: Problem
    linear: Linear
    corners: MixedCorners
    lp: ExactLp
    program: highs.LinearProgram
    scale: tuple[Fraction, Fraction]
    within: Depths
    budget: Budget
    whole: list[int]
    slices: dict[Key, list[Vertex]] = field(default_factory=dict)
    tried: set[Key] = field(default_factory=set)
    depth: dict[_Zone, Fraction] = field(default_factory=dict)
    efforts: dict[_Zone, int] = field(default_factory=dict)


def sliced(problem: Problem, options: Options, budget: Budget, /) -> Outcome:
    """The whole front; spread plans with a proven gap where it has too many slices."""
    linear = problem.linear
    if not linear:
        raise ValueError("the problem has no rows")
    corners = corners_of(linear, budget)
    verdict = verdict_of(problem, linear, corners, budget)
    if verdict is not None:
        return verdict
    widths = corners.scale(linear)
    if widths is None or linear.resolution is not None or any(linear.linked):
        return covered(problem, options, budget, known=corners)
    # corners that agree are one ideal plan, which the search below has nothing to add to
    scale = (widths[0] or Fraction(1), widths[1] or Fraction(1))
    whole = [j for j, c in enumerate(linear.columns) if c.kind == "whole"]
    within = Depths(linear, scale, Fraction(1), budget)
    run = _Slicing(
        problem,
        linear,
        corners,
        exact_lp(linear),
        highs.program_of(linear),
        scale,
        within,
        budget,
        whole,
    )
    try:
        for x in corners.plans:
            _learn(run, x)
        stopped = _search(run)
        if len(run.tried) > _SLICES:
            return covered(problem, options, budget, known=corners)
        return _outcome(run, _pieces(run), stopped)
    except InexactError:
        return covered(problem, options, budget, known=corners)


def _learn(run: _Slicing, x: Sequence[Fraction]) -> bool:
    """Add the front of the slice of the plan (columns,); whether the slice is new."""
    key = tuple(int(x[j]) for j in run.whole)
    if key in run.tried:
        return False
    run.tried.add(key)
    exact = _fixed(run, key)
    run.slices[key] = chain(exact)
    run.corners.solved += exact.solved
    return True


def _fixed(run: _Slicing, key: Key) -> ExactRun:
    lower, upper = run.program.lower.copy(), run.program.upper.copy()
    lower[run.whole] = upper[run.whole] = [float(v) for v in key]
    program = highs.LinearProgram(
        lower, upper, np.zeros_like(run.program.integral), run.program.rows
    )
    lp = run.lp.with_fixed({j: Fraction(v) for j, v in zip(run.whole, key, strict=True)})
    return ExactRun(run.problem, program, lp, run.budget)


def _pieces(run: _Slicing) -> list[EnvelopePiece]:
    """The front of the slices known; slices without a part in it are forgotten."""
    keys = list(run.slices)
    pieces = envelope([[(v.y[0], v.y[1]) for v in run.slices[k]] for k in keys])
    used = sorted({p.of for p in pieces})
    run.slices = {keys[i]: run.slices[keys[i]] for i in used}
    place = {i: n for n, i in enumerate(used)}
    return [EnvelopePiece(place[p.of], p.start, p.end, p.first, p.last) for p in pieces]


def _search(run: _Slicing) -> Stop | None:
    """Learn slices until no zone holds a plan, the widest zone first; why the search stopped."""
    budget, began = run.budget, run.budget.seconds()
    zones = _zones(_pieces(run))
    while True:
        waiting = [z for z in zones if run.depth.get(z) != 0]
        if not waiting or len(run.tried) > _SLICES or budget.seconds() - began > _PATIENCE:
            return None
        if budget.exhausted() is not None:
            return budget.exhausted()
        zone = max(waiting, key=lambda z: (_at_most(run, z), -run.efforts.get(z, 0)))
        if _asked(run, zone):
            zones = _zones(_pieces(run))
        gap = max(float(_at_most(run, z)) for z in zones) if zones else 0.0
        budget.report(found=len(run.slices), solved=run.corners.solved, gap=gap)


def _asked(run: _Slicing, zone: _Zone) -> bool:
    """One question about a zone; whether it showed a new slice."""
    effort = run.efforts.get(zone, 0)
    run.efforts[zone] = effort + 1
    run.corners.solved += 1
    limits = (zone.b[0], zone.a[1])
    nodes = _NODES * _MORE**effort
    if zone.line:
        weights, level = _line(run, zone)
        depth = Depths(run.linear, run.scale, Fraction(1), run.budget, weights=weights).of(
            limits, level=level, nodes=nodes
        )
    else:
        depth = run.within.of(limits, nodes=nodes)
    if depth.x and _learn(run, depth.x):
        return True
    if depth.bound is not None:
        run.depth[zone] = min(depth.bound, run.depth.get(zone, Fraction(1)))
    if depth.final and depth.x:
        raise AssertionError("a plan of a known slice lies below its front")
    return False


def _line(run: _Slicing, zone: _Zone) -> tuple[tuple[Fraction, Fraction], Fraction]:
    """Weights of the shares, adding up to 1, under which both ends of the zone are equally good,
    and how good.
    """
    a, b = ([v / by for v, by in zip(point, run.scale, strict=True)] for point in (zone.a, zone.b))
    first, second = a[1] - b[1], b[0] - a[0]
    weights = first / (first + second), second / (first + second)
    return weights, weights[0] * a[0] + weights[1] * a[1]


def _at_most(run: _Slicing, zone: _Zone) -> Fraction:
    """What is proven of the depth of a zone; a plan is never further inside than its edges are
    long.
    """
    known = run.depth.get(zone)
    edge = min(
        (zone.b[0] - run.corners.points[0][0]) / run.scale[0],
        (zone.a[1] - run.corners.points[-1][1]) / run.scale[1],
    )
    return min(Fraction(1), max(_ZERO, edge)) if known is None else known


def _zones(pieces: list[EnvelopePiece]) -> list[_Zone]:
    zones = [_Zone(p.start, p.end, True) for p in pieces if p.start != p.end]
    for one, other in pairwise(pieces):
        if one.end[0] < other.start[0] and one.end[1] > other.start[1]:
            zones.append(_Zone(one.end, other.start, False))
    return zones


def _outcome(run: _Slicing, pieces: list[EnvelopePiece], stopped: Stop | None) -> Outcome:
    """The ends and bends of the pieces as plans, and between which of them mixtures are plans
    too.
    """
    listed = _listed(run, pieces)
    points = tuple(listed.plans.values())
    x = np.array([[float(v) for v in plan[: len(run.problem.decisions)]] for plan in points])
    of: Any = "cells" if listed.cells or listed.ends else "points"
    gap = max((_at_most(run, z) for z in _zones(pieces)), default=_ZERO)
    bounds = tuple(
        None if low is None else low / row.scale
        for low, row in zip(run.corners.bounds, run.linear.objectives, strict=True)
    )
    shared: dict[str, Any] = {
        "of": of,
        "cells": tuple(listed.cells),
        "open_ends": tuple(listed.ends),
        "subproblems": run.corners.solved,
        "basis": "exact",
        "points": points,
        "bounds": bounds,
    }
    if gap == 0:
        return Outcome(x, "complete", **shared)
    scale = tuple(
        float(by / row.scale) for by, row in zip(run.scale, run.linear.objectives, strict=True)
    )
    near = float(gap)
    rounded = near if Fraction(near) >= gap else math.nextafter(near, math.inf)
    return Outcome(x, "covering", gap=rounded, scale=scale, stopped=stopped, **shared)


@dataclass(eq=False)
class _Listed:
    """Plans by their points, each of one slice; the segments between two of them, and those with an
    end that is no plan's.
    """

    plans: dict[Point, problems.Point] = field(default_factory=dict)
    owner: dict[Point, int] = field(default_factory=dict)
    cells: list[tuple[int, int]] = field(default_factory=list)
    ends: list[tuple[int, tuple[float, ...]]] = field(default_factory=list)


def _listed(run: _Slicing, pieces: list[EnvelopePiece]) -> _Listed:
    """A point where two slices meet is listed once: to the other slice it is an open end, as no
    mixture of theirs is a plan.
    """
    found = _Listed()
    keys = list(run.slices)

    def place(piece: EnvelopePiece, point: Point) -> int:
        if point not in found.plans:
            found.plans[point], found.owner[point] = _plan(run, keys[piece.of], point), piece.of
        return list(found.plans).index(point)

    for piece in pieces:
        if piece.start == piece.end:
            place(piece, piece.start)
            continue
        ends = [(piece.start, piece.first), (piece.end, piece.last)]
        own = [
            place(piece, point)
            for point, there in ends
            if there and found.owner.get(point, piece.of) == piece.of
        ]
        if len(own) == 2:
            found.cells.append((own[0], own[1]))
            continue
        if not own:
            middle = (
                (piece.start[0] + piece.end[0]) * _HALF,
                (piece.start[1] + piece.end[1]) * _HALF,
            )
            own = [place(piece, middle)]
        points = list(found.plans)
        found.ends += [(own[0], _units(run, point)) for point, _ in ends if points[own[0]] != point]
        for point, there in ends:
            if there:
                place(piece, point)
    return found


def _units(run: _Slicing, point: Point) -> tuple[float, ...]:
    return tuple(float(v / row.scale) for v, row in zip(point, run.linear.objectives, strict=True))


def _plan(run: _Slicing, key: Key, point: Point) -> problems.Point:
    """The columns of a plan of the slice with these objective values: its canonical vertex, or a
    mixture of two.
    """
    vertices = run.slices[key]
    for i, v in enumerate(vertices):
        if v.y == point:
            return canonical(_fixed(run, key), v, corner_weights(vertices, i)).x
    for a, b in pairwise(vertices):
        if a.y[0] < point[0] < b.y[0]:
            t = (point[0] - a.y[0]) / (b.y[0] - a.y[0])
            return tuple(p + t * (q - p) for p, q in zip(a.x, b.x, strict=True))
    raise InexactError
