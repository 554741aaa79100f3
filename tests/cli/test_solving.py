"""`best`, `alternatives` and `assess --replacement` on the command line: JSON to the letter, none
is 0, typos are told.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.processes import Done

SCENARIO = """
optimise: 1
name: 选择
indicators:
  产量: {unit: kt}
  cost: {unit: M, timing: one_off}
  jobs: {unit: people}
technologies:
  a: {effects: {产量: 2, cost: 1, jobs: 3}}
  b: {effects: {产量: 2, cost: 1.1, jobs: 5}}
  c: {effects: {产量: 1, cost: 2}}
phases: [{name: "2027"}, {name: "2028"}]
objectives: {产量: maximise, cost: minimise}
"""
HEAD = {"schema_version", "command", "scenario", "scenario_hash", "proof", "notes"}
PLAN = {"id", "rank", "score", "decisions", "objectives", "indicators", "figures"}


@pytest.fixture
def scenario(tmp_path: Path) -> str:
    (tmp_path / "choice.yaml").write_text(SCENARIO, encoding="utf-8")
    return "choice.yaml"


def test_best_in_json(optimise: Callable[..., Done], scenario: str) -> None:
    done = optimise("best", scenario, "cost", "--where", "jobs >= 2", "--json")
    found = json.loads(done.out)
    assert set(found) == HEAD | {
        "objective", "sense", "where", "feasible", "value", "bound", "proven", "plan", "source",
        "reach",
    }  # fmt: skip
    assert (found["value"], found["bound"], found["proven"]) == (1.0, 1.0, True)
    assert (found["source"], found["where"], found["sense"]) == (
        "solved",
        ["jobs >= 2"],
        "minimise",
    )
    assert set(found["plan"]) == PLAN


def test_what_nothing_holds_is_an_answer(optimise: Callable[..., Done], scenario: str) -> None:
    wishes = ("--where", 'cost["2027"] <= 1', "--where", "jobs >= 8.5")
    done = optimise("best", scenario, "产量", *wishes, "--json")
    assert done.code == 0
    found = json.loads(done.out)
    assert (found["feasible"], found["value"], found["plan"]) == (False, None, None)
    assert found["reach"] == [
        {"name": "jobs >= 8.5", "phase": None, "value": 5.5, "bound": 8.5, "by": 3.0}
    ]
    shown = optimise("best", scenario, "产量", *wishes)
    assert shown.code == 0
    assert "no plan holds" in shown.out


def test_the_sense_of_what_is_no_objective(optimise: Callable[..., Done], scenario: str) -> None:
    guessed = optimise("best", scenario, "jobs", "--json")
    assert json.loads(guessed.out)["value"] == 0
    assert "--sense maximise" in guessed.err
    said = optimise("best", scenario, "jobs", "--sense", "maximise", "--json")
    assert json.loads(said.out)["value"] > 0
    assert "--sense" not in said.err


def test_alternatives_in_json(optimise: Callable[..., Done], scenario: str) -> None:
    options = ("--within", "0.5", "--within", "产量=0", "--differ", "2", "--json")
    found = json.loads(optimise("alternatives", scenario, "a=1@2027", *options).out)
    assert set(found) == HEAD | {"plan", "within", "differ", "plans", "exhausted", "proven"}
    assert found["within"] == {"产量": 0.0, "cost": 0.5}
    (one,) = found["plans"]
    assert set(one) == PLAN | {"differs", "distance", "change"}
    assert one["differs"] == ["a", "b"]
    assert one["change"] == {"产量": 0.0, "cost": 0.1}
    assert (found["exhausted"], found["proven"]) == (True, True)


def test_replacement_stands_in_an_assessment(optimise: Callable[..., Done], scenario: str) -> None:
    plain = json.loads(optimise("assess", scenario, "--json").out)
    found = json.loads(optimise("assess", scenario, "--replacement", "--json").out)
    assert {key: value for key, value in found.items() if key != "replacement"} == plain
    rows = found["replacement"]["technologies"]
    assert [(r["how"], r["phase"]) for r in rows if r["technology"] == "a"] == [
        ("forced", None), ("forbidden", None), ("delayed", "2028"),
    ]  # fmt: skip
    assert all(row["proven"] for row in rows)
    assert "not before 2028" in optimise("assess", scenario, "--replacement").out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("best", "{}", "cots"), "did you mean 'cost'"),
        (("best", "{}", "cost", "--where", "jbos >= 1"), "did you mean 'jobs'"),
        (("alternatives", "{}", "a=1", "--within", "cots=1"), "did you mean 'cost'"),
        (("alternatives", "{}", "zzz"), "no plan 'zzz'"),
        (("alternatives", "{}", "a=1", "--differ", "0"), "--differ"),
    ],
)
def test_typos(
    optimise: Callable[..., Done], scenario: str, words: tuple[str, ...], told: str
) -> None:
    done = optimise(*(word.format(scenario) for word in words))
    assert done.code == 2
    assert told in done.err
    assert done.out == ""


def test_answers_in_chinese(optimise: Callable[..., Done], scenario: str) -> None:
    done = optimise("best", scenario, "cost", "--where", "jobs >= 2", "--lang", "zh")
    assert "在 jobs >= 2 时 cost 最小：1 M（已证明）" in done.out


def test_replacement_of_a_saved_result_in_a_time_and_as_tables(
    optimise: Callable[..., Done], scenario: str
) -> None:
    """--time-limit was refused for a saved result, csv and md always."""
    optimise("run", scenario, "-q", "-o", "kept")
    words = ("assess", "kept", "--replacement", "--time-limit", "30", "--format")
    found = json.loads(optimise(*words, "json").out)["replacement"]
    lines = [line.split(",") for line in optimise(*words, "csv").out.splitlines()]
    header, rows = lines[0], lines[1:]
    assert header[:4] == ["technology", "how", "phase", "years"]
    each = len(found["technologies"][0]["best"]) + 1
    assert len(rows) == each * len(found["technologies"])
    assert "without it" in optimise(*words, "md").out
    assert optimise("assess", "kept", "--time-limit", "30").code == 2


def test_a_limit_is_for_solving_and_for_the_answer_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`best SCENARIO --time-limit 10` took 25 s: ten for each, and then some."""
    from optimiser.commands.options import for_answering, left_of
    from optimiser.session import Request
    from optimiser.study.preparing import searching

    assert for_answering(Request(), "s.yaml", 10.0).time_limit == 10.0
    assert for_answering(Request(), "s.yaml", None).time_limit is None
    assert searching(10.0, 2.0, prepared=2.0) == 8.0
    assert searching(10.0, 2.0, prepared=2.0, share=0.5) == 4.0
    assert searching(10.0, 9.9, prepared=7.0, share=0.5) == 1.0
    monkeypatch.setattr("time.monotonic", lambda: 107.0)
    assert left_of(None, began=100.0) is None
    assert left_of(10.0, began=100.0) == 3.0
    assert left_of(5.0, began=100.0) == 1.0
