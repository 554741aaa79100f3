"""A small linear-programming oracle in whole numbers: two phases, Bland's rule, fraction-free
pivots.

It is slow and short on purpose: nothing in it rounds, and it shares no code with the package.

References:
    R. G. Bland (1977). New finite pivoting rules for the simplex method. Mathematics of Operations
        Research 2, 103-107.
    J. Edmonds (1967). Systems of distinct representatives and linear algebra. Journal of Research
        of the National Bureau of Standards 71B, 241-245.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Literal

__all__ = ["Answer", "Meeting", "Polyhedron", "dot", "minimise"]

_PATIENCE = 10  # pivots without progress

Vector = tuple[Fraction, ...]
Row = tuple[Vector, Fraction]  # a, b


@dataclass(frozen=True)
class Polyhedron:
    """{x : a·x <= b for every upper row, a·x = b for every equal row, low <= x <= high}; None is no
    bound.
    """

    low: tuple[Fraction | None, ...]
    high: tuple[Fraction | None, ...]
    upper: tuple[Row, ...] = ()
    equal: tuple[Row, ...] = ()

    def with_rows(self, upper: Sequence[Row], /) -> Polyhedron:
        """The part of it that holds these rows, too."""
        return Polyhedron(self.low, self.high, (*self.upper, *upper), self.equal)

    def holds(self, x: Vector, /) -> bool:
        """Whether a point lies in it, exactly."""
        return (
            all(low is None or low <= v for low, v in zip(self.low, x, strict=True))
            and all(high is None or v <= high for high, v in zip(self.high, x, strict=True))
            and all(dot(a, x) <= b for a, b in self.upper)
            and all(dot(a, x) == b for a, b in self.equal)
        )


@dataclass(frozen=True)
class Answer:
    """What a linear program has: an optimum with its value, none, or no finite one."""

    status: Literal["optimal", "infeasible", "unbounded"]
    value: Fraction = Fraction(0)
    x: Vector = ()


def dot(a: Sequence[Fraction], x: Sequence[Fraction], /) -> Fraction:
    """The inner product."""
    return sum((p * q for p, q in zip(a, x, strict=True) if p and q), Fraction(0))


class _Tableau:
    """Whole numbers over one common denominator; the last row is the objective, the last column the
    right-hand side.
    """

    def __init__(self, rows: list[list[int]], basis: list[int]) -> None:
        self.rows, self.basis, self.denominator = rows, basis, 1

    def pivot(self, r: int, s: int) -> None:
        row = self.rows[r]
        if row[s] < 0:  # only where the right-hand side is 0
            row = self.rows[r] = [-v for v in row]
        p, d = row[s], self.denominator
        for i, other in enumerate(self.rows):
            if i != r:
                q = other[s]
                if q:
                    self.rows[i] = [(v * p - q * w) // d for v, w in zip(other, row, strict=True)]
                elif p != d:
                    self.rows[i] = [v * p // d for v in other]
        self.basis[r], self.denominator = s, p

    def improve(self, columns: int) -> bool:
        """Pivot to an optimum over the first ``columns`` columns; False where there is no finite
        one.
        """
        stalled = 0
        while True:
            goal = self.rows[-1]
            # the steepest column while that gets anywhere, Bland's rule where it does not, so that
            # it ends
            candidates = (j for j in range(columns) if goal[j] < 0)
            entering = (
                min(candidates, key=goal.__getitem__, default=None)
                if stalled < _PATIENCE
                else next(candidates, None)
            )
            if entering is None:
                return True
            best: tuple[Fraction, int, int] | None = None
            for i, row in enumerate(self.rows[:-1]):
                if row[entering] > 0:
                    candidate = (Fraction(row[-1], row[entering]), self.basis[i], i)
                    if best is None or candidate < best:
                        best = candidate
            if best is None:
                return False
            stalled = 0 if best[0] > 0 else stalled + 1
            self.pivot(best[2], entering)


def minimise(cost: Sequence[Fraction], over: Polyhedron, /) -> Answer:
    """The least value of ``cost``·x over a polyhedron, exactly."""
    n = len(over.low)
    parts, shift, rows = _columns(over)
    table: list[tuple[list[Fraction], Fraction, bool]] = []
    for a, b, equality in rows:
        table.append(([sign * a[j] for j, sign in parts], b - dot(a, shift), equality))
    slacks = sum(not equality for _, _, equality in table)
    width, slack = len(parts), 0
    whole: list[list[int]] = []
    basis: list[int] = []
    artificials: list[int] = []
    for coefficients, right, equality in table:
        line = [*coefficients, *[Fraction(0)] * slacks, right]
        if not equality:
            line[width + slack] = Fraction(1)
        if right < 0:
            line = [-v for v in line]
        scale = lcm(*(v.denominator for v in line))
        if not equality and right >= 0:
            # the slack is basic at 1: the row must keep that coefficient, so its column is scaled
            # instead
            basis.append(width + slack)
            entries = [int(v * scale) for v in line]
            entries[width + slack] = 1
        else:
            basis.append(-1)
            artificials.append(len(whole))
            entries = [int(v * scale) for v in line]
        whole.append(entries)
        slack += not equality
    columns, total = width + slacks, width + slacks + len(artificials)
    for place, i in enumerate(artificials):
        basis[i] = columns + place
    full = [
        [*line[:-1], *(int(artificials[p] == i) for p in range(len(artificials))), line[-1]]
        for i, line in enumerate(whole)
    ]
    first = [-sum(full[i][j] for i in artificials) for j in range(total + 1)]
    for place in range(len(artificials)):
        first[columns + place] = 0
    tableau = _Tableau([*full, first], basis)
    tableau.improve(columns)
    if tableau.rows[-1][-1] != 0:
        return Answer("infeasible")
    _drive_out(tableau, columns)
    goal = [sign * cost[j] for j, sign in parts]
    scale = lcm(*(v.denominator for v in goal)) if goal else 1
    _price(tableau, [int(v * scale) for v in goal], columns)
    if not tableau.improve(columns):
        return Answer("unbounded")
    values = [Fraction(0)] * columns
    for i, column in enumerate(tableau.basis):
        if column < columns:
            values[column] = Fraction(tableau.rows[i][-1], tableau.denominator)
    x = list(shift)
    for place, (j, sign) in enumerate(parts):
        x[j] += sign * values[place]
    assert len(x) == n
    return Answer("optimal", dot(cost, x), tuple(x))


def _columns(
    over: Polyhedron,
) -> tuple[list[tuple[int, int]], list[Fraction], list[tuple[Vector, Fraction, bool]]]:
    """Non-negative columns (of which variable, with which sign), the point they start from, and all
    rows.
    """
    n = len(over.low)
    parts: list[tuple[int, int]] = []
    shift = [Fraction(0)] * n
    rows = [(a, b, False) for a, b in over.upper] + [(a, b, True) for a, b in over.equal]
    for j, (low, high) in enumerate(zip(over.low, over.high, strict=True)):
        if low is not None:
            parts.append((j, 1))
            shift[j] = low
            if high is not None:
                rows.append((tuple(Fraction(int(i == j)) for i in range(n)), high, False))
        elif high is not None:
            parts.append((j, -1))
            shift[j] = high
        else:
            parts += [(j, 1), (j, -1)]
    return parts, shift, rows


def _drive_out(tableau: _Tableau, columns: int) -> None:
    """Pivot artificial columns out of the basis, dropping rows that say nothing."""
    for i in reversed(range(len(tableau.basis))):
        if tableau.basis[i] < columns:
            continue
        other = next((j for j in range(columns) if tableau.rows[i][j] != 0), None)
        if other is None:
            del tableau.rows[i], tableau.basis[i]
        else:
            tableau.pivot(i, other)
    tableau.rows = [[*row[:columns], row[-1]] for row in tableau.rows]


def _price(tableau: _Tableau, goal: list[int], columns: int) -> None:
    """Put the reduced costs of an objective into the last row."""
    d = tableau.denominator
    line = [v * d for v in [*goal, *[0] * (columns - len(goal)), 0]]
    for i, column in enumerate(tableau.basis):
        c = goal[column] if column < len(goal) else 0
        if c:
            line = [v - c * w for v, w in zip(line, tableau.rows[i], strict=True)]
    tableau.rows[-1] = line


class Meeting:
    """The point in which independent rows a·x = b meet, one row after the other; a dependent row is
    left out.
    """

    def __init__(self, n: int) -> None:
        self.n = n
        self.lines: dict[
            int, list[Fraction]
        ] = {}  # by leading column, each 0 in the leading columns of the others

    def add(self, a: Vector, b: Fraction, /) -> bool:
        """Whether the row was independent of those before."""
        line = [*a, b]
        for j, other in self.lines.items():
            q = line[j]
            if q:
                line = [v - q * w if w else v for v, w in zip(line, other, strict=True)]
        lead = next((j for j in range(self.n) if line[j]), None)
        if lead is None:
            return False
        p = line[lead]
        line = [v / p if v else v for v in line]
        for j, other in self.lines.items():
            q = other[lead]
            if q:
                self.lines[j] = [v - q * w if w else v for v, w in zip(other, line, strict=True)]
        self.lines[lead] = line
        return True

    def point(self) -> Vector:
        """Where n independent rows meet."""
        return tuple(self.lines[j][-1] for j in range(self.n))
