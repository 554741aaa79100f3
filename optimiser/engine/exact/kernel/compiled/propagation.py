"""Bounds of columns: changed with a trail, and propagated through the sparse rows in exact whole
numbers.
"""

from __future__ import annotations

import numpy as np

from optimiser.engine.exact.kernel.compiled.compiling import compiled
from optimiser.engine.exact.kernel.compiled.simplex import ABSENT, shift

__all__ = ["propagate", "tighten", "undo"]


@compiled
def tighten(T, beta, sg, loc, lo, up, tv, tb, m, nt, v, low, high):
    """Bounds ``low`` and ``high`` for column v; a nonbasic column moves with its bound. Returns the
    trail's length.
    """
    tv[nt] = v
    tb[nt, 0] = lo[v]
    tb[nt, 1] = up[v]
    j = loc[v]
    if j >= 0 and j != ABSENT:
        delta = (high - up[v]) if sg[j] < 0.0 else (low - lo[v])
        if delta != 0.0:
            shift(T, beta, m, j, delta)
        if low == high:
            sg[j] = 0.0
    lo[v] = low
    up[v] = high
    return nt + 1


@compiled
def undo(lo, up, tv, tb, nt, mark):
    """The bounds as they were when the trail had length ``mark``."""
    while nt > mark:
        nt -= 1
        v = tv[nt]
        lo[v] = tb[nt, 0]
        up[v] = tb[nt, 1]


@compiled
def propagate(
    T, beta, sg, loc, lo, up, tv, tb, sp_ptr, sp_idx, sp_val, cp_ptr, cp_idx, m, n, dense, head, nt
):
    """Bound propagation from the trail entries ``head``.. on, to the end. Returns the trail's
    length, -1 - it if refuted.
    """
    while head < nt:
        changed = tv[head]
        head += 1
        for place in range(cp_ptr[changed], cp_ptr[changed + 1]):
            s = cp_idx[place]
            least = 0.0
            most = 0.0
            for e in range(sp_ptr[s], sp_ptr[s + 1]):
                a = sp_val[e]
                v = sp_idx[e]
                if a > 0:
                    least += a * lo[v]
                    most += a * up[v]
                else:
                    least += a * up[v]
                    most += a * lo[v]
            floor = lo[n + dense + s]
            ceiling = up[n + dense + s]
            if least > ceiling or most < floor:
                return -1 - nt
            if most <= ceiling and least >= floor:
                continue
            for e in range(sp_ptr[s], sp_ptr[s + 1]):
                a = np.float64(sp_val[e])
                v = sp_idx[e]
                low = lo[v]
                high = up[v]
                if low == high:
                    continue
                span = abs(a) * (high - low)
                if least + span > ceiling:
                    steps = np.floor((ceiling - least) / abs(a))
                    if a > 0:
                        high = low + steps
                    else:
                        low = high - steps
                if most - span < floor:
                    steps = np.floor((most - floor) / abs(a))
                    if a > 0:
                        low = max(low, up[v] - steps)
                    else:
                        high = min(high, lo[v] + steps)
                if low > high:
                    return -1 - nt
                if low > lo[v] or high < up[v]:
                    if a > 0:
                        least += a * (low - lo[v])
                        most += a * (high - up[v])
                    else:
                        least += a * (high - up[v])
                        most += a * (low - lo[v])
                    nt = tighten(T, beta, sg, loc, lo, up, tv, tb, m, nt, v, low, high)
    return nt
