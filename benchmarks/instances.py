"""Models in whole numbers to measure on: generated from fixed seeds, or read from files of others
(:mod:`benchmarks.instance_files`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "CLASSES",
    "GENERATED",
    "Instance",
    "assignment",
    "covering",
    "facilities",
    "general",
    "knapsack",
    "packing",
    "portfolio",
    "production",
    "published",
    "roadmap",
]

Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Instance:
    """Minimise ``objectives @ (x, products)`` subject to ``rows @ x <= limits``, x whole numbers
    from 0 to ``upper``.

    Attributes:
        objectives: (m, n + q) whole numbers; a product's coefficient is at most 0, so that it is
            always wanted.
        rows: (r, n).
        limits: (r,).
        products: q pairs of decisions.
        upper: (n,); 1 of each where it is empty.
        folder: where the file it was read from lies, for figures published beside it.
    """

    name: str
    objectives: Integers
    rows: Integers
    limits: Integers
    products: tuple[tuple[int, int], ...] = ()
    upper: tuple[int, ...] = ()
    folder: Path | None = None

    def write(
        self, path: Path, /, *, ideal: list[int] | None = None, nadir: list[int] | None = None
    ) -> None:
        """As JSON for a child process."""
        data = {
            "objectives": self.objectives.tolist(),
            "rows": self.rows.tolist(),
            "limits": self.limits.tolist(),
            "products": [list(pair) for pair in self.products],
            "upper": list(self.upper) or [1] * self.rows.shape[1],
            "ideal": ideal,
            "nadir": nadir,
        }
        path.write_text(json.dumps(data))


def knapsack(name: str, *, objectives: int, items: int, seed: int) -> Instance:
    """As many capacities as objectives, half of the weights each; numbers of 10 to 100."""
    draw = np.random.default_rng(seed)
    profits = draw.integers(10, 101, (objectives, items))
    weights = draw.integers(10, 101, (objectives, items))
    return Instance(name, -profits, weights, weights.sum(axis=1) // 2)


def portfolio(
    name: str, *, technologies: int, synergies: int, objectives: int, seed: int
) -> Instance:
    """Output with pairwise synergies, cost, energy and what else there is; prerequisites, groups of
    which two fit, and one budget.
    """
    draw = np.random.default_rng(seed)
    n = technologies
    pairs = list(combinations(range(n), 2))
    chosen = sorted(draw.choice(len(pairs), synergies, replace=False).tolist())
    values = np.zeros((max(3, objectives), n + synergies), dtype=np.int64)
    values[0, :n] = -draw.integers(10, 100, n)
    values[0, n:] = -draw.integers(5, 40, synergies)
    values[1, :n] = draw.integers(10, 100, n)
    values[2, :n] = draw.integers(-30, 60, n)
    rows, limits = [], []
    for _ in range(n // 3):
        needed, by = sorted(draw.choice(n, 2, replace=False).tolist())
        rows.append({by: 1, needed: -1})
        limits.append(0)
    for _ in range(n // 6):
        rows.append(dict.fromkeys(draw.choice(n, 3, replace=False).tolist(), 1))
        limits.append(2)
    weights = draw.integers(5, 60, n)
    rows.append(dict(enumerate(weights.tolist())))
    limits.append(int(weights.sum() * 45 // 100))
    dense = np.zeros((len(rows), n), dtype=np.int64)
    for i, row in enumerate(rows):
        dense[i, list(row)] = list(row.values())
    values[3:, :n] = draw.integers(-40, 60, (len(values) - 3, n))
    products = tuple(pairs[i] for i in chosen)
    return Instance(name, values[:objectives], dense, np.array(limits, dtype=np.int64), products)


def roadmap(name: str, *, technologies: int, phases: int, objectives: int, seed: int) -> Instance:
    """Technologies that each start in one phase or never, with prerequisites and a budget a phase;
    output counts from the start on, spending once, and energy from the start on.
    """
    draw = np.random.default_rng(seed)
    gain, price = draw.integers(10, 100, technologies), draw.integers(10, 60, technologies)
    energy = draw.integers(-30, 60, technologies)
    n = technologies * phases
    lasting = np.tile(np.arange(phases, 0, -1), technologies)
    values = np.array(
        [
            -np.repeat(gain, phases) * lasting,
            np.repeat(price, phases),
            np.repeat(energy, phases) * lasting,
        ]
    )
    start = np.arange(n).reshape(technologies, phases)
    rows, limits = [], []
    for one in start:
        rows.append(_row(n, one, 1))
        limits.append(1)
    for _ in range(technologies // 3):
        needed, by = draw.choice(technologies, 2, replace=False).tolist()
        for phase in range(phases):
            rows.append(_row(n, start[by, : phase + 1], 1) - _row(n, start[needed, : phase + 1], 1))
            limits.append(0)
    for phase in range(phases):
        rows.append(_row(n, start[:, phase], price))
        limits.append(int(price.sum() * 2 // (5 * phases)))
    return Instance(name, values[:objectives], np.array(rows), np.array(limits))


def assignment(name: str, *, objectives: int, size: int, seed: int) -> Instance:
    """So many tasks to as many people, each one once; costs of 1 to 20."""
    draw = np.random.default_rng(seed)
    places = np.arange(size * size).reshape(size, size)
    once = np.array([_row(size * size, line, 1) for line in (*places, *places.T)])
    costs = draw.integers(1, 21, (objectives, size * size))
    ones = np.ones(len(once), dtype=np.int64)
    return Instance(name, costs, *_both(once, ones))


def packing(
    name: str, *, objectives: int, columns: int, rows: int, seed: int, widest: int = 9
) -> Instance:
    """Values of 1 to 100; of every row's two to ``widest`` columns one fits."""
    draw = np.random.default_rng(seed)
    values = draw.integers(1, 101, (objectives, columns))
    dense = np.zeros((rows, columns), dtype=np.int64)
    for row in dense:
        row[draw.choice(columns, int(draw.integers(2, widest + 1)), replace=False)] = 1
    return Instance(name, -values, dense, np.ones(rows, dtype=np.int64))


def covering(name: str, *, objectives: int, columns: int, rows: int, seed: int) -> Instance:
    """Of each row's four to eight columns one at least; costs of 1 to 100."""
    draw = np.random.default_rng(seed)
    chosen = [draw.choice(columns, int(draw.integers(4, 9)), replace=False) for _ in range(rows)]
    held = np.array([_row(columns, line, -1) for line in chosen])
    costs = draw.integers(1, 101, (objectives, columns))
    return Instance(name, costs, held, -np.ones(rows, dtype=np.int64))


def facilities(name: str, *, objectives: int, sites: int, customers: int, seed: int) -> Instance:
    """Sites to open, and one of them for each customer."""
    draw = np.random.default_rng(seed)
    n = sites + sites * customers
    serves = np.arange(sites, n).reshape(sites, customers)
    costs = draw.integers(1, 101, (objectives, n))
    costs[:, :sites] = draw.integers(50, 301, (objectives, sites))
    rows = [
        _row(n, [serves[i, j]], 1) - _row(n, [i], 1) for i in range(sites) for j in range(customers)
    ]
    each = np.array([_row(n, serves[:, j], 1) for j in range(customers)])
    equal, ends = _both(each, np.ones(customers, dtype=np.int64))
    limits = np.concatenate([np.zeros(len(rows), dtype=np.int64), ends])
    return Instance(name, costs, np.vstack([np.array(rows), equal]), limits)


def general(name: str, *, objectives: int, columns: int, rows: int, seed: int) -> Instance:
    """Whole numbers from 0 to 9 under dense limits; values of 1 to 99."""
    draw = np.random.default_rng(seed)
    values = draw.integers(1, 100, (objectives, columns))
    held = draw.integers(1, 100, (rows, columns))
    return Instance(name, -values, held, held.sum(axis=1) * 3, upper=(9,) * columns)


def production(name: str, *, objectives: int, periods: int, seed: int) -> Instance:
    """How much to make in each period, what to store, and when to set up."""
    draw = np.random.default_rng(seed)
    demand = draw.integers(5, 26, periods)
    most = int(demand.sum())
    n = 3 * periods - 1
    make, store, setup = np.split(np.arange(n), [periods, 2 * periods - 1])
    costs = draw.integers(1, 101, (objectives, n))
    costs[:, setup] = draw.integers(1, 1001, (objectives, periods))
    balance = np.zeros((periods, n), dtype=np.int64)
    balance[np.arange(periods), make] = 1
    balance[np.arange(periods - 1), store] = -1
    balance[np.arange(1, periods), store] = 1
    only = np.zeros((periods, n), dtype=np.int64)
    only[np.arange(periods), make], only[np.arange(periods), setup] = 1, -most
    equal, ends = _both(balance, demand)
    limits = np.concatenate([ends, np.zeros(periods, dtype=np.int64)])
    upper = (*[most] * (2 * periods - 1), *[1] * periods)
    return Instance(name, costs, np.vstack([equal, only]), limits, upper=upper)


def _row(n: int, at: Sequence[int] | Integers, value: int | Integers) -> Integers:
    """(n,) zeros but at these places."""
    row = np.zeros(n, dtype=np.int64)
    row[np.asarray(at)] = value
    return row


def _both(rows: Integers, ends: Integers) -> tuple[Integers, Integers]:
    """Equations as two inequalities each."""
    return np.vstack([rows, -rows]), np.concatenate([ends, -ends])


def published(instance: Instance, /) -> dict[str, float]:
    """What ``known.json`` beside the instance's file says of it: points, seconds; nothing where
    there is none.
    """
    if instance.folder is None or not (instance.folder / "known.json").is_file():
        return {}
    known = json.loads((instance.folder / "known.json").read_text())
    return dict(known.get(instance.name, {}))


GENERATED: dict[str, Callable[[], Instance]] = {
    "2kp50": lambda: knapsack("2kp50", objectives=2, items=50, seed=1),
    "2kp100": lambda: knapsack("2kp100", objectives=2, items=100, seed=2),
    "3kp40": lambda: knapsack("3kp40", objectives=3, items=40, seed=3),
    "30/25/3": lambda: portfolio("30/25/3", technologies=30, synergies=25, objectives=3, seed=4),
    "50/40/2": lambda: portfolio("50/40/2", technologies=50, synergies=40, objectives=2, seed=5),
    "80/80/2": lambda: portfolio("80/80/2", technologies=80, synergies=80, objectives=2, seed=6),
    "40/20/4": lambda: portfolio("40/20/4", technologies=40, synergies=20, objectives=4, seed=7),
    "packing 3": lambda: packing("packing 3", objectives=3, columns=100, rows=25, seed=8),
    "packing 5": lambda: packing("packing 5", objectives=5, columns=100, rows=20, seed=9),
    "packing 7": lambda: packing("packing 7", objectives=7, columns=100, rows=20, seed=10),
}
"""What is measured by default."""

CLASSES: dict[str, Callable[[], Instance]] = {
    "knapsack": lambda: knapsack("knapsack", objectives=3, items=30, seed=11),
    "portfolio": lambda: portfolio(
        "portfolio", technologies=40, synergies=0, objectives=3, seed=12
    ),
    "portfolio, 1 synergy": lambda: portfolio(
        "portfolio, 1 synergy", technologies=40, synergies=20, objectives=2, seed=13
    ),
    "portfolio, 2 synergies": lambda: portfolio(
        "portfolio, 2 synergies", technologies=40, synergies=40, objectives=2, seed=14
    ),
    "roadmap 30x4": lambda: roadmap(
        "roadmap 30x4", technologies=30, phases=4, objectives=2, seed=15
    ),
    "assignment": lambda: assignment("assignment", objectives=3, size=8, seed=16),
    "facilities": lambda: facilities("facilities", objectives=2, sites=8, customers=12, seed=17),
    "general": lambda: general("general", objectives=3, columns=10, rows=3, seed=18),
    "covering": lambda: covering("covering", objectives=2, columns=60, rows=40, seed=19),
    "production": lambda: production("production", objectives=3, periods=7, seed=20),
    "packing": lambda: packing("packing", objectives=2, columns=100, rows=200, seed=21, widest=4),
    "packing, 5 objectives": lambda: packing(
        "packing, 5 objectives", objectives=5, columns=40, rows=60, seed=22, widest=4
    ),
}
"""One of each class, small enough for solvers whose free packages limit the size."""
