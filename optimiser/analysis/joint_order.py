"""Two fronts as floats in the exact order of the values of both."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimiser.front import Front

__all__ = ["best_values", "in_joint_order"]


def best_values(front: Front, /) -> tuple[Fraction, ...]:
    """The m best values that are listed, minimised; exact where they are known so."""
    rows = front.order.argmin(axis=0).tolist()
    signs = map(int, front.signs.tolist())
    pairs = zip(rows, signs, strict=True)
    return tuple(sign * front.value(row, j) for j, (row, sign) in enumerate(pairs))


def in_joint_order(fronts: Sequence[Front], /) -> tuple[Front, ...]:
    """The fronts with other floats where exact values are known that theirs do not tell apart: the
    least of several has its own, and each of the others the next one. Bounds that are the best
    listed value stay so.
    """
    for j in sorted({j for front in fronts for j in front.hidden}):
        places: dict[Fraction, float] = {}
        last = -math.inf
        for value in sorted({value for front in fronts for value in front.told(j)}):
            last = places[value] = max(float(value), math.nextafter(last, math.inf))
        fronts = [_moved(front, j, [places[value] for value in front.told(j)]) for front in fronts]
    return tuple(fronts)


def _moved(front: Front, j: int, values: Sequence[float]) -> Front:
    """A front with other values of an objective."""
    y = front.y.copy()
    y[:, j] = values
    columns = list(front.columns)
    columns[j] = replace(columns[j], ends=None)
    left = tuple({k: v for k, v in own.items() if k != j} for own in front.exact)
    found = replace(front, y=y, columns=tuple(columns), exact=left if any(left) else ())
    bounds = list(front.proof.bounds)
    if bounds and bounds[j] == float(front.ideal[j]):
        bounds[j] = float(found.ideal[j])
    return replace(found, proof=replace(front.proof, bounds=tuple(bounds)))
