"""Money over time as it is written: errors and warnings at their places, values by phase."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from optimiser.advice import check
from optimiser.errors import ScenarioError
from optimiser.formulate import formulate
from optimiser.scenario import from_resolved, load
from optimiser.scenario.sampling import sample

HEAD = """\
optimise: 1
name: money
indicators:
  capex: {unit: EUR, timing: one_off}
  saved: {unit: EUR, aggregate: present}
  npv: {unit: EUR, expr: saved - capex}
technologies:
  t: {effects: {capex: 3, saved: 2}}
objectives: {npv: maximise}
phases: [{name: a}, {name: b, years: 2}]
discount_rate: 0.1
"""
FLAT = HEAD.replace("phases: [{name: a}, {name: b, years: 2}]\n", "")
PRICE = "parameters: {price: {by_phase: [1, 2]}}\n"

# the text -> the errors: code, line, column
BROKEN: dict[str, tuple[str, list[tuple[str, int, int]]]] = {
    "no horizon": (FLAT, [("S016", 5, 22)]),
    "lifetime without a horizon": (
        FLAT.replace(", aggregate: present", "").replace("t: {", "t: {lifetime: 2, "),
        [("S016", 8, 7)],
    ),
    "years and phases": (HEAD + "years: 3\n", [("S016", 12, 1)]),
    "years of 0": (FLAT + "years: 0\n", [("S059", 11, 8)]),
    "lifetime of 0": (HEAD.replace("t: {", "t: {lifetime: 0, "), [("S059", 8, 17)]),
    "lifetime of minutes": (HEAD.replace("t: {", "t: {lifetime: 0.001, "), [("S059", 8, 17)]),
    "by phase without phases": (
        FLAT + "years: 3\n" + PRICE.replace("[1, 2]", "[1]"),
        [("S016", 12, 22)],
    ),
    "too few values": (HEAD + PRICE.replace("[1, 2]", "[1]"), [("S014", 12, 32)]),
    "missing phase": (HEAD + PRICE.replace("[1, 2]", "{a: 1}"), [("S013", 12, 22)]),
    "unknown phase": (HEAD + PRICE.replace("[1, 2]", "{a: 1, b: 2, c: 3}"), [("S012", 12, 45)]),
    "value and by_phase": (HEAD + PRICE.replace("{by", "{value: 1, by"), [("S016", 12, 32)]),
    "text by phase": (HEAD + PRICE.replace("[1, 2]", "high"), [("S014", 12, 32)]),
    "ends by phase of one value": (
        HEAD + "parameters: {price: {value: 1, low: [0, 1], high: 2}}\n",
        [("S016", 12, 32)],
    ),
    "range of one phase": (
        HEAD + "parameters: {price: {by_phase: [1, 2], low: [2, 1], high: 3}}\n",
        [("S054", 12, 32)],
    ),
    "bare in a derived indicator": (
        HEAD.replace("saved - capex", "saved * price - capex") + PRICE,
        [("S032", 6, 34)],
    ),
    "bare in an objective": (
        HEAD.replace("{npv: maximise}", "{o: {expr: npv * price, sense: max}}") + PRICE,
        [("S032", 9, 30)],
    ),
    "bare in a rate": (HEAD.replace("0.1", "0.1 * price") + PRICE, [("S032", 11, 22)]),
    "bare in a parameter": (
        HEAD + "parameters: {price: {by_phase: [1, 2]}, twice: 2 * price}\n",
        [("S032", 12, 52)],
    ),
    "phase of a plain parameter": (
        HEAD + "parameters: {p: 1}\nconstraints: {k: 'capex <= p[\"a\"]'}\n",
        [("S031", 13, 28)],
    ),
    "unknown phase of a parameter": (
        HEAD + PRICE + "constraints: {k: 'capex <= price[\"z\"]'}\n",
        [("S012", 13, 28)],
    ),
    "payments in every phase": (
        HEAD.replace("expr: saved - capex", "expr: saved - capex, aggregate: total"),
        [("S016", 6, 41)],
    ),
    "phases of a constraint": (
        HEAD + "constraints: {k: {expr: saved <= 5, phases: [z]}}\n",
        [("S012", 12, 46)],
    ),
    "phases of a constraint without any": (
        FLAT + "years: 3\nconstraints: {k: {expr: saved <= 5, phases: each}}\n",
        [("S016", 12, 37)],
    ),
    "a figure is not optimised": (
        HEAD.replace("npv: maximise", "payback: minimise") + "figures: {payback: "
        '"payback(capex, saved)"}\n',
        [("S046", 9, 14)],
    ),
    "a figure is not limited": (
        HEAD + "constraints: {k: 'irr(capex, saved) >= 0.1'}\n",
        [("S032", 12, 19)],
    ),
    "a figure with the name of an indicator": (
        HEAD + 'figures: {capex: "payback(capex, saved)"}\n',
        [("S020", 12, 11)],
    ),
    "a figure without payback and irr": (HEAD + "figures: {f: 2}\n", [("S032", 12, 14)]),
    "a cost that is not paid": (
        HEAD + 'figures: {f: "payback(saved, saved)"}\n',
        [("S032", 12, 23)],
    ),
    "an income that is paid": (HEAD + 'figures: {f: "irr(capex, capex)"}\n', [("S032", 12, 26)]),
    "figures need a horizon": (
        FLAT.replace(", aggregate: present", "") + 'figures: {f: "irr(capex, saved)"}\n',
        [("S016", 11, 11)],
    ),
    "three arguments": (HEAD + 'figures: {f: "irr(capex, saved, 1)"}\n', [("S030", 12, 15)]),
    "base of a sum": (HEAD.replace("saved - capex", "base(saved - capex)"), [("S030", 6, 26)]),
    "base of a technology": (HEAD.replace("saved - capex", "base(t) - capex"), [("S032", 6, 31)]),
}
WARNED: dict[str, tuple[str, list[tuple[str, int, int]]]] = {
    "discounted and undiscounted": (
        HEAD.replace("present", "total"),
        [("S123", 6, 26)],
    ),
    "undiscounted spending": (
        HEAD.replace("one_off", "one_off, discount: false"),
        [("S123", 6, 26)],
    ),
    "worn out before it acts": (
        HEAD.replace("t: {", "t: {lifetime: 1, replace: false, delay: 1, "),
        [("S122", 8, 3)],
    ),
    "bought again before it acts": (
        HEAD.replace("t: {", "t: {lifetime: 0.5, delay: 1, "),
        [("S122", 8, 3)],
    ),
    "replaced without a lifetime": (HEAD.replace("t: {", "t: {replace: false, "), [("S120", 8, 7)]),
    "nothing is credited": (
        HEAD.replace("one_off", "one_off, residual: false"),
        [("S120", 4, 39)],
    ),
    "timing of nothing": (
        HEAD.replace("present", "total").replace("0.1", "0") + "discount_timing: start\n",
        [("S120", 12, 1)],
    ),
    "a rate that nothing uses": (
        HEAD.replace("present", "total").replace("one_off", "one_off, discount: false"),
        [("S120", 11, 1)],
    ),
}


def written(folder: Path, text: str) -> Path:
    path = folder / "scenario.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", BROKEN)
def test_errors(name: str, tmp_path: Path) -> None:
    text, expected = BROKEN[name]
    with pytest.raises(ScenarioError) as caught:
        load(written(tmp_path, text))
    assert [(d.code, d.line, d.column) for d in caught.value.diagnostics] == expected


@pytest.mark.parametrize("name", WARNED)
def test_warnings(name: str, tmp_path: Path) -> None:
    text, expected = WARNED[name]
    _, found = check(written(tmp_path, text))
    assert [(d.code, d.line, d.column) for d in found] == expected


def test_nothing_to_say(tmp_path: Path) -> None:
    for text in (
        HEAD,
        FLAT + "years: 3\n",
        HEAD.replace("saved - capex", "base(saved) - capex"),
        HEAD + "residual_value: linear\n",
        HEAD.replace("t: {", "t: {lifetime: 2, replace: false, "),
    ):
        assert check(written(tmp_path, text))[1] == ()


PRICED = HEAD.replace("saved: 2", "saved: {value: 2 * price}") + (
    "parameters: {price: {by_phase: {a: 1, b: 2}, low: [0.5, 1], high: {a: 2, b: 4}, "
    "distribution: uniform}}\n"
)


def saved(path: Path, at: str | None = None, *overrides: str) -> list[float]:
    """What the technology saves in each phase."""
    model = formulate(load(path, at=at, overrides=overrides))
    return [float(v) for v in model.phases(model.encode_all([{"t": "1"}])).values[0, :, 1]]


def test_a_price_moves_with_the_phase(tmp_path: Path) -> None:
    path = written(tmp_path, PRICED)
    assert saved(path) == [2, 4]
    assert saved(path, "low") == [1, 2]
    assert saved(path, "high") == [4, 8]
    assert saved(path, None, "parameters.price.by_phase.b=3") == [2, 6]
    values = tmp_path / "values.yaml"
    values.write_text("price: [1.5, 1.25]\n", encoding="utf-8")
    assert saved(path, str(values)) == [3, 2.5]
    values.write_text("price: 1.5\n", encoding="utf-8")
    assert saved(path, str(values)) == [3, 3]


def test_a_draw_moves_all_phases_by_one_quantile(tmp_path: Path) -> None:
    scenario = load(written(tmp_path, PRICED))
    drawn = sample(scenario, 64)
    assert drawn.names == ('price["a"]', 'price["b"]')
    assert drawn.values[:, 1] == pytest.approx(2 * drawn.values[:, 0])
    assert np.ptp(drawn.values[:, 0]) > 1
    model = formulate(scenario)
    x = model.encode_all([{"t": "1@a"}, {"t": "1@b"}])
    outcomes = model.evaluate_at(x, drawn.values)
    for values, own in zip(drawn.values.tolist(), outcomes.objectives, strict=True):
        problem = model.at(dict(zip(drawn.names, values, strict=True)))
        assert own[:, 0] == pytest.approx(-problem.evaluate(x)[0][:, 0])


def test_a_resolved_scenario_reads_back(tmp_path: Path) -> None:
    text = PRICED + (
        "residual_value: linear\ndiscount_timing: middle\n"
        "constraints: {k: {expr: saved <= 9 * price, phases: each}}\n"
        'figures: {years: {expr: "payback(capex, saved)", unit: yr}}\n'
    )
    scenario = load(written(tmp_path, text.replace("t: {", "t: {lifetime: 2, replace: false, ")))
    again = from_resolved(scenario.resolved())
    assert again == scenario
    assert again.number(again.constants['price["b"]'].value) == Fraction(2)
    assert formulate(again).at().constraints == formulate(scenario).at().constraints


MIXED = """\
optimise: 1
name: npv2
indicators:
  capex: {unit: M EUR, timing: one_off}
  saved: {unit: M EUR, aggregate: total}
  npv:   {expr: saved - capex, unit: M EUR}
technologies:
  a: {effects: {capex: 10, saved: 3}}
  b: {effects: {capex: 10, saved: 3.2}, delay: 1}
objectives: {npv: maximise}
phases: [{name: "2027"}, {name: "2028"}, {name: "2029"}, {name: "2030"}, {name: "2031"}]
discount_rate: 0.15
"""


def test_discounted_and_undiscounted_money_said_seven_point_eight(tmp_path: Path) -> None:
    """An expression that adds both said 7.8 for both technologies; counted at the start of each
    year it is 1.565 for one of them, and at its end 0.056.
    """

    def best(text: str) -> float:
        model = formulate(load(written(tmp_path, text)))
        plans = [{"a": a, "b": b} for a in ("0", "1@2027") for b in ("0", "1@2027")]
        return float(model.read(model.encode_all(plans)).objectives.max())

    assert best(MIXED) == pytest.approx(7.8)
    assert [d.code for d in check(written(tmp_path, MIXED))[1]] == ["S123"]
    present = MIXED.replace("total", "present")
    assert best(present) == pytest.approx(0.056465, abs=5e-7)
    assert best(f"{present}discount_timing: start\n") == pytest.approx(1.565, abs=5e-4)
    assert check(written(tmp_path, present))[1] == ()
