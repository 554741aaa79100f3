"""Which column to branch on, and which sides need no branch at all."""

from __future__ import annotations

import numpy as np

from optimiser.engine.exact.kernel.compiled.compiling import compiled, inlined
from optimiser.engine.exact.kernel.compiled.propagation import tighten
from optimiser.engine.exact.kernel.compiled.refutation import (
    evaluate,
    ray_multipliers,
    step_multipliers,
)
from optimiser.engine.exact.kernel.places import (
    BEST,
    CFIX,
    ENTRIES,
    LIVE,
    NC,
    NT,
    QUOTA,
    SCALE,
    WHOLE,
    M,
)

__all__ = ["dual_ratios", "look_ahead", "pivot_rates", "unfixed"]

# Units of work that one look ahead may take: with a thousand wide rows it would take seconds.
LOOKED = 1_000_000


@inlined
def dual_ratios(T, sg, ratio, nc):
    """The dual ratio of column j in row i is 1 / (T[i, j] * ratio[j]): one division a column for
    all rows.
    """
    for j in range(nc):
        ratio[j] = sg[j] / max(-T[0, j] * sg[j], 1e-12)


@inlined
def pivot_rates(T, ratio, nc, i):
    """The least and the greatest inverse dual ratio in row i: what going up and down by one
    costs.
    """
    most = 0.0
    least = 0.0
    for j in range(nc):
        rate = T[i, j] * ratio[j]
        most = max(most, rate)
        least = min(least, rate)
    return least, most


@inlined
def look_ahead(
    S, T, beta, sg, B, N, loc, lo, up, ratio, x, cap, mult, cc, Ac, rowfix, live, cidx, sp_ptr,
    sp_idx, sp_val, D, tv, tb,
    branchable, choice, room,
):  # fmt: skip
    """What one dual pivot would do to every fractional column.

    A side that the pivot's multipliers refute (in whole numbers) is cut off at once, without a node
    of its own, as long as the work for that is bounded. Leaves the column to branch on, its floor
    and whether to go up first in ``choice`` (-1 where all are whole). Returns 0 where no side was
    cut off, 1 where some were, 2 where both sides of a column were: the node is refuted.
    """
    n = x.shape[0]
    best = -1.0
    choice[0] = -1.0
    nt = S[NT]
    m = S[M]
    nc = S[NC]
    cut = S[BEST] - 1
    left = LOOKED
    dual_ratios(T, sg, ratio, nc)
    for i in range(1, m + 1):
        v = B[i]
        if v >= n or not branchable[v]:
            continue
        below = np.floor(beta[i] + WHOLE)
        part = beta[i] - below
        if part < WHOLE:
            continue
        least, most = pivot_rates(T, ratio, nc, i)
        down = 1.0 / most if most > 1e-12 else np.inf
        rise = -1.0 / least if least < -1e-12 else np.inf
        one = down * part
        two = rise * (1.0 - part)
        gone = 0
        for side in range(2):
            if (one if side == 0 else two) <= room or left <= 0:
                continue
            low = lo[v]
            high = up[v]
            if side == 0:
                up[v] = below
            else:
                lo[v] = below + 1.0
            step = -down if side == 0 else rise
            scale = S[SCALE]
            if abs(step) < np.inf:
                count = step_multipliers(T, N, B, cap, scale, mult, nc, n, i, step)
            else:
                scale = 0
                count = ray_multipliers(T, B, N, cap, mult, nc, n, -i if side == 0 else i)
            bound = evaluate(
                cc,
                Ac,
                S[CFIX],
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
                S[LIVE],
                n,
                scale,
                cut,
            )
            work = 1 + (count + 2) * S[LIVE] // ENTRIES
            left -= work
            S[QUOTA] -= work
            lo[v] = low
            up[v] = high
            if bound > 0:
                gone += 1
                if gone == 2:
                    S[NT] = nt
                    return 2
                low = max(low, below + 1.0) if side == 0 else low
                high = high if side == 0 else below
                nt = tighten(T, beta, sg, loc, lo, up, tv, tb, m, nt, v, low, high)
        if gone == 0:
            one = min(one, room)
            two = min(two, room)
            score = max(one, 1e-6) * max(two, 1e-6)
            if score > best:
                best = score
                choice[0] = v
                choice[1] = below
                choice[2] = two < one
    changed = nt > S[NT]
    S[NT] = nt
    return 1 if changed else 0


@compiled
def unfixed(lo, up, branchable, x, n):
    """Some column that may still be branched on, and a floor between its bounds; -1 where all are
    fixed.
    """
    for v in range(n):
        if branchable[v] and up[v] > lo[v]:
            return v, min(max(np.floor(x[v]), lo[v]), up[v] - 1.0)
    return -1, 0.0
