"""Back onto the feasible side: short steps along constraint gradients, and a hair's breadth
further.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.nonlinear.evaluator import Batch, Evaluator
from optimiser.engine.nonlinear.linear_systems import solve
from optimiser.engine.nonlinear.repair import LogicRepair
from optimiser.engine.nonlinear.tolerances import (
    BEYOND,
    CONSTRAINT_RIDGE,
    EQUAL,
    NEARLY_BINDING,
    TINY,
)

if TYPE_CHECKING:
    from optimiser.engine.problem import Flags, Floats

__all__ = ["Constraints"]


class Constraints:
    """What limits the real columns besides their bounds, as c(x) <= 0: the problem's constraints
    and the logic rows.

    Attributes:
        equal: (a,) which are equalities.
        bounding: (a,) which are bounds of one real column wherever the discrete columns stay.
    """

    def __init__(self, evaluator: Evaluator, logic: LogicRepair, /) -> None:
        self._evaluator = evaluator
        self._logic = logic
        # a row over discrete columns alone cannot be helped by moving real ones
        moved = logic.with_reals
        upper, lower = moved & np.isfinite(logic.upper), moved & np.isfinite(logic.lower)
        both = upper & (logic.lower == logic.upper)
        lower &= ~both
        scale = np.maximum(1.0, np.abs(np.concatenate([logic.upper[upper], logic.lower[lower]])))
        self._rows = (
            np.concatenate([logic.rows.dense(upper), -logic.rows.dense(lower)]) / scale[:, None]
        )
        self._bounds = np.concatenate([logic.upper[upper], -logic.lower[lower]]) / scale
        self.equal = np.concatenate(
            [evaluator.equal, both[upper], np.zeros(int(lower.sum()), dtype=bool)]
        )
        # where discrete columns stay, a row with one real column is a bound of it
        alone = ((self._rows != 0) & evaluator.space.real).sum(axis=1) == 1
        self.bounding = np.concatenate([np.zeros(evaluator.p, dtype=bool), alone])
        self._bounded = (
            np.argmax((self._rows != 0) & evaluator.space.real, axis=1)
            if len(self._rows)
            else np.zeros(0, dtype=int)
        )

    def __len__(self) -> int:
        return self._evaluator.p + len(self._rows)

    def values(self, x: Floats, /) -> Floats:
        """(k, n) -> (k, a) signed values."""
        return np.concatenate([self._evaluator.signed(x), x @ self._rows.T - self._bounds], axis=1)

    def bounds(self, x: Floats, /) -> tuple[Floats, Floats]:
        """(n,) decisions -> (n,), (n,) what bounds and rows with one real column leave of the cube,
        discrete columns given.
        """
        space, p = self._evaluator.space, self._evaluator.p
        low, high = space.lower.copy(), space.upper.copy()
        for i in np.flatnonzero(self.bounding[p:]):
            j = self._bounded[i]
            c = self._rows[i, j]
            limit = (self._bounds[i] - self._rows[i] @ x + c * x[j]) / c
            if c > 0 or self.equal[p + i]:
                high[j] = min(high[j], limit)
            if c < 0 or self.equal[p + i]:
                low[j] = max(low[j], limit)
        low, high = (np.clip((end - space.lower) / space.width, 0.0, 1.0) for end in (low, high))
        return low, np.maximum(low, high)

    def normals(self, given: Floats, /) -> Floats:
        """(k, a, n) gradients in the unit cube, those of the problem's constraints (k, p, n) being
        given.
        """
        rows = self._rows * self._evaluator.space.width
        return np.concatenate([given, np.broadcast_to(rows, (len(given), *rows.shape))], axis=1)

    def active(self, x: Floats, given: Floats, /) -> tuple[Floats, Floats, Flags]:
        """Values (k, a), gradients (k, a, n) and which constraints bind or nearly do (k, a)."""
        value = self.values(x)
        return value, self.normals(given), (value > -NEARLY_BINDING) | self.equal

    def inside(self, batch: Batch, /, *, reach: float = 0.1) -> Batch:
        """The batch with points less than ``reach`` outside moved in, evaluated and differentiated
        again.
        """
        if not len(self) or batch.feasible.all():
            return batch
        space = self._evaluator.space
        with np.errstate(invalid="ignore"):
            close = ~batch.feasible & (
                np.nan_to_num(self.values(batch.x), nan=np.inf).max(axis=1) < reach
            )
        x = batch.x
        rows = np.flatnonzero(close)
        if not len(rows):
            return batch
        moved = x[rows]
        for _ in range(3):
            moved = space.decode(np.clip(space.encode(moved) + self._step(moved), 0.0, 1.0))
        allowed = self._logic.holds(moved) if len(self._logic) else None
        again = self._evaluator(moved, allowed=allowed)
        merged = Batch(x.copy(), batch.y.copy(), batch.v.copy(), batch.feasible.copy())
        merged.x[rows], merged.y[rows], merged.v[rows] = again.x, again.y, again.v
        merged.feasible[rows] = again.feasible
        return merged

    def _step(self, x: Floats) -> Floats:
        """(k, n) shortest steps in the unit cube that mend what is broken, to first order."""
        value = self.values(x)
        normals = self.normals(self._evaluator.normals(x))
        normals = normals * self._evaluator.space.real
        target = np.where(self.equal, value, value + BEYOND * (1.0 + np.abs(value)))
        broken = np.where(self.equal, np.abs(value) > 0.1 * EQUAL, value > -BEYOND)
        normals = np.where(broken[:, :, None], normals, 0.0)
        gram = np.clip(normals @ normals.transpose(0, 2, 1), -1e200, 1e200)
        size = np.trace(gram, axis1=1, axis2=2)[:, None, None] / max(1, gram.shape[1]) + TINY
        diagonal = np.arange(gram.shape[1])
        gram[:, diagonal, diagonal] += np.where(broken, CONSTRAINT_RIDGE, 1.0) * size[:, 0]
        right = np.where(broken, -target, 0.0)
        with np.errstate(all="ignore"):
            solved = solve(gram, right[:, :, None])
            step: Floats = (normals.transpose(0, 2, 1) @ solved)[:, :, 0]
        return np.nan_to_num(np.clip(step, -0.5, 0.5), nan=0.0)
