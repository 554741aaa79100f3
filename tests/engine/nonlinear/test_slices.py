"""Few choices: the combinations are those that linear programs say hold, and their common front is
the true one.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog, minimize

from benchmarks.problems import mixed, standard
from benchmarks.problems.standard import Floats, build
from optimiser.engine.nonlinear import evolve
from optimiser.engine.nonlinear.listed_choices import ListedChoices
from optimiser.engine.nonlinear.slices import slices_of
from optimiser.engine.nonlinear.space import Space
from optimiser.engine.problem import Domain, Problem, Row
from tests.searches import examples


def values(domain: Domain) -> list[float]:
    if domain.values:
        return [float(v) for v in domain.values]
    assert domain.lower is not None
    assert domain.upper is not None
    return [float(v) for v in range(int(domain.lower), int(domain.upper) + 1)]


def feasible(problem: Problem) -> list[tuple[float, ...]]:
    """The combinations of the discrete columns for which a linear program finds real ones."""
    n = len(problem.decisions)
    discrete = [j for j, d in enumerate(problem.decisions) if d.discrete]
    rows, limits = [], []
    for row in problem.logic:
        line = np.zeros(n)
        for j, c in row.terms:
            line[j] = c
        for bound, sign in ((row.lower, -1.0), (row.upper, 1.0)):
            if bound is not None:
                rows.append(sign * line)
                limits.append(sign * (bound - row.constant))
    found = []
    for choice in product(*(values(problem.decisions[j]) for j in discrete)):
        bounds = [(float(d.lower or 0), float(d.upper or 0)) for d in problem.decisions]
        for j, value in zip(discrete, choice, strict=True):
            bounds[j] = (value, value)
        found_one = linprog(np.zeros(n), A_ub=rows or None, b_ub=limits or None, bounds=bounds)
        if found_one.status == 0:
            found.append(choice)
    return found


def fixed_at(problem: Problem, part: Problem) -> tuple[float, ...]:
    return tuple(
        float(p.lower or 0)
        for d, p in zip(problem.decisions, part.decisions, strict=True)
        if d.discrete
    )


def test_a_portfolio_has_the_slices_that_can_add_up_to_one() -> None:
    """Of five shares between .1 and .6 at least two are needed: 26 of 32 combinations; the bounds
    are those of the shares.
    """
    problem, _ = mixed.portfolio(5)
    parts = slices_of(problem)
    assert [fixed_at(problem, part) for part in parts] == feasible(problem)
    assert len(parts) == 26
    for part in parts:
        for held, share in zip(part.decisions[:5], part.decisions[5:], strict=True):
            assert held.lower == held.upper
            expected = (Fraction(1, 10), Fraction(3, 5)) if held.lower == 1 else (0, 0)
            assert (share.lower, share.upper) == expected


@st.composite
def models(draw: st.DrawFn) -> Problem:
    """Two to four discrete columns, two real ones and rows over any of them."""
    count = draw(st.integers(2, 4))
    domains = []
    for j in range(count):
        listed = draw(st.booleans())
        if listed:
            few = tuple(
                Fraction(v)
                for v in sorted(draw(st.sets(st.integers(-3, 5), min_size=2, max_size=3)))
            )
            domains.append(Domain(f"d{j}", "listed", few[0], few[-1], few))
        else:
            domains.append(
                Domain(
                    f"d{j}",
                    "whole",
                    Fraction(draw(st.integers(-1, 0))),
                    Fraction(draw(st.integers(1, 2))),
                )
            )
    domains += [
        Domain(f"r{j}", "real", Fraction(0), Fraction(draw(st.integers(1, 3)))) for j in range(2)
    ]
    rows = []
    for i in range(draw(st.integers(0, 5))):
        columns = draw(st.lists(st.integers(0, count + 1), min_size=1, max_size=3, unique=True))
        terms = tuple((j, draw(st.sampled_from([-3, -1, 1, 2]))) for j in columns)
        low = draw(st.none() | st.integers(-4, 2))
        high = (
            draw(st.integers(0, 5)) if low is None else draw(st.none() | st.integers(low, low + 4))
        )
        rows.append(Row(f"row{i}", "g", terms, low, high, draw(st.integers(-1, 1))))

    def function(x: Floats) -> tuple[Floats, Floats]:
        return x[:, -2:].copy(), np.zeros((len(x), 0), dtype=x.dtype)

    return build(tuple(domains), 2, function, logic=tuple(rows))[0]


@settings(max_examples=examples(15), deadline=None)
@given(models())
def test_random_models_have_the_slices_of_a_linear_program(problem: Problem) -> None:
    expected = feasible(problem)
    parts = slices_of(problem, most=10**6)
    assert [fixed_at(problem, part) for part in parts] == (expected if len(expected) > 1 else [])


def test_many_few_and_no_choices() -> None:
    problem, _ = mixed.portfolio(5)
    assert slices_of(problem, most=26)
    assert slices_of(problem, most=25) == ()
    assert slices_of(mixed.portfolio(12)[0]) == ()
    assert slices_of(standard.zdt1()[0]) == ()
    assert len(slices_of(mixed.process()[0])) == 18


def test_points_go_to_the_nearest_combination_and_into_its_bounds() -> None:
    problem, _ = mixed.portfolio(3)
    space = Space(problem.decisions)
    choices = ListedChoices(space, slices_of(problem))
    x = np.array([[0.0, 0.0, 1.0, 0.3, 0.2, 0.9], [1.0, 1.0, 1.0, 0.05, 0.5, 0.5]])
    settled, low, high = choices.settle(x)
    assert settled[1].tolist() == [1.0, 1.0, 1.0, 0.1, 0.5, 0.5]
    assert settled[0, :3].sum() == 2.0
    assert settled[0, 2] == 1.0
    assert settled[0, 5] == 0.6
    assert ((settled >= low) & (settled <= high)).all()


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_every_weighted_optimum_of_every_slice_is_reached(
    seed: int, capfd: pytest.CaptureFixture[str]
) -> None:
    """Convex slices: quadratic programs over every subset of the shares, written down anew, say
    where the front is.
    """
    problem, _ = mixed.portfolio(4)
    found = evolve(problem, seed=seed, work=40_000)
    covariance, returns, fees = mixed.market(4)
    low, span = found.y.min(axis=0), np.ptp(found.y, axis=0)
    for subset in product([0, 1], repeat=4):
        held = np.flatnonzero(subset)
        if len(held) < 2:
            continue
        for weight in (0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98):

            def total(x: Floats, weight: float = weight, held: Any = held) -> float:
                risk = x @ covariance[np.ix_(held, held)] @ x
                gain = fees[held].sum() - x @ returns[held]
                return float(
                    weight * (risk - low[0]) / span[0] + (1 - weight) * (gain - low[1]) / span[1]
                )

            start, bounds = np.full(len(held), 1.0 / len(held)), [(0.1, 0.6)] * len(held)
            whole = {"type": "eq", "fun": lambda x: x.sum() - 1.0}
            best = minimize(
                total,
                start,
                method="SLSQP",
                bounds=bounds,
                constraints=whole,
                options={"ftol": 1e-12},
            ).fun
            z = (found.y - low) / span
            assert (z @ [weight, 1 - weight]).min() <= best + 2e-5
    counts = found.statistics["slices"]
    assert isinstance(counts, dict)
    assert counts["combinations"] == 11
    assert np.abs(found.x[:, 4:].sum(axis=1) - 1.0).max() <= 1e-9
    assert capfd.readouterr().out == ""


def test_the_same_seed_gives_the_same_bytes_with_slices() -> None:
    first, second = (
        evolve(mixed.process()[0], seed=3, work=8_000, margins=mixed.process()[1]) for _ in range(2)
    )
    assert first.x.tobytes() == second.x.tobytes()
    assert first.statistics == second.statistics


def test_slices_are_paid_on_the_meter_of_the_whole() -> None:
    problem, margins = mixed.rotated_choices(2)
    found = evolve(problem, seed=1, work=15_000, margins=margins)
    parts = [v for v in found.statistics.values() if isinstance(v, dict)]
    assert sum(part["work"] for part in parts) <= float(str(found.statistics["work"])) < 25_000
    assert found.statistics["slices"]["begun"] == 4  # type: ignore[index]
