"""Trees that show that no plan is in a region, evaluated in exact arithmetic."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from optimiser.engine.certificate.error import CertificateError
from optimiser.engine.certificate.refuted_boxes import LEAF
from optimiser.language import tr

if TYPE_CHECKING:
    from optimiser.engine.certificate.continuous.limits import Region
    from optimiser.engine.problem import Domain, Linear

__all__ = ["Rows", "Tree", "Vector", "check_tree", "rows_of"]

End = int | Fraction | None


@dataclass(frozen=True)
class Vector:
    """Multipliers that show that a part of the columns' box holds no plan of a region.

    With weights v >= 0 on the region's limits, ``w = sum_l v_l weights_l``, multipliers t on the
    rows, and ``D = w C - t A``, every point x of the part that satisfies the rows has

        w f(x) >= w constants + sum_i t_i side_i + sum_j min over the part of D_j x_j =: bound,

    where ``side_i`` is the row's lower side for t_i > 0, else its upper side. A plan of the region
    has ``w f(x) < sum_l v_l level_l`` unless v = 0. So there is none if ``bound >= sum_l v_l
    level_l`` and v is not 0, or if v = 0 and ``bound > 0``.

    Attributes:
        weights: v, one for each limit of the region.
        rows: row of the linear problem -> t.
    """

    weights: tuple[int, ...]
    rows: Mapping[int, int]


@dataclass(frozen=True, eq=False)
class Tree:
    """A division of the columns' box, its nodes in preorder.

    Attributes:
        columns: the column a node branches on, ``LEAF`` where it is a leaf.
        values: v: first child ``x <= v``, second child ``x >= v + 1``; 0 at a leaf.
        leaves: a vector for each leaf, in their order.
    """

    columns: tuple[int, ...]
    values: tuple[int, ...]
    leaves: tuple[Vector, ...]


@dataclass(frozen=True, eq=False)
class Rows:
    """``f(x) = objectives @ x + constants``, ``low <= rows @ x <= high``, x in its box: sparse, in
    exact numbers.
    """

    objectives: tuple[Mapping[int, int], ...]
    constants: tuple[int, ...]
    rows: tuple[Mapping[int, int], ...]
    low: tuple[int | None, ...]
    high: tuple[int | None, ...]
    lower: tuple[End, ...]
    upper: tuple[End, ...]
    whole: tuple[bool, ...]


def rows_of(linear: Linear, /) -> Rows:
    """The rows with their constants moved to the sides, and the ends of whole columns rounded
    inwards.
    """
    return Rows(
        tuple(_summed(row.terms) for row in linear.objectives),
        tuple(row.constant for row in linear.objectives),
        tuple(_summed(row.terms) for row in linear.rows),
        tuple(None if row.lower is None else row.lower - row.constant for row in linear.rows),
        tuple(None if row.upper is None else row.upper - row.constant for row in linear.rows),
        tuple(_end(column, column.lower, up=True) for column in linear.columns),
        tuple(_end(column, column.upper, up=False) for column in linear.columns),
        tuple(column.kind == "whole" for column in linear.columns),
    )


def check_tree(rows: Rows, region: Region, tree: Tree, /) -> None:
    """No plan of the region is in any leaf, and the leaves are all there is.

    Raises:
        CertificateError: that is not shown.
    """
    if not len(tree.columns) == len(tree.values) > 0:
        raise CertificateError(tr("columns and values must have one entry a node"))
    waiting = [(rows.lower, rows.upper)]
    leaves = iter(tree.leaves)
    for node, (column, value) in enumerate(zip(tree.columns, tree.values, strict=True), start=1):
        if not waiting:
            raise CertificateError(tr("the branchings are not one tree"))
        lower, upper = waiting.pop()
        if column == LEAF:
            vector = next(leaves, None)
            if vector is None or value != 0:
                raise CertificateError(tr("node {node} is no leaf with a vector", node=node))
            if not _excludes(rows, region, vector, lower, upper):
                raise CertificateError(
                    tr(
                        "node {node}: its vector does not exclude a plan that would be better "
                        "than the list",
                        node=node,
                    )
                )
            continue
        if not (0 <= column < len(rows.whole) and rows.whole[column]):
            raise CertificateError(tr("node {node}: a branching is on no whole column", node=node))
        waiting.append((_with(lower, column, value + 1, rising=True), upper))
        waiting.append((lower, _with(upper, column, value, rising=False)))
    if waiting or next(leaves, None) is not None:
        raise CertificateError(tr("the branchings are not one tree"))


def _excludes(
    rows: Rows, region: Region, vector: Vector, lower: Sequence[End], upper: Sequence[End]
) -> bool:
    if len(vector.weights) != len(region) or any(v < 0 for v in vector.weights):
        raise CertificateError(tr("a vector has not one weight >= 0 for each limit of its region"))
    weights = [
        sum(v * limit.weights[k] for v, limit in zip(vector.weights, region, strict=True))
        for k in range(len(rows.constants))
    ]
    reduced: dict[int, int] = {}
    for weight, terms in zip(weights, rows.objectives, strict=True):
        for j, c in terms.items() if weight else ():
            reduced[j] = reduced.get(j, 0) + weight * c
    bound: int | Fraction = sum(w * c for w, c in zip(weights, rows.constants, strict=True))
    for i, t in vector.rows.items():
        if not 0 <= i < len(rows.rows):
            raise CertificateError(tr("a multiplier is of no row"))
        side = rows.low[i] if t > 0 else rows.high[i]
        if side is None:
            raise CertificateError(tr("a multiplier is of a side that its row does not have"))
        bound += t * side
        for j, a in rows.rows[i].items():
            reduced[j] = reduced.get(j, 0) - t * a
    for j, price in reduced.items():
        end = lower[j] if price > 0 else upper[j]
        if price:
            if end is None:
                return False
            bound += price * end
    if not any(vector.weights):
        return bound > 0
    return bound >= sum(
        (v * limit.level for v, limit in zip(vector.weights, region, strict=True)), Fraction(0)
    )


def _with(ends: Sequence[End], column: int, value: int, *, rising: bool) -> tuple[End, ...]:
    """The ends with one of them moved, inwards if at all."""
    found, old = list(ends), ends[column]
    found[column] = value if old is None else max(old, value) if rising else min(old, value)
    return tuple(found)


def _summed(terms: Sequence[tuple[int, int]]) -> dict[int, int]:
    found: dict[int, int] = {}
    for j, c in terms:
        found[j] = found.get(j, 0) + c
    return found


def _end(column: Domain, end: Fraction | None, *, up: bool) -> End:
    if end is None:
        return None
    if column.kind == "whole":
        return math.ceil(end) if up else math.floor(end)
    return int(end) if end.denominator == 1 else end
