"""Plans of an evolutionary search evaluated: repaired, pulled onto broken constraints, kept where
they hold, scaled.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.holding import logic_violations
from optimiser.engine.methods.pymoo.genome import Genome

if TYPE_CHECKING:
    from optimiser.engine.nonlinear import Archive
    from optimiser.engine.problem import Problem
    from optimiser.front import Floats

__all__ = ["Measurement"]

_NEWTON = 3
# what sums of a repaired plan's decisions leave, relative to max(1, |bound|)
_ROW_NOISE = 1e-9
_WORST = 1e30
_RARE = 0.3
_REFERENCE = 1.1
# exact volumes grow steeply with the number of points from three objectives on
_EXACT_POINTS = {2: 20000, 3: 3000, 4: 600, 5: 200}


def _volume(y: Floats, low: Floats, high: Floats) -> float:
    """The share of a box, a tenth larger than from the one corner to the other, that (k, m) points
    dominate.
    """
    import moocore

    scaled = (y - low) / np.where(high > low, high - low, 1.0)
    scaled = np.maximum(scaled[(scaled < _REFERENCE).all(axis=1)], -10.0)
    if len(scaled) == 0:
        return 0.0
    if y.shape[1] == 1:
        return float((_REFERENCE - scaled.min()) / _REFERENCE)
    scaled = scaled[:: max(1, len(scaled) // _EXACT_POINTS.get(y.shape[1], 100))]
    found = moocore.hypervolume(np.ascontiguousarray(scaled), ref=np.full(y.shape[1], _REFERENCE))
    return float(found / _REFERENCE ** y.shape[1])


@dataclass(eq=False)
class Measurement:
    """The problem as the search sees it, and everything worth keeping that it has met."""

    problem: Problem
    genome: Genome
    archive: Archive
    rng: np.random.Generator
    tolerance: float
    evaluations: int = 0
    feasible: float = 1.0
    low: Floats = field(default_factory=lambda: np.empty(0))
    high: Floats = field(default_factory=lambda: np.empty(0))
    unit: Floats = field(default_factory=lambda: np.empty(0))

    def volume(self) -> float:
        """The share of the box that the archive dominates; the box is fixed when it is first asked
        for.
        """
        y = self.archive.y
        if len(self.low) == 0:
            self.low, self.high = y.min(axis=0), y.max(axis=0)
        return _volume(y, self.low, self.high)

    def covered(self) -> float:
        """The same of the box of the archive itself."""
        y = self.archive.y
        return _volume(y, y.min(axis=0), y.max(axis=0)) if len(y) else 0.0

    def measure(self, genes: Floats) -> tuple[Floats, Floats, Floats]:
        """(k, n) genes -> the repaired genes, scaled objectives (k, m), violations (k, p); feasible
        plans are kept.
        """
        x = self.genome.repair(self.genome.decode(genes), self.rng)
        y, v = self._evaluate(x)
        if self.feasible < _RARE and self.problem.gradient is not None:
            x, y, v = self._pulled(x, y, v)
        good = np.asarray((v <= 0).all(axis=1), dtype=bool)
        self.feasible = 0.8 * self.feasible + 0.2 * float(good.mean())
        self.archive.add(x[good], y[good])
        return (
            self.genome.encode(x),
            self._scaled(np.where(good[:, None] | np.isfinite(y), y, _WORST)),
            v,
        )

    def _scaled(self, y: Floats) -> Floats:
        if len(self.unit) == 0:
            seen = y[(np.abs(y) < _WORST).all(axis=1)]
            width = np.ptp(seen, axis=0) if len(seen) else np.ones(y.shape[1])
            self.unit = np.where(width > 0, width, 1.0)
        return np.asarray(np.clip(y / self.unit, -_WORST, _WORST))

    def _evaluate(self, x: Floats) -> tuple[Floats, Floats]:
        self.evaluations += len(x)
        y, rest = self.problem.evaluate(x)
        # the last column is there for points that are undefined, and for pymoo, which wants at
        # least one
        v = np.hstack([rest, logic_violations(self.problem, x), np.zeros((len(x), 1))])
        v = np.where(v <= self._tolerances, 0.0, np.where(np.isfinite(v), v, _WORST))
        lost = np.asarray(~np.isfinite(y).all(axis=1), dtype=bool)
        if lost.any():
            v = np.where(lost[:, None], _WORST, v)
            y = np.where(np.isfinite(y), y, _WORST)
        return y, v

    @cached_property
    def _tolerances(self) -> Floats:
        """What is forgiven: of inequalities nothing, so that plans hold as they are; of rows what
        the driver puts right.
        """
        p = len(self.problem.constraints)
        found = np.zeros(p + len(self.problem.logic) + 1)
        found[list(self.problem.equalities)] = self.tolerance
        found[p:-1] = min(self.tolerance, _ROW_NOISE)
        return found

    def _pulled(self, x: Floats, y: Floats, v: Floats) -> tuple[Floats, Floats, Floats]:
        """Gauss-Newton steps of the real decisions onto the constraints that are broken; what does
        not help is undone.
        """
        gradient = self.problem.gradient
        p = len(self.problem.constraints)
        movable = ~self.genome.discrete
        if gradient is None or p == 0 or not movable.any():
            return x, y, v
        rows = np.flatnonzero((v[:, :p] > 0).any(axis=1) & (v < _WORST).all(axis=1))
        for _ in range(_NEWTON):
            if len(rows) == 0:
                break
            broken = self._signed(x[rows])
            slopes = np.where((broken != 0)[:, :, None], gradient(x[rows])[1], 0.0)[:, :, movable]
            finite = np.isfinite(slopes).all(axis=(1, 2)) & np.isfinite(broken).all(axis=1)
            rows, slopes, broken = rows[finite], slopes[finite], broken[finite]
            if len(rows) == 0:
                break
            moved = x[rows]
            moved[:, movable] -= (np.linalg.pinv(slopes, rcond=1e-10) @ broken[:, :, None])[:, :, 0]
            moved[:, movable] = np.clip(
                moved[:, movable], self.genome.lower[movable], self.genome.upper[movable]
            )
            new_y, new_v = self._evaluate(moved)
            better = new_v.sum(axis=1) < v[rows].sum(axis=1)
            x[rows[better]], y[rows[better]], v[rows[better]] = (
                moved[better],
                new_y[better],
                new_v[better],
            )
            rows = rows[better & (new_v[:, :p] > 0).any(axis=1)]
        return x, y, v

    def _signed(self, x: Floats) -> Floats:
        """(k, p) by how much constraints are broken, with the sign that their derivatives belong
        to; 0 where they hold.
        """
        broken = self.problem.evaluate(x)[1]
        if self.problem.margins is None:
            return broken
        return np.where(broken > 0, self.problem.margins(x), 0.0)
