"""Random integer programs of every shape the kernel takes, and what enumeration says of them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from optimiser.engine.exact.kernel import UNLIMITED, IntegerProgram
from optimiser.engine.sparse_rows import sparse_rows

Integers = np.ndarray[Any, np.dtype[np.int64]]
Random = np.random.Generator


def program(
    objectives: Any,
    rows: Any = (),
    *,
    row_lower: Any = None,
    row_upper: Any = None,
    lower: Any = None,
    upper: Any = None,
    products: Mapping[int, tuple[int, ...]] | None = None,
) -> IntegerProgram:
    """A program with binary columns and unlimited rows where nothing else is said."""
    c = np.asarray(objectives, dtype=np.int64)
    n = c.shape[1]
    a = np.asarray(rows, dtype=np.int64).reshape(-1, n)

    def filled(given: Any, value: int, size: int) -> Integers:
        return (
            np.full(size, value, dtype=np.int64)
            if given is None
            else np.asarray(given, dtype=np.int64)
        )

    return IntegerProgram(
        c,
        sparse_rows([dict(enumerate(row)) for row in a.tolist()], n),
        filled(row_lower, -UNLIMITED, len(a)),
        filled(row_upper, UNLIMITED, len(a)),
        filled(lower, 0, n),
        filled(upper, 1, n),
        products or {},
    )


def feasible(given: IntegerProgram, /) -> Integers:
    """(k, n) every feasible plan, by enumeration, but for what a row keeps out whatever the columns
    to come are.
    """
    n = given.objectives.shape[1]
    x = np.zeros((1, n), dtype=np.int64)
    rows = written_out(given)
    least = np.minimum(rows * given.lower, rows * given.upper)
    own = np.array([j not in given.products for j in range(n)])
    for j in range(n):
        if j not in given.products:
            values = np.arange(given.lower[j], given.upper[j] + 1)
            size = len(x)
            x = np.repeat(x, len(values), axis=0)
            x[:, j] = np.tile(values, size)
            open_ = ~own | (np.arange(n) > j)
            known = x[:, ~open_] @ rows[:, ~open_].T + least[:, open_].sum(axis=1)
            x = x[(known <= given.row_upper).all(axis=1)]
    for column, factors in given.products.items():
        x[:, column] = x[:, list(factors)].prod(axis=1)
    activity = x @ rows.T
    good = ((x >= given.lower) & (x <= given.upper)).all(axis=1)
    good &= ((activity >= given.row_lower) & (activity <= given.row_upper)).all(axis=1)
    return x[good]


def written_out(given: IntegerProgram, /) -> Integers:
    """(r, n) the rows with their zeros."""
    n = given.rows.width
    return np.array([[terms.get(j, 0) for j in range(n)] for terms in given.rows]).reshape(-1, n)


def enumerated(given: IntegerProgram, /) -> Integers:
    """(k, m) the non-dominated points in lexicographic order, by enumeration."""
    points = np.unique(feasible(given) @ given.objectives.T, axis=0)
    kept = [y for y in points if not ((points <= y).all(axis=1) & (points < y).any(axis=1)).any()]
    return np.array(kept, dtype=np.int64).reshape(len(kept), given.objectives.shape[0])


def knapsack(r: Random) -> IntegerProgram:
    """Several capacities, profits to be maximised."""
    n, m, rows = int(r.integers(3, 13)), int(r.integers(1, 5)), int(r.integers(1, 4))
    weights = r.integers(1, 30, (rows, n))
    return program(
        -r.integers(1, 30, (m, n)),
        weights,
        row_upper=(weights.sum(axis=1) * r.uniform(0.2, 0.8, rows)).astype(int),
    )


def signed(r: Random) -> IntegerProgram:
    """Coefficients of either sign everywhere, rows limited on both sides, many equal values."""
    n, m, rows = int(r.integers(2, 11)), int(r.integers(1, 5)), int(r.integers(0, 4))
    a = r.integers(-4, 5, (rows, n))
    middle = a @ r.integers(0, 2, n)
    return program(
        r.integers(-3, 4, (m, n)),
        a,
        row_lower=middle - r.integers(0, 4, rows),
        row_upper=middle + r.integers(0, 4, rows),
    )


def logic(r: Random) -> IntegerProgram:
    """Prerequisites, exactly-one and at-most-one groups, a budget."""
    n, m = int(r.integers(5, 13)), int(r.integers(2, 5))
    rows, low, high = [], [], []
    for _ in range(int(r.integers(1, 6))):
        i, j = r.choice(n, 2, replace=False)
        row = np.zeros(n, dtype=int)
        row[i], row[j] = 1, -1
        rows.append(row)
        low.append(-UNLIMITED)
        high.append(0)
    for _ in range(int(r.integers(1, 4))):
        row = np.zeros(n, dtype=int)
        row[r.choice(n, int(r.integers(2, 5)), replace=False)] = 1
        rows.append(row)
        low.append(int(r.integers(0, 2)))
        high.append(1)
    cost = r.integers(1, 20, n)
    return program(
        r.integers(-15, 16, (m, n)),
        [*rows, cost],
        row_lower=[*low, -UNLIMITED],
        row_upper=[*high, int(cost.sum() * r.uniform(0.3, 0.9))],
    )


def synergies(r: Random) -> IntegerProgram:
    """Products of two and three columns, wanted and unwanted, in objectives and rows."""
    n, s, m = int(r.integers(4, 10)), int(r.integers(1, 7)), int(r.integers(1, 5))
    c = np.hstack([r.integers(-20, 21, (m, n)), r.integers(-15, 16, (m, s))])
    row = np.concatenate([r.integers(1, 20, n), r.integers(-8, 9, s)])
    products = {
        n + k: tuple(int(v) for v in r.choice(n, int(r.integers(2, 4)), replace=False))
        for k in range(s)
    }
    a = [row]
    if r.random() < 0.5:
        needs = np.zeros(n + s, dtype=int)
        needs[:2] = 1, -1
        a.append(needs)
    return program(
        c, a, row_upper=[int(row[:n].sum() * r.uniform(0.3, 0.8)), 0][: len(a)], products=products
    )


def linked(r: Random) -> IntegerProgram:
    """More products than columns beside prerequisites, a chain of starts and exclusions: most of
    what is basic follows something else.
    """
    n, m = int(r.integers(5, 11)), int(r.integers(2, 4))
    s = int(r.integers(n, 2 * n))
    c = np.hstack([r.integers(-9, 30, (m, n)), np.zeros((m, s), dtype=int)])
    c[0, n:] = r.integers(-20, 6, s)
    c[-1, n:] = r.integers(-3, 4, s) * (r.random() < 0.3)
    rows, high = [], []
    chain = r.permutation(n)[: int(r.integers(2, n))].tolist()
    pairs = [*itertools.pairwise(chain), *r.choice(n, (n // 2, 2)).tolist()]
    for i, j in pairs:
        if i != j:
            row = np.zeros(n + s, dtype=int)
            row[i], row[j] = 1, r.choice([-1, -1, -1, 1])
            rows.append(row)
            high.append(int(row[j] > 0))
    rows.append(np.concatenate([r.integers(1, 20, n), np.zeros(s, dtype=int)]))
    high.append(int(rows[-1].sum() * r.uniform(0.3, 0.8)))
    products = {
        n + k: tuple(int(v) for v in r.choice(n, 2 + int(r.random() < 0.2), replace=False))
        for k in range(s)
    }
    return program(c, rows, row_upper=high, products=products)


def amounts(r: Random) -> IntegerProgram:
    """Whole numbers in small boxes that need not start at zero."""
    n, m, rows = int(r.integers(2, 6)), int(r.integers(1, 5)), int(r.integers(1, 3))
    lower = r.integers(-2, 2, n)
    upper = lower + r.integers(0, 4, n)
    a = r.integers(-6, 7, (rows, n))
    most = np.where(a > 0, a * upper, a * lower).sum(axis=1)
    least = np.where(a > 0, a * lower, a * upper).sum(axis=1)
    share = r.uniform(0.3, 0.9, rows)
    return program(
        r.integers(-9, 10, (m, n)),
        a,
        row_upper=(least + share * (most - least)).astype(int),
        lower=lower,
        upper=upper,
    )


def equalities(r: Random) -> IntegerProgram:
    """Equality rows: an assignment-like part, and one row that few plans satisfy."""
    n, m = int(r.integers(4, 12)), int(r.integers(1, 4))
    a = r.integers(1, 8, (1, n))
    half = np.zeros((1, n), dtype=int)
    half[0, : n // 2] = 1
    right = [int(a[0] @ r.integers(0, 2, n)), 1]
    return program(
        r.integers(-10, 11, (m, n)), np.vstack([a, half]), row_lower=right, row_upper=right
    )


def wide(r: Random) -> IntegerProgram:
    """Data with three to five decimals, scaled to whole numbers."""
    n, m = int(r.integers(4, 12)), int(r.integers(2, 5))
    scale = 10 ** int(r.integers(3, 6))
    c = np.rint(r.uniform(-50, 50, (m, n)) * scale).astype(int)
    a = np.rint(r.uniform(1, 40, (2, n)) * scale).astype(int)
    return program(c, a, row_upper=(a.sum(axis=1) * r.uniform(0.3, 0.7, 2)).astype(int))


def repeated(r: Random) -> IntegerProgram:
    """Duplicated, scaled, opposed and constant objectives; few different values."""
    n = int(r.integers(3, 10))
    one, two = r.integers(-2, 3, (2, n))
    choices = [one, two, one, 3 * one, -two, np.zeros(n, dtype=int), one + two]
    picked = [choices[int(k)] for k in r.integers(0, len(choices), int(r.integers(2, 6)))]
    a = r.integers(0, 5, (1, n))
    return program(
        picked,
        a,
        row_upper=[int(a.sum() // 2)],
        lower=np.zeros(n),
        upper=(r.random(n) < 0.9).astype(int),
    )


def hopeless(r: Random) -> IntegerProgram:
    """Often infeasible, sometimes with a single plan."""
    n, m = int(r.integers(3, 10)), int(r.integers(1, 4))
    a = r.integers(2, 9, (2, n)) * 2
    right = r.integers(1, int(a.sum() // 2), 2)
    return program(
        r.integers(-9, 10, (m, n)), a, row_lower=right, row_upper=right + r.integers(0, 2, 2)
    )


SHAPES: dict[str, Callable[[Random], IntegerProgram]] = {
    shape.__name__: shape
    for shape in (
        knapsack,
        signed,
        logic,
        synergies,
        linked,
        amounts,
        equalities,
        wide,
        repeated,
        hopeless,
    )
}
