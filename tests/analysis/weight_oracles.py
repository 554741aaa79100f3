"""Extreme points of sets of weights by brute force, and fronts with many ties."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

from hypothesis import strategies as st

from optimiser.analysis.weight_sets import dot
from optimiser.front import Front
from tests.handmade import front

__all__ = ["by_every_basis", "fronts"]


def by_every_basis(rows: Sequence[Sequence[int]], size: int) -> set[tuple[Fraction, ...]]:
    """The extreme points, by a look at every choice of tight rows."""
    borders = [tuple(int(i == j) for j in range(size)) for i in range(size)] + list(
        map(tuple, rows)
    )
    found = set()
    for chosen in combinations(borders, size - 1):
        matrix = [[Fraction(1)] * size, *[list(map(Fraction, row)) for row in chosen]]
        point = _cramer(matrix)
        if point is not None and all(dot(row, point) >= 0 for row in borders):
            found.add(point)
    return found


def _cramer(matrix: list[list[Fraction]]) -> tuple[Fraction, ...] | None:
    """Of the equations with right side (1, 0, ..., 0)."""
    whole = _determinant(matrix)
    if whole == 0:
        return None
    size = len(matrix)
    right = [Fraction(1)] + [Fraction(0)] * (size - 1)
    replaced = (
        [[*row[:j], right[i], *row[j + 1 :]] for i, row in enumerate(matrix)] for j in range(size)
    )
    return tuple(_determinant(one) / whole for one in replaced)


def _determinant(rows: list[list[Fraction]]) -> Fraction:
    if not rows:
        return Fraction(1)
    return sum(
        (
            (-1) ** j * rows[0][j] * _determinant([[*r[:j], *r[j + 1 :]] for r in rows[1:]])
            for j in range(len(rows))
        ),
        Fraction(0),
    )


@st.composite
def fronts(draw: st.DrawFn, sizes: tuple[int, int] = (2, 4)) -> Front:
    """Efficient plans on a coarse grid, where ties are many, with technologies."""
    size = draw(st.integers(*sizes))
    rows = draw(st.lists(st.tuples(*[st.integers(0, 6)] * size), min_size=1, max_size=14))
    unique = sorted(set(rows))
    kept = [
        row
        for row in unique
        if not any(o != row and all(a >= b for a, b in zip(o, row, strict=True)) for o in unique)
    ]
    # plans with equal objectives are plans
    kept += draw(st.lists(st.sampled_from(kept), max_size=2))
    cell = st.sampled_from(("0", "1"))
    cells = [draw(st.tuples(*[cell] * 3)) for _ in kept]
    return front(kept, senses="+" * size, cells=cells, decisions=("iot", "ai", "pv"))
