"""Every scenario of the library is certified, or says why it cannot be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimiser.engine.certificate import CertificateError
from optimiser.errors import InfeasibleError, ScenarioError
from optimiser.exports import text
from optimiser.results import Result
from optimiser.results.places import CERTIFICATE_FILE
from optimiser.scenario import library, load
from optimiser.study import certify, check_certificate, read_certificate, solve
from tests.domain.solving import known
from tests.handmade import scenario_file
from tests.random_scenarios import portfolios
from tests.searches import examples


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """Levels, a scale with steps, a whole variable and synergies."""
    return certify(solve(load(scenario_file(tmp_path_factory.mktemp("scenario")))))


def test_a_scenario_with_every_kind_of_decision(certified: Result, tmp_path: Path) -> None:
    assert certified.certificate is not None
    assert check_certificate(certified, certified.certificate).points == len(certified.front)
    certified.save(tmp_path / "r")
    again = Result.load(tmp_path / "r")
    assert again.certificate is None
    assert read_certificate(tmp_path / "r") == certified.certificate
    assert check_certificate(again, read_certificate(tmp_path / "r")).points == len(certified.front)
    assert again.front.proof.note == certified.front.proof.note


def test_a_certificate_does_not_outlive_its_result(certified: Result, tmp_path: Path) -> None:
    certified.save(tmp_path / "kept")
    assert (tmp_path / "kept" / CERTIFICATE_FILE).is_file()
    replace(certified, certificate=None).save(tmp_path / "kept")
    assert not (tmp_path / "kept" / CERTIFICATE_FILE).exists()


def test_its_formula_names_every_plan(certified: Result) -> None:
    formula = text(certified, ".opb")
    assert all(f"* listed: {name} [" in formula for name in certified.front.ids)


def test_a_result_that_lacks_a_plan_is_not_certified(certified: Result) -> None:
    for row in range(len(certified.front)):
        fewer = without(certified, row)
        with pytest.raises(CertificateError, match="not complete"):
            certify(fewer)
        assert certified.certificate is not None
        with pytest.raises(CertificateError, match="another list of points"):
            check_certificate(fewer, certified.certificate)


@given(st.one_of(portfolios(), portfolios(most=3, phases=True)))
@settings(
    max_examples=examples(40),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_random_portfolios(tmp_path: Path, data: dict[str, Any]) -> None:
    """Levels, amounts in steps, synergies, groups, phases: certified where whole numbers decide,
    not without a plan.
    """
    path = tmp_path / "case.yaml"
    path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    try:
        found = certify(solve(load(path)))
    except (InfeasibleError, ScenarioError):
        return
    if found.certificate is None:
        assert (
            "logarithm" in found.front.proof.note
            or "too wide" in found.front.proof.note
            # products of compounding effects, written out, can be too much work
            or ("given up" in found.front.proof.note and "compound" in str(data))
            or found.front.proof.status != "complete"
        )
        return
    assert check_certificate(found, found.certificate).points == len(found.front)
    if len(found.front) > 1:
        with pytest.raises(CertificateError, match="not complete"):
            certify(without(found, len(found.front) // 2))


def without(result: Result, row: int) -> Result:
    """The same result with a plan taken from its list."""
    front = result.front
    kept = [other for other in range(len(front)) if other != row]
    cells, ids = tuple(front.cells[i] for i in kept), tuple(front.ids[i] for i in kept)
    y, x, indicators = (np.asarray(values)[kept] for values in (front.y, front.x, front.indicators))
    return replace(
        result, front=replace(front, y=y, x=x, indicators=indicators, cells=cells, ids=ids)
    )


def test_a_clock_that_ends_first_is_named(certified: Result) -> None:
    found = certify(replace(certified, certificate=None), seconds=0.0)
    assert found.certificate is None
    assert found.front.proof.note.endswith(
        "no certificate: the time limit came before every box was refuted"
    )
    assert certify(certified, seconds=3600.0).certificate == certified.certificate


def test_numbers_too_wide_for_the_search_are_certified_in_fractions() -> None:
    """Points of which a certificate in whole numbers was given up: the longer kind takes them."""
    found = certify(known("industrial_park"))
    assert found.front.proof.note.endswith(f"certificate of {len(found.front) + 1} refuted regions")
    assert found.certificate is not None
    assert check_certificate(found, found.certificate).points == len(found.front)
    with pytest.raises(CertificateError, match="list of another length"):
        check_certificate(without(found, 0), found.certificate)


# Of 192 and 310 plans: half a minute and a minute.
LONG = ("cement_plant_compound", "dairy_plant")


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=pytest.mark.slow if n in LONG else ()) for n in sorted(library())],
)
def test_the_library(name: str) -> None:
    done = certify(known(name))
    if done.certificate is None:
        assert (
            done.front.proof.note.startswith("no certificate: ")
            or "; no certificate: " in done.front.proof.note
        )
    else:
        assert check_certificate(done, done.certificate).points == len(done.front)
