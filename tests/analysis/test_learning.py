"""Forecast against outcome: tests of significance with published numbers, effects refitted by hand
and back again.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimiser.advice import check
from optimiser.analysis.learning import Learnt, Lesson, learn, t_test
from optimiser.analysis.measured import read_measured
from optimiser.analysis.overlay import base_of, overlay_text, write_overlay
from optimiser.errors import ScenarioError, UsageError
from optimiser.formulate import formulate
from optimiser.scenario import load
from tests.formulate.test_agreement import every_plan
from tests.random_scenarios import portfolios
from tests.searches import examples

Data = dict[str, Any]
_QUIET = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]

# A. R. Cushny, A. R. Peebles, J. Physiol. 32 (1905) 501-510: hours of sleep gained, from which
# Student made his example
SLEEP = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4]

HEAD = """\
optimise: 1
name: case
parameters: {gain: 2}
indicators:
  output: {baseline: 50, unit: kt}
  energy: {baseline: 200, combine: compound}
  ratio: {expr: energy / output}
technologies:
  a: {effects: {output: 8, energy: -10%}}
  b: {effects: {output: {percent: 10 * gain}}}
  c: {levels: {small: {effects: {output: 1}}, large: {effects: {output: 5, energy: -20%}}}, effects: {output: 2}}
  d: {scale: {min: 1, max: 9}, effects_per_unit: {output: 3}}
  f: {}
synergies: {ab: {between: [a, b], effects: {output: 1}}}
variables: {x: {min: 0, max: 4}}
objectives: {output: maximise, energy: minimise, own: {sense: maximise, expr: x}}
plans: {both: {adopt: {a: 1, b: 1}, set: {x: 2}}}
"""


def learnt(folder: Path, rows: str, text: str = HEAD) -> Learnt:
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    (folder / "outcome.csv").write_text(rows, encoding="utf-8")
    model = formulate(load(folder / "case.yaml"))
    return learn(model, read_measured(folder / "outcome.csv", model))


def lesson(found: Learnt, label: str, indicator: str = "output") -> Lesson:
    return next(
        one for one in found.lessons if (one.slot.label, one.slot.indicator) == (label, indicator)
    )


def test_students_own_example() -> None:
    """The values that R prints for t.test of the same differences."""
    found = t_test(SLEEP)
    assert found.n == 10
    assert found.difference == pytest.approx(1.58)
    assert found.t == pytest.approx(4.0621, abs=5e-5)
    assert found.p == pytest.approx(0.002833, abs=5e-7)


def test_one_observation_and_no_scatter() -> None:
    assert (t_test([3.0]).p, t_test([3.0]).error) == (None, None)
    assert (t_test([3.0, 3.0]).p, t_test([3.0, 3.0]).t) == (0.0, None)
    assert t_test([0.0, 0.0]).p == 1.0


@pytest.mark.parametrize("unit", [1e-120, 1e-60, 1e60, 1e120, 1e200])
def test_the_test_knows_no_unit(unit: float) -> None:
    test, same = t_test([unit * x for x in SLEEP]), t_test(SLEEP)
    assert test.t == pytest.approx(same.t, rel=1e-12)
    assert test.p == pytest.approx(same.p, rel=1e-10)


def test_absurd_outcomes_are_no_failure(tmp_path: Path) -> None:
    rows = "".join(f"nothing,output,{x}\na,output,{3 * x}\n" for x in (1e200, 2e200, 4e200))
    test = lesson(learnt(tmp_path, f"plan,indicator,measured\n{rows}"), "a").test
    assert test.t is not None
    assert math.isfinite(test.t)


def test_outcomes_of_plans(tmp_path: Path) -> None:
    """Three observations of one plan; the same thing is one outcome, in the order of the table."""
    rows = (
        "plan,indicator,measured\na; x=1,output,60\nboth,output,70\na; x=1,output,59\na; "
        "x=1,output,58.5\nboth,ratio,2.5\n"
    )
    found = learnt(tmp_path, rows)
    first, second, third = found.outcomes
    assert (first.label, first.forecast, first.test.n) == ("a; x=1", 58.0, 3)
    assert first.measured == pytest.approx(59.1666667)
    assert first.test.error == pytest.approx(
        math.sqrt((0.8333**2 + 0.1667**2 + 0.6667**2) / 2 / 3), rel=1e-3
    )
    assert (second.label, second.forecast, second.test.p) == ("both", 69.0, None)
    assert third.indicator == "ratio"
    assert third.forecast == pytest.approx(180 / 69)
    assert [note for note in found.notes if "ratio" in note]


def test_effects_of_technologies(tmp_path: Path) -> None:
    """Amounts and shares of the value with nothing adopted; one that nobody forecast is learnt
    too.
    """
    rows = (
        "technology,indicator,effect\na,output,9\na,energy,-12%\na,energy,-28\n"
        "d=4,output,10\nf,output,1.5\nc=large,output,6\n"
    )
    found = learnt(tmp_path, rows)
    assert [(one.label, one.forecast, one.measured) for one in found.outcomes] == [
        ("a", 8.0, 9.0),
        ("a", -20.0, -26.0),
        ("d=4", 12.0, 10.0),
        ("f", 0.0, 1.5),
        ("c=large", 7.0, 6.0),
    ]
    assert lesson(found, "a").learnt == pytest.approx(9)
    assert lesson(found, "a", "energy").learnt == pytest.approx(-13)
    assert lesson(found, "d per unit").learnt == pytest.approx(2.5)
    assert lesson(found, "f").learnt == pytest.approx(1.5)
    # the level's own effect and that of its technology are never apart: half of the difference each
    assert lesson(found, "c").learnt == pytest.approx(1.5)
    assert lesson(found, "c (large)").learnt == pytest.approx(4.5)
    assert not lesson(found, "c").identified
    assert lesson(found, "a").identified


def test_an_effect_that_nobody_forecast(tmp_path: Path) -> None:
    """Of the level that was adopted, though another has one; of each unit of an amount."""
    rows = "technology,indicator,effect\nc=small,energy,-20\nd=4,energy,-8\n"
    found = learnt(tmp_path, rows)
    assert lesson(found, "c (small)", "energy").learnt == pytest.approx(-10)
    assert lesson(found, "d per unit", "energy").learnt == pytest.approx(-1)
    text = overlay_text(found, "case.yaml", measured="m")
    assert yaml.safe_load(text)["technologies"]["d"] == {"effects_per_unit": {"energy": "-1%"}}


def test_the_same_plan_in_other_words(tmp_path: Path) -> None:
    rows = (
        "plan,indicator,measured\na; b; x=2,output,70\nboth,output,71\nx=2.0; b=1; a=1,output,69\n"
    )
    found = learnt(tmp_path, rows)
    assert [(one.label, one.test.n) for one in found.outcomes] == [("a; b; x=2", 3)]


def test_least_squares_by_hand(tmp_path: Path) -> None:
    """a, b and both together measured as 60, 70 and 83 from 50 in the mean, twice each: a = 11, b =
    21, and 1 is missed.
    """
    rows = (
        "plan,indicator,measured\na,output,59\na,output,61\nb,output,69\nb,output,71\na; "
        "b,output,82\na; b,output,84\n"
    )
    text = HEAD.replace("synergies: {ab: {between: [a, b], effects: {output: 1}}}\n", "")
    found = learnt(tmp_path, rows, text)
    a, b = lesson(found, "a"), lesson(found, "b")
    assert a.learnt == pytest.approx(11)
    assert b.learnt == pytest.approx(42)  # 21 of 50
    # a is (2 a - b + ab) / 3 of three means with the variance 1 each: 4/9 + 1/9 + 1/9, by Welch
    # with 2 degrees of freedom
    t = 3 / math.sqrt(2 / 3)
    assert a.test.error == pytest.approx(math.sqrt(2 / 3))
    assert a.test.t == pytest.approx(t)
    assert a.test.p == pytest.approx(
        1 - t / math.sqrt(2 + t**2)
    )  # Student's distribution with 2 degrees of freedom
    assert (a.test.n, a.identified) == (4, True)
    assert [note for note in found.notes if "missed by 1" in note]


def test_the_smallest_change_where_effects_are_not_apart(tmp_path: Path) -> None:
    """Measured 75 against a forecast of 69: a, b and their synergy are 2 larger each."""
    found = learnt(tmp_path, "plan,indicator,measured\na; b,output,74\na; b,output,76\n")
    assert lesson(found, "a").learnt == pytest.approx(10)
    assert lesson(found, "b").learnt == pytest.approx(24)
    assert lesson(found, "synergy ab").learnt == pytest.approx(3)
    assert {one.identified for one in found.lessons} == {False}
    assert {one.test.p for one in found.lessons} == {None}


def test_a_compound_indicator(tmp_path: Path) -> None:
    """200 times 0.85 is 170, times 0.75 is 127.5."""
    rows = "plan,indicator,measured\na,energy,169\na,energy,171\na; c=large,energy,127.5\n"
    found = learnt(tmp_path, rows)
    assert lesson(found, "a", "energy").learnt == pytest.approx(-15)
    assert lesson(found, "c (large)", "energy").learnt == pytest.approx(-25)


def test_a_measured_baseline(tmp_path: Path) -> None:
    """Only where it was measured; the percentages are of the baseline then."""
    found = learnt(tmp_path, "plan,indicator,measured\nnothing,output,48\na,output,58\n")
    assert lesson(found, "baseline").learnt == pytest.approx(48)
    assert lesson(found, "a").learnt == pytest.approx(10)
    found = learnt(tmp_path, "plan,indicator,measured\na,output,58\n")
    assert [one.slot.label for one in found.lessons] == ["a"]


def test_phases(tmp_path: Path) -> None:
    """The value in a phase, and that of the horizon, in which the effect counts in one phase of
    two.
    """
    text = HEAD.replace("variables:", "phases: [{name: p1}, {name: p2}]\nvariables:")
    rows = (
        "plan,indicator,phase,measured\n"
        "a=1@p2,output,p2,59\na=1@p2,output,p1,50\na=1@p2,output,,54.5\n"
    )
    found = learnt(tmp_path, rows, text)
    assert [(one.phase, one.forecast) for one in found.outcomes] == [
        ("p2", 58.0),
        ("p1", 50.0),
        ("", 54.0),
    ]
    assert lesson(found, "a").learnt == pytest.approx(9)
    assert lesson(found, "a").test.n == 2


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("", [("S070", 0, 0)]),
        ("plan,indicator,measured\n", [("S070", 0, 0)]),
        ("plan,indicator,measured,measured\na,output,1,2\n", [("S073", 1, 25)]),
        ("plan,indicater,measured\na,output,1\n", [("S073", 1, 1), ("S073", 1, 6)]),
        ("technology,indicator,measured\na,output,1\n", [("S073", 1, 1), ("S073", 1, 1)]),
        ("plan,indicator,measured\naa,output,1\n", [("S012", 2, 1)]),
        ("plan,indicator,measured\na; z,output,1\n", [("S012", 2, 4)]),
        ("plan,indicator,measured\na; a,output,1\n", [("S006", 2, 4)]),
        (
            "plan,indicator,measured\nd=2 ; =2,output,1\n; both; b,output,1\n",
            [("S012", 2, 7), ("S012", 3, 3)],
        ),
        ("plan,indicator,measured\na,outputt,1\n", [("S012", 2, 3)]),
        ("plan,indicator,measured\na,own,1\n", [("S012", 2, 3)]),
        ('plan,indicator,measured\na,output,"1,5"\n', [("S072", 2, 10)]),
        ("plan,indicator,measured\na,output,about 60\n", [("S072", 2, 10)]),
        ("plan,indicator,measured\na,output,.nan\n", [("S072", 2, 10)]),
        ("plan,indicator,measured\na,output,60%\n", [("S072", 2, 10)]),
        (
            "plan,indicator,measured\na,output,1e308\na,output,1e-400\n",
            [("S072", 2, 10), ("S072", 3, 10)],
        ),
        ("plan,indicator,measured\na,output,\n", [("S072", 2, 10)]),
        ("plan,indicator,measured\n,output,1\n", [("S072", 2, 1)]),
        ("plan,indicator,measured\nc,output,1\n", [("S072", 2, 1)]),
        ("plan,indicator,measured\nd,output,1\n", [("S072", 2, 1)]),
        ("plan,indicator,measured\nc=huge,output,1\n", [("S072", 2, 1)]),
        ("plan,indicator,measured\na=1@p1,output,1\n", [("S072", 2, 1)]),
        ("plan,indicator,measured,phase\na,output,1,p1\n", [("S012", 2, 12)]),
        ("technology,indicator,effect\na; b,output,1\n", [("S072", 2, 1)]),
        (
            "plan,technology,indicator,measured,effect\na,a,output,1,1\n",
            [("S072", 2, 1), ("S072", 2, 12)],
        ),
        ("plan,indicator,measured\na,energy,-5\n", [("S072", 2, 10)]),
        ("technology,indicator,effect\na,energy,-120%\n", [("S072", 2, 10)]),
    ],
)
def test_tables_that_cannot_be_used(
    tmp_path: Path, rows: str, expected: list[tuple[str, int, int]]
) -> None:
    with pytest.raises(ScenarioError) as caught:
        learnt(tmp_path, rows)
    assert [(d.code, d.line, d.column) for d in caught.value.diagnostics] == expected
    assert {d.file for d in caught.value.diagnostics} == {str(tmp_path / "outcome.csv")}


def test_the_overlay_forecasts_what_was_learnt(tmp_path: Path) -> None:
    """It extends the scenario, keeps expressions over parameters, and is written once."""
    rows = "plan,indicator,measured\nb,output,61\nc.large,energy,150\nnothing,output,50\n"
    found = learnt(tmp_path, rows)
    file = tmp_path / "next.yaml"
    base = base_of(file, str(tmp_path / "case.yaml"))
    write_overlay(file, overlay_text(found, base, measured="outcome.csv"))
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert data == {
        "optimise": 1,
        "name": "case_learnt",
        "extends": "case.yaml",
        "indicators": {"output": {"baseline": 50}},
        "technologies": {
            "b": {"effects": {"output": {"percent": "(10 * gain) + 2"}}},
            "c": {"levels": {"large": {"effects": {"energy": "-25%"}}}},
        },
    }
    scenario, findings = check(file)
    assert scenario is not None
    assert not [d for d in findings if d.file == str(file)]
    model = formulate(scenario)
    again = learn(model, read_measured(tmp_path / "outcome.csv", model))
    assert [one.test.difference for one in again.outcomes] == pytest.approx([0, 0, 0], abs=1e-9)
    with pytest.raises(UsageError, match="already"):
        write_overlay(file, "optimise: 1\n")
    assert yaml.safe_load(file.read_text(encoding="utf-8")) == data


def test_what_an_overlay_says_of_sure_and_of_unchanged_numbers(tmp_path: Path) -> None:
    found = learnt(tmp_path, "plan,indicator,measured\nb,output,60\na,output,70\na,output,70\n")
    text = overlay_text(found, "case.yaml", measured="m.csv")
    assert "output: 20  # forecast 8, n = 2, p < 0.0001" in text
    assert '{percent: "10 * gain"}  # forecast 20 %, learnt 20 %' in text


def test_significance_chooses_what_is_written(tmp_path: Path) -> None:
    rows = (
        "plan,indicator,measured\n"
        "a,output,59\na,output,59.1\na,output,58.9\nd=1,output,60\nd=2,output,50\n"
    )
    found = learnt(tmp_path, rows)
    assert lesson(found, "a").test.p == pytest.approx(t_test([1.0, 1.1, 0.9]).p)
    text = overlay_text(found, "case.yaml", measured="m", significance=0.05)
    assert list(yaml.safe_load(text)["technologies"]) == ["a"]
    with pytest.raises(UsageError, match="nothing to write"):
        overlay_text(
            learnt(tmp_path, "plan,indicator,measured\na,output,59\n"),
            "case.yaml",
            measured="m",
            significance=0.05,
        )


def test_an_invalid_overlay_is_not_written(tmp_path: Path) -> None:
    file = tmp_path / "next.yaml"
    with pytest.raises(ScenarioError, match="not written"):
        write_overlay(file, "optimise: 1\nname: x\nextends: nowhere.yaml\n")
    assert not file.exists()


def test_where_an_overlay_can_be(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(HEAD, encoding="utf-8")
    (tmp_path / "sub").mkdir()
    with pytest.raises(UsageError, match="outside"):
        base_of(tmp_path / "sub" / "next.yaml", str(tmp_path / "case.yaml"))
    assert (
        base_of(tmp_path / "sub" / "n.yaml", str(tmp_path / "case.yaml"), allow_outside=True)
        == "../case.yaml"
    )
    with pytest.raises(UsageError, match="library"):
        base_of(tmp_path / "next.yaml", "cement_plant")


@settings(max_examples=examples(15), deadline=None, suppress_health_check=_QUIET)
@given(data=portfolios(most=3), seed=st.randoms(use_true_random=False))
def test_outcomes_that_are_the_forecast_teach_nothing(
    data: Data, seed: Any, tmp_path: Path
) -> None:
    """And outcomes moved by anything are reproduced by the effects learnt from them, one plan an
    indicator.
    """
    text = yaml.safe_dump(data, sort_keys=False)
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    model = formulate(load(tmp_path / "case.yaml"))
    x = every_plan(model.at())
    if not len(x):
        return
    readings = model.read(x)
    rows, moved = ["plan,indicator,measured"], ["plan,indicator,measured"]
    for j, column in enumerate(model.columns):
        index = seed.randrange(len(x))
        cells = dict(zip(model.decision_columns, readings.cells[index], strict=True))
        label = (
            ";".join(f"{name}={cell}" for name, cell in cells.items() if cell != "0") or "nothing"
        )
        value = float(readings.objectives[index, j])
        rows.append(f"{label},{column.name},{value!r}")
        moved.append(f"{label},{column.name},{value * 1.01 + 0.0!r}")
    still = learnt(tmp_path, "\n".join(rows) + "\n", text)
    assert [one.test.difference for one in still.outcomes] == pytest.approx(
        [0.0] * len(still.outcomes), abs=1e-9
    )
    assert all(one.learnt == pytest.approx(one.forecast, abs=1e-7) for one in still.lessons)
    found = learnt(tmp_path, "\n".join(moved) + "\n", text)
    if not found.lessons:
        return
    file = tmp_path / "next.yaml"
    file.unlink(missing_ok=True)
    write_overlay(file, overlay_text(found, "case.yaml", measured="m"))
    again = formulate(load(file))
    for one in learn(again, read_measured(tmp_path / "outcome.csv", again)).outcomes:
        if any(of.slot.indicator == one.indicator for of in found.lessons):
            assert one.test.difference == pytest.approx(0.0, abs=1e-6 * max(1.0, abs(one.measured)))
