"""The exact simplex: against the duality theorem in fractions, and a float solver from another
house.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from optimiser.engine.claims import lower_bound
from optimiser.engine.rationals.exact_simplex import ExactSimplex
from optimiser.engine.rationals.rational import ExactLp
from tests.searches import seeds

Bounds = tuple[Fraction | None, Fraction | None]


def _bounds(rng: np.random.Generator, *, free: float) -> Bounds:
    low, high = sorted(int(v) for v in rng.integers(-6, 10, 2))
    return (
        None if rng.random() < free else Fraction(low, int(rng.integers(1, 4))),
        None if rng.random() < free else Fraction(high + 6, int(rng.integers(1, 4))),
    )


def _program(seed: int) -> tuple[ExactLp, dict[int, Fraction]]:
    rng = np.random.default_rng(seed)
    n, r = int(rng.integers(1, 7)), int(rng.integers(0, 7))
    rows = []
    for _ in range(r):
        terms = {j: int(rng.integers(-4, 5)) for j in range(n) if rng.random() < 0.7}
        rows.append({j: c for j, c in terms.items() if c})
    columns = tuple(_bounds(rng, free=0.2) for _ in range(n))
    sides: list[Bounds] = []
    for _ in range(r):
        low, high = _bounds(rng, free=0.4)
        sides.append((low, low) if low is not None and rng.random() < 0.2 else (low, high))
    if r > 1 and rng.random() < 0.3:  # degenerate: a row twice, a row negated
        rows[1], sides[1] = (
            {j: -c for j, c in rows[0].items()},
            (None, None if sides[0][0] is None else -sides[0][0]),
        )
    return ExactLp(columns, tuple(rows), tuple(sides), ()), {
        j: Fraction(int(rng.integers(-3, 4))) for j in range(n)
    }


def _holds(lp: ExactLp, x: tuple[Fraction, ...]) -> bool:
    values = [*x, *(sum((c * x[j] for j, c in row.items()), Fraction(0)) for row in lp.rows)]
    return all(
        (low is None or v >= low) and (high is None or v <= high)
        for v, (low, high) in zip(values, (*lp.columns, *lp.sides), strict=True)
    )


def _says_scipy(lp: ExactLp, cost: dict[int, Fraction]) -> tuple[int, float]:
    upper, right = [], []
    for row, (low, high) in zip(lp.rows, lp.sides, strict=True):
        dense = np.array([float(row.get(j, 0)) for j in range(len(lp.columns))])
        if high is not None:
            upper.append(dense)
            right.append(float(high))
        if low is not None:
            upper.append(-dense)
            right.append(-float(low))
    bounds = [
        (None if a is None else float(a), None if b is None else float(b)) for a, b in lp.columns
    ]
    c = [float(cost[j]) for j in range(len(lp.columns))]
    found = linprog(
        c,
        A_ub=np.array(upper) if upper else None,
        b_ub=right or None,
        bounds=bounds,
        method="highs",
    )
    return int(found.status), float(found.fun) if found.status == 0 else 0.0


@pytest.mark.parametrize("seed", seeds(400, here=60))
def test_every_answer_proves_itself_and_agrees_with_another_house(seed: int) -> None:
    lp, cost = _program(seed)
    simplex = ExactSimplex(lp)
    status, value = _says_scipy(lp, cost)
    if not simplex.feasible():
        crossed = any(
            a is not None and b is not None and a > b for a, b in (*lp.columns, *lp.sides)
        )
        assert crossed or (lower_bound(lp, {}, simplex.multipliers) or 0) > 0
        assert status in (2, 4)
        return
    assert _holds(lp, simplex.x)
    if simplex.minimise(cost) == "unbounded":
        ray = simplex.ray
        assert sum(c * d for c, d in zip(cost.values(), ray, strict=True)) < 0
        assert _holds(lp, tuple(v + 10**6 * d for v, d in zip(simplex.x, ray, strict=True)))
        # presolve of the other house does not tell unbounded from infeasible; the ray above does
        assert status in (2, 3, 4)
        return
    assert _holds(lp, simplex.x)
    assert simplex.value == sum(c * v for c, v in zip(cost.values(), simplex.x, strict=True))
    assert lower_bound(lp, cost, simplex.multipliers) == simplex.value
    assert status == 0
    assert value == pytest.approx(float(simplex.value), abs=1e-7)


@pytest.mark.parametrize("seed", seeds(100, here=25))
def test_any_basis_will_do_to_start_from(seed: int) -> None:
    lp, cost = _program(seed)
    rng = np.random.default_rng(seed)
    start = (
        tuple(int(v) for v in rng.integers(0, 3, len(lp.columns))),
        tuple(int(v) for v in rng.integers(0, 3, len(lp.rows))),
    )
    plain, started = ExactSimplex(lp), ExactSimplex(lp, start)
    assert plain.feasible() == started.feasible()
    if plain.feasible():
        assert plain.minimise(cost) == started.minimise(cost)
        assert plain.value == started.value
        again = ExactSimplex(lp, plain.basis())
        if plain.feasible() and plain.minimise(cost) == "optimal":
            again = ExactSimplex(lp, plain.basis())
            assert again.feasible()
            assert again.minimise(cost) == "optimal"
            assert again.pivots == 0


@given(st.integers(0, 10**6))
def test_the_face_of_an_optimum_is_kept_to(seed: int) -> None:
    """Lexicographic minima are optimal in every cost that came before, and nearest 0 is nearest
    0.
    """
    lp, cost = _program(seed)
    simplex = ExactSimplex(lp)
    if not simplex.feasible() or simplex.minimise(cost) != "optimal":
        return
    value = simplex.value
    simplex.hold()
    for j in range(len(lp.columns)):
        simplex.nearest_zero(j)
    assert _holds(lp, simplex.x)
    assert sum(c * v for c, v in zip(cost.values(), simplex.x, strict=True)) == value
    first = abs(simplex.x[0])
    if first:
        # no point of the optimal face has a first column nearer 0
        nearer = (first / 2) * (1 if simplex.x[0] > 0 else -1)
        closer = ExactLp(
            ((min(Fraction(0), nearer), max(Fraction(0), nearer)), *lp.columns[1:]),
            (*lp.rows, {j: int(c) for j, c in cost.items() if c}),
            (*lp.sides, (None, value)),
            (),
        )
        inside = lp.columns[0]
        if all(b is None for b in inside) or _overlaps(inside, closer.columns[0]):
            box = _cut(inside, closer.columns[0])
            assert not ExactSimplex(
                ExactLp((box, *closer.columns[1:]), closer.rows, closer.sides, ())
            ).feasible()


def _cut(one: Bounds, other: Bounds) -> Bounds:
    lows = [b for b in (one[0], other[0]) if b is not None]
    highs = [b for b in (one[1], other[1]) if b is not None]
    return max(lows), min(highs)


def _overlaps(one: Bounds, other: Bounds) -> bool:
    low, high = _cut(one, other)
    return low is not None and high is not None and low <= high
