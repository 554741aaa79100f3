"""All non-dominated points, zone by zone: the loop over sub-problems, resumable after any number of
nodes.

A zone u with direction k asks for the least f_k among the plans with f_j < u_j for the other j and
f_k < u_k (first stage), then, among the plans at most as large in every objective, for the least
sum (second stage), which makes the point efficient without weights that would need wide numbers.
Where the first stage finds nothing the zone is empty.
"""

from __future__ import annotations

import numpy as np

from optimiser.engine.exact.kernel.compiled.branch_and_bound import explore
from optimiser.engine.exact.kernel.compiled.compiling import entry, outer
from optimiser.engine.exact.kernel.compiled.kept_relaxations import begin
from optimiser.engine.exact.kernel.compiled.zone_table import choose, exclude, insert, room_for
from optimiser.engine.exact.kernel.places import (  # fmt: skip
    ANSWER,
    BEST,
    CHOOSE,
    COMPLETE,
    CORNERS,
    COUNT,
    CUT,
    DONE,
    ENDED,
    ENTRIES,
    FIRST,
    FLOOR,
    FOUND,
    FULL,
    HALTED,
    LAST,
    LEAVE_OUT,
    LED,
    LIMIT,
    MODE,
    NEXT,
    NODE_WORK,
    NODES,
    NODES_AT,
    NODES_EMPTY,
    NODES_SECOND,
    OVERRUN,
    PAUSED,
    PHASE,
    PLAN,
    PLANNED,
    POINTS,
    PROBE,
    PROBED,
    QUOTA,
    RECORD,
    REPEATS,
    ROOT,
    SEARCHING,
    SECOND,
    SECONDS,
    SINGLE,
    START,
    SUBPROBLEMS,
    K,
)

__all__ = ["advance"]


@outer
def _limits(model, search, state, second):
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
def _pick(model, state):
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
def _empty(model, state):
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
def _record(model, search, state):
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
def _values(model, search, state):
    """The objectives of ``search.xbest``, into ``state.y``."""
    for k in range(model.c.shape[0] - 1):
        total = np.int64(0)
        for v in range(model.c.shape[1]):
            total += model.c[k, v] * search.xbest[v]
        state.y[k] = total


@outer
def _prepare(model, roots, search, state, second):
    """Start the stage, or go on with that. Returns False where some limit is below what is possible
    at all.
    """
    Z = state.Z
    p = model.c.shape[0] - 1
    single = Z[PHASE] == SINGLE
    if search.S[MODE] != ROOT and not single and not _limits(model, search, state, second):
        return False
    Z[NODES_AT] = search.S[NODES]
    o = p if second else Z[K]
    skip = Z[LEAVE_OUT] if single else np.int64(-1) if second else Z[K]
    probe = np.int64(-1) if second or single else Z[PROBE]
    cut = state.y.sum() - 1 if second else Z[CUT]
    Z[FLOOR] = begin(model, roots, search, o, skip, cut, probe)
    Z[PROBED] = search.S[BEST] - 1
    return True


@outer
def _stage(model, search, state, o):
    """The current stage to its end or the next halt: DONE, PAUSED or BUDGET; a fallback's answer
    ends it too.
    """
    S = search.S
    Z = state.Z
    if Z[ANSWER] > 0:
        S[FOUND] = Z[ANSWER] - 1
        Z[ANSWER] = 0
        return DONE
    S[LAST] = Z[NODES_AT] + Z[LIMIT] + 1
    return explore(
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


@outer
def _finish(model, search, state, found):
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
def advance(model, roots, search, state):
    """Work for ``S[QUOTA]`` units: COMPLETE, HALTED, OVERRUN (a stage is over its budget) or FULL
    (arrays must grow).

    NEXT where the caller is to choose the next zone; of a single search, PLANNED (a plan is in
    xbest) or ENDED.
    """
    S = search.S
    Z = state.Z
    p = model.c.shape[0] - 1
    ready = S[MODE] != ROOT and (Z[PHASE] == FIRST or Z[PHASE] == SECOND or Z[PHASE] == SEARCHING)
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
            S[QUOTA] -= NODE_WORK + Z[COUNT] * p // ENTRIES
            Z[PROBE] = np.int64(1.5 * state.expected[Z[K]]) + 1
            Z[PHASE] = START
        second = Z[PHASE] == SECOND
        if not ready:
            if not _prepare(model, roots, search, state, second):
                _empty(model, state)
                Z[PHASE] = CHOOSE
                continue
            if S[MODE] == ROOT:
                return HALTED
            if not second:
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
