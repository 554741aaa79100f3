"""What a run refuses without solving anything, ``check`` says, at the line that is meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimiser import study
from optimiser.advice import check
from optimiser.engine import Options
from optimiser.errors import ProofError, UsageError
from optimiser.scenario import load
from optimiser.session import Request, open_scenario

MODEL = """\
optimise: 1
name: test
indicators:
  output: {unit: kt}
  cost: {unit: M}
  curved: {expr: (output + x) * x}
variables:
  x: {type: real, min: 0, max: 5}
technologies:
  a: {effects: {output: 3, cost: 2}}
  b: {effects: {output: 5, cost: 4}}
objectives:
  OBJECTIVE: {sense: maximise}
  cost: {sense: minimise}
solver: {method: METHOD}
"""

METHODS = [
    ("curved", "exact", "no proving solver can take this model"),
    ("curved", "cover", "method 'cover' cannot take this model"),
    ("curved", "highs", "method 'highs' cannot take this model"),
    ("curved", "enumerate", "method 'enumerate' cannot take this model"),
    ("output", "cover", ""),
    ("curved", "evolutionary", ""),
    ("curved", "auto", ""),
    ("curved", "no such", "unknown method 'no such'"),
]


@pytest.mark.parametrize(("objective", "method", "message"), METHODS)
def test_a_method_that_declines_is_an_error_at_its_line(
    objective: str, method: str, message: str, tmp_path: Path
) -> None:
    """It was said by a run alone."""
    path = tmp_path / "scenario.yaml"
    path.write_text(MODEL.replace("OBJECTIVE", objective).replace("METHOD", method))
    scenario, findings = check(path)
    found = [(d.code, d.line, d.column) for d in findings if d.severity == "error"]
    assert found == ([("S055", 15, 18)] if message else [])
    assert (scenario is None) == bool(message)
    if message:
        assert all(d.message.startswith(message) and d.help for d in findings if d.code == "S055")
        with pytest.raises(UsageError, match=message.replace("'", ".")):
            study.solve(load(path), Options(method=method, time_limit=1.0))


def test_a_run_that_is_asked_for_another_method_is_not_refused(tmp_path: Path) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_text(MODEL.replace("OBJECTIVE", "curved").replace("METHOD", "exact"))
    assert open_scenario(str(path), Request(method="evolutionary"))[0].name == "test"


def test_numbers_beyond_floats_are_no_rows(tmp_path: Path) -> None:
    """A run ended with an internal error: no float holds 1e600."""
    path = tmp_path / "scenario.yaml"
    text = MODEL.replace("OBJECTIVE", "output").replace("METHOD", "auto")
    text += "constraints: {large: (cost + x) * 1e300 * 1e300 <= 5}\n"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProofError):
        study.solve(load(path), Options(time_limit=1.0))
