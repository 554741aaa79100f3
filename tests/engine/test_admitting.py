"""What the driver makes of a solver's plans: those that hold exactly, put right in rationals where
floats stop short.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from optimiser.engine import Budget, Options, Outcome, Solution, run
from optimiser.engine.admitting import admit, listed
from optimiser.engine.holding import holding
from optimiser.engine.problem import Problem
from optimiser.errors import ProofError
from tests.engine.test_holding import modelled


class Told:
    """A solver that says what it is told to say."""

    name: ClassVar[str] = "told"
    rank: ClassVar[int] = 1
    proof: ClassVar[bool] = True
    proves: ClassVar[str] = ""

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome

    def declines(self, problem: Problem, /) -> str | None:
        return None

    def suits(self, problem: Problem, /) -> str:
        return ""

    def solve(self, problem: Problem, options: Options, budget: Budget, /) -> Outcome:
        return self._outcome


def driven(problem: Problem, x: Any, status: Any = "approximate", **fields: Any) -> Solution:
    return run(
        Told(Outcome(np.array(x, dtype=np.float64), status, **fields)), "", problem, Options()
    )


def triangle(folder: Path, *constraints: str) -> Problem:
    return modelled(
        folder,
        variables={name: {"type": "real", "min": 0, "max": 10} for name in "xy"},
        objectives={
            "f": {"sense": "minimise", "expr": "x"},
            "g": {"sense": "minimise", "expr": "y"},
        },
        constraints={f"c{i}": text for i, text in enumerate(constraints)},
    ).at()


def test_a_float_vertex_becomes_the_rational_that_is_meant(tmp_path: Path) -> None:
    """3x + 7y = 5 and 5x + 3y = 4 cross at 1/2, 1/2; with 6x + 7y = 5 at 13/17, 1/17."""
    problem = triangle(tmp_path, "6 * x + 7 * y >= 5", "5 * x + 3 * y >= 4")
    solution = driven(problem, [[13 / 17 - 1e-9, 1 / 17 + 1e-10]], "complete", basis="exact")
    assert solution.columns == ((Fraction(13, 17), Fraction(1, 17)),)
    assert solution.x.tolist() == [[13 / 17, 1 / 17]]
    assert solution.proof.proven
    assert solution.proof.feasible_set == "exact"


def test_an_exact_plan_is_taken_as_given(tmp_path: Path) -> None:
    problem = triangle(tmp_path, "3 * x + 3 * y >= 1")
    given = (Fraction(1, 7), Fraction(4, 21))
    solution = driven(problem, [[0.1, 0.2]], "complete", basis="exact", points=(given,))
    assert solution.columns == (given,)
    assert solution.x.tolist() == [[float(v) for v in given]]


def test_a_claim_falls_with_a_plan_that_does_not_hold(tmp_path: Path) -> None:
    """1e-4 is no noise; x = 0.3 is dropped, and with it the claim."""
    problem = triangle(tmp_path, "x + y >= 1")
    solution = driven(problem, [[0.3, 0.6999], [0.5, 0.5]], "complete", basis="exact")
    assert solution.x.tolist() == [[0.5, 0.5]]
    assert solution.proof.status == "approximate"
    assert "1 of 2 plans of the solver did not hold" in solution.proof.note
    with pytest.raises(ProofError, match="no plan that holds"):
        driven(problem, [[0.3, 0.6999]])


def test_noise_does_not_dominate_and_real_differences_do(tmp_path: Path) -> None:
    """Of two plans a hair apart a search that claims nothing lists one; exact claims keep both
    where neither dominates.
    """
    problem = triangle(tmp_path, "x + y >= 1")
    near = [[0.5, 0.5], [0.5 + 1e-13, 0.5 - 1e-13], [0.0, 1.0], [0.6, 0.6]]
    assert len(driven(problem, near).x) == 2
    half, hair = Fraction(1, 2), Fraction(1, 10**13)
    given = ((half, half), (half + hair, half - hair), (Fraction(0), Fraction(1)))
    assert len(driven(problem, near[:3], "complete", basis="exact", points=given).x) == 3


def test_what_must_meet_a_curved_equality_holds_within_tolerance(tmp_path: Path) -> None:
    problem = triangle(tmp_path, "x**2 + y**2 == 1")
    angles = np.linspace(0, np.pi / 2, 9)
    solution = driven(problem, np.column_stack([np.cos(angles), np.sin(angles)]))
    assert len(solution.x) == 9
    assert solution.proof.feasible_set == "tolerance"
    assert "within tolerance only" in solution.proof.note


def test_a_linear_equality_is_met_exactly(tmp_path: Path) -> None:
    problem = triangle(tmp_path, "3 * x + 7 * y == 1")
    x = np.linspace(0, 1 / 3, 7)
    solution = driven(problem, np.column_stack([x, (1 - 3 * x) / 7]))
    assert len(solution.x) == 7
    assert solution.proof.feasible_set == "exact"
    for plan in (
        own or problem.point(x.tolist())
        for own, x in zip(solution.columns, solution.x, strict=True)
    ):
        assert 3 * plan[0] + 7 * plan[1] == 1


def test_a_plan_a_hair_outside_a_curve_is_moved_inside(tmp_path: Path) -> None:
    problem = triangle(tmp_path, "x**2 + y**2 >= 1")
    found = admit(problem, Outcome(np.array([[0.6 - 1e-12, 0.8 - 1e-12]]), "approximate"))
    assert found.feasible_set == "exact"
    assert holding(problem, found.x).exactly.all()
    assert np.abs(found.x - [0.6, 0.8]).max() < 1e-9


def test_an_archive_lists_what_holds(tmp_path: Path) -> None:
    problem = triangle(tmp_path, "x * y >= 1")
    x = np.array(
        [
            [v, (1 - e) / v]
            for v, e in ((0.5, 1e-7), (1.0, 0.0), (2.0, 1e-7), (4.0, 0.0), (0.25, 0.0))
        ]
    )
    y = problem.evaluate(x)[0]
    assert sorted(listed(problem, x, y, np.array([0, 2, 4]), 3).tolist()) == [1, 3, 4]
    # nothing else is there: within tolerance, then
    assert listed(problem, x[[0, 2]], y[[0, 2]], np.array([0, 1]), 2).tolist() == [0, 1]


def test_undecided_plans_make_a_claim_numerical(tmp_path: Path) -> None:
    problem = modelled(
        tmp_path,
        variables={"x": {"values": [0, 1, 2]}},
        objectives={"f": {"sense": "minimise", "expr": "x"}},
        constraints={"c": "exp(x) * exp(1) <= exp(2)", "d": "x >= 0.5"},
    ).at()
    solution = driven(problem, [[1.0]], "complete", basis="exact")
    assert solution.proof.basis == "numerical"
    assert "1 of the plans hold exactly is not decided" in solution.proof.note
