"""Depth-first branch and bound on one tableau: copy on branch, every conclusion checked in whole numbers.

:func:`explore` runs for a bounded number of nodes and can be called again: everything it needs stands in arrays, its
scalars in ``S`` (places below).

A node is left behind only when :func:`.refutation.evaluate` (or exact propagation) refutes it, or when all its columns are
fixed and its single point has been looked at in whole numbers. Where floating point claims more than the integers confirm,
the tableau is rebuilt, and if that does not help the node is branched further.
"""

from __future__ import annotations

import numpy as np

from optimiser.solvers.kernel.compiled import FEASIBLE, compiled, inlined
from optimiser.solvers.kernel.propagation import propagate, tighten, undo
from optimiser.solvers.kernel.refutation import dual_multipliers, evaluate, ray_multipliers, step_multipliers
from optimiser.solvers.kernel.simplex import ABSENT, INFEASIBLE, OPTIMAL, OVER, add_row, drop_columns, drop_row, pivot, reoptimise, start

__all__ = [
    "BEST", "BUDGET", "CFIX", "DEPTH", "DONE", "FOUND", "HEAD", "LIVE", "M", "MODE", "NC", "NODES", "NT", "PAUSED", "PIVOTS",
    "QUOTA", "SCALE", "SCALARS", "SKIP", "TOPF", "TOPI", "WIDEST", "enter", "explore",
]  # fmt: skip

# Places in S. M rows and NC columns of the tableau, NT length of the trail, HEAD what of it is propagated, DEPTH open
# siblings, TOPF and TOPI the stack's tops, BEST the best objective value so far (or one above the cut), FOUND whether a
# point has it, SCALE of the multipliers, LIVE columns of the reduced model, CFIX what fixed columns add to the objective,
# SKIP the dense row that is not in this model, WIDEST at least the steps of any column, MODE what the current node needs next, QUOTA nodes until the next pause.
M, NC, NT, HEAD, DEPTH, TOPF, TOPI, NODES, PIVOTS, BEST, FOUND, SCALE, LIVE, CFIX, SKIP, MODE, QUOTA, WIDEST = range(18)
SCALARS = 24
NODE, BACK = 0, 1
DONE, PAUSED, BUDGET = 0, 1, 2
WHOLE = 1e-6
import os
SC=int(os.environ.get('SC','0'))
HEADER = 8


@compiled
def column_values(beta, sg, B, N, lo, up, x, m, nc, n):  # type: ignore[no-untyped-def]
    """The point of the current basis."""
    for v in range(n):
        x[v] = lo[v]
    for j in range(nc):
        if sg[j] < 0.0 and N[j] < n:
            x[N[j]] = up[N[j]]
    for i in range(1, m + 1):
        if B[i] < n:
            x[B[i]] = beta[i]


@compiled
def purge(T, beta, B, loc, lo, up, m, nc, first):  # type: ignore[no-untyped-def]
    """Drop the sparse rows (logicals from ``first`` on) that do not bind. Returns the number of rows."""
    i = 1
    while i <= m:
        v = B[i]
        if v >= first and lo[v] - FEASIBLE <= beta[i] <= up[v] + FEASIBLE:
            m = drop_row(T, beta, B, loc, m, nc, i)
        else:
            i += 1
    return m


@compiled
def separate(T, beta, sg, B, N, loc, lo, up, x, sp_ptr, sp_idx, sp_val, m, nc, n, dense):  # type: ignore[no-untyped-def]
    """Add the sparse rows that the current point violates. Returns the number of rows, and how many were added."""
    column_values(beta, sg, B, N, lo, up, x, m, nc, n)
    first = n + dense
    capacity = T.shape[0] - 1
    purged = False
    added = 0
    for s in range(sp_ptr.shape[0] - 1):
        v = first + s
        if loc[v] != ABSENT:
            continue
        activity = 0.0
        for e in range(sp_ptr[s], sp_ptr[s + 1]):
            activity += sp_val[e] * x[sp_idx[e]]
        if lo[v] - WHOLE <= activity <= up[v] + WHOLE:
            continue
        if m == capacity:
            if purged:
                break
            purged = True
            m = purge(T, beta, B, loc, lo, up, m, nc, first)
            if m == capacity:
                break
        m = add_row(T, beta, B, loc, m, nc, v, sp_idx[sp_ptr[s] : sp_ptr[s + 1]], sp_val[sp_ptr[s] : sp_ptr[s + 1]], x)
        added += 1
    return m, added


@inlined
def relax(S, T, beta, sg, B, N, loc, lo, up, ratio, x, sp_ptr, sp_idx, sp_val, n, dense, limit):  # type: ignore[no-untyped-def]
    """The relaxation of the node: dual simplex, adding violated sparse rows. Returns the outcome and the ray's row."""
    most = 200 + 20 * n
    outcome = OPTIMAL
    row = 0
    for _ in range(100):
        outcome, row, pivots = reoptimise(T, beta, sg, B, N, loc, lo, up, ratio, S[M], S[NC], limit, most)
        S[PIVOTS] += pivots
        if outcome != OPTIMAL or sp_ptr.shape[0] == 1:
            break
        S[M], added = separate(T, beta, sg, B, N, loc, lo, up, x, sp_ptr, sp_idx, sp_val, S[M], S[NC], n, dense)
        if added == 0:
            break
    return outcome, row


@inlined
def refute(S, T, B, N, lo, up, cap, mult, cc, Ac, rowfix, live, cidx, sp_ptr, sp_idx, sp_val, D, n, outcome, row):  # type: ignore[no-untyped-def]
    """The exact bound of the node (above 0: refuted), from the ray where the relaxation seems infeasible."""
    cut = S[BEST] - 1
    if outcome == INFEASIBLE:
        count = ray_multipliers(T, B, N, cap, mult, S[NC], n, row)
        bound = evaluate(cc, Ac, S[CFIX], rowfix, live, cidx, lo, up, sp_ptr, sp_idx, sp_val, mult, count, D, S[LIVE], n, 0, cut)
        if bound > 0:
            return bound
    count = dual_multipliers(T, N, cap, S[SCALE], mult, S[NC], n)
    return evaluate(
        cc, Ac, S[CFIX], rowfix, live, cidx, lo, up, sp_ptr, sp_idx, sp_val, mult, count, D, S[LIVE], n, S[SCALE], cut
    )


@inlined
def fix(S, T, beta, sg, loc, lo, up, tv, tb, live, D, bound):  # type: ignore[no-untyped-def]
    """Reduced-cost fixing from the exact ``bound`` <= 0 and its ``D``. Returns whether a basic or moved column changed."""
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


@inlined
def look_ahead(
    S, T, beta, sg, B, N, loc, lo, up, ratio, x, cap, mult, cc, Ac, rowfix, live, cidx, sp_ptr, sp_idx, sp_val, D, tv, tb,
    branchable, choice, room,
):  # type: ignore[no-untyped-def]  # fmt: skip
    """What one dual pivot would do to every fractional column.

    A side that the pivot's multipliers refute (in whole numbers) is cut off at once, without a node of its own. Leaves the
    column to branch on, its floor and whether to go up first in ``choice`` (-1 where all are whole). Returns 0 where no side
    was cut off, 1 where some were, 2 where both sides of a column were: the node is refuted.
    """
    n = x.shape[0]
    best = -1.0
    choice[0] = -1.0
    nt = S[NT]
    m = S[M]
    nc = S[NC]
    cut = S[BEST] - 1
    # The dual ratio of column j in row i is 1 / (T[i, j] * ratio[j]): one division a column for all rows.
    for j in range(nc):
        ratio[j] = sg[j] / max(-T[0, j] * sg[j], 1e-12)
    for i in range(1, m + 1):
        v = B[i]
        if v >= n or not branchable[v]:
            continue
        below = np.floor(beta[i] + WHOLE)
        part = beta[i] - below
        if part < WHOLE:
            continue
        most = 0.0
        least = 0.0
        for j in range(nc):
            rate = T[i, j] * ratio[j]
            most = max(most, rate)
            least = min(least, rate)
        down = 1.0 / most if most > 1e-12 else np.inf
        rise = -1.0 / least if least < -1e-12 else np.inf
        one = down * part
        two = rise * (1.0 - part)
        gone = 0
        for side in range(2):
            if (one if side == 0 else two) <= room:
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
                cc, Ac, S[CFIX], rowfix, live, cidx, lo, up, sp_ptr, sp_idx, sp_val, mult, count, D, S[LIVE], n, scale, cut
            )
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
            if SC == 1:
                score = 10 * min(one, two) + max(one, two)
            elif SC == 2:
                score = one + two
            elif SC == 3:
                score = min(part, 1 - part)
            elif SC == 4:
                score = max(one, two) + 0.2 * min(one, two)
            elif SC == 5:
                score = part * (1 - part) * (down + rise)
            elif SC == 6:
                score = (one + 0.1 * room) * (two + 0.1 * room)
            if score > best:
                best = score
                choice[0] = v
                choice[1] = below
                choice[2] = two < one
    changed = nt > S[NT]
    S[NT] = nt
    return 1 if changed else 0


@compiled
def incumbent(S, beta, sg, B, N, lo, up, x, xi, xbest, c, rows, sp_ptr, sp_idx, sp_val, pr_col, pr_ptr, pr_idx, n):  # type: ignore[no-untyped-def]
    """Take the rounded current point if it is feasible and better, all in whole numbers."""
    column_values(beta, sg, B, N, lo, up, x, S[M], S[NC], n)
    for v in range(n):
        xi[v] = np.int64(np.rint(x[v]))
    for k in range(pr_col.shape[0]):
        value = np.int64(1)
        for e in range(pr_ptr[k], pr_ptr[k + 1]):
            value *= xi[pr_idx[e]]
        xi[pr_col[k]] = value
    objective = np.int64(0)
    for v in range(n):
        if xi[v] < lo[v] or xi[v] > up[v]:
            return False
        objective += c[v] * xi[v]
    if objective >= S[BEST]:
        return False
    dense = rows.shape[0]
    for i in range(dense):
        if i == S[SKIP]:
            continue
        activity = np.int64(0)
        for v in range(n):
            activity += rows[i, v] * xi[v]
        if activity < lo[n + i] or activity > up[n + i]:
            return False
    for s in range(sp_ptr.shape[0] - 1):
        activity = np.int64(0)
        for e in range(sp_ptr[s], sp_ptr[s + 1]):
            activity += sp_val[e] * xi[sp_idx[e]]
        if activity < lo[n + dense + s] or activity > up[n + dense + s]:
            return False
    S[BEST] = objective
    S[FOUND] = 1
    for v in range(n):
        xbest[v] = xi[v]
    return True


@inlined
def push(S, T, beta, sg, B, N, rowfix, af, ai, v, low, high, n):  # type: ignore[no-untyped-def]
    """Keep the current tableau for the sibling whose column v has bounds ``low``..``high``. Returns whether it fits."""
    m = S[M]
    nc = S[NC]
    f = S[TOPF]
    i = S[TOPI]
    if f + (m + 1) * (nc + 1) + nc + 2 > af.shape[0] or i + HEADER + m + nc + rowfix.shape[0] > ai.shape[0]:
        return False
    for r in range(m + 1):
        for j in range(nc):
            af[f + j] = T[r, j]
        af[f + nc] = beta[r]
        f += nc + 1
    for j in range(nc):
        af[f + j] = sg[j]
    f += nc
    af[f] = low
    af[f + 1] = high
    for r in range(1, m + 1):
        ai[i + r - 1] = B[r]
    i += m
    for j in range(nc):
        ai[i + j] = N[j]
    i += nc
    for r in range(rowfix.shape[0]):
        ai[i + r] = rowfix[r]
    i += rowfix.shape[0]
    ai[i] = m
    ai[i + 1] = nc
    ai[i + 2] = S[NT]
    ai[i + 3] = v
    ai[i + 4] = S[LIVE]
    ai[i + 5] = S[CFIX]
    S[TOPF] = f + 2
    S[TOPI] = i + HEADER
    S[DEPTH] += 1
    return True


@inlined
def pop(S, T, beta, sg, B, N, loc, lo, up, rowfix, tv, tb, af, ai):  # type: ignore[no-untyped-def]
    """Return to the last sibling kept and enter it."""
    i = S[TOPI] - HEADER
    m = ai[i]
    nc = ai[i + 1]
    v = ai[i + 3]
    undo(lo, up, tv, tb, S[NT], ai[i + 2])
    S[NT] = ai[i + 2]
    S[HEAD] = S[NT]
    S[LIVE] = ai[i + 4]
    S[CFIX] = ai[i + 5]
    i -= rowfix.shape[0]
    for r in range(rowfix.shape[0]):
        rowfix[r] = ai[i + r]
    loc[:] = ABSENT
    i -= nc
    for j in range(nc):
        N[j] = ai[i + j]
        loc[N[j]] = j
    i -= m
    for r in range(1, m + 1):
        B[r] = ai[i + r - 1]
        loc[B[r]] = -r
    S[TOPI] = i
    f = S[TOPF] - 2 - nc - (m + 1) * (nc + 1)
    low = af[S[TOPF] - 2]
    high = af[S[TOPF] - 1]
    S[TOPF] = f
    for r in range(m + 1):
        for j in range(nc):
            T[r, j] = af[f + j]
        beta[r] = af[f + nc]
        f += nc + 1
    for j in range(nc):
        sg[j] = af[f + j]
    S[M] = m
    S[NC] = nc
    S[DEPTH] -= 1
    S[NT] = tighten(T, beta, sg, loc, lo, up, tv, tb, m, S[NT], v, low, high)


@compiled
def unfixed(lo, up, branchable, x, n):  # type: ignore[no-untyped-def]
    """Some column that may still be branched on, and a floor between its bounds; -1 where all are fixed."""
    for v in range(n):
        if branchable[v] and up[v] > lo[v]:
            return v, min(max(np.floor(x[v]), lo[v]), up[v] - 1.0)
    return -1, 0.0


@inlined
def bound_node(
    S, T, beta, sg, B, N, loc, lo, up, ratio, x, c, rows, sp_ptr, sp_idx, sp_val, cp_ptr, cp_idx,
    cap, mult, cc, Ac, rowfix, live, cidx, D, tv, tb, branchable, choice,
):  # type: ignore[no-untyped-def]  # fmt: skip
    """Propagate, relax, check and fix until nothing changes. Returns the exact bound, above 0: refuted."""
    n = x.shape[0]
    dense = rows.shape[0]
    sparse = sp_ptr.shape[0] > 1
    trusted = True
    while True:
        if sparse:
            nt = propagate(
                T, beta, sg, loc, lo, up, tv, tb, sp_ptr, sp_idx, sp_val, cp_ptr, cp_idx, S[M], n, dense, S[HEAD], S[NT]
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
            outcome, row = relax(S, T, beta, sg, B, N, loc, lo, up, ratio, x, sp_ptr, sp_idx, sp_val, n, dense, limit)
            bound = refute(
                S, T, B, N, lo, up, cap, mult, cc, Ac, rowfix, live, cidx, sp_ptr, sp_idx, sp_val, D, n, outcome, row
            )
            if bound > 0 or outcome != OVER:
                break
            limit = np.inf
        if bound > 0:
            return bound
        choice[0] = -1.0
        if outcome == INFEASIBLE:
            # The ray is not confirmed: a tableau that has drifted. Bound flips have left it dual infeasible.
            S[M], S[NC] = start(T, beta, sg, B, N, loc, lo, up, c, rows, S[SKIP], n)
            if not trusted:
                return bound
            trusted = False
            continue
        if fix(S, T, beta, sg, loc, lo, up, tv, tb, live, D, bound) and (
            sparse or not primal_feasible(beta, B, lo, up, S[M])
        ):
            continue
        if outcome != OPTIMAL:
            return bound
        result = look_ahead(
            S, T, beta, sg, B, N, loc, lo, up, ratio, x, cap, mult, cc, Ac, rowfix, live, cidx, sp_ptr, sp_idx, sp_val, D, tv, tb,
            branchable, choice, S[BEST] - 1 + 1e-6 - beta[0],
        )  # fmt: skip
        if result == 2:
            return 1
        if result == 0:
            return bound


@compiled
def primal_feasible(beta, B, lo, up, m):  # type: ignore[no-untyped-def]
    for i in range(1, m + 1):
        v = B[i]
        if beta[i] < lo[v] - FEASIBLE or beta[i] > up[v] + FEASIBLE:
            return False
    return True


@compiled
def enter(
    S, T, beta, sg, B, N, loc, lo, up, ratio, x, c, rows, sp_ptr, sp_idx, sp_val,
    cap, mult, cc, Ac, rowfix, live, cidx, D, tv, tb, n, cut,
):  # type: ignore[no-untyped-def]  # fmt: skip
    """Start a search for points with ``c x <= cut`` from the tableau at hand; leaves the first node ready.

    The relaxation at the root fixes columns once; what is left is gathered, so that the search works on narrow arrays.
    Returns the outcome of the relaxation (the tableau is dual feasible unless it is INFEASIBLE).
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
    outcome, row = relax(S, T, beta, sg, B, N, loc, lo, up, ratio, x, sp_ptr, sp_idx, sp_val, n, dense, cut + 1e-6)
    rowfix[:] = 0
    for v in range(n):
        live[v] = v
        cidx[v] = v
    return outcome, row


@compiled
def narrow(
    S, T, beta, sg, B, N, loc, lo, up, c, rows, sp_ptr, sp_idx, sp_val,
    cap, mult, cc, Ac, rowfix, live, cidx, D, tv, tb, n, outcome, row,
):  # type: ignore[no-untyped-def]  # fmt: skip
    """Refute the root or fix its columns and gather the rest."""
    bound = refute(
        S, T, B, N, lo, up, cap, mult, c, rows, rowfix, live, cidx, sp_ptr, sp_idx, sp_val, D, n, outcome, row
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
    S, T, beta, sg, B, N, loc, lo, up, ratio, x, xi, xbest, c, rows, sp_ptr, sp_idx, sp_val, cp_ptr, cp_idx, branchable,
    pr_col, pr_ptr, pr_idx, cap, mult, cc, Ac, rowfix, live, cidx, D, tv, tb, af, ai, choice, n,
):  # type: ignore[no-untyped-def]  # fmt: skip
    """Search until the tree is exhausted (DONE), ``S[QUOTA]`` nodes have been seen (PAUSED) or the stack is full (BUDGET)."""
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
        bound = bound_node(
            S, T, beta, sg, B, N, loc, lo, up, ratio, x, c, rows, sp_ptr, sp_idx, sp_val, cp_ptr, cp_idx,
            cap, mult, cc, Ac, rowfix, live, cidx, D, tv, tb, branchable, choice,
        )  # fmt: skip
        S[MODE] = BACK
        if bound > 0:
            continue
        column = np.int64(choice[0])
        floor = choice[1]
        upwards = choice[2] > 0.0
        if column < 0:
            before = S[BEST]
            if incumbent(S, beta, sg, B, N, lo, up, x, xi, xbest, c, rows, sp_ptr, sp_idx, sp_val, pr_col, pr_ptr, pr_idx, n):
                bound += S[SCALE] * (before - S[BEST])
                if bound > 0:
                    continue
            column, floor = unfixed(lo, up, branchable, x, n)
            if column < 0:
                continue
        narrower(S, T, beta, sg, B, N, loc, lo, up, ratio, cc, Ac, rowfix, live, cidx, n)
        if upwards:
            fits = push(S, T, beta, sg, B, N, rowfix, af, ai, column, lo[column], floor, n)
            low, high = floor + 1.0, up[column]
        else:
            fits = push(S, T, beta, sg, B, N, rowfix, af, ai, column, floor + 1.0, up[column], n)
            low, high = lo[column], floor
        if not fits:
            return BUDGET
        S[NT] = tighten(T, beta, sg, loc, lo, up, tv, tb, S[M], S[NT], column, low, high)
        S[MODE] = NODE


@compiled
def set_aside(S, lo, up, cc, Ac, rowfix, live, cidx):  # type: ignore[no-untyped-def]
    """Swap the fixed columns behind the first ``S[LIVE]``; what they add moves to ``rowfix`` and ``S[CFIX]``.

    To undo it is enough to restore these three: later swaps stay within the columns that were live.
    """
    k = 0
    last = S[LIVE]
    while k < last:
        v = live[k]
        if up[v] > lo[v]:
            k += 1
            continue
        last -= 1
        w = live[last]
        value = np.int64(lo[v])
        S[CFIX] += cc[k] * value
        cc[k], cc[last] = cc[last], cc[k]
        for i in range(Ac.shape[0]):
            rowfix[i] += Ac[i, k] * value
            Ac[i, k], Ac[i, last] = Ac[i, last], Ac[i, k]
        live[k] = w
        live[last] = v
        cidx[w] = k
        cidx[v] = last
    S[LIVE] = last


@compiled
def drive_out(T, beta, sg, B, N, loc, lo, up, ratio, m, nc, n):  # type: ignore[no-untyped-def]
    """Make the fixed basic columns nonbasic by dual pivots of length zero, so that they can be dropped."""
    for i in range(1, m + 1):
        v = B[i]
        if v >= n or lo[v] < up[v]:
            continue
        best = np.inf
        q = -1
        size = 0.0
        # A fixed column may leave in either direction; the direction of the smallest ratio keeps dual feasibility only
        # together with the other ratios of its own sign, so each sign is looked at on its own.
        for sign in (1.0, -1.0):
            one = np.inf
            which = -1
            for j in range(nc):
                a = sign * T[i, j] * sg[j]
                if a > 1e-7:
                    r = (-T[0, j] * sg[j]) / a
                    if r < one - 1e-11 or (r <= one + 1e-11 and abs(T[i, j]) > size):
                        one = min(one, r)
                        which = j
                        size = abs(T[i, j])
            if which >= 0 and one < best:
                best = one
                q = which
        if q >= 0:
            e = N[q]
            pivot(T, beta, B, N, loc, ratio, m, nc, i, q, lo[v], lo[e] if sg[q] > 0 else up[e])
            sg[q] = 0.0


@compiled
def narrower(S, T, beta, sg, B, N, loc, lo, up, ratio, cc, Ac, rowfix, live, cidx, n):  # type: ignore[no-untyped-def]
    """Drop the fixed columns where they are enough to pay for it."""
    dense = rowfix.shape[0]
    if S[M] > dense:
        stuck = 0
        for i in range(1, S[M] + 1):
            stuck += B[i] < n and lo[B[i]] == up[B[i]]
        if stuck > 0:
            drive_out(T, beta, sg, B, N, loc, lo, up, ratio, S[M], S[NC], n)
        S[M] = purge(T, beta, B, loc, lo, up, S[M], S[NC], n + dense)
    fixed = 0
    nc = S[NC]
    for j in range(nc):
        fixed += sg[j] == 0.0 and N[j] < n
    if 8 * fixed > nc:
        S[NC] = drop_columns(T, sg, N, loc, S[M], nc, n)
        set_aside(S, lo, up, cc, Ac, rowfix, live, cidx)
