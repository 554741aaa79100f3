"""The questions of :mod:`.questions` for problems that the compiled engine does not take: a tree
over HiGHS's relaxations.

HiGHS proposes prices, and for any prices at all weak duality bounds the relaxation; the bound is
computed in floating point with an error term that is proven to be large enough. So what is pruned
is pruned rightly, whatever HiGHS's tolerances did, and where HiGHS says "infeasible" its ray is put
to the same test. What passes no test is branched on until every column is fixed.

The error. Let u = 2**-53 and g(n) = n u / (1 - n u). An entry a of the matrix or the costs is a
rational rounded to the float a (1 + e), abs(e) <= u, so that with prices y, taken as they are, the
computed reduced cost d_j of column j with r_j entries is off by at most g(r_j + 3) (abs(c_j) +
sum_i abs(a_ij y_i)) (Higham 2002, section 3.1, any order of summation). Over the box it changes the
bound by at most that times max(abs(l_j), abs(u_j)). The parts min(d_j l_j, d_j u_j) and y_i times a
side of row i, a side being a rational rounded once, are N numbers with two roundings each, whose
sum is off by at most g(N + 2) times the sum of their sizes. The error term is computed in floats as
well, from numbers that are not negative: a relative error of g(N + 6), covered by doubling.

References:
    A. Neumaier and O. Shcherbina (2004). Safe bounds in linear and mixed-integer linear
        programming. Mathematical Programming 99, 283-296.
    N. J. Higham (2002). Accuracy and Stability of Numerical Algorithms, 2nd edition. SIAM.
    A. Pascoletti and P. Serafini (1984). Scalarizing vector optimization problems. Journal of
        Optimization Theory and Applications 42, 499-524 (the largest t with f(x) + t * scale <= u).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine import highs
from optimiser.engine.exact.tolerances import TINY, UNIT, WHOLE
from optimiser.engine.exact.wide_program import WholeRow, span

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from optimiser.engine.contract import Budget
    from optimiser.engine.exact.wide_program import WideProgram
    from optimiser.front import Floats

    Integers = NDArray[np.int64]
    Limits = Sequence[int | None]
    Stop = Callable[[], bool]

__all__ = ["Relaxed", "least", "matrix_of", "tightened"]

_LARGEST = 2.0**10
# bounds beyond this are no whole numbers in floats
_FITS = 1 << 53
# nodes that go into plans with equal objectives: a relaxation takes a millisecond
_LISTING = 500
# rounds over all rows in which bounds are narrowed: some models converge without end
_PASSES = 8


def least(
    cost: Floats,
    rows: csr_array,
    sides: tuple[Floats, Floats],
    box: tuple[Floats, Floats],
    prices: Floats,
    /,
) -> float:
    """A proven lower bound of ``cost @ x`` over the box and the rows, by the prices of any solver;
    see the head of this module.

    Args:
        cost: (n,) each a rational rounded to the nearest float.
        rows: (r, n) entries rounded so.
        sides: two of (r,), lower and upper sides of the rows rounded so; infinite where there is
            none.
        box: two of (n,), finite and exact.
        prices: (r,)
    """
    low, high = sides
    # a price against a side that is not there is noise
    prices = np.where(
        (prices > 0.0) & ~np.isfinite(low) | (prices < 0.0) & ~np.isfinite(high), 0.0, prices
    )
    side = np.where(prices > 0.0, low, np.where(prices < 0.0, high, 0.0))
    reduced = cost - prices @ rows
    sizes = np.abs(cost) + np.abs(prices) @ abs(rows)
    parts = np.concatenate([np.minimum(reduced * box[0], reduced * box[1]), prices * side])
    most = len(low) + 3
    off = _grown(most) * float((sizes * np.maximum(np.abs(box[0]), np.abs(box[1]))).sum())
    off += _grown(len(parts) + 2) * float(np.abs(parts).sum())
    bound = float(parts.sum()) - 2.0 * off - TINY
    return bound if np.isfinite(bound) else -np.inf


def matrix_of(program: highs.LinearProgram, /) -> csr_array:
    """(rows, columns) the rows' entries."""
    from scipy.sparse import csr_array

    rows = program.rows
    starts = np.cumsum([0, *(len(row.columns) for row in rows)])
    values = np.concatenate([np.empty(0), *(row.values for row in rows)])
    columns = np.concatenate([np.empty(0, dtype=np.int32), *(row.columns for row in rows)])
    return csr_array((values, columns, starts), shape=(len(rows), len(program.lower)))


def _grown(n: int) -> float:
    return n * UNIT / (1.0 - n * UNIT)


class Relaxed:
    """Is there a plan whose objectives are nowhere above given limits? By a tree of relaxations
    with the column t.

    Args:
        problem: what is asked about.
        ranges: (m,) what t is measured by.
        budget: ends what takes long.

    Raises:
        ValueError: a column's bounds are no whole numbers in floats.
    """

    def __init__(self, problem: WideProgram, ranges: Sequence[int], budget: Budget, /) -> None:
        if any(abs(v) > _FITS for v in (*problem.lower, *problem.upper)):
            raise ValueError("the bounds of a column are too wide")
        self._problem, n = problem, len(problem.columns)
        self.nodes, self._budget, self._ended = 0, budget, False
        self._ranges = [max(1, width) for width in ranges]
        spans = [(low, high) for low, high in problem.spans()]
        # t may be so far below 0 that every plan has one, whatever the limits, which are never
        # below what is possible
        depth = max(
            (high - low) / width for (low, high), width in zip(spans, self._ranges, strict=True)
        )
        self._lower = np.array(
            [*problem.lower, -(2.0 ** np.ceil(np.log2(depth + 2.0)))], dtype=np.float64
        )
        # what nothing depends on needs no values to choose from
        highest = [
            high if used else low
            for low, high, used in zip(problem.lower, problem.upper, problem.used, strict=True)
        ]
        self._upper = np.array([*highest, 1.0], dtype=np.float64)
        self._spans = spans
        cuts = [
            _cut(
                [*((j, Fraction(c, width)) for j, c in line.terms.items()), (n, Fraction(1))],
                None,
                None,
            )
            for line, width in zip(problem.objectives, self._ranges, strict=True)
        ]
        self._lines = (*problem.rows, *_products(problem))
        rows = (*cuts, *(_scaled(line) for line in self._lines))
        program = highs.LinearProgram(self._lower, self._upper, np.zeros(n + 1, dtype=bool), rows)
        self._rows = matrix_of(program)
        self._low = np.array([row.lower for row in rows])
        self._high = np.array([row.upper for row in rows])
        self._cost = np.append(np.zeros(n), -1.0)
        self._held = highs.Resolved(program, self._cost, budget)

    def ask(
        self, highest: Limits, nodes: int, stop: Stop | None, /
    ) -> tuple[Integers | None, bool]:
        """A plan (n,) within the limits, or None; and whether None is proven."""
        for plan in self._walk(highest, nodes, stop, every=False):
            return plan, True
        return None, self._ended

    def alike(
        self, x: Integers, most: int, nodes: int, stop: Stop | None, /
    ) -> tuple[list[Integers], bool]:
        """At most so many plans nowhere above the plan (n,), and whether these are all."""
        found = [x]
        for plan in self._walk(self._problem.values(x), min(nodes, _LISTING), stop, every=True):
            found.append(plan)
            if len(found) > most:
                return found, False
        return found, self._ended

    def _walk(
        self, highest: Limits, nodes: int, stop: Stop | None, *, every: bool
    ) -> Iterator[Integers]:
        """Plans within the limits: those that rounding finds, or every one where its columns are
        all fixed.
        """
        self._ended = False
        for k, (high, (low, _)) in enumerate(zip(highest, self._spans, strict=True)):
            self._high[k] = (
                np.inf if high is None else float(Fraction(max(high, low), self._ranges[k]))
            )
        self._held.limit(self._high[: len(highest)])
        lines = [*self._lines, *self._limited(highest)]
        stack = [([int(v) for v in self._lower[:-1]], [int(v) for v in self._upper[:-1]])]
        while stack:
            if nodes <= 0 or (stop is not None and stop()) or self._budget.exhausted() is not None:
                return
            nodes, self.nodes = nodes - 1, self.nodes + 1
            lower, upper = stack.pop()
            if not tightened(lines, lower, upper):
                continue
            empty, x = self._node(
                np.array(lower, dtype=np.float64), np.array(upper, dtype=np.float64)
            )
            if empty:
                continue
            free = np.array(
                [j for j, (a, b) in enumerate(zip(lower, upper, strict=True)) if a < b],
                dtype=np.int64,
            )
            plan = (
                self._rounded(np.clip(np.rint(x), lower, upper), highest)
                if not (every and len(free))
                else None
            )
            if plan is not None:
                yield plan
            # where every column is fixed, arithmetic has just decided
            stack += self._parts(lower, upper, x, free) if len(free) else []
        self._ended = True

    def _limited(self, highest: Limits) -> list[WholeRow]:
        """The limits as rows."""
        objectives = zip(self._problem.objectives, highest, strict=True)
        return [replace(line, upper=high) for line, high in objectives if high is not None]

    def better(self, x: Integers, nodes: int, stop: Stop | None, /) -> Integers:
        """The plan (n,) itself: whether it is efficient is not asked here."""
        return x

    def bound(self, k: int, /) -> int:
        """What objective k is proven to be at least, by its relaxation."""
        low, _ = self._spans[k]
        m, line = len(self._spans), self._problem.objectives[k]
        self._high[:m] = np.inf
        self._held.limit(self._high[:m])
        self._held.box(np.arange(len(self._lower)), self._lower, self._upper)
        cost = np.zeros(len(self._lower))
        for j, c in line.terms.items():
            cost[j] = float(Fraction(c, self._ranges[k]))
        with self._held.costing(cost):
            if not self._held.run():
                return low
            value = least(
                cost,
                self._rows,
                (self._low, self._high),
                (self._lower, self._upper),
                self._held.duals(),
            )
        return (
            max(low, (Fraction(value) * self._ranges[k]).__ceil__()) if np.isfinite(value) else low
        )

    def _node(self, lower: Floats, upper: Floats) -> tuple[bool, Floats]:
        """Whether the relaxation refutes these bounds, and its optimum; the middle where HiGHS says
        nothing of use.
        """
        box = (np.append(lower, self._lower[-1]), np.append(upper, self._upper[-1]))
        self._held.box(np.arange(len(self._lower)), *box)
        sides = (self._low, self._high)
        if self._held.run():
            bound = least(self._cost, self._rows, sides, box, self._held.duals())
            return bound > 0.0, self._held.values()[:-1]
        ray = self._held.ray()
        if ray is not None:
            nothing = np.zeros_like(self._cost)
            if any(
                least(nothing, self._rows, sides, box, sign * ray) > 0.0 for sign in (1.0, -1.0)
            ):
                return True, lower
        return False, (lower + upper) / 2.0

    def _parts(
        self, lower: list[int], upper: list[int], x: Floats, free: NDArray[np.int64]
    ) -> list[tuple[list[int], list[int]]]:
        """Two halves by the column furthest from whole, the nearer one last: it is looked at
        first.
        """
        off = np.abs(x[free] - np.rint(x[free]))
        widest = max(free.tolist(), key=lambda j: upper[j] - lower[j])
        j = int(free[np.argmax(off)]) if off.max() > WHOLE else widest
        middle = min(upper[j] - 1, max(lower[j], math.floor(x[j])))
        down, up = (lower[:], upper[:]), (lower[:], upper[:])
        down[1][j], up[0][j] = middle, middle + 1
        return [up, down] if x[j] - middle <= 0.5 else [down, up]

    def _rounded(self, x: Floats, highest: Limits) -> Integers | None:
        whole = x.astype(np.int64)
        for z, factors in self._problem.products.items():
            whole[z] = whole[list(factors)].prod()
        return whole if self._settles(whole, highest) else None

    def _settles(self, x: Integers, highest: Limits) -> bool:
        y = self._problem.values(x)
        return self._problem.holds(x) and all(
            high is None or v <= high for v, high in zip(y, highest, strict=True)
        )


def tightened(lines: Sequence[WholeRow], lower: list[int], upper: list[int], /) -> bool:
    """Narrow the bounds (n,) of whole columns, in place, to what every row allows; whether
    something may be left.

    So wide a column is not branched on from end to end where a row says what it is; numbers of any
    width, exactly.
    """
    for _ in range(_PASSES):
        changed = False
        for line in lines:
            least_, most = span(line.terms, lower, upper)
            if (line.upper is not None and least_ > line.upper) or (
                line.lower is not None and most < line.lower
            ):
                return False
            for j, c in line.terms.items():
                a, b = lower[j], upper[j]
                if line.upper is not None:
                    room = line.upper - least_
                    a, b = (a, min(b, a + room // c)) if c > 0 else (max(a, b - room // -c), b)
                if line.lower is not None:
                    room = most - line.lower
                    a, b = (
                        (max(a, upper[j] - room // c), b)
                        if c > 0
                        else (a, min(b, lower[j] + room // -c))
                    )
                if a > b:
                    return False
                if (a, b) != (lower[j], upper[j]):
                    least_ += c * ((a - lower[j]) if c > 0 else (b - upper[j]))
                    most += c * ((b - upper[j]) if c > 0 else (a - lower[j]))
                    lower[j], upper[j], changed = a, b, True
        if not changed:
            return True
    return True


def _cut(
    terms: Sequence[tuple[int, Fraction | int]],
    low: int | None,
    high: int | None,
    factor: Fraction | int = 1,
) -> highs.Cut:
    """A row times a factor, every number rounded once."""
    return highs.Cut(
        np.array([j for j, _ in terms], dtype=np.int32),
        np.array([float(c * factor) for _, c in terms]),
        -np.inf if low is None else float(low * factor),
        np.inf if high is None else float(high * factor),
    )


def _scaled(line: WholeRow) -> highs.Cut:
    """A row by a power of two, so that its largest number is no more than the solver's tolerances
    bear.
    """
    largest = max((abs(c) for c in line.terms.values()), default=1)
    factor: Fraction | int = 1
    while largest * factor > _LARGEST:
        factor = Fraction(factor) / 2
    return _cut(list(line.terms.items()), line.lower, line.upper, factor)


def _products(problem: WideProgram) -> Iterator[WholeRow]:
    """For every product z of x_1..x_k: z <= x_i, and z >= x_1 + ... + x_k - (k - 1)."""
    for z, factors in problem.products.items():
        several = sorted(set(factors))
        yield from (WholeRow({z: 1, f: -1}, None, 0) for f in several)
        yield WholeRow({**dict.fromkeys(several, 1), z: -1}, None, len(several) - 1)
