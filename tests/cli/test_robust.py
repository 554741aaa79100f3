"""`robust` on the command line: what is counted first, formats, errors with help, Ctrl-C."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.processes import Done

ROOT = Path(__file__).resolve().parents[2]
SCENARIO = """
optimise: 1
name: 鲁棒
parameters:
  price: {value: 80, low: 50, high: 140, unit: EUR/t}
  uptake: {value: 0.9, low: 0.7, high: 1.0, distribution: triangular}
indicators: {产量: {unit: kt}, cost: {unit: M}}
technologies:
  a: {effects: {产量: 3, cost: {value: 9 - 0.06 * price}}}
  b: {effects: {产量: {value: 5 * uptake}, cost: 4}}
  c: {effects: {产量: 2, cost: {value: 0.05 * price}}}
objectives: {产量: maximise, cost: minimise}
plans:
  red: {adopt: {a: 1, c: 1}}
"""


@pytest.fixture
def scenario(tmp_path: Path) -> str:
    (tmp_path / "robust.yaml").write_text(SCENARIO, encoding="utf-8")
    return "robust.yaml"


def test_solves_are_counted_first_and_json_is_all_of_stdout(
    optimise: Callable[..., Done], scenario: str
) -> None:
    done = optimise("robust", scenario, "--samples", "16", "--json")
    assert done.code == 0
    assert "regret: 32 problems to solve" in done.err
    found = json.loads(done.out)
    assert (found["samples"], found["solves"], found["seed"]) == (16, 32, 1)
    assert "red" in [plan["reference"] for plan in found["plans"]]


def test_workers_change_nothing(optimise: Callable[..., Done], scenario: str) -> None:
    words = ("robust", scenario, "--samples", "16", "--json")
    assert optimise(*words, "--workers", "2").out == optimise(*words).out


def test_many_solves_are_asked_for(optimise: Callable[..., Done], scenario: str) -> None:
    done = optimise("robust", scenario, "--samples", "600", "--json")
    assert "--regret always" in done.err
    found = json.loads(done.out)
    assert found["solves"] == 0
    assert all(plan["regret"] is None for plan in found["plans"])
    never = optimise("robust", scenario, "--samples", "8", "--regret", "never")
    assert "regret" not in never.out + never.err


def test_a_table_names_everything_that_is_known(
    optimise: Callable[..., Done], scenario: str
) -> None:
    done = optimise("robust", scenario, "--samples", "64", "--top", "2", "--cvar", "0.8")
    for words in ("holds in", "efficient in", "largest regret", "CVaR 80 %", "red", "price"):
        assert words in done.out
    assert re.search(r"^and \d+ more plans$", done.out, re.MULTILINE)


def test_a_saved_result_is_asked_with_ranges_set_on_the_way(
    optimise: Callable[..., Done], scenario: str, tmp_path: Path
) -> None:
    certain = re.sub(r", low.*?(, unit.*?)?}", r"\1}", SCENARIO)
    (tmp_path / "certain.yaml").write_text(certain, encoding="utf-8")
    assert optimise("run", "certain.yaml", "-o", "kept", "-q").code == 0
    refused = optimise("robust", "kept", "--samples", "8")
    assert refused.code == 2
    assert "no parameter of 鲁棒 is uncertain" in refused.err
    # what help says works as it is typed
    typed = re.search(r"by (--set \S+) (--set \S+)", refused.err.replace("\n", " "))
    assert typed is not None
    words = " ".join(typed.groups()).split()
    done = optimise("robust", "kept", "--samples", "8", "--json", *words)
    assert done.code == 0
    assert set(json.loads(done.out)["sobol"]["cost"]) == {"price"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--samples", "0"), "--samples"),
        (("--cvar", "1"), "CVaR"),
        (("--cvar", "-0.1"), "CVaR"),
        (("--samples", "100000000"), "fewer"),
        (("--workers", "0"), "--workers"),
        (("--regret", "maybe"), "--regret"),
        (("--seed", "-1"), "--seed"),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(
    optimise: Callable[..., Done], scenario: str, words: tuple[str, ...], said: str
) -> None:
    done = optimise("robust", scenario, *words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c_keeps_what_was_solved(scenario: str, tmp_path: Path) -> None:
    """Of 20,000 problems some are solved in a moment: the answer is there, and says how many."""
    command = [sys.executable, str(ROOT / "cli.py"), "robust", scenario]
    options = ["--samples", "10000", "--regret", "always", "--workers", "2", "--json"]
    with subprocess.Popen(
        [*command, *options], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as program:
        assert program.stderr is not None
        assert any(b"problems to solve" in line for line in program.stderr)
        time.sleep(6)
        program.send_signal(signal.SIGINT)
        out, _ = program.communicate(timeout=120)
    assert program.returncode == 130
    if out:  # the signal may have come before the first problem was begun
        found = json.loads(out)
        assert found["solves"] < 20000
        assert any("20000" in note for note in found["notes"])


def test_one_sample_and_the_formats_of_tables(optimise: Callable[..., Done], scenario: str) -> None:
    assert (
        "one sample of 2 uncertain parameters" in optimise("robust", scenario, "--samples", "1").out
    )
    words = ("robust", scenario, "--samples", "8", "--format")
    rows = [line.split(",") for line in optimise(*words, "csv").out.splitlines()]
    assert rows[0][:8] == [
        *("plan", "rank", "reference", "feasible", "efficient"),
        *("regret.max", "regret.mean", "region"),
    ]
    found = json.loads(optimise(*words, "json").out)
    assert [row[0] for row in rows[1:]] == [plan["id"] for plan in found["plans"]]
    assert float(rows[1][8]) == found["plans"][0]["objectives"]["产量"]["mean"]
    page = optimise(*words, "md").out
    assert all(plan["id"] in page for plan in found["plans"])
    assert optimise(*words, "md", "--top", "2").code == 2


@pytest.mark.parametrize("kind", ["worst", "regret", "gamma:1", "cvar:0.5", "expected"])
def test_limits_that_conflict_in_the_robust_sense(
    optimise: Callable[..., Done], scenario: str, tmp_path: Path, kind: str
) -> None:
    """At exit code 4 the record said that a plan fits, of the scenario without --robust; regret
    ended in an internal error.
    """
    path = tmp_path / scenario
    text = path.read_text(encoding="utf-8")
    limits = "constraints: {need: 产量 >= 3, purse: cost <= 2.2}\nobjectives:"
    path.write_text(text.replace("objectives:", limits), encoding="utf-8")
    done = optimise("run", scenario, "--robust", kind, "--json")
    assert done.code == 4
    found = json.loads(done.out)
    assert (found["feasible"], found["repairs"]) == (False, [])
    assert (found["complete"], found["proven"]) == (False, False)
    assert "--robust" in found["notes"][0]


@pytest.mark.parametrize(
    ("formula", "undefined"), [("cost / gain", False), ("gain / floor(k)", True)]
)
def test_a_plan_without_a_value_at_any_sample_is_shown_as_that(
    optimise: Callable[..., Done], tmp_path: Path, formula: str, undefined: bool
) -> None:
    """The reference plan divides by 0; or at all samples but the upper end every plan does."""
    text = f"""
optimise: 1
name: undefined
parameters: {{k: {{value: 1, low: 0, high: 1}}}}
indicators: {{gain: {{}}, cost: {{}}, ratio: {{expr: {formula}}}}}
technologies:
  x: {{effects: {{gain: 1 * k, cost: 2}}}}
  y: {{effects: {{gain: 2, cost: 5}}}}
objectives: {{ratio: maximise, cost: minimise}}
plans: {{current: {{}}}}
"""
    (tmp_path / "undefined.yaml").write_text(text, encoding="utf-8")
    asked = ("robust", "undefined.yaml", "--samples", "16", "--regret", "never")
    done = optimise(*asked)
    assert ("ratio ↑: undefined at every sample" in done.out) == undefined
    assert "ratio ↑: the same at every sample" not in done.out
    lines = optimise(*asked, "--format", "csv").out.splitlines()
    rows = [dict(zip(lines[0].split(","), line.split(","), strict=True)) for line in lines[1:]]
    (current,) = [row for row in rows if row["reference"] == "current"]
    assert {current[f"{name}.mean"] for name in ("ratio", "cost")} == {""}
    assert all((row["ratio.mean"] == "") == undefined for row in rows if row != current)
    (tmp_path / "answer.json").write_text(optimise(*asked, "--json").out, encoding="utf-8")
    answer = ("--answer", "answer.json")
    drawn = optimise("plot", "undefined.yaml", "--kind", "ranges", *answer, "-o", "ranges.svg")
    assert drawn.code == 0, drawn.err
    assert optimise("report", "undefined.yaml", *answer, "-o", "page.html").code == 0
