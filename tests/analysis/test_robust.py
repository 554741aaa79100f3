"""Plans over samples, against every combination at every sample."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimiser.analysis import records
from optimiser.analysis.ideals import ideals, tasks_of
from optimiser.analysis.parameter_regions import Region
from optimiser.analysis.robust import Robustness, drawn_for, robust, solves_asked
from optimiser.analysis.robust_records import of_robustness
from optimiser.errors import NoSolutionError, UsageError
from optimiser.render.robustness import percent
from optimiser.results import Result
from optimiser.scenario import load
from optimiser.study import solve

if TYPE_CHECKING:
    from optimiser.scenario import Scenario

PLANT = """
optimise: 1
name: 工厂
parameters:
  carbon: {value: 80, low: 50, high: 140, unit: EUR/t}
  uptake: {value: 0.9, low: 0.7, high: 1.0, distribution: triangular}
  subsidy: 0.1 * carbon
indicators:
  output: {baseline: 100, unit: kt/yr}
  cost: {unit: M EUR/yr}
technologies:
  pump: {effects: {cost: {value: 9 - 0.06 * carbon}, output: 1}}
  capture: {effects: {cost: {value: 21 - 0.12 * carbon - subsidy}, output: -2}}
  training: {effects: {output: {value: 5 * uptake}, cost: 1.2}}
constraints:
  purse: cost <= 6
objectives:
  output: maximise
  cost: minimise
plans:
  all: {adopt: {pump: 1, capture: 1, training: 1}}
"""


def written(folder: Path, text: str) -> Scenario:
    (folder / "made.yaml").write_text(text, encoding="utf-8")
    return load(folder / "made.yaml")


def asked(result: Result, count: int = 64, **options: Any) -> Robustness:
    return robust(result, drawn_for(result, count, 1), regret=True, **options)


# ---- an oracle: every combination of yes/no technologies at every sample, in plain floats


class Oracle:
    """Indicators are sums over adopted technologies of ``number * parameter``."""

    def __init__(
        self,
        effects: list[dict[str, tuple[float, str | None]]],
        senses: dict[str, float],
        limit: tuple[str, float, str | None],
    ) -> None:
        self.effects, self.senses, self.limit = effects, senses, limit
        self.plans = list(product((0, 1), repeat=len(effects)))

    def value(self, plan: tuple[int, ...], name: str, at: dict[str, float]) -> float:
        total = 0.0
        for adopted, own in zip(plan, self.effects, strict=True):
            number, parameter = own.get(name, (0.0, None))
            total += adopted * number * (at[parameter] if parameter else 1.0)
        return total

    def minimised(self, plan: tuple[int, ...], at: dict[str, float]) -> list[float]:
        return [sign * self.value(plan, name, at) for name, sign in self.senses.items()]

    def holds(self, plan: tuple[int, ...], at: dict[str, float]) -> bool:
        name, bound, parameter = self.limit
        bound *= at[parameter] if parameter else 1.0
        return self.value(plan, name, at) <= bound + 1e-6 * max(1.0, abs(bound))


@st.composite
def models(draw: st.DrawFn) -> tuple[str, Oracle]:
    names = {"g": draw(st.sampled_from([-1.0, 1.0])), "c": 1.0}
    if draw(st.booleans()):
        names["r"] = draw(st.sampled_from([-1.0, 1.0]))
    parameters = ["p", "q"]
    effects: list[dict[str, tuple[float, str | None]]] = [
        {
            name: (
                draw(st.integers(-20, 60)) / 10,
                draw(st.sampled_from([None, *parameters])),
            )
            for name in names
        }
        for _ in range(draw(st.integers(1, 5)))
    ]
    limit = ("c", draw(st.integers(1, 120)) / 10, draw(st.sampled_from([None, "q"])))
    lines = ["optimise: 1", "name: made", "parameters:"]
    lines += ["  p: {value: 1, low: 0.5, high: 1.5}"]
    lines += ["  q: {value: 2, low: 1, high: 2.5, distribution: uniform}"]
    lines += ["indicators:", *(f"  {name}: {{}}" for name in names), "technologies:"]
    for i, own in enumerate(effects):
        parts = (f"{n}: {{value: {v}{f' * {p}' if p else ''}}}" for n, (v, p) in own.items())
        lines.append(f"  t{i}: {{effects: {{{', '.join(parts)}}}}}")
    bound = f"{limit[1]} * {limit[2]}" if limit[2] else f"{limit[1]}"
    lines += ["constraints:", f"  most: c <= {bound}", "objectives:"]
    lines += [f"  {n}: {'maximise' if s < 0 else 'minimise'}" for n, s in names.items()]
    return "\n".join(lines), Oracle(effects, names, limit)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(models())
def test_against_every_combination_at_every_sample(
    tmp_path: Path, model: tuple[str, Oracle]
) -> None:
    against_every_combination(tmp_path, *model)


@pytest.mark.slow
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(models())
def test_many_against_every_combination_at_every_sample(
    tmp_path: Path, model: tuple[str, Oracle]
) -> None:
    against_every_combination(tmp_path, *model)


def against_every_combination(tmp_path: Path, text: str, oracle: Oracle) -> None:
    try:
        result = solve(written(tmp_path, text))
    except NoSolutionError:
        return
    drawn = drawn_for(result, 12, 1)
    found = robust(result, drawn, level=0.75, regret=True)
    at = [dict(zip(drawn.names, row, strict=True)) for row in drawn.values.tolist()]
    listed = [tuple(int(cell) for cell in one.plan.cells) for one in found.plans]
    scale = np.abs(np.diff(result.ranking.ranges, axis=1)[:, 0])
    ideal = np.array(
        [
            np.min([oracle.minimised(p, v) for p in oracle.plans if oracle.holds(p, v)], axis=0)
            if any(oracle.holds(p, v) for p in oracle.plans)
            else np.full(len(oracle.senses), np.nan)
            for v in at
        ]
    )
    signs = np.array(list(oracle.senses.values()))
    assert found.ideals is not None
    assert found.ideals.values * signs == pytest.approx(ideal, abs=1e-9, nan_ok=True)
    assert found.ideals.unproven == 0
    size = np.nanmax(np.abs(ideal), axis=0)
    scale = np.where(scale > 0, scale, np.where(size > 0, size, 1.0))
    values = np.array([[oracle.minimised(p, v) for v in at] for p in listed])
    holds = np.array([[oracle.holds(p, v) for v in at] for p in listed])
    for place, one in enumerate(found.plans):
        for k, own in enumerate(one.spreads):
            column = values[place, :, k]
            assert own.mean == pytest.approx(signs[k] * column.mean(), abs=1e-9)
            assert own.worst == pytest.approx(signs[k] * column.max(), abs=1e-9)
            assert own.cvar == pytest.approx(signs[k] * np.sort(column)[-3:].mean(), abs=1e-9)
        assert one.feasible == holds[place].mean()
        efficient = [
            holds[place, s]
            and not any(
                holds[q, s]
                and (values[q, s] <= values[place, s] + 1e-9).all()
                and (values[q, s] < values[place, s] - 1e-9).any()
                for q in range(len(listed))
            )
            for s in range(len(at))
        ]
        assert one.efficient == np.mean(efficient)
        apart = ((values[place] - ideal) / scale)[holds[place]]
        assert (one.regret is None) == (len(apart) == 0)
        if one.regret is not None:
            assert one.regret.max == pytest.approx(apart.max(), abs=1e-9)
            assert one.regret.mean == pytest.approx(apart.max(axis=1).mean(), abs=1e-9)


# ---- one scenario by hand


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return solve(written(tmp_path_factory.mktemp("plant"), PLANT))


def test_a_reference_plan_is_judged_against_the_listed_ones(plant: Result) -> None:
    found = asked(plant)
    (all_of_it,) = [one for one in found.plans if one.plan.name == "all"]
    assert all_of_it.plan.row is None
    assert 0.0 < all_of_it.efficient <= all_of_it.feasible < 1.0
    assert len(found.plans) == len(plant.front) + 1


def test_what_follows_an_uncertain_parameter_follows_it(plant: Result) -> None:
    drawn = drawn_for(plant, 64, 1)
    found = robust(plant, drawn)
    carbon = drawn.values[:, drawn.names.index("carbon")]
    (all_of_it,) = [one for one in found.plans if one.plan.name == "all"]
    assert all_of_it.spreads[1].mean == pytest.approx((31.2 - 0.28 * carbon).mean())


def test_regions_say_what_counting_gives(plant: Result) -> None:
    drawn = drawn_for(plant, 512, 1)
    found = robust(plant, drawn)
    limited = [one for one in found.plans if one.region is not None and one.region.limits]
    assert limited
    x = plant.model.encode_all(
        [dict(zip(plant.front.decision_columns, one.plan.cells, strict=True)) for one in limited]
    )
    held = plant.model.evaluate_at(x, drawn.values).feasible
    for place, one in enumerate(limited):
        assert one.region is not None
        inside = np.ones(512, dtype=bool)
        for name, (low, high) in one.region.limits.items():
            values = drawn.values[:, drawn.names.index(name)]
            inside &= (values >= (-np.inf if low is None else low)) & (
                values <= (np.inf if high is None else high)
            )
        # the printed ends separate the samples as the box does, and none in which a plan is
        # efficient is one in which it does not hold
        both = one.region.density * inside.sum()
        assert both == pytest.approx(round(both), abs=1e-6)
        assert one.region.coverage == pytest.approx(both / (one.efficient * 512))
        assert both <= (inside & held[:, place]).sum()


def test_a_region_in_words() -> None:
    region = Region({"p": (0.5, None), "q": (None, 3.0), "r": (1.0, 2.0)}, 1.0, 0.5)
    assert region.words == "p at least 0.5, q at most 3 and r from 1 to 2"
    assert Region({}, 1.0, 1.0).words == "everywhere"
    assert Region({"p": (None, 0.0)}, 1.0, 1.0).words == "p at most 0"


def test_record_has_the_keys_of_the_contract(plant: Result) -> None:
    found = of_robustness(asked(plant, 16))
    assert [*found][:6] == [
        "schema_version",
        "command",
        "scenario",
        "scenario_hash",
        "proof",
        "notes",
    ]
    assert {"samples", "seed", "plans", "sobol", "solves"} <= set(found)
    assert (found["command"], found["samples"], found["seed"]) == ("robust", 16, 1)
    for plan in found["plans"]:
        assert {"id", "objectives", "feasible", "efficient", "regret", "region"} <= set(plan)
        assert set(plan["objectives"]) == {"output", "cost"}
        for own in plan["objectives"].values():
            assert set(own) == {"mean", "p5", "p95", "worst", "cvar"}
        if plan["regret"]:
            assert {"max", "mean"} <= set(plan["regret"])
        if plan["region"]:
            assert {"text", "density", "coverage"} <= set(plan["region"])
    assert set(found["sobol"]) == {"output", "cost"}
    for own in found["sobol"].values():
        assert set(own) == {"carbon", "uptake"}
        assert all(set(one) == {"first", "total", "error"} for one in own.values())
    records.text(found)  # no number that JSON has not


def test_what_no_uncertain_parameter_moves_is_solved_once(tmp_path: Path) -> None:
    text = PLANT.replace("constraints:\n  purse: cost <= 6\n", "")
    result = solve(written(tmp_path, text.replace("5 * uptake", "5")))
    drawn = drawn_for(result, 32, 1)
    assert solves_asked(result, drawn) == 32 + 1
    found = ideals(result, drawn)
    assert np.isfinite(found.values).all()
    # a limit that moves can change the best of everything
    bound = solve(written(tmp_path, PLANT.replace("5 * uptake", "5")))
    assert len(tasks_of(bound.model, drawn_for(bound, 32, 1))) == 64


def test_the_same_samples_give_the_same_answer(plant: Result) -> None:
    assert of_robustness(asked(plant, 32)) == of_robustness(asked(plant, 32))
    other = robust(plant, drawn_for(plant, 32, 2), seed=2, regret=True)
    assert of_robustness(other)["plans"] != of_robustness(asked(plant, 32))["plans"]


def test_a_loaded_result_gives_the_same_answer(plant: Result, tmp_path: Path) -> None:
    loaded = Result.load(plant.save(tmp_path / "kept"))
    assert of_robustness(asked(loaded, 16)) == of_robustness(asked(plant, 16))


def test_without_uncertain_parameters_help_says_how_to_state_one(tmp_path: Path) -> None:
    certain = PLANT.replace(", low: 50, high: 140", "").replace(
        ", low: 0.7, high: 1.0, distribution: triangular", ""
    )
    result = solve(written(tmp_path, certain))
    with pytest.raises(UsageError, match="uncertain") as error:
        drawn_for(result, 16, 1)
    assert "low" in error.value.help


def test_more_samples_than_memory_is_for_are_refused(plant: Result) -> None:
    with pytest.raises(UsageError, match="samples") as error:
        drawn_for(plant, 1 << 28, 1)
    most = int(error.value.help.split()[2])
    assert 10**6 < most < 1 << 28


@pytest.mark.parametrize("level", [1.0, -0.1, float("nan")])
def test_a_level_of_cvar_is_a_share(plant: Result, level: float) -> None:
    with pytest.raises(UsageError, match="CVaR"):
        robust(plant, drawn_for(plant, 4, 1), level=level)


def test_some_problems_unsolved_are_said_and_the_rest_counts(plant: Result) -> None:
    def half(work: Any, tasks: Any) -> Any:
        return [(place, work(task)) for place, task in enumerate(tasks) if task.sample < 8]

    found = robust(plant, drawn_for(plant, 16, 1), regret=True, spreading=half)
    whole = asked(plant, 16)
    assert found.ideals is not None
    assert whole.ideals is not None
    assert (found.ideals.solves, found.ideals.asked) == (16, 32)
    assert np.isnan(found.ideals.values[8:]).all()
    assert any("16 of 32" in note for note in found.notes)
    assert found.ideals.values[:8] == pytest.approx(whole.ideals.values[:8], nan_ok=True)


def test_nothing_solved_leaves_regret_unknown(plant: Result) -> None:
    found = robust(plant, drawn_for(plant, 16, 1), regret=True, spreading=lambda work, tasks: [])
    assert all(one.regret is None for one in found.plans)


CONTINUOUS = """
optimise: 1
name: mix
parameters: {p: {value: 2, low: 1, high: 3}}
indicators: {cost: {expr: a * p + 3 * b}, dirt: {expr: 2 * a + b}}
variables:
  a: {min: 0, max: 10}
  b: {min: 0, max: 10}
constraints: {demand: a + b >= 4}
objectives: {cost: minimise, dirt: minimise}
"""


def test_a_front_of_segments_has_exact_ideals(tmp_path: Path) -> None:
    result = solve(written(tmp_path, CONTINUOUS))
    assert result.front.proof.of == "cells"
    drawn = drawn_for(result, 16, 1)
    found = robust(result, drawn, regret=True)
    assert found.ideals is not None
    assert found.ideals.values[:, 0] == pytest.approx(4 * np.minimum(drawn.values[:, 0], 3))
    assert found.ideals.values[:, 1] == pytest.approx(4.0)
    assert any("mixtures" in note for note in found.notes)


@pytest.mark.parametrize("unit", [1e-9, 1e9])
def test_units_change_nothing_but_the_numbers(plant: Result, tmp_path: Path, unit: float) -> None:
    scaled = PLANT.replace("cost <= 6", f"cost <= {6 * unit}").replace(
        "cost: 1.2", f"cost: {1.2 * unit}"
    )
    for old in ("9 - 0.06 * carbon", "21 - 0.12 * carbon - subsidy"):
        scaled = scaled.replace(old, f"{unit} * ({old})")
    result = solve(written(tmp_path, scaled))
    # F_delta: a tolerance is absolute below 1
    if unit > 1:
        mine, own = asked(plant, 32), asked(result, 32)
        for one, other in zip(mine.plans, own.plans, strict=True):
            assert (one.plan.id, one.feasible, one.efficient) == (
                other.plan.id,
                other.feasible,
                other.efficient,
            )
            assert (one.regret is None) == (other.regret is None)
            if one.regret is not None and other.regret is not None:
                assert one.regret.max == pytest.approx(other.regret.max)
            assert one.spreads[1].cvar == pytest.approx((other.spreads[1].cvar or 0) / unit)
    else:
        assert all(0 <= one.efficient <= one.feasible <= 1 for one in asked(result, 32).plans)


def test_one_plan_and_constant_objectives(tmp_path: Path) -> None:
    text = """
optimise: 1
name: one
parameters: {p: {value: 2, low: 1, high: 3}}
indicators: {gain: {}, cost: {baseline: 5}}
technologies:
  a: {effects: {gain: {value: p}}}
objectives: {gain: maximise, cost: minimise}
"""
    result = solve(written(tmp_path, text))
    assert len(result.front) == 1
    (one,) = asked(result, 16).plans
    assert (one.feasible, one.efficient) == (1.0, 1.0)
    assert one.regret is not None
    assert one.regret.max == 0.0
    assert one.region == Region({}, 1.0, 1.0)


def test_regret_where_the_run_has_no_range_is_a_share_of_the_best(tmp_path: Path) -> None:
    """At p = 2 plan a alone is listed; above it b gains more, and a regrets it."""
    text = """
optimise: 1
name: one
parameters: {p: {value: 2, low: 1, high: 9}}
indicators: {gain: {}}
technologies:
  a: {effects: {gain: 5}}
  b: {effects: {gain: {value: p}}}
groups: {either: {at_most: 1, of: [a, b]}}
objectives: {gain: maximise}
"""
    result = solve(written(tmp_path, text))
    drawn = drawn_for(result, 32, 1)
    found = robust(result, drawn, regret=True)
    p = drawn.values[:, 0]
    assert found.plans[0].regret is not None
    expected = np.maximum(0, p - 5).max() / max(5.0, p.max())
    assert found.plans[0].regret.max == pytest.approx(expected)


def test_a_parameter_by_phase_is_one_parameter(tmp_path: Path) -> None:
    text = """
optimise: 1
name: phased
parameters:
  p: {by_phase: [1, 2], low: [0.5, 1], high: [1.5, 3]}
  q: {value: 1, low: 0.5, high: 2}
indicators:
  gain: {expr: base * p, aggregate: total}
  base: {}
  cost: {timing: one_off}
technologies:
  a: {effects: {base: 3, cost: 2}}
  b: {effects: {base: {value: 2 * q}, cost: 1}}
phases: [{name: "2027"}, {name: "2030"}]
objectives: {gain: maximise, cost: minimise}
"""
    found = asked(solve(written(tmp_path, text)), 64)
    assert set(found.influences["gain"]) == {"p", "q"}
    assert all(one.total == 0.0 for one in found.influences["cost"].values())


def test_a_share_is_all_or_none_only_where_it_is() -> None:
    shares = [0.0, 1e-5, 0.5, 0.999999, 1.0, 1.234]
    assert list(map(percent, shares)) == ["0 %", "0.1 %", "50 %", "99.9 %", "100 %", "123.4 %"]
