"""All non-dominated points, zone by zone: the loop over sub-problems, resumable after any number of nodes.

A zone u with direction k asks for the least f_k among the plans with f_j < u_j for the other j and f_k < u_k (first stage),
then, among the plans at most as large in every objective, for the least sum (second stage), which makes the point
efficient without weights that would need wide numbers. Where the first stage finds nothing the zone is empty.

The relaxation of every objective is kept between sub-problems: only the limits on the other objectives change, which keeps
it dual feasible.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimiser.solvers.kernel.branch_and_bound import (
    BACK,
    BEST,
    BUDGET,
    DEPTH,
    DONE,
    FOUND,
    LIVE,
    M,
    MODE,
    NC,
    NODES,
    PAUSED,
    PIVOTS,
    QUOTA,
    SCALARS,
    SCALE,
    SKIP,
    WIDEST,
    enter,
    explore,
    narrow,
)
from optimiser.solvers.kernel.compiled import compiled, entry, outer
from optimiser.solvers.kernel.simplex import ABSENT, INFEASIBLE, OPTIMAL, shift, start
from optimiser.solvers.kernel.zones import choose, exclude, insert, room_for

__all__ = ["COMPLETE", "FULL", "HALTED", "OVERRUN", "Model", "Roots", "Search", "State", "advance"]

COMPLETE, HALTED, OVERRUN, FULL = 0, 1, 2, 3
CHOOSE, FIRST, SECOND, RECORD = 0, 1, 2, 3

# Places in Z. COUNT zones, POINTS found, PHASE of the current sub-problem, K its direction, CUT what f_k must not exceed,
# CORNERS objectives whose least value is known, SUBPROBLEMS solved, NODES_AT the node counter when the stage began, LIMIT
# nodes a stage may take, ANSWER of a fallback (0 none, 1 nothing there, 2 a point in xbest).
COUNT, POINTS, PHASE, K, CUT, CORNERS, SUBPROBLEMS, NODES_AT, LIMIT, ANSWER, SECONDS, NODES_EMPTY, NODES_SECOND, PROBE, PROBED, FAILED = range(16)
REFRESH = 200
import os
PA=float(os.environ.get('PA','1.5'));PB=float(os.environ.get('PB','1'));PC=float(os.environ.get('PC','0.1'))


class Model(NamedTuple):
    """What does not change; shapes as in :class:`.integers.NormalForm`."""

    c: np.ndarray  # (p + 1, n) int64, the objectives and their sum
    rows: np.ndarray
    sp_ptr: np.ndarray
    sp_idx: np.ndarray
    sp_val: np.ndarray
    cp_ptr: np.ndarray
    cp_idx: np.ndarray
    branchable: np.ndarray
    pr_col: np.ndarray
    pr_ptr: np.ndarray
    pr_idx: np.ndarray
    low: np.ndarray
    high: np.ndarray
    cap: np.ndarray
    scale: np.ndarray


class Roots(NamedTuple):
    """The relaxation at the root for every objective (and the sum), between sub-problems."""

    T: np.ndarray
    beta: np.ndarray
    sg: np.ndarray
    B: np.ndarray
    N: np.ndarray
    low: np.ndarray
    high: np.ndarray
    size: np.ndarray  # (p + 1, 3): rows, columns, uses since it was built (-1: not built)


class Search(NamedTuple):
    """The branch and bound's arrays; see there."""

    S: np.ndarray
    T: np.ndarray
    beta: np.ndarray
    sg: np.ndarray
    B: np.ndarray
    N: np.ndarray
    loc: np.ndarray
    lo: np.ndarray
    up: np.ndarray
    ratio: np.ndarray
    x: np.ndarray
    xi: np.ndarray
    xbest: np.ndarray
    mult: np.ndarray
    cc: np.ndarray
    Ac: np.ndarray
    rowfix: np.ndarray
    live: np.ndarray
    cidx: np.ndarray
    D: np.ndarray
    tv: np.ndarray
    tb: np.ndarray
    af: np.ndarray
    ai: np.ndarray
    choice: np.ndarray


class State(NamedTuple):
    """Zones and points; see :mod:`.zones`."""

    Z: np.ndarray
    U: np.ndarray
    defining: np.ndarray
    score: np.ndarray
    direction: np.ndarray
    Y: np.ndarray
    X: np.ndarray
    chain: np.ndarray
    ideal: np.ndarray
    top: np.ndarray
    u: np.ndarray
    y: np.ndarray
    gap: np.ndarray


@compiled
def load(rT, rbeta, rsg, rB, rN, rlow, rhigh, size, S, T, beta, sg, B, N, loc, lo, up, low, high, c, rows, n, o):  # type: ignore[no-untyped-def]
    """The kept relaxation of objective o, moved to the rows' limits in ``lo`` and ``up``; built where there is none."""
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
def keep(rT, rbeta, rsg, rB, rN, rlow, rhigh, size, T, beta, sg, B, N, lo, up, m, nc):  # type: ignore[no-untyped-def]
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
def begin(model, roots, search, o, skip, cut, probe):  # type: ignore[no-untyped-def]
    """Start the search for a plan with objective o at most ``cut`` within the limits in ``search.lo`` and ``search.up``."""
    S = search.S
    n = model.c.shape[1]
    S[SKIP] = skip
    S[SCALE] = model.scale[o]
    load(
        roots.T[o], roots.beta[o], roots.sg[o], roots.B[o], roots.N[o], roots.low[o], roots.high[o], roots.size[o],
        S, search.T, search.beta, search.sg, search.B, search.N, search.loc, search.lo, search.up, model.low, model.high,
        model.c[o], model.rows, n, o,
    )  # fmt: skip
    outcome, row = enter(
        S, search.T, search.beta, search.sg, search.B, search.N, search.loc, search.lo, search.up, search.ratio, search.x,
        model.c[o], model.rows, model.sp_ptr, model.sp_idx, model.sp_val, model.cap, search.mult, search.cc,
        search.Ac, search.rowfix, search.live, search.cidx, search.D, search.tv, search.tb, n, cut,
    )  # fmt: skip
    if outcome == INFEASIBLE:
        if roots.size[o, 0] == 0:
            roots.size[o, 2] = -1
    else:
        keep(
            roots.T[o], roots.beta[o], roots.sg[o], roots.B[o], roots.N[o], roots.low[o], roots.high[o], roots.size[o],
            search.T, search.beta, search.sg, search.B, search.N, search.lo, search.up, S[M], S[NC],
        )  # fmt: skip
    if probe >= 0 and outcome == OPTIMAL:
        S[BEST] = min(cut, np.int64(np.ceil(search.beta[0] - 1e-6)) + probe) + 1
    narrow(
        S, search.T, search.beta, search.sg, search.B, search.N, search.loc, search.lo, search.up, model.c[o], model.rows,
        model.sp_ptr, model.sp_idx, model.sp_val, model.cap, search.mult, search.cc, search.Ac,
        search.rowfix, search.live, search.cidx, search.D, search.tv, search.tb, n, outcome, row,
    )  # fmt: skip


@outer
def limits(model, search, state, second):  # type: ignore[no-untyped-def]
    """The bounds of columns and rows of the stage. Returns False where some limit is below what is possible at all."""
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
def pick(model, state):  # type: ignore[no-untyped-def]
    """The next zone and direction, into ``state.u`` and Z; the corners first. Returns False where no zone is left."""
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
def empty(model, state):  # type: ignore[no-untyped-def]
    """The current zone is empty."""
    Z = state.Z
    p = model.c.shape[0] - 1
    k = Z[K]
    if Z[CORNERS] < p:
        state.ideal[k] = state.u[k]
        Z[CORNERS] += 1
    Z[COUNT] = exclude(state.U, state.defining, state.score, state.direction, state.u, k, state.u[k], Z[COUNT], p)


@outer
def record(model, search, state):  # type: ignore[no-untyped-def]
    """Add the point of ``search.xbest``. Returns False where the arrays must grow first."""
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
    if Z[CORNERS] < p:
        state.ideal[k] = y[k]
        Z[CORNERS] += 1
    Z[COUNT] = insert(
        state.U, state.defining, state.score, state.direction, state.Y, state.chain, state.ideal, state.top, q, Z[COUNT], p
    )
    Z[COUNT] = exclude(state.U, state.defining, state.score, state.direction, state.u, k, y[k], Z[COUNT], p)
    return True


@outer
def values(model, search, state):  # type: ignore[no-untyped-def]
    """The objectives of ``search.xbest``, into ``state.y``."""
    for k in range(model.c.shape[0] - 1):
        total = np.int64(0)
        for v in range(model.c.shape[1]):
            total += model.c[k, v] * search.xbest[v]
        state.y[k] = total


@outer
def run(model, search, o):  # type: ignore[no-untyped-def]
    """Continue the search of the current stage."""
    return explore(
        search.S, search.T, search.beta, search.sg, search.B, search.N, search.loc, search.lo, search.up, search.ratio,
        search.x, search.xi, search.xbest, model.c[o], model.rows, model.sp_ptr, model.sp_idx, model.sp_val,
        model.cp_ptr, model.cp_idx, model.branchable, model.pr_col, model.pr_ptr, model.pr_idx, model.cap, search.mult, search.cc, search.Ac, search.rowfix, search.live, search.cidx, search.D, search.tv, search.tb, search.af, search.ai, search.choice, model.c.shape[1],
    )  # fmt: skip


@outer
def stage(model, search, state, o):  # type: ignore[no-untyped-def]
    """The current stage to its end or the next halt: DONE, PAUSED or BUDGET; a fallback's answer ends it too."""
    S = search.S
    Z = state.Z
    if Z[ANSWER] > 0:
        S[FOUND] = Z[ANSWER] - 1
        Z[ANSWER] = 0
        return DONE
    if S[NODES] - Z[NODES_AT] > Z[LIMIT]:
        return BUDGET
    left = Z[LIMIT] - (S[NODES] - Z[NODES_AT])
    quota = S[QUOTA]
    S[QUOTA] = min(quota, left + 1)
    given = S[QUOTA]
    result = run(model, search, o)
    S[QUOTA] += quota - given
    if result == PAUSED and S[QUOTA] > 0:
        return BUDGET
    return result


@entry
def advance(model, roots, search, state):  # type: ignore[no-untyped-def]
    """Work for ``S[QUOTA]`` nodes: COMPLETE, HALTED, OVERRUN (a stage is over its budget) or FULL (arrays must grow)."""
    S = search.S
    Z = state.Z
    p = model.c.shape[0] - 1
    while True:
        if Z[PHASE] == CHOOSE:
            if S[QUOTA] <= 0:
                return HALTED
            if not pick(model, state):
                return COMPLETE
            Z[SUBPROBLEMS] += 1
            S[QUOTA] -= 1
            if not limits(model, search, state, False):
                empty(model, state)
                continue
            Z[NODES_AT] = S[NODES]
            Z[PROBE] = np.int64(state.gap[Z[K]] * search.x.shape[0] * 0.0 + state.gap[Z[K]] * PA + PB)
            begin(model, roots, search, Z[K], Z[K], Z[CUT], Z[PROBE])
            state.gap[p] = np.ceil(search.beta[0] - 1e-6)
            Z[PROBED] = S[BEST] - 1
            Z[PHASE] = FIRST
        if Z[PHASE] == FIRST:
            result = stage(model, search, state, Z[K])
            if result != DONE:
                return HALTED if result == PAUSED else OVERRUN
            if S[FOUND] == 0 and Z[PROBED] < Z[CUT]:
                Z[FAILED] += 1
                Z[PROBE] = 2 * Z[PROBE] + 1
                limits(model, search, state, False)
                begin(model, roots, search, Z[K], Z[K], Z[CUT], Z[PROBE])
                Z[PROBED] = S[BEST] - 1
                continue
            if S[FOUND] == 0:
                Z[NODES_EMPTY] += S[NODES] - Z[NODES_AT]
                empty(model, state)
                Z[PHASE] = CHOOSE
                continue
            values(model, search, state)
            state.gap[Z[K]] += PC * (state.y[Z[K]] - state.gap[p] - state.gap[Z[K]])
            Z[PHASE] = RECORD
            if p > 1:
                limits(model, search, state, True)
                Z[NODES_AT] = S[NODES]
                Z[SECONDS] += 1
                begin(model, roots, search, p, -1, state.y[:p].sum() - 1, -1)
                Z[PHASE] = SECOND
        if Z[PHASE] == SECOND:
            result = stage(model, search, state, p)
            if result != DONE:
                return HALTED if result == PAUSED else OVERRUN
            Z[NODES_SECOND] += S[NODES] - Z[NODES_AT]
            if S[FOUND] > 0:
                values(model, search, state)
            Z[PHASE] = RECORD
        if not record(model, search, state):
            return FULL
        Z[PHASE] = CHOOSE
