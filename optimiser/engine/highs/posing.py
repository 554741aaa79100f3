"""What HiGHS is handed: a program scaled by powers of two, so that nothing of it vanishes, and the
exact way back.

HiGHS drops matrix entries below ``small_matrix_value`` and takes bounds of 1e20 and more for
infinite, both without a word. Rows and real columns are multiplied by powers of two, which rounds
nothing; whole columns stay as they are. A program that cannot be brought into reach is not posed at
all: :attr:`Posed.lost` says why.

References:
    A. R. Curtis and J. K. Reid (1972). On the automatic scaling of matrices for Gaussian
    elimination. IMA Journal of Applied Mathematics 10, 118-124; here as geometric means of the
    least and the greatest entry of each row and column, in turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.highs.tolerances import NOISE, SMALLEST

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.highs.linear_program import Cut, LinearProgram
    from optimiser.front import Flags, Floats

__all__ = ["Posed", "posed"]

_GREATEST = 1e15
_INFINITE = 1e20
# a matrix within these is left as it is: scaling it changes nothing for the better
_SMALL, _LARGE = -14.0, 20.0
# costs as small as this beside the largest are within sight of the solver's tolerance of 1e-9
_CHEAP = -20.0
# finite ends of real columns beyond 2**28 are brought down to 2**27, where the solver's absolute
# tolerance still means something
_FAR, _NEAR = 28.0, 27.0
# powers of two that are floats; what needs others is out of reach
_MOST = 1000.0
_PASSES = 4
# HiGHS counts the values of a whole column in 32 bits in its reduced cost fixing, and never comes
# back from wider ones, nor from what becomes as wide by propagation: so ends that are missing are
# put here
_WIDEST = 2.0**29


@dataclass(frozen=True, eq=False)
class Posed:
    """A scaled program in compressed rows: ``x = columns * x'``, row i times ``rows[i]``.

    Attributes:
        columns, rows: (n,) and (p,) powers of two.
        starts, index, values: the matrix.
        lower, upper, low, high: ends of columns and sides of rows.
        lost: why HiGHS would not see this program; empty where it does.
        opened: (n,) whole columns that have an end here and none in truth.
    """

    columns: Floats
    rows: Floats
    starts: NDArray[np.int32]
    index: NDArray[np.int32]
    values: Floats
    lower: Floats
    upper: Floats
    low: Floats
    high: Floats
    lost: str
    opened: Flags


def posed(program: LinearProgram, rows: Sequence[Cut], cost: Floats | None = None, /) -> Posed:
    """The columns of a program with the given rows, scaled where their numbers, or costs (n,), lie
    far from 1 or each other.
    """
    none = np.empty(0)
    lower, upper = _tightened(program, rows)
    opened = program.integral & ~(np.isfinite(lower) & np.isfinite(upper))
    lower, upper = (
        np.where(opened, np.maximum(lower, -_WIDEST), lower),
        np.where(opened, np.minimum(upper, _WIDEST), upper),
    )
    sizes = [len(row.columns) for row in rows]
    index = np.concatenate([none, *(row.columns for row in rows)]).astype(np.int32)
    values = np.concatenate([none, *(row.values for row in rows)])
    owner = np.repeat(np.arange(len(rows)), sizes)
    ends = _size(lower, upper)
    across, down = np.zeros(len(program.lower)), np.zeros(len(rows))
    if _far(values, ends[~program.integral]) or (cost is not None and _apart(cost)):
        matrix = (
            (owner, index, values)
            if cost is None
            else _priced((owner, index, values), cost, len(rows))
        )
        across, down = _exponents(program, ends, matrix, len(rows) + 1)
        down = down[:-1]
    columns, factors = (np.exp2(np.clip(by, -_MOST, _MOST)) for by in (across, down))
    scaled = values * columns[index] * factors[owner]
    sides = (
        np.array([[row.lower for row in rows], [row.upper for row in rows]]).reshape(2, len(rows))
        * factors
    )
    lower, upper = lower / columns, upper / columns
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    return Posed(
        columns,
        factors,
        starts,
        index,
        scaled,
        lower,
        upper,
        sides[0],
        sides[1],
        _lost(program, scaled, values, (lower, upper), (owner, index, sides)),
        opened,
    )


def _tightened(program: LinearProgram, rows: Sequence[Cut]) -> tuple[Floats, Floats]:
    """Ends of the columns; those of wide whole columns are brought to what the rows leave of them,
    and a little more.
    """
    lower, upper = program.lower.copy(), program.upper.copy()
    for _ in range(_PASSES):
        wide = program.integral & ~((lower >= -_WIDEST) & (upper <= _WIDEST))
        if not wide.any():
            break
        before = lower.copy(), upper.copy()
        for row in rows:
            if wide[row.columns].any():
                _tighten(row, wide, lower, upper)
        if (before[0] == lower).all() and (before[1] == upper).all():
            break
    return lower, upper


def _tighten(row: Cut, wide: Flags, lower: Floats, upper: Floats) -> None:
    """Ends that one row implies for its wide whole columns, written into ``lower`` and
    ``upper``.
    """
    columns = row.columns
    rising = row.values > 0.0
    ends = (
        np.where(rising, lower[columns], upper[columns]),
        np.where(rising, upper[columns], lower[columns]),
    )
    for above, side, end in ((True, row.upper, ends[0]), (False, row.lower, ends[1])):
        if not np.isfinite(side):
            continue
        parts = np.where(row.values == 0.0, 0.0, row.values * np.where(row.values == 0.0, 0.0, end))
        for at in np.flatnonzero(wide[columns] & (row.values != 0.0)):
            rest = float(np.delete(parts, at).sum())
            if not np.isfinite(rest):
                continue
            value = (side - rest) / row.values[at]
            slack = 1.0 + NOISE * (abs(side) + float(np.abs(np.delete(parts, at)).sum())) / abs(
                row.values[at]
            )
            # an upper side bounds rising columns from above, a lower side those that fall
            if rising[at] == above:
                upper[columns[at]] = min(upper[columns[at]], np.floor(value + slack))
            else:
                lower[columns[at]] = max(lower[columns[at]], np.ceil(value - slack))


def _size(lower: Floats, upper: Floats) -> Floats:
    """(n,) the larger of each column's finite ends, absolute; 0 where there is none."""
    return np.asarray(
        np.maximum(*(np.where(np.isfinite(end), np.abs(end), 0.0) for end in (lower, upper)))
    )


def _far(values: Floats, ends: Floats) -> bool:
    entries = np.abs(values[values != 0.0])
    within = not len(entries) or (entries.min() >= 2.0**_SMALL and entries.max() <= 2.0**_LARGE)
    return not within or bool(ends.max(initial=0.0) > 2.0**_FAR)


def _apart(cost: Floats) -> bool:
    """Whether some costs are nothing beside the others."""
    sizes = np.abs(cost[cost != 0.0])
    return bool(len(sizes) and sizes.min() < 2.0**_CHEAP * sizes.max())


def _priced(
    matrix: tuple[NDArray[np.int64], NDArray[np.int32], Floats], cost: Floats, row: int
) -> tuple[NDArray[np.int64], NDArray[np.int32], Floats]:
    """The costs as one more row, where tolerances would take some of them for 0 beside the
    others.
    """
    if not _apart(cost):
        return matrix
    owner, index, values = matrix
    some = np.flatnonzero(cost)
    return (
        np.append(owner, np.full(len(some), row)),
        np.append(index, some.astype(np.int32)),
        np.append(values, cost[some]),
    )


def _exponents(
    program: LinearProgram,
    ends: Floats,
    matrix: tuple[NDArray[np.int64], NDArray[np.int32], Floats],
    count: int,
) -> tuple[Floats, Floats]:
    """Whole exponents of columns and rows: each in turn brings its least and greatest entry to
    either side of 1.
    """
    owner, index, values = matrix
    some = values != 0.0
    owner, index, logs = owner[some], index[some], np.log2(np.abs(values[some]))
    real = ~program.integral
    across, down = np.zeros(len(program.lower)), np.zeros(count)
    floor = np.where(real & (ends > 2.0**_FAR), np.log2(np.maximum(ends, 1.0)) - _NEAR, -np.inf)
    for _ in range(_PASSES):
        down = -_middle(logs + across[index], owner, count)
        across = np.where(
            real, np.maximum(-_middle(logs + down[owner], index, len(across)), floor), 0.0
        )
    across = np.rint(across)
    return across, np.rint(-_middle(logs + across[index], owner, count))


def _middle(logs: Floats, at: NDArray[np.int64] | NDArray[np.int32], count: int) -> Floats:
    """(count,) halfway between the least and the greatest of each group; 0 of an empty one."""
    least, most = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(least, at, logs)
    np.maximum.at(most, at, logs)
    return np.asarray(
        np.where(np.isfinite(least), 0.5 * (np.where(np.isfinite(least), least, 0.0) + most), 0.0)
    )


def _lost(
    program: LinearProgram,
    scaled: Floats,
    values: Floats,
    ends: tuple[Floats, Floats],
    matrix: tuple[NDArray[np.int64], NDArray[np.int32], Floats],
) -> str:
    sizes = np.abs(scaled[values != 0.0])
    if len(sizes) and (sizes.min() <= SMALLEST or sizes.max() >= _GREATEST):
        return "coefficients too far apart for HiGHS"
    if any((np.isfinite(end) & (np.abs(end) >= _INFINITE)).any() for end in ends):
        return "bounds beyond what HiGHS takes for finite"
    owner, index, sides = matrix
    if (np.isfinite(sides) & (np.abs(sides) >= _INFINITE)).any() and not _slack(
        scaled, ends, owner, index, sides
    ):
        return "limits beyond what HiGHS takes for finite"
    if _size(*ends)[program.integral].max(initial=0.0) > _WIDEST:
        return "whole numbers too wide for HiGHS"
    return ""


def _slack(
    scaled: Floats,
    ends: tuple[Floats, Floats],
    owner: NDArray[np.int64],
    index: NDArray[np.int32],
    sides: Floats,
) -> bool:
    """Whether every side that HiGHS takes for infinite is one that no point within the columns'
    ends can reach.
    """
    with np.errstate(invalid="ignore"):
        parts = np.stack([scaled * ends[0][index], scaled * ends[1][index]])
    parts = np.nan_to_num(parts, nan=0.0, posinf=np.inf, neginf=-np.inf)
    least, most = (
        np.bincount(owner, weights=part, minlength=sides.shape[1])
        for part in (parts.min(axis=0), parts.max(axis=0))
    )
    beyond = np.isfinite(sides) & (np.abs(sides) >= _INFINITE)
    reached = np.stack(
        [
            sides[0] >= least * (1.0 - np.sign(least) * NOISE),
            sides[1] <= most * (1.0 + np.sign(most) * NOISE),
        ]
    )
    # an end of +1e20 below, or of -1e20 above, is no infinity that could be left out
    wrong = np.stack([sides[0] > 0.0, sides[1] < 0.0])
    return not (beyond & (reached | wrong)).any()
