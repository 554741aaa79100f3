"""`verify` on the command line: several results, what is left open, another solver's answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from optimiser.results import Result
from tests.analysis.shortened import without
from tests.cli.processes import Done, written

Optimise = Callable[..., Done]

# twenty-six decisions are too many to try one by one
MANY: dict[str, Any] = {
    "indicators": {"cost": {}, "gain": {}},
    "technologies": {
        f"t{i}": {"effects": {"cost": 11 + i * 53 % 97, "gain": 7 + i * 37 % 101}}
        for i in range(26)
    },
    "constraints": {"few": "cost <= 300"},
    "objectives": {"cost": "min", "gain": "max"},
}
SHARES: dict[str, Any] = {
    "variables": {name: {"type": "real", "min": 0, "max": 1} for name in "abc"},
    "constraints": {"all": "a + b + c == 1"},
    "objectives": {
        "cost": {"sense": "min", "expr": "a + 2 * b + 4 * c"},
        "gain": {"sense": "max", "expr": "a + 3 * b + 4 * c"},
    },
}


def test_results_and_folders_of_them(optimise: Optimise, tmp_path: Path) -> None:
    for name in ("one", "two"):
        optimise("run", "production_steps", "-q", "-o", f"kept/{name}")
    done = optimise("verify", "kept", "production_steps")
    assert done.code == 0
    assert [line.split(":")[0] for line in done.out.splitlines() if "verified" in line] == [
        "kept/one",
        "kept/two",
        "production_steps",
    ]
    path = tmp_path / "kept/two/result.json"
    path.write_text(
        path.read_text(encoding="utf-8").replace('"time": 30.0', '"time": 29.0'), encoding="utf-8"
    )
    done = optimise("verify", "kept")
    assert done.code == 5
    assert "kept/one: verified: 10 plans" in done.out
    assert "kept/two: " in done.out
    assert "kept/two does not hold" in done.err
    found = json.loads(optimise("verify", "kept", "--json").out)
    assert [(one["result"], one["verified"]) for one in found] == [
        ("kept/one", True),
        ("kept/two", False),
    ]
    path.write_text("{}", encoding="utf-8")
    assert optimise("verify", "kept").code == 3
    assert "kept/one: verified" in optimise("verify", "kept/two", "kept/one").out
    (tmp_path / "empty").mkdir()
    assert optimise("verify", "empty").code == 2


def test_what_is_left_open_is_said_and_is_6_where_everything_is_required(
    optimise: Optimise, tmp_path: Path
) -> None:
    optimise("run", "production_steps", "-q", "-o", "small")
    assert optimise("verify", "small", "--require", "exact").code == 0
    optimise("run", written(tmp_path, **MANY), "-q", "-o", "many")
    done = optimise("verify", "many")
    assert done.code == 0
    assert (
        "not checked: that no plan is missing from the list, and that this rests on exact "
        "arithmetic" in done.out
    )
    done = optimise("verify", "many", "--require", "exact")
    assert done.code == 6
    assert "not everything that many claims was checked: that no plan is missing" in done.err
    (about,) = json.loads(optimise("verify", "many", "--json").out)["not_checked"]
    assert about["about"] == "missing"
    optimise("run", written(tmp_path, **MANY), "-q", "-o", "many", "--certificate")
    assert optimise("verify", "many", "--require", "exact").code == 6
    done = optimise("verify", "many", "--require", "exact", "--proof")
    assert done.code == 0
    assert "not checked" not in done.out
    optimise(
        "run",
        "production_steps",
        "-q",
        "-o",
        "guess",
        "--method",
        "evolutionary",
        "--time-limit",
        "1",
    )
    done = optimise("verify", "guess", "--require", "exact")
    assert done.code == 6
    assert "approximate: nothing is claimed of plans that are not listed" in done.out


def test_another_solver_finds_the_same_points(optimise: Optimise, tmp_path: Path) -> None:
    few = {**MANY, "constraints": {"few": "cost <= 120"}}
    optimise("run", written(tmp_path, **few), "-q", "-o", "many")
    done = optimise("verify", "many", "--by", "highs")
    assert done.code == 0
    assert "solver highs solved it again: the same points" in done.out
    for name, why in (("exact", "the result is from it"), ("magic", "there is no such solver")):
        done = optimise("verify", "many", "--by", name)
        assert done.code == 2
        assert why in done.err
    assert optimise("verify", "many", "--by", "highs", "--gap", "0.1").code == 2
    whole = Result.load(tmp_path / "many")
    without(whole, len(whole.front) // 2).save(tmp_path / "fewer")
    done = optimise("verify", "fewer", "--by", "highs")
    assert done.code == 5
    assert "is possible and not listed" in done.out


def test_another_solver_that_is_not_sure_says_what_it_could_compare(optimise: Optimise) -> None:
    optimise("run", "production_steps", "-q", "-o", "r")
    done = optimise("verify", "r", "--by", "evolutionary", "--time-limit", "2")
    assert done.code == 0
    assert "none contradicts the claim; that is all, as what it found is not complete" in done.out


def test_a_solver_that_cannot_take_the_model_is_2(optimise: Optimise, tmp_path: Path) -> None:
    optimise("run", written(tmp_path, **SHARES), "-q", "-o", "shares")
    done = optimise("verify", "shares", "--by", "highs")
    assert done.code == 2
    assert "cannot take this model" in done.err
    done = optimise("verify", "shares", "--by", "nsga2", "--time-limit", "2")
    assert done.code == 0
