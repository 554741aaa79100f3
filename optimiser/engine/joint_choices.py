"""Columns of a discrete problem that are chosen together, as whole numbers, and how many choices
there are.

Of binaries of which a row allows at most one, and of chains in which ones follow zeros, most
combinations are none: they are one choice of few.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from optimiser.frozen import dataclass

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.problem import Domain, Problem, Row

__all__ = ["WIDEST", "JointChoice", "count_of", "denominators", "joint_choices", "values_of"]

WIDEST = 2**62
"""Whole numbers from here on are not kept in arrays of 64 bits."""


@dataclass(frozen=True, eq=False)
class JointChoice:
    """Columns that are chosen together: each row of ``options`` is one choice, as numerators, and
    of ``values`` as floats.
    """

    columns: tuple[int, ...]
    options: NDArray[Any]
    values: NDArray[Any]


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


def joint_choices(
    problem: Problem, dens: tuple[int, ...], fixed: Mapping[int, Fraction], /
) -> tuple[JointChoice, ...]:
    """The choices whose combinations are all plans, as numerators over ``dens`` (n,)."""
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


def _single(column: int, numerators: NDArray[Any], den: int) -> JointChoice:
    options = numerators.reshape(-1, 1)
    if den == 1:
        return JointChoice((column,), options, options)
    # each value rounded once, as a plan has it
    return JointChoice(
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
        if max(abs(first), abs(last)) < WIDEST:
            return np.arange(first, last + 1, dtype=np.int64)
    numerators = [int(v * den) for v in (values_of(domain) if fixed is None else (fixed,))]
    return np.array(
        numerators, dtype=np.int64 if all(abs(v) < WIDEST for v in numerators) else object
    )


def _choice(chains: Sequence[tuple[int, ...]], *, needed: bool) -> JointChoice:
    """Of several chains of binaries, in which ones follow zeros, at most one has ones."""
    columns = tuple(j for chain in chains for j in chain)
    # thousands of columns and as many options are millions of numbers
    table = np.zeros((len(columns) + (not needed), len(columns)), dtype=np.int8)
    first, row = 0, int(not needed)
    for chain in chains:
        for start in range(len(chain)):
            table[row, first + start : first + len(chain)] = 1
            row += 1
        first += len(chain)
    return JointChoice(columns, table, table)


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
