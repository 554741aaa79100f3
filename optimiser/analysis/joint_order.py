"""Fronts as floats in the exact order of the values of all, as far apart as these are."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from optimiser.front import is_far, own_floats
from optimiser.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence, Set

    from optimiser.front import Column, Front

__all__ = ["Joint", "best_values", "in_joint_order", "placed"]


def best_values(front: Front, /) -> tuple[Fraction, ...]:
    """The m best values that are listed, minimised; exact where they are known so."""
    rows = front.order.argmin(axis=0).tolist()
    signs = map(int, front.signs.tolist())
    pairs = zip(rows, signs, strict=True)
    return tuple(sign * front.value(row, j) for j, (row, sign) in enumerate(pairs))


@dataclass(frozen=True)
class Joint:
    """Several fronts with other floats where exact values are known that theirs do not tell apart.

    Attributes:
        fronts: they.
        origins: (m,) what values are taken from, the user's direction: the least of them where they
            are large beside how they differ, else 0.
        told: (m,) by float what its value is, minimised; empty where floats are left as they are.
    """

    fronts: tuple[Front, ...]
    origins: tuple[Fraction, ...]
    told: tuple[Mapping[float, Fraction], ...]


def in_joint_order(fronts: Sequence[Front], /) -> Joint:
    """The fronts in the exact order of the values of all, and as far apart, up to rounding. Of
    values that are one float even so the least has it, and each of the others the next one. Bounds
    that are the best listed value stay so.
    """
    origins = [Fraction(0)] * len(fronts[0].columns)
    exact: list[Mapping[float, Fraction]] = [{} for _ in origins]
    for j in sorted({j for front in fronts for j in front.hidden}):
        origins[j], places = placed({value for front in fronts for value in front.told(j)})
        fronts = [
            _moved(front, j, [places[value] for value in front.told(j)], origins[j])
            for front in fronts
        ]
        sign = int(fronts[0].columns[j].sign)
        exact[j] = {sign * near: sign * (v - origins[j]) for v, near in places.items()}
    return Joint(tuple(fronts), tuple(origins), tuple(exact))


def placed(values: Set[Fraction], /) -> tuple[Fraction, dict[Fraction, float]]:
    """What values are taken from, and of each a float of its own, in their order."""
    least, most = min(values), max(values)
    origin = least if is_far(least, most) else Fraction(0)
    return origin, own_floats(values, origin)


def _moved(front: Front, j: int, values: Sequence[float], origin: Fraction) -> Front:
    """A front with other values of an objective, which are taken from an origin."""
    y = front.y.copy()
    y[:, j] = values
    columns = list(front.columns)
    columns[j] = replace(columns[j], ends=None)
    left = tuple({k: v for k, v in own.items() if k != j} for own in front.exact)
    found = replace(front, y=y, columns=tuple(columns), exact=left if any(left) else ())
    bounds = list(front.proof.bounds)
    if bounds and (bound := bounds[j]) is not None:
        best = bound == float(front.ideal[j])
        bounds[j] = float(found.ideal[j]) if best else _taken(bound, origin, columns[j])
    ends = tuple(
        (row, (*limit[:j], float(Fraction(repr(limit[j])) - origin), *limit[j + 1 :]))
        for row, limit in front.proof.open_ends
    )
    proof = replace(front.proof, bounds=tuple(bounds), open_ends=ends)
    return replace(found, proof=proof)


def _taken(bound: float, origin: Fraction, column: Column) -> float:
    """A bound on the values that are taken from an origin, rounded outwards."""
    if not origin:
        return bound
    return math.nextafter(float(Fraction(repr(bound)) - origin), -math.inf * column.sign)
