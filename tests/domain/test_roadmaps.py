"""Roadmaps: the published outcome in two phases, and the example of docs/phases.md worked by
hand.
"""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import yaml

import optimiser
from optimiser.engine.contract import Budget
from optimiser.engine.equivalence import equivalent_plans
from optimiser.formulate import formulate
from tests.domain import oracle, roadmaps
from tests.domain.solving import feasible_plans, points, solved

PAGE = Path(__file__).parents[2] / "docs" / "phases.md"
NAME = "smart_manufacturing_phases"


@pytest.mark.parametrize(("carried", "feasible"), [("false", 10), ("true", 15)])
def test_smart_manufacturing_in_two_phases(carried: str, feasible: int) -> None:
    override = f"carry_over={carried}"
    data = {**oracle.read(NAME), "carry_over": carried == "true"}
    assert len(list(roadmaps.plans(data))) == feasible
    assert feasible_plans(NAME, override) == feasible
    expected = roadmaps.front(data)
    result = solved(NAME, override)
    assert result.front.proof.status == "complete"
    assert {
        tuple(row): cells
        for row, cells in zip(result.front.y.tolist(), result.front.cells, strict=True)
    } == expected
    everything = {("1@2027", "1@2027", "1@2028"): (20.0, -15.0, -10.0, 12.0)}
    assert (
        everything.items()
        <= dict(zip(result.front.cells, map(tuple, result.front.y.tolist()), strict=True)).items()
    )
    # phases only say when: the same six points as without them
    assert points(result) == points(solved("smart_manufacturing"))


def test_money_carried_over_pays_for_a_dear_second_year() -> None:
    data = {**oracle.read(NAME), "carry_over": True}
    late = [
        choice for choice, _ in roadmaps.plans(data) if roadmaps.cells(data, choice)[2] == "1@2028"
    ]
    assert ("1@2028", "0", "1@2028") in [roadmaps.cells(data, choice) for choice in late]
    model = formulate(optimiser.load(NAME, overrides=["carry_over=true"]))
    x = model.encode({"iot_monitoring": "1@2028", "ai_scheduling": "1@2028"})
    roadmap = model.phases(x[None, :])
    money = [column.name for column in roadmap.indicators].index("investment")
    assert roadmap.values[0, :, money].tolist() == [0, 8]
    assert roadmap.limits[:, money].tolist() == [7, 5]
    assert roadmap.available[0, :, money].tolist() == [7, 12]
    assert roadmap.starts[0] == ((), (("iot_monitoring", "1"), ("ai_scheduling", "1")))


def rows() -> list[list[str]]:
    found = [
        line.strip("| \n").split(" | ")
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line.startswith("| ")
    ]
    return [row for row in found if len(row) == 12][1:]


def test_the_example_of_the_page_is_what_the_model_says(tmp_path: Path) -> None:
    text = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[0]
    file = tmp_path / "worked.yaml"
    file.write_text(text, encoding="utf-8")
    model = formulate(optimiser.load(file))
    data = oracle._long(yaml.safe_load(text))
    names = [phase["name"] for phase in data["phases"]]
    assert len(rows()) == 7
    for recovery, metering, *numbers in rows():
        expected = [float(number) for number in numbers]
        cells = {
            name: "0" if start == "never" else f"1@{start}"
            for name, start in (("recovery", recovery), ("metering", metering))
        }
        x = model.encode(cells)[None, :]
        readings, roadmap = model.read(x), model.phases(x)
        columns = [column.name for column in roadmap.indicators]
        energy, cost = (
            roadmap.values[0, :, columns.index(name)].tolist() for name in ("energy", "cost")
        )
        values = dict(
            zip(
                [c.name for c in (*model.columns, *model.indicator_columns)],
                np.concatenate([readings.objectives[0], readings.indicators[0]]).tolist(),
                strict=True,
            )
        )
        assert [
            *energy,
            values["energy"],
            values["total"],
            values["last"],
            *cost,
            values["cost"],
        ] == expected
        choice = {
            n: 0 if cell == "0" else (1, names.index(cell.partition("@")[2]))
            for n, cell in cells.items()
        }
        again = roadmaps.readings(data, choice)
        seen = [again["energy", name] for name in names]
        spent = [again["cost", name] for name in names]
        assert [*seen, again["energy"], again["total"], again["last"], *spent, again["cost"]] == [
            Fraction(n) for n in numbers
        ]


def test_what_comes_after_the_horizon_is_not_counted(tmp_path: Path) -> None:
    text = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[0]
    file = tmp_path / "worked.yaml"
    file.write_text(text, encoding="utf-8")
    listed = {cells[0] for cells in solved(file).front.cells}
    assert "1@2029-30" not in listed
    file.write_text(
        text.replace("discount_rate", '  - {name: "2031-40", years: 10}\ndiscount_rate'),
        encoding="utf-8",
    )
    longer = {cells[0] for cells in optimiser.solve(optimiser.load(file)).front.cells}
    assert "1@2029-30" in longer


def test_plans_that_differ_in_their_starts_alone_are_equivalent() -> None:
    problem = formulate(optimiser.load(NAME)).at()
    model = formulate(optimiser.load(NAME))
    x = model.encode({"iot_monitoring": "1@2027"})[None, :]
    (found,) = equivalent_plans(problem, x, Budget(None), limit=10) or ()
    assert found.complete
    assert model.read(found.plans).cells == (("1@2027", "0", "0"), ("1@2028", "0", "0"))
