"""The relaxation of a node: the dual simplex with sparse rows that come when violated and go when
slack.

A node deep in the tree has few columns left. What is fixed leaves the tableau and the integer
arrays, fixed columns in the basis by pivots of length zero first, so that the work follows the size
of what is open.
"""

from __future__ import annotations

import numpy as np

from optimiser.engine.exact.kernel.compiled.compiling import FEASIBLE, compiled, inlined
from optimiser.engine.exact.kernel.compiled.simplex import (
    ABSENT,
    HALFWAY,
    OPTIMAL,
    STUCK,
    add_row,
    drop_columns,
    drop_row,
    pivot,
    reoptimise,
)
from optimiser.engine.exact.kernel.places import (
    CFIX,
    ENTRIES,
    LIVE,
    NC,
    PIVOTS,
    QUOTA,
    STEPS,
    WHOLE,
    M,
)

__all__ = ["column_values", "narrower", "primal_feasible", "relax", "set_aside"]

# Units of work that making a basis narrower may take: nothing is wrong where it stays wide.
DRIVEN = 1_000_000


@compiled
def column_values(beta, sg, B, N, lo, up, x, m, nc, n):
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
def _purge(T, beta, B, loc, lo, up, m, nc, first):
    """Drop the sparse rows (logicals from ``first`` on) that do not bind. Returns the number of
    rows.
    """
    i = 1
    while i <= m:
        v = B[i]
        if v >= first and lo[v] - FEASIBLE <= beta[i] <= up[v] + FEASIBLE:
            m = drop_row(T, beta, B, loc, m, nc, i)
        else:
            i += 1
    return m


@compiled
def _separate(T, beta, sg, B, N, loc, lo, up, x, sp_ptr, sp_idx, sp_val, m, nc, n, dense):
    """Add the sparse rows that the current point violates. Returns the number of rows, and how many
    were added.
    """
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
            m = _purge(T, beta, B, loc, lo, up, m, nc, first)
            if m == capacity:
                break
        m = add_row(
            T,
            beta,
            B,
            loc,
            m,
            nc,
            v,
            sp_idx[sp_ptr[s] : sp_ptr[s + 1]],
            sp_val[sp_ptr[s] : sp_ptr[s + 1]],
            x,
        )
        added += 1
    return m, added


@inlined
def relax(S, T, beta, sg, B, N, loc, lo, up, ratio, x, sp_ptr, sp_idx, sp_val, n, dense, limit):
    """The relaxation of the node: dual simplex, adding violated sparse rows. Returns the outcome
    and the ray's row; HALFWAY where the work that was given is used up before its end, from where
    the next call goes on.
    """
    most = 200 + 20 * n
    begun = S[STEPS]
    S[STEPS] = 0
    outcome = OPTIMAL
    row = 0
    for _ in range(100):
        size = 1 + (S[M] + 1) * (S[NC] + 1) // ENTRIES
        given = max(1, min(most - begun, S[QUOTA] // size))
        outcome, row, pivots = reoptimise(
            T, beta, sg, B, N, loc, lo, up, ratio, S[M], S[NC], limit, given
        )
        S[PIVOTS] += pivots
        S[QUOTA] -= pivots * size
        if outcome == STUCK and begun + pivots < most:
            S[STEPS] = begun + pivots
            outcome = HALFWAY
        begun = 0
        if outcome != OPTIMAL or sp_ptr.shape[0] == 1:
            break
        S[M], added = _separate(
            T, beta, sg, B, N, loc, lo, up, x, sp_ptr, sp_idx, sp_val, S[M], S[NC], n, dense
        )
        if added == 0:
            break
    return outcome, row


@compiled
def primal_feasible(beta, B, lo, up, m):
    """Whether every basic variable is within its bounds."""
    for i in range(1, m + 1):
        v = B[i]
        if beta[i] < lo[v] - FEASIBLE or beta[i] > up[v] + FEASIBLE:
            return False
    return True


@compiled
def _drive_out(S, T, beta, sg, B, N, loc, lo, up, ratio, m, nc, n):
    """Make the fixed basic columns nonbasic by dual pivots of length zero, so that they can be
    dropped; what would take long stays.
    """
    left = DRIVEN
    for i in range(1, m + 1):
        if left <= 0:
            break
        v = B[i]
        if v >= n or lo[v] < up[v]:
            continue
        best = np.inf
        q = -1
        size = 0.0
        # A fixed column may leave in either direction; the direction of the smallest ratio keeps
        # dual feasibility only together with the other ratios of its own sign, so each sign is
        # looked at on its own.
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
            left -= 1 + (m + 1) * (nc + 1) // ENTRIES
    S[QUOTA] -= DRIVEN - left


@compiled
def set_aside(S, lo, up, cc, Ac, rowfix, live, cidx):
    """Swap the fixed columns behind the first ``S[LIVE]``; what they add moves to ``rowfix`` and
    ``S[CFIX]``.

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
def narrower(S, T, beta, sg, B, N, loc, lo, up, ratio, cc, Ac, rowfix, live, cidx, n):
    """Drop the fixed columns where they are enough to pay for it."""
    dense = rowfix.shape[0]
    if S[M] > dense:
        stuck = 0
        for i in range(1, S[M] + 1):
            stuck += B[i] < n and lo[B[i]] == up[B[i]]
        if stuck > 0:
            _drive_out(S, T, beta, sg, B, N, loc, lo, up, ratio, S[M], S[NC], n)
        S[M] = _purge(T, beta, B, loc, lo, up, S[M], S[NC], n + dense)
    fixed = 0
    nc = S[NC]
    for j in range(nc):
        fixed += sg[j] == 0.0 and N[j] < n
    if 8 * fixed > nc:
        S[NC] = drop_columns(T, sg, N, loc, S[M], nc, n)
        set_aside(S, lo, up, cc, Ac, rowfix, live, cidx)
