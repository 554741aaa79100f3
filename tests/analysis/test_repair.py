"""What repairs a scenario that nothing fits, against brute force over all of its plans."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from optimiser import solve
from optimiser.analysis.repair import Prices, Repaired, repair
from optimiser.engine.contract import Budget
from optimiser.errors import InfeasibleError
from optimiser.formulate import formulate
from optimiser.scenario import load
from tests.searches import examples


def asked(text: str, **options: Any) -> Repaired:
    """The answer for a scenario; each of its repairs is tried by reading and solving it again."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "s.yaml")
        path.write_text(text, encoding="utf-8")
        overrides = options.pop("overrides", ())
        found = repair(formulate(load(path, overrides=overrides)), Budget(), **options)
        if not found.plan:
            for one in found.repairs:
                solve(load(path, overrides=(*overrides, *one.overrides)))
        return found


@dataclass(frozen=True)
class Drawn:
    """A scenario of yes/no technologies and one amount, and what its limits are."""

    gains: list[int]
    costs: list[int]
    need: int
    purse: int
    most: int
    x_gain: int
    requires: list[tuple[int, int]]
    excludes: list[tuple[int, int]]
    group: int

    def text(self) -> str:
        """As YAML."""
        lines = ["optimise: 1", "name: drawn", "indicators:"]
        lines += [f"  gain: {{expr: own + {self.x_gain} * x}}", "  own: {}", "  cost: {}"]
        lines += ["variables:", f"  x: {{min: 0, max: {self.most}}}", "technologies:"]
        for i, (gain, cost) in enumerate(zip(self.gains, self.costs, strict=True)):
            requires = [f"t{j}" for k, j in self.requires if k == i]
            excludes = [f"t{j}" for k, j in self.excludes if k == i]
            lines.append(
                f"  t{i}: {{effects: {{own: {gain}, cost: {cost}}}, "
                f"requires: [{', '.join(requires)}], excludes: [{', '.join(excludes)}]}}"
            )
        names = ", ".join(f"t{i}" for i in range(len(self.gains)))
        lines += ["groups:", f"  few: {{of: [{names}], at_most: {self.group}}}"]
        lines += ["constraints:", f"  need: gain >= {self.need}", f"  purse: cost <= {self.purse}"]
        lines += ["objectives: {cost: min}", ""]
        return "\n".join(lines)

    def cheapest(self) -> float:
        """The least price, by a linear program for each choice of technologies."""
        return min(self.price(x) for x in itertools.product((0, 1), repeat=len(self.gains)))

    def price(self, x: tuple[int, ...]) -> float:
        """The least price for one choice: of the columns x, s_need, s_purse, s_x."""
        rules = sum(x[i] > x[j] for i, j in self.requires)
        rules += len({frozenset(pair) for pair in self.excludes if x[pair[0]] and x[pair[1]]})
        over = max(0, sum(x) - self.group)
        gain, cost = np.dot(self.gains, x), np.dot(self.costs, x)
        found = linprog(
            [0, 1 / self.need, 1 / self.purse, 1 / self.most],
            [[-self.x_gain, -1, 0, 0], [0, 0, -1, 0], [1, 0, 0, -1]],
            [gain - self.need, self.purse - cost, self.most],
        )
        assert found.status == 0
        return float(found.fun) + rules + over / self.group


@st.composite
def drawn(draw: st.DrawFn) -> Drawn:
    """Small scenarios, most of which nothing fits."""
    n = draw(st.integers(1, 4))
    some = st.integers(0, 9)
    pairs = [(i, j) for i in range(n) for j in range(n) if i < j]
    rules = draw(st.lists(st.sampled_from(pairs), max_size=3, unique=True)) if pairs else []
    cut = draw(st.integers(0, len(rules)))
    return Drawn(
        draw(st.lists(some, min_size=n, max_size=n)),
        draw(st.lists(some, min_size=n, max_size=n)),
        draw(st.integers(1, 40)),
        draw(st.integers(1, 20)),
        draw(st.integers(1, 5)),
        draw(st.integers(0, 3)),
        [(j, i) for i, j in rules[:cut]],
        rules[cut:],
        draw(st.integers(1, n)),
    )


@given(drawn())
@settings(max_examples=examples(25), phases=[Phase.generate])
def test_the_first_repair_is_the_cheapest_of_all_plans(one: Drawn) -> None:
    found = asked(one.text())
    least = one.cheapest()
    assert found.feasible == (least < 1e-9)
    if found.feasible:
        return
    assert found.proven
    first = found.repairs[0]
    assert first.cost == pytest.approx(least, rel=2e-6, abs=1e-9)
    assert all(r.enough == "proven" and r.minimal for r in found.repairs)
    assert [r.cost for r in found.repairs] == sorted(r.cost for r in found.repairs)
    sets = [{change.path for change in r.changes} for r in found.repairs]
    assert not any(before <= after for before, after in itertools.combinations(sets, 2))


@given(drawn(), st.data())
@settings(max_examples=examples(25), phases=[Phase.generate])
def test_a_plan_is_let_in_for_the_least_price(one: Drawn, data: st.DataObject) -> None:
    x = data.draw(st.tuples(*[st.integers(0, 1)] * len(one.gains)))
    cells = {f"t{i}": str(value) for i, value in enumerate(x)} | {"x": "0"}
    found = asked(one.text(), cells=cells)
    fixed = Drawn(**{**vars(one), "x_gain": 0})
    least = fixed.price(x)
    assert found.feasible == (least < 1e-9)
    if not found.feasible:
        assert found.repairs[0].cost == pytest.approx(least, rel=2e-6)
        assert found.complete


@given(drawn())
@settings(max_examples=examples(15), phases=[Phase.generate])
def test_the_conflict_is_one_and_minimal(one: Drawn) -> None:
    found = asked(one.text(), count=1)
    if found.feasible:
        return
    left = {rule.name for rule in found.conflict}
    assert not _fits(one, left)
    for name in left:
        assert _fits(one, left - {name})


def _fits(one: Drawn, rules: set[str]) -> bool:
    """Whether a plan holds these rules alone, by trying all."""
    for x in itertools.product((0, 1), repeat=len(one.gains)):
        gain = np.dot(one.gains, x) + one.x_gain * one.most
        broken = {
            "need": gain < one.need,
            "purse": np.dot(one.costs, x) > one.purse,
            "few": sum(x) > one.group,
        }
        broken |= {f"t{i} requires t{j}": x[i] > x[j] for i, j in one.requires}
        broken |= {f"t{i} excludes t{j}": x[i] + x[j] > 1 for i, j in one.excludes}
        if not any(broken[name] for name in rules):
            return True
    return False


PHASED = """
optimise: 1
name: phased
indicators: {gain: {aggregate: final}, capex: {timing: one_off}}
technologies:
  a: {effects: {gain: 10, capex: 100}}
  b: {requires: [{technology: a, lead: 1}], effects: {gain: 20, capex: 200}}
phases:
  - {name: "2027", limits: {capex: 50}}
  - {name: "2028", limits: {capex: 150}}
constraints:
  need: gain >= 30
objectives: {gain: max}
"""


def test_what_is_carried_over_counts_for_later_phases() -> None:
    """a must start in 2027 for 100, b in 2028 for 200: 300 in all, of which 200 are there."""
    plain = asked(PHASED, count=1)
    assert (
        plain.repairs[0].overrides
        == (
            "phases.0.limits.capex=100",
            "phases.1.limits.capex=200",
        )
        or plain.repairs[0].cost < 1 + 50 / 150
    )
    carried = asked(
        PHASED + "carry_over: true\n", prices=Prices(keep=("need", "b requires a 1 before"))
    )
    assert carried.proven
    # 50 more in 2027 are needed, and 100 in both; in 2028 a share of the old bound is cheapest
    assert carried.repairs[0].overrides == (
        "phases.0.limits.capex=100",
        "phases.1.limits.capex=200",
    )
    assert carried.repairs[0].cost == pytest.approx(50 / 50 + 50 / 150)
    assert carried.repairs[1].overrides == ("phases.0.limits.capex=150",)


def test_what_is_kept_is_never_changed_and_prices_move_the_choice() -> None:
    text = "optimise: 1\nname: s\nvariables: {x: {min: 0, max: 100}}\n"
    text += (
        "constraints: {low: x >= 40, high: x <= 20}\nobjectives: {x: {sense: min, expr: 2 * x}}\n"
    )
    text = text.replace("{x: {sense: min, expr: 2 * x}}", "{y: {sense: min, expr: x}}")
    found = asked(text)
    assert [one.overrides for one in found.repairs] == [
        ("constraints.low.expr=x >= 20",),
        ("constraints.high.expr=x <= 40",),
    ]
    assert (found.repairs[0].cost, found.repairs[1].cost) == (0.5, 1.0)
    kept = asked(text, prices=Prices(keep=("low",)))
    assert [one.overrides for one in kept.repairs] == [("constraints.high.expr=x <= 40",)]
    dear = asked(text, prices=Prices(times={"low": 3.0}))
    assert dear.repairs[0].overrides == ("constraints.high.expr=x <= 40",)
    nothing = asked(text, prices=Prices(keep=("low", "high")))
    assert (nothing.feasible, nothing.repairs) == (False, ())


def test_numbers_without_an_end_are_rounded_outwards() -> None:
    text = "optimise: 1\nname: s\nvariables: {x: {min: 0, max: 1}, y: {min: 0, max: 1}}\n"
    text += "constraints: {c: 3 * x + 3 * y == 1, d: x - y == 0.25, e: 6 * x <= 1}\n"
    text += "objectives: {y: {sense: min, expr: y}}\n".replace("{y: {", "{z: {")
    found = asked(text)
    assert found.feasible is False
    assert all(one.enough == "proven" for one in found.repairs)


def test_solving_a_repaired_scenario_without_one_change_is_infeasible(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(PHASED, encoding="utf-8")
    found = repair(formulate(load(path)), Budget())
    for one in found.repairs:
        for left in one.overrides:
            with pytest.raises(InfeasibleError):
                solve(load(path, overrides=[text for text in one.overrides if text != left]))


def test_exact_prices() -> None:
    """A third of the bound, exactly rounded outwards."""
    text = "optimise: 1\nname: s\nvariables: {x: {min: 0, max: 9}}\n"
    text += (
        "constraints: {low: 3 * x >= 10, high: x <= 3}\nobjectives: {z: {sense: min, expr: x}}\n"
    )
    found = asked(text, prices=Prices(keep=("low",)))
    (change,) = found.repairs[0].changes
    assert change.set == "constraints.high.expr=x <= 3.3333334"
    assert Fraction(str(change.after)) > Fraction(10, 3)
    assert found.repairs[0].minimal


CURVED = """
optimise: 1
name: curved
indicators: {out: {baseline: 10, combine: compound}, cost: {}}
variables: {x: {min: 0, max: 5}}
technologies:
  a: {effects: {out: +10%, cost: 3}}
  b: {effects: {out: +20%, cost: 5}}
constraints:
  need: out + sqrt(x) >= 19
  budget: cost + x**2 <= 8
objectives: {out: max, cost: min}
"""


@pytest.mark.slow
def test_a_model_that_is_not_linear_is_searched_and_says_so() -> None:
    found = asked(CURVED, count=2)
    assert not found.proven
    assert not found.complete
    assert any("not linear" in note for note in found.notes)
    best = min(
        max(0, 19 - out - x**0.5) / 19 + max(0, cost + x * x - 8) / 8
        for out, cost in ((10, 0), (11, 3), (12, 5), (13.2, 8))
        for x in np.linspace(0, 5, 501)
    )
    assert best - 1e-3 < found.repairs[0].cost < 1.2 * best
    assert all(one.enough == "proven" and not one.minimal for one in found.repairs)


def test_a_given_plan_of_such_a_model_is_exact() -> None:
    found = asked(CURVED, cells={"a": "1", "x": "4"})
    assert found.repairs[0].overrides == (
        "constraints.need.expr=out + sqrt(x) >= 13",
        "constraints.budget.expr=cost + x**2 <= 19",
    )
    assert found.repairs[0].minimal
    assert found.complete


RATIO = """
optimise: 1
name: ratio
indicators: {gain: {}, cost: {baseline: 1}}
technologies:
  a: {effects: {gain: 4, cost: 3}}
  b: {effects: {gain: 2, cost: 1}}
constraints: {r: gain / cost >= 2, n: gain >= 5}
objectives: {gain: max, cost: min}
"""


def test_a_limit_on_a_ratio_is_exact() -> None:
    """a and b together: 6 / 5; any other plan has a lower one, and too little."""
    found = asked(RATIO, count=2)
    (first,) = found.repairs
    assert found.complete
    assert first.overrides == ("constraints.r.expr=gain / cost >= 1.2",)
    assert first.cost == pytest.approx(0.4)
    assert (first.minimal, first.enough) == (True, "proven")


def test_the_range_that_stands_for_a_bound_of_0_is_that_of_the_scenario() -> None:
    text = "optimise: 1\nname: s\nvariables: {x: {min: 0, max: 3}}\n"
    text += "indicators: {gain: {}}\ntechnologies: {a: {effects: {gain: 4}}}\n"
    text += "constraints: {z: gain - x <= 0, n: gain >= 4}\nobjectives: {gain: max}\n"
    (one,) = asked(text, prices=Prices(keep=("n", "x"))).repairs
    assert one.overrides == ("constraints.z.expr=gain - x <= 1",)
    assert one.cost == pytest.approx(1 / 7)


@pytest.mark.parametrize("unit", [1e9, 1e-3])
def test_units_do_not_matter(unit: float) -> None:
    text = "optimise: 1\nname: s\nindicators: {gain: {}, cost: {}}\ntechnologies:\n"
    text += f"  a: {{effects: {{gain: 1, cost: {3 * unit!r}}}}}\n"
    text += f"  b: {{effects: {{gain: 1, cost: {4 * unit!r}}}}}\n"
    text += f"constraints: {{n: gain >= 2, c: 'cost <= {5 * unit!r}'}}\nobjectives: {{gain: max}}\n"
    found = asked(text, prices=Prices(keep=("n",)))
    assert found.repairs[0].cost == pytest.approx(2 / 5)
    assert found.complete


def test_expressions_that_yaml_takes_for_something_else_are_quoted() -> None:
    text = "optimise: 1\nname: s\nvariables: {x: {min: 0, max: 3}}\n"
    text += "objectives: {y: {sense: min, expr: x}}\nconstraints:\n  low: '- x <= -5'\n"
    found = asked(text, prices=Prices(keep=("x",)))
    assert found.repairs[0].overrides == ("constraints.low.expr='- x <= -3'",)


def test_a_plan_within_tolerance_is_no_repair() -> None:
    text = "optimise: 1\nname: s\nvariables: {x: {min: 0, max: 1}}\n"
    text += "objectives: {y: {sense: min, expr: x}}\nconstraints:\n  low: x >= 1.0000000001\n"
    found = asked(text)
    assert found.feasible
    assert "within the tolerance" in found.notes[0]


def test_bounds_and_steps_whose_decimals_do_not_end() -> None:
    text = "optimise: 1\nname: s\nindicators: {gain: {}}\n"
    text += "variables: {x: {min: 0, max: 10 / 3}}\ntechnologies:\n"
    text += "  t: {scale: {min: 1 / 3, max: 2 / 3, step: 1 / 3}, effects_per_unit: {gain: 1}}\n"
    text += "constraints: {a: x >= 4, b: gain >= 1}\nobjectives: {gain: min}\n"
    found = asked(text, prices=Prices(keep=("a", "b")))
    (one,) = found.repairs
    assert (one.enough, one.minimal) == ("proven", True)
    assert one.overrides == ("variables.x.max=4", "technologies.t.scale.max=1")


def test_a_scenario_without_limits_needs_no_repair(tmp_path: Path) -> None:
    """It ended in an internal error: there was no slack that the price could be named after."""
    path = tmp_path / "free.yaml"
    path.write_text(
        "optimise: 1\nname: free\nindicators: {gain: {}}\n"
        "technologies: {a: {effects: {gain: 1}}}\nobjectives: {gain: maximise}\n",
        encoding="utf-8",
    )
    assert repair(formulate(load(path)), Budget()).feasible is True
