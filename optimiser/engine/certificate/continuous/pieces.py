"""Pieces of a front: single plans and segments between two plans of one choice of whole numbers,
each end given in full.

Of a front in three and more objectives the pieces are its vertices, between which the faces are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from optimiser.engine.certificate.error import CertificateError
from optimiser.language import tr

if TYPE_CHECKING:
    from optimiser.engine.certificate.continuous.listed import Listing
    from optimiser.engine.problem import Linear, Point, Row

__all__ = ["Piece", "check_pieces", "values_of"]


@dataclass(frozen=True)
class Piece:
    """A plan, or all mixtures of two points of the problem that agree in every whole column.

    Attributes:
        ends: all columns of the linear problem, once or twice; of two the first is better in the
            first objective.
        open: for each end whether it does not belong to the piece.
    """

    ends: tuple[Point, ...]
    open: tuple[bool, ...]


def values_of(linear: Linear, x: Point, /) -> tuple[Fraction, ...]:
    """(m,) the objectives of a point, in the units of their rows."""
    return tuple(_total(row, x) for row in linear.objectives)


def check_pieces(listing: Listing, pieces: Sequence[Piece], /) -> None:
    """Every end is a point of the problem, and the pieces are those that are listed.

    Raises:
        CertificateError: they are not.
    """
    if not pieces:
        raise CertificateError(tr("the certificate has no pieces"))
    for number, piece in enumerate(pieces, start=1):
        for x in piece.ends:
            _check_point(listing.linear, x, number)
        # all of one face, and the two ends of a segment
        first, last = (pieces[0] if listing.faces else piece).ends[0], piece.ends[-1]
        for j, column in enumerate(listing.linear.columns):
            if column.kind == "whole" and first[j] != last[j]:
                raise CertificateError(
                    tr(
                        "piece {number}: there are different whole numbers '{name}'",
                        number=number,
                        name=column.name,
                    )
                )
    rows = {plan: i for i, plan in enumerate(listing.plans)}
    found = Counter(
        _described(listing, rows, piece, number) for number, piece in enumerate(pieces, start=1)
    )
    if found != Counter(_claimed(listing)):
        raise CertificateError(
            tr(
                "the certificate belongs to another list: its pieces are not the plans and "
                "segments listed"
            )
        )


def _total(row: Row, x: Point) -> Fraction:
    return sum((c * x[j] for j, c in row.terms), Fraction(row.constant))


def _check_point(linear: Linear, x: Point, number: int) -> None:
    if len(x) != len(linear.columns):
        raise CertificateError(
            tr(
                "piece {number}: an end has {found} columns instead of {expected}",
                number=number,
                found=len(x),
                expected=len(linear.columns),
            )
        )
    for column, value in zip(linear.columns, x, strict=True):
        if not column.holds(value):
            raise CertificateError(
                tr(
                    "piece {number}: '{name}' cannot be {value}",
                    number=number,
                    name=column.name,
                    value=value,
                )
            )
    for row in linear.rows:
        total = _total(row, x)
        if (row.lower is not None and total < row.lower) or (
            row.upper is not None and total > row.upper
        ):
            raise CertificateError(
                tr("piece {number}: an end breaks row '{row}'", number=number, row=row.name)
            )


Described = tuple[str, tuple[int, ...], tuple[float, ...]]


def _described(listing: Listing, rows: dict[Point, int], piece: Piece, number: int) -> Described:
    """A piece by the plans at its ends, and by the printed values of an end that is open."""
    n = len(listing.plans[0])
    own = []
    for x, opened in zip(piece.ends, piece.open, strict=True):
        if not opened:
            if x[:n] not in rows:
                raise CertificateError(
                    tr("piece {number}: an end is no listed plan", number=number)
                )
            i = rows[x[:n]]
            if listing.values[i] not in (None, values_of(listing.linear, x)):
                raise CertificateError(
                    tr(
                        "piece {number}: the rows give an end other objectives than the model",
                        number=number,
                    )
                )
            own.append(i)
    if len(piece.ends) == 1 and own:
        return "plan", (own[0],), ()
    if len(own) > 1:
        return "segment", tuple(sorted(own)), ()
    if len(own) == 1:
        return "open", (own[0],), _printed(listing, piece.ends[piece.open.index(True)])
    raise CertificateError(tr("piece {number}: no end is a plan", number=number))


def _claimed(listing: Listing) -> list[Described]:
    cells = (
        [] if listing.faces else [tuple(sorted(cell)) for cell in listing.cells if len(cell) > 1]
    )
    joined = {i for cell in cells for i in cell} | {i for i, _ in listing.open_ends}
    alone = [i for i in range(len(listing.plans)) if i not in joined]
    return [
        *(("plan", (i,), ()) for i in alone),
        *(("segment", cell, ()) for cell in cells),
        *(("open", (i,), tuple(limit)) for i, limit in listing.open_ends),
    ]


def _printed(listing: Listing, x: Point) -> tuple[float, ...]:
    """The values in the user's units and directions, each rounded once."""
    rows = listing.linear.objectives
    values = zip(listing.signs, values_of(listing.linear, x), rows, strict=True)
    try:
        return tuple(sign * float(value / row.scale) + 0.0 for sign, value, row in values)
    except OverflowError:
        raise CertificateError(tr("an open end is beyond all floats")) from None
