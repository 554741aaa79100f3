"""Every scenario of the library is certified, or says why it cannot be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from optimiser.certificate import CertificateError
from optimiser.exports import text
from optimiser.scenario import library, load
from optimiser.study import Result, certify, check_certificate, read_certificate, solve
from optimiser.study.request import options_for
from tests.handmade import scenario_file


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


def test_its_formula_names_every_plan(certified: Result) -> None:
    formula = text(certified, ".opb")
    assert all(f"* listed: {name} [" in formula for name in certified.front.ids)


def test_a_result_that_lacks_a_plan_is_not_certified(certified: Result) -> None:
    from dataclasses import replace

    front = certified.front
    fewer = replace(
        front,
        y=front.y[1:],
        x=np.asarray(front.x)[1:],
        indicators=front.indicators[1:],
        cells=front.cells[1:],
        ids=front.ids[1:],
    )
    with pytest.raises(CertificateError, match="not complete"):
        certify(replace(certified, front=fewer))
    assert certified.certificate is not None
    with pytest.raises(CertificateError, match="another list of points"):
        check_certificate(replace(certified, front=fewer), certified.certificate)


@pytest.mark.parametrize("name", sorted(library()))
def test_the_library(name: str) -> None:
    from dataclasses import replace

    scenario = load(name)
    found = solve(scenario, replace(options_for(scenario), time_limit=3.0))
    done = certify(found)
    if done.certificate is None:
        assert done.front.proof.note.startswith("no certificate: ") or "; no certificate: " in done.front.proof.note
    else:
        assert check_certificate(done, done.certificate).points == len(done.front)
