"""All combinations of a discrete problem that its logic allows, in blocks, on whole numbers.

Partial combinations are extended one factor at a time and dropped as soon as a row can no longer hold, so that thirty
stages of three options under prerequisites never become 3 ** 30 rows.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.front import Floats
    from optimiser.problem import Domain, Problem, Row

__all__ = ["Combinations", "combinations", "denominators", "values_of"]

_INT64 = 2**62


@dataclass(frozen=True, eq=False)
class _Factor:
    """Columns that are chosen together: each row of ``options`` is one choice, as numerators."""

    columns: tuple[int, ...]
    options: NDArray[Any]


@dataclass(frozen=True, eq=False)
class Combinations:
    """The factors, and the logic rows over them with the least and greatest sums still to come."""

    factors: tuple[_Factor, ...]
    denominators: Floats
    steps: tuple[NDArray[Any], ...]
    least: tuple[NDArray[Any], ...]
    most: tuple[NDArray[Any], ...]
    lower: NDArray[Any]
    upper: NDArray[Any]

    @property
    def raw(self) -> int:
        """How many combinations there are before the logic is looked at, "at most one" rows aside."""
        return math.prod(len(f.options) for f in self.factors)

    def fits(self, limit: int, /) -> bool:
        """Whether walking through the combinations touches at most ``limit`` partial ones."""
        if self.raw == 0:
            return True
        touched = 0
        for _, picks in self._walk(2**14):
            touched += 1 + len(picks)
            if touched > limit:
                return False
        return True

    def blocks(self, size: int, /) -> Iterator[Floats]:
        """(rows, n) decisions, about ``size`` rows at a time."""
        waiting: list[NDArray[np.int32]] = []
        rows = 0
        for level, picks in self._walk(size):
            if level == len(self.factors):
                waiting.append(picks)
                rows += len(picks)
                if rows >= size:
                    yield self._decisions(np.concatenate(waiting))
                    waiting, rows = [], 0
        if waiting:
            yield self._decisions(np.concatenate(waiting))

    def _decisions(self, picks: NDArray[np.int32]) -> Floats:
        x = np.empty((len(picks), len(self.denominators)))
        for i, factor in enumerate(self.factors):
            x[:, list(factor.columns)] = factor.options[picks[:, i]].astype(np.float64)
        return np.asarray(x / self.denominators, dtype=np.float64)

    def _walk(self, size: int) -> Iterator[tuple[int, NDArray[np.int32]]]:
        """Every partial combination that may still hold, with its length; depth first, about ``size`` rows at once."""
        none = np.zeros((1, len(self.factors)), dtype=np.int32)
        zero = np.zeros((1, len(self.lower)), dtype=self.lower.dtype)
        keep = self._possible(0, zero)
        if not self.factors:
            yield 0, none[keep]
            return
        stack = [(0, none[keep], zero[keep])]
        while stack:
            level, picks, sums = stack.pop()
            piece = max(1, size // max(1, len(self.factors[level].options)))
            if len(picks) > piece:
                stack.append((level, picks[piece:], sums[piece:]))
            wider = self._extended(level, picks[:piece], sums[:piece])
            yield wider[:2]
            if wider[0] < len(self.factors) and len(wider[1]):
                stack.append(wider)

    def _extended(self, level: int, picks: NDArray[np.int32], sums: NDArray[Any]) -> tuple[int, NDArray[np.int32], NDArray[Any]]:
        options = len(self.factors[level].options)
        wider = np.repeat(picks, options, axis=0)
        wider[:, level] = np.tile(np.arange(options, dtype=np.int32), len(picks))
        totals = np.repeat(sums, options, axis=0) + np.tile(self.steps[level], (len(picks), 1))
        keep = self._possible(level + 1, totals)
        return level + 1, wider[keep], totals[keep]

    def _possible(self, level: int, sums: NDArray[Any]) -> NDArray[np.bool_]:
        low, high = sums + self.least[level], sums + self.most[level]
        return np.asarray(((low <= self.upper) & (high >= self.lower)).all(axis=1), dtype=bool)


def values_of(domain: Domain, /) -> tuple[Fraction, ...]:
    """The values of a discrete column, ascending."""
    if domain.kind == "listed":
        return domain.values
    if domain.kind == "real":
        if domain.lower is None:
            raise ValueError("a real column without bounds has no list of values")
        return (domain.lower,)
    if domain.lower is None or domain.upper is None:
        raise ValueError("a whole column without bounds has no list of values")
    return tuple(Fraction(v) for v in range(math.ceil(domain.lower), math.floor(domain.upper) + 1))


def denominators(problem: Problem, /) -> tuple[int, ...]:
    """For each decision the least whole number that makes all its values whole."""
    return tuple(math.lcm(*(v.denominator for v in values_of(d))) if d.kind != "whole" else 1 for d in problem.decisions)


def combinations(problem: Problem, /) -> Combinations:
    """The combinations of a problem whose every decision has finitely many values."""
    dens = denominators(problem)
    factors = _factors(problem, dens)
    rows = [row for row in problem.logic if row.lower is not None or row.upper is not None]
    scales = [math.lcm(*(dens[j] for j, _ in row.terms)) for row in rows]
    coefficients = [{j: c * (s // dens[j]) for j, c in row.terms} for row, s in zip(rows, scales, strict=True)]
    size = sum(
        abs(c) * max(abs(int(f.options[:, i].max(initial=0))), abs(int(f.options[:, i].min(initial=0))))
        for terms in coefficients
        for f in factors
        for i, j in enumerate(f.columns)
        if (c := terms.get(j, 0))
    )
    bounds = [b * s for row, s in zip(rows, scales, strict=True) for b in (row.lower, row.upper) if b is not None]
    dtype: Any = np.int64 if size + max((abs(b) for b in bounds), default=0) < _INT64 // 4 else object
    steps = [_step(factor, coefficients, dtype) for factor in factors]
    least, most = [np.zeros(len(rows), dtype=dtype)], [np.zeros(len(rows), dtype=dtype)]
    for step in reversed(steps):
        if len(step):
            least.append(least[-1] + step.min(axis=0))
            most.append(most[-1] + step.max(axis=0))
        else:
            least.append(least[-1])
            most.append(most[-1])
    beyond = 2 * size + 1
    lower = [(row.lower - row.constant) * s if row.lower is not None else -beyond for row, s in zip(rows, scales, strict=True)]
    upper = [(row.upper - row.constant) * s if row.upper is not None else beyond for row, s in zip(rows, scales, strict=True)]
    return Combinations(
        factors,
        np.array(dens, dtype=np.float64),
        tuple(steps),
        tuple(reversed(least)),
        tuple(reversed(most)),
        np.array(lower, dtype=dtype),
        np.array(upper, dtype=dtype),
    )


def _step(factor: _Factor, coefficients: list[dict[int, int]], dtype: Any) -> NDArray[Any]:
    """(options, rows) what each option adds to each row."""
    weights = np.array([[terms.get(j, 0) for terms in coefficients] for j in factor.columns], dtype=dtype)
    weights = weights.reshape(len(factor.columns), len(coefficients))
    total = np.zeros((len(factor.options), len(coefficients)), dtype=dtype)
    for i in range(len(factor.columns)):
        total = total + factor.options[:, i : i + 1].astype(dtype) * weights[i]
    return total


def _factors(problem: Problem, dens: tuple[int, ...]) -> tuple[_Factor, ...]:
    exclusive = sorted((g for row in problem.logic if (g := _at_most_one(problem, row)) is not None), key=lambda g: -len(g[0]))
    owner: dict[int, tuple[tuple[int, ...], bool]] = {}
    for columns, needed in exclusive:
        free = tuple(j for j in columns if j not in owner)
        if len(free) > 1:
            for j in free:
                owner[j] = (free, needed and len(free) == len(columns))
    factors: list[_Factor] = []
    for j, domain in enumerate(problem.decisions):
        if j not in owner:
            numerators = [int(v * dens[j]) for v in values_of(domain)]
            dtype: Any = np.int64 if all(abs(v) < _INT64 for v in numerators) else object
            factors.append(_Factor((j,), np.array(numerators, dtype=dtype).reshape(-1, 1)))
        elif owner[j][0][0] == j:
            columns, needed = owner[j]
            one = np.eye(len(columns), dtype=np.int64)
            factors.append(_Factor(columns, one if needed else np.vstack([np.zeros_like(one[:1]), one])))
    return tuple(factors)


def _at_most_one(problem: Problem, row: Row) -> tuple[tuple[int, ...], bool] | None:
    """The binary columns of which the row allows at most one, and whether it needs one; None for other rows."""
    signs = {c for _, c in row.terms}
    if len(row.terms) < 2 or len(signs) != 1 or not all(problem.decisions[j].binary for j, _ in row.terms):
        return None
    c = signs.pop()
    low, high = (row.lower, row.upper) if c > 0 else (row.upper, row.lower)
    size = abs(c)
    most = None if high is None else (high - row.constant) * (1 if c > 0 else -1)
    least = None if low is None else (low - row.constant) * (1 if c > 0 else -1)
    if most is None or most >= 2 * size or most < size:
        return None
    return tuple(j for j, _ in row.terms), least is not None and least > 0
