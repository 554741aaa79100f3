"""Plans with equal objectives on the command line, against every plan there is."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.processes import Done

SCENARIO = """
optimise: 1
name: equal
indicators:
  output: {unit: kt}
  cost: {unit: M}
  jobs: {unit: people}
technologies:
  a: {effects: {output: 2, cost: 1, jobs: 3}}
  b: {effects: {output: 2, cost: 1, jobs: 5}}
  c: {effects: {output: 1, cost: 2}}
  d: {levels: {pilot: {effects: {output: 1, cost: 1}}, full: {effects: {output: 4, cost: 3}}}}
objectives: {output: maximise, cost: minimise}
"""
EFFECTS = {"a": (2, 1, 3), "b": (2, 1, 5), "c": (1, 2, 0)}
LEVELS = {0: (0, 0, 0), "pilot": (1, 1, 0), "full": (4, 3, 0)}


@pytest.fixture
def scenario(tmp_path: Path) -> str:
    (tmp_path / "equal.yaml").write_text(SCENARIO, encoding="utf-8")
    return "equal.yaml"


def by_force() -> dict[tuple[float, float], list[dict[str, object]]]:
    """(output, cost) -> the decisions of every plan that has them."""
    found: dict[tuple[float, float], list[dict[str, object]]] = {}
    for a, b, c in itertools.product((0, 1), repeat=3):
        for level, more in LEVELS.items():
            taken = [EFFECTS[name] for name, on in zip("abc", (a, b, c), strict=True) if on] + [
                more
            ]
            key = (sum(t[0] for t in taken), sum(t[1] for t in taken))
            found.setdefault(key, []).append({"a": a, "b": b, "c": c, "d": level})
    return found


def test_json_holds_every_other_plan_beside_the_listed_one(
    optimise: Callable[..., Done], scenario: str
) -> None:
    optimise("run", scenario, "-q", "-o", "r")
    every = by_force()
    for command in (["run", scenario, "-q"], ["show", "r"]):
        document = json.loads(optimise(*command, "--equivalents", "--json").out)
        for plan in document["plans"]:
            same = every[plan["objectives"]["output"], plan["objectives"]["cost"]]
            listed = [
                plan["decisions"],
                *(other["decisions"] for other in plan["equivalents"]["plans"]),
            ]
            assert plan["equivalents"]["complete"] is True
            assert sorted(map(str, listed)) == sorted(map(str, same))
            assert all(
                other["objectives"] == plan["objectives"] for other in plan["equivalents"]["plans"]
            )


def test_a_table_says_what_differs(optimise: Callable[..., Done], scenario: str) -> None:
    done = optimise("run", scenario, "--equivalents", "-o", "r")
    assert done.code == 0
    rows = [line.split() for line in done.out.splitlines() if "without" in line]
    assert [row[2:] for row in rows] == [["3", "without", "b,", "with", "a"]] * 2
    one = optimise("show", "r", rows[0][0], "--equivalents")
    assert rows[0][1] in one.out
    assert rows[1][1] not in one.out
    found = json.loads(optimise("show", "r", rows[0][0], "--equivalents", "--json").out)[
        "equivalents"
    ]
    assert [(plan["id"], plan["indicators"]) for plan in found["plans"]] == [
        (rows[0][1], {"jobs": 3.0})
    ]


def test_a_plan_without_equals_says_so(optimise: Callable[..., Done], scenario: str) -> None:
    optimise("run", scenario, "-q", "-o", "r")
    best = json.loads(optimise("show", "r", "--json").out)["plans"][0]["id"]
    done = optimise("show", "r", best, "--equivalents")
    assert done.out.splitlines()[-1] == f"no other plan has the objectives of plan {best}"
    assert "equivalents" not in json.loads(optimise("show", "r", best, "--json").out)


def test_a_long_list_is_cut_and_says_so(
    optimise: Callable[..., Done], scenario: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("optimiser.study.equal_plans.MOST_EQUIVALENTS", 1)
    setting = ["--set-new", "--set", "technologies.c.effects.cost=1"]
    setting += ["--set", "technologies.c.effects.output=2"]
    document = json.loads(optimise("run", scenario, "-q", "--equivalents", "--json", *setting).out)
    found = {
        len(plan["equivalents"]["plans"]): plan["equivalents"]["complete"]
        for plan in document["plans"]
    }
    assert found == {0: True, 1: False}
    assert (
        "there can be more than these 1"
        in optimise("run", scenario, "-q", "--equivalents", *setting).out
    )


def test_formats_and_models_without_a_place_for_them_are_2(
    optimise: Callable[..., Done], scenario: str
) -> None:
    assert optimise("run", scenario, "--equivalents", "--format", "csv").code == 2
    done = optimise("show", "fusion_linear", "--equivalents")
    assert done.code == 2
    assert "complete" in done.out
    assert "some decisions are real numbers" in done.err
