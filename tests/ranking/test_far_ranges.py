"""Scores where an objective's own range is far from all values, against exact fractions."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from optimiser.front import Front
from optimiser.ranking import rank
from tests.ranking.test_methods import front

FAR = [
    [[1e9 + 1.0, 7.0], [1e9 + 2.0, 6.5], [1e9 + 2.001, 3.0], [1e9 + 7.0, 1.0]],
    [[1e9 + 0.1, 2e9 + 0.68], [1e9 + 0.2, 2e9 + 0.5], [1e9 + 0.35, 2e9 + 0.35], [1e9 + 0.6, 2e9]],
    [[-1e9 - 1.0, 3e9 + 7.0], [-1e9 + 2.0, 3e9 + 6.0], [-1e9 + 4.0, 3e9 + 1.0]],
]


def own_ranges(y: list[list[float]], senses: str) -> tuple[Front, list[list[Fraction]]]:
    """A front with ranges of 0 to 20, and the exact regrets in them, weighted by a half."""
    plans = front(y, senses=senses)
    ends = [(0.0, 20.0) if sense == "+" else (20.0, 0.0) for sense in senses]
    columns = [replace(c, range=e) for c, e in zip(plans.columns, ends, strict=True)]
    regrets = [
        [
            (Fraction(int(best)) - Fraction(repr(value))) / int(best - worst) / 2
            for value, (worst, best) in zip(row, ends, strict=True)
        ]
        for row in plans.y.tolist()
    ]
    return replace(plans, columns=tuple(columns)), regrets


@pytest.mark.parametrize("senses", ["--", "++", "+-"])
@pytest.mark.parametrize("y", FAR)
def test_vikor_where_a_range_is_far_from_all_values(y: list[list[float]], senses: str) -> None:
    plans, regrets = own_ranges(y, senses)
    ranked = rank(plans, method="vikor")
    sums, largest = [sum(row, Fraction(0)) for row in regrets], [max(row) for row in regrets]
    shares = [
        [(v - min(of)) / way if (way := max(of) - min(of)) else 0 for v in of]
        for of in (sums, largest)
    ]
    exact = [float(1 - Fraction(1, 2) * (s + r)) for s, r in zip(*shares, strict=True)]
    assert ranked.score.tolist() == pytest.approx(exact, abs=1e-9)
    assert ranked.details["S"].tolist() == pytest.approx(list(map(float, sums)))
    assert ranked.details["R"].tolist() == pytest.approx(list(map(float, largest)))


@pytest.mark.parametrize("senses", ["--", "++", "+-"])
@pytest.mark.parametrize("y", FAR)
def test_knee_where_a_range_is_far_from_all_values(y: list[list[float]], senses: str) -> None:
    plans, regrets = own_ranges(y, senses)
    exact = []
    for own in regrets:
        parts = []
        for other in regrets:
            ways = [b - a for a, b in zip(own, other, strict=True)]
            lost = sum((w for w in ways if w > 0), Fraction(0))
            won = sum((-w for w in ways if w < 0), Fraction(0))
            parts += [lost / (lost + won)] if won else []
        exact.append(float(min(parts, default=Fraction(1))))
    assert rank(plans, method="knee").score.tolist() == pytest.approx(exact, abs=1e-12)
