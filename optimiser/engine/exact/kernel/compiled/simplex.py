"""A bounded dual simplex on a dense tableau whose rows come and go.

Every row i of the model has a logical variable equal to its activity, so that all rows read ``a_i x
- s_i = 0`` and a change of a row's limits is a change of two bounds. Basic variable ``B[i]`` and
the nonbasic variables ``N[j]`` satisfy ``x_B[i] + sum_j T[i, j] x_N[j] = constant``; row 0 is the
objective, ``T[0, j]`` is minus the reduced cost of ``N[j]`` and ``beta[i]`` the value of ``B[i]``
(``beta[0]``: of the objective). ``sg[j]`` is +1 where ``N[j]`` stands at its lower bound, -1 at its
upper bound, 0 where it is fixed and can never enter. ``loc[v]`` is j >= 0 for a nonbasic variable,
-i for a basic one, ``ABSENT`` for one that is not in the tableau (a fixed column, a row left out).

Nothing here is trusted: :mod:`.refutation` checks in integers what a tableau seems to prove.

References:
    A. Koberstein, "The dual simplex method, techniques for a fast and stable implementation",
    thesis, Paderborn 2005 (bound flipping ratio test, chapter 3).
"""

from __future__ import annotations

import numpy as np

from optimiser.engine.exact.kernel.compiled.compiling import FEASIBLE, compiled, inlined

__all__ = [
    "ABSENT", "HALFWAY", "INFEASIBLE", "OPTIMAL", "OVER", "STUCK", "add_row", "drop_columns",
    "drop_row", "pivot", "reoptimise", "shift", "start",
]  # fmt: skip

ABSENT = 1 << 40
# HALFWAY is what the relaxation says where a pause came first
OPTIMAL, INFEASIBLE, OVER, STUCK, HALFWAY = 0, 1, 2, 3, 4
PIVOT = 1e-9


@compiled
def shift(T, beta, m, j, delta):
    """Move nonbasic column j by ``delta``; rows 0..m follow."""
    for i in range(m + 1):
        beta[i] -= T[i, j] * delta


@compiled
def start(T, beta, sg, B, N, loc, lo, up, c, rows, skip, n):
    """The all-logical basis over the dense ``rows`` (without row ``skip``), dual feasible since
    every column is boxed.

    Returns the number of rows and of columns.
    """
    nc = 0
    loc[:] = ABSENT
    beta[0] = 0.0
    for j in range(n):
        value = lo[j] if c[j] >= 0 else up[j]
        beta[0] += c[j] * value
        if up[j] > lo[j]:
            N[nc] = j
            loc[j] = nc
            sg[nc] = 1.0 if c[j] >= 0 else -1.0
            T[0, nc] = -c[j]
            nc += 1
    m = 0
    for i in range(rows.shape[0]):
        if i == skip:
            continue
        m += 1
        B[m] = n + i
        loc[n + i] = -m
        activity = 0.0
        for j in range(n):
            activity += rows[i, j] * (lo[j] if c[j] >= 0 else up[j])
        beta[m] = activity
        for k in range(nc):
            T[m, k] = -rows[i, N[k]]
    return m, nc


@compiled
def _eliminate(T, row, m, nc, r, q, inverse):
    """Subtract multiples of pivot row r, given divided as ``row``, from all others; ``row`` is
    apart so that this vectorises.
    """
    for i in range(m + 1):
        f = T[i, q]
        if i != r and f != 0.0:
            line = T[i]
            for j in range(nc):
                line[j] -= f * row[j]
            line[q] = -f * inverse


@inlined
def pivot(T, beta, B, N, loc, row, m, nc, r, q, target, value):
    """Column q (now at ``value``) enters, row r leaves at ``target``; ``row`` is room for a row."""
    inverse = 1.0 / T[r, q]
    step = (beta[r] - target) * inverse
    for i in range(m + 1):
        beta[i] -= T[i, q] * step
    beta[r] = value + step
    for j in range(nc):
        row[j] = T[r, j] * inverse
    row[q] = inverse
    _eliminate(T, row, m, nc, r, q, inverse)
    for j in range(nc):
        T[r, j] = row[j]
    entering = N[q]
    leaving = B[r]
    B[r] = entering
    N[q] = leaving
    loc[entering] = -r
    loc[leaving] = q


@inlined
def _entering(T, beta, sg, N, lo, up, ratio, m, nc, r, low, violation):
    """The entering column for leaving row r by the bound flipping ratio test, -1 where there is
    none.

    Columns passed on the way are flipped to their other bound. A slope of exactly zero pivots: on
    integer data it is common and does not mean infeasible.
    """
    direction = -1.0 if low else 1.0
    count = 0
    for j in range(nc):
        t = direction * T[r, j] * sg[j]
        good = t > PIVOT
        ratio[j] = (-T[0, j] * sg[j]) / t if good else np.inf
        count += good
    slope = violation
    while count > 0:
        best = np.inf
        for j in range(nc):
            best = min(best, ratio[j])
        limit = best + 1e-11 + 1e-12 * abs(best)
        q = -1
        size = 0.0
        for j in range(nc):
            if ratio[j] <= limit and abs(T[r, j]) > size:
                size = abs(T[r, j])
                q = j
        v = N[q]
        span = up[v] - lo[v]
        slope -= size * span
        if slope < FEASIBLE:
            return q
        ratio[q] = np.inf
        count -= 1
        shift(T, beta, m, q, span * sg[q])
        sg[q] = -sg[q]
    return -1


@compiled
def reoptimise(T, beta, sg, B, N, loc, lo, up, ratio, m, nc, limit, most):
    """Dual simplex until primal feasible, proven infeasible, the objective is above ``limit``, or
    ``most`` pivots.

    Returns the outcome, the row that cannot be repaired (positive: it is below its lower bound,
    negative: above its upper bound; 0 otherwise) and the number of pivots.
    """
    done = 0
    while True:
        if beta[0] > limit:
            return OVER, 0, done
        r = 0
        worst = FEASIBLE
        low = True
        for i in range(1, m + 1):
            v = B[i]
            under = lo[v] - beta[i]
            over = beta[i] - up[v]
            if under > worst:
                worst = under
                r = i
                low = True
            if over > worst:
                worst = over
                r = i
                low = False
        if r == 0:
            return OPTIMAL, 0, done
        if done >= most:
            return STUCK, 0, done
        q = _entering(T, beta, sg, N, lo, up, ratio, m, nc, r, low, worst)
        if q < 0:
            return INFEASIBLE, (r if low else -r), done
        v = B[r]
        e = N[q]
        pivot(
            T,
            beta,
            B,
            N,
            loc,
            ratio,
            m,
            nc,
            r,
            q,
            lo[v] if low else up[v],
            lo[e] if sg[q] > 0 else up[e],
        )
        if up[v] > lo[v]:
            sg[q] = 1.0 if low else -1.0
        else:
            sg[q] = 0.0
        done += 1


@compiled
def add_row(T, beta, B, loc, m, nc, logical, columns, values, x):
    """Append the row with these ``columns`` and ``values``, its ``logical`` basic at its activity
    at ``x``. Returns m + 1.
    """
    m += 1
    for j in range(nc):
        T[m, j] = 0.0
    activity = 0.0
    for k in range(columns.shape[0]):
        v = columns[k]
        a = values[k]
        activity += a * x[v]
        place = loc[v]
        if place == ABSENT:
            continue
        if place >= 0:
            T[m, place] -= a
        else:
            for j in range(nc):
                T[m, j] += a * T[-place, j]
    beta[m] = activity
    B[m] = logical
    loc[logical] = -m
    return m


@compiled
def drop_row(T, beta, B, loc, m, nc, i):
    """Remove row i, whose logical is basic; the last row takes its place. Returns m - 1."""
    loc[B[i]] = ABSENT
    if i != m:
        for j in range(nc):
            T[i, j] = T[m, j]
        beta[i] = beta[m]
        B[i] = B[m]
        loc[B[i]] = -i
    return m - 1


@compiled
def drop_columns(T, sg, N, loc, m, nc, n):
    """Remove the fixed nonbasic columns of the model (not logicals: their reduced costs are
    multipliers). Returns the width.
    """
    width = 0
    for j in range(nc):
        v = N[j]
        if sg[j] == 0.0 and v < n:
            loc[v] = ABSENT
            continue
        if width != j:
            sg[width] = sg[j]
            N[width] = v
            loc[v] = width
            for i in range(m + 1):
                T[i, width] = T[i, j]
        width += 1
    return width
