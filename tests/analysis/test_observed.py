"""Effects that are fitted to outcomes: shares of a measured baseline, any unit, small beside large,
steps that would go too far.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from optimiser.errors import ScenarioError
from tests.analysis.test_learning import HEAD, learnt, lesson


@pytest.mark.parametrize("indicator", ["output", "energy"])
def test_a_share_is_one_of_the_baseline_that_was_measured(indicator: str, tmp_path: Path) -> None:
    """Of a baseline measured half as large again 5 % are 5 %, not the forecast's worth of it; and
    what was learnt forecasts what was measured.
    """
    base = {"output": 50, "energy": 200}[indicator]
    rows = (
        "plan,technology,indicator,measured,effect\n"
        f"nothing,,{indicator},{1.5 * base},\n,a,{indicator},,5%\n"
    )
    text = HEAD.replace("output: 8,", "output: +4%,")
    found = learnt(tmp_path, rows, text)
    baseline, a = lesson(found, "baseline", indicator), lesson(found, "a", indicator)
    assert [baseline.learnt, a.learnt] == pytest.approx([1.5 * base, 5])
    assert (baseline.test.n, a.test.n, a.identified) == (1, 1, True)
    again = text.replace(f"baseline: {base}", f"baseline: {1.5 * base}")
    again = again.replace("output: +4%", "output: +5%").replace("energy: -10%", "energy: +5%")
    assert [one.test.difference for one in learnt(tmp_path, rows, again).outcomes] == [0.0, 0.0]


def test_a_share_of_nothing(tmp_path: Path) -> None:
    rows = "technology,indicator,effect\na,output,5%\n"
    with pytest.raises(ScenarioError) as error:
        learnt(
            tmp_path, rows, HEAD.replace("baseline: 50", "baseline: 0").replace("percent", "value")
        )
    (fault,) = error.value.diagnostics
    assert "it is 0 with nothing adopted" in fault.message
    assert (fault.line, fault.column) == (2, 10)


@pytest.mark.parametrize("unit", ["1e-9", "1", "1e9"])
def test_effects_are_refitted_in_any_unit(unit: str, tmp_path: Path) -> None:
    """Three steps from what adds up to 0, which a fit that waits for less than the rounding of its
    terms never ends; and numbers of which none is near 1.
    """
    u = float(unit)
    text = (
        "optimise: 1\nname: case\nindicators: {out: {}}\ntechnologies:\n"
        f"  a: {{effects: {{out: '2 * {unit}'}}}}\n  b: {{effects: {{out: '-1 * {unit}'}}}}\n"
        f"  c: {{effects: {{out: '-1 * {unit}'}}}}\nobjectives: {{out: maximise}}\n"
    )
    rows = f"plan,indicator,measured\na; b; c,out,{0.006 * u!r}\na; b; c,out,{-0.012 * u!r}\n"
    found = learnt(tmp_path, rows, text)
    assert [one.learnt / u for one in found.lessons] == pytest.approx([1.999, -1.001, -1.001])


def test_small_effects_beside_large_ones(tmp_path: Path) -> None:
    """Forecasts are exact: of a thousand million and something the something counts."""
    text = (
        "optimise: 1\nname: case\nindicators: {out: {baseline: 1e9}}\ntechnologies:\n"
        "  a: {effects: {out: 0.00003}}\n  b: {effects: {out: 7}}\nobjectives: {out: maximise}\n"
    )
    rows = "technology,indicator,effect\na,out,0.00004\nb,out,6.5\n"
    found = learnt(tmp_path, rows, text)
    assert lesson(found, "a", "out").learnt == pytest.approx(0.00004)
    assert found.outcomes[0].forecast == pytest.approx(0.00003, rel=0.01)


def test_steps_that_would_go_too_far(tmp_path: Path) -> None:
    """A baseline and percentages of it, measured far from the forecast: whole steps go back and
    forth. What is found is where no small change of any number misses less.
    """
    text = (
        "optimise: 1\nname: case\nindicators: {out: {baseline: 0.3}}\ntechnologies:\n"
        "  a: {effects: {out: +4%}}\n  b: {effects: {out: -3%}}\n  c: {effects: {out: 5}}\n"
        "objectives: {out: maximise}\n"
    )
    rows = (
        "plan,technology,indicator,measured,effect\na; b,,out,0.332,\nnothing,,out,0.288,\n"
        "b; c,,out,8.318,\n,b,out,,-7.9\n,b,out,,16.9%\nb; c,,out,8.31,\n,c,out,,4.1\n"
    )
    found = learnt(tmp_path, rows, text)
    fitted = [one.learnt for one in found.lessons]

    def missed(numbers: list[float]) -> float:
        base, a, b, c = (n / d for n, d in zip(numbers, (1, 100, 100, 1), strict=True))
        seen = [
            (base * (1 + a + b), 0.332),
            (base, 0.288),
            (base * (1 + b) + c, 8.318),
            (base * b, -7.9),
            (0.3 * b, 0.3 * 0.169),
            (base * (1 + b) + c, 8.31),
            (c, 4.1),
        ]
        return sum((model - measured) ** 2 for model, measured in seen)

    assert [one.slot.label for one in found.lessons] == ["baseline", "a", "b", "c"]
    for place, step in product(range(4), (1e-4, -1e-4)):
        moved = [*fitted]
        moved[place] *= 1 + step
        assert missed(moved) > missed(fitted)


def test_numbers_that_follow_phases_are_taken_as_right(tmp_path: Path) -> None:
    """An effect of a price that changes by phase has not one value to refit; what it leaves is the
    other's, and it is never written over.
    """
    text = (
        "optimise: 1\nname: case\nparameters: {price: {by_phase: [2, 3]}}\n"
        "phases: [{name: early}, {name: late}]\nindicators: {out: {baseline: 10}}\n"
        "technologies:\n  a: {effects: {out: {value: 2 * price}}}\n  b: {effects: {out: 7}}\n"
        "objectives: {out: maximise}\n"
    )
    head = "plan,technology,indicator,phase,measured,effect\n"
    rows = f"{head}a; b,,out,late,24,\n,a,out,,,8\n"
    found = learnt(tmp_path, rows, text)
    assert [one.forecast for one in found.outcomes] == [23, 5]
    assert [one.slot.label for one in found.lessons] == ["b"]
    assert found.lessons[0].learnt == pytest.approx(8)
    assert "change by phase: a on out" in found.notes[0]
    assert "one is missed by 3" in found.notes[1]


def test_an_indicator_without_effects_is_not_derived(tmp_path: Path) -> None:
    text = HEAD.replace("  ratio:", "  noise: {baseline: 3}\n  ratio:")
    found = learnt(tmp_path, "plan,indicator,measured\na,noise,4\n", text)
    assert found.outcomes[0].test.difference == 1
    assert "nothing to refit" in found.notes[0]
