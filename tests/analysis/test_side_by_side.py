"""Plans side by side: what is the same, what differs, differences to the first."""

from __future__ import annotations

import csv
import io

import pytest

from optimiser.analysis.side_by_side import SideBySide, side_by_side
from optimiser.errors import UsageError
from optimiser.exports.side_by_side_texts import record, text
from optimiser.results import Result
from optimiser.results.naming_plans import named_plan
from optimiser.scenario import load
from optimiser.study import solve
from tests.handmade import scenario_file


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return solve(load(scenario_file(tmp_path_factory.mktemp("scenario"))))


def chosen(result: Result, *names: str) -> SideBySide:
    return side_by_side(result, [named_plan(result, name) for name in names])


def test_what_is_common_and_what_differs(solved: Result) -> None:
    found = chosen(solved, "pilot", "iot=1,ai=pilot", "everything")
    assert found.common == (("lines", "0"),)
    assert found.differs == ("iot", "ai", "pv")
    names = ["output", "cost", "jobs"]
    assert dict(zip(names, found.change[1], strict=True)) == {"output": 4, "cost": 2, "jobs": 0}
    assert found.change[0] == (0, 0, 0)


def test_every_plan_of_the_front_against_the_first(solved: Result) -> None:
    front = solved.front
    for row in range(1, len(front)):
        found = chosen(solved, front.ids[0], front.ids[row])
        same = {
            n: a
            for n, a, b in zip(
                front.decision_columns, *front.cells[:1], front.cells[row], strict=True
            )
            if a == b
        }
        assert dict(found.common) == same
        change = [*(front.y[row] - front.y[0]), *(front.indicators[row] - front.indicators[0])]
        assert found.change[1] == pytest.approx(change)


def test_texts_for_other_programs(solved: Result) -> None:
    found = chosen(solved, "pilot", "none")
    kept = record(found)
    assert kept["differs"] == ["ai"]
    assert kept["common"] == {"lines": 0, "iot": 0, "pv": 0}
    assert kept["change"][found.plans[1].id] == {"output": -2, "cost": -1.5, "jobs": 0}
    lines = list(csv.reader(io.StringIO(text(found, "csv"))))
    assert lines[0][:3] == ["kind", "name", "unit"]
    assert ["decision", "ai", "", "pilot", "0", ""] in lines
    assert ["objective", "cost", "M CNY", "1.5", "0", "-1.5"] in lines
    assert "| ai | pilot | 0 |" in text(found, "md")


def test_at_most_six_and_none_twice(solved: Result) -> None:
    with pytest.raises(UsageError, match="named twice"):
        chosen(solved, "pilot", "ai=pilot")
    plans = [named_plan(solved, f"lines={n},iot={i}") for n in (0, 1, 2) for i in (0, 1)]
    assert len(side_by_side(solved, plans).plans) == 6
    with pytest.raises(UsageError, match="7 plans"):
        side_by_side(solved, [*plans, named_plan(solved, "pilot")])
