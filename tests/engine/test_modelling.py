"""Problems from rows are the rows, exactly; problems from functions are the functions."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from optimiser.engine import (
    Options,
    at_least,
    at_most,
    between,
    binary,
    certify,
    check_certificate,
    equal_to,
    from_functions,
    from_rows,
    listed,
    maximise,
    minimise,
    real,
    registry,
    run,
    solve,
    whole,
)
from optimiser.engine.certificate import CertificateError
from optimiser.engine.modelling import LinearObjective
from optimiser.engine.problem import Problem
from optimiser.errors import InfeasibleError, UsageError
from tests.engine.models import front_by_force, front_of, problem_of, random_draft


def knapsack(seed: int, n: int = 7, m: int = 3) -> Problem:
    rng = np.random.default_rng(seed)
    names = [f"x{j}" for j in range(n)]
    aims = {
        f"f{k}": (maximise if k % 2 else minimise)(
            (rng.integers(-9, 10, n) / 4).tolist(), constant=0.1
        )
        for k in range(m)
    }
    weights = rng.integers(1, 9, n)
    rows = {
        "weight": at_most(weights.tolist(), int(weights.sum()) // 2),
        "some": at_least({"x0": 1, "x1": 1, "x2": 1}, 1),
    }
    return from_rows([binary(name) for name in names], aims, rows)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("method", ["enumerate", "exact", "highs"])
def test_every_proving_solver_finds_the_front_of_rows(seed: int, method: str) -> None:
    problem = knapsack(seed)
    found = run(registry()[method], "test", problem, Options())
    assert found.proof.status == "complete"
    assert found.proof.basis == "exact"
    assert front_of(problem, found.x) == front_by_force(problem)


@pytest.mark.parametrize("seed", range(4))
def test_rows_say_what_the_same_problem_by_hand_says(seed: int) -> None:
    draft = random_draft(seed, n=6)
    draft.objectives = [{k: c for k, c in f.items() if len(k) < 2} for f in draft.objectives]
    draft.rows = [row for row in draft.rows if all(len(k) < 2 for k in row[0])]
    by_hand = problem_of(draft)

    def terms(row: Any) -> dict[str, Fraction]:
        return {f"x{k[0]}": Fraction(c, draft.scale) for k, c in row.items() if k}

    def bound(value: int | None) -> Fraction | None:
        return None if value is None else Fraction(value, draft.scale)

    aims = {
        f"f{i}": minimise(terms(f), constant=Fraction(f.get((), 0), draft.scale))
        for i, f in enumerate(draft.objectives)
    }
    rows = {}
    for i, (row, low, high) in enumerate(draft.rows):
        lower, upper = bound(low), bound(high)
        rows[f"r{i}"] = (
            at_most(terms(row), upper)
            if lower is None and upper is not None
            else at_least(terms(row), lower)
            if upper is None and lower is not None
            else between(terms(row), lower or 0, upper or 0)
        )
    problem = from_rows(draft.domains, aims, rows)
    assert problem.order == tuple(((j, 1),) for j in range(6))
    ours, theirs = solve(problem), solve(by_hand)
    points = [set(map(tuple, (found.y.round(9) + 0.0).tolist())) for found in (ours, theirs)]
    assert points[0] == points[1]
    assert len(ours.x) == len(theirs.x)


def test_numbers_are_the_decimals_that_they_show() -> None:
    problem = from_rows(
        [real("a", 0, Decimal("0.3")), real("b", 0, 1)],
        {"f": maximise([0.1, Fraction(1, 3)]), "g": minimise({"a": 1}, constant=Decimal("-0.2"))},
        {"r": equal_to([1, 1], 0.7)},
    )
    found = solve(problem)
    points = found.points(problem)
    assert all(sum(point) == Fraction(7, 10) for point in points)
    assert problem.values is not None
    assert [g for _, g in problem.values(points)][-1] in {Fraction(-1, 5), Fraction(1, 10)}
    assert problem.shown(found.y)[:, 1].min() == -0.2


def test_keys_are_exact_beyond_64_bits() -> None:
    big = 10**30
    problem = from_rows(
        [binary("a"), binary("b")],
        {"f": minimise([big, big + 1]), "g": maximise([1, 2])},
        {"one": at_least([1, 1], 1), "wide": at_most([big, big], 2 * big)},
    )
    found = solve(problem)
    assert problem.exact is not None
    keys, good = problem.exact(found.x)
    assert good.all()
    assert {tuple(map(int, key)) for key in keys} == {
        (big, -1),
        (big + 1, -2),
        (2 * big + 1, -3),
    }


def test_floats_of_rows_are_within_their_bounds() -> None:
    rng = np.random.default_rng(5)
    problem = from_rows(
        [real(f"x{j}", -5, 5) for j in range(9)],
        {"f": minimise((rng.standard_normal(9)).tolist(), constant=0.1), "g": maximise([0.1] * 9)},
    )
    x = rng.uniform(-5, 5, (40, 9))
    assert problem.roundoff is not None
    assert problem.values is not None
    assert problem.rounded is not None
    y, wrong = problem.evaluate(x)[0], problem.roundoff(x)[0]
    exact = problem.values([problem.point(row) for row in x.tolist()])
    for row, known, error in zip(y.tolist(), exact, wrong.tolist(), strict=True):
        for value, true, most in zip(row, known, error, strict=True):
            assert true is not None
            assert abs(Fraction(value) - true) <= Fraction(most)
    assert problem.rounded(x, None).tolist() == [[float(v or 0) for v in row] for row in exact]
    assert problem.gradient is not None
    assert problem.gradient(x)[0].shape == (40, 2, 9)


def test_a_certificate_of_rows_is_checked_and_a_plan_fewer_is_seen() -> None:
    problem = knapsack(1)
    found = solve(problem)
    points = found.points(problem)
    written = certify(problem, points, found.proof, scenario_hash="sack")
    assert written.content is not None
    assert "refuted box" in written.note
    check_certificate(problem, points, found.proof, written.content, scenario_hash="sack")
    with pytest.raises(CertificateError):
        check_certificate(problem, points[1:], found.proof, written.content, scenario_hash="sack")
    with pytest.raises(CertificateError, match="the list is not complete"):
        certify(problem, points[1:], found.proof)


def test_there_is_no_certificate_of_what_is_not_complete() -> None:
    problem = from_functions([real("a", 0, 1)], {"f": "minimise"}, lambda x: x)
    found = solve(problem, Options(time_limit=0.5))
    written = certify(problem, found.points(problem), found.proof)
    assert written.content is None
    assert written.note == "no certificate: the list is not proven complete"


def circle(x: Any) -> Any:
    return np.stack([x[:, 0], x[:, 1], x[:, 0] ** 2 + x[:, 1] ** 2 - 1], axis=1)


def test_functions_are_minimised_in_their_own_directions() -> None:
    problem = from_functions(
        [listed("a", [0, 0.6, 0.8, 1]), listed("b", [0, 0.6, 0.8, 1])],
        {"f": "maximise", "g": "maximise"},
        circle,
        constraints=("inside",),
    )
    found = solve(problem)
    # 0.6 and 0.8 lie on the circle, and floats are a unit of roundoff off it
    assert [1.0, 0.0] in problem.shown(found.y).tolist()
    assert (circle(found.x)[:, 2] <= problem.feasibility).all()


def test_rows_beside_functions_hold_exactly() -> None:
    problem = from_functions(
        [whole("a", 0, 5), whole("b", 0, 5)],
        {"f": "minimise", "g": "maximise"},
        lambda x: np.stack([x[:, 0] ** 2 + x[:, 1], x[:, 0] * x[:, 1]], axis=1),
        rows={"together": at_most([1, 1], 4)},
    )
    found = solve(problem)
    assert (found.x.sum(axis=1) <= 4).all()
    assert problem.shown(found.y)[:, 1].max() == 4.0


def test_what_is_undefined_is_no_plan() -> None:
    def root(x: Any) -> Any:
        with np.errstate(invalid="ignore"):
            return np.sqrt(x - 2)

    found = solve(from_functions([whole("a", 0, 4)], {"f": "minimise"}, root))
    assert found.x.tolist() == [[2.0]]


def test_derivatives_are_turned_with_their_objectives() -> None:
    problem = from_functions(
        [real("a", 0, 1)],
        {"f": "maximise"},
        lambda x: np.stack([x[:, 0], x[:, 0] - 0.5], axis=1),
        constraints=("half",),
        gradient=lambda x: np.ones((len(x), 2, 1)),
    )
    assert problem.gradient is not None
    slopes, limits = problem.gradient(np.array([[0.25]]))
    assert slopes.tolist() == [[[-1.0]]]
    assert limits.tolist() == [[[1.0]]]


def test_rows_that_cannot_hold_are_named() -> None:
    rows = {"low": at_most([1], 1), "high": at_least([1], 2)}
    with pytest.raises(InfeasibleError) as caught:
        solve(from_rows([whole("a", 0, 9)], {"f": minimise([1])}, rows))
    assert set(caught.value.involved) == {"low", "high"}


MINE = {"f": minimise([1])}
WRONG: Any = ["1"]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: from_rows([binary("a"), binary("a")], {"f": minimise([1, 1])}), "called 'a'"),
        (lambda: from_rows([], {"f": minimise([])}), "at least one column"),
        (lambda: from_rows([binary("a")], {}), "at least one objective"),
        (lambda: from_rows([binary("a")], {"f": minimise([1, 2])}), "2 coefficients for 1"),
        (lambda: from_rows([binary("lamp")], {"f": minimise({"lmap": 1})}), "no column"),
        (lambda: from_rows([binary("a")], {"f": minimise([float("nan")])}), "is nan"),
        (lambda: from_rows([binary("a")], {"f": minimise([True])}), "is True"),
        (lambda: from_rows([binary("a")], {"f": minimise(WRONG)}), "is '1'"),
        (lambda: from_rows([listed("a", [1, 2])], {"f": minimise([1])}), "is listed"),
        (
            lambda: from_rows([binary("a")], {"f": LinearObjective(WRONG[0], [1])}),
            "sense '1' is none",
        ),
        (lambda: listed("a", []), "no values"),
        (lambda: real("a", 2, 1), "between 2 and 1"),
        (lambda: from_rows([binary("a")], MINE, {"r": between([1], 2, 1)}), "between 2 and 1"),
        (
            lambda: solve(from_functions([whole("a", 0, 1)], {"f": "minimise"}, lambda x: x[:, 0])),
            "shape",
        ),
    ],
)
def test_what_is_wrong_is_said(make: Callable[[], object], words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        make()
    assert caught.value.help
