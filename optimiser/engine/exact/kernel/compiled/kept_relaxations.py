"""The relaxation of every objective, kept between sub-problems: only the limits on the other
objectives change, which keeps it dual feasible.
"""

from __future__ import annotations

import numpy as np

from optimiser.engine.exact.kernel.compiled.branch_and_bound import enter, narrow
from optimiser.engine.exact.kernel.compiled.compiling import compiled, outer
from optimiser.engine.exact.kernel.compiled.simplex import (
    ABSENT,
    HALFWAY,
    INFEASIBLE,
    OPTIMAL,
    shift,
    start,
)
from optimiser.engine.exact.kernel.places import (
    BEST,
    ENTRIES,
    MODE,
    NC,
    QUOTA,
    ROOT,
    SCALE,
    SKIP,
    M,
)

__all__ = ["begin"]

# A kept relaxation is built anew after so many uses, against drift.
REFRESH = 100


@compiled
def _load(
    rT,
    rbeta,
    rsg,
    rB,
    rN,
    rlow,
    rhigh,
    size,
    S,
    T,
    beta,
    sg,
    B,
    N,
    loc,
    lo,
    up,
    low,
    high,
    c,
    rows,
    n,
):
    """The kept relaxation of an objective, moved to the rows' limits in ``lo`` and ``up``; built
    where there is none.
    """
    if size[2] < 0 or size[2] >= REFRESH:
        S[M], S[NC] = start(T, beta, sg, B, N, loc, lo, up, c, rows, S[SKIP], n)
        size[2] = 0
        return
    m = size[0]
    nc = size[1]
    S[M] = m
    S[NC] = nc
    loc[:] = ABSENT
    for i in range(m + 1):
        for j in range(nc):
            T[i, j] = rT[i, j]
        beta[i] = rbeta[i]
        B[i] = rB[i]
        if i > 0:
            loc[B[i]] = -i
    for j in range(nc):
        v = rN[j]
        N[j] = v
        sg[j] = rsg[j]
        loc[v] = j
        if v >= n:
            old = rhigh[v] if sg[j] < 0.0 else rlow[v]
            if lo[v] == up[v]:
                sg[j] = 0.0
            elif sg[j] == 0.0:
                sg[j] = 1.0 if T[0, j] <= 0.0 else -1.0
            new = up[v] if sg[j] < 0.0 else lo[v]
            if new != old:
                shift(T, beta, m, j, new - old)
    size[2] += 1


@compiled
def _keep(rT, rbeta, rsg, rB, rN, rlow, rhigh, size, T, beta, sg, B, N, lo, up, m, nc):
    """Keep the relaxation for the next sub-problem with the same objective."""
    size[0] = m
    size[1] = nc
    for i in range(m + 1):
        for j in range(nc):
            rT[i, j] = T[i, j]
        rbeta[i] = beta[i]
        rB[i] = B[i]
    for j in range(nc):
        rN[j] = N[j]
        rsg[j] = sg[j]
    for v in range(lo.shape[0]):
        rlow[v] = lo[v]
        rhigh[v] = up[v]


@outer
def begin(model, roots, search, o, skip, cut, probe):
    """Start the search for a plan with objective o at most ``cut`` within the limits in
    ``search.lo`` and ``search.up``.

    With ``probe`` >= 0 the search looks only so far beyond the relaxation's bound, which is
    returned: a tight cut fixes more columns, and an optimum is seldom far from its bound. In the
    mode ROOT a pause came before the end of the relaxation, and another call goes on with it.
    """
    S = search.S
    n = model.c.shape[1]
    at = o % roots.T.shape[0]
    if S[MODE] != ROOT:
        if roots.size[at, 3] != o:
            roots.size[at, 0] = 0
            roots.size[at, 2] = -1
            roots.size[at, 3] = o
        S[SKIP] = skip
        S[SCALE] = model.scale[o]
        _load(
            roots.T[at], roots.beta[at], roots.sg[at], roots.B[at], roots.N[at], roots.low[at],
            roots.high[at], roots.size[at],
            S, search.T, search.beta, search.sg, search.B, search.N, search.loc, search.lo,
            search.up, model.low, model.high, model.c[o], model.rows, n,
        )  # fmt: skip
        S[QUOTA] -= 2 * (S[M] + 1) * (S[NC] + 1) // ENTRIES
    outcome, row = enter(
        S, search.T, search.beta, search.sg, search.B, search.N, search.loc, search.lo, search.up,
        search.ratio, search.x,
        model.c[o], model.rows, model.sp_ptr, model.sp_idx, model.sp_val, model.cap, search.mult,
        search.cc,
        search.Ac, search.rowfix, search.live, search.cidx, search.D, search.tv, search.tb, n, cut,
    )  # fmt: skip
    if outcome == HALFWAY:
        return np.int64(0)
    if outcome == INFEASIBLE:
        if roots.size[at, 0] == 0:
            roots.size[at, 2] = -1
    else:
        _keep(
            roots.T[at], roots.beta[at], roots.sg[at], roots.B[at], roots.N[at], roots.low[at],
            roots.high[at], roots.size[at],
            search.T, search.beta, search.sg, search.B, search.N, search.lo, search.up, S[M], S[NC],
        )  # fmt: skip
    floor = np.int64(np.ceil(min(search.beta[0], np.float64(cut)) - 1e-6))
    if probe >= 0 and outcome == OPTIMAL:
        S[BEST] = min(cut, floor + probe) + 1
    narrow(
        S, search.T, search.beta, search.sg, search.B, search.N, search.loc, search.lo, search.up,
        model.c[o], model.rows,
        model.sp_ptr, model.sp_idx, model.sp_val, model.cap, search.mult, search.cc, search.Ac,
        search.rowfix, search.live, search.cidx, search.D, search.tv, search.tb, n, outcome, row,
    )  # fmt: skip
    return floor
