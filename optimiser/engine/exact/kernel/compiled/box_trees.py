# ruff: noqa: PLR0913, PLR0915, PLR0917
"""The compiled search: depth first, one tableau a level, multipliers confirmed in whole numbers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimiser.engine.exact.kernel.compiled.box_multipliers import (
    confirm,
    duals,
    excludes,
    keep_vector,
    settle_fixed,
)
from optimiser.engine.exact.kernel.compiled.compiling import compiled, entry
from optimiser.engine.exact.kernel.compiled.simplex import (
    ABSENT,
    INFEASIBLE,
    OPTIMAL,
    OVER,
    reoptimise,
    shift,
    start,
)

__all__ = [
    "DEPTH",
    "DONE",
    "FOUND",
    "FULL",
    "LIMIT",
    "NAMES",
    "NUMBERS",
    "TreeRecord",
    "TreeSpace",
    "search",
]

DONE, FULL, LIMIT, FOUND, NUMBERS, DEPTH = 0, 1, 2, 3, 4, 5
NAMES = {LIMIT: "limit", NUMBERS: "numbers", DEPTH: "depth"}
_WHOLE = 1e-6
# How many boxes a node may leave open before it branches without looking at the rest.
_OPEN = 3


class TreeRecord(NamedTuple):
    """The tree, and how much of the arrays is filled: nodes, vectors, multipliers; the last level
    looked at.
    """

    columns: np.ndarray
    values: np.ndarray
    counts: np.ndarray
    sizes: np.ndarray
    rows: np.ndarray
    multipliers: np.ndarray
    size: np.ndarray


class TreeSpace(NamedTuple):
    """One tableau a level (first axis: depth), and room to work in."""

    T: np.ndarray
    beta: np.ndarray
    sg: np.ndarray
    B: np.ndarray
    N: np.ndarray
    loc: np.ndarray
    lo: np.ndarray
    up: np.ndarray
    alive: np.ndarray
    branch: np.ndarray  # column, value, children begun, node
    ratio: np.ndarray
    x: np.ndarray
    dual: np.ndarray
    mult: np.ndarray
    D: np.ndarray
    seen: np.ndarray
    choice: np.ndarray


@compiled
def _set_limits(T, beta, sg, loc, up, limits, aim, m, n, rows):  # type: ignore[no-untyped-def]
    """The objectives' limits of one box; a logical at its limit moves with it."""
    for k in range(m):
        if k == aim:
            continue
        v = n + k
        new = np.float64(limits[k])
        j = loc[v]
        if j >= 0 and sg[j] < 0.0 and new != up[v]:
            shift(T, beta, rows, j, new - up[v])
        up[v] = new


@compiled
def _repair(T, beta, sg, N, lo, up, rows, nc):  # type: ignore[no-untyped-def]
    """Undo the bound flips of a ratio test that found no column: every nonbasic column back to its
    dual feasible end.
    """
    for j in range(nc):
        v = N[j]
        span = up[v] - lo[v]
        if sg[j] * T[0, j] > 1e-9 and span < np.inf:
            shift(T, beta, rows, j, span * sg[j])
            sg[j] = -sg[j]


@compiled
def _point(beta, sg, B, N, loc, lo, up, x, rows, nc, n):  # type: ignore[no-untyped-def]
    """The columns of the current basis."""
    for v in range(n):
        x[v] = lo[v]
    for j in range(nc):
        if sg[j] < 0.0 and N[j] < n:
            x[N[j]] = up[N[j]]
    for i in range(1, rows + 1):
        if B[i] < n:
            x[B[i]] = beta[i]


@compiled
def _choose(T, beta, sg, B, lo, up, whole, x, ratio, choice, rows, nc, n, room):  # type: ignore[no-untyped-def]
    """The fractional column whose better side costs most by one dual pivot; -1 where none is
    fractional.
    """
    choice[0] = -1.0
    best = -1.0
    for j in range(nc):
        ratio[j] = sg[j] / max(-T[0, j] * sg[j], 1e-12)
    for i in range(1, rows + 1):
        v = B[i]
        if v >= n or not whole[v]:
            continue
        below = np.floor(beta[i] + _WHOLE)
        part = beta[i] - below
        if part < _WHOLE or below < lo[v] or below + 1.0 > up[v]:
            continue
        most = 0.0
        least = 0.0
        for j in range(nc):
            rate = T[i, j] * ratio[j]
            most = max(most, rate)
            least = min(least, rate)
        one = min(part / most, room) if most > 1e-12 else room
        two = min((part - 1.0) / least, room) if least < -1e-12 else room
        score = max(one, 1e-9) * max(two, 1e-9)
        if score > best:
            best = score
            choice[0] = v
            choice[1] = below
    if choice[0] < 0.0:
        for v in range(n):
            if whole[v] and lo[v] < up[v]:
                choice[0] = v
                choice[1] = min(max(np.floor(x[v] + 0.5), lo[v]), up[v] - 1.0)
                break


@compiled
def _settle(  # type: ignore[no-untyped-def]
    matrix, low, high, whole, weight, scale, limits, ends, bounded, aim, T, beta, sg, B, N, loc,
    lo, up, alive, ratio, x, dual,
    mult, D, seen, choice, out_rows, out_multipliers, out_sizes, size, m, n, rows, nc,
):  # fmt: skip
    """Exclude what the node's relaxation can. Returns DONE, FULL, or FOUND where a fixed plan lies
    in a box, NUMBERS else.
    """
    opened = 0
    count = alive.shape[0]
    choice[0] = -1.0
    seen[:] = 0
    result = DONE
    for g in range(count):
        if not alive[g] or seen[g] > 0:
            continue
        _set_limits(T, beta, sg, loc, up, ends[g], aim, m, n, rows)
        limit = ends[g, aim] + 1e-9 if bounded[g, aim] else np.inf
        outcome, row, _ = reoptimise(
            T, beta, sg, B, N, loc, lo, up, ratio, rows, nc, limit, 200 + 20 * n
        )
        if outcome in (OVER, INFEASIBLE):
            duals(T, B, N, dual, scale, aim, m, n, nc, outcome, row)
            confirmed, bound = confirm(
                matrix, low, high, weight, lo, up, limits, bounded, dual, mult, D, m, n, g
            )
            if outcome == INFEASIBLE:
                _repair(T, beta, sg, N, lo, up, rows, nc)
            if confirmed:
                if not keep_vector(out_rows, out_multipliers, out_sizes, size, mult, m):
                    return FULL
                for h in range(count):
                    if alive[h] and excludes(mult, bound, limits, bounded, m, h):
                        alive[h] = False
                continue
            if result == DONE:
                result = NUMBERS
        else:
            result = FOUND
        opened += 1
        if choice[0] < 0.0:
            _point(beta, sg, B, N, loc, lo, up, x, rows, nc, n)
            room = limit - beta[0] if limit < np.inf else 1e9
            _choose(T, beta, sg, B, lo, up, whole, x, ratio, choice, rows, nc, n, max(room, 1e-9))
        if outcome == OPTIMAL:
            _mark(matrix, limits, alive, seen, beta, sg, B, N, loc, lo, up, x, m, rows, nc, n, g)
        if opened >= _OPEN:
            break
    return result


@compiled
def _mark(matrix, limits, alive, seen, beta, sg, B, N, loc, lo, up, x, m, rows, nc, n, g):  # type: ignore[no-untyped-def]
    """The boxes after g that hold the current point of the relaxation too cannot be excluded
    here.
    """
    _point(beta, sg, B, N, loc, lo, up, x, rows, nc, n)
    for h in range(g + 1, alive.shape[0]):
        if alive[h]:
            seen[h] = 1
    for k in range(m):
        value = 0.0
        for j in range(n):
            value += matrix[k, j] * x[j]
        for h in range(g + 1, alive.shape[0]):
            if value > limits[h, k] + 1e-6:
                seen[h] = 0


@compiled
def _descend(  # type: ignore[no-untyped-def]
    space_T, space_beta, space_sg, space_B, space_N, space_loc, space_lo, space_up, d, rows, nc
):
    """Copy level d to the next."""
    e = d + 1
    for i in range(rows + 1):
        for j in range(nc):
            space_T[e, i, j] = space_T[d, i, j]
        space_beta[e, i] = space_beta[d, i]
        space_B[e, i] = space_B[d, i]
    for j in range(nc):
        space_sg[e, j] = space_sg[d, j]
        space_N[e, j] = space_N[d, j]
    for v in range(space_lo.shape[1]):
        space_loc[e, v] = space_loc[d, v]
        space_lo[e, v] = space_lo[d, v]
        space_up[e, v] = space_up[d, v]


@compiled
def _narrow(T, beta, sg, loc, lo, up, rows, v, low, high):  # type: ignore[no-untyped-def]
    """Bounds for column v; a nonbasic column moves with its bound."""
    j = loc[v]
    if j >= 0 and j != ABSENT:
        delta = (high - up[v]) if sg[j] < 0.0 else (low - lo[v])
        if delta != 0.0:
            shift(T, beta, rows, j, delta)
        if low == high:
            sg[j] = 0.0
    lo[v] = low
    up[v] = high


@entry
def search(  # type: ignore[no-untyped-def]
    matrix, scaled, low, high, whole, box_low, box_high, weight, scale, limits, ends, bounded, aim,
    most, space, out
):  # fmt: skip
    """Build the tree of some boxes into ``out``: DONE, or why not."""
    n = matrix.shape[1]
    m = limits.shape[1]
    size = out.size
    s = space
    s.lo[0, : box_low.shape[0]] = box_low
    s.up[0, : box_high.shape[0]] = box_high
    rows, nc = start(
        s.T[0],
        s.beta[0],
        s.sg[0],
        s.B[0],
        s.N[0],
        s.loc[0],
        s.lo[0],
        s.up[0],
        scaled[aim],
        scaled,
        aim,
        n,
    )
    s.alive[0, :] = True
    d = 0
    fresh = True
    while d >= 0:
        if fresh:
            if size[0] >= out.columns.shape[0]:
                return FULL
            if size[0] >= most:
                return LIMIT
            node = size[0]
            size[0] += 1
            before = size[1]
            result = _settle(
                matrix, low, high, whole, weight, scale, limits, ends, bounded, aim, s.T[d],
                s.beta[d], s.sg[d], s.B[d], s.N[d],
                s.loc[d], s.lo[d], s.up[d], s.alive[d], s.ratio, s.x, s.dual[: matrix.shape[0]],
                s.mult[: matrix.shape[0]], s.D,
                s.seen, s.choice, out.rows, out.multipliers, out.sizes, size, m, n, rows, nc,
            )  # fmt: skip
            if result in (FOUND, NUMBERS) and s.choice[0] < 0.0:
                room = settle_fixed(
                    matrix, low, high, limits, bounded, s.lo[d], s.up[d], s.alive[d],
                    s.mult[: matrix.shape[0]], s.D, out.rows,
                    out.multipliers, out.sizes, size, m, n,
                )  # fmt: skip
                result = result if room else FULL
            if result == FULL:
                return FULL
            out.counts[node] = size[1] - before
            open_boxes = False
            for g in range(limits.shape[0]):
                if s.alive[d, g]:
                    open_boxes = True
            if not open_boxes:
                out.columns[node] = -1
                out.values[node] = 0
                d -= 1
                fresh = False
                continue
            if s.choice[0] < 0.0:
                size[3] = d
                return result
            if d + 1 >= s.T.shape[0]:
                return DEPTH
            s.branch[d, 0] = np.int64(s.choice[0])
            s.branch[d, 1] = np.int64(s.choice[1])
            s.branch[d, 2] = 0
            out.columns[node] = s.branch[d, 0]
            out.values[node] = s.branch[d, 1]
            fresh = False
        if s.branch[d, 2] == 2:
            d -= 1
            continue
        v = s.branch[d, 0]
        value = np.float64(s.branch[d, 1])
        _descend(s.T, s.beta, s.sg, s.B, s.N, s.loc, s.lo, s.up, d, rows, nc)
        e = d + 1
        s.alive[e, :] = s.alive[d]
        if s.branch[d, 2] == 0:
            _narrow(
                s.T[e], s.beta[e], s.sg[e], s.loc[e], s.lo[e], s.up[e], rows, v, s.lo[d, v], value
            )
        else:
            _narrow(
                s.T[e],
                s.beta[e],
                s.sg[e],
                s.loc[e],
                s.lo[e],
                s.up[e],
                rows,
                v,
                value + 1.0,
                s.up[d, v],
            )
        s.branch[d, 2] += 1
        d = e
        fresh = True
    return DONE
