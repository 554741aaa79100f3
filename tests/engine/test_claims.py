"""Safe bounds against the same bound in fractions, on programs whose numbers lie far apart."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from optimiser.engine.claims import lower_bound, multipliers_near, safe_bound
from optimiser.engine.rationals.rational import ExactLp
from tests.searches import seeds

Pair = tuple[np.ndarray, np.ndarray]


def _fraction(value: float) -> Fraction | None:
    return Fraction(value) if math.isfinite(value) else None


def _exactly(
    matrix: np.ndarray, duals: np.ndarray, sides: Pair, cost: np.ndarray, box: Pair
) -> Fraction | None:
    """Weak duality in fractions, written down once more."""
    total = Fraction(0)
    reduced = [Fraction(c) for c in cost]
    for i, y in enumerate(duals):
        side = sides[0][i] if y > 0 else sides[1][i]
        if y == 0 or not math.isfinite(side):
            continue
        total += Fraction(y) * Fraction(side)
        reduced = [r - Fraction(y) * Fraction(a) for r, a in zip(reduced, matrix[i], strict=True)]
    for r, low, high in zip(reduced, *box, strict=True):
        end = low if r > 0 else high
        if r and not math.isfinite(end):
            return None
        total += r * Fraction(end) if r else 0
    return total


@pytest.mark.parametrize("seed", seeds(300, here=60))
def test_a_safe_bound_never_exceeds_the_exact_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    p, n = rng.integers(1, 7, size=2)
    matrix = rng.normal(size=(p, n)) * 10.0 ** rng.integers(-9, 10, size=(p, n))
    duals = rng.normal(size=p)
    # reduced costs that cancel, where rounding errors are all there is
    cost = duals @ matrix if seed % 2 else rng.normal(size=n)
    low, high = -rng.random(p) * 1e6, rng.random(p) * 1e6
    low[rng.random(p) < 0.2], high[rng.random(p) < 0.2] = -np.inf, np.inf
    lower, upper = -rng.random(n) * 1e9, rng.random(n) * 1e9
    if seed % 3 == 0:
        upper[0] = np.inf
    exact = _exactly(matrix, duals, (low, high), cost, (lower, upper))
    safe = safe_bound(matrix, duals, (low, high), cost, (lower, upper))
    assert safe == -math.inf if exact is None else safe <= exact
    lp = ExactLp(
        tuple(
            (_fraction(float(a)), _fraction(float(b))) for a, b in zip(lower, upper, strict=True)
        ),
        tuple({j: Fraction(a) for j, a in enumerate(row)} for row in matrix),  # type: ignore[misc]
        tuple((_fraction(float(a)), _fraction(float(b))) for a, b in zip(low, high, strict=True)),
        (),
    )
    short = duals.astype(np.float32).astype(np.float64)
    again = lower_bound(
        lp, {j: Fraction(c) for j, c in enumerate(cost)}, multipliers_near(lp, short)
    )
    assert again == _exactly(matrix, short, (low, high), cost, (lower, upper))


def test_a_price_that_is_only_noise_gives_no_bound_where_a_column_has_no_end() -> None:
    """0.1 + 0.2 - 0.3 is 0 for a planner and 5e-17 for a processor."""
    matrix, duals = np.array([[0.1], [0.2]]), np.array([1.0, 1.0])
    sides = (np.zeros(2), np.full(2, np.inf))
    assert (
        safe_bound(matrix, duals, sides, np.array([0.3]), (np.zeros(1), np.full(1, np.inf)))
        == -math.inf
    )
    assert safe_bound(
        matrix, duals, sides, np.array([0.4]), (np.zeros(1), np.full(1, np.inf))
    ) == pytest.approx(0.0, abs=1e-12)
