"""Linear equations, solved exactly in whole numbers: these are several times faster than
fractions.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from fractions import Fraction

__all__ = ["Line", "Reduced", "determined", "reduced"]

Terms = Mapping[int, int]
Line = tuple[Terms, int | Fraction]
"""``sum(c * x[j] for j, c in terms) == right``."""

Reduced = dict[int, dict[int, int]]
_RIGHT = -1


def reduced(lines: Iterable[Line], /) -> tuple[Reduced, list[int]] | None:
    """The reduced echelon form by Gauss-Jordan elimination: pivot -> its line, the right side under
    -1.

    Returns:
        the form, and the positions of the lines that are independent of those before; None where
        lines contradict each other.
    """
    done: Reduced = {}
    independent = []
    for position, (terms, right) in enumerate(lines):
        exact = Fraction(right)
        line = {j: c * exact.denominator for j, c in terms.items() if c}
        if exact:
            line[_RIGHT] = exact.numerator
        for pivot, other in done.items():
            if pivot in line:
                line = _eliminated(line, pivot, other)
        free = [j for j in line if j != _RIGHT]
        if not free:
            if line:
                return None
            continue
        at = min(free, key=lambda j: (-abs(line[j]), j))
        done = {
            pivot: _eliminated(other, at, line) if at in other else other
            for pivot, other in done.items()
        }
        done[at] = line
        independent.append(position)
    return done, independent


def determined(form: Reduced, /) -> dict[int, Fraction]:
    """The unknowns that have one value only.

    >>> determined(reduced([({0: 3, 1: 1}, 2), ({1: 2}, 1)])[0])
    {0: Fraction(1, 2), 1: Fraction(1, 2)}
    """
    return {
        at: Fraction(line.get(_RIGHT, 0), line[at])
        for at, line in form.items()
        if not set(line) - {at, _RIGHT}
    }


def _eliminated(line: dict[int, int], pivot: int, by: dict[int, int]) -> dict[int, int]:
    """``line`` without ``pivot``, without a common divisor."""
    common = math.gcd(by[pivot], line[pivot])
    times, of = by[pivot] // common, line[pivot] // common
    total = {j: c * times for j, c in line.items()}
    for j, c in by.items():
        total[j] = total.get(j, 0) - of * c
    total = {j: c for j, c in total.items() if c}
    shared = math.gcd(*total.values()) or 1
    return {j: c // shared for j, c in total.items()}
