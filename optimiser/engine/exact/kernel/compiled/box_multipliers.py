"""Multipliers in whole numbers: rounded from a tableau, or single rows where everything is fixed,
and what they exclude.

Signs here are those of the dual: an objective's multiplier is minus its weight.
"""

from __future__ import annotations

import numpy as np

from optimiser.engine.exact.kernel.compiled.compiling import compiled
from optimiser.engine.exact.kernel.compiled.simplex import OVER

__all__ = ["confirm", "duals", "excludes", "keep_vector", "settle_fixed"]

_WIDEST = 2.0**61


@compiled
def duals(T, B, N, dual, scale, aim, m, n, nc, outcome, row):
    """The multipliers of all rows in floating point; the objective aimed at counts as a row.

    The front's search scales and caps its multipliers by what was proven of the model's widths;
    these as coarsely as still excludes the box, so that a certificate is short.

    The tableau's rows are divided by ``scale``. The largest weight of an objective becomes 1, so
    that the others tend to be whole numbers themselves.
    """
    dual[:] = 0.0
    if outcome == OVER:
        dual[aim] = -1.0
        for j in range(nc):
            if N[j] >= n:
                dual[N[j] - n] = -T[0, j]
    else:
        r = abs(row)
        sign = 1.0 if row > 0 else -1.0
        if B[r] >= n:
            dual[B[r] - n] = sign
        for j in range(nc):
            if N[j] >= n:
                dual[N[j] - n] = sign * T[r, j]
    most = 0.0
    for i in range(dual.shape[0]):
        most = max(most, abs(dual[i]))
    for i in range(m):
        if abs(dual[i]) < 1e-10 * most:
            dual[i] = 0.0  # noise, not a weight
    for i in range(dual.shape[0]):
        dual[i] /= scale[i]
    largest = 0.0
    for i in range(m):
        largest = max(largest, abs(dual[i]))
    if largest == 0.0:
        for i in range(m, dual.shape[0]):
            largest = max(largest, abs(dual[i]))
    if largest > 0.0:
        for i in range(dual.shape[0]):
            dual[i] /= largest


@compiled
def confirm(matrix, low, high, weight, lo, up, limits, bounded, dual, mult, D, m, n, target):
    """Round the multipliers, coarsely first, until they exclude the target in whole numbers.
    Returns (confirmed, bound).
    """
    height = matrix.shape[0]
    for attempt in range(8):
        scale = 1.0 if attempt == 0 else 2.0 ** (4 * attempt - 2)
        wide = 0.0
        for i in range(height):
            value = np.rint(dual[i] * scale)
            if i < m:
                # weights on objectives: only where the box has a limit
                value = min(value, 0.0) if bounded[target, i] else 0.0
            elif (value > 0.0 and lo[n + i] == -np.inf) or (value < 0.0 and up[n + i] == np.inf):
                value = 0.0
            wide += abs(value) * weight[i]
            mult[i] = np.int64(value)
        if wide > _WIDEST:
            return False, np.int64(0)
        bound = _evaluate(matrix, low, high, lo, up, mult, D, m, n)
        if excludes(mult, bound, limits, bounded, m, target):
            return True, bound
    return False, np.int64(0)


@compiled
def _evaluate(matrix, low, high, lo, up, mult, D, m, n):
    """The bound of a vector over the node's box, in whole numbers.

    Not that of :mod:`.refutation`: a certificate's rows may lack a side, and the sides that are
    there may be whole numbers that no float holds, so that they are not among the float bounds.
    """
    D[:] = 0
    bound = np.int64(0)
    for i in range(mult.shape[0]):
        t = mult[i]
        if t == 0:
            continue
        if i >= m:
            bound += t * (low[i - m] if t > 0 else high[i - m])
        for j in range(n):
            D[j] -= t * matrix[i, j]
    for j in range(n):
        bound += min(D[j] * np.int64(lo[j]), D[j] * np.int64(up[j]))
    return bound


@compiled
def settle_fixed(
    matrix, low, high, limits, bounded, lo, up, alive, mult, D, out_rows, out_multipliers,
    out_sizes, size, m, n
):  # fmt: skip
    """Where all whole columns are fixed: exclude by single rows, exact however wide they are.
    Returns whether there was room.
    """
    for i in range(matrix.shape[0]):
        for sign in (-1, 1):
            possible = (
                sign < 0 if i < m else (lo[n + i] > -np.inf if sign > 0 else up[n + i] < np.inf)
            )
            if not possible:
                continue
            mult[:] = 0
            mult[i] = sign
            bound = _evaluate(matrix, low, high, lo, up, mult, D, m, n)
            kept = False
            for g in range(alive.shape[0]):
                if alive[g] and excludes(mult, bound, limits, bounded, m, g):
                    alive[g] = False
                    kept = True
            if kept and not keep_vector(out_rows, out_multipliers, out_sizes, size, mult, m):
                return False
    return True


@compiled
def excludes(mult, bound, limits, bounded, m, g):
    """Whether a vector excludes box g."""
    rest = bound
    for k in range(m):
        if mult[k] != 0:
            if not bounded[g, k]:
                return False
            rest += mult[k] * limits[g, k]
    return rest > 0


@compiled
def keep_vector(out_rows, out_multipliers, out_sizes, size, mult, m):
    """Write a vector down. Returns whether there was room."""
    if size[1] >= out_sizes.shape[0] or size[2] + mult.shape[0] > out_rows.shape[0]:
        return False
    count = 0
    for i in range(mult.shape[0]):
        if mult[i] != 0:
            out_rows[size[2]] = i
            out_multipliers[size[2]] = -mult[i] if i < m else mult[i]
            size[2] += 1
            count += 1
    out_sizes[size[1]] = count
    size[1] += 1
    return True
