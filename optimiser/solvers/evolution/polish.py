"""Single points driven to the front by sequential quadratic programming, the ends of every objective first.

Pascoletti-Serafini: along the line from the reference corner in direction w, as far as a feasible point dominates it.

References:
    Pascoletti, Serafini (1984), Scalarizing vector optimization problems. JOTA 42(4), 499-524.
    Kraft (1988), A software package for sequential quadratic programming. DFVLR-FB 88-28 (SLSQP).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from optimiser.solvers.evolution.breeder import Breeder
from optimiser.solvers.evolution.coverage import REFERENCE
from optimiser.solvers.evolution.evaluation import Batch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optimiser.problem import Floats
    from optimiser.solvers.evolution.record import Record

__all__ = ["Polish"]

_AUGMENT = 1e-4
# a call for one point costs what several points cost in a generation, whatever the model
_CALL = 10.0
_AGAIN = 6
_SLICE = 400.0


@dataclass(eq=False)
class _Point:
    """The latest point asked for: its values and derivatives are needed by objective and constraints alike."""

    z: Floats
    y: Floats
    c: Floats
    dy: Floats | None = None
    dc: Floats | None = None
    trail: list[Batch] = field(default_factory=list)


class Polish:
    """One scalar problem after another.

    Attributes:
        solved: how many so far.
    """

    name = "polish"

    def __init__(self, breeder: Breeder, record: Record, /) -> None:
        self._breeder = breeder
        self._record = record
        self._constraints = breeder.constraints
        self._real = np.flatnonzero(breeder.evaluator.space.real)
        self._queue: list[int] = []
        self.solved = 0

    @property
    def ready(self) -> bool:
        """True where there is a front to start from."""
        return not self._record.coverage.empty

    def counts(self) -> Mapping[str, int]:
        """Sub-problems."""
        return {"subproblems": self.solved}

    def advance(self) -> None:
        """Sub-problems worth a slice: the ends first, then directions in random order."""
        start = self._breeder.evaluator.work
        while self._breeder.evaluator.work < start + _SLICE:
            self._next()

    def _next(self) -> None:
        coverage, rng = self._record.coverage, self._breeder.rng
        cells = coverage.champions()
        m = self._breeder.evaluator.m
        if self.solved < m:
            start = cells[np.argmin(coverage.y[cells, self.solved])]
            self._solve(coverage.x[start], anchor=self.solved)
            return
        if self.solved < 3 * m or self.solved % _AGAIN == 0:
            # an end may have several basins: once more from some point of the front, or from anywhere
            x = coverage.x[cells[rng.integers(0, len(cells))]]
            self._solve(self._anywhere(x) if rng.random() < 0.5 else x, anchor=int(rng.integers(0, m)))
            return
        if not self._queue:
            self._queue = [int(i) for i in rng.permutation(len(coverage.w))]
        cell = self._queue.pop()
        reached = coverage.length[cell] > 0
        start = cell if reached else int(cells[np.argmax(coverage.w[cells] @ coverage.w[cell])])
        self._solve(coverage.x[start], cell=cell)

    def _anywhere(self, x: Floats) -> Floats:
        """A random point with the discrete columns of a given one: the end of an objective may have several basins."""
        u = self._breeder.evaluator.space.encode(x[None])
        u[:, self._real] = self._breeder.rng.random((1, len(self._real)))
        point: Floats = self._breeder.evaluator.space.decode(u)[0]
        return point

    def _solve(self, x: Floats, *, anchor: int | None = None, cell: int = 0) -> None:
        from scipy.optimize import minimize

        self.solved += 1
        line = None if anchor is not None else self._record.coverage.w[cell]
        scalar = _Scalar(self, x, anchor, line)
        real = self._real
        bounds = [(0.0, 1.0)] * len(real) + ([] if line is None else [(None, None)])
        iterations = int(np.clip(3e5 / (200.0 + len(real) ** 2), 15, 100))
        with np.errstate(all="ignore"):
            found = minimize(
                scalar.value,
                scalar.start(),
                jac=scalar.slope,
                method="SLSQP",
                bounds=bounds,
                constraints=scalar.constraints(),
                options={"maxiter": iterations, "ftol": 1e-10},
            )
        evaluator = self._breeder.evaluator
        evaluator.work += int(found.nit) * (12.0 + 0.006 * len(real) ** 2)
        if np.isfinite(found.x).all():
            scalar.visit(found.x)
        batch = scalar.visited()
        last = self._constraints.inside(batch.take(np.array([len(batch) - 1])))
        self._record.offer(batch.take(batch.feasible))
        self._record.offer(last)


class _Scalar:
    """One scalar problem in the real columns of the unit cube, followed along a line by one more variable t."""

    def __init__(self, polish: Polish, x: Floats, anchor: int | None, line: Floats | None) -> None:
        self._evaluator = polish._breeder.evaluator
        self._constraints = polish._constraints
        self._coverage = polish._record.coverage
        self._real = polish._real
        self._logic = polish._breeder.logic
        self._anchor = anchor
        self._line = line
        self._base = self._evaluator.space.encode(x[None])[0]
        self._cache: _Point | None = None
        self._trail: list[Batch] = []

    def start(self) -> Floats:
        z = self._base[self._real]
        if self._line is None:
            found: Floats = z
            return found
        point = self._at(np.append(z, 0.0))
        return np.append(z, float(((point.y - REFERENCE) / self._line).max()))

    def visit(self, z: Floats) -> None:
        self._at(z)

    def visited(self) -> Batch:
        batches = self._trail
        whole = batches[0]
        for batch in batches[1:]:
            whole = Batch.join(whole, batch)
        return whole

    def value(self, z: Floats) -> float:
        point = self._at(z)
        if self._line is None:
            return float(point.y[self._anchor] + _AUGMENT * point.y.sum())
        return float(z[-1] + _AUGMENT * point.y.sum())

    def slope(self, z: Floats) -> Floats:
        dy, _ = self._slopes(z)
        if self._line is None:
            assert self._anchor is not None
            found: Floats = dy[self._anchor] + _AUGMENT * dy.sum(axis=0)
            return found
        return np.append(_AUGMENT * dy.sum(axis=0), 1.0)

    def constraints(self) -> list[dict[str, Any]]:
        equal = self._constraints.equal
        found: list[dict[str, Any]] = []
        if self._line is not None or (~equal).any():
            found.append({"type": "ineq", "fun": self._left, "jac": self._left_slope})
        if equal.any():
            found.append({"type": "eq", "fun": lambda z: self._at(z).c[equal], "jac": self._equal_slope})
        return found

    def _left(self, z: Floats) -> Floats:
        point = self._at(z)
        left = -point.c[~self._constraints.equal]
        if self._line is None:
            found: Floats = left
            return found
        return np.concatenate([REFERENCE + z[-1] * self._line - point.y, left])

    def _left_slope(self, z: Floats) -> Floats:
        dy, dc = self._slopes(z)
        dc = -dc[~self._constraints.equal]
        if self._line is None:
            found: Floats = dc
            return found
        line = np.column_stack([-dy, self._line])
        return np.concatenate([line, np.column_stack([dc, np.zeros(len(dc))])])

    def _equal_slope(self, z: Floats) -> Floats:
        _, dc = self._slopes(z)
        dc = dc[self._constraints.equal]
        return dc if self._line is None else np.column_stack([dc, np.zeros(len(dc))])

    def _x(self, z: Floats) -> Floats:
        u = self._base.copy()
        u[self._real] = np.clip(z[: len(self._real)], 0.0, 1.0)
        return self._evaluator.space.decode(u[None])

    def _at(self, z: Floats) -> _Point:
        z = np.where(np.isfinite(z), z, 0.5)
        if self._cache is None or not np.array_equal(z, self._cache.z):
            x = self._x(z)
            allowed = self._logic.holds(x) if len(self._logic) else None
            batch = self._evaluator(x, allowed=allowed)
            self._evaluator.work += _CALL
            self._trail.append(batch)
            y = (batch.y[0] - self._coverage.ideal) / self._coverage.span
            self._cache = _Point(z.copy(), np.nan_to_num(y, nan=1e6, posinf=1e6), self._constraints.values(x)[0])
        return self._cache

    def _slopes(self, z: Floats) -> tuple[Floats, Floats]:
        point = self._at(z)
        if point.dy is None or point.dc is None:
            dy, dc = self._evaluator.gradient(self._x(z))
            self._evaluator.work += _CALL
            point.dy = dy[0][:, self._real] / self._coverage.span[:, None]
            point.dc = self._constraints.normals(dc)[0][:, self._real]
        return point.dy, point.dc
