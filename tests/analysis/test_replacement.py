"""What forcing, forbidding and delaying technologies costs, against a look at every plan."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimiser.analysis.exact_shares import decimal
from optimiser.analysis.replacement import Obeyed, replacement
from optimiser.errors import UsageError
from optimiser.results import Result
from optimiser.scenario import load
from optimiser.study import solve
from tests.analysis.every_plan import every_plan, solved
from tests.analysis.test_alternatives import weighted
from tests.random_scenarios import portfolios
from tests.searches import examples

Data = dict[str, Any]
_QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


def obeys(data: Data, row: Obeyed, cell: str) -> bool:
    if row.how != "delayed":
        return (cell != "0") == (row.how == "forced")
    names = [phase["name"] for phase in data["phases"]]
    return cell == "0" or names.index(cell.partition("@")[2]) >= names.index(row.phase)


def priced(data: Data, folder: Path) -> None:
    result = solved(data, folder)
    if result is None:
        return
    plans = every_plan(data)
    columns = result.front.columns
    found = replacement(result)
    best = [min(int(c.sign) * v[c.name] for _, v in plans) * int(c.sign) for c in columns]
    for row in found.rows:
        own = [values for cells, values in plans if obeys(data, row, cells[row.technology])]
        if not row.proven:
            continue
        assert row.feasible == bool(own), row
        if not own:
            assert set(row.best) == {None}
            continue
        for k, column in enumerate(columns):
            sign = int(column.sign)
            value = min(sign * v[column.name] for v in own) * sign
            assert row.best[k] == float(value), row
            assert row.cost[k] == pytest.approx(float(sign * (value - best[k])), abs=1e-9)
        score = max(weighted(result, v) for v in own) + constant(result)
        assert row.score == pytest.approx(float(score), rel=1e-12, abs=1e-12)
        assert row.score_cost is not None
        assert row.score_cost >= 0.0
    if "phases" not in data:
        assert {row.how for row in found.rows} == {"forced", "forbidden"}


def constant(result: Result) -> Fraction:
    total = Fraction(0)
    for ends, weight in zip(result.ranking.ranges.tolist(), result.ranking.weights, strict=True):
        worst, best = map(decimal, ends)
        if worst != best:
            total -= decimal(weight) * worst / (best - worst)
    return total


@settings(max_examples=examples(15), deadline=None, suppress_health_check=_QUIET)
@given(portfolios(most=4))
def test_against_every_plan(tmp_path: Path, data: Data) -> None:
    priced(data, tmp_path)


@settings(max_examples=8, deadline=None, suppress_health_check=_QUIET)
@given(portfolios(most=3, phases=True))
def test_against_every_roadmap(tmp_path: Path, data: Data) -> None:
    priced(data, tmp_path)


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=_QUIET)
@given(st.one_of(portfolios(most=5), portfolios(most=4, phases=True)))
def test_against_many_more(tmp_path: Path, data: Data) -> None:
    priced(data, tmp_path)


# ---- by hand

ROADMAP = """
optimise: 1
name: roadmap
indicators:
  output: {baseline: 0, unit: t}
  cost: {unit: M, timing: one_off}
technologies:
  a: {effects: {output: 12, cost: 3}}
  b: {requires: [a], effects: {output: 6, cost: 2}}
phases: [{name: "2027", years: 2}, {name: "2029", years: 4}]
objectives: {output: maximise, cost: minimise}
"""


def test_the_price_of_a_delay(tmp_path: Path) -> None:
    """Output is the mean over six years: a delay of a by two of them costs 12 * 2 / 6, and that of
    b, which asks for it, 6 * 2 / 6."""
    (tmp_path / "roadmap.yaml").write_text(ROADMAP, encoding="utf-8")
    found = replacement(solve(load(tmp_path / "roadmap.yaml")), ["a"])
    assert found.best == (18.0, 0.0)
    (late,) = [row for row in found.rows if row.how == "delayed"]
    assert (late.phase, late.years, late.best, late.cost) == ("2029", 2.0, (12.0, 0.0), (6.0, 0.0))
    forced, forbidden = found.rows[:2]
    assert forced.cost == (0.0, 3.0)
    assert forbidden.cost == (18.0, 0.0)
    assert all(row.proven for row in found.rows)


def test_the_best_plan_that_obeys_need_not_be_listed(tmp_path: Path) -> None:
    """Forced to take b, 4 t cost 3.1 M: a dominates that, and no listed plan has b."""
    text = """
optimise: 1
name: pair
indicators: {output: {unit: t}, cost: {unit: M}}
technologies:
  a: {effects: {output: 4, cost: 3}}
  b: {excludes: [a], effects: {output: 4, cost: 3.1}}
objectives: {output: maximise, cost: minimise}
"""
    (tmp_path / "pair.yaml").write_text(text, encoding="utf-8")
    result = solve(load(tmp_path / "pair.yaml"))
    assert all(cells[1] == "0" for cells in result.front.cells)
    (forced, _) = replacement(result, ["b"]).rows
    assert (forced.best, forced.cost, forced.feasible) == ((4.0, 3.1), (0.0, 3.1), True)


def test_what_cannot_be_taken_is_said(tmp_path: Path) -> None:
    text = ROADMAP.replace("objectives:", "constraints: {purse: cost <= 2.5}\nobjectives:")
    (tmp_path / "roadmap.yaml").write_text(text, encoding="utf-8")
    result = solve(load(tmp_path / "roadmap.yaml"))
    forced = replacement(result, ["b"]).rows[0]
    assert (forced.feasible, forced.best, forced.proven) == (False, (None, None), True)
    with pytest.raises(UsageError, match="unknown technology"):
        replacement(result, ["bb"])


def test_what_is_small_beside_its_objective_is_priced_to_the_last_digit(tmp_path: Path) -> None:
    """A third of a baseline of 1e9: differences of rounded values keep seven of its digits."""
    data: Data = {
        "optimise": 1,
        "name": "large",
        "indicators": {"cost": {"baseline": 10**9}, "gain": {}},
        "technologies": {
            "a": {"effects": {"cost": "1/3", "gain": 3}},
            "b": {"effects": {"cost": "1/7", "gain": 1}},
        },
        "objectives": {"cost": "minimise", "gain": "maximise"},
    }
    result = solved(data, tmp_path)
    assert result is not None
    forced = {row.technology: row for row in replacement(result).rows if row.how == "forced"}
    assert forced["a"].cost == (1 / 3, 0.0)
    assert forced["b"].cost == (1 / 7, 0.0)
    ways = [decimal(best) - decimal(worst) for worst, best in result.ranking.ranges.tolist()]
    worst = decimal(result.ranking.ranges[0, 0])
    scores = {
        names: (10**9 + sum(COSTS[name] for name in names) - worst) / ways[0] / 2
        + sum(GAINS[name] for name in names) / ways[1] / 2
        for names in ("", "a", "b", "ab")
    }
    best = max(scores.values())
    for name, row in forced.items():
        own = max(score for names, score in scores.items() if name in names)
        assert row.score == float(own)
        assert row.score_cost == float(best - own)


COSTS = {"a": Fraction(1, 3), "b": Fraction(1, 7)}
GAINS = {"a": 3, "b": 1}
