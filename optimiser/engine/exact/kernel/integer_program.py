"""Integer programs as the kernel takes them, and their normal form: whole numbers whose widths are
proven beforehand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.exact.kernel.cliques import merged_cliques
from optimiser.engine.translations import kept
from optimiser.frozen import dataclass

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.sparse_rows import SparseRows

    Integers = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

__all__ = [
    "UNLIMITED",
    "IntegerProgram",
    "NormalForm",
    "RefusedError",
    "normal_form",
]

UNLIMITED = 1 << 62
EXACT = 1 << 52
STEPS = 100_000

Terms = tuple[tuple[int, int], ...]
SparseRow = tuple[dict[int, int], int, int]  # column -> coefficient, lower and upper limit


class RefusedError(ValueError):
    """The kernel cannot promise exact arithmetic for this program (or it is not of its kind); the
    message says why.
    """


@dataclass(frozen=True, eq=False)
class IntegerProgram:
    """Minimise ``objectives @ x`` subject to ``row_lower <= rows @ x <= row_upper``, ``lower <= x
    <= upper``, x whole.

    Attributes:
        objectives: (m, n) int64.
        rows: r over n columns.
        row_lower, row_upper: (r,) int64; at or beyond minus or plus ``UNLIMITED`` there is no
        limit. lower, upper: (n,) int64, the boxes of the columns, all finite.
        products: column -> the two or more columns with bounds within 0..1 whose product it is. The
            rows that define a product are the kernel's business; giving them among ``rows`` does no
            harm.
        canonical: rows ``terms @ x <= 0`` that not every plan holds, but the canonical one of every
            efficient point does; only who looks for these may give them.
    """

    objectives: Integers
    rows: SparseRows
    row_lower: Integers
    row_upper: Integers
    lower: Integers
    upper: Integers
    products: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    canonical: tuple[dict[int, int], ...] = ()


@dataclass(frozen=True, eq=False)
class NormalForm:
    """An equivalent program with p different, non-constant objectives of gcd 1 and irredundant rows
    of gcd 1.

    Where every objective is constant there is one of zeros: any feasible plan will do.

    Attributes:
        objectives: (p, n); ``factor[k]`` times a row (plus nothing: there are no constants) is
            objective ``origin[k]``.
        of: (m,) the row of ``objectives`` behind every objective of the program, -1 where it is
            constant.
        dense: (d, n) the rows kept in the tableau; the first p are the objectives.
        sparse: (pointers, columns, values) of the rows added when violated, in compressed row form.
        by_column: (pointers, rows) the same by column.
        lower, upper: (n + d + s,) bounds of the columns and of the rows' activities, all finite.
        branchable: (n,) False for products, whose values follow.
        products: (columns, pointers, factors).
        infeasible: presolving proved that nothing is feasible.
    """

    objectives: Integers
    origin: tuple[int, ...]
    factor: tuple[int, ...]
    of: tuple[int, ...]
    dense: Integers
    sparse: tuple[Integers, Integers, Integers]
    by_column: tuple[Integers, Integers]
    lower: Floats
    upper: Floats
    branchable: Flags
    products: tuple[Integers, Integers, Integers]
    infeasible: bool


def _check(program: IntegerProgram, /) -> None:
    """Shapes, boxes and products as documented; RefusedError otherwise."""
    m, n = program.objectives.shape
    r = len(program.rows)
    if m == 0 or n == 0:
        raise RefusedError("an objective and a column are needed")
    if program.rows.width != n or len(program.row_lower) != r or len(program.row_upper) != r:
        raise RefusedError("rows and their limits differ in shape")
    if len(program.lower) != n or len(program.upper) != n:
        raise RefusedError("every column needs a lower and an upper bound")
    for name in ("objectives", "row_lower", "row_upper", "lower", "upper"):
        if getattr(program, name).dtype != np.int64:
            raise RefusedError(f"{name} must be int64")
    if max(abs(int(b)) for b in (*program.lower, *program.upper)) >= 1 << 31:
        raise RefusedError("a column is unbounded or its bounds are too wide")
    if (
        sum(int(u) - int(v) for v, u in zip(program.lower, program.upper, strict=True) if u > v)
        > STEPS
    ):
        raise RefusedError(f"the columns take more than {STEPS} values in all")
    for column, factors in program.products.items():
        if (
            len(set(factors)) < 2
            or column in factors
            or any(f in program.products for f in factors)
        ):
            raise RefusedError("a product needs two or more columns that are no products")
        if any(program.lower[f] < 0 or program.upper[f] > 1 for f in factors):
            raise RefusedError("a product is of columns within 0..1 only")


def _check_widths(program: IntegerProgram, /) -> None:
    """Every activity, whatever x, fits a float64 exactly; RefusedError otherwise."""
    span = [
        max(1, abs(int(v)), abs(int(u))) for v, u in zip(program.lower, program.upper, strict=True)
    ]

    def width(terms: Iterable[tuple[int, int]]) -> int:
        return sum(abs(a) * span[j] for j, a in terms)

    if sum(width(enumerate(row)) for row in program.objectives.tolist()) >= EXACT:
        raise RefusedError("the objectives' whole numbers are too wide for exact arithmetic")
    for row in (*program.rows, *program.canonical):
        if width(row.items()) >= EXACT:
            raise RefusedError("a constraint's whole numbers are too wide for exact arithmetic")


def _merged_objectives(
    program: IntegerProgram, /
) -> tuple[Integers, tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """The different non-constant objectives divided by their gcd, where they come from, their
    factors, and who is whose.
    """
    kept: dict[tuple[int, ...], int] = {}
    origin: list[int] = []
    factor: list[int] = []
    of: list[int] = []
    free = program.lower < program.upper
    for k, row in enumerate(program.objectives):
        divisor = int(np.gcd.reduce(row[free])) if free.any() else 0
        if divisor == 0:
            of.append(-1)
            continue
        key = tuple(int(a) // divisor for a in np.where(free, row, 0))
        if key not in kept:
            kept[key] = len(kept)
            origin.append(k)
            factor.append(divisor)
        of.append(kept[key])
    if not kept:
        kept[(0,) * program.objectives.shape[1]] = 0
    rows = np.array(list(kept), dtype=np.int64)
    return rows, tuple(origin), tuple(factor), tuple(of)


def _product_rows(program: IntegerProgram, /) -> list[SparseRow]:
    """For every product y of x_1..x_k: y <= x_i, and y >= x_1 + ... + x_k - (k - 1)."""
    rows: list[SparseRow] = []
    for column, listed in program.products.items():
        factors = sorted(set(listed))
        rows.extend(({column: 1, f: -1}, -UNLIMITED, 0) for f in factors)
        rows.append(({**dict.fromkeys(factors, 1), column: -1}, -UNLIMITED, len(factors) - 1))
    return rows


def _tightened_rows(
    rows: list[SparseRow], lower: Integers, upper: Integers, /
) -> list[SparseRow] | None:
    """The rows divided by their gcd, without those that always hold, equal ones joined; single
    columns move to the boxes.

    ``lower`` and ``upper`` are changed in place. None where some row cannot hold.
    """
    joined: dict[Terms, tuple[int, int]] = {}
    for row in sorted(rows, key=lambda row: len(row[0])):
        key, low, high = _canonical(row)
        if len(key) == 1:
            j = key[0][0]
            lower[j], upper[j] = max(int(lower[j]), low), min(int(upper[j]), high)
            if lower[j] > upper[j]:
                return None
            continue
        before = joined.get(key, (-UNLIMITED, UNLIMITED))
        joined[key] = (max(before[0], low), min(before[1], high))
    kept = []
    for key, limits in joined.items():
        least = sum(a * int(lower[j] if a > 0 else upper[j]) for j, a in key)
        most = sum(a * int(upper[j] if a > 0 else lower[j]) for j, a in key)
        low, high = max(limits[0], least), min(limits[1], most)
        if low > high:
            return None
        if (low, high) != (least, most):
            kept.append((dict(key), low, high))
    return merged_cliques(kept, lower, upper)


def _canonical(row: SparseRow, /) -> tuple[Terms, int, int]:
    """The row with its columns sorted, divided by its gcd, its first coefficient positive."""
    terms, low, high = row
    divisor = int(np.gcd.reduce(list(terms.values()))) if terms else 1
    if terms and terms[min(terms)] < 0:
        divisor = -divisor
    if divisor < 0:
        low, high = -high, -low
    low = -(-low // abs(divisor)) if low > -UNLIMITED else -UNLIMITED
    high = high // abs(divisor) if high < UNLIMITED else UNLIMITED
    return tuple(sorted((j, a // divisor) for j, a in terms.items())), low, high


@kept
def normal_form(program: IntegerProgram, /) -> NormalForm:
    """The normal form; RefusedError where the program is not of the kernel's kind or too wide."""
    _check(program)
    _check_widths(program)
    n = program.objectives.shape[1]
    lower, upper = program.lower.copy(), program.upper.copy()
    rows = _product_rows(program)
    sides = (program.row_lower.tolist(), program.row_upper.tolist())
    for terms, low, high in zip(program.rows, *sides, strict=True):
        rows.append(({j: a for j, a in terms.items() if a}, low, high))
    rows.extend((dict(terms), -UNLIMITED, 0) for terms in program.canonical)
    for column in program.products:
        lower[column], upper[column] = max(0, int(lower[column])), min(1, int(upper[column]))
    kept = None if (lower > upper).any() else _tightened_rows(rows, lower, upper)
    boxed = IntegerProgram(
        program.objectives, program.rows, program.row_lower, program.row_upper, lower, upper
    )
    objectives, origin, factor, of = _merged_objectives(boxed)
    few = max(4, n // 4)
    wide = [row for row in kept or [] if len(row[0]) > few]
    thin = [row for row in kept or [] if len(row[0]) <= few]
    dense = np.zeros((len(objectives) + len(wide), n), dtype=np.int64)
    dense[: len(objectives)] = objectives
    for i, (terms, _, _) in enumerate(wide, start=len(objectives)):
        dense[i, list(terms)] = list(terms.values())
    least = np.where(objectives > 0, objectives * lower, objectives * upper).sum(axis=1)
    most = np.where(objectives > 0, objectives * upper, objectives * lower).sum(axis=1)
    limits = [(low, high) for _, low, high in wide + thin]
    bounds = np.array(limits, dtype=np.float64).reshape(len(limits), 2)
    branchable = np.ones(n, dtype=np.bool_)
    branchable[list(program.products)] = False
    return NormalForm(
        objectives,
        origin,
        factor,
        of,
        dense,
        _compressed(thin),
        _by_column(thin, n),
        np.concatenate([lower, least, bounds[:, 0]]).astype(np.float64),
        np.concatenate([upper, most, bounds[:, 1]]).astype(np.float64),
        branchable,
        _factor_lists(program.products),
        kept is None,
    )


def _compressed(rows: list[SparseRow], /) -> tuple[Integers, Integers, Integers]:
    """(s + 1,) pointers, then the columns and values of the rows one after the other."""
    pointers = np.cumsum([0, *(len(terms) for terms, _, _ in rows)])
    columns = [j for terms, _, _ in rows for j in terms]
    values = [a for terms, _, _ in rows for a in terms.values()]
    return (
        pointers.astype(np.int64),
        np.array(columns, dtype=np.int64),
        np.array(values, dtype=np.int64),
    )


def _by_column(rows: list[SparseRow], n: int, /) -> tuple[Integers, Integers]:
    """(n + 1,) pointers, then the rows of each column one after the other."""
    touching: list[list[int]] = [[] for _ in range(n)]
    for i, (terms, _, _) in enumerate(rows):
        for j in terms:
            touching[j].append(i)
    pointers = np.cumsum([0, *(len(t) for t in touching)])
    return pointers.astype(np.int64), np.array([i for t in touching for i in t], dtype=np.int64)


def _factor_lists(
    products: Mapping[int, tuple[int, ...]], /
) -> tuple[Integers, Integers, Integers]:
    """The product columns, pointers, and their factors one after the other."""
    factors = [sorted(set(f)) for f in products.values()]
    pointers = np.cumsum([0, *(len(f) for f in factors)])
    return (
        np.array(list(products), dtype=np.int64),
        pointers.astype(np.int64),
        np.array([j for f in factors for j in f], dtype=np.int64),
    )
