"""Errors of whole files, and that every code there is has been met."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimiser.errors import ScenarioError
from optimiser.scenario import CODES, load
from tests.scenario.test_codes import BROKEN, found

PREFIX = "optimise: 1\nname: a\n"
WHOLE: dict[str, tuple[str, list[tuple[str, int, int]]]] = {
    "empty": ("", [("S002", 0, 0)]),
    "comment only": ("# nothing\n", [("S002", 0, 0)]),
    "list": ("- a\n", [("S002", 1, 1)]),
    "text": ("hello\n", [("S002", 1, 1)]),
    "control character": ("name: a\x07b\n", [("S004", 1, 8)]),
    "missing keys": ("title: x\n", [("S013", 1, 1), ("S013", 1, 1), ("S013", 1, 1)]),
    "version": (
        "optimise: 2\nname: a\nindicators: {c: {}}\nobjectives: {c: min}\n",
        [("S015", 1, 11)],
    ),
    "name": (
        "optimise: 1\nname: a b\nindicators: {c: {}}\nobjectives: {c: min}\n",
        [("S018", 2, 7)],
    ),
    "sense": (PREFIX + "indicators: {c: {}}\nobjectives: {c: minimum}\n", [("S015", 4, 17)]),
    "no objective": (PREFIX + "objectives: {}\n", [("S046", 3, 1)]),
    "objective without meaning": (PREFIX + "objectives: {c: min}\n", [("S046", 3, 14)]),
    "objective named like an indicator": (
        PREFIX
        + "indicators: {c: {}}\nvariables: {x: {type: binary}}\nobjectives: {c: {sense: min, "
        "expr: x}}\n",
        [("S046", 5, 14)],
    ),
    "objective in an expression": (
        PREFIX
        + "variables: {x: {type: binary}}\nobjectives: {c: {sense: min, expr: x}}\nconstraints: "
        "{k: c <= 1}\n",
        [("S032", 5, 18)],
    ),
    "negative weight": (
        PREFIX + "indicators: {c: {}, d: {}}\nobjectives: {c: min, d: {sense: min, weight: -1}}\n",
        [("S045", 4, 46)],
    ),
    "all weights 0": (
        PREFIX + "indicators: {c: {}}\nobjectives: {c: {sense: min, weight: 0}}\n",
        [("S045", 4, 1)],
    ),
    "a range from best to worst": (
        PREFIX + "indicators: {c: {}}\nobjectives: {c: {sense: min, range: [0, 9]}}\n",
        [("S045", 4, 37)],
    ),
    "cycle of indicators": (
        PREFIX + "indicators:\n  c: {expr: d}\n  d: {expr: 2 * c}\nobjectives: {c: min}\n",
        [("S033", 4, 13)],
    ),
    "effect on derived": (
        PREFIX + "indicators:\n  c: {expr: 2 * d}\n  d: {}\ntechnologies: {t: {effects: {c: "
        "1}}}\nobjectives: {c: min}\n",
        [("S040", 6, 30)],
    ),
    "derived with baseline": (
        PREFIX + "indicators:\n  c: {expr: 2 * d, baseline: 4}\n  d: {}\nobjectives: {c: min}\n",
        [("S016", 4, 20)],
    ),
    "compound without baseline": (
        PREFIX + "indicators: {c: {combine: compound}}\nobjectives: {c: min}\n",
        [("S041", 3, 14)],
    ),
    "compound by amount": (
        PREFIX + "indicators: {c: {combine: compound, baseline: 1}}\ntechnologies: {t: {effects: "
        "{c: 1}}}\n"
        "objectives: {c: min}\n",
        [("S041", 4, 33)],
    ),
    "compound factor": (
        PREFIX
        + "indicators: {c: {combine: compound, baseline: 1}}\ntechnologies: {t: {effects: {c: "
        "-100%}}}\n"
        "objectives: {c: min}\n",
        [("S041", 4, 33)],
    ),
    "compound factor of an amount": (
        PREFIX + "indicators: {c: {combine: compound, baseline: 1}}\n"
        "technologies: {t: {scale: {min: 1, max: 20}, effects_per_unit: {c: -5%}}}\nobjectives: "
        "{c: min}\n",
        [("S041", 4, 68)],
    ),
}


@pytest.mark.parametrize("name", WHOLE)
def test_error_of_a_whole_file(name: str, tmp_path: Path) -> None:
    text, expected = WHOLE[name]
    assert [(d.code, d.line, d.column) for d in found(tmp_path, text)] == expected


def test_folder(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(tmp_path)
    assert [d.code for d in caught.value.diagnostics] == ["S001"]


def test_too_large(tmp_path: Path) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_bytes(b"# " + b"x" * 10_000_000)
    with pytest.raises(ScenarioError) as caught:
        load(path)
    assert [d.code for d in caught.value.diagnostics] == ["S003"]


def test_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_bytes("name: a\ntitle: caf\u00e9\n".encode("latin-1"))
    with pytest.raises(ScenarioError) as caught:
        load(path)
    assert [(d.code, d.line, d.column) for d in caught.value.diagnostics] == [("S004", 2, 11)]


def test_billion_laughs(tmp_path: Path) -> None:
    lines = ["a: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
    assert [(d.code, d.line) for d in found(tmp_path, "\n".join(lines))] == [("S009", 4)]


def test_aliases_that_deepen(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x]"] + [f"a{i}: &a{i} [*a{i - 1}]" for i in range(1, 100)]
    assert [d.code for d in found(tmp_path, "\n".join(lines))] == ["S010"]


def test_every_error_code_is_tested() -> None:
    tested = {
        code for cases in (BROKEN, WHOLE) for _, errors in cases.values() for code, _, _ in errors
    }
    tested |= {"S001", "S003", "S063"}
    tested |= {"S070", "S071", "S072", "S073"}  # in test_catalogue
    tested |= {"S055"}  # in advice/test_refusals
    tested |= {"S080", "S081", "S082"}  # in test_models
    assert {code for code in CODES if code < "S100"} == tested
