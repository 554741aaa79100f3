"""One scalar problem in the real columns of a plan, solved by sequential quadratic programming with
exact derivatives.

Either one objective is minimised, or, after Pascoletti and Serafini, the plan goes along a line of
objective space as far as something feasible dominates it. Every objective has a small share in
either, so that no answer is only weakly efficient.

References:
    Pascoletti, Serafini (1984), Scalarizing vector optimization problems. JOTA 42(4), 499-524.
    Kraft (1988), A software package for sequential quadratic programming. DFVLR-FB 88-28 (SLSQP).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from optimiser.engine.nonlinear.breeder import Breeder
from optimiser.engine.nonlinear.evaluator import Batch
from optimiser.engine.nonlinear.tolerances import COARSE_GAIN, PROGRAMMING_WORK, SHARE_OF_OTHERS

if TYPE_CHECKING:
    from optimiser.engine.problem import Floats

__all__ = ["Aim", "Axes", "ScalarLimits", "coarse", "drive"]

# a call for one point costs what several points cost in a generation, whatever the model
_CALL = 10.0


@dataclass(frozen=True, eq=False)
class Axes:
    """Objectives (m,) become (y - ideal) / span."""

    ideal: Floats
    span: Floats


@dataclass(frozen=True, eq=False)
class Aim:
    """Where to: the best of one objective, or from ``origin`` (m,) along -``line`` (m,), both on
    the axes.
    """

    objective: int = 0
    origin: Floats | None = None
    line: Floats | None = None


@dataclass(frozen=True)
class ScalarLimits:
    """When to stop: after so many iterations, or when one gains less than ``gain``."""

    iterations: int
    gain: float


@dataclass(eq=False)
class _Point:
    """The latest point asked for: its values and derivatives are needed by objective and
    constraints alike.
    """

    z: Floats
    y: Floats
    c: Floats
    dy: Floats | None = None
    dc: Floats | None = None


def coarse(columns: int, /) -> ScalarLimits:
    """Limits of a first approach: the more columns, the fewer iterations in the same work."""
    return ScalarLimits(int(np.clip(3e5 / (200.0 + columns**2), 15, 100)), COARSE_GAIN)


def drive(breeder: Breeder, x: Floats, axes: Axes, aim: Aim, limits: ScalarLimits, /) -> Batch:
    """All that is evaluated on the way from a plan (n,), the last one being where it ends."""
    from scipy.optimize import minimize

    scalar = _Scalar(breeder, x, axes, aim)
    columns = len(scalar.real)
    if not columns:
        scalar.visit(scalar.start())
        return scalar.visited()
    with np.errstate(all="ignore"):
        found = minimize(
            scalar.value,
            scalar.start(),
            jac=scalar.slope,
            method="SLSQP",
            bounds=scalar.bounds(),
            constraints=scalar.constraints(),
            options={"maxiter": limits.iterations, "ftol": limits.gain},
        )
    breeder.evaluator.work += int(found.nit) * (12.0 + PROGRAMMING_WORK * columns**3)
    if np.isfinite(found.x).all():
        scalar.visit(found.x)
    return scalar.visited()


class _Scalar:
    """The problem in the unit cube; along a line one more variable t is minimised."""

    def __init__(self, breeder: Breeder, x: Floats, axes: Axes, aim: Aim) -> None:
        self._evaluator, self._constraints, self._logic = (
            breeder.evaluator,
            breeder.constraints,
            breeder.logic,
        )
        self._low, self._high = self._constraints.bounds(x)
        self.real = np.flatnonzero(self._evaluator.space.real & (self._high > self._low))
        kept = ~self._constraints.bounding
        self._more, self._equal = kept & ~self._constraints.equal, kept & self._constraints.equal
        self._axes, self._aim = axes, aim
        self._origin = np.zeros(self._evaluator.m) if aim.origin is None else aim.origin
        self._base = self._evaluator.space.encode(x[None])[0]
        self._cache: _Point | None = None
        self._trail: list[Batch] = []

    def start(self) -> Floats:
        z = self._base[self.real]
        if self._aim.line is None:
            found: Floats = z
            return found
        point = self._at(np.append(z, 0.0))
        return np.append(z, float(((point.y - self._origin) / self._aim.line).max()))

    def visit(self, z: Floats) -> None:
        self._at(z)

    def visited(self) -> Batch:
        return Batch.join(*self._trail)

    def value(self, z: Floats) -> float:
        point = self._at(z)
        most = point.y[self._aim.objective] if self._aim.line is None else z[-1]
        return float(most + SHARE_OF_OTHERS * point.y.sum())

    def slope(self, z: Floats) -> Floats:
        dy, _ = self._slopes(z)
        if self._aim.line is None:
            found: Floats = dy[self._aim.objective] + SHARE_OF_OTHERS * dy.sum(axis=0)
            return found
        return np.append(SHARE_OF_OTHERS * dy.sum(axis=0), 1.0)

    def bounds(self) -> list[tuple[float | None, float | None]]:
        pairs = zip(self._low[self.real].tolist(), self._high[self.real].tolist(), strict=True)
        return [*pairs, *([] if self._aim.line is None else [(None, None)])]

    def constraints(self) -> list[dict[str, Any]]:
        equal = self._equal
        found: list[dict[str, Any]] = []
        if self._aim.line is not None or self._more.any():
            found.append({"type": "ineq", "fun": self._left, "jac": self._left_slope})
        if equal.any():
            found.append(
                {"type": "eq", "fun": lambda z: self._at(z).c[equal], "jac": self._equal_slope}
            )
        return found

    def _left(self, z: Floats) -> Floats:
        point = self._at(z)
        left = -point.c[self._more]
        if self._aim.line is None:
            found: Floats = left
            return found
        return np.concatenate([self._origin + z[-1] * self._aim.line - point.y, left])

    def _left_slope(self, z: Floats) -> Floats:
        dy, dc = self._slopes(z)
        dc = -dc[self._more]
        if self._aim.line is None:
            found: Floats = dc
            return found
        line = np.column_stack([-dy, self._aim.line])
        return np.concatenate([line, np.column_stack([dc, np.zeros(len(dc))])])

    def _equal_slope(self, z: Floats) -> Floats:
        _, dc = self._slopes(z)
        dc = dc[self._equal]
        return dc if self._aim.line is None else np.column_stack([dc, np.zeros(len(dc))])

    def _x(self, z: Floats) -> Floats:
        u = self._base.copy()
        u[self.real] = np.clip(z[: len(self.real)], self._low[self.real], self._high[self.real])
        return self._evaluator.space.decode(u[None])

    def _at(self, z: Floats) -> _Point:
        z = np.where(np.isfinite(z), z, 0.5)
        if self._cache is None or (z != self._cache.z).any():
            x = self._x(z)
            allowed = self._logic.holds(x) if len(self._logic) else None
            batch = self._evaluator(x, allowed=allowed)
            self._evaluator.work += _CALL
            self._trail.append(batch)
            y = (batch.y[0] - self._axes.ideal) / self._axes.span
            if not np.isfinite(y).all():
                y = np.nan_to_num(y, nan=1e6, posinf=1e6)
            self._cache = _Point(z, y, self._constraints.values(x)[0])
        return self._cache

    def _slopes(self, z: Floats) -> tuple[Floats, Floats]:
        point = self._at(z)
        if point.dy is None or point.dc is None:
            dy, dc = self._evaluator.gradient(self._x(z))
            self._evaluator.work += _CALL
            point.dy = dy[0][:, self.real] / self._axes.span[:, None]
            point.dc = self._constraints.normals(dc)[0][:, self.real]
        return point.dy, point.dc
