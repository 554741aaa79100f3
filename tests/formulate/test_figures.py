"""Figures of money: published examples with their digits, and what is undefined."""

from __future__ import annotations

import math
import random
from fractions import Fraction
from pathlib import Path

import pytest

from optimiser.formulate.figures import Flows, Year, irr, payback
from optimiser.results.naming_plans import named_plan
from optimiser.results.roadmaps import cash_records
from optimiser.scenario import load
from optimiser.study import solve
from tests.formulate.test_money import modelled, valued


def flows(*amounts: int | str, left: int = 0) -> Flows:
    """What is paid at once, then what is gained at the end of each year."""
    first, *gained = map(Fraction, amounts)
    years = [
        Year(Fraction(t), Fraction(t + 1), -first if t == 0 else Fraction(0), amount)
        for t, amount in enumerate(gained)
    ]
    return Flows(years, Fraction(left))


def worth(amounts: tuple[int, ...], rate: float) -> float:
    """As a spreadsheet's NPV has it, the first amount at once: recomputed, not taken from here."""
    total = 0.0
    for t, amount in enumerate(amounts):
        total += amount / (1 + rate) ** t
    return total


def test_the_example_of_the_irr_function_of_a_spreadsheet() -> None:
    """Microsoft, IRR function: a business of 70,000; after four years -2.1 %, after five 8.7 %."""
    amounts = (-70000, 12000, 15000, 18000, 21000, 26000)
    assert irr(flows(*amounts[:5])) == pytest.approx(-0.021, abs=5e-4)
    assert irr(flows(*amounts)) == pytest.approx(0.087, abs=5e-4)
    assert worth(amounts, irr(flows(*amounts))) == pytest.approx(0, abs=1e-8)


def test_the_examples_of_numpy_financial() -> None:
    """numpy-financial, docstring of irr, to the five digits given there; of flows with
    two rates it names one, and here the rate is undefined.
    """
    for amounts, rate in (
        ((-100, 39, 59, 55, 20), 0.28095),
        ((-100, 0, 0, 74), -0.0955),
        ((-100, 100, 0, 7), 0.06206),
    ):
        assert irr(flows(*amounts)) == pytest.approx(rate, abs=5e-5)
    assert math.isnan(irr(flows(-100, 100, 0, -7)))


NPV = """\
optimise: 1
name: npv
parameters: {income: {by_phase: [8000, 9200, 10000, 12000, 14500]}}
indicators:
  cost: {timing: one_off}
  gained: {aggregate: present}
  npv: {expr: gained - cost}
technologies:
  shop: {effects: {cost: 40000, gained: {value: income}}}
phases: [{name: a}, {name: b}, {name: c}, {name: d}, {name: e}]
discount_rate: 0.08
objectives: {npv: maximise}
"""


def test_the_example_of_the_npv_function_of_a_spreadsheet(tmp_path: Path) -> None:
    """Microsoft, NPV function, example 2: 40,000 at once at 8 %, worth 1,922.06."""
    assert valued(modelled(NPV, tmp_path), "shop=1@a")["npv"] == pytest.approx(1922.06, abs=5e-3)


def test_payback_of_a_textbook() -> None:
    """Even flows: 10,000 that bring 4,000 a year are back after two and a half years; uneven ones
    (Wikipedia, Payback period: 100,000 at 20,000 a year, five years).
    """
    assert payback(flows(-10000, 4000, 4000, 4000)) == 2.5
    assert payback(flows(-100000, *[20000] * 6)) == 5
    assert payback(flows(-1000, 500, 400, 300, 100)) == pytest.approx(2 + 1 / 3)


def test_what_is_undefined_is_empty() -> None:
    assert math.isnan(payback(flows(-100, 40, 40)))
    assert math.isnan(irr(flows(-100, -40)))
    assert math.isnan(irr(flows(0, 0)))
    assert math.isnan(irr(flows(-1000, 2500, -1540)))  # 10 % and 40 %
    assert payback(flows(0, 0)) == 0


def test_a_payback_is_for_good() -> None:
    years = [
        Year(Fraction(0), Fraction(1), Fraction(100), Fraction(120)),
        Year(Fraction(1), Fraction(2), Fraction(50), Fraction(60)),
    ]
    assert payback(Flows(years)) == pytest.approx(1.5)


def test_rates_of_random_flows_are_roots() -> None:
    r = random.Random(1)
    for _ in range(200):
        amounts = tuple(r.randint(-50, 80) for _ in range(r.randint(3, 9)))
        amounts = (-r.randint(20, 200), *amounts)
        rate = irr(flows(*amounts))
        if not math.isnan(rate):
            assert rate > -1
            size = sum(abs(a) / (1 + rate) ** t for t, a in enumerate(amounts))
            assert abs(worth(amounts, rate)) < 1e-9 * size


THIRDS = """\
optimise: 1
name: thirds
phases: [{name: a, years: 3}]
indicators:
  capex: {timing: one_off}
  saved: {}
  ratio: {expr: capex / (1 - pump)}
technologies:
  pump: {effects: {capex: 1, saved: 1/3}}
figures: {back: "payback(capex, saved)", undefined: "payback(ratio, saved)"}
objectives: {capex: minimise, saved: maximise}
"""


def test_flows_are_added_up_exactly(tmp_path: Path) -> None:
    """Three thirds pay for 1 after three years, also where a third is rounded as it is shown."""
    path = tmp_path / "thirds.yaml"
    path.write_text(THIRDS, encoding="utf-8")
    result = solve(load(path))
    pump = result.front.ids.index(named_plan(result, "pump=1").id)
    names = [column.name for column in result.front.indicator_columns]
    values = dict(zip(names, result.front.indicators[pump], strict=True))
    assert values["back"] == 3.0
    assert math.isnan(values["undefined"])
    (tables,) = cash_records(result, [pump])
    assert [table["cost"] for table in tables] == ["capex"]
    assert [year["cumulated"] for year in tables[0]["years"]] == [-2 / 3, -1 / 3, 0.0]
