"""Figures of money: numbers that are reported with a plan and never optimised.

A plan's flows are what it pays, at its date, and what it gains, over the year::

    payback   the smallest t such that the cumulated flow is 0 or more from t to the end of the
              horizon, undiscounted, what is gained spread evenly over its year
    irr       the r > -1 with  sum_i flow_i (1 + r)^-t_i = 0,  what is gained at the ends of the
              years, what is not worn out credited at the end; undefined without such an r, and
              where there are several

The number of such r is that of the roots x > 0 of a polynomial in x = (1 + r)^-1: none or one where
the flows change their sign as often (Descartes), else counted by Sturm's chain, in rationals.

References:
    C. Sturm, Mémoire sur la résolution des équations numériques, Bulletin des Sciences de Férussac
        11 (1829) 419-425.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

__all__ = ["Flows", "Year", "irr", "payback"]

_ZERO = Fraction(0)
#: a longer chain takes longer than a figure is worth: its rate is left undefined
_MOST_DEGREE = 400
_HALVINGS = 200


class Year(NamedTuple):
    """One year, or a part of one: when it begins and ends, what is paid at its beginning, and what
    is gained in it.
    """

    begin: Fraction
    end: Fraction
    paid: Fraction
    gained: Fraction


class Flows(NamedTuple):
    """All years, and what is left at their end."""

    years: Sequence[Year]
    left: Fraction = _ZERO

    @property
    def cumulated(self) -> list[Fraction]:
        """What is gained less what is paid, at the end of each year."""
        return list(itertools.accumulate(year.gained - year.paid for year in self.years))


def payback(flows: Flows, /) -> float:
    """Years from the start until the cumulated flow stays at 0 or more; NaN where it never does.

    >>> year = lambda t, paid, gained: Year(Fraction(t), Fraction(t + 1), Fraction(paid), gained)
    >>> payback(Flows([year(0, 100, Fraction(40)), year(1, 0, Fraction(40)), year(2, 0, 40)]))
    2.5
    """
    answer = math.nan
    for year, after in zip(reversed(flows.years), reversed(flows.cumulated), strict=True):
        if after < 0:
            return answer
        before = after - year.gained
        if before < 0:
            share = -before / (after - before)
            return float(year.begin + share * (year.end - year.begin))
        answer = float(year.begin)
    return answer


def irr(flows: Flows, /) -> float:
    """The rate at which the flows are worth nothing, as a fraction; NaN where there is none or
    several.
    """
    dated: dict[Fraction, Fraction] = {}
    for year in flows.years:
        dated[year.begin] = dated.get(year.begin, _ZERO) - year.paid
        dated[year.end] = dated.get(year.end, _ZERO) + year.gained
    if flows.years:
        dated[flows.years[-1].end] += flows.left
    dated = {time: dated[time] for time in sorted(dated) if dated[time]}
    signs = [flow > 0 for flow in dated.values()]
    changes = sum(a != b for a, b in itertools.pairwise(signs))
    if not changes:
        return math.nan
    unit = math.lcm(*(time.denominator for time in dated))
    first = next(iter(dated))
    powers = {int((time - first) * unit): flow for time, flow in dated.items()}
    x = _only_root(powers, changes)
    return math.nan if x is None else float(x) ** -unit - 1.0


def _only_root(powers: Mapping[int, Fraction], changes: int) -> Fraction | None:
    """The one positive root of a polynomial; None where there are several, or none."""
    degree = max(powers)
    polynomial = [powers.get(k, _ZERO) for k in range(degree + 1)]
    most = max(abs(c) for c in polynomial)
    high = 1 + most / abs(polynomial[-1])  # beyond every root (Cauchy)
    low = abs(polynomial[0]) / (abs(polynomial[0]) + most)
    if changes == 1:
        return _bisected(polynomial, low, high)
    if degree > _MOST_DEGREE:
        return None
    chain = _sturm(polynomial)
    if _variations(chain, _ZERO) - _variations(chain, high) != 1:
        return None
    # a root at which the sign stays is found by the chain too
    for _ in range(_HALVINGS):
        middle = _short((low + high) / 2)
        if not _value(polynomial, middle):
            return middle
        if _variations(chain, low) - _variations(chain, middle) == 1:
            high = middle
        else:
            low = middle
        if high - low <= low / 2**60:
            break
    return (low + high) / 2


def _bisected(polynomial: Sequence[Fraction], low: Fraction, high: Fraction) -> Fraction:
    rising = _value(polynomial, high) > 0
    for _ in range(_HALVINGS):
        middle = _short((low + high) / 2)
        value = _value(polynomial, middle)
        if not value:
            return middle
        low, high = (low, middle) if (value > 0) == rising else (middle, high)
        if high - low <= low / 2**60:
            break
    return (low + high) / 2


def _short(value: Fraction) -> Fraction:
    """A number near another one, with few digits."""
    scale = 2 ** max(70, 70 + value.denominator.bit_length() - value.numerator.bit_length())
    return Fraction(round(value * scale), scale)


def _value(polynomial: Sequence[Fraction], x: Fraction) -> Fraction:
    total = _ZERO
    for coefficient in reversed(polynomial):
        total = total * x + coefficient
    return total


def _sturm(polynomial: Sequence[Fraction]) -> list[list[Fraction]]:
    chain = [list(polynomial), [k * c for k, c in enumerate(polynomial)][1:]]
    while len(chain[-1]) > 1:
        rest = _remainder(chain[-2], chain[-1])
        if not rest:
            break
        size = max(abs(c) for c in rest)
        chain.append([-c / size for c in rest])
    return chain


def _remainder(above: Sequence[Fraction], below: Sequence[Fraction]) -> list[Fraction]:
    rest = list(above)
    while len(rest) >= len(below):
        factor = rest[-1] / below[-1]
        shift = len(rest) - len(below)
        for place, coefficient in enumerate(below):
            rest[shift + place] -= factor * coefficient
        rest.pop()
    while rest and not rest[-1]:
        rest.pop()
    return rest


def _variations(chain: Sequence[Sequence[Fraction]], x: Fraction) -> int:
    values = [value for own in chain if (value := _value(own, x))]
    return sum((a > 0) != (b > 0) for a, b in itertools.pairwise(values))
