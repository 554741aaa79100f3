"""The problem as pymoo sees it: points of the unit cube in, scaled objectives and violations out.

Genome, repair and restoration are those of our own nonlinear engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from optimiser.engine.nonlinear.evaluator import Batch
    from optimiser.engine.problem import Problem
    from optimiser.front import Floats

__all__ = ["Measurement"]

_WORST = 1e30
_RARE = 0.3
# exact volumes grow steeply with the number of points from three objectives on
_EXACT_POINTS = {2: 20000, 3: 3000, 4: 600, 5: 200}


def _volume(y: Floats, low: Floats, high: Floats) -> float:
    """The share of a box, a tenth larger than from the one corner to the other, that (k, m) points
    dominate.
    """
    import moocore

    from optimiser.engine.nonlinear.hypervolumes import REFERENCE

    scaled = (y - low) / np.where(high > low, high - low, 1.0)
    scaled = np.maximum(scaled[(scaled < REFERENCE).all(axis=1)], -10.0)
    if len(scaled) == 0:
        return 0.0
    if y.shape[1] == 1:
        return float((REFERENCE - scaled.min()) / REFERENCE)
    scaled = scaled[:: max(1, len(scaled) // _EXACT_POINTS.get(y.shape[1], 100))]
    found = moocore.hypervolume(np.ascontiguousarray(scaled), ref=np.full(y.shape[1], REFERENCE))
    return float(found / REFERENCE ** y.shape[1])


class Measurement:
    """Plans of an evolutionary search evaluated, and everything worth keeping that it has met.

    Attributes:
        problem: what is searched.
        breeder: from points of the cube to plans that obey.
        archive: every non-dominated feasible plan so far.
        feasible: share of the plans that held lately.

    Args:
        should_stop: asked while plans are made to obey.
    """

    def __init__(
        self,
        problem: Problem,
        rng: np.random.Generator,
        /,
        *,
        should_stop: Callable[[], object] | None = None,
    ) -> None:
        from optimiser.engine.nonlinear.archive import Archive
        from optimiser.engine.nonlinear.breeder import breeder_of
        from optimiser.engine.nonlinear.evaluator import Evaluator, margins_of
        from optimiser.engine.nonlinear.listed_choices import ListedChoices
        from optimiser.engine.nonlinear.slices import slices_of

        self.problem = problem
        evaluator, parts = Evaluator(problem, margins_of(problem)), slices_of(problem)
        choices = ListedChoices(evaluator.space, parts) if parts else None
        self.breeder = breeder_of(evaluator, rng, choices=choices, should_stop=should_stop)
        self.archive = Archive(self.breeder.evaluator.n, self.breeder.evaluator.m)
        self.feasible = 1.0
        self._box: tuple[Floats, Floats] | None = None
        self._unit: Floats | None = None

    @property
    def evaluations(self) -> int:
        """Points evaluated."""
        return self.breeder.evaluator.evaluations

    @property
    def limits(self) -> int:
        """How many violations a point has: constraints, logic rows, and whether it is undefined."""
        return self.breeder.evaluator.p + len(self.breeder.logic) + 1

    def volume(self) -> float:
        """The share of the box that the archive dominates; the box is fixed when it is first asked
        for.
        """
        y = self.archive.y
        if self._box is None:
            self._box = y.min(axis=0), y.max(axis=0)
        return _volume(y, *self._box)

    def covered(self) -> float:
        """The same of the box of the archive itself."""
        y = self.archive.y
        return _volume(y, y.min(axis=0), y.max(axis=0)) if len(y) else 0.0

    def measure(self, u: Floats, /) -> tuple[Floats, Floats, Floats]:
        """(k, n) points of the cube -> the repaired points, scaled objectives (k, m), violations
        (k, p); feasible plans are kept.
        """
        self.breeder.scarce = self.feasible < _RARE
        batch = self.breeder.plans(u)
        good = batch.feasible
        self.feasible = 0.8 * self.feasible + 0.2 * float(good.mean())
        self.archive.add(batch.x[good], batch.y[good])
        y = np.where(np.isfinite(batch.y), batch.y, _WORST)
        return self.breeder.evaluator.space.encode(batch.x), self._scaled(y), self._broken(batch)

    def _scaled(self, y: Floats) -> Floats:
        if self._unit is None:
            seen = y[(np.abs(y) < _WORST).all(axis=1)]
            width = np.ptp(seen, axis=0) if len(seen) else np.ones(y.shape[1])
            self._unit = np.where(width > 0, width, 1.0)
        return np.asarray(np.clip(y / self._unit, -_WORST, _WORST))

    def _broken(self, batch: Batch) -> Floats:
        undefined = np.where(np.isfinite(batch.y).all(axis=1), 0.0, _WORST)
        v = np.column_stack([batch.v, self.breeder.logic.broken(batch.x), undefined])
        return np.asarray(np.minimum(v, _WORST))
