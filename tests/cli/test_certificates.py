"""Certificates on the command line: written by run, checked by verify, refused where anything was
changed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.cli.processes import Done


def test_run_writes_it_and_verify_checks_it(optimise: Callable[..., Done], tmp_path: Path) -> None:
    done = optimise("run", "production_steps", "--certificate", "-o", "r")
    assert done.code == 0
    assert (
        done.out.splitlines()[-1] == "complete: 10 of 10, proven (certificate of 11 refuted boxes)"
    )
    assert (tmp_path / "r/certificate.jsonl.gz").is_file()
    assert (
        "each of the 36 combinations that keep the rules and linear limits looked at in exact "
        "arithmetic, no plan is missing" in optimise("verify", "r").out
    )
    for path in ("r", "r/result.json"):
        done = optimise("verify", path, "--proof")
        assert done.code == 0
        assert "complete: all 11 boxes in which a plan could be missing refuted" in done.out
    found = json.loads(optimise("verify", "r", "--proof", "--json").out)
    assert found["verified"] is True
    assert found["certificate"]["bounds"] == 11
    assert json.loads(optimise("verify", "r", "--json").out)["certificate"] is None


def test_the_same_run_writes_the_same_bytes(optimise: Callable[..., Done], tmp_path: Path) -> None:
    for folder in ("a", "b"):
        assert optimise("run", "production_steps", "--certificate", "-q", "-o", folder).code == 0
    name = "certificate.jsonl.gz"
    assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_scenario_is_solved_certified_and_checked(optimise: Callable[..., Done]) -> None:
    done = optimise("verify", "smart_manufacturing", "--proof")
    assert done.code == 0
    assert "could be missing refuted" in done.out


def test_a_changed_byte_is_5(optimise: Callable[..., Done], tmp_path: Path) -> None:
    optimise("run", "production_steps", "--certificate", "-q", "-o", "r")
    file = tmp_path / "r/certificate.jsonl.gz"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    assert optimise("verify", "r").code == 0
    done = optimise("verify", "r", "--proof")
    assert done.code == 5
    assert "the certificate is damaged: its checksum is wrong" in done.out


def test_none_there_is_5(optimise: Callable[..., Done]) -> None:
    optimise("run", "production_steps", "-q", "-o", "r")
    done = optimise("verify", "r", "--proof")
    assert done.code == 5
    assert "there is no certificate to read" in done.out


def test_one_of_another_scenario_is_5(optimise: Callable[..., Done], tmp_path: Path) -> None:
    optimise("run", "production_steps", "--certificate", "-q", "-o", "a")
    optimise("run", "smart_manufacturing", "--certificate", "-q", "-o", "b")
    (tmp_path / "a/certificate.jsonl.gz").write_bytes(
        (tmp_path / "b/certificate.jsonl.gz").read_bytes()
    )
    done = optimise("verify", "a", "--proof")
    assert done.code == 5
    assert "belongs to another scenario" in done.out


def test_what_cannot_be_certified_is_named_in_the_proof_line(
    optimise: Callable[..., Done], tmp_path: Path
) -> None:
    done = optimise(
        "run",
        "production_steps",
        "--certificate",
        "--method",
        "evolutionary",
        "--time-limit",
        "1",
        "-o",
        "r",
    )
    assert done.code == 0
    assert "no certificate: the list is not proven complete" in done.out.splitlines()[-1]
    assert not (tmp_path / "r/certificate.jsonl.gz").exists()


def test_the_formula_is_exported(optimise: Callable[..., Done], tmp_path: Path) -> None:
    assert optimise("export", "production_steps", "-o", "front.opb").code == 0
    assert (tmp_path / "front.opb").read_text(encoding="utf-8").startswith("* #variable= ")


MIXED = """\
optimise: 1
name: plant
variables:
  rate: {type: real, min: 0, max: 2}
  stock: {type: real, min: 0, max: 3}
  line: {type: binary}
  shifts: {type: integer, min: 0, max: 2}
objectives:
  cost: {sense: minimise, expr: stock + 2*line + shifts/3}
  output: {sense: maximise, expr: shifts/7 - rate}
constraints:
  need: {expr: rate + stock + 3*line >= 3}
"""


def test_segments_with_open_ends_are_certified(
    optimise: Callable[..., Done], tmp_path: Path
) -> None:
    (tmp_path / "plant.yaml").write_text(MIXED, encoding="utf-8")
    done = optimise("run", "plant.yaml", "--certificate", "-o", "r")
    assert done.code == 0
    assert "half-open segment" in done.out.splitlines()[-1]
    assert "proven (certificate of " in done.out.splitlines()[-1]
    assert optimise("verify", "r", "--require", "exact").code == 6
    done = optimise("verify", "r", "--proof", "--require", "exact")
    assert done.code == 0
    assert "regions in which a plan could be missing refuted" in done.out
    assert "not checked" not in done.out
    found = json.loads(optimise("verify", "r", "--proof", "--json").out)
    assert found["certificate"]["segments"] > 0
    assert found["not_checked"] == []


def test_one_of_another_front_is_5(optimise: Callable[..., Done], tmp_path: Path) -> None:
    (tmp_path / "plant.yaml").write_text(MIXED, encoding="utf-8")
    optimise("run", "plant.yaml", "--certificate", "-q", "-o", "a")
    optimise(
        "run", "plant.yaml", "--set", "variables.stock.max=2.5", "--certificate", "-q", "-o", "b"
    )
    (tmp_path / "a/certificate.jsonl.gz").write_bytes(
        (tmp_path / "b/certificate.jsonl.gz").read_bytes()
    )
    done = optimise("verify", "a", "--proof")
    assert done.code == 5
    assert "belongs to another scenario" in done.out


def test_a_front_of_faces_is_certified(optimise: Callable[..., Done], tmp_path: Path) -> None:
    text = """\
optimise: 1
name: faces
variables:
  x: {type: real, min: 0, max: 1}
  y: {type: real, min: 0, max: 1}
  z: {type: real, min: 0, max: 1}
objectives:
  a: {sense: minimise, expr: x}
  b: {sense: minimise, expr: y}
  c: {sense: maximise, expr: -z}
constraints:
  need: {expr: 3*x + 3*y + 3*z >= 1}
"""
    (tmp_path / "faces.yaml").write_text(text, encoding="utf-8")
    done = optimise("verify", "faces.yaml", "--proof", "--require", "exact")
    assert done.code == 0
    assert "all 4 regions in which a plan could be missing refuted" in done.out
