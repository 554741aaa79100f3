"""Exact decisions of a vertex, solved again from the rows that it stands on."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimiser.engine.elimination import determined, reduced
from optimiser.engine.problem import Domain, Nonlinear, Problem, Row
from optimiser.engine.standing import rebuilt, row_names, standing
from optimiser.front import Stand
from optimiser.results import Result
from optimiser.study import solve as study
from tests.engine.models import Draft, problem_of, real, whole
from tests.engine.test_holding import modelled
from tests.searches import examples

Plan = tuple[Fraction, ...]


def shown(plan: Plan) -> list[float]:
    return [float(value) for value in plan]


@st.composite
def cornered(draw: st.DrawFn) -> tuple[Problem, Plan]:
    """A problem of n real decisions and a point of it: some at an end, the others where as many
    random rows cross.
    """
    n = draw(st.integers(2, 5))
    domains = [
        Domain(f"x{j}", "real", Fraction(draw(st.integers(-9, 0)), 7), Fraction(50))
        for j in range(n)
    ]
    at_end = draw(st.sets(st.integers(0, n - 1), max_size=n - 1))
    plan = tuple(
        d.lower
        if j in at_end and d.lower is not None
        else Fraction(draw(st.integers(1, 400)), draw(st.sampled_from([3, 7, 11])))
        for j, d in enumerate(domains)
    )
    rows = []
    for _ in range(draw(st.integers(0, n + 1))):
        terms = {(j,): draw(st.integers(-5, 5)) for j in range(n)}
        total = sum((c * plan[j] for (j,), c in terms.items()), Fraction(0))
        by = total.denominator
        rows.append(
            (
                {j: c * by for j, c in terms.items()},
                *draw(st.sampled_from([(None, int(total * by)), (int(total * by), None)])),
            )
        )
    slack = ({(0,): 1}, None, 1000)
    return problem_of(Draft(domains, [{(0,): 1}], [*rows, slack])), plan


@settings(max_examples=examples(150), deadline=None)
@given(cornered())
def test_what_is_solved_again_is_the_plan(case: tuple[Problem, Plan]) -> None:
    problem, plan = case
    stand = standing(problem, shown(plan), plan)
    assert rebuilt(problem, shown(plan), stand) == plan
    if stand is None:
        assert problem.point(shown(plan)) == plan
    else:
        assert len(stand.rows) <= len(problem.decisions)


def test_decimals_stand_on_nothing() -> None:
    problem = problem_of(Draft([real("x", 0, 1), whole("n", 0, 3)], [{(0,): 1}]))
    assert standing(problem, [0.1, 2.0], (Fraction(1, 10), Fraction(2))) is None
    assert rebuilt(problem, [0.1, 2.0], None) == (Fraction(1, 10), Fraction(2))


def test_equal_names_are_numbered() -> None:
    problem = problem_of(
        Draft([real("x", 0, 1)], [{(0,): 1}], [({(0,): 3}, None, 1), ({(0,): 3}, 1, None)])
    )
    assert row_names(problem) == ("r0", "r1")
    twice = Problem(
        problem.decisions,
        problem.objectives,
        problem.signs,
        (Row("a", "a", ((0, 3),), 1), Row("a (2)", "a", ((0, 2),), 1), Row("a", "a", ((0, 1),), 0)),
        (),
        problem.evaluate,
        None,
        None,
        Nonlinear(),
    )
    assert row_names(twice) == ("a", "a (2)", "a (3)")


@pytest.mark.parametrize(
    ("stand", "words"),
    [
        (Stand(rows=(("nothing", "lower"),), solved=("x",)), "no row"),
        (Stand(rows=(("r0", "lower"),), solved=("x",)), "no side"),
        (Stand(columns=(("z", "lower"),)), "no column"),
        (Stand(columns=(("x", "middle"),)), "has no"),
        (Stand(solved=("x",)), "do not determine"),
        (Stand(columns=(("x", "1/2"),), rows=(("r0", "upper"),)), "contradict"),
    ],
)
def test_what_determines_nothing_is_refused(stand: Stand, words: str) -> None:
    problem = problem_of(Draft([real("x", 0, 1)], [{(0,): 1}], [({(0,): 3}, None, 1)]))
    with pytest.raises(ValueError, match=words):
        rebuilt(problem, [1 / 3], stand)


def test_elimination_by_hand() -> None:
    form, independent = reduced(
        [({0: 2, 1: 4}, 2), ({0: 1, 1: 2}, 1), ({1: 3}, Fraction(1, 2))]
    ) or ({}, [])
    assert independent == [0, 2]
    assert determined(form) == {0: Fraction(2, 3), 1: Fraction(1, 6)}
    assert reduced([({0: 1}, 1), ({0: 2}, 3)]) is None


def test_a_result_keeps_what_its_vertices_stand_on(tmp_path: Path) -> None:
    """The least 2x + y over 3x + 7y >= 5 and 5x + 3y >= 4 is at x = 0, y = 4/3: solved, saved,
    loaded and solved again.
    """
    result = study(
        modelled(
            tmp_path,
            variables={name: {"type": "real", "min": 0, "max": 10} for name in "xy"},
            indicators={"third": {"baseline": 0}},
            objectives={
                "f": {"sense": "minimise", "expr": "x + 2 * y"},
                "g": {"sense": "minimise", "expr": "2 * x + y"},
            },
            constraints={"a": "3 * x + 7 * y >= 5", "b": "5 * x + 3 * y >= 4"},
        ).scenario
    )
    for found in (result, Result.load(result.save(tmp_path / "saved"))):
        points = found.points()
        assert sorted(map(str, points)) == sorted([str((Fraction(0), Fraction(4, 3))), "None"])
        at = next(row for row, point in enumerate(points) if point is not None)
        stand = found.front.stands[at]
        assert stand is not None
        assert stand.solved == ("y",)
        assert [name for name, _ in stand.rows] == ["b"]
        # the exact values rounded once, not those of the rounded decisions
        assert found.front.y[at].tolist() == [8 / 3, 4 / 3]
        readings = found.model.read(found.decisions(), points)
        assert np.array_equal(readings.objectives, found.front.y)
