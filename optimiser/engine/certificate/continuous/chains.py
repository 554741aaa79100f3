"""What a front of pieces in two objectives leaves open: the regions in which a plan must lie that
no listed one equals or beats.

Let the pieces stand in the order of the first objective, from a_i to b_i, all minimised, each a
point or a segment that falls. An end that is open must be met by its neighbour: a right end at its
own first value, a left end at its own second value, by an end that belongs. Then every point of a
closed piece is equalled or beaten by a listed one. Take a point p that no listed one equals or
beats, not better than all pieces in the first objective (region f_1 < a_11) nor in the second
(region f_2 < b_N2). Let i be the last piece with a_i1 <= p_1. If p_1 < b_i1, p lies below the
segment: lambda f < lambda a_i, f_1 < b_i1, f_2 < a_i2, lambda being normal to it. Else p_2 < b_i2,
so i is not the last one, and p_1 < a_(i+1)1: it lies in the corner f_1 < a_(i+1)1, f_2 < b_i2.
Where a_(i+1)2 = b_i2, the next piece is a segment with an open end, and this corner lies in the
region below that segment. So these regions hold all that could be missing; and as no listed point
beats another one, nothing listed is beaten by anything.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from optimiser.engine.certificate.continuous.limits import Limit, Region
from optimiser.engine.certificate.continuous.pieces import values_of
from optimiser.engine.certificate.error import CertificateError
from optimiser.language import tr

if TYPE_CHECKING:
    from optimiser.engine.certificate.continuous.pieces import Piece
    from optimiser.engine.problem import Linear, Point

__all__ = ["chain_regions"]

Values = tuple[Fraction, ...]
_OBJECTIVES = 2


@dataclass(frozen=True)
class _Span:
    """A piece by the values of its ends, and the decisions there."""

    start: Values
    end: Values
    plans: tuple[Point, Point]
    first: bool
    last: bool


def chain_regions(linear: Linear, decisions: int, pieces: Sequence[Piece], /) -> list[Region]:
    """The regions, along the front: better than all, below each segment, in each corner, better
    than all in the other objective.

    Args:
        linear: the exact rows.
        decisions: how many of the columns are decisions.
        pieces: at least one, in the order of the first objective; or one plan, of any number of
            objectives.

    Raises:
        CertificateError: they are in another order, a point of one equals or beats a point of
            another, or an open end is not met.
    """
    spans = [
        _span(linear, decisions, piece, number) for number, piece in enumerate(pieces, start=1)
    ]
    m = len(linear.objectives)
    if len(spans) == 1 and spans[0].start == spans[0].end:
        return [(_below(k, m, value),) for k, value in enumerate(spans[0].start)]
    if m != _OBJECTIVES:
        raise CertificateError(tr("segments are of two objectives"))
    if not (spans[0].first and spans[-1].last):
        raise CertificateError(tr("an outermost end is open"))
    found: list[Region] = [(_below(0, m, spans[0].start[0]),)]
    for place, span in enumerate(spans):
        if span.start != span.end:
            found.append(_beneath(span))
        if place + 1 < len(spans):
            found += _corner(span, spans[place + 1], place + 1)
    return [*found, (_below(1, m, spans[-1].end[1]),)]


def _span(linear: Linear, decisions: int, piece: Piece, number: int) -> _Span:
    start, end = (values_of(linear, x) for x in (piece.ends[0], piece.ends[-1]))
    if len(piece.ends) == 1:
        if piece.open[0]:
            raise CertificateError(tr("piece {number}: a single plan is open", number=number))
    elif not (start[0] < end[0] and start[1] > end[1]):
        raise CertificateError(
            tr(
                "piece {number}: its first end is not better in the first objective and worse in "
                "the second",
                number=number,
            )
        )
    plans = piece.ends[0][:decisions], piece.ends[-1][:decisions]
    return _Span(start, end, plans, not piece.open[0], not piece.open[-1])


def _below(k: int, m: int, level: Fraction) -> Limit:
    return Limit(tuple(int(k == i) for i in range(m)), level)


def _beneath(span: _Span) -> Region:
    weights = span.start[1] - span.end[1], span.end[0] - span.start[0]
    by = math.lcm(*(w.denominator for w in weights))
    first, second = (int(w * by) for w in weights)
    common = math.gcd(first, second)
    first, second = first // common, second // common
    level = first * span.start[0] + second * span.start[1]
    return Limit((first, second), level), _below(0, 2, span.end[0]), _below(1, 2, span.start[1])


def _corner(one: _Span, other: _Span, number: int) -> list[Region]:
    """What two neighbouring pieces leave open between them, once it is clear that they go
    together.
    """
    (b_1, b_2), (c_1, c_2) = one.end, other.start
    pair = {"first": number, "second": number + 1}
    if b_1 > c_1 or b_2 < c_2:
        raise CertificateError(
            tr("pieces {first} and {second} are not one after the other along a front", **pair)
        )
    if (
        (b_1 == c_1 or b_2 == c_2)
        and one.last
        and other.first
        and (one.end != other.start or one.plans[1] != other.plans[0])
    ):
        raise CertificateError(
            tr(
                "pieces {first} and {second}: an end of one is equalled or beaten by an end of the "
                "other",
                **pair,
            )
        )
    if not one.last and not (other.first and b_1 == c_1):
        raise CertificateError(
            tr(
                "pieces {first} and {second}: the open end is not met by a plan that is as good in "
                "the first objective",
                **pair,
            )
        )
    if not other.first and not (one.last and b_2 == c_2):
        raise CertificateError(
            tr(
                "pieces {first} and {second}: the open end is not met by a plan that is as good in "
                "the second objective",
                **pair,
            )
        )
    if b_1 < c_1 and b_2 > c_2:
        return [(_below(0, 2, c_1), _below(1, 2, b_2))]
    return []
