"""Portfolios large enough that a run can be stopped half way, small enough that every plan can be
valued at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.attacks.exact_lp import Vector
from tests.attacks.meaning import Choice, Data, Meaning
from tests.attacks.oracle import Oracle
from tests.attacks.slices import Slice, slice_of
from tests.attacks.writing import decimal

__all__ = ["PortfolioOracle", "portfolio"]

Integers = NDArray[np.int64]

_UNIT = 100


def portfolio(
    rng: Random, /, *, blocks: tuple[int, int] = (2, 4), block: tuple[int, int] = (6, 9)
) -> Data:
    """Yes/no technologies with additive effects, pairs that do more together, prerequisites,
    exclusions, a budget.

    Pairs and rules stay within blocks, so that the front is that of the sums of the blocks' fronts;
    the budget is on an objective, so that it only cuts the front.
    """
    count = rng.choice([2, 3, 3])
    indicators: Data = {
        "cost": {"baseline": 0},
        **{f"i{k}": {"baseline": rng.randint(0, 50)} for k in range(count - 1)},
    }
    known: Data = {}
    synergies: Data = {}
    for b in range(rng.randint(*blocks)):
        names = [f"b{b}t{t}" for t in range(rng.randint(*block))]
        for t, name in enumerate(names):
            known[name] = {"effects": _effects(rng, count)}
            if t and rng.random() < 0.15:
                known[name][rng.choice(["requires", "excludes"])] = [rng.choice(names[:t])]
        for s in range(rng.randint(0, len(names))):
            extra = {f"i{rng.randrange(count - 1)}": Fraction(rng.randint(-300, 500), _UNIT)}
            synergies[f"b{b}s{s}"] = {"between": rng.sample(names, 2), "effects": extra}
    total = sum((t["effects"]["cost"] for t in known.values()), Fraction(0))
    limit = Fraction(round(total * rng.choice([4, 6, 8]) / 10))
    senses = {f"i{k}": rng.choice(["maximise", "maximise", "minimise"]) for k in range(count - 1)}
    return {
        "indicators": indicators,
        "technologies": known,
        "synergies": synergies,
        "objectives": {"cost": "minimise", **senses},
        "constraints": {"budget": f"cost <= {decimal(limit)}"} if rng.random() < 0.7 else {},
    }


def _effects(rng: Random, count: int) -> Data:
    effects = {"cost": Fraction(rng.randint(1, 20 * _UNIT), _UNIT)}
    for k in range(count - 1):
        if rng.random() < 0.8:
            effects[f"i{k}"] = Fraction(rng.randint(-2 * _UNIT, 15 * _UNIT), _UNIT)
    return effects


class PortfolioOracle(Oracle):
    """The front of a portfolio in whole numbers of a hundredth, block by block."""

    def __init__(self, data: Data, /) -> None:
        self.meaning = Meaning(data)
        names = list(self.meaning.technologies)
        self.objectives = len(self.meaning.signs)
        base = [
            int(self.meaning.indicators[name]["baseline"]) * _UNIT
            for name in self.meaning.objectives
        ]
        front = np.array(
            [[s * v for s, v in zip(self.meaning.signs, base, strict=True)]], dtype=np.int64
        )
        for b in dict.fromkeys(name[:2] for name in names):
            part = self._block([name for name in names if name.startswith(b)])
            front = _front((front[:, None, :] + part[None, :, :]).reshape(-1, self.objectives))
        for text in data["constraints"].values():
            front = front[front[:, 0] <= int(Fraction(text.split(" ")[2]) * _UNIT)]
        self._points = front
        self.empty = self.infeasible = len(front) == 0
        self.whole, self.linear = True, False

    def _block(self, names: list[str]) -> Integers:
        """(k, m) the efficient changes that a block can bring."""
        n = len(names)
        x = ((np.arange(2**n, dtype=np.int64)[:, None] >> np.arange(n)) & 1).astype(np.int64)
        held = np.ones(len(x), dtype=bool)
        for j, name in enumerate(names):
            for other in self.meaning.technologies[name].get("requires", []):
                held &= x[:, j] <= x[:, names.index(other)]
            for other in self.meaning.technologies[name].get("excludes", []):
                held &= x[:, j] + x[:, names.index(other)] <= 1
        x = x[held]
        columns = [
            sign * self._change(x, names, name)
            for name, sign in zip(self.meaning.objectives, self.meaning.signs, strict=True)
        ]
        y = np.stack(columns, axis=1)
        self._agree(x, y, names)
        return _front(y)

    def _change(self, x: Integers, names: list[str], indicator: str) -> Integers:
        effects = [
            int(self.meaning.technologies[name]["effects"].get(indicator, 0) * _UNIT)
            for name in names
        ]
        total = x @ np.array(effects, dtype=np.int64)
        for synergy in self.meaning.data["synergies"].values():
            if synergy["between"][0] in names:
                a, b = (names.index(member) for member in synergy["between"])
                total += x[:, a] * x[:, b] * int(synergy["effects"].get(indicator, 0) * _UNIT)
        return np.asarray(total)

    def _agree(self, x: Integers, y: Integers, names: list[str]) -> None:
        """The arrays say what the slow reading says."""
        none: Choice = dict.fromkeys(self.meaning.technologies, 0)
        zero = self.meaning.goals(self.meaning.values(none, {}))
        for row in range(0, len(x), max(1, len(x) // 4)):
            choice = {
                **none,
                **{
                    name: (1, 0) if v else 0 for name, v in zip(names, x[row].tolist(), strict=True)
                },
            }
            assert self.meaning.allowed(choice)
            there = self.meaning.goals(self.meaning.values(choice, {}))
            assert [b - a for a, b in zip(zero, there, strict=True)] == list(_exact(y[row]))

    def piece(self, choice: Choice, /) -> Slice | None:
        return slice_of(self.meaning, choice) if self.meaning.allowed(choice) else None

    def equal(self, y: Vector, /) -> list[Choice]:
        return []  # which of equal plans is listed is asked of smaller models

    @property
    def small(self) -> bool:
        return True

    @cached_property
    def ideal(self) -> list[Any]:
        return list(_exact(self._points.min(axis=0)))

    @cached_property
    def points(self) -> set[Vector]:
        return {_exact(point) for point in self._points}

    def lexicographic(self, order: Sequence[int], /) -> Vector:
        y = self._points
        for k in order:
            y = y[y[:, k] == y[:, k].min()]
        return _exact(y[0])

    def better_than(self, y: Vector, /, margin: Sequence[Fraction] = ()) -> Vector | None:
        limits = [v - (margin[k] if margin else 0) for k, v in enumerate(y)]
        for point in self._points[
            (self._points <= np.array([float(v * _UNIT) + 0.5 for v in limits])).all(axis=1)
        ]:
            exact = _exact(point)
            if all(a <= b for a, b in zip(exact, limits, strict=True)):
                return exact
        return None


def _exact(y: Integers) -> Vector:
    return tuple(Fraction(v, _UNIT) for v in y.tolist())


def _front(y: Integers) -> Integers:
    """(k, m) the non-dominated rows, each once."""
    y = np.unique(y, axis=0)
    kept = []
    while len(y):
        first = y[int(y.sum(axis=1).argmin())]  # the least sum is efficient: what it dominates goes
        kept.append(first)
        y = y[(y < first).any(axis=1)]
    return np.array(kept, dtype=np.int64)
