"""Weak duality in whole numbers: what a floating-point tableau suggests, proven or rejected.

All columns are boxed, so every integer vector of multipliers gives a valid statement: with ``D =
scale * c - lam A``,

    scale * c x - scale * cut >= bound := sum_i lam_i * side_i + sum_j min(D_j l_j, D_j u_j) - scale
    * cut

for every x in the box whose rows hold, where ``side_i`` is the row's lower limit for lam_i > 0 and
its upper limit otherwise. ``bound > 0`` therefore refutes "some x has c x <= cut", and ``bound +
|D_j| > 0`` refutes that x_j leaves the end of its box that minimises D_j x_j. With scale 0 the same
expression is a Farkas certificate. Multipliers are rounded tableau entries, clipped to ``cap``;
``precision`` of :mod:`.integer_program` chooses ``cap`` and the scale so that nothing here leaves
63 bits.

References:
    A. Neumaier, O. Shcherbina, "Safe bounds in linear and mixed-integer linear programming",
    Mathematical Programming 99, 2004, 283-296 (there with directed rounding; here with integers).
"""

from __future__ import annotations

import numpy as np

from optimiser.engine.exact.kernel.compiled.compiling import compiled

__all__ = ["dual_multipliers", "evaluate", "ray_multipliers", "step_multipliers"]


@compiled
def dual_multipliers(T, N, cap, scale, mult, nc, n):
    """The multipliers of the current basis, ``scale`` times, rounded. Returns how many there
    are.
    """
    count = 0
    for j in range(nc):
        i = N[j] - n
        if i >= 0:
            value = np.rint(-T[0, j] * scale)
            if value != 0.0:
                most = cap[i]
                mult[0, i] = np.int64(min(max(value, -most), most))
                mult[1, count] = i
                count += 1
    return count


@compiled
def step_multipliers(T, N, B, cap, scale, mult, nc, n, r, step):
    """The multipliers after a dual step of length ``step`` along row r, without making the
    pivot.
    """
    count = 0
    for j in range(nc):
        i = N[j] - n
        if i >= 0:
            value = np.rint((step * T[r, j] - T[0, j]) * scale)
            if value != 0.0:
                most = cap[i]
                mult[0, i] = np.int64(min(max(value, -most), most))
                mult[1, count] = i
                count += 1
    return count


@compiled
def ray_multipliers(T, B, N, cap, mult, nc, n, row):
    """The multipliers of tableau row ``abs(row)`` as an infeasibility ray (``row`` > 0: below its
    lower bound).
    """
    r = abs(row)
    sign = 1.0 if row > 0 else -1.0
    size = np.inf
    if B[r] >= n:
        size = cap[B[r] - n]
    for j in range(nc):
        i = N[j] - n
        if i >= 0 and abs(T[r, j]) > 1e-9:
            size = min(size, cap[i] / abs(T[r, j]))
    if size == np.inf:
        return 0
    size = np.floor(size)
    count = 0
    if B[r] >= n:
        i = B[r] - n
        mult[0, i] = np.int64(sign * size)
        mult[1, 0] = i
        count = 1
    for j in range(nc):
        i = N[j] - n
        if i >= 0:
            value = np.rint(sign * size * T[r, j])
            if value != 0.0:
                most = cap[i]
                mult[0, i] = np.int64(min(max(value, -most), most))
                mult[1, count] = i
                count += 1
    return count


@compiled
def evaluate(
    cc,
    Ac,
    cfix,
    rowfix,
    live,
    cidx,
    lo,
    up,
    sp_ptr,
    sp_idx,
    sp_val,
    mult,
    count,
    D,
    nl,
    n,
    scale,
    cut,
):
    """``bound`` as above over the ``nl`` live columns; ``D`` is left filled for fixing.

    Column v stands at ``cidx[v]`` of ``live``, ``cc`` (n,) and ``Ac`` (dense, n); the first ``nl``
    are live, the others are fixed, and ``cfix`` and ``rowfix`` are what they add.
    """
    dense = Ac.shape[0]
    bound = scale * (cfix - cut)
    for j in range(nl):
        D[j] = scale * cc[j]
    for k in range(count):
        i = mult[1, k]
        multiplier = mult[0, i]
        side = np.int64(lo[n + i]) if multiplier > 0 else np.int64(up[n + i])
        if i < dense:
            bound += multiplier * (side - rowfix[i])
            for j in range(nl):
                D[j] -= multiplier * Ac[i, j]
        else:
            for e in range(sp_ptr[i - dense], sp_ptr[i - dense + 1]):
                v = sp_idx[e]
                place = cidx[v]
                if place < nl:
                    D[place] -= multiplier * sp_val[e]
                else:
                    side -= sp_val[e] * np.int64(lo[v])
            bound += multiplier * side
    for j in range(nl):
        v = live[j]
        bound += min(D[j] * np.int64(lo[v]), D[j] * np.int64(up[v]))
    return bound
