"""Evaluating points and counting what that costs.

Work is counted, never timed, so that a seed gives the same result however fast a machine is: one
unit is about what it costs to make, evaluate and judge one point in the generational core.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.nonlinear.space import Space
from optimiser.engine.nonlinear.tolerances import DIFFERENCE, EQUAL, STEEPEST

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.problem import Flags, Floats, Problem

    Positions = NDArray[np.int64]

__all__ = ["Batch", "Evaluator", "Margins", "margins_of"]


@dataclass(frozen=True, eq=False)
class Margins:
    """What ``Problem.evaluate`` cannot say of its constraints: by how much they hold, and which are
    equalities.

    Attributes:
        signed: (k, n) -> (k, p) left side minus right side in the scale of the violations, before
            clipping at 0: at most 0 where an inequality holds.
        equalities: positions of the constraints that are equalities, held to ``EQUAL`` in the
            scale of the violations.
    """

    signed: Callable[[Floats], Floats]
    equalities: tuple[int, ...] = ()


def margins_of(problem: Problem, /) -> Margins | None:
    """What a problem says of its constraints itself; None where it says nothing."""
    return None if problem.margins is None else Margins(problem.margins, problem.equalities)


@dataclass(frozen=True, eq=False)
class Batch:
    """k evaluated points: decisions (k, n), objectives (k, m), violations (k, p) where tolerated
    ones are 0.
    """

    x: Floats
    y: Floats
    v: Floats
    feasible: Flags

    def take(self, rows: Positions | Flags, /) -> Batch:
        """Some of the k points, by position or flag (k,)."""
        if rows.dtype == bool:
            rows = np.flatnonzero(rows)
        # whole rows are copied faster so than by an index
        return Batch(
            self.x.take(rows, axis=0),
            self.y.take(rows, axis=0),
            self.v.take(rows, axis=0),
            self.feasible.take(rows),
        )

    def __len__(self) -> int:
        return len(self.y)

    @staticmethod
    def join(*parts: Batch) -> Batch:
        """The points of all, one at least."""
        return Batch(
            np.concatenate([part.x for part in parts]),
            np.concatenate([part.y for part in parts]),
            np.concatenate([part.v for part in parts]),
            np.concatenate([part.feasible for part in parts]),
        )


@dataclass(eq=False)
class Evaluator:
    """The problem with a meter on it.

    Attributes:
        evaluations: points evaluated.
        gradients: points whose derivatives were taken.
        work: units of counted work so far.
        scale: (p,) the largest finite violation seen, to make constraints comparable.
    """

    problem: Problem
    margins: Margins | None
    space: Space = field(init=False)
    evaluations: int = 0
    gradients: int = 0
    work: float = 0.0

    def __post_init__(self) -> None:
        self.space = Space(self.problem.decisions)
        self.n = self.space.n
        self.m = len(self.problem.objectives)
        self.p = len(self.problem.constraints)
        self.scale = np.zeros(self.p)
        self.equal = np.zeros(self.p, dtype=bool)
        if self.margins is not None:
            self.equal[list(self.margins.equalities)] = True

    @property
    def smooth(self) -> bool:
        """True where derivatives of all that matters can be had."""
        return self.problem.gradient is not None and (self.p == 0 or self.margins is not None)

    def __call__(self, x: Floats, /, *, allowed: Flags | None = None) -> Batch:
        """Evaluate (k, n) decisions; ``allowed`` (k,) false marks points that break a logic row."""
        self.evaluations += len(x)
        self.work += len(x)
        y, v = self.problem.evaluate(x)
        y = np.asarray(y, dtype=float)
        v = np.array(v, dtype=float).reshape(len(x), self.p)
        defined = np.isfinite(y)
        feasible: Flags = np.ones(len(x), dtype=bool)
        if not defined.all():
            feasible &= defined.all(axis=1)
        if self.p:
            sound = bool(np.isfinite(v).all())
            if not sound:
                v[np.isnan(v)] = np.inf
            if self.equal.any():
                v[:, self.equal] = np.where(v[:, self.equal] <= EQUAL, 0.0, v[:, self.equal])
            if len(v):
                finite = v if sound else np.where(np.isfinite(v), v, 0.0)
                self.scale = np.maximum(self.scale, finite.max(axis=0))
            feasible &= np.all(v <= 0.0, axis=1)
        if allowed is not None:
            feasible &= allowed
        return Batch(x, y, v, feasible)

    def total(self, batch: Batch, /) -> Floats:
        """(k,) one violation a point: 0 where feasible, infinite where undefined."""
        if self.p:
            scale = np.where(self.scale > 0, self.scale, 1.0)
            total = (batch.v / scale).sum(axis=1)
        else:
            total = np.zeros(len(batch))
        return np.where(batch.feasible, 0.0, np.where(total > 0, total, np.inf))

    def gradient(self, x: Floats, /) -> tuple[Floats, Floats]:
        """(k, n) -> derivatives in the unit cube, (k, m, n) of the objectives and (k, p, n) of the
        constraints; finite.
        """
        assert self.problem.gradient is not None
        self.gradients += len(x)
        self.work += 2.0 * len(x)
        jacobian, normals = self.problem.gradient(x)
        width = self.space.width
        return _finite(jacobian * width), _finite(
            np.asarray(normals).reshape(len(x), self.p, self.n) * width
        )

    def normals(self, x: Floats, /) -> Floats:
        """(k, n) -> (k, p, n) derivatives of the constraints in the unit cube, by differences where
        the model has kinks.
        """
        if self.problem.gradient is not None:
            return self.gradient(x)[1]
        k = len(x)
        real = np.flatnonzero(self.space.real)
        points = np.repeat(x, len(real) + 1, axis=0).reshape(k, len(real) + 1, self.n)
        inward = (
            np.where(x[:, real] * 2 < (self.space.lower + self.space.upper)[real], 1.0, -1.0)
            * DIFFERENCE
        )
        points[:, 1 + np.arange(len(real)), real] += inward * self.space.width[real]
        value = self.signed(points.reshape(-1, self.n)).reshape(k, len(real) + 1, self.p)
        self.evaluations += value.shape[0] * value.shape[1]
        self.work += value.shape[0] * value.shape[1]
        found = np.zeros((k, self.p, self.n))
        found[:, :, real] = ((value[:, 1:] - value[:, :1]) / inward[:, :, None]).transpose(0, 2, 1)
        return _finite(found)

    def signed(self, x: Floats, /) -> Floats:
        """(k, p) constraint values before clipping: at most 0 where an inequality holds."""
        if self.margins is None:
            return np.zeros((len(x), self.p))
        found: Floats = np.asarray(self.margins.signed(x), dtype=float)
        if not np.isfinite(found).all():
            found = np.nan_to_num(found, nan=1e30, posinf=1e30, neginf=-1e30)
        return found


def _finite(derivative: Floats) -> Floats:
    found: Floats = np.clip(derivative, -STEEPEST, STEEPEST)
    found[np.isnan(found)] = 0.0
    return found
