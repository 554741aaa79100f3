"""The compiled search for trees that refute boxes: depth first, one tableau a level, multipliers
confirmed in whole numbers.

Tableaus, bounds and what a pivot would do are those of the front's search. Its loop over cuts is
not: here every row stands in the tableau, since a leaf's multipliers may be on any of them, and
there is no best plan so far to cut below.
"""

from __future__ import annotations

import numpy as np

from optimiser.engine.exact.kernel.compiled.box_multipliers import (
    confirm,
    duals,
    excludes,
    keep_vector,
    settle_fixed,
)
from optimiser.engine.exact.kernel.compiled.compiling import compiled, entry
from optimiser.engine.exact.kernel.compiled.look_ahead import dual_ratios, pivot_rates
from optimiser.engine.exact.kernel.compiled.propagation import tighten
from optimiser.engine.exact.kernel.compiled.relaxation import column_values
from optimiser.engine.exact.kernel.compiled.simplex import (
    INFEASIBLE,
    OPTIMAL,
    OVER,
    reoptimise,
    shift,
    start,
)
from optimiser.engine.exact.kernel.places import (  # fmt: skip
    TREE_DEPTH,
    TREE_DONE,
    TREE_FOUND,
    TREE_FULL,
    TREE_LIMIT,
    TREE_NUMBERS,
    WHOLE,
)

__all__ = ["grow"]

# How many boxes a node may leave open before it branches without looking at the rest.
_OPEN = 3


@compiled
def _set_limits(T, beta, sg, loc, up, limits, aim, m, n, rows):
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
def _repair(T, beta, sg, N, lo, up, rows, nc):
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
def _choose(T, beta, sg, B, lo, up, whole, x, ratio, choice, rows, nc, n, room):
    """The fractional column whose better side costs most by one dual pivot; -1 where all are
    fixed.

    No side is cut off here as the front's search does: what a tree leaves out needs a leaf that
    proves it. Costs are counted up to ``room``, and where all are whole the nearest number divides.
    """
    choice[0] = -1.0
    best = -1.0
    dual_ratios(T, sg, ratio, nc)
    for i in range(1, rows + 1):
        v = B[i]
        if v >= n or not whole[v]:
            continue
        below = np.floor(beta[i] + WHOLE)
        part = beta[i] - below
        if part < WHOLE or below < lo[v] or below + 1.0 > up[v]:
            continue
        least, most = pivot_rates(T, ratio, nc, i)
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
def _settle(
    matrix, low, high, whole, weight, scale, limits, ends, bounded, aim, T, beta, sg, B, N, loc,
    lo, up, alive, ratio, x, dual,
    mult, D, seen, choice, out_rows, out_multipliers, out_sizes, size, m, n, rows, nc,
):  # fmt: skip
    """Exclude what the node's relaxation can. Returns TREE_DONE, TREE_FULL, or TREE_FOUND where a
    fixed plan lies in a box, TREE_NUMBERS else.
    """
    opened = 0
    count = alive.shape[0]
    choice[0] = -1.0
    seen[:] = 0
    result = TREE_DONE
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
                    return TREE_FULL
                for h in range(count):
                    if alive[h] and excludes(mult, bound, limits, bounded, m, h):
                        alive[h] = False
                continue
            if result == TREE_DONE:
                result = TREE_NUMBERS
        else:
            result = TREE_FOUND
        opened += 1
        if choice[0] < 0.0:
            column_values(beta, sg, B, N, lo, up, x, rows, nc, n)
            room = limit - beta[0] if limit < np.inf else 1e9
            _choose(T, beta, sg, B, lo, up, whole, x, ratio, choice, rows, nc, n, max(room, 1e-9))
        if outcome == OPTIMAL:
            _mark(matrix, limits, alive, seen, beta, sg, B, N, loc, lo, up, x, m, rows, nc, n, g)
        if opened >= _OPEN:
            break
    return result


@compiled
def _mark(matrix, limits, alive, seen, beta, sg, B, N, loc, lo, up, x, m, rows, nc, n, g):
    """The boxes after g that hold the current point of the relaxation too cannot be excluded
    here.
    """
    column_values(beta, sg, B, N, lo, up, x, rows, nc, n)
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
def _descend(
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


@entry
def grow(model, boxes, aim, most, space, out):
    """Build the tree of some boxes into ``out``: TREE_DONE, or why not."""
    matrix = model.matrix
    low = model.low
    high = model.high
    limits = boxes.limits
    bounded = boxes.bounded
    height, n = matrix.shape
    m = limits.shape[1]
    size = out.size
    s = space
    dual = s.dual[:height]
    mult = s.mult[:height]
    s.lo[0, : model.lower.shape[0]] = model.lower
    s.up[0, : model.upper.shape[0]] = model.upper
    rows, nc = start(
        s.T[0], s.beta[0], s.sg[0], s.B[0], s.N[0], s.loc[0], s.lo[0], s.up[0], model.scaled[aim],
        model.scaled, aim, n,
    )  # fmt: skip
    s.alive[0, :] = True
    d = 0
    fresh = True
    while d >= 0:
        if fresh:
            if size[0] >= out.columns.shape[0]:
                return TREE_FULL
            if size[0] >= most:
                return TREE_LIMIT
            node = size[0]
            size[0] += 1
            before = size[1]
            result = _settle(
                matrix, low, high, model.whole, model.weight, model.scale, limits, boxes.ends,
                bounded, aim, s.T[d], s.beta[d], s.sg[d], s.B[d], s.N[d], s.loc[d], s.lo[d],
                s.up[d], s.alive[d], s.ratio, s.x, dual, mult, s.D, s.seen, s.choice, out.rows,
                out.multipliers, out.sizes, size, m, n, rows, nc,
            )  # fmt: skip
            if result in (TREE_FOUND, TREE_NUMBERS) and s.choice[0] < 0.0:
                room = settle_fixed(
                    matrix, low, high, limits, bounded, s.lo[d], s.up[d], s.alive[d], mult, s.D,
                    out.rows, out.multipliers, out.sizes, size, m, n,
                )  # fmt: skip
                result = result if room else TREE_FULL
            if result == TREE_FULL:
                return TREE_FULL
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
                return TREE_DEPTH
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
        low_end = s.lo[d, v] if s.branch[d, 2] == 0 else value + 1.0
        high_end = value if s.branch[d, 2] == 0 else s.up[d, v]
        # a level keeps a copy of its own: there is no trail to go back along
        tighten(
            s.T[e], s.beta[e], s.sg[e], s.loc[e], s.lo[e], s.up[e], s.tv, s.tb, rows, 0, v,
            low_end, high_end,
        )  # fmt: skip
        s.branch[d, 2] += 1
        d = e
        fresh = True
    return TREE_DONE
