"""Whether a plan holds: one answer in rationals, the same for any objectives and for whole and real
decisions alike.
"""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimiser.engine import Options, solve
from optimiser.engine.holding import (
    _beyond_by_floats,
    broken_each,
    broken_rules,
    holding,
    surely,
    told_by_floats,
)
from optimiser.engine.problem import Problem
from optimiser.errors import InfeasibleError
from optimiser.formulate import Model, formulate
from optimiser.scenario import load
from optimiser.study import solve as study
from tests.expressions.reference import rational
from tests.searches import examples

SHARE = Fraction(1, 10**6)


def modelled(folder: Path, **content: Any) -> Model:
    path = folder / "case.yaml"
    path.write_text(
        yaml.safe_dump({"optimise": 1, "name": "case", **content}, sort_keys=False),
        encoding="utf-8",
    )
    return formulate(load(path))


def judged(problem: Problem, *plan: float) -> str:
    found = holding(problem, np.array([plan]))
    return (
        "exactly"
        if found.exactly[0]
        else "undecided"
        if found.undecided[0]
        else "within"
        if found.within[0]
        else "no"
    )


@pytest.mark.parametrize("objective", ["x", "x + sqrt(x)"])
@pytest.mark.parametrize("kind", ["integer", "real"])
def test_it_depends_on_no_objective_and_no_domain(
    tmp_path: Path, objective: str, kind: str
) -> None:
    """A seventh decimal: x = 3 is 3e-7 beyond the limit, whatever is sought and however it is
    declared.
    """
    problem = modelled(
        tmp_path,
        variables={
            "x": {"type": kind, "min": 1, "max": 5},
            "y": {"type": "integer", "min": 0, "max": 1},
        },
        objectives={"o": {"sense": "maximise", "expr": objective}},
        constraints={"c": "where(y >= 1, x, x + 1) + 0.0000001 * x <= 3"},
    ).at()
    assert judged(problem, 2, 1) == "exactly"
    assert judged(problem, 3, 1) == "within"
    assert judged(problem, 3, 0) == "no"
    assert broken_rules(problem, problem.point([3.0, 1.0])) == ((), ("c",))
    assert broken_rules(problem, problem.point([3.0, 0.0])) == (("c",), ())
    if kind == "integer":
        assert solve(problem, Options()).x.tolist() == [[2, 1]]


@pytest.mark.parametrize(
    ("constraint", "plan", "expected"),
    [
        # floats say 0.1 + 0.2 > 0.3
        ("x + y <= 0.3", (0.1, 0.2), "exactly"),
        ("x + y <= 0.3", (0.1, 0.2000000001), "within"),
        ("x + y == 0.3", (0.1, 0.2), "exactly"),
        ("x * y <= 0.02", (0.1, 0.2), "exactly"),
        ("x * y == 0.02", (0.1, 0.2), "exactly"),
        ("3 * x / y <= 1.5", (0.1, 0.2), "exactly"),
        ("sqrt(x * x) <= 0.1", (0.1, 0.2), "exactly"),
        # relative to the bound: 1e-6 of 1000 is 1e-3
        ("1000 * x <= 1000", (1.0000009, 0), "within"),
        ("1000 * x * x / x <= 1000", (1.0000009, 0), "within"),
        ("1000 * x <= 1000", (1.0000011, 0), "no"),
        # 2**53 + 1 is no float
        ("9007199254740993 * x <= 9007199254740992", (1, 0), "within"),
        # exp(log(2)) = 2: no number of digits decides, the tolerance does
        ("exp(x) * exp(y) <= exp(1)", (0.5, 0.5), "undecided"),
        ("exp(x) <= 1.6487212707001282", (0.5, 0), "exactly"),
        ("exp(x) <= 1.6487212707001281", (0.5, 0), "within"),
        # undefined is broken, whatever the tolerance
        ("1 / (x - 0.3) <= 1e9", (0.3, 0), "no"),
        ("1 / (3 * x - 0.9) <= 1e9", (0.3, 0), "no"),
        ("log(x) <= 5", (0, 0), "no"),
    ],
)
def test_by_hand(tmp_path: Path, constraint: str, plan: tuple[float, float], expected: str) -> None:
    problem = modelled(
        tmp_path,
        variables={name: {"type": "real", "min": 0, "max": 2} for name in "xy"},
        objectives={"o": {"sense": "minimise", "expr": "x"}},
        constraints={"c": constraint},
    ).at()
    assert judged(problem, *plan) == expected


def test_domains_hold_exactly_or_not_at_all(tmp_path: Path) -> None:
    model = modelled(
        tmp_path,
        variables={"x": {"type": "real", "min": 0, "max": "1/3"}, "v": {"values": [0.2, 0.31]}},
        indicators={"cost": {}},
        technologies={"pv": {"scale": {"min": 1, "max": 2}, "effects_per_unit": {"cost": 1}}},
        objectives={"cost": "minimise"},
    )
    problem = model.at()
    assert judged(problem, 1 / 3, 0.2, 0, 0) == "exactly"
    assert judged(problem, 0.3333333333333334, 0.2, 0, 0) == "no"
    assert judged(problem, 0.1, 0.2000000001, 0, 0) == "no"
    # half a unit of a technology within tolerance is none
    assert judged(problem, 0.1, 0.31, 1, 0.9999999) == "no"
    assert judged(problem, 0.1, 0.31, 0, 0.0000001) == "no"
    assert judged(problem, 0.1, 0.31, 1, 1.5) == "exactly"


TERMS = st.lists(
    st.tuples(
        st.integers(-30, 30),
        st.sampled_from(["a", "b", "a * b", "a**2", "b / (a + 5)", "max(a, b)"]),
    )
)


@settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(TERMS, st.integers(-40, 40), st.sampled_from(["<=", ">=", "=="]), st.booleans())
def test_random_models_against_fractions(
    tmp_path: Path, terms: list[tuple[int, str]], bound: int, operator: str, real: bool
) -> None:
    """Coefficients and limits in tenths, plans in tenths: many plans stand exactly on the limit."""
    text = " + ".join(f"({c / 10}) * ({term})" for c, term in [*terms, (10, "a")])
    problem = modelled(
        tmp_path,
        variables={
            "a": {"type": "real", "min": 0, "max": 2}
            if real
            else {"values": [v / 10 for v in range(21)]},
            "b": {"type": "integer", "min": -1, "max": 2},
        },
        objectives={"o": {"sense": "minimise", "expr": "exp(a)"}},
        constraints={"c": f"{text} {operator} {bound / 10}"},
    ).at()
    from optimiser.expressions import parse

    tree = parse(text)
    plans = np.array([[a / 10, b] for a in range(0, 21, 2) for b in (-1, 0, 1, 2)])
    found = holding(problem, plans)
    sure, out = surely(problem, plans), told_by_floats(problem, plans)[1]
    for i, plan in enumerate(plans.tolist()):
        value = rational(tree, {"a": Fraction(repr(plan[0])), "b": Fraction(plan[1])})
        excess = {"<=": 1, ">=": -1, "==": 1}[operator] * (value - Fraction(bound, 10))
        excess = abs(excess) if operator == "==" else excess
        assert found.exactly[i] == (excess <= 0)
        assert not found.undecided[i]
        assert not sure[i] or excess <= 0
        assert not out[i] or excess > 0
        if not 0 < excess <= 2 * SHARE * max(1, abs(bound)):
            assert found.within[i] == (excess <= 0)


def test_loosened_where_nothing_holds_exactly(tmp_path: Path) -> None:
    """A budget that the only fitting plan passes by a millionth of it: solved, and said."""
    content: dict[str, Any] = {
        "variables": {"x": {"type": "integer", "min": 0, "max": 10}},
        "objectives": {
            "f": {"sense": "minimise", "expr": "x"},
            "g": {"sense": "maximise", "expr": "x"},
        },
        "constraints": {"most": "0.1 * x <= 0.3", "least": "0.1 * x >= 0.3000001"},
    }
    model = modelled(tmp_path, **content)
    assert model.loosening_matters()
    with pytest.raises(InfeasibleError):
        solve(model.at(), Options())
    result = study(model.scenario)
    assert result.front.cells == (("3",),)
    assert result.front.proof.feasible_set == "tolerance"
    assert result.front.proof.status == "complete"
    assert result.front.proof.proven
    assert "no plan holds every constraint exactly" in result.front.proof.note


def test_infeasible_within_tolerance_as_well(tmp_path: Path) -> None:
    model = modelled(
        tmp_path,
        variables={"x": {"type": "integer", "min": 0, "max": 10}},
        objectives={"f": {"sense": "minimise", "expr": "x"}},
        constraints={"most": "0.1 * x <= 0.3", "least": "0.1 * x >= 0.31"},
    )
    assert not model.loosening_matters()
    with pytest.raises(InfeasibleError):
        study(model.scenario)


@pytest.mark.parametrize(
    "constraint", ["x + 2 * y <= 7.5", "x * y == 0.3", "max(x, y) <= 1.1", "exp(x + y) <= 3"]
)
def test_the_loosened_problem_is_one_problem(tmp_path: Path, constraint: str) -> None:
    """Exactly on the edge of the tolerance: rows, evaluation and exact arithmetic say the same."""
    model = modelled(
        tmp_path,
        variables={name: {"type": "real", "min": 0, "max": 10} for name in "xy"},
        objectives={"o": {"sense": "minimise", "expr": "x"}},
        constraints={"c": constraint},
    )
    plain, loose = model.at(), model.at(loosened=True)
    rng = np.random.default_rng(0)
    plans = np.round(rng.uniform(0, 2, (200, 2)), 1)
    near = plans + rng.choice([0, 4e-7, 1e-6, 2e-6], (200, 1))
    for x in (plans, near):
        assert (holding(plain, x).within == holding(loose, x).exactly).all()
        assert (holding(plain, x).exactly <= holding(loose, x).exactly).all()
    assert loose.feasibility == 0


def test_a_reference_plan_within_tolerance_takes_no_part(tmp_path: Path) -> None:
    content: dict[str, Any] = {
        "variables": {"x": {"type": "integer", "min": 0, "max": 10}},
        "objectives": {
            "f": {"sense": "minimise", "expr": "x"},
            "g": {"sense": "maximise", "expr": "x"},
        },
        "constraints": {"least": "2 * x >= 2.000001"},
        "plans": {"p": {"set": {"x": 1}}, "q": {"set": {"x": 2}}, "r": {"set": {"x": 0}}},
    }
    result = study(modelled(tmp_path, **content).scenario)
    assert result.front.y[:, 0].min() == 2
    p, q, r = result.reference_plans
    assert (p.feasible, p.violated, p.tolerated) == (False, (), ("least",))
    assert (p.on_front, p.equals, p.dominated_by, p.dominates) == (False, None, None, ())
    assert q.on_front
    assert (r.violated, r.tolerated) == (("least",), ())
    from optimiser.results.wording import reference_words

    assert reference_words(result, p) == "holds within tolerance only: least"


@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6))
def test_what_floats_say_is_broken_is_what_exact_arithmetic_says(tmp_path: Path, seed: int) -> None:
    """A thousand technologies were looked at one by one, each in exact arithmetic: 14 s."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 6))
    names = [f"t{i}" for i in range(n)]
    text = "optimise: 1\nname: t\nindicators: {a: {}, b: {}}\ntechnologies:\n"
    for i, name in enumerate(names):
        a, b = (int(number) for number in rng.integers(-9, 10, 2))
        needs = f", requires: [t{rng.integers(0, i)}]" if i and rng.random() < 0.5 else ""
        text += f"  {name}: {{effects: {{a: 0.{abs(a)}, b: {b}}}{needs}}}\n"
    text += f"groups: {{some: {{of: [{', '.join(names)}], at_least: 1, at_most: 2}}}}\n"
    text += f"constraints: {{least: a >= 0.{rng.integers(0, 10)}, most: b <= {rng.integers(-3, 4)}"
    text += f", curved: a * a <= 0.{rng.integers(1, 10)}, ratio: 1 / (b + 2.5) <= 1}}\n"
    text += "objectives: {a: maximise, b: minimise}\n"
    path = tmp_path / "case.yaml"
    path.write_text(text)
    problem = formulate(load(path)).at()
    x = np.array(list(itertools.product([0.0, 1.0], repeat=n)))
    told = _beyond_by_floats(problem, x)
    exactly = [broken_rules(problem, problem.point(row)) for row in x.tolist()]
    assert all(names is None or (names, ()) == e for names, e in zip(told, exactly, strict=True))
    assert sum(names is not None for names in told) > len(x) // 2
    assert broken_each(problem, x) == exactly
