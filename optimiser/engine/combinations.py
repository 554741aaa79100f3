"""All combinations of a discrete problem that its logic allows, in blocks, on whole numbers.

Partial combinations are extended one factor at a time and dropped as soon as a row can no longer
hold, so that thirty stages of three options under prerequisites never become 3 ** 30 rows.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.problem import Domain, Problem, Row
    from optimiser.front import Floats

__all__ = ["Combinations", "combinations", "count_of", "denominators", "values_of"]

_INT64 = 2**62


@dataclass(frozen=True, eq=False)
class _Factor:
    """Columns that are chosen together: each row of ``options`` is one choice, as numerators, and
    of ``values`` as floats.
    """

    columns: tuple[int, ...]
    options: NDArray[Any]
    values: NDArray[Any]


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
            total += values.astype(total.dtype)[:, None] * weights
        return total


@dataclass(frozen=True, eq=False)
class Combinations:
    """The factors, and the logic rows over them with the least and greatest sums still to come."""

    factors: tuple[_Factor, ...]
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

    def blocks(self, size: int, /) -> Iterator[Floats]:
        """(rows, n) decisions, about ``size`` rows at a time."""
        waiting: list[NDArray[Any]] = []
        rows = 0
        for level, picks in self._walk(size):
            if level == len(self.factors):
                waiting.append(picks)
                rows += picks.shape[1]
                if rows >= size:
                    yield self._decisions(np.concatenate(waiting, axis=1))
                    waiting, rows = [], 0
        if waiting:
            yield self._decisions(np.concatenate(waiting, axis=1))

    def _decisions(self, picks: NDArray[Any]) -> Floats:
        x = np.empty((self.width, picks.shape[1]))
        for i, factor in enumerate(self.factors):
            for column, values in zip(factor.columns, factor.values.T, strict=True):
                x[column] = values[picks[i]]
        return x.T

    def _walk(self, size: int) -> Iterator[tuple[int, NDArray[Any]]]:
        """Every partial combination that may still hold, as (length, rows) picks; depth first,
        about ``size`` rows at once.
        """
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
        rows = picks.shape[1]
        wider = np.empty((level + 1, rows * len(options)), dtype=picks.dtype)
        wider[:level] = np.repeat(picks, len(options), axis=1)
        wider[level] = np.tile(np.arange(options.start, options.stop, dtype=picks.dtype), rows)
        totals = np.repeat(sums, len(options), axis=1)
        step = self.steps[level]
        if len(step.touched):
            added = step.sums(self.factors[level].options[options.start : options.stop])
            totals[step.touched] += np.tile(added.T, (1, rows))
            keep = self._possible(level + 1, totals, step.touched)
            if not keep.all():
                return wider[:, keep], totals[:, keep]
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


def values_of(domain: Domain, /) -> Sequence[Fraction]:
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
    return tuple(
        values_of(d)[0].denominator if d.kind == "real" else d.denominator
        for d in problem.decisions
    )


def combinations(
    problem: Problem, /, *, fixed: Mapping[int, Fraction] = MappingProxyType({})
) -> Combinations:
    """The combinations of a problem whose every decision has finitely many values.

    Args:
        problem: the problem.
        fixed: decision -> the one value of it that is looked at.
    """
    dens = denominators(problem)
    factors = _factors(problem, dens, fixed)
    rows = [row for row in problem.logic if row.lower is not None or row.upper is not None]
    scales = [math.lcm(*(dens[j] for j, _ in row.terms)) for row in rows]
    coefficients = [
        {j: c * (s // dens[j]) for j, c in row.terms} for row, s in zip(rows, scales, strict=True)
    ]
    size = sum(
        abs(c)
        * max(abs(int(f.options[:, i].max(initial=0))), abs(int(f.options[:, i].min(initial=0))))
        for terms in coefficients
        for f in factors
        for i, j in enumerate(f.columns)
        if (c := terms.get(j, 0))
    )
    bounds = [
        b * s
        for row, s in zip(rows, scales, strict=True)
        for b in (row.lower, row.upper)
        if b is not None
    ]
    dtype: Any = (
        np.int64 if size + max((abs(b) for b in bounds), default=0) < _INT64 // 4 else object
    )
    steps = [_step(factor, coefficients, dtype) for factor in factors]
    least, most = [np.zeros(len(rows), dtype=dtype)], [np.zeros(len(rows), dtype=dtype)]
    for factor, step in zip(reversed(factors), reversed(steps), strict=True):
        low, high = least[-1].copy(), most[-1].copy()
        if len(factor.options) and len(step.touched):
            added = step.sums(_ends(factor.options))
            low[step.touched] += added.min(axis=0)
            high[step.touched] += added.max(axis=0)
        least.append(low)
        most.append(high)
    beyond = 2 * size + 1
    lower = [
        (row.lower - row.constant) * s if row.lower is not None else -beyond
        for row, s in zip(rows, scales, strict=True)
    ]
    upper = [
        (row.upper - row.constant) * s if row.upper is not None else beyond
        for row, s in zip(rows, scales, strict=True)
    ]
    return Combinations(
        factors,
        len(problem.decisions),
        tuple(steps),
        tuple(reversed(least)),
        tuple(reversed(most)),
        np.array(lower, dtype=dtype),
        np.array(upper, dtype=dtype),
    )


def _step(factor: _Factor, coefficients: list[dict[int, int]], dtype: Any) -> _Step:
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


def count_of(problem: Problem, /, *, fixed: Mapping[int, Fraction] = MappingProxyType({})) -> int:
    """``combinations(...).raw`` without making a list of anything."""
    total = 1
    for group in _groups(problem):
        if group.chains is not None:
            total *= sum(len(chain) for chain in group.chains) + (not group.needed)
        elif group.columns[0] not in fixed:
            total *= problem.decisions[group.columns[0]].count or 0
    return total


@dataclass(frozen=True)
class _Group:
    """Columns that are chosen together; chains of binaries of which at most one has ones, or a
    single column.
    """

    columns: tuple[int, ...]
    chains: tuple[tuple[int, ...], ...] | None = None
    needed: bool = False


def _groups(problem: Problem) -> list[_Group]:
    exclusive = sorted(
        (g for row in problem.logic if (g := _at_most_one(problem, row)) is not None),
        key=lambda g: -len(g[0]),
    )
    chains = _chains(problem, frozenset(j for columns, _ in exclusive for j in columns))
    inner = {j for chain in chains.values() for j in chain[:-1]}
    owner: dict[int, tuple[tuple[int, ...], bool]] = {}
    for columns, needed in exclusive:
        free = tuple(j for j in columns if j not in owner)
        if len(free) > 1:
            for j in free:
                owner[j] = (free, needed and len(free) == len(columns))
    groups = []
    for j in range(len(problem.decisions)):
        if j in inner or (j in owner and owner[j][0][0] != j):
            continue
        if j not in owner and j not in chains:
            groups.append(_Group((j,)))
            continue
        columns, needed = owner.get(j, ((j,), False))
        groups.append(_Group(columns, tuple(chains.get(i, (i,)) for i in columns), needed))
    return groups


def _factors(
    problem: Problem, dens: tuple[int, ...], fixed: Mapping[int, Fraction]
) -> tuple[_Factor, ...]:
    factors = []
    for group in _groups(problem):
        if group.chains is not None:
            factors.append(_choice(group.chains, needed=group.needed))
            continue
        (j,) = group.columns
        factors.append(
            _single(j, _numerators(problem.decisions[j], dens[j], fixed.get(j)), dens[j])
        )
    return tuple(factors)


def _single(column: int, numerators: NDArray[Any], den: int) -> _Factor:
    options = numerators.reshape(-1, 1)
    if den == 1:
        return _Factor((column,), options, options)
    # each value rounded once, as a plan has it
    return _Factor(
        (column,),
        options,
        np.array([v / den for v in numerators.tolist()], dtype=np.float64).reshape(-1, 1),
    )


def _numerators(domain: Domain, den: int, fixed: Fraction | None) -> NDArray[Any]:
    """The values of a column times its denominator, ascending."""
    if (
        fixed is None
        and domain.kind == "whole"
        and domain.lower is not None
        and domain.upper is not None
    ):
        first, last = math.ceil(domain.lower), math.floor(domain.upper)
        if max(abs(first), abs(last)) < _INT64:
            return np.arange(first, last + 1, dtype=np.int64)
    numerators = [int(v * den) for v in (values_of(domain) if fixed is None else (fixed,))]
    return np.array(
        numerators, dtype=np.int64 if all(abs(v) < _INT64 for v in numerators) else object
    )


def _choice(chains: Sequence[tuple[int, ...]], *, needed: bool) -> _Factor:
    """Of several chains of binaries, in which ones follow zeros, at most one has ones."""
    columns = tuple(j for chain in chains for j in chain)
    options = [] if needed else [np.zeros(len(columns), dtype=np.int64)]
    first = 0
    for chain in chains:
        for start in range(len(chain)):
            option = np.zeros(len(columns), dtype=np.int64)
            option[first + start : first + len(chain)] = 1
            options.append(option)
        first += len(chain)
    table = np.array(options)
    return _Factor(columns, table, table)


def _chains(problem: Problem, exclusive: frozenset[int]) -> dict[int, tuple[int, ...]]:
    """Runs of binary columns each of which a row keeps from being above the next, by their last
    column.

    A run ends at a column of which a row that allows one at most speaks.
    """
    found: dict[int, tuple[int, ...]] = {}
    for row in problem.logic:
        if len(row.terms) != 2 or row.constant:
            continue
        (i, a), (j, b) = sorted(row.terms)
        rising = (b > 0 and row.lower == 0) or (b < 0 and row.upper == 0)
        if (
            a == -b
            and rising
            and j == i + 1
            and i not in exclusive
            and problem.decisions[i].binary
            and problem.decisions[j].binary
        ):
            found[j] = (i,)
    for j in sorted(found):
        found[j] = (*found.pop(j - 1, (j - 1,)), j)
    return found


def _at_most_one(problem: Problem, row: Row) -> tuple[tuple[int, ...], bool] | None:
    """The binary columns of which the row allows at most one, and whether it needs one; None for
    other rows.
    """
    signs = {c for _, c in row.terms}
    if (
        len(row.terms) < 2
        or len(signs) != 1
        or not all(problem.decisions[j].binary for j, _ in row.terms)
    ):
        return None
    c = signs.pop()
    low, high = (row.lower, row.upper) if c > 0 else (row.upper, row.lower)
    size = abs(c)
    most = None if high is None else (high - row.constant) * (1 if c > 0 else -1)
    least = None if low is None else (low - row.constant) * (1 if c > 0 else -1)
    if most is None or most >= 2 * size or most < size:
        return None
    return tuple(j for j, _ in row.terms), least is not None and least > 0
