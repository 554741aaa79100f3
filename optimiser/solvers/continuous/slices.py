"""The front of a mixed-integer linear problem in two objectives: exact segments of each integer slice that contributes.

A slice is the linear program that remains when every whole-number column is fixed; its front is convex and found exactly.
Below every segment, and in every corner between segments, the best plan is searched: it is proven that none is there, or it
shows a slice that is not known yet.

References:
    N. Boland, H. Charkhgard and M. Savelsbergh (2015). A criterion space search algorithm for biobjective mixed integer
    programming: the triangle splitting method. INFORMS Journal on Computing 27, 597-618.
    A. Fattahi and M. Turkay (2018). A one direction search method to find the exact nondominated frontier of biobjective
    mixed-binary linear programming problems. European Journal of Operational Research 266, 415-425.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from optimiser.solvers import highs
from optimiser.solvers.continuous.envelope import Piece, Point, envelope
from optimiser.solvers.continuous.extremes import SLACK, Listing, corners, listing_of, proven_scale
from optimiser.solvers.continuous.rational import ExactLp, Vertex, exact_lp
from optimiser.solvers.continuous.refinement import nothing_else
from optimiser.solvers.continuous.vertices import ExactRun, InexactError, canonical, chain, corner_weights
from optimiser.solvers.contract import Budget, Outcome

if TYPE_CHECKING:
    from optimiser.front import Floats
    from optimiser.problem import Problem
    from optimiser.solvers.contract import Options

__all__ = ["sliced"]

_SLICES = 150
_CLOSED = 1e-7
_SECONDS = 1.0
_HALF = Fraction(1, 2)

Key = tuple[int, ...]


@dataclass(eq=False)
class _Run:
    """The slices known, those with a part in the front first of all, and how far below each zone a plan can be."""

    listing: Listing
    lp: ExactLp
    scale: Floats
    whole: np.ndarray
    slices: dict[Key, list[Vertex]] = field(default_factory=dict)
    tried: set[Key] = field(default_factory=set)
    depth: dict[tuple[Point, Point, bool], float] = field(default_factory=dict)


@dataclass(frozen=True)
class _Zone:
    """Where a better plan could be: below the line of two points, or in the corner between them."""

    a: Point
    b: Point
    line: bool


def sliced(problem: Problem, options: Options, budget: Budget, /) -> Outcome | None:
    """The whole front; None where it has too many slices or numbers that fractions do not confirm."""
    listing = listing_of(problem, budget)
    verdict = corners(listing, options)
    if verdict is not None:
        return verdict
    linear = problem.linear
    scale = proven_scale(listing)
    if linear is None or listing.partial or not listing.plain:
        return None
    # corners that agree are one ideal plan, which the search below has nothing to add to
    run = _Run(listing, exact_lp(linear), np.where(scale > 0, scale, 1.0), np.flatnonzero(listing.program.integral))
    try:
        for x in listing.x:
            _learn(run, x)
        gap, stopped = _search(run)
        if gap is None:
            return None
        pieces = _pieces(run)
        complete = stopped is None and nothing_else(problem, pieces, budget)
        return _outcome(run, pieces, gap=None if complete else gap, stopped=stopped)
    except InexactError:
        return None


def _learn(run: _Run, x: Floats) -> bool:
    """Add the front of the slice of the plan (columns,); whether the slice is new."""
    key = tuple(int(v) for v in np.rint(x[run.whole]))
    if key in run.tried:
        return False
    run.tried.add(key)
    exact = _fixed(run, key)
    run.slices[key] = chain(exact)
    run.listing.solved += exact.solved
    return True


def _fixed(run: _Run, key: Key) -> ExactRun:
    lower, upper = run.listing.program.lower.copy(), run.listing.program.upper.copy()
    lower[run.whole] = upper[run.whole] = key
    program = highs.Program(lower, upper, np.zeros_like(run.listing.program.integral), run.listing.program.rows)
    lp = run.lp.with_fixed({int(j): Fraction(v) for j, v in zip(run.whole, key, strict=True)})
    return ExactRun(run.listing.problem, program, lp, run.listing.budget)


def _pieces(run: _Run) -> list[Piece]:
    """The front of the slices known; slices without a part in it are forgotten."""
    keys = list(run.slices)
    pieces = envelope([[(v.y[0], v.y[1]) for v in run.slices[k]] for k in keys])
    used = sorted({p.of for p in pieces})
    run.slices = {keys[i]: run.slices[keys[i]] for i in used}
    place = {i: n for n, i in enumerate(used)}
    return [Piece(place[p.of], p.start, p.end, p.first, p.last) for p in pieces]


def _search(run: _Run) -> tuple[float | None, Any]:
    """Learn slices until no zone holds a plan; how far below the front one can be, and why the search stopped."""
    budget = run.listing.budget
    zones = _zones(_pieces(run))
    while True:
        open_zone = next((z for z in zones if (z.a, z.b, z.line) not in run.depth), None)
        if open_zone is None:
            return max([run.depth[z.a, z.b, z.line] for z in zones], default=0.0), None
        if budget.exhausted() is not None:
            return _bounded(run, zones), budget.exhausted()
        if len(run.tried) > _SLICES:
            return None, None
        answer, depth = _deepest(run, open_zone, run.listing.program, budget)
        if answer.status == "unknown" and budget.exhausted() is None:
            return None, None
        new = answer.status == "optimal" and depth > _CLOSED and _learn(run, answer.x)
        if answer.status in ("optimal", "infeasible") and not new:
            run.depth[open_zone.a, open_zone.b, open_zone.line] = depth
        elif new:
            zones = _zones(_pieces(run))
        budget.report(found=len(run.slices), solved=run.listing.solved)


def _zones(pieces: list[Piece]) -> list[_Zone]:
    zones = [_Zone(p.start, p.end, True) for p in pieces if p.start != p.end]
    for one, other in pairwise(pieces):
        if one.end[0] < other.start[0] and one.end[1] > other.start[1]:
            zones.append(_Zone(one.end, other.start, False))
    return zones


def _bounded(run: _Run, zones: list[_Zone]) -> float:
    """The depth of all zones, those not yet searched by their relaxations; a corner of the front is never further than 1."""
    budget, gap = Budget(_SECONDS), 0.0
    for zone in zones:
        depth = run.depth.get((zone.a, zone.b, zone.line))
        if depth is None:
            answer, depth = _deepest(run, zone, run.listing.program.relaxed(), budget)
            depth = min(1.0, depth) if answer.status in ("optimal", "infeasible") else 1.0
        gap = max(gap, depth)
    return gap


def _deepest(run: _Run, zone: _Zone, program: highs.Program, budget: Budget) -> tuple[highs.Answer, float]:
    """The plan furthest inside the zone, and a bound on how far that is in shares of the ranges.

    Moved by it, a plan of the zone is dominated by what is known.
    """
    linear = run.listing.problem.linear
    if linear is None:
        raise ValueError("the problem has no rows")
    units = [1.0 / float(row.scale) for row in linear.objectives]
    constants = [float(row.constant) * u for row, u in zip(linear.objectives, units, strict=True)]
    a, b = ([float(v) * u - c for v, u, c in zip(point, units, constants, strict=True)] for point in (zone.a, zone.b))
    shares = run.listing.matrix / run.scale[:, None]
    limits = (b[0] / run.scale[0], a[1] / run.scale[1])
    column = len(run.listing.program.lower)
    wider = highs.Program(
        np.append(program.lower, 0.0), np.append(program.upper, 2.0), np.append(program.integral, False), program.rows
    )
    cuts = [_at_most(np.append(shares[k], 1.0), limits[k]) for k in range(2)]
    if zone.line:
        weights = np.array([(a[1] - b[1]) / run.scale[1], (b[0] - a[0]) / run.scale[0]])
        weights /= weights.sum()
        level = float(weights @ [a[0] / run.scale[0], a[1] / run.scale[1]])
        cuts.append(_at_most(np.append(weights @ shares, 1.0), level))
    run.listing.solved += 1
    answer = highs.minimise(wider, {column: -1.0}, budget, cuts=cuts)
    depth = 0.0 if answer.status == "infeasible" else max(0.0, -answer.bound)
    return highs.Answer(answer.status, answer.x[:column]), depth


def _at_most(row: Floats, limit: float) -> highs.Cut:
    columns = np.flatnonzero(row).astype(np.int32)
    return highs.Cut(columns, row[columns], -math.inf, limit)


def _outcome(run: _Run, pieces: list[Piece], *, gap: float | None, stopped: Any) -> Outcome:
    """The ends and bends of the pieces as plans; where both ends are open, a plan between them."""
    plans: dict[Point, Floats] = {}
    position: dict[Point, int] = {}
    cells, ends = [], []
    keys = list(run.slices)

    def place(piece: Piece, point: Point) -> int:
        if point not in position:
            position[point] = len(position)
            plans[point] = _plan(run, keys[piece.of], point)
        return position[point]

    for piece in pieces:
        if not piece.first and not piece.last:
            middle = ((piece.start[0] + piece.end[0]) * _HALF, (piece.start[1] + piece.end[1]) * _HALF)
            ends += [(place(piece, middle), _units(run, end)) for end in (piece.start, piece.end)]
        elif piece.start == piece.end:
            place(piece, piece.start)
        elif piece.first and piece.last:
            cells.append((place(piece, piece.start), place(piece, piece.end)))
        else:
            listed, limit = (piece.start, piece.end) if piece.first else (piece.end, piece.start)
            ends.append((place(piece, listed), _units(run, limit)))
    x = np.array(list(plans.values()))[:, : len(run.listing.problem.decisions)]
    of: Any = "cells" if cells or ends else "points"
    shared: dict[str, Any] = {"of": of, "cells": tuple(cells), "open_ends": tuple(ends), "subproblems": run.listing.solved}
    if gap is None:
        return Outcome(x, "complete", basis="exact", **shared)
    scale = tuple(float(s) for s in run.scale)
    return Outcome(x, "covering", gap=gap + SLACK, scale=scale, stopped=stopped, resolution=SLACK, **shared)


def _units(run: _Run, point: Point) -> tuple[float, ...]:
    linear = run.listing.problem.linear
    if linear is None:
        raise ValueError("the problem has no rows")
    return tuple(float(v / row.scale) for v, row in zip(point, linear.objectives, strict=True))


def _plan(run: _Run, key: Key, point: Point) -> Floats:
    """The columns of a plan of the slice with these objective values: its canonical vertex, or a mixture of two."""
    vertices = run.slices[key]
    for i, v in enumerate(vertices):
        if v.y == point:
            return np.array([float(c) for c in _canonical(run, key, i).x])
    for a, b in pairwise(vertices):
        if a.y[0] < point[0] < b.y[0]:
            t = (point[0] - a.y[0]) / (b.y[0] - a.y[0])
            return np.array([float(p + t * (q - p)) for p, q in zip(a.x, b.x, strict=True)])
    raise InexactError


def _canonical(run: _Run, key: Key, i: int) -> Vertex:
    vertices = run.slices[key]
    return canonical(_fixed(run, key), vertices[i], corner_weights(vertices, i))
