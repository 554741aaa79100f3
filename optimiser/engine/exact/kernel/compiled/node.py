"""One node: its exact bound, what that fixes, and its point looked at in whole numbers."""

from __future__ import annotations

import numpy as np

from optimiser.engine.exact.kernel.compiled.compiling import compiled, inlined
from optimiser.engine.exact.kernel.compiled.look_ahead import look_ahead
from optimiser.engine.exact.kernel.compiled.propagation import propagate, tighten
from optimiser.engine.exact.kernel.compiled.refutation import (
    dual_multipliers,
    evaluate,
    ray_multipliers,
)
from optimiser.engine.exact.kernel.compiled.relaxation import column_values, primal_feasible, relax
from optimiser.engine.exact.kernel.compiled.simplex import HALFWAY, INFEASIBLE, OPTIMAL, OVER, start
from optimiser.engine.exact.kernel.places import (
    BEST,
    CFIX,
    DOUBTED,
    FOUND,
    HEAD,
    LIFTED,
    LIVE,
    NC,
    NODES,
    NT,
    SCALE,
    SKIP,
    WIDEST,
    M,
)

__all__ = ["UNFINISHED", "bound_node", "fix", "incumbent", "refute"]

# In place of a column to branch on: the node is to be gone on with.
UNFINISHED = -2.0


@inlined
def refute(
    S,
    T,
    B,
    N,
    lo,
    up,
    cap,
    mult,
    cc,
    Ac,
    rowfix,
    live,
    cidx,
    sp_ptr,
    sp_idx,
    sp_val,
    D,
    n,
    outcome,
    row,
):
    """The exact bound of the node (above 0: refuted), from the ray where the relaxation seems
    infeasible.
    """
    cut = S[BEST] - 1
    if outcome == INFEASIBLE:
        count = ray_multipliers(T, B, N, cap, mult, S[NC], n, row)
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
            0,
            cut,
        )
        if bound > 0:
            return bound
    count = dual_multipliers(T, N, cap, S[SCALE], mult, S[NC], n)
    return evaluate(
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
        S[SCALE],
        cut,
    )


@inlined
def fix(S, T, beta, sg, loc, lo, up, tv, tb, live, D, bound):
    """Reduced-cost fixing from the exact ``bound`` <= 0 and its ``D``. Returns whether a basic or
    moved column changed.
    """
    gap = -bound
    nt = S[NT]
    least = gap // S[WIDEST]
    for k in range(S[LIVE]):
        size = abs(D[k])
        if size <= least:
            continue
        v = live[k]
        span = np.int64(up[v] - lo[v])
        if size * span > gap:
            steps = gap // size
            low = lo[v]
            high = up[v]
            if D[k] > 0:
                high = low + steps
            else:
                low = high - steps
            nt = tighten(T, beta, sg, loc, lo, up, tv, tb, S[M], nt, v, low, high)
    changed = nt > S[NT]
    S[NT] = nt
    return changed


@compiled
def incumbent(
    S,
    beta,
    sg,
    B,
    N,
    lo,
    up,
    x,
    xi,
    xbest,
    c,
    rows,
    sp_ptr,
    sp_idx,
    sp_val,
    pr_col,
    pr_ptr,
    pr_idx,
    n,
):
    """Take the rounded current point if it is feasible and better, all in whole numbers.

    Returns 2 where it was taken, 1 where it is not better, 0 where it is infeasible. Fixed columns
    have their fixed value whatever the tableau says: at a node with nothing left to branch on this
    is its one point.
    """
    column_values(beta, sg, B, N, lo, up, x, S[M], S[NC], n)
    for v in range(n):
        xi[v] = np.int64(lo[v]) if lo[v] == up[v] else np.int64(np.rint(x[v]))
    for k in range(pr_col.shape[0]):
        value = np.int64(1)
        for e in range(pr_ptr[k], pr_ptr[k + 1]):
            value *= xi[pr_idx[e]]
        xi[pr_col[k]] = value
    objective = np.int64(0)
    for v in range(n):
        if xi[v] < lo[v] or xi[v] > up[v]:
            return 0
        objective += c[v] * xi[v]
    if objective >= S[BEST]:
        return 1
    dense = rows.shape[0]
    for i in range(dense):
        if i == S[SKIP]:
            continue
        activity = np.int64(0)
        for v in range(n):
            activity += rows[i, v] * xi[v]
        if activity < lo[n + i] or activity > up[n + i]:
            return 0
    for s in range(sp_ptr.shape[0] - 1):
        activity = np.int64(0)
        for e in range(sp_ptr[s], sp_ptr[s + 1]):
            activity += sp_val[e] * xi[sp_idx[e]]
        if activity < lo[n + dense + s] or activity > up[n + dense + s]:
            return 0
    S[BEST] = objective
    S[FOUND] = 1
    for v in range(n):
        xbest[v] = xi[v]
    return 2


@inlined
def bound_node(
    S, T, beta, sg, B, N, loc, lo, up, ratio, x, c, rows, sp_ptr, sp_idx, sp_val, cp_ptr, cp_idx,
    cap, mult, cc, Ac, rowfix, live, cidx, D, tv, tb, branchable, choice,
):  # fmt: skip
    """Propagate, relax, check and fix until nothing changes. Returns the exact bound, above 0:
    refuted; with :data:`UNFINISHED` in ``choice`` where a pause came first.
    """
    n = x.shape[0]
    dense = rows.shape[0]
    sparse = sp_ptr.shape[0] > 1
    while True:
        if sparse:
            nt = propagate(
                T,
                beta,
                sg,
                loc,
                lo,
                up,
                tv,
                tb,
                sp_ptr,
                sp_idx,
                sp_val,
                cp_ptr,
                cp_idx,
                S[M],
                n,
                dense,
                S[HEAD],
                S[NT],
            )
            S[NT] = nt if nt >= 0 else -1 - nt
            S[HEAD] = S[NT]
            if nt < 0:
                return 1
        limit = np.inf if S[LIFTED] == S[NODES] else S[BEST] - 1 + 1e-6
        outcome = OVER
        row = 0
        bound = np.int64(0)
        for _ in range(2):
            outcome, row = relax(
                S, T, beta, sg, B, N, loc, lo, up, ratio, x, sp_ptr, sp_idx, sp_val, n, dense, limit
            )
            if outcome == HALFWAY:
                choice[0] = UNFINISHED
                return np.int64(0)
            bound = refute(
                S,
                T,
                B,
                N,
                lo,
                up,
                cap,
                mult,
                cc,
                Ac,
                rowfix,
                live,
                cidx,
                sp_ptr,
                sp_idx,
                sp_val,
                D,
                n,
                outcome,
                row,
            )
            if bound > 0 or outcome != OVER:
                break
            limit = np.inf
            S[LIFTED] = S[NODES]
        S[LIFTED] = 0
        if bound > 0:
            return bound
        choice[0] = -1.0
        if outcome == INFEASIBLE:
            # The ray is not confirmed: a tableau that has drifted. Bound flips have left it dual
            # infeasible.
            S[M], S[NC] = start(T, beta, sg, B, N, loc, lo, up, c, rows, S[SKIP], n)
            if S[DOUBTED] == S[NODES]:
                return bound
            S[DOUBTED] = S[NODES]
            continue
        if fix(S, T, beta, sg, loc, lo, up, tv, tb, live, D, bound) and (
            sparse or not primal_feasible(beta, B, lo, up, S[M])
        ):
            continue
        if outcome != OPTIMAL:
            return bound
        result = look_ahead(
            S, T, beta, sg, B, N, loc, lo, up, ratio, x, cap, mult, cc, Ac, rowfix, live, cidx,
            sp_ptr, sp_idx, sp_val, D, tv, tb,
            branchable, choice, S[BEST] - 1 + 1e-6 - beta[0],
        )  # fmt: skip
        if result == 2:
            return 1
        if result == 0:
            return bound
