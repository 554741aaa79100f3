"""What rows say of plans: in floats with bounds of their rounding errors, and exactly.

References:
    N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., SIAM 2002, section 3.1
    (errors of inner products).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from optimiser.engine.joint_choices import WIDEST
from optimiser.engine.tolerances import UNIT_ROUNDOFF

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.problem import Excess, Point, Row
    from optimiser.front import Flags, Floats

__all__ = ["RowEvaluation"]


class RowEvaluation:
    """The functions of a problem that is rows alone; there are no constraints beside them.

    Args:
        n: how many columns there are.
        aims: the m objectives, minimised.
        logic: the rows that always hold.
    """

    def __init__(self, n: int, aims: Sequence[Row], logic: Sequence[Row], /) -> None:
        self._aims, self._logic = aims, logic
        self._matrix = np.zeros((len(aims), n))
        self._constant = np.array([float(aim.constant / aim.scale) for aim in aims])
        self._whole = np.zeros((len(aims) + len(logic), n), dtype=object)
        self._whole_constant = np.array([row.constant for row in (*aims, *logic)], dtype=object)
        for i, row in enumerate((*aims, *logic)):
            for j, c in row.terms:
                self._whole[i, j] = c
                if i < len(aims):
                    self._matrix[i, j] = float(c / row.scale)
        # of the sum of a row, by the largest decision
        self._reach = int((np.abs(self._whole).sum(axis=1) + np.abs(self._whole_constant)).max())

    def evaluate(self, x: Floats, /) -> tuple[Floats, Floats]:
        """(k, n) -> minimised objectives (k, m), violations (k, 0)."""
        return x @ self._matrix.T + self._constant, self.margins(x)

    def margins(self, x: Floats, /) -> Floats:
        """(k, n) -> (k, 0)."""
        return np.zeros((len(x), 0))

    def gradient(self, x: Floats, /) -> tuple[Floats, Floats]:
        """(k, n) -> (k, m, n), (k, 0, n): the same everywhere."""
        return np.repeat(self._matrix[None], len(x), axis=0), np.zeros((len(x), 0, x.shape[1]))

    def roundoff(self, x: Floats, /) -> tuple[Floats, Floats]:
        """(k, n) -> (k, m), (k, 0): coefficients and decisions rounded once, then summed."""
        if len(x) == 0:
            return np.full((1, len(self._aims)), np.inf), np.zeros((1, 0))
        size = np.abs(x) @ np.abs(self._matrix).T + np.abs(self._constant)
        return 2 * (x.shape[1] + 6) * UNIT_ROUNDOFF * size, self.margins(x)

    def exact(self, x: Floats, /) -> tuple[NDArray[Any], Flags]:
        """(k, n) whole plans -> keys (k, m) in the exact order of the objectives, and (k,) which
        plans hold every row.
        """
        wide = self._reach * (1 + int(np.abs(x).max(initial=0.0))) >= WIDEST
        kind: Any = object if wide else np.int64
        plans = np.vectorize(int, otypes=[object])(x) if wide and x.size else x.astype(kind)
        sums = plans @ self._whole.T.astype(kind) + self._whole_constant.astype(kind)
        m, good = len(self._aims), np.ones(len(x), dtype=bool)
        for row, total in zip(self._logic, sums.T[m:], strict=True):
            if row.lower is not None:
                good &= np.asarray(total >= row.lower, dtype=bool)
            if row.upper is not None:
                good &= np.asarray(total <= row.upper, dtype=bool)
        return sums[:, :m], good

    def excesses(self, points: Sequence[Point], /) -> list[tuple[Excess, ...]]:
        """Of the constraints beside the rows: there are none."""
        return [() for _ in points]

    def values(self, points: Sequence[Point], /) -> list[tuple[Fraction | None, ...]]:
        """For each point the m minimised objectives exactly."""
        return [tuple(_value(aim, point) for aim in self._aims) for point in points]

    def rounded(self, x: Floats, points: Sequence[Point | None] | None, /) -> Floats:
        """(k, n) plans, those known exactly given so too -> (k, m) the exact objectives, each
        rounded once.
        """
        exact = [
            tuple(Fraction(repr(value)) for value in row) if point is None else point
            for row, point in zip(x.tolist(), points or [None] * len(x), strict=True)
        ]
        found = [[float(_value(aim, point)) for aim in self._aims] for point in exact]
        return np.array(found).reshape(len(x), len(self._aims))


def _value(row: Row, point: Point) -> Fraction:
    return sum((c * point[j] for j, c in row.terms), Fraction(row.constant)) / row.scale
