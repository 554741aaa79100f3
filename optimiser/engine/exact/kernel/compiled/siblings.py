"""The open siblings of the current node, each with its own copy of the tableau."""

from __future__ import annotations

from optimiser.engine.exact.kernel.compiled.compiling import compiled
from optimiser.engine.exact.kernel.compiled.propagation import tighten, undo
from optimiser.engine.exact.kernel.compiled.simplex import ABSENT
from optimiser.engine.exact.kernel.places import (
    CFIX,
    DEPTH,
    HEAD,
    HEADER,
    LIVE,
    NC,
    NT,
    TOPF,
    TOPI,
    M,
)

__all__ = ["pop", "push"]


@compiled
def push(S, T, beta, sg, B, N, rowfix, af, ai, v, low, high, n):
    """Keep the current tableau for the sibling whose column v has bounds ``low``..``high``. Returns
    whether it fits.
    """
    m = S[M]
    nc = S[NC]
    f = S[TOPF]
    i = S[TOPI]
    if (
        f + (m + 1) * (nc + 1) + nc + 2 > af.shape[0]
        or i + HEADER + m + nc + rowfix.shape[0] > ai.shape[0]
    ):
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


@compiled
def pop(S, T, beta, sg, B, N, loc, lo, up, rowfix, tv, tb, af, ai):
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
