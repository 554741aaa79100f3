"""Models with yes/no decisions to measure on: generated from fixed seeds, or read from knapsack
files.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

__all__ = ["GENERATED", "Instance", "knapsack", "packing", "portfolio", "published", "read"]

Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Instance:
    """Minimise ``objectives @ (x, products)`` subject to ``rows @ x <= limits``, x binary.

    Attributes:
        objectives: (m, n + q) whole numbers; a product's coefficient is at most 0, so that it is
            always wanted.
        rows: (r, n).
        limits: (r,).
        products: q pairs of decisions.
        folder: where the file it was read from lies, for figures published beside it.
    """

    name: str
    objectives: Integers
    rows: Integers
    limits: Integers
    products: tuple[tuple[int, int], ...] = ()
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


def packing(name: str, *, objectives: int, columns: int, rows: int, seed: int) -> Instance:
    """Values of 1 to 100; of every row's two to nine columns one fits."""
    draw = np.random.default_rng(seed)
    values = draw.integers(1, 101, (objectives, columns))
    dense = np.zeros((rows, columns), dtype=np.int64)
    for row in dense:
        row[draw.choice(columns, int(draw.integers(2, 10)), replace=False)] = 1
    return Instance(name, -values, dense, np.ones(rows, dtype=np.int64))


def read(path: Path, /) -> Instance:
    """A knapsack file: objectives, items, capacity, the matrix of profits, the list of weights.

    Raises:
        ValueError: it is not of this form; says what was expected.
    """
    words = path.read_text().split(maxsplit=3)
    expected = (
        f"{path}: expected the numbers of objectives and items, a capacity, [[profits]] and "
        "[weights]"
    )
    try:
        m, n, capacity = int(words[0]), int(words[1]), float(words[2])
        tail, decoder = words[3], json.JSONDecoder()
        profits, end = decoder.raw_decode(tail)
        weights, _ = decoder.raw_decode(tail[end:].lstrip(" \t\r\n,"))
        values, sizes = np.array(profits, dtype=float), np.array(weights, dtype=float).reshape(-1)
    except (IndexError, ValueError) as error:
        raise ValueError(expected) from error
    if values.shape != (m, n) or sizes.shape != (n,) or (values % 1).any() or (sizes % 1).any():
        raise ValueError(f"{expected}: {m} x {n} whole profits and {n} whole weights")
    limit = np.array([int(np.floor(capacity))], dtype=np.int64)
    return Instance(
        path.stem, -values.astype(np.int64), sizes.astype(np.int64)[None], limit, folder=path.parent
    )


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
