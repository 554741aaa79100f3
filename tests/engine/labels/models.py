"""Models on which labels work for a while."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.engine.models import Draft, binaries, whole

__all__ = ["covering", "crowded", "knapsack", "large", "long"]


def crowded(seed: int) -> Draft:
    """Many rows of every kind at once over few columns, amounts among them, and products of three:
    most sums are state, some are resources.
    """
    r = np.random.default_rng(seed)
    n, m = int(r.integers(3, 8)), int(r.integers(1, 5))
    domains = [*binaries(n), *(whole(f"w{j}", -1, int(r.integers(0, 3))) for j in range(2))]
    items: list[tuple[int, ...]] = [(j,) for j in range(len(domains))]
    items += [
        tuple(sorted(r.choice(n, size, replace=False).tolist()))
        for size in r.integers(2, 4, 4).tolist()
    ]

    def terms(most: int, size: int) -> dict[Any, int]:
        some = r.choice(len(items), min(size, len(items)), replace=False).tolist()
        return {items[i]: int(r.integers(-most, most + 1)) for i in some}

    rows: list[tuple[dict[Any, int], int | None, int | None]] = []
    for _ in range(int(r.integers(1, 6))):
        low, size = int(r.integers(-6, 2)), int(r.integers(2, 5))
        kind, width = int(r.integers(0, 3)), int(r.integers(0, 12))
        ends = ((None, low + width), (low, None), (low, low + width))[kind]
        rows.append((terms(int(r.choice([1, 2, 9])), size), *ends))
    spread = int(r.choice([1, 3, 50]))
    return Draft(domains, [terms(spread, 8) for _ in range(m)], rows)


def knapsack() -> Draft:
    """30 items, three profits, one capacity: some seconds of nothing but labels."""
    r = np.random.default_rng(3)
    profits: list[Any] = [
        {(j,): -int(c) for j, c in enumerate(r.integers(10, 60, 30))} for _ in "abc"
    ]
    weights = r.integers(10, 60, 30)
    return Draft(
        binaries(30),
        profits,
        [({(j,): int(w) for j, w in enumerate(weights)}, None, int(weights.sum() // 2))],
    )


def large(m: int = 3, n: int = 24) -> Draft:
    """So many technologies, 16 synergies, prerequisites and a budget: of 24 a second of labels."""
    r = np.random.default_rng(8)
    objectives: list[Any] = [
        {(j,): int(c) for j, c in enumerate(r.integers(-60, 40, n))} for _ in range(m)
    ]
    for _ in range(16):
        pair = tuple(sorted(r.choice(n, 2, replace=False).tolist()))
        objectives[0][pair] = -int(r.integers(5, 40))
    rows: list[Any] = []
    for _ in range(8):
        needed, by = sorted(r.choice(n, 2, replace=False).tolist())
        rows.append(({(by,): 1, (needed,): -1}, None, 0))
    weights = r.integers(5, 60, n)
    rows.append(
        ({(j,): int(w) for j, w in enumerate(weights)}, None, int(weights.sum() * 45 // 100))
    )
    return Draft(binaries(n), objectives, rows)


def long(n: int, m: int, budgets: int, parts: int = 1) -> Draft:
    """So many technologies in parts of equal size, with prerequisites within each and budgets."""
    r = np.random.default_rng(n)
    size = n // parts
    rows: list[Any] = []
    for first in range(0, n, size):
        for j in range(first + 1, first + size):
            rows.append(({(j,): 1, (int(r.integers(first, j)),): -1}, None, 0))
        for _ in range(budgets):
            weights = dict(enumerate(r.integers(5, 60, size).tolist(), start=first))
            rows.append(({(j,): w for j, w in weights.items()}, None, sum(weights.values()) // 2))
    costs = r.integers(-60, 40, (m, n)).tolist()
    return Draft(binaries(n), [{(j,): c for j, c in enumerate(row)} for row in costs], rows)


def covering(n: int, m: int, rows: int) -> Draft:
    """Of each row's five columns one at least."""
    r = np.random.default_rng(n)
    costs = r.integers(1, 100, (m, n)).tolist()
    chosen = [r.choice(n, 5, replace=False).tolist() for _ in range(rows)]
    return Draft(
        binaries(n),
        [{(j,): c for j, c in enumerate(row)} for row in costs],
        [({(j,): 1 for j in some}, 1, None) for some in chosen],
    )
