"""The runs so far: what is listed, what is taken from them in place of solving, what is removed."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.processes import Done, finished, process
from tests.cli.test_files import names

Optimise = Callable[..., Done]


# ---- the list


def test_nothing_is_no_error(optimise: Optimise, tmp_path: Path) -> None:
    assert optimise("results") == Done(0, "no runs\n", "")
    assert optimise("results", "nowhere") == Done(
        0, "no runs\nnote: there is no folder nowhere\n", ""
    )
    (tmp_path / "results").mkdir()
    assert json.loads(optimise("results", "--json").out)["runs"] == []
    assert names(str(tmp_path)) == ["results"]


def test_runs_are_listed_the_newest_first(plant: Path, optimise: Optimise) -> None:
    optimise("run", "plant.yaml")
    optimise("run", "plant.yaml", "--set", "constraints.cap=cost <= 2", "-o", "results/工厂")
    os.utime("results/plant/result.json", (0, time.time() - 7200))
    optimise("show", "plant.yaml", "--set", "constraints.cap=cost <= 4")
    found = json.loads(optimise("results", "--json").out)
    head = ("schema_version", "command", "scenario", "scenario_hash", "proof", "notes")
    assert tuple(found)[:6] == head
    assert [run["folder"] for run in found["runs"]] == ["results/工厂", "results/plant"]
    beside, plain = found["runs"]
    assert beside["overrides"] == {"set": ["constraints.cap=cost <= 2"], "at": None, "robust": None}
    assert plain["ideal"] == {"output": 9, "cost": 0}
    assert plain["bounds"] == plain["ideal"]
    assert plain["proof"] == {
        "status": "complete",
        "basis": "exact",
        "gap": None,
        "stopped": None,
    }
    assert plain["age"] >= 7200
    table = optimise("results").out
    assert "constraints.cap=cost <= 2" in table
    assert "complete, proven" in table
    assert "2 h" in table
    assert "output 9* t, cost 0* M" in table
    everything = json.loads(optimise("results", "--all", "--json").out)["runs"]
    assert len(everything) == 3
    assert [run["named"] for run in everything] == [False, True, True]


def test_filters(plant: Path, optimise: Optimise) -> None:
    optimise("run", "plant.yaml")
    optimise("run", "plant.yaml", "--set", "constraints.cap=cost <= 2")

    def folders(*asked: str) -> list[str]:
        done = optimise("results", *asked, "--json")
        assert done.code == 0
        return [run["folder"] for run in json.loads(done.out)["runs"]]

    assert len(folders("--scenario", "plant")) == 2
    assert len(folders("--scenario", "plant.yaml")) == 2
    assert folders("--scenario", "other") == []
    assert len(folders("--changed", "constraints.cap")) == 1
    assert len(folders("--proof", "complete", "--newer", "1h")) == 2
    assert folders("--older", "1h") == []
    assert optimise("results", "--older", "soon").code == 2
    assert optimise("results", "--keep", "plant").code == 2


def test_formats(plant: Path, optimise: Optimise) -> None:
    optimise("run", "plant.yaml")
    (row,) = csv.DictReader(io.StringIO(optimise("results", "--format", "csv").out))
    assert (row["folder"], row["ideal.output"], row["basis"]) == ("results/plant", "9", "exact")
    lines = optimise("results", "--format", "md").out.splitlines()
    assert lines[2].startswith("| results/plant | plant |  | complete, proven | ")
    assert optimise("results", "--top", "1").out.count("results/plant") == 1


def test_a_run_under_other_assumptions_says_so_in_a_table(
    tmp_path: Path, optimise: Optimise
) -> None:
    """Best values at the low end of prices, or the worst ones, stood beside those of the plain run
    as if nothing were different.
    """
    text = (
        "optimise: 1\nname: priced\n"
        "parameters: {price: {value: 2, low: 1, high: 4}}\n"
        "indicators: {cost: {unit: M}, output: {unit: t}}\n"
        "technologies: {a: {effects: {cost: 1, output: {value: price}}}}\n"
        "objectives: {output: maximise, cost: minimise}\n"
    )
    Path("priced.yaml").write_text(text, encoding="utf-8")
    price = "parameters.price.high=3"
    for options in ((), ("--at", "low"), ("--robust", "worst"), ("--set", price, "--at", "high")):
        assert optimise("run", "priced.yaml", *options).code == 0
    rows = csv.DictReader(io.StringIO(optimise("results", "--format", "csv").out))
    assert {row["overrides"]: row["ideal.output"] for row in rows} == {
        "": "2",
        "at: low": "1",
        "robust: worst": "1",
        f"{price}; at: high": "3",
    }


def test_what_is_damaged_is_said(plant: Path, optimise: Optimise) -> None:
    optimise("run", "plant.yaml")
    Path("results", "torn").mkdir()
    Path("results", "torn", "result.json").write_text("{", encoding="utf-8")
    done = optimise("results")
    assert done.code == 0
    assert "note: results/torn/result.json is damaged, or no result" in done.out
    assert "results/plant" in done.out


# ---- in place of solving


def test_a_run_is_taken_from_results(plant: Path, optimise: Optimise) -> None:
    first = optimise("run", "plant.yaml")
    assert "solved before" not in first.err
    before = Path("results/plant/result.json").stat()
    again = optimise("run", "plant.yaml", "--workers", "1", "--time-limit", "60")
    assert again.out == first.out
    assert "solved before: taken from results/plant; --no-cache solves it anew" in again.err
    assert "saved: results/plant" in again.err
    # nothing was written
    assert Path("results/plant/result.json").stat().st_ino == before.st_ino
    assert "taken from results/plant;" in optimise("show", "plant.yaml").err
    assert not Path(".optimise").exists()
    for anew in ("--no-cache", "--resume", "--certificate"):
        assert "solved before" not in optimise("run", "plant.yaml", anew).err


UNCERTAIN = """
optimise: 1
name: uncertain
parameters:
  p: {value: 2, low: 1, high: 3}
indicators: {x: {unit: t}, y: {unit: M}}
technologies:
  a: {effects: {x: 3, y: {value: 1 * p}}}
  b: {effects: {x: 4, y: {value: 5 - p}}}
objectives: {x: max, y: min}
"""


@pytest.mark.parametrize("sense", ["regret", "worst"])
def test_a_robust_run_is_taken_whole(sense: str, optimise: Optimise, tmp_path: Path) -> None:
    """Of regret the best values that it is measured from were forgotten: an internal error."""
    (tmp_path / "uncertain.yaml").write_text(UNCERTAIN, encoding="utf-8")
    asked = ("run", "uncertain.yaml", "--robust", sense, "--samples", "8")
    first = optimise(*asked, "-o", "first")
    assert first.code == 0
    optimise(*asked)
    again = optimise(*asked, "-o", "again")
    assert "solved before" in again.err
    assert again.out == first.out
    assert optimise("verify", "again").code == 0
    assert "solved before" not in optimise("run", "uncertain.yaml").err


def test_a_run_elsewhere_is_saved_elsewhere(plant: Path, optimise: Optimise) -> None:
    optimise("show", "plant.yaml", "--gap", "0.5")
    done = optimise("run", "plant.yaml", "-o", "here", "--csv", "plans.csv")
    assert "taken from .optimise" in done.err
    kept = Path("here/front.csv").read_bytes()
    assert kept == Path("plans.csv").read_bytes()
    assert optimise("verify", "here").code == 0
    optimise("run", "plant.yaml", "-o", "anew", "--no-cache")
    assert Path("anew/front.csv").read_bytes() == kept


@pytest.mark.parametrize(
    "change",
    [
        ("--set", "constraints.cap=cost <= 2"),
        ("--seed", "5"),
        ("--method", "exact"),
    ],
)
def test_what_changes_the_answer_is_run(
    plant: Path, optimise: Optimise, change: tuple[str, str]
) -> None:
    optimise("run", "plant.yaml")
    assert "solved before" not in optimise("run", "plant.yaml", *change).err
    assert "solved before" in optimise("run", "plant.yaml", *change, "--replace").err


def test_an_unfinished_run_is_no_answer(plant: Path, optimise: Optimise) -> None:
    optimise("run", "plant.yaml")
    place = Path("results/plant/result.json")
    text = place.read_text(encoding="utf-8")
    place.write_text(text.replace('"stopped": null', '"stopped": "time_limit"'), encoding="utf-8")
    assert "solved before" not in optimise("run", "plant.yaml").err


def test_results_of_others_are_no_answer(plant: Path, optimise: Optimise) -> None:
    optimise("run", "plant.yaml")
    Path("results/plant").chmod(0o777)
    assert "solved before" not in optimise("run", "plant.yaml").err


def test_a_folder_that_may_not_be_read_is_told(
    optimise: Optimise, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was said to hold no runs, and no scenario."""
    Path("closed").mkdir()

    scan: Callable[..., Any] = os.scandir

    def refuse(path: object = ".") -> object:
        if str(path) == "closed":
            raise PermissionError(errno.EACCES, "Permission denied", "closed")
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    refused = "cannot read closed: Permission denied"
    assert refused in optimise("results", "closed").out
    for line in (["check", "closed"], ["compare", "closed", "closed"], ["verify", "closed"]):
        ended = optimise(*line)
        assert ended.code == 2
        assert refused in ended.err


def test_the_file_that_was_read_is_kept(plant: Path, optimise: Optimise) -> None:
    optimise("run", "plant.yaml")
    plant.rename("works.yaml")
    assert "solved before" in optimise("run", "works.yaml").err
    told = json.loads(Path("results/plant/result.json").read_text(encoding="utf-8"))
    assert told["scenario_file"] == "works.yaml"


def test_what_was_lost_of_a_result_is_written_again(plant: Path, optimise: Optimise) -> None:
    optimise("run", "plant.yaml")
    table = Path("results/plant/front.csv")
    whole = table.read_bytes()
    table.unlink()
    assert "solved before" in optimise("run", "plant.yaml").err
    assert table.read_bytes() == whole
    table.write_bytes(whole[:-4])
    optimise("run", "plant.yaml")
    assert table.read_bytes() == whole


def test_a_requirement_holds_for_what_was_solved_before(plant: Path, optimise: Optimise) -> None:
    asked = ("run", "plant.yaml", "--method", "evolutionary", "--require", "complete")
    assert optimise(*asked).code == 6
    again = optimise(*asked)
    assert "solved before" in again.err
    assert again.code == 6


# ---- what is removed


def test_what_is_named_stays(plant: Path, optimise: Optimise) -> None:
    optimise("run", "plant.yaml")
    optimise("run", "plant.yaml", "-o", "results/board-meeting")
    for most in (1, 2, 3, 4):
        optimise("run", "plant.yaml", "--set", f"constraints.cap=cost <= {most}")
    optimise("show", "plant.yaml", "--seed", "3")
    digits = sorted(name for name in names() if name.startswith("plant-"))
    assert len(digits) == 4
    first, second, third, fourth = (f"results/{name}" for name in digits)
    Path(second, "notes.txt").write_text("mine", encoding="utf-8")
    Path(third, "resume.json").write_text("{}", encoding="utf-8")
    done = optimise("results", "--prune", "--keep", Path(first).name)
    assert done.code == 0
    assert f"removed: {fourth}" in done.out
    assert "removed: .optimise/" in done.out
    assert f"note: kept: {second} holds other files: notes.txt" in done.out
    assert f"note: kept: {third} can be resumed" in done.out
    assert names() == sorted(["plant", "board-meeting", *digits[:3]])
    assert names(".optimise") == [".gitignore"]
    assert optimise("results", "--prune", "--keep", "plont").code == 2


def test_what_a_link_leads_to_is_not_removed(
    plant: Path, optimise: Optimise, tmp_path: Path
) -> None:
    optimise("show", "plant.yaml")
    Path(".optimise").rename("elsewhere")
    Path(".optimise").symlink_to("elsewhere")
    before = names("elsewhere")
    assert "removed" not in optimise("results", "--prune").out
    assert names("elsewhere") == before
    optimise("run", "plant.yaml", "--set", "constraints.cap=cost <= 1", "--no-cache")
    (beside,) = Path("results").iterdir()
    beside.rename("away")
    beside.symlink_to(tmp_path / "away")
    assert "removed" not in optimise("results", "--prune").out
    assert names("away") == ["front.csv", "result.json"]


def test_only_what_is_asked_for_is_removed(plant: Path, optimise: Optimise) -> None:
    optimise("run", "plant.yaml", "--set", "constraints.cap=cost <= 1")
    optimise("run", "plant.yaml", "--set", "constraints.cap=cost <= 2")
    found = json.loads(
        optimise("results", "--prune", "--changed", "constraints.cap=cost <= 1", "--json").out
    )
    assert len(found["pruned"]) == 1
    assert len(names()) == 1
    assert optimise("results", "--prune", "--older", "1d").code == 0
    assert len(names()) == 1


def test_a_sweep_is_not_pruned(plant: Path, optimise: Optimise) -> None:
    sweep = ("sweep", "plant.yaml", "-o", "results/caps", "--workers", "1")
    optimise(*sweep, "--vary", "constraints.cap.expr=cost <= 1,cost <= 2")
    assert len(json.loads(optimise("results", "--json").out)["runs"]) == 2
    before = names("results/caps")
    assert "removed" not in optimise("results", "--prune").out
    assert names("results/caps") == before


# ---- several at once


@pytest.mark.slow
def test_concurrent_runs_do_not_disturb_one_another(plant: Path, tmp_path: Path) -> None:
    """Runs of the same and of other questions, lists and pruning, all at once: each ends well, and
    what is there afterwards is whole.
    """
    caps = [f"constraints.cap=cost <= {most}" for most in (1, 2, 3)]
    commands = [
        ("run", "plant.yaml"),
        ("run", "plant.yaml"),
        *(("run", "plant.yaml", "--set", cap) for cap in caps[:2]),
        ("show", "plant.yaml", "--set", caps[2]),
        ("results", "--prune", "--json"),
        ("results", "--all"),
    ]
    started = [process(*words, folder=tmp_path) for words in commands]
    ended = [finished(one) for one in started]
    assert [(one.code, one.err) for one in ended if one.code] == []
    assert finished(process("verify", "results", folder=tmp_path)).code == 0
    assert list(tmp_path.rglob(".optimise-*")) == []
