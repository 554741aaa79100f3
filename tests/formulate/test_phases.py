"""Phases: every roadmap of small random models against an independent reading of the file."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import HealthCheck, given, settings

from optimiser.advice import check
from optimiser.analysis.verification import verify, verify_saved
from optimiser.engine import Options
from optimiser.engine.certificate import CertificateError
from optimiser.engine.choosing import registry
from optimiser.engine.contract import Budget
from optimiser.engine.holding import broken_rules
from optimiser.errors import NoSolutionError, ScenarioError
from optimiser.exports import opb
from optimiser.formulate import Model, formulate
from optimiser.front import Front
from optimiser.scenario import load
from optimiser.study import certify, check_certificate, solve
from tests.domain import roadmaps
from tests.formulate.test_agreement import prepared
from tests.random_scenarios import portfolios
from tests.searches import examples

Data = dict[str, Any]
_QUIET = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]
_FEW = settings(max_examples=examples(15), deadline=None, suppress_health_check=_QUIET)
_SOME = settings(max_examples=examples(100), deadline=None, suppress_health_check=_QUIET)
_MANY = settings(max_examples=400, deadline=None, suppress_health_check=_QUIET)


def modelled(data: Data, folder: Path) -> Model:
    path = folder / "case.yaml"
    path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    return formulate(load(path))


def compared(data: Data, folder: Path) -> None:
    """Feasible plans and their values."""
    model = modelled(data, folder)
    problem = model.at()
    expected = {
        roadmaps.cells(data, choice): point for choice, point in roadmaps.plans(prepared(data))
    }
    all_cells = [roadmaps.cells(data, choice) for choice in roadmaps.choices(prepared(data))]
    x = np.array(
        [model.encode(dict(zip(model.decision_columns, cells, strict=True))) for cells in all_cells]
    )
    assert problem.exact is not None
    _, feasible = problem.exact(x)
    found = model.read(x[feasible])
    values = {
        cells: tuple(row) for cells, row in zip(found.cells, found.objectives.tolist(), strict=True)
    }
    assert values == {cells: tuple(float(v) for v in point) for cells, point in expected.items()}
    _, violations = problem.evaluate(x)
    assert (violations[feasible] <= problem.feasibility).all()


def fronts(data: Data, folder: Path, *methods: str) -> None:
    """Points and canonical cells of the whole front."""
    expected = roadmaps.front(prepared(data))
    path = folder / "case.yaml"
    path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    scenario = load(path)
    for method in methods:
        if not expected:
            with pytest.raises(NoSolutionError):
                solve(scenario, Options(method=method))
            continue
        problem = formulate(scenario).at()
        if not problem.linear and method != "enumerate":
            continue  # a compound indicator over amounts has no rows
        result = solve(scenario, Options(method=method))
        front = result.front
        points = {
            tuple(row): cells for row, cells in zip(front.y.tolist(), front.cells, strict=True)
        }
        if front.proof.status == "complete":
            assert points == {
                tuple(float(v) for v in point): cells for point, cells in expected.items()
            }, method
        else:
            # links and irrational factors are compared with a resolution
            assert set(points) <= {tuple(float(v) for v in point) for point in expected}
        assert verify(result).findings == ()
    searched(formulate(scenario), expected)


def searched(model: Model, expected: dict[roadmaps.Point, tuple[str, ...]]) -> None:
    """The same by the exact search, to which small models would not go: compiled, or by HiGHS where
    numbers are too wide.
    """
    problem = model.at()
    if not problem.linear:
        return
    outcome = registry()["exact"].solve(problem, Options(), Budget())
    assert (outcome.status == "infeasible") == (not expected)
    if outcome.status == "complete":
        found = model.read(outcome.x)
        points = {
            tuple(row): cells
            for row, cells in zip(found.objectives.tolist(), found.cells, strict=True)
        }
        assert points == {
            tuple(float(v) for v in point): cells for point, cells in expected.items()
        }


@_FEW
@given(data=portfolios(most=3, phases=True))
def test_roadmaps_equal_the_independent_reading(data: Data, tmp_path: Path) -> None:
    compared(data, tmp_path)


@pytest.mark.slow
@_MANY
@given(data=portfolios(most=3, phases=True))
def test_many_roadmaps_equal_the_independent_reading(data: Data, tmp_path: Path) -> None:
    compared(data, tmp_path)


@_FEW
@given(data=portfolios(most=3, phases=True, objectives=(1, 3)))
def test_fronts_equal_the_independent_reading(data: Data, tmp_path: Path) -> None:
    fronts(data, tmp_path, "enumerate")


@pytest.mark.slow
@_SOME
@given(data=portfolios(most=3, phases=True))
def test_many_fronts_equal_the_independent_reading(data: Data, tmp_path: Path) -> None:
    fronts(data, tmp_path, "enumerate", "highs")


WHOLE = """\
optimise: 1
name: whole
parameters: {wait: 1, rate: 0.25, dear: 5}
indicators:
  output: {baseline: 100, aggregate: final}
  cost: {timing: one_off}
objectives: {output: maximise, cost: minimise}
phases: [{name: "2027", limits: {cost: 8}}, {name: "2028", limits: {cost: 2 * 4}}, {name: "2029"}]
discount_rate: rate
technologies:
  iot: {effects: {output: 5, cost: 3}, delay: wait}
  ai:
    requires: [{technology: iot, lead: 1}]
    levels: {pilot: {effects: {output: 2, cost: 1}, latest: "2028"}, full: {effects: {output: 7, cost: dear}}}
  pv: {scale: {min: 1, max: 3, step: 0.5}, effects_per_unit: {output: 1, cost: 1.5}, ramp: [0.5]}
synergies: {s: {between: [iot, ai.full], effects: {output: 3, cost: -1}}}
plans: {proposal: {adopt: {iot: 1, ai: full@2029, pv: 1.5}}}
"""


def whole(folder: Path) -> Path:
    path = folder / "whole.yaml"
    path.write_text(WHOLE, encoding="utf-8")
    return path


def test_cells_are_read_as_they_are_written(tmp_path: Path) -> None:
    model = formulate(load(whole(tmp_path)))
    assert model.decision_columns == ("iot", "ai", "pv")
    problem = model.at()
    assert [d.name for d in problem.decisions] == [
        *("iot@2027", "iot@2028", "iot@2029"),
        *("ai.pilot@2027", "ai.pilot@2028", "ai.full@2027", "ai.full@2028", "ai.full@2029"),
        *("pv@2027", "pv@2028", "pv@2029", "pv.scale"),
    ]
    x = model.encode({"iot": "1@2028", "ai": "full@2029", "pv": "2.5@2027"})
    assert x.tolist() == [0, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 2.5]
    assert model.read(x[None, :]).cells == (("1@2028", "full@2029", "2.5@2027"),)
    # without a phase: as early as possible
    assert model.read(model.encode({"iot": "1", "ai": "pilot", "pv": "3"})[None, :]).cells == (
        ("1@2027", "pilot@2027", "3@2027"),
    )
    for cells, message in (
        ({"ai": "pilot@2029"}, "cannot start in '2029'"),
        ({"ai": "half@2028"}, "no level of 'ai'"),
    ):
        with pytest.raises(ScenarioError, match=message):
            model.encode(cells)


def test_ids_name_phases_and_round_amounts(tmp_path: Path) -> None:
    model = formulate(load(whole(tmp_path)))
    early, late = (
        model.read(model.encode({"iot": f"1@{phase}"})[None, :]).ids[0]
        for phase in ("2027", "2028")
    )
    assert early == "p" + hashlib.sha256(b"iot=1@2027").hexdigest()[:12]
    assert late != early


def test_parameters_stay_inputs_of_rates_and_costs_but_not_of_delays(tmp_path: Path) -> None:
    model = formulate(load(whole(tmp_path)))
    x = model.encode({"iot": "1@2028", "ai": "full@2029"})[None, :]
    for rate, dear in ((0.25, 5.0), (0.1, 6.0)):
        cost = model.at({"rate": rate, "dear": dear}).evaluate(x)[0][0, 1]
        assert cost == pytest.approx(3 / (1 + rate) + (dear - 1) / (1 + rate) ** 2)
    with pytest.raises(ScenarioError, match="delay of 'iot' is 1 phases"):
        model.at({"wait": 2.0})


def test_half_years_are_discounted_by_the_nearest_float(tmp_path: Path) -> None:
    path = tmp_path / "half.yaml"
    text = WHOLE.replace('{name: "2027", limits', '{name: "2027", years: 0.5, limits').replace(
        "discount_rate: rate", "discount_rate: 0.1"
    )
    path.write_text(text, encoding="utf-8")
    model = formulate(load(path))
    problem = model.at()
    assert problem.linear
    assert problem.exact is not None
    assert problem.evaluate(model.encode({"iot": "1@2028"})[None, :])[0][0, 1] == pytest.approx(
        3 / 1.1**0.5, rel=1e-14
    )


def test_limits_are_rules_with_names_of_their_own(tmp_path: Path) -> None:
    model = formulate(load(whole(tmp_path)))
    problem = model.at()
    too_dear = model.encode({"iot": "1@2027", "pv": "3@2028", "ai": "full@2028"})
    assert broken_rules(problem, problem.point(too_dear.tolist()))[0] == ("limit of cost in 2028",)
    too_soon = model.encode({"iot": "1@2028", "ai": "pilot@2028"})
    assert broken_rules(problem, problem.point(too_soon.tolist()))[0] == (
        "ai requires iot 1 before",
    )


def test_a_result_with_phases_is_saved_verified_certified_and_refuted(tmp_path: Path) -> None:
    path = tmp_path / "steps.yaml"
    path.write_text(
        WHOLE.replace("step: 0.5", "step: 1").replace("pv: 1.5", "pv: 2"), encoding="utf-8"
    )
    result = solve(load(path))
    assert result.front.proof.status == "complete"
    assert verify(result).findings == ()
    result.save(tmp_path / "out")
    again, verified = verify_saved(tmp_path / "out")
    assert verified.findings == ()
    assert again.front.cells == result.front.cells
    assert opb.text(result).startswith("*")
    certified = certify(result)
    assert certified.certificate is not None
    assert check_certificate(certified, certified.certificate).points == len(result.front)
    without = replace(result, front=fewer(result.front, len(result.front) // 2))
    with pytest.raises(CertificateError, match="not complete"):
        certify(without)


def fewer(front: Front, row: int) -> Front:
    """The same list without one of its plans."""
    kept = [other for other in range(len(front)) if other != row]
    cells, ids = tuple(front.cells[i] for i in kept), tuple(front.ids[i] for i in kept)
    return replace(
        front,
        y=front.y[kept],
        x=front.x[kept],
        indicators=front.indicators[kept],
        cells=cells,
        ids=ids,
    )


def warned(data: Data, folder: Path) -> None:
    """Every warning that is proven by bounds, against all roadmaps."""
    path = folder / "case.yaml"
    path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    _, diagnostics = check(path)
    full = prepared(data)
    free = [choice for choice, _ in roadmaps.plans({**full, "constraints": {}})]
    feasible = [choice for choice, _ in roadmaps.plans(full)]
    for found in diagnostics:
        named = re.findall(r"'(\w+)'", found.message)
        if found.code == "S101" and found.message.startswith("technology"):
            assert all(choice[named[0]] == 0 for choice in feasible), found.message
        elif found.code == "S101":
            level, owner = named[:2]
            assert all(choice[owner] == 0 or choice[owner][0] != level for choice in feasible), (
                found.message
            )
        elif found.code == "S107":
            assert not feasible, found.message
        elif found.code == "S106":
            only = {**full, "constraints": {named[0]: full["constraints"][named[0]]}}
            assert len(list(roadmaps.plans(only))) == len(free), found.message
        elif found.code == "S103":
            assert len({roadmaps.readings(full, choice)[named[0]] for choice in free}) <= 1, (
                found.message
            )


@_FEW
@given(data=portfolios(most=3, phases=True))
def test_warnings_are_true_of_every_roadmap(data: Data, tmp_path: Path) -> None:
    warned(data, tmp_path)


@pytest.mark.slow
@_MANY
@given(data=portfolios(most=3, phases=True))
def test_many_warnings_are_true_of_every_roadmap(data: Data, tmp_path: Path) -> None:
    warned(data, tmp_path)
