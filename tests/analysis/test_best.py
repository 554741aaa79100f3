"""The best value under wishes, against a look at every plan."""

from __future__ import annotations

import operator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimiser.analysis.best import Best, best
from optimiser.analysis.optimum import Sense
from optimiser.errors import UsageError
from optimiser.render.best import best as shown
from optimiser.results import Result
from optimiser.scenario import load
from optimiser.study import solve
from tests.analysis.every_plan import every_plan, solved
from tests.random_scenarios import portfolios
from tests.searches import examples

Data = dict[str, Any]
_QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
_COMPARED = {"<=": operator.le, ">=": operator.ge, "==": operator.eq}


@st.composite
def wished(draw: st.DrawFn, data: Data, plans: list[Any]) -> list[tuple[Any, str, Fraction]]:
    """One to three limits near the values that plans have: name or (name, phase), sign, bound."""
    keys: list[Any] = sorted(data["indicators"])
    keys += [(name, p["name"]) for p in data.get("phases", ()) for name in data["indicators"]]
    found = []
    for _ in range(draw(st.integers(1, 3))):
        key = draw(st.sampled_from(keys))
        value = draw(st.sampled_from(plans))[1][key]
        bound = Fraction(str(round(float(value), 2))) + draw(st.sampled_from([0, 0, 1, -1, 40]))
        found.append((key, draw(st.sampled_from(["<=", ">=", "<=", ">=", "=="])), bound))
    return found


def written(key: Any) -> str:
    return key if isinstance(key, str) else f'{key[0]}["{key[1]}"]'


def answered(data: Data, folder: Path, draw: st.DataObject) -> None:
    """The value, the plan, and how far each wish can be reached."""
    result = solved(data, folder)
    if result is None:
        return
    plans = every_plan(data)
    where = draw.draw(wished(data, plans))
    keys: list[Any] = sorted(data["indicators"])
    keys += [(name, p["name"]) for p in data.get("phases", ()) for name in data["indicators"]]
    key = draw.draw(st.sampled_from(keys))
    sense: Sense = draw.draw(st.sampled_from(["maximise", "minimise"]))
    texts = [f"{written(k)} {sign} {float(bound)!r}" for k, sign, bound in where]
    found = best(result, written(key), texts, sense=sense)
    sign = -1 if sense == "maximise" else 1
    held = [
        (cells, values)
        for cells, values in plans
        if all(_COMPARED[s](values[k], bound) for k, s, bound in where)
    ]
    assert found.feasible == bool(held), texts
    if not found.proven:  # the resolution of logarithms
        return
    if held:
        expected = min(sign * values[key] for _, values in held) * sign
        assert found.value == found.bound == float(expected), texts
        assert found.plan is not None
        cells = dict(zip(result.front.decision_columns, found.plan.cells, strict=True))
        (own,) = [values for names, values in held if names == cells]
        assert own[key] == expected
        if result.problem.linear and not any(result.problem.linear.linked):
            efficient(result, own, [values for _, values in held if values[key] == expected])
        return
    reached(found, where, plans)


def efficient(result: Result, own: Any, others: list[Any]) -> None:
    """No other plan with the best value dominates the one that is named."""
    columns = result.front.columns
    mine = [int(c.sign) * own[c.name] for c in columns]
    for other in others:
        values = [int(c.sign) * other[c.name] for c in columns]
        assert values == mine or not all(a <= b for a, b in zip(values, mine, strict=True))


def reached(found: Best, where: list[tuple[Any, str, Fraction]], plans: list[Any]) -> None:
    """How near the others let one get to each wish."""
    known = {one.name: one for one in found.reach}
    if len(known) < len(found.reach):
        return  # the same limit twice
    texts = dict.fromkeys(f"{written(k)} {sign} {float(bound)!r}" for k, sign, bound in where)
    distinct = [where[list(found.where).index(text)] for text in texts]
    for place, (key, sign, bound) in enumerate(distinct):
        others = [one for i, one in enumerate(distinct) if i != place]
        left = [
            values[key]
            for _, values in plans
            if all(_COMPARED[s](values[k], b) for k, s, b in others)
        ]
        own = known.get(f"{written(key)} {sign} {float(bound)!r}")
        assert (own is None) == (not left)
        if own is not None:
            nearest = min(abs(value - bound) for value in left)
            if sign == "<=":
                nearest = min(left) - bound
            elif sign == ">=":
                nearest = bound - max(left)
            assert own.by == pytest.approx(float(abs(nearest)), rel=1e-12, abs=1e-12)
            assert own.bound == float(bound)


@settings(max_examples=examples(25), deadline=None, suppress_health_check=_QUIET)
@given(portfolios(most=4), st.data())
def test_against_every_plan(tmp_path: Path, data: Data, draw: st.DataObject) -> None:
    answered(data, tmp_path, draw)


@settings(max_examples=examples(15), deadline=None, suppress_health_check=_QUIET)
@given(portfolios(most=3, phases=True), st.data())
def test_against_every_roadmap(tmp_path: Path, data: Data, draw: st.DataObject) -> None:
    answered(data, tmp_path, draw)


@pytest.mark.slow
@settings(max_examples=400, deadline=None, suppress_health_check=_QUIET)
@given(st.one_of(portfolios(most=5), portfolios(most=4, phases=True)), st.data())
def test_against_many_more(tmp_path: Path, data: Data, draw: st.DataObject) -> None:
    answered(data, tmp_path, draw)


# ---- by hand

MILL = """
optimise: 1
name: mill
parameters: {purse: 9}
indicators:
  output: {baseline: 100, unit: t}
  cost: {unit: M}
  jobs: {unit: people}
technologies:
  a: {effects: {output: 4, cost: 3, jobs: 5}}
  b: {effects: {output: 6, cost: 4}}
  c: {effects: {output: -1, cost: 2, jobs: 9}}
constraints: {budget: cost <= purse}
objectives: {output: maximise, cost: minimise}
"""


@pytest.fixture
def mill(tmp_path: Path) -> Result:
    (tmp_path / "mill.yaml").write_text(MILL, encoding="utf-8")
    return solve(load(tmp_path / "mill.yaml"))


def test_a_limit_on_what_is_good_is_answered_by_the_list(mill: Result) -> None:
    found = best(mill, "output", ["cost <= 4"])
    assert (found.value, found.source, found.proven) == (106.0, "list", True)
    assert found.plan is not None
    assert found.plan.row is not None


@pytest.mark.parametrize(
    ("limit", "gain"), [("4285714285714285715", 0), ("4285714285714285716", 5)]
)
def test_a_limit_between_a_value_and_what_it_shows(tmp_path: Path, limit: str, gain: int) -> None:
    """A cost of 4285714285714285716 shows 4285714285714286000: of a limit between the two "no plan
    holds (proven)" was said.
    """
    path = tmp_path / "long.yaml"
    path.write_text(
        "optimise: 1\nname: long\nindicators: {cost: {}, gain: {}}\n"
        "technologies:\n"
        "  a: {effects: {cost: 4285714285714285716, gain: 5}}\n"
        "  b: {effects: {cost: 1, gain: 0}}\n"
        "objectives: {cost: minimise, gain: maximise}\n",
        encoding="utf-8",
    )
    found = best(solve(load(path)), "gain", [f"cost <= {limit}"])
    assert (found.feasible, found.proven, found.value) == (True, True, gain)


def test_a_dominated_plan_holds_what_no_listed_one_does(mill: Result) -> None:
    """c is in no efficient plan of its cost, yet only c brings nine jobs."""
    found = best(mill, "cost", ["jobs >= 9"])
    assert (found.value, found.source, found.proven) == (2.0, "solved", True)
    assert found.plan is not None
    assert found.plan.row is None


def test_wishes_that_nothing_holds_say_how_near_one_gets(mill: Result) -> None:
    found = best(mill, "output", ["output >= 111", "cost <= 6"])
    assert not found.feasible
    assert found.proven
    assert [(b.name, b.value, b.bound, b.by) for b in found.reach] == [
        ("output >= 111", 106.0, 111.0, 5.0)
    ]
    assert any("without cost <= 6" in note for note in found.notes)


def test_names_of_every_kind_may_be_limited(mill: Result) -> None:
    assert best(mill, "output", ["a + c <= 0"]).value == 106.0
    assert best(mill, "output", ["2 * cost <= purse"]).value == 106.0
    assert best(mill, "output", ["100 <= output <= 105"]).value == 105.0
    assert best(mill, "output", ["output - base(output) <= 5"]).value == 105.0
    assert best(mill, "cost", ["output == 110"]).value == 7.0


@pytest.mark.parametrize(
    ("indicator", "where", "words"),
    [
        ("outptu", "cost <= 9", "did you mean 'output'"),
        ("output", "cots <= 9", "did you mean 'cost'"),
        ("output", "cost", "comparison"),
        ("output", "cost < 9", "<="),
        ("output", 'cost["2027"] <= 9', "no phases"),
        ("jobs", "cost <= 9", "minimise or maximise"),
        ("output", "a.full >= 1", "a.full"),
    ],
)
def test_typos_are_told(mill: Result, indicator: str, where: str, words: str) -> None:
    with pytest.raises(UsageError) as told:
        best(mill, indicator, [where])
    assert words in f"{told.value.message} {told.value.help}"


def test_a_list_that_is_not_complete_does_not_answer(mill: Result) -> None:
    """Its best plan under the wish may be one that is not listed."""
    front = replace(
        mill.front, proof=replace(mill.front.proof, status="covering", gap=0.5, bounds=())
    )
    assert best(replace(mill, front=front), "output", ["cost <= 4"]).source == "solved"


@pytest.mark.parametrize(
    ("bound", "words"), [(12.3454321, "12.346"), (12.3456, "12.3456"), (-7.00001, "-7.00001")]
)
def test_a_bound_on_what_was_found_is_rounded_to_where_it_holds(
    mill: Result, bound: float, words: str
) -> None:
    found = replace(best(mill, "output"), value=bound - 2.35, bound=bound, proven=False)
    text = "\n".join(str(part) for part in shown(found))
    assert f"; no plan is better than {words}" in text


LINE = """
optimise: 1
name: line
variables:
  x: {min: 0, max: 1}
  y: {min: 0, max: 1}
indicators:
  gain: {expr: 3 * x + y}
  cost: {expr: 2 * x + y}
objectives: {gain: maximise, cost: minimise}
"""


def test_segments_are_cut_exactly(tmp_path: Path) -> None:
    """cost <= 1 is met half way along x: 3/2, a plan that is no vertex of the list."""
    (tmp_path / "line.yaml").write_text(LINE, encoding="utf-8")
    result = solve(load(tmp_path / "line.yaml"))
    assert result.front.proof.of == "cells"
    found = best(result, "gain", ["cost <= 1"])
    assert (found.value, found.proven, found.source) == (1.5, True, "solved")
    third = best(result, "gain", ["3 * cost <= 2"])
    assert (third.value, third.proven) == (1.0, True)
    assert best(result, "gain").source == "list"


def test_an_objective_with_an_expression_of_its_own_may_be_sought_and_limited(
    tmp_path: Path,
) -> None:
    text = MILL.replace("cost: minimise}", "price: {sense: minimise, expr: cost * 2}}")
    (tmp_path / "mill.yaml").write_text(text, encoding="utf-8")
    result = solve(load(tmp_path / "mill.yaml"))
    assert best(result, "price", ["jobs >= 9"]).value == 4.0
    assert best(result, "jobs", ["price + cost <= 9"], sense="maximise").value == 9.0
