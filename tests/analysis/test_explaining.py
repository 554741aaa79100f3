"""Explanations against brute force: everything is evaluated again, compared with every plan, and
tried with many weights.
"""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from optimiser.analysis.explaining import Explanation, explain
from optimiser.engine.holding import broken_each
from optimiser.errors import NoSolutionError
from optimiser.exports.explanation_texts import record
from optimiser.formulate import Model
from optimiser.results import Result
from optimiser.results.naming_plans import listed_plan, named_plan, typed_plan
from optimiser.scenario import load
from optimiser.study import solve
from tests.domain.solving import known
from tests.handmade import scenario_file
from tests.random_scenarios import portfolios
from tests.searches import examples

COUNTS = settings(
    max_examples=examples(25),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return solve(load(scenario_file(tmp_path_factory.mktemp("scenario"))))


def made(folder: Path, data: dict[str, Any]) -> Result:
    path = folder / "random.yaml"
    path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    try:
        return solve(load(path))
    except NoSolutionError:
        assume(False)
        raise


# ---- what makes its values


@COUNTS
@given(data=portfolios())
def test_a_synergy_contributes_what_a_model_without_it_lacks(
    tmp_path: Path, data: dict[str, Any]
) -> None:
    """In the order of the file: each against the scenario with the synergies before it only."""
    found = made(tmp_path, data)
    every = found.scenario.synergies
    assume(every)
    plan = listed_plan(found, 0)
    parts = explain(found, plan).contributions
    cells = dict(zip(found.front.decision_columns, plan.cells, strict=True))
    reached = []
    for count in range(len(every) + 1):
        kept = dict(list(every.items())[:count])
        model = Model(found.scenario.model_copy(update={"synergies": kept}))
        reached.append(model.nominal(model.encode(cells)[np.newaxis])[0])
    for k, column in enumerate(found.front.columns):
        told = {part.source: part.value for part in parts[column.name].parts}
        for before, after, name in zip(reached, reached[1:], every, strict=False):
            assert told.get(name, 0.0) == pytest.approx(after[k] - before[k], rel=1e-9, abs=1e-9)


def test_explaining_tells_each_step_what_changes_and_makes_one_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 60 technologies and 59 synergies: symbols that are told grow with the steps, and not with
    steps times decisions; a synergy is no model of its own.
    """
    from optimiser.expressions.remembering import Remembering

    count = 60
    data = {
        "optimise": 1,
        "name": "chain",
        "indicators": {"cost": {}, "gain": {}},
        "technologies": {f"t{i}": {"effects": {"cost": 1, "gain": 3}} for i in range(count)},
        "synergies": {
            f"s{i}": {"between": [f"t{i}", f"t{i + 1}"], "effects": {"gain": 1}}
            for i in range(count - 1)
        },
        "objectives": {"gain": "maximise"},
    }
    found = made(tmp_path, data)
    told, models = [], []
    at, began = Remembering.at, Model.__init__

    def counted(self: Any, point: Any, /) -> Any:
        told.append(len(point))
        return at(self, point)

    def noted(self: Model, scenario: Any, /) -> None:
        models.append(1)
        began(self, scenario)

    monkeypatch.setattr(Remembering, "at", counted)
    monkeypatch.setattr(Model, "__init__", noted)
    parts = explain(found, listed_plan(found, 0)).contributions["gain"].parts
    assert len(parts) == 2 * count - 1
    assert len(models) == 1
    assert sum(told) < 20 * count


@COUNTS
@given(data=st.one_of(portfolios(), portfolios(most=3, phases=True)))
def test_contributions_add_up_and_are_those_of_building_the_plan(
    tmp_path: Path, data: dict[str, Any]
) -> None:
    """Baseline + contributions = value; without synergies each is the change when a technology
    joins those before it.
    """
    found = made(tmp_path, data)
    names = found.front.decision_columns
    for row in range(min(3, len(found.front))):
        plan = listed_plan(found, row)
        parts = explain(found, plan).contributions
        for k, column in enumerate(found.front.columns):
            own = parts[column.name]
            total = Fraction(repr(own.baseline))
            total += sum((Fraction(repr(part.value)) for part in own.parts), Fraction(0))
            assert float(total) == pytest.approx(plan.objectives[k], rel=1e-12, abs=1e-12)
            if not found.scenario.synergies:
                before, cells = own.baseline, {}
                told = {part.source: part.value for part in own.parts}
                for name, cell in zip(names, plan.cells, strict=True):
                    if cell == "0":
                        continue
                    cells[name] = cell
                    now = typed_plan(found, cells, name="built").objectives[k]
                    assert told.get(name, 0.0) == pytest.approx(now - before, abs=1e-9)
                    before = now


def test_synergies_are_separate_and_compound_effects_are_said_to_depend_on_order(
    solved: Result,
) -> None:
    found = solve(load("smart_factory"))
    explained = explain(found, named_plan(found, "2"))
    output = explained.contributions["output"]
    assert [part.source for part in output.parts] == ["iot", "ai_scheduling", "robots", "iot_ai"]
    assert output.ordered
    assert not explained.contributions["investment"].ordered
    plain = explain(solved, named_plan(solved, "iot=1,ai=pilot"))
    assert [(p.source, p.value) for p in plain.contributions["cost"].parts] == [
        ("iot", 2.0),
        ("ai", 1.5),
    ]
    assert not any(own.ordered for own in plain.contributions.values())


# ---- what binds it, what it violates


def test_slack_and_breaches_are_in_the_units_of_the_constraint(solved: Result) -> None:
    held = explain(solved, named_plan(solved, "iot=1,ai=pilot"))
    assert [(one.name, one.slack, one.binding) for one in held.slack] == [("budget", 2.5, False)]
    broken = explain(solved, named_plan(solved, "everything"))
    (breach,) = broken.violated
    assert broken.status == "infeasible"
    assert (breach.name, breach.value, breach.bound) == ("budget", 7.4, 6.0)
    assert breach.by == pytest.approx(1.4)
    assert broken.nearest is not None
    assert len(broken.nearest.changes) == 1
    assert (broken.weight_intervals, broken.to_first, broken.best_when) == (None, None, None)


def test_limits_are_told_phase_by_phase() -> None:
    found = solve(load("smart_manufacturing_phases"))
    explained = explain(found, named_plan(found, "1"))
    assert [(one.phase, one.slack, one.binding) for one in explained.slack] == [
        ("2027", 0.0, True),
        ("2028", 0.0, True),
    ]


@COUNTS
@given(data=portfolios(most=4, kinds=("yes_no", "yes_no", "levels")), seed=st.integers(0, 10**6))
def test_the_smallest_change_is_the_smallest(
    tmp_path: Path, data: dict[str, Any], seed: int
) -> None:
    """Of an infeasible plan no plan that holds is nearer; of a dominated one no listed plan that
    dominates it.
    """
    found = made(tmp_path, data)
    names, rng = found.front.decision_columns, np.random.default_rng(seed)
    choices = []
    for name in names:
        levels = list(found.scenario.technologies[name].levels)
        choices.append(["0", *(levels or ["1"])])
    everything = list(itertools.product(*choices))
    cells = everything[int(rng.integers(len(everything)))]
    plan = typed_plan(found, dict(zip(names, cells, strict=True)))
    explained = explain(found, plan)
    x = found.model.encode_all([dict(zip(names, c, strict=True)) for c in everything])
    holds = [not (a or b) for a, b in broken_each(found.problem, x)]
    values = found.model.read(x).objectives * found.front.signs
    own = plan.objectives * found.front.signs
    apart = [sum(a != b for a, b in zip(c, cells, strict=True)) for c in everything]
    if not holds[everything.index(cells)]:
        assert explained.status == "infeasible"
        assert explained.violated
        least = min(a for a, h in zip(apart, holds, strict=True) if h)
        assert explained.nearest is not None
        count = len(explained.nearest.changes)
        assert count == least if least <= 2 else count >= least
        return
    better = [
        h and bool((v <= own).all() and (v < own).any()) for v, h in zip(values, holds, strict=True)
    ]
    assert (explained.status == "dominated") == any(better)
    assert explained.proven
    if any(better):
        assert explained.nearest is not None
        assert explained.nearest.result == "efficient"
        rows = [row for row, _ in explained.dominated_by]
        least = min(
            sum(a != b for a, b in zip(found.front.cells[row], cells, strict=True)) for row in rows
        )
        assert len(explained.nearest.changes) == least


# ---- the whole


@COUNTS
@given(data=st.one_of(portfolios(), portfolios(most=3, phases=True)))
def test_every_listed_plan_is_explained(tmp_path: Path, data: dict[str, Any]) -> None:
    found = made(tmp_path, data)
    for row in range(min(4, len(found.front))):
        explained = explain(found, listed_plan(found, row))
        assert explained.status == "efficient"
        assert not explained.violated
        kept = record(explained)
        assert set(" ".join(KEYS).split()) <= set(kept)
        ranked_first = found.ranking.rank[row] == 1
        assert (explained.weight_intervals is not None) or not ranked_first
        assert (explained.to_first is None) != (explained.best_when is None)


KEYS = (
    "schema_version command scenario scenario_hash proof notes plan status dominated_by violated",
    "contributions baseline ordered slack gives_up neighbours weight_intervals to_first best_when",
    "give_way nearest",
)


def test_the_cement_plant_under_a_limit() -> None:
    """Most CO2 of all plans with a limit on capex: the plans that no weights make first."""
    found = solve(load("cement_plant"))
    seen = 0
    for row in range(0, len(found.front), 10):
        explained: Explanation = explain(found, listed_plan(found, row))
        if explained.best_when is None:
            continue
        seen += 1
        capex = float(found.front.y[row, 0])
        assert explained.limits == (f"capex <= {capex!r}".removesuffix(".0"),)
        within = found.front.y[found.front.y[:, 0] <= capex]
        assert within[:, 1].max() == found.front.y[row, 1]
    assert seen


# ---- fronts of every kind


def written(folder: Path, **changes: Any) -> Result:
    return solve(load(scenario_file(folder, **changes)))


def test_a_front_of_segments() -> None:
    """A plan between two vertices is efficient without being listed; one above is dominated by a
    mixture.
    """
    found = solve(load("steam_supply"))
    assert found.front.proof.of == "cells"
    names = found.front.decision_columns
    ends = [dict(zip(names, map(float, cells), strict=True)) for cells in found.front.cells[:2]]
    between = {name: repr((ends[0][name] + ends[1][name]) / 2) for name in names}
    middle = explain(found, typed_plan(found, between))
    assert (middle.status, middle.proven) == ("efficient", True)
    for row in range(len(found.front)):
        explained = explain(found, listed_plan(found, row))
        assert explained.to_first is not None or explained.best_when is not None


def test_one_plan_and_a_constant_objective(tmp_path: Path) -> None:
    one = written(
        tmp_path, objectives={"cost": "minimise"}, constraints={"some": "output >= 100"}, plans={}
    )
    assert len(one.front) == 1
    explained = explain(one, named_plan(one, "1"))
    assert explained.weight_intervals == ((Fraction(0), Fraction(1)),)
    assert explained.neighbours == ()
    flat = written(
        tmp_path,
        indicators={
            "output": {"baseline": 100},
            "cost": {},
            "jobs": {"baseline": 10},
            "常数": {"baseline": 3},
        },
        objectives={"output": "maximise", "cost": "minimise", "常数": "minimise"},
    )
    assert len(flat.front) > 1
    for row in range(len(flat.front)):
        explained = explain(flat, listed_plan(flat, row))
        assert explained.gives_up[2].by == 0
        assert explained.give_way is not None
        assert not explained.give_way[:, 2].any()


def test_nothing_is_proven_on_an_unfinished_front(tmp_path: Path) -> None:
    found = solve(load(scenario_file(tmp_path, solver={"method": "evolutionary"})))
    explained = explain(found, named_plan(found, "1"))
    assert (explained.status, explained.proven) == ("efficient", False)
    assert any("not proven" in note for note in explained.notes)
    assert not any(one.proven for one in explained.gives_up)


@pytest.mark.parametrize("name", ["device_state", "factory_roadmap", "cement_plant_compound"])
def test_reference_plans_of_the_library(name: str) -> None:
    found = known(name)
    for outcome in found.reference_plans:
        explained = explain(found, named_plan(found, outcome.name))
        assert (explained.status == "infeasible") == (not outcome.feasible)
        if outcome.dominated_by is not None:
            assert found.front.ids[explained.dominated_by[0][0]] == outcome.dominated_by
        record(explained)


@pytest.mark.parametrize(("ends", "nearest"), [(None, "costly"), ([1000, 0], "risky")])
def test_neighbours_are_measured_by_the_ranges_of_the_run(
    tmp_path: Path, ends: list[int] | None, nearest: str
) -> None:
    """An objective's own range counts where it has one: a risk of 5 in 1,000 is next to nothing."""
    effects = {"costly": (1, 4, 1), "risky": (1, 1, 5), "most": (9, 5, 0)}
    found = made(
        tmp_path,
        {
            "optimise": 1,
            "name": "ranges",
            "indicators": {"gain": {}, "cost": {}, "risk": {}},
            "technologies": {
                name: {"effects": dict(zip(("gain", "cost", "risk"), values, strict=True))}
                for name, values in effects.items()
            },
            "groups": {"one": {"of": list(effects), "at_most": 1}},
            "objectives": {
                "gain": "maximise",
                "cost": "minimise",
                "risk": {"sense": "minimise", **({"range": ends} if ends else {})},
            },
        },
    )
    (near,) = explain(found, named_plan(found, "none")).neighbours
    assert near.differs.add == (nearest,)
