"""Plans as an evolutionary search varies them: sampling, variation of discrete columns, repair of
logic rows.

Genes are the decisions themselves, listed ones by position in their list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from optimiser.engine.problem import Problem
    from optimiser.front import Flags, Floats

__all__ = ["Genome", "genome_of"]

_SWEEPS = 8
_FEW = 3


@dataclass(frozen=True, eq=False)
class _Rule:
    """One logic row in floats, in the planner's units."""

    columns: tuple[int, ...]
    weights: Floats
    lower: float
    upper: float


@dataclass(frozen=True, eq=False)
class Genome:
    """Bounds and kinds of the (n,) genes.

    Attributes:
        listed: for each listed column its values in ascending order.
    """

    lower: Floats
    upper: Floats
    discrete: Flags
    listed: dict[int, Floats]
    rules: tuple[_Rule, ...]

    def decode(self, genes: Floats, /) -> Floats:
        """(k, n) genes -> (k, n) decisions within their domains."""
        x = np.clip(np.where(self.discrete, np.rint(genes), genes), self.lower, self.upper)
        for j, values in self.listed.items():
            x[:, j] = values[x[:, j].astype(np.int64)]
        return np.asarray(x + 0.0, dtype=np.float64)

    def encode(self, x: Floats, /) -> Floats:
        """The inverse of ``decode``."""
        genes = x.copy()
        for j, values in self.listed.items():
            genes[:, j] = np.abs(x[:, j, None] - values).argmin(axis=1)
        return genes

    def sample(self, count: int, rng: np.random.Generator, /) -> Floats:
        """(count, n) random genes: yes/no columns with every density from none to all, first the
        plan nearest 0.
        """
        u = rng.random((count, len(self.lower)))
        # half steps on either side give the first and the last value their full share
        low = np.where(self.discrete, self.lower - 0.499, self.lower)
        high = np.where(self.discrete, self.upper + 0.499, self.upper)
        genes = low + u * (high - low)
        binary = self.discrete & (self.upper - self.lower == 1)
        density = rng.random((count, 1))
        genes = np.where(binary, self.lower + (u < density), genes)
        genes[0] = np.clip(0.0, self.lower, self.upper)
        return np.where(self.discrete, np.rint(genes), genes)

    def exchange(
        self, first: Floats, second: Floats, rng: np.random.Generator, /
    ) -> tuple[Floats, Floats]:
        """Uniform crossover of discrete genes; real genes stay as they are."""
        swap = self.discrete & (rng.random(first.shape) < 0.5)
        return np.where(swap, second, first), np.where(swap, first, second)

    def mutate(self, genes: Floats, rng: np.random.Generator, /) -> Floats:
        """Discrete genes, one a plan on average: a neighbour or, where there are few values, any
        other value.
        """
        n = genes.shape[1]
        width = self.upper - self.lower
        sign = np.where(rng.random(genes.shape) < 0.5, -1.0, 1.0)
        step = sign * np.ceil(rng.exponential(np.maximum(1.0, width / 20), genes.shape))
        anything = self.lower + np.floor(rng.random(genes.shape) * (width + 1))
        near = (width > _FEW) & (rng.random(genes.shape) < 0.5)
        changed = np.where(
            near, genes + step, np.where(width == 1, self.lower + self.upper - genes, anything)
        )
        chosen = self.discrete & (rng.random(genes.shape) < 1.0 / n)
        return np.asarray(
            np.clip(np.where(chosen, changed, genes), self.lower, self.upper), dtype=np.float64
        )

    def repair(self, x: Floats, rng: np.random.Generator, /) -> Floats:
        """(k, n) decisions that break logic rows are moved, column by column in random order, until
        the rows hold.

        What a few sweeps cannot mend is left, and counts as a violation.
        """
        if not self.rules:
            return x
        x = x.copy()
        for _ in range(_SWEEPS):
            broken = False
            for i in rng.permutation(len(self.rules)):
                broken |= self._mend(x, self.rules[i], rng)
            if not broken:
                break
        return x

    def _mend(self, x: Floats, rule: _Rule, rng: np.random.Generator) -> bool:
        values = x[:, rule.columns] @ rule.weights
        tiny = 1e-9 * max(1.0, float(np.abs(rule.weights).max(initial=0.0)))
        any_broken = False
        for sign, bound in ((1.0, rule.upper), (-1.0, rule.lower)):
            rows = (
                np.flatnonzero(sign * (values - bound) > tiny)
                if np.isfinite(bound)
                else np.empty(0, dtype=np.int64)
            )
            if len(rows) == 0:
                continue
            any_broken = True
            excess = sign * (values[rows] - bound)
            for place in rng.permutation(len(rule.columns)):
                if not (excess > tiny).any():
                    break
                j, weight = rule.columns[place], sign * rule.weights[place]
                moved = self._towards(j, x[rows, j], np.where(excess > tiny, excess / weight, 0.0))
                excess -= weight * (x[rows, j] - moved)
                x[rows, j] = moved
            values = x[:, rule.columns] @ rule.weights
        return any_broken

    def _towards(self, j: int, now: Floats, by: Floats) -> Floats:
        """Column j lowered by ``by`` (raised where negative), as far as its domain lets it,
        outwards to a value it may take.
        """
        wanted = now - by
        if j in self.listed:
            values = self.listed[j]
            down = np.searchsorted(values, wanted + 1e-12, side="right") - 1
            up = np.searchsorted(values, wanted - 1e-12, side="left")
            place = np.clip(np.where(by >= 0, down, up), 0, len(values) - 1)
            return np.where(by == 0, now, values[place])
        if self.discrete[j]:
            wanted = np.where(by >= 0, np.floor(wanted + 1e-9), np.ceil(wanted - 1e-9))
        return np.clip(wanted, self.lower[j], self.upper[j])


def genome_of(problem: Problem, /) -> Genome:
    """The genome of a problem whose every decision is bounded."""
    lower, upper, listed = [], [], {}
    for j, d in enumerate(problem.decisions):
        if d.kind == "listed":
            listed[j] = d.floats
            lower.append(0.0)
            upper.append(float(len(d.values) - 1))
        elif d.lower is None or d.upper is None:
            raise ValueError(f"decision {d.name!r} has no finite bounds")
        else:
            low, high = float(d.lower), float(d.upper)
            lower.append(np.ceil(low) if d.discrete else low)
            upper.append(np.floor(high) if d.discrete else high)
    rules = []
    for row in problem.logic:
        scale = float(row.scale)
        low = -np.inf if row.lower is None else (row.lower - row.constant) / scale
        high = np.inf if row.upper is None else (row.upper - row.constant) / scale
        weights = np.array([float(c / row.scale) for _, c in row.terms])
        rules.append(_Rule(tuple(j for j, _ in row.terms), weights, low, high))
    return Genome(
        np.array(lower),
        np.array(upper),
        np.array([d.discrete for d in problem.decisions]),
        listed,
        tuple(rules),
    )
