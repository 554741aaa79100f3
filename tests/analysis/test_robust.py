"""Plans over samples: what is said of them, and on what ground."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from optimiser.analysis import ideals as ideals_module
from optimiser.analysis import records
from optimiser.analysis.ideals import ideals, tasks_of
from optimiser.analysis.parameter_regions import EfficientRegion
from optimiser.analysis.robust import Robustness, drawn_for, robust, solves_asked
from optimiser.analysis.robust_records import of_robustness
from optimiser.errors import UsageError
from optimiser.results import Result
from optimiser.study import solve
from tests.analysis.sampled_plans import written

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


def asked(result: Result, count: int = 64, **options: Any) -> Robustness:
    return robust(result, drawn_for(result, count, 1), regret=True, **options)


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
    region = EfficientRegion({"p": (0.5, None), "q": (None, 3.0), "r": (1.0, 2.0)}, 1.0, 0.5)
    assert region.words == "p at least 0.5, q at most 3 and r from 1 to 2"
    assert EfficientRegion({}, 1.0, 1.0).words == "everywhere"
    assert EfficientRegion({"p": (None, 0.0)}, 1.0, 1.0).words == "p at most 0"


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


def test_what_matters_is_taken_from_as_many_plans_as_the_time_is_for(
    plant: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    from optimiser.analysis import robust as module

    monkeypatch.setattr(module, "_MOST_EVALUATED", 1024)
    assert len(plant.front) > 2
    drawn = drawn_for(plant, 64, 1)
    late = robust(plant, drawn, seconds=-1.0)
    assert any("what matters is taken from" in note for note in late.notes)
    assert late.influences.keys() == robust(plant, drawn).influences.keys()


def test_whether_a_best_value_varies_is_asked_once(
    plant: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    from optimiser.analysis.ideals import tasks_of

    asked_of, drawn = [], drawn_for(plant, 64, 1)
    varying = plant.model.varying

    def counted(sample: Any, /) -> tuple[bool, ...]:
        asked_of.append(sample)
        return varying(sample)

    monkeypatch.setattr(plant.model, "varying", counted)
    assert len(tasks_of(plant.model, drawn)) == 2 * 64
    assert len(asked_of) == 1


def test_a_time_limit_is_for_all_problems_of_regret_together(
    plant: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    """128 problems of 60 technologies took a limit of 2 s each, or none at all."""
    drawn = drawn_for(plant, 16, 1)
    none = robust(plant, drawn, regret=True, seconds=0.0)
    assert none.ideals is not None
    assert (none.ideals.solves, none.ideals.asked) == (0, 32)
    assert all(one.regret is None for one in none.plans)
    assert any("0 of 32" in note for note in none.notes)
    clock = iter(range(10**6))
    monkeypatch.setattr(ideals_module, "time", SimpleNamespace(time=lambda: float(next(clock))))
    some = ideals(plant, drawn, seconds=20.5)
    # each is asked for twice: whether it is begun, and how long it may take
    assert some.solves == 10
    assert ideals(plant, drawn, seconds=1e6).solves == 32


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
    assert one.region == EfficientRegion({}, 1.0, 1.0)


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


def test_a_range_that_is_empty_at_a_sample_leaves_nothing_to_choose(tmp_path: Path) -> None:
    text = CONTINUOUS.replace("{value: 2, low: 1, high: 3}", "{value: 2, low: -1, high: 3}")
    result = solve(written(tmp_path, text.replace("a: {min: 0, max: 10}", "a: {min: 1, max: p}")))
    drawn = drawn_for(result, 16, 1)
    found = robust(result, drawn, regret=True)
    assert found.ideals is not None
    assert found.ideals.infeasible == int((drawn.values[:, 0] < 1).sum()) > 0
