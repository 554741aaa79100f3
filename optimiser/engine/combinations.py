"""All combinations of a discrete problem that its logic allows, in blocks, on whole numbers.

Partial combinations are extended one factor at a time and dropped as soon as a row can no longer
hold, so that thirty stages of three options under prerequisites never become 3 ** 30 rows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from optimiser.engine.joint_choices import WIDEST, JointChoice, denominators, joint_choices
from optimiser.frozen import dataclass

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.problem import Problem
    from optimiser.front import Floats

__all__ = ["Combinations", "every_combination"]

# sums of rows that are held at once: some tens of megabytes
_SUMS = 1 << 22


@dataclass(frozen=True, eq=False)
class _Step:
    """What the options of a factor add to the rows that they touch: options (o, columns) times
    ``weights`` (columns, touched).
    """

    touched: NDArray[np.int64]
    weights: NDArray[Any]

    def sums(self, options: NDArray[Any]) -> NDArray[Any]:
        """(o, touched)"""
        total = np.zeros((len(options), len(self.touched)), dtype=self.weights.dtype)
        for values, weights in zip(options.T, self.weights, strict=True):
            # of a choice of one among thousands most options have nothing to add
            rows = np.flatnonzero(values)
            total[rows] += values[rows].astype(total.dtype)[:, None] * weights
        return total


@dataclass(frozen=True, eq=False)
class Combinations:
    """The factors, and the logic rows over them with the least and greatest sums still to come."""

    factors: tuple[JointChoice, ...]
    width: int
    steps: tuple[_Step, ...]
    least: tuple[NDArray[Any], ...]
    most: tuple[NDArray[Any], ...]
    lower: NDArray[Any]
    upper: NDArray[Any]

    @property
    def raw(self) -> int:
        """How many combinations there are before the logic is looked at, "at most one" rows
        aside.
        """
        return math.prod(len(f.options) for f in self.factors)

    def fits(self, limit: int, /) -> bool:
        """Whether walking through the combinations touches at most ``limit`` partial ones."""
        if self.raw == 0:
            return True
        touched = 0
        for _, picks in self._walk(2**14):
            touched += 1 + picks.shape[1]
            if touched > limit:
                return False
        return True

    def blocks(
        self, size: int, /, *, should_stop: Callable[[], bool] | None = None
    ) -> Iterator[Floats]:
        """(rows, n) decisions, about ``size`` rows at a time, until ``should_stop`` is True."""
        waiting: list[NDArray[Any]] = []
        rows = 0
        for level, picks in self._walk(size):
            if should_stop is not None and should_stop():
                break
            if level == len(self.factors):
                waiting.append(picks)
                rows += picks.shape[1]
                if rows >= size:
                    yield self._decisions(np.concatenate(waiting, axis=1))
                    waiting, rows = [], 0
        if waiting:
            yield self._decisions(np.concatenate(waiting, axis=1))

    def first(self, size: int, /) -> Floats:
        """(rows, n) the first ``size`` or fewer, where no more steps lead to them than there are
        factors; else none.
        """
        for level, picks in islice(self._walk(size), max(1, len(self.factors))):
            if level == len(self.factors):
                return self._decisions(picks[:, :size])
        return np.empty((0, self.width))

    def _decisions(self, picks: NDArray[Any]) -> Floats:
        x = np.empty((self.width, picks.shape[1]))
        for i, factor in enumerate(self.factors):
            for column, values in zip(factor.columns, factor.values.T, strict=True):
                x[column] = values.take(picks[i])
        return x.T

    def _walk(self, size: int) -> Iterator[tuple[int, NDArray[Any]]]:
        """Every partial combination that may still hold, as (length, rows) picks; depth first,
        about ``size`` rows at once, fewer where many rows of the problem are summed for each.
        """
        size = min(size, max(1, _SUMS // max(1, len(self.lower))))
        most = max((len(f.options) for f in self.factors), default=0)
        none: NDArray[Any] = np.zeros((0, 1), dtype=np.min_scalar_type(most))
        zero = np.zeros((len(self.lower), 1), dtype=self.lower.dtype)
        keep = self._possible(0, zero, np.arange(len(self.lower)))
        if not self.factors:
            yield 0, none[:, keep]
            return
        stack = [(0, 0, none[:, keep], zero[:, keep])]
        while stack:
            level, first, picks, sums = stack.pop()
            options = len(self.factors[level].options)
            piece = max(1, size // max(1, options))
            if picks.shape[1] > piece:
                stack.append((level, 0, picks[:, piece:], sums[:, piece:]))
            picks, sums = picks[:, :piece], sums[:, :piece]
            last = min(options, first + max(size, 1))
            if last < options:
                stack.append((level, last, picks, sums))
            wider, totals = self._extended(level, range(first, last), picks, sums)
            yield level + 1, wider
            if level + 1 < len(self.factors) and wider.shape[1]:
                stack.append((level + 1, 0, wider, totals))

    def _extended(
        self, level: int, options: range, picks: NDArray[Any], sums: NDArray[Any]
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """The partial combinations with one of some options of a factor more, those that can no
        longer hold left out.
        """
        # all of one option beside one another: they are copied at once
        shape = len(options), picks.shape[1]
        cells: NDArray[Any] = np.empty((level + 1, *shape), dtype=picks.dtype)
        cells[:level] = picks[:, None]
        cells[level] = np.arange(options.start, options.stop, dtype=picks.dtype)[:, None]
        whole: NDArray[Any] = np.empty((len(sums), *shape), dtype=sums.dtype)
        whole[:] = sums[:, None]
        step = self.steps[level]
        size = math.prod(shape)
        wider, totals = cells.reshape(level + 1, size), whole.reshape(len(sums), size)
        if len(step.touched):
            added = step.sums(self.factors[level].options[options.start : options.stop])
            whole[step.touched] += added.T[:, :, None]
            keep = self._possible(level + 1, totals, step.touched)
            if not keep.all():
                left = np.flatnonzero(keep)
                return wider.take(left, axis=1), totals.take(left, axis=1)
        return wider, totals

    def _possible(
        self, level: int, sums: NDArray[Any], rows: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        """Which sums (all rows, k) can still be completed, as far as ``rows`` tell: sums of the
        others did not change.
        """
        high, low = (
            (self.upper - self.least[level])[rows, None],
            (self.lower - self.most[level])[rows, None],
        )
        found = sums[rows]
        return np.asarray(((found <= high) & (found >= low)).all(axis=0), dtype=bool)


def every_combination(
    problem: Problem, /, *, fixed: Mapping[int, Fraction] = MappingProxyType({})
) -> Combinations:
    """The combinations of a problem whose every decision has finitely many values.

    Args:
        problem: the problem.
        fixed: decision -> the one value of it that is looked at.
    """
    dens = denominators(problem)
    factors = joint_choices(problem, dens, fixed)
    rows = [row for row in problem.logic if row.lower is not None or row.upper is not None]
    scales = [math.lcm(*(dens[j] for j, _ in row.terms)) for row in rows]
    coefficients = [
        {j: c * (s // dens[j]) for j, c in row.terms} for row, s in zip(rows, scales, strict=True)
    ]
    size = _size(factors, coefficients)
    scaled = list(zip(rows, scales, strict=True))
    bounds = [b * s for row, s in scaled for b in (row.lower, row.upper) if b is not None]
    dtype: Any = (
        np.int64 if size + max((abs(b) for b in bounds), default=0) < WIDEST // 4 else object
    )
    beyond = 2 * size + 1
    lower = [-beyond if r.lower is None else (r.lower - r.constant) * s for r, s in scaled]
    upper = [beyond if r.upper is None else (r.upper - r.constant) * s for r, s in scaled]
    steps = [_step(factor, coefficients, dtype) for factor in factors]
    least, most = _still_to_come(factors, steps, len(rows), dtype)
    return Combinations(
        factors,
        len(problem.decisions),
        tuple(steps),
        least,
        most,
        np.array(lower, dtype=dtype),
        np.array(upper, dtype=dtype),
    )


def _size(factors: Sequence[JointChoice], coefficients: Sequence[Mapping[int, int]]) -> int:
    """What no sum of a row is above."""
    largest = {
        j: max(abs(int(high)), abs(int(low)))
        for f in factors
        for j, high, low in zip(
            f.columns,
            f.options.max(axis=0, initial=0),
            f.options.min(axis=0, initial=0),
            strict=True,
        )
    }
    return sum(abs(c) * largest.get(j, 0) for terms in coefficients for j, c in terms.items())


def _still_to_come(
    factors: Sequence[JointChoice], steps: Sequence[_Step], rows: int, dtype: Any
) -> tuple[tuple[NDArray[Any], ...], tuple[NDArray[Any], ...]]:
    """At each length of a partial combination the least and greatest sums (rows,) that the rest
    can add.
    """
    least, most = [np.zeros(rows, dtype=dtype)], [np.zeros(rows, dtype=dtype)]
    for factor, step in zip(reversed(factors), reversed(steps), strict=True):
        low, high = least[-1].copy(), most[-1].copy()
        if len(factor.options) and len(step.touched):
            added = step.sums(_ends(factor.options))
            low[step.touched] += added.min(axis=0)
            high[step.touched] += added.max(axis=0)
        least.append(low)
        most.append(high)
    return tuple(reversed(least)), tuple(reversed(most))


def _step(factor: JointChoice, coefficients: list[dict[int, int]], dtype: Any) -> _Step:
    touched = [i for i, terms in enumerate(coefficients) if any(j in terms for j in factor.columns)]
    weights = np.array(
        [[coefficients[i].get(j, 0) for i in touched] for j in factor.columns], dtype=dtype
    )
    return _Step(
        np.array(touched, dtype=np.int64), weights.reshape(len(factor.columns), len(touched))
    )


def _ends(options: NDArray[Any]) -> NDArray[Any]:
    """Options among which every sum is least and greatest: of a single column, whose values ascend,
    the first and the last.
    """
    return options[[0, -1]] if options.shape[1] == 1 else options
