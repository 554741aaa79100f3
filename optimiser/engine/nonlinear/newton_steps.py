"""Newton steps for many points of the front at once, with second derivatives shared by neighbours.

For a point with objective gradients G (m, n), active constraints c with gradients J and a Hessian H
of the weighted objectives, the step d moves along a fixed direction r of objective space:  minimise
t + d'Hd/2  with  G d = t r  and  J d = -c. Its multipliers are the weights for which the point is
efficient, so they also say which Hessian to use.

References:
    Fliege, Graña Drummond, Svaiter (2009), Newton's method for multiobjective optimization.
    SIAM Journal on Optimization 20(2), 602-626.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.nonlinear.breeder import Breeder
from optimiser.engine.nonlinear.linear_systems import solve
from optimiser.engine.nonlinear.tolerances import (
    EIGEN_WORK,
    HESSIAN_DIFFERENCE,
    KKT_RIDGE,
    LEAST_WEIGHT,
    NEWTON_WORK,
    ON_BOUND,
    STEEPEST,
    TINY,
    WEIGHT_RIDGE,
)

if TYPE_CHECKING:
    from optimiser.engine.nonlinear.evaluator import Batch
    from optimiser.engine.problem import Flags, Floats

__all__ = ["NewtonSteps"]

_PINS = 4


def _first(u: Floats, step: Floats, over: Flags) -> Flags:
    """(k, n) which columns reach their bound early on the way: the half that does, and all within a
    hundred times the first.

    A column without curvature runs to infinity and drags others over their bounds, who will stay
    inside once it is held.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        at = np.where(over, np.where(step < 0, u, 1.0 - u) / np.abs(step), np.nan)
    at = np.where(over.any(axis=1, keepdims=True), at, 0.0)
    limit = np.maximum(np.nanmedian(at, axis=1), 100.0 * np.nanmin(at, axis=1))
    found: Flags = at <= limit[:, None]
    return found


def _weights(gram: Floats) -> Floats:
    """(k, m) weights that make the weighted gradient about as short as it can be, from inner
    products (k, m, m).
    """
    m = gram.shape[1]
    size = np.trace(gram, axis1=1, axis2=2)[:, None, None] + TINY
    weight = solve(gram / size + WEIGHT_RIDGE * np.eye(m), np.ones((len(gram), m, 1)))[:, :, 0]
    weight = np.maximum(weight, 0.0) + LEAST_WEIGHT
    found: Floats = weight / weight.sum(axis=1, keepdims=True)
    return found


def _multipliers(k: Floats, m: int, given: Floats, active: Flags) -> Floats:
    """(k, m + a) multipliers of a step with equal progress in every objective and active
    constraints met.

    A constraint whose multiplier has the wrong sign is let go, an objective too; then once more.
    """
    count, size = k.shape[:2]
    on = np.concatenate([np.ones((count, m), dtype=bool), active], axis=1)
    found = np.zeros((count, size))
    for _ in range(3):
        system = np.zeros((count, size + 1, size + 1))
        system[:, :size, :size] = k * (on[:, :, None] & on[:, None, :])
        scale = np.maximum(np.trace(system, axis1=1, axis2=2) / size, TINY)
        diagonal = np.arange(size)
        system[:, diagonal, diagonal] += np.where(on, KKT_RIDGE * scale[:, None], scale[:, None])
        border = (on & (np.arange(size) < m)) * np.sqrt(scale)[:, None]
        system[:, size, :size] = border
        system[:, :size, size] = border
        right = np.zeros((count, size + 1))
        right[:, :size] = np.where(on, given, 0.0)
        right[:, size] = np.sqrt(scale)
        found = solve(system, right[:, :, None])[:, :size, 0]
        wrong = on & (found < 0)
        lost = ~(on & ~wrong)[:, :m].any(axis=1)
        wrong[lost] = False
        if not wrong.any():
            break
        on &= ~wrong
    return np.where(on, np.maximum(found, 0.0), 0.0)


@dataclass(frozen=True, eq=False)
class _Local:
    """Derivatives at k points: gradients (k, m, n) scaled by the front's ranges, active constraints
    (k, a), (k, a, n).
    """

    g: Floats
    c: Floats
    j: Floats
    active: Flags


class NewtonSteps:
    """Steps in the unit cube from points near the front."""

    def __init__(self, breeder: Breeder, /) -> None:
        self._breeder = breeder

    def settled(self, u: Floats, /) -> Batch:
        """Evaluate (k, n) without letting discrete columns drift."""
        x = self._breeder.evaluator.space.decode(u)
        logic = self._breeder.logic
        return self._breeder.evaluator(x, allowed=logic.holds(x) if len(logic) else None)

    def hessians(self, u: Floats, span: Floats, /) -> Floats:
        """(m, n, n) second derivatives of the scaled objectives at (n,), by differences, made
        positive; ``span`` (m,).
        """
        evaluator = self._breeder.evaluator
        real = np.flatnonzero(evaluator.space.real)
        inward = np.where(u[real] < 0.5, 1.0, -1.0) * HESSIAN_DIFFERENCE
        points = np.tile(u, (len(real) + 1, 1))
        points[1 + np.arange(len(real)), real] += inward
        gradient, _ = evaluator.gradient(evaluator.space.decode(points))
        gradient = gradient / span[:, None]
        m, n = gradient.shape[1:]
        found = np.zeros((m, n, n))
        rows = (gradient[1:] - gradient[0]) / inward[:, None, None]
        found[:, real] = rows.transpose(1, 0, 2)
        found = 0.5 * (found + found.transpose(0, 2, 1))
        found[:, ~evaluator.space.real] = 0.0
        found[:, :, ~evaluator.space.real] = 0.0
        evaluator.work += 10.0 + m * EIGEN_WORK * n**3
        value, vector = np.linalg.eigh(np.clip(found, -STEEPEST, STEEPEST))
        positive: Floats = (vector * np.abs(value)[:, None, :]) @ vector.transpose(0, 2, 1)
        return positive

    def _local(self, u: Floats, span: Floats) -> _Local:
        evaluator = self._breeder.evaluator
        x = evaluator.space.decode(u)
        g, _ = derivatives = evaluator.gradient(x)
        c, j, active = self._breeder.constraints.active(x, derivatives[1])
        return _Local(g / span[:, None], c, j, active)

    def __call__(self, u: Floats, span: Floats, hessians: Floats, damping: float, /) -> Floats:
        """(k, n) steps from points (k, n) with second derivatives (m, n, n); columns that a bound
        holds do not move.
        """
        local = self._local(u, span)
        _, m, n = local.g.shape
        weight = _weights(np.einsum("kmn,kln->kml", local.g, local.g))
        held = self._held(u, np.einsum("km,kmn->kn", weight, local.g))
        normals = np.concatenate([local.g, local.j], axis=1)
        size = np.trace(hessians, axis1=1, axis2=2).mean() / n or 1.0
        diagonal = np.arange(n)
        step = np.where(
            held & (u <= ON_BOUND), -u, np.where(held & (u >= 1.0 - ON_BOUND), 1.0 - u, 0.0)
        )
        step[:, ~self._breeder.evaluator.space.real] = 0.0
        for _ in range(_PINS):
            h = np.einsum("km,mab->kab", weight, hessians)
            h[:, diagonal, diagonal] += damping * size
            h[held[:, :, None] | held[:, None, :]] = 0.0
            h[:, diagonal, diagonal] += held
            free = np.where(held[:, None, :], 0.0, normals)
            solved = solve(h, free.transpose(0, 2, 1))
            # what the columns on their way to a bound already contribute to the constraints;
            # progress is only equal in the rest
            given = np.einsum("kan,kn->ka", normals, np.where(held, step, 0.0))
            given[:, :m] = 0.0
            given[:, m:] += local.c
            multipliers = _multipliers(free @ solved, m, given, local.active)
            weight = np.maximum(multipliers[:, :m], 0.0) + LEAST_WEIGHT
            weight /= weight.sum(axis=1, keepdims=True)
            self._breeder.evaluator.work += len(u) * (0.5 + NEWTON_WORK * n**3)
            move = -np.einsum("kna,ka->kn", solved, multipliers)
            step = np.where(held, step, move)
            over = ~held & ((u + step < 0.0) | (u + step > 1.0))
            if not over.any():
                break
            first = over & _first(u, step, over)
            step = np.where(first, np.where(step < 0, -u, 1.0 - u), step)
            held |= first
        return step

    def _held(self, u: Floats, slope: Floats) -> Flags:
        held: Flags = ((u <= ON_BOUND) & (slope > 0)) | ((u >= 1.0 - ON_BOUND) & (slope < 0))
        return held | ~self._breeder.evaluator.space.real
