"""Every file of the library: says what it is, loads without a word, and reproduces what it claims."""

from __future__ import annotations

import pytest

import optimiser
from optimiser.scenario import check, library
from tests.domain import oracle
from tests.domain.solving import solved

NAMES = sorted(path.stem for path in oracle.LIBRARY.glob("*.yaml"))
# the effects, costs or coefficients are ours
ILLUSTRATIVE = {
    "capability", "ecommerce", "finance", "fusion_linear", "green_agriculture", "logistics", "production_steps", "retail",
    "smart_city", "smart_factory", "smart_hospital", "smart_manufacturing", "staged_equalities", "weighted_example",
}  # fmt: skip


def test_the_library_is_what_the_folder_holds() -> None:
    assert sorted(library()) == NAMES
    assert len(NAMES) == 19


@pytest.mark.parametrize("name", NAMES)
def test_it_explains_itself(name: str) -> None:
    text = (oracle.LIBRARY / f"{name}.yaml").read_text(encoding="utf-8")
    assert text.startswith("# "), "a planner reads the comment first"
    data = oracle.read(name)
    assert data["name"] == name
    assert data["title"]
    assert len(data["description"]) > 60
    assert data["source"]
    assert data.get("illustrative", False) is (name in ILLUSTRATIVE)


@pytest.mark.parametrize("name", NAMES)
def test_it_has_no_errors_and_no_warnings(name: str) -> None:
    scenario, findings = check(name)
    assert scenario is not None
    assert [f"{f.code} {f.message}" for f in findings] == []


@pytest.mark.parametrize("name", [pytest.param(n, marks=pytest.mark.slow) if n == "cement_plant_bill" else n for n in NAMES])
def test_its_front_is_complete_and_its_reference_plans_are_judged(name: str) -> None:
    result = solved(name)
    assert result.front.proof.status == "complete"
    assert [plan.name for plan in result.reference_plans] == list(result.scenario.plans)
    for plan in result.reference_plans:
        assert plan.feasible or not plan.on_front
        assert (not plan.feasible) or plan.on_front or plan.dominated_by is not None or result.front.proof.of == "cells"


@pytest.mark.parametrize("name", NAMES)
def test_it_survives_being_resolved(name: str) -> None:
    from optimiser.scenario import from_resolved

    scenario = optimiser.load(name)
    assert from_resolved(scenario.resolved()) == scenario
