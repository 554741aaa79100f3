# ruff: noqa: PLR0913, PLR0917
"""All non-dominated points, zone by zone: the loop over sub-problems, resumable after any number of
nodes.

A zone u with direction k asks for the least f_k among the plans with f_j < u_j for the other j and
f_k < u_k (first stage), then, among the plans at most as large in every objective, for the least
sum (second stage), which makes the point efficient without weights that would need wide numbers.
Where the first stage finds nothing the zone is empty.

The relaxation of every objective is kept between sub-problems: only the limits on the other
objectives change, which keeps it dual feasible.
"""

from __future__ import annotations

import numpy as np

from optimiser.engine.exact.kernel.compiled.branch_and_bound import enter, explore, narrow
from optimiser.engine.exact.kernel.compiled.compiling import compiled, entry, outer
from optimiser.engine.exact.kernel.compiled.places import (
    BEST,
    BUDGET,
    DONE,
    FOUND,
    NC,
    NODES,
    PAUSED,
    PLAN,
    QUOTA,
    SCALE,
    SKIP,
    M,
)
from optimiser.engine.exact.kernel.compiled.simplex import ABSENT, INFEASIBLE, OPTIMAL, shift, start
from optimiser.engine.exact.kernel.compiled.zone_table import choose, exclude, insert, room_for

__all__ = ["COMPLETE", "ENDED", "FULL", "HALTED", "NEXT", "OVERRUN", "PLANNED", "advance"]

COMPLETE, HALTED, OVERRUN, FULL, PLANNED, ENDED, NEXT = 0, 1, 2, 3, 4, 5, 6
CHOOSE, START, FIRST, SECOND, RECORD, SINGLE, SEARCHING = 0, 1, 2, 3, 4, 5, 6

# Places in Z: COUNT zones and POINTS so far; PHASE of the current sub-problem, its direction K, the
# CUT that f_K must not exceed and the smaller cut PROBED that is tried first, FLOOR the
# relaxation's bound and PROBE how far the first try goes beyond it; CORNERS objectives whose least
# value is known; LIMIT nodes a stage may take, NODES_AT the node counter at its begin; ANSWER of a
# fallback (0 none, 1 nothing there, 2 a plan in xbest); LEAVE_OUT the dense row that a SINGLE
# search leaves out (its limits, objective K and CUT are the caller's); LED whether the caller
# chooses what to solve next (1: it has to choose once the corners are known, 2: it has chosen, 3:
# it has to choose now); the rest are statistics. A direction of -1 is that of a point that the
# caller has in y and xbest.
(
    COUNT, POINTS, PHASE, K, CUT, PROBED, FLOOR, PROBE, CORNERS, LIMIT, NODES_AT, ANSWER,
    SUBPROBLEMS, SECONDS, REPEATS,
    NODES_EMPTY, NODES_SECOND, LEAVE_OUT, LED,
) = range(19)  # fmt: skip
# A kept relaxation is built anew after so many uses, against drift.
REFRESH = 100


@compiled
def _load(  # type: ignore[no-untyped-def]
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
    o,
):
    """The kept relaxation of objective o, moved to the rows' limits in ``lo`` and ``up``; built
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
def _keep(rT, rbeta, rsg, rB, rN, rlow, rhigh, size, T, beta, sg, B, N, lo, up, m, nc):  # type: ignore[no-untyped-def]
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
def _begin(model, roots, search, o, skip, cut, probe):  # type: ignore[no-untyped-def]
    """Start the search for a plan with objective o at most ``cut`` within the limits in
    ``search.lo`` and ``search.up``.

    With ``probe`` >= 0 the search looks only so far beyond the relaxation's bound, which is
    returned: a tight cut fixes more columns, and an optimum is seldom far from its bound.
    """
    S = search.S
    n = model.c.shape[1]
    S[SKIP] = skip
    S[SCALE] = model.scale[o]
    _load(
        roots.T[o], roots.beta[o], roots.sg[o], roots.B[o], roots.N[o], roots.low[o],
        roots.high[o], roots.size[o],
        S, search.T, search.beta, search.sg, search.B, search.N, search.loc, search.lo, search.up,
        model.low, model.high,
        model.c[o], model.rows, n, o,
    )  # fmt: skip
    outcome, row = enter(
        S, search.T, search.beta, search.sg, search.B, search.N, search.loc, search.lo, search.up,
        search.ratio, search.x,
        model.c[o], model.rows, model.sp_ptr, model.sp_idx, model.sp_val, model.cap, search.mult,
        search.cc,
        search.Ac, search.rowfix, search.live, search.cidx, search.D, search.tv, search.tb, n, cut,
    )  # fmt: skip
    if outcome == INFEASIBLE:
        if roots.size[o, 0] == 0:
            roots.size[o, 2] = -1
    else:
        _keep(
            roots.T[o], roots.beta[o], roots.sg[o], roots.B[o], roots.N[o], roots.low[o],
            roots.high[o], roots.size[o],
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


@outer
def _limits(model, search, state, second):  # type: ignore[no-untyped-def]
    """The bounds of columns and rows of the stage. Returns False where some limit is below what is
    possible at all.
    """
    n = model.c.shape[1]
    p = model.c.shape[0] - 1
    lo = search.lo
    up = search.up
    lo[:] = model.low
    up[:] = model.high
    possible = True
    for k in range(p):
        high = state.y[k] if second else state.u[k] - 1
        up[n + k] = min(up[n + k], np.float64(high))
        if up[n + k] < lo[n + k]:
            possible = False
    return possible


@outer
def _pick(model, state):  # type: ignore[no-untyped-def]
    """The next zone and direction, into ``state.u`` and Z; the corners first. Returns False where
    no zone is left.
    """
    Z = state.Z
    p = model.c.shape[0] - 1
    if Z[COUNT] == 0:
        return False
    k = Z[CORNERS]
    if k < p:
        for j in range(p):
            state.u[j] = state.top[j]
        for q in range(Z[POINTS]):
            state.u[k] = min(state.u[k], state.Y[q, k])
    else:
        z = choose(state.score, Z[COUNT])
        k = state.direction[z]
        for j in range(p):
            state.u[j] = state.U[z, j]
    Z[K] = k
    Z[CUT] = state.u[k] - 1
    return True


@outer
def _empty(model, state):  # type: ignore[no-untyped-def]
    """The current zone is empty."""
    Z = state.Z
    p = model.c.shape[0] - 1
    k = Z[K]
    if Z[CORNERS] < p:
        state.ideal[k] = state.u[k]
        Z[CORNERS] += 1
    Z[COUNT] = exclude(
        state.U, state.defining, state.score, state.direction, state.u, k, state.u[k], Z[COUNT], p
    )


@outer
def _record(model, search, state):  # type: ignore[no-untyped-def]
    """Add the point of ``search.xbest``. Returns False where the arrays must grow first.

    With direction -1 the point was known before: it says nothing of what lies below it.
    """
    Z = state.Z
    p = model.c.shape[0] - 1
    q = Z[POINTS]
    y = state.y
    k = Z[K]
    if q == state.Y.shape[0] or room_for(state.U, y, Z[COUNT], p) >= state.U.shape[0]:
        return False
    for j in range(p):
        state.Y[q, j] = y[j]
    state.X[q] = search.xbest
    Z[POINTS] += 1
    if k >= 0 and Z[CORNERS] < p:
        state.ideal[k] = y[k]
        Z[CORNERS] += 1
    Z[COUNT] = insert(
        state.U,
        state.defining,
        state.score,
        state.direction,
        state.Y,
        state.chain,
        state.ideal,
        state.top,
        q,
        Z[COUNT],
        p,
    )
    if k >= 0:
        Z[COUNT] = exclude(
            state.U, state.defining, state.score, state.direction, state.u, k, y[k], Z[COUNT], p
        )
    return True


@outer
def _values(model, search, state):  # type: ignore[no-untyped-def]
    """The objectives of ``search.xbest``, into ``state.y``."""
    for k in range(model.c.shape[0] - 1):
        total = np.int64(0)
        for v in range(model.c.shape[1]):
            total += model.c[k, v] * search.xbest[v]
        state.y[k] = total


@outer
def _prepare(model, roots, search, state, second):  # type: ignore[no-untyped-def]
    """Start the stage. Returns False where some limit is below what is possible at all."""
    Z = state.Z
    p = model.c.shape[0] - 1
    single = Z[PHASE] == SINGLE
    if not single and not _limits(model, search, state, second):
        return False
    Z[NODES_AT] = search.S[NODES]
    o = p if second else Z[K]
    skip = Z[LEAVE_OUT] if single else np.int64(-1) if second else Z[K]
    probe = np.int64(-1) if second or single else Z[PROBE]
    cut = state.y.sum() - 1 if second else Z[CUT]
    Z[FLOOR] = _begin(model, roots, search, o, skip, cut, probe)
    Z[PROBED] = search.S[BEST] - 1
    return True


@outer
def _stage(model, search, state, o):  # type: ignore[no-untyped-def]
    """The current stage to its end or the next halt: DONE, PAUSED or BUDGET; a fallback's answer
    ends it too.
    """
    S = search.S
    Z = state.Z
    if Z[ANSWER] > 0:
        S[FOUND] = Z[ANSWER] - 1
        Z[ANSWER] = 0
        return DONE
    left = Z[LIMIT] - (S[NODES] - Z[NODES_AT])
    if left < 0:
        return BUDGET
    quota = S[QUOTA]
    given = min(quota, left + 1)
    S[QUOTA] = given
    result = explore(
        S, search.T, search.beta, search.sg, search.B, search.N, search.loc, search.lo, search.up,
        search.ratio,
        search.x, search.xi, search.xbest, model.c[o], model.rows, model.sp_ptr, model.sp_idx,
        model.sp_val,
        model.cp_ptr, model.cp_idx, model.branchable, model.pr_col, model.pr_ptr, model.pr_idx,
        model.cap, search.mult,
        search.cc, search.Ac, search.rowfix, search.live, search.cidx, search.D, search.tv,
        search.tb, search.af, search.ai,
        search.choice, model.c.shape[1],
    )  # fmt: skip
    S[QUOTA] += quota - given
    return BUDGET if result == PAUSED and S[QUOTA] > 0 else result


@outer
def _finish(model, search, state, found):  # type: ignore[no-untyped-def]
    """The stage is over; choose what comes next."""
    Z = state.Z
    k = Z[K]
    used = search.S[NODES] - Z[NODES_AT]
    if Z[PHASE] == SECOND:
        Z[NODES_SECOND] += used
        Z[PHASE] = RECORD
    elif found:
        state.expected[k] += 0.1 * (max(0, state.y[k] - Z[FLOOR]) - state.expected[k])
        Z[PHASE] = RECORD if model.c.shape[0] == 2 else SECOND
    elif Z[PROBED] < Z[CUT]:
        Z[PROBE] = 2 * Z[PROBE] + 1
        Z[REPEATS] += 1
        Z[PHASE] = START
    else:
        Z[NODES_EMPTY] += used
        _empty(model, state)
        Z[PHASE] = CHOOSE


@entry
def advance(model, roots, search, state):  # type: ignore[no-untyped-def]
    """Work for ``S[QUOTA]`` nodes: COMPLETE, HALTED, OVERRUN (a stage is over its budget) or FULL
    (arrays must grow).

    NEXT where the caller is to choose the next zone; of a single search, PLANNED (a plan is in
    xbest) or ENDED.
    """
    S = search.S
    Z = state.Z
    p = model.c.shape[0] - 1
    ready = Z[PHASE] == FIRST or Z[PHASE] == SECOND or Z[PHASE] == SEARCHING
    while True:
        if Z[PHASE] == RECORD:
            if not _record(model, search, state):
                return FULL
            Z[PHASE] = CHOOSE
        if Z[PHASE] == CHOOSE:
            if S[QUOTA] <= 0:
                return HALTED
            if Z[LED] == 3 or (Z[LED] == 1 and Z[CORNERS] == p and Z[COUNT] > 0):
                return NEXT
            if Z[LED] == 2:
                Z[LED] = 1
            elif not _pick(model, state):
                return COMPLETE
            Z[SUBPROBLEMS] += 1
            S[QUOTA] -= 1
            Z[PROBE] = np.int64(1.5 * state.expected[Z[K]]) + 1
            Z[PHASE] = START
        second = Z[PHASE] == SECOND
        if not ready:
            if not _prepare(model, roots, search, state, second):
                _empty(model, state)
                Z[PHASE] = CHOOSE
                continue
            if second:
                Z[PHASE] = SECOND
            else:
                Z[PHASE] = SEARCHING if Z[PHASE] == SINGLE else FIRST
        ready = False
        result = _stage(model, search, state, p if second else Z[K])
        if result != DONE:
            return HALTED if result == PAUSED else PLANNED if result == PLAN else OVERRUN
        if Z[PHASE] == SEARCHING:
            return ENDED
        if S[FOUND] > 0:
            _values(model, search, state)
        _finish(model, search, state, S[FOUND] > 0)
        Z[SECONDS] += Z[PHASE] == SECOND
