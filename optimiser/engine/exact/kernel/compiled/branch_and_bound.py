# ruff: noqa: PLR0913, PLR0917
"""Depth-first branch and bound on one tableau: copy on branch, every conclusion checked in whole
numbers.

:func:`explore` runs for a bounded number of nodes and can be called again: everything it needs
stands in arrays, its scalars in ``S`` (places below).

A node is left behind only when :func:`.refutation.evaluate` (or exact propagation) refutes it, or
when all its columns are fixed and its single point has been looked at in whole numbers. Where
floating point claims more than the integers confirm, the tableau is rebuilt, and if that does not
help the node is branched further.
"""

from __future__ import annotations

import numpy as np

from optimiser.engine.exact.kernel.compiled.compiling import compiled, inlined
from optimiser.engine.exact.kernel.compiled.look_ahead import look_ahead, unfixed
from optimiser.engine.exact.kernel.compiled.places import (  # fmt: skip
    BACK,
    BEST,
    BUDGET,
    CFIX,
    COLLECT,
    DEPTH,
    DONE,
    FOUND,
    HEAD,
    LIVE,
    MODE,
    NC,
    NODE,
    NODES,
    NT,
    PAUSED,
    PLAN,
    QUOTA,
    REBUILT,
    SCALE,
    SKIP,
    TOPF,
    TOPI,
    WIDEST,
    M,
)
from optimiser.engine.exact.kernel.compiled.propagation import propagate, tighten, undo
from optimiser.engine.exact.kernel.compiled.refutation import (
    dual_multipliers,
    evaluate,
    ray_multipliers,
)
from optimiser.engine.exact.kernel.compiled.relaxation import (
    column_values,
    narrower,
    primal_feasible,
    relax,
    set_aside,
)
from optimiser.engine.exact.kernel.compiled.siblings import pop, push
from optimiser.engine.exact.kernel.compiled.simplex import (
    INFEASIBLE,
    OPTIMAL,
    OVER,
    drop_columns,
    start,
)

__all__ = ["enter", "explore", "narrow"]


@inlined
def _refute(  # type: ignore[no-untyped-def]
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
def _fix(S, T, beta, sg, loc, lo, up, tv, tb, live, D, bound):  # type: ignore[no-untyped-def]
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
def _incumbent(  # type: ignore[no-untyped-def]
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
def _bound_node(  # type: ignore[no-untyped-def]
    S, T, beta, sg, B, N, loc, lo, up, ratio, x, c, rows, sp_ptr, sp_idx, sp_val, cp_ptr, cp_idx,
    cap, mult, cc, Ac, rowfix, live, cidx, D, tv, tb, branchable, choice,
):  # fmt: skip
    """Propagate, relax, check and fix until nothing changes. Returns the exact bound, above 0:
    refuted.
    """
    n = x.shape[0]
    dense = rows.shape[0]
    sparse = sp_ptr.shape[0] > 1
    trusted = True
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
        limit = S[BEST] - 1 + 1e-6
        outcome = OVER
        row = 0
        bound = np.int64(0)
        for _ in range(2):
            outcome, row = relax(
                S, T, beta, sg, B, N, loc, lo, up, ratio, x, sp_ptr, sp_idx, sp_val, n, dense, limit
            )
            bound = _refute(
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
        if bound > 0:
            return bound
        choice[0] = -1.0
        if outcome == INFEASIBLE:
            # The ray is not confirmed: a tableau that has drifted. Bound flips have left it dual
            # infeasible.
            S[M], S[NC] = start(T, beta, sg, B, N, loc, lo, up, c, rows, S[SKIP], n)
            if not trusted:
                return bound
            trusted = False
            continue
        if _fix(S, T, beta, sg, loc, lo, up, tv, tb, live, D, bound) and (
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


@compiled
def enter(  # type: ignore[no-untyped-def]
    S, T, beta, sg, B, N, loc, lo, up, ratio, x, c, rows, sp_ptr, sp_idx, sp_val,
    cap, mult, cc, Ac, rowfix, live, cidx, D, tv, tb, n, cut,
):  # fmt: skip
    """Start a search for points with ``c x <= cut`` from the tableau at hand; leaves the first node
    ready.

    The relaxation at the root fixes columns once; what is left is gathered, so that the search
    works on narrow arrays. Returns the outcome of the relaxation (the tableau is dual feasible
    unless it is INFEASIBLE).
    """
    S[BEST] = cut + 1
    S[FOUND] = 0
    S[DEPTH] = 0
    S[TOPF] = 0
    S[TOPI] = 0
    S[NT] = 0
    S[HEAD] = 0
    S[CFIX] = 0
    S[LIVE] = n
    S[MODE] = BACK
    dense = rows.shape[0]
    outcome, row = relax(
        S, T, beta, sg, B, N, loc, lo, up, ratio, x, sp_ptr, sp_idx, sp_val, n, dense, cut + 1e-6
    )
    rowfix[:] = 0
    for v in range(n):
        live[v] = v
        cidx[v] = v
    return outcome, row


@compiled
def narrow(  # type: ignore[no-untyped-def]
    S, T, beta, sg, B, N, loc, lo, up, c, rows, sp_ptr, sp_idx, sp_val,
    cap, mult, cc, Ac, rowfix, live, cidx, D, tv, tb, n, outcome, row,
):  # fmt: skip
    """Refute the root or fix its columns and gather the rest."""
    bound = _refute(
        S,
        T,
        B,
        N,
        lo,
        up,
        cap,
        mult,
        c,
        rows,
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
    if bound > 0:
        return
    if outcome == INFEASIBLE:
        S[M], S[NC] = start(T, beta, sg, B, N, loc, lo, up, c, rows, S[SKIP], n)
    else:
        _fix(S, T, beta, sg, loc, lo, up, tv, tb, live, D, bound)
    for v in range(n):
        cc[v] = c[v]
    for i in range(rows.shape[0]):
        for v in range(n):
            Ac[i, v] = rows[i, v]
    set_aside(S, lo, up, cc, Ac, rowfix, live, cidx)
    S[NC] = drop_columns(T, sg, N, loc, S[M], S[NC], n)
    S[MODE] = NODE


@compiled
def explore(  # type: ignore[no-untyped-def]
    S, T, beta, sg, B, N, loc, lo, up, ratio, x, xi, xbest, c, rows, sp_ptr, sp_idx, sp_val,
    cp_ptr, cp_idx, branchable,
    pr_col, pr_ptr, pr_idx, cap, mult, cc, Ac, rowfix, live, cidx, D, tv, tb, af, ai, choice, n,
):  # fmt: skip
    """Search until the tree is exhausted (DONE), ``S[QUOTA]`` nodes have been seen (PAUSED) or the
    stack is full (BUDGET).

    With ``S[COLLECT]`` every plan within the cut is left in ``xbest``, once, in turn (PLAN); the
    next call goes on.
    """
    while True:
        if S[MODE] == BACK:
            if S[DEPTH] == 0:
                undo(lo, up, tv, tb, S[NT], 0)
                S[NT] = 0
                return DONE
            pop(S, T, beta, sg, B, N, loc, lo, up, rowfix, tv, tb, af, ai)
            S[MODE] = NODE
        if S[QUOTA] <= 0:
            return PAUSED
        S[QUOTA] -= 1
        S[NODES] += 1
        bound = _bound_node(
            S, T, beta, sg, B, N, loc, lo, up, ratio, x, c, rows, sp_ptr, sp_idx, sp_val, cp_ptr,
            cp_idx,
            cap, mult, cc, Ac, rowfix, live, cidx, D, tv, tb, branchable, choice,
        )  # fmt: skip
        S[MODE] = BACK
        if bound > 0:
            continue
        column = np.int64(choice[0])
        floor = choice[1]
        upwards = choice[2] > 0.0
        if column < 0 and S[COLLECT] > 0:
            column, floor = unfixed(lo, up, branchable, x, n)
        if column < 0:
            before = S[BEST]
            verdict = _incumbent(
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
            )
            if S[COLLECT] > 0:
                S[BEST] = before
                if verdict == 2:
                    return PLAN
                continue
            bound += S[SCALE] * (before - S[BEST])
            if bound > 0:
                continue
            if verdict == 0 and S[REBUILT] != S[NODES]:
                # The relaxation takes for feasible what is not: the tableau has drifted. Once a
                # node, build it anew.
                S[REBUILT] = S[NODES] + 1
                S[M], S[NC] = start(T, beta, sg, B, N, loc, lo, up, c, rows, S[SKIP], n)
                S[MODE] = NODE
                continue
            column, floor = unfixed(lo, up, branchable, x, n)
            if column < 0:
                continue
        narrower(S, T, beta, sg, B, N, loc, lo, up, ratio, cc, Ac, rowfix, live, cidx, n)
        low, high, low_after, high_after = lo[column], floor, floor + 1.0, up[column]
        if upwards:
            low, high, low_after, high_after = low_after, high_after, low, high
        fits = push(S, T, beta, sg, B, N, rowfix, af, ai, column, low_after, high_after, n)
        if not fits:
            return BUDGET
        S[NT] = tighten(T, beta, sg, loc, lo, up, tv, tb, S[M], S[NT], column, low, high)
        S[MODE] = NODE
