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

from optimiser.engine.exact.kernel.compiled.compiling import compiled
from optimiser.engine.exact.kernel.compiled.look_ahead import unfixed
from optimiser.engine.exact.kernel.compiled.node import (
    UNFINISHED,
    bound_node,
    fix,
    incumbent,
    refute,
)
from optimiser.engine.exact.kernel.compiled.propagation import tighten, undo
from optimiser.engine.exact.kernel.compiled.relaxation import narrower, relax, set_aside
from optimiser.engine.exact.kernel.compiled.siblings import pop, push
from optimiser.engine.exact.kernel.compiled.simplex import (
    HALFWAY,
    INFEASIBLE,
    drop_columns,
    start,
)
from optimiser.engine.exact.kernel.places import (  # fmt: skip
    BACK,
    BEST,
    BUDGET,
    CFIX,
    COLLECT,
    DEPTH,
    DONE,
    ENTRIES,
    FOUND,
    HEAD,
    LAST,
    LIVE,
    MODE,
    NC,
    NODE,
    NODE_WORK,
    NODES,
    NT,
    PAUSED,
    PLAN,
    QUOTA,
    REBUILT,
    ROOT,
    SCALE,
    SKIP,
    STEPS,
    TOPF,
    TOPI,
    M,
)

__all__ = ["enter", "explore", "narrow"]


@compiled
def enter(
    S, T, beta, sg, B, N, loc, lo, up, ratio, x, c, rows, sp_ptr, sp_idx, sp_val,
    cap, mult, cc, Ac, rowfix, live, cidx, D, tv, tb, n, cut,
):  # fmt: skip
    """Start a search for points with ``c x <= cut`` from the tableau at hand; leaves the first node
    ready.

    The relaxation at the root fixes columns once; what is left is gathered, so that the search
    works on narrow arrays. Returns the outcome of the relaxation (the tableau is dual feasible
    unless it is INFEASIBLE); HALFWAY leaves the mode ROOT, and the next call goes on.
    """
    if S[MODE] != ROOT:
        S[BEST] = cut + 1
        S[FOUND] = 0
        S[DEPTH] = 0
        S[TOPF] = 0
        S[TOPI] = 0
        S[NT] = 0
        S[HEAD] = 0
        S[CFIX] = 0
        S[LIVE] = n
        S[STEPS] = 0
    dense = rows.shape[0]
    outcome, row = relax(
        S, T, beta, sg, B, N, loc, lo, up, ratio, x, sp_ptr, sp_idx, sp_val, n, dense, cut + 1e-6
    )
    S[MODE] = ROOT if outcome == HALFWAY else BACK
    rowfix[:] = 0
    for v in range(n):
        live[v] = v
        cidx[v] = v
    return outcome, row


@compiled
def narrow(
    S, T, beta, sg, B, N, loc, lo, up, c, rows, sp_ptr, sp_idx, sp_val,
    cap, mult, cc, Ac, rowfix, live, cidx, D, tv, tb, n, outcome, row,
):  # fmt: skip
    """Refute the root or fix its columns and gather the rest."""
    bound = refute(
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
        fix(S, T, beta, sg, loc, lo, up, tv, tb, live, D, bound)
    for v in range(n):
        cc[v] = c[v]
    for i in range(rows.shape[0]):
        for v in range(n):
            Ac[i, v] = rows[i, v]
    set_aside(S, lo, up, cc, Ac, rowfix, live, cidx)
    S[NC] = drop_columns(T, sg, N, loc, S[M], S[NC], n)
    S[MODE] = NODE


@compiled
def explore(
    S, T, beta, sg, B, N, loc, lo, up, ratio, x, xi, xbest, c, rows, sp_ptr, sp_idx, sp_val,
    cp_ptr, cp_idx, branchable,
    pr_col, pr_ptr, pr_idx, cap, mult, cc, Ac, rowfix, live, cidx, D, tv, tb, af, ai, choice, n,
):  # fmt: skip
    """Search until the tree is exhausted (DONE), ``S[QUOTA]`` units of work are done (PAUSED), or
    there are ``S[LAST]`` nodes or the stack is full (BUDGET).

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
        if S[NODES] >= S[LAST]:
            return BUDGET
        if S[QUOTA] <= 0:
            return PAUSED
        S[QUOTA] -= NODE_WORK + (4 * (S[M] + 1) * (S[NC] + 1) + sp_idx.shape[0]) // ENTRIES
        S[NODES] += 1
        bound = bound_node(
            S, T, beta, sg, B, N, loc, lo, up, ratio, x, c, rows, sp_ptr, sp_idx, sp_val, cp_ptr,
            cp_idx,
            cap, mult, cc, Ac, rowfix, live, cidx, D, tv, tb, branchable, choice,
        )  # fmt: skip
        S[MODE] = BACK
        if bound > 0:
            continue
        if choice[0] == UNFINISHED:
            S[NODES] -= 1
            S[MODE] = NODE
            return PAUSED
        column = np.int64(choice[0])
        floor = choice[1]
        upwards = choice[2] > 0.0
        if column < 0 and S[COLLECT] > 0:
            column, floor = unfixed(lo, up, branchable, x, n)
        if column < 0:
            before = S[BEST]
            verdict = incumbent(
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
