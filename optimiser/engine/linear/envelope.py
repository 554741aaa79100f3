"""The non-dominated part of several convex fronts in two objectives, in exact fractions: segments,
some with an open end.

A chain is the front of one slice: vertices by the first objective, convex, decreasing. Where one
chain passes below another, the rest of the other is dominated; an end that is dominated itself
belongs to no segment.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise

__all__ = ["Chain", "EnvelopePiece", "Point", "dominated", "envelope", "value"]

Point = tuple[Fraction, Fraction]
Chain = Sequence[Point]


@dataclass(frozen=True)
class EnvelopePiece:
    """Part of one edge of chain ``of``, from ``start`` to ``end`` by the first objective; one point
    where they are equal.

    ``first`` and ``last`` tell whether the ends belong to it.
    """

    of: int
    start: Point
    end: Point
    first: bool = True
    last: bool = True


def value(chain: Chain, at: Fraction, /) -> Fraction | None:
    """The second objective of the chain where the first is ``at``; None beyond its ends."""
    if not chain[0][0] <= at <= chain[-1][0]:
        return None
    i = bisect_left(chain, at, key=_first)
    b = chain[i]
    if at == b[0]:
        return b[1]
    a = chain[i - 1]
    return a[1] + (b[1] - a[1]) * (at - a[0]) / (b[0] - a[0])


def _first(point: Point) -> Fraction:
    return point[0]


def envelope(chains: Sequence[Chain], /) -> list[EnvelopePiece]:
    """The pieces by the first objective, longest possible along each edge."""
    ticks = _ticks(chains)
    pieces: list[EnvelopePiece] = []
    for i, tick in enumerate(ticks):
        point = _lowest(chains, tick)
        if point is not None:
            _append(pieces, EnvelopePiece(point[0], (tick, point[1]), (tick, point[1])), chains)
        if i + 1 < len(ticks):
            middle = _lowest(chains, (tick + ticks[i + 1]) / 2)
            if middle is not None:
                of = middle[0]
                ends = [(t, value(chains[of], t)) for t in (tick, ticks[i + 1])]
                (a, ya), (b, yb) = ends
                if ya is not None and yb is not None:
                    _append(
                        pieces, EnvelopePiece(of, (a, ya), (b, yb), first=False, last=False), chains
                    )
    return pieces


def _ticks(chains: Sequence[Chain]) -> list[Fraction]:
    """Wherever a chain bends, starts or ends, crosses another, or sinks to the level at which
    another ended.
    """
    ticks = {p[0] for chain in chains for p in chain}
    for one, other in combinations(chains, 2):
        ticks.update(_crossings(one, other))
        for here, there in ((one, other), (other, one)):
            ticks.update(_sinking(here, there[-1]))
    return sorted(ticks)


def _crossings(one: Chain, other: Chain) -> list[Fraction]:
    found = []
    for a, b in pairwise(one):
        for c, d in pairwise(other):
            if c[0] >= b[0]:
                break
            left, right = max(a[0], c[0]), min(b[0], d[0])
            if left >= right:
                continue
            slope, other_slope = (b[1] - a[1]) / (b[0] - a[0]), (d[1] - c[1]) / (d[0] - c[0])
            if slope != other_slope:
                at = (c[1] - other_slope * c[0] - a[1] + slope * a[0]) / (slope - other_slope)
                if left < at < right:
                    found.append(at)
    return found


def _sinking(chain: Chain, end: Point) -> list[Fraction]:
    """Where the chain, right of ``end``, sinks to its level."""
    for a, b in pairwise(chain):
        if b[1] < end[1] < a[1]:
            at = a[0] + (end[1] - a[1]) * (b[0] - a[0]) / (b[1] - a[1])
            return [at] if at > end[0] else []
    return []


def _lowest(chains: Sequence[Chain], at: Fraction) -> tuple[int, Fraction] | None:
    """The first of the chains that are lowest here, and its value; None where the point is
    dominated from the left.
    """
    values = [(v, i) for i, chain in enumerate(chains) if (v := value(chain, at)) is not None]
    if not values:
        return None
    low, of = min(values)
    ended = [chain[-1][1] for chain in chains if chain[-1][0] < at]
    return None if ended and min(ended) <= low else (of, low)


def _append(pieces: list[EnvelopePiece], piece: EnvelopePiece, chains: Sequence[Chain]) -> None:
    """Add the piece, as part of the one before where it goes on along the same edge."""
    last = pieces[-1] if pieces else None
    if last is not None and last.end == piece.start and last.last != piece.first:
        if last.start == last.end and _edge(chains[piece.of], last.end, piece.end):
            pieces[-1] = EnvelopePiece(piece.of, last.start, piece.end, last.first, piece.last)
            return
        if piece.start == piece.end and last.start != last.end:
            pieces[-1] = EnvelopePiece(last.of, last.start, last.end, last.first, True)
            return
        if last.of == piece.of and _straight(chains[piece.of], last.start, last.end, piece.end):
            pieces[-1] = EnvelopePiece(last.of, last.start, piece.end, last.first, piece.last)
            return
        pieces.append(EnvelopePiece(piece.of, piece.start, piece.end, True, piece.last))
        return
    pieces.append(piece)


def _edge(chain: Chain, a: Point, b: Point) -> bool:
    return value(chain, a[0]) == a[1] and value(chain, b[0]) == b[1]


def _straight(chain: Chain, a: Point, b: Point, c: Point) -> bool:
    """Whether the middle one of three points of the chain lies on the line of the others."""
    return (b[0] - a[0]) * (c[1] - a[1]) == (b[1] - a[1]) * (c[0] - a[0])


def dominated(chain: Chain, pieces: Sequence[EnvelopePiece], /) -> bool:
    """Whether every point of the chain is one of the pieces' or dominated by one."""
    ticks = {p[0] for p in chain} | {t for piece in pieces for t in (piece.start[0], piece.end[0])}
    # where the chain sinks to the end of a piece before it, or crosses one, is covered by comparing
    # both sides of each tick
    inside = sorted(t for t in ticks if chain[0][0] <= t <= chain[-1][0])
    for i, tick in enumerate(inside):
        here = value(chain, tick)
        if here is None or not _reached(pieces, tick, here):
            return False
        if i + 1 < len(inside):
            after = value(chain, inside[i + 1])
            if after is None or not _reached_between(pieces, tick, inside[i + 1], here, after):
                return False
    return True


def _reached(pieces: Sequence[EnvelopePiece], at: Fraction, level: Fraction) -> bool:
    """Whether some piece has a point at most (at, level)."""
    for piece in pieces:
        if piece.first and piece.start[0] <= at and piece.start[1] <= level:
            return True
        if piece.last and piece.end[0] <= at and piece.end[1] <= level:
            return True
        if (
            piece.start[0] < at < piece.end[0]
            and (value((piece.start, piece.end), at) or Fraction(0)) <= level
        ):
            return True
        # an open end is not reached, but everything strictly above it is
        if piece.end[0] <= at and piece.end[1] < level:
            return True
    return False


def _reached_between(
    pieces: Sequence[EnvelopePiece], a: Fraction, b: Fraction, ya: Fraction, yb: Fraction
) -> bool:
    """The same for all points strictly between two ticks: one piece that is nowhere above, or ended
    below, must do.
    """
    for piece in pieces:
        if piece.start[0] <= a and b <= piece.end[0]:
            line = (piece.start, piece.end)
            low, high = value(line, a), value(line, b)
            if low is not None and high is not None and low <= ya and high <= yb:
                return True
        elif piece.end[0] <= a and piece.end[1] <= yb:
            return True
    return False
