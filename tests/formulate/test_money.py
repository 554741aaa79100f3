"""Money over time: the plan worked by hand in the format's contract, and every plan of small random
plants against a calendar that walks their years.
"""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from optimiser.analysis.verification import verify_saved
from optimiser.engine import Options
from optimiser.engine.holding import broken_rules
from optimiser.formulate import Model, formulate
from optimiser.results import Result
from optimiser.results.phase_notes import phase_notes
from optimiser.scenario import load
from optimiser.study import solve
from tests.domain.money import Calendar, random_plant, written
from tests.searches import seeds

#: two technologies, one bought again and one not; worked by hand in the contract of the format
HAND = """\
optimise: 1
name: hand
indicators:
  capex: {timing: one_off}
  saved: {aggregate: present}
  npv: {expr: saved - capex}
technologies:
  a: {lifetime: 2, effects: {capex: 100, saved: 60}}
  b: {lifetime: 2, replace: false, effects: {capex: 90, saved: 40}}
phases: [{name: p1}, {name: p2}, {name: p3, years: 3}]
discount_rate: 0.06
residual_value: linear
objectives: {npv: maximise}
figures:
  payback: {expr: "payback(capex, saved)", unit: yr}
  irr: {expr: "irr(capex, saved)"}
"""
#: plan -> spent in each phase, capex after the residual value, saved, npv
TABLE = {
    "a=1@p1": ((100, 0, 200), 230.8461, 252.7418, 21.8957),
    "a=1@p2": ((0, 100, 100), 178.3016, 196.1381, 17.8365),
    "a=1@p3": ((0, 0, 200), 130.8461, 142.7383, 11.8922),
    "b=1@p2": ((0, 90, 0), 84.9057, 69.1846, -15.7210),
    "a=1@p1 b=1@p3": ((100, 0, 290), 310.9458, 318.0103, 7.0646),
}


def modelled(text: str, folder: Path) -> Model:
    path = folder / "case.yaml"
    path.write_text(text, encoding="utf-8")
    return formulate(load(path))


def decided(model: Model, plan: str) -> np.ndarray:
    return model.encode_all([dict(cell.split("=") for cell in plan.split())])


def valued(model: Model, plan: str) -> dict[str, float]:
    readings = model.read(decided(model, plan))
    columns = [c.name for c in (*model.columns, *model.indicator_columns)]
    values = [*readings.objectives[0].tolist(), *readings.indicators[0].tolist()]
    return dict(zip(columns, values, strict=True))


@pytest.mark.parametrize("plan", TABLE)
def test_the_table_worked_by_hand(plan: str, tmp_path: Path) -> None:
    model = modelled(HAND, tmp_path)
    spent, capex, saved, npv = TABLE[plan]
    values = valued(model, plan)
    assert values["capex"] == pytest.approx(capex, abs=5e-5)
    assert values["saved"] == pytest.approx(saved, abs=5e-5)
    assert values["npv"] == pytest.approx(npv, abs=5e-5)
    assert model.phases(decided(model, plan)).values[0, :, 0].tolist() == list(spent)


def test_a_year_may_count_at_its_middle_or_start(tmp_path: Path) -> None:
    for timing, saved in (("middle", 260.2136), ("start", 267.9063)):
        model = modelled(f"{HAND}discount_timing: {timing}\n", tmp_path)
        assert valued(model, "a=1@p1")["saved"] == pytest.approx(saved, abs=5e-5)


def test_payback_and_rate_of_return_worked_by_hand(tmp_path: Path) -> None:
    values = valued(modelled(HAND, tmp_path), "a=1@p1")
    assert values["payback"] == 5
    assert values["irr"] == pytest.approx(0.124786, abs=5e-7)
    without = HAND.replace("residual_value: linear\n", "")
    assert valued(modelled(without, tmp_path), "a=1@p1")["irr"] == pytest.approx(0, abs=1e-15)


def compared(seed: int, folder: Path) -> None:
    """Every roadmap of a random plant, in each phase and over all of them."""
    plant = random_plant(seed)
    model = modelled(written(plant, {"capex": "minimise", "saved": "maximise"}), folder)
    starts = list(plant.roadmaps())
    x = model.encode_all([{n: f"1@p{p + 1}" for n, p in own.items()} for own in starts])
    readings, roadmap = model.read(x), model.phases(x)
    names = [c.name for c in (*model.columns, *model.indicator_columns)]
    found = np.hstack([readings.objectives, readings.indicators])
    for row, own in enumerate(starts):
        calendar = Calendar(plant, own)
        expected = [float(calendar.aggregated(name)) for name in names]
        assert found[row] == pytest.approx(expected, rel=1e-8, abs=1e-8), (seed, own)
        for phase in range(len(plant.years)):
            expected = [float(calendar.in_phase(c.name, phase)) for c in roadmap.indicators]
            assert roadmap.values[row, phase] == pytest.approx(expected, rel=1e-9, abs=1e-9)
    problem = model.at()
    assert problem.exact is not None
    _, feasible = problem.exact(x)
    assert feasible.tolist() == [Calendar(plant, own).allowed() for own in starts], seed


@pytest.mark.parametrize("first", seeds(0, 360, 4, here=1))
def test_every_plan_against_the_calendar(first: int, tmp_path: Path) -> None:
    for seed in range(first, first + 4):
        compared(seed, tmp_path)


def fronts(seed: int, folder: Path) -> None:
    """The front of a random plant by three methods, point by point against the calendar."""
    plant = random_plant(seed)
    senses = {"capex": "minimise", "saved": "maximise"}
    path = folder / "case.yaml"
    path.write_text(written(plant, senses), encoding="utf-8")
    scenario = load(path)
    points = set()
    for starts in plant.roadmaps():
        calendar = Calendar(plant, starts)
        if calendar.allowed():
            points.add((calendar.aggregated("capex"), -calendar.aggregated("saved")))
    best = sorted(
        point
        for point in points
        if not any(o != point and o[0] <= point[0] and o[1] <= point[1] for o in points)
    )
    # values of half years are floats to the calendar: what it cannot tell apart is one point
    expected = [best[0]] + [b for a, b in itertools.pairwise(best) if abs(b[0] - a[0]) > 1e-9]
    for method in ("enumerate", "exact", "highs"):
        front = solve(scenario, Options(method=method)).front
        assert front.proof.status == "complete", (seed, method, front.proof)
        found = sorted(zip(front.y[:, 0].tolist(), (-front.y[:, 1]).tolist(), strict=True))
        assert len(found) == len(expected), (seed, method)
        for own, other in zip(found, expected, strict=True):
            assert own == pytest.approx([float(v) for v in other], rel=1e-8, abs=1e-8)


@pytest.mark.parametrize("first", seeds(0, 8, 2, here=1))
def test_fronts_against_the_calendar(first: int, tmp_path: Path) -> None:
    for seed in range(first, first + 2):
        fronts(seed, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(1_000, 3_000, 50))
def test_fronts_of_many_plants_against_the_calendar(first: int, tmp_path: Path) -> None:
    for seed in range(first, first + 50):
        fronts(seed, tmp_path)


QUALITY = """\
optimise: 1
name: quality
indicators:
  capex: {timing: one_off}
  quality: {baseline: 4}
technologies:
  a: {effects: {capex: 1, quality: -2}}
phases: [{name: p1}, {name: p2}]
objectives: {capex: minimise, quality: minimise}
"""


def test_a_limit_on_the_mean_and_one_in_each_phase(tmp_path: Path) -> None:
    """Started in p2, quality is 4 and 2: 3 on average, and 4 in p1."""
    on_average = modelled(f"{QUALITY}constraints: {{q: quality <= 3}}\n", tmp_path)
    late, early = ({"a": "1@p2"}, {"a": "1@p1"})
    x = on_average.encode_all([late, early])
    assert on_average.broken_in_phases(x) == {"q": 1}
    for phases, broken in (("each", ("q@p1",)), ("[p2]", ()), ("[p1, p2]", ("q@p1",))):
        constraint = f"constraints: {{q: {{expr: quality <= 3, phases: {phases}}}}}\n"
        problem = modelled(QUALITY + constraint, tmp_path).at()
        rules = [broken_rules(problem, problem.point(row.tolist()))[0] for row in x]
        assert rules == [broken, ()]


def test_a_run_says_how_many_plans_break_a_limit_in_a_phase(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    discounted = QUALITY.replace("objectives:", "discount_rate: 0.1\nobjectives:")
    path.write_text(f"{discounted}constraints: {{q: quality <= 3}}\n", encoding="utf-8")
    result = solve(load(path))
    assert phase_notes(result) == [
        "1 of 2 plans keep 'q' on the whole and break it in a phase; 'phases: each' asks for it in "
        "every one"
    ]


def test_years_of_cash_are_saved_read_back_and_verified(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(HAND.replace("npv: maximise", "npv: maximise, capex: minimise"), "utf-8")
    result = solve(load(path))
    folder = result.save(tmp_path / "result")
    again = Result.load(folder)
    assert again.json_text() == result.json_text()
    document = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    row = next(p for p in document["plans"] if p["decisions"] == {"a": "1@p1", "b": 0})
    assert row["figures"] == {"payback": 5, "irr": pytest.approx(0.124786, abs=5e-7)}
    years = row["cash"][0]["years"]
    assert [year["cumulated"] for year in years] == [-40, 20, -20, 40, 0]
    assert verify_saved(folder)[1].holds
    years[1]["gained"] = 61.0
    (folder / "result.json").write_text(json.dumps(document), encoding="utf-8")
    assert not verify_saved(folder)[1].holds


def test_a_horizon_without_phases_is_one_phase(tmp_path: Path) -> None:
    text = HAND.replace("phases: [{name: p1}, {name: p2}, {name: p3, years: 3}]", "years: 5")
    values = valued(modelled(text, tmp_path), "a=1")
    assert values["capex"] == pytest.approx(230.8461, abs=5e-5)
    assert values["saved"] == pytest.approx(252.7418, abs=5e-5)
    assert values["payback"] == 5


def test_a_rate_that_varies_moves_the_middle_of_the_year(tmp_path: Path) -> None:
    text = HAND.replace("0.06", "r") + "parameters: {r: 0.06}\ndiscount_timing: middle\n"
    model = modelled(text, tmp_path)
    assert valued(model, "a=1@p1")["saved"] == pytest.approx(260.2136, abs=5e-5)
    x = decided(model, "a=1@p1")
    assert model.note.startswith("the growth of half a year rounded once, to 1.02956")
    for rate in (0.06, 0.1):
        fixed = modelled(HAND.replace("0.06", str(rate)) + "discount_timing: middle\n", tmp_path)
        expected = fixed.at().evaluate(x)[0]
        assert model.at({"r": rate}).evaluate(x)[0] == pytest.approx(expected, rel=1e-12)
        outcomes = model.evaluate_at(x, np.array([[rate]]), names=["r"])
        assert -outcomes.objectives[0] == pytest.approx(expected, rel=1e-12)


def test_a_catalogue_names_lifetimes_and_delays(tmp_path: Path) -> None:
    text = HAND[: HAND.index("technologies:")] + HAND[HAND.index("phases:") :]
    (tmp_path / "pumps.csv").write_text(
        "id,lifetime,delay,capex,saved\na,2,,100,60\nc,,1,10,5\n", encoding="utf-8"
    )
    model = modelled(f"{text}catalogue: pumps.csv\n", tmp_path)
    assert valued(model, "a=1@p1")["npv"] == pytest.approx(21.8957, abs=5e-5)
    assert valued(model, "c=1@p1")["saved"] == pytest.approx(
        5 * (1 / 1.06**2 + 1 / 1.06**3 + 1 / 1.06**4 + 1 / 1.06**5)
    )
