"""`sweep` on the command line: table, JSON, CSV, picture; shards, errors, Ctrl-C."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from optimiser.errors import UsageError
from optimiser.sweeps import sweeping
from tests.cli.processes import Done
from tests.sweeps.scenarios import written

ROOT = Path(__file__).resolve().parents[2]
_PATHS = ("technologies.extra.effects.co2", "parameters.carbon_price")
PRICES = ("--vary", "parameters.carbon_price=60:80:3", "--workers", "1")


@pytest.fixture
def scenario(tmp_path: Path) -> str:
    written(tmp_path)
    return "works.yaml"


def test_a_sweep_says_where_a_technology_enters(
    optimise: Callable[..., Done], scenario: str, tmp_path: Path
) -> None:
    done = optimise("sweep", scenario, "-o", "out", *PRICES, "--plot", "p.svg")
    assert done.code == 0
    assert "3 variants: 3 done, 0 failed, 0 missing" in done.out
    assert "parameters.carbon_price  71     capture" in done.out
    assert "saved: out" in done.err
    assert "capture" in (tmp_path / "p.svg").read_text(encoding="utf-8")
    table = (tmp_path / "out" / "sweep.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [row["parameters.carbon_price"] for row in rows] == ["60", "70", "80"]
    assert all((tmp_path / "out" / row["variant"] / "result.json").exists() for row in rows)
    again = optimise("sweep", scenario, "-o", "out", *PRICES, "--format", "csv")
    assert again.out == table
    assert "3 of 3 variants are there" in again.err
    kept = json.loads((tmp_path / "out" / "sweep.json").read_text(encoding="utf-8"))
    assert kept == json.loads(optimise("sweep", "out", "--merge", "--json").out)
    assert optimise("verify", "out").code == 0


def test_what_variants_change_is_not_said_of_the_values_that_are_written(
    optimise: Callable[..., Done], tmp_path: Path
) -> None:
    """A constraint that never binds as it is written excludes plans in variants."""
    (tmp_path / "s.yaml").write_text(
        "optimise: 1\nname: s\nindicators: {cost: {}, gain: {}, spare: {}}\n"
        "technologies: {a: {effects: {cost: 5, gain: 1}}}\n"
        "objectives: {cost: minimise, gain: maximise}\nconstraints: {k: cost <= 6}\n",
        encoding="utf-8",
    )
    vary = ("--vary", "technologies.a.effects.cost=5,9", "--workers", "1")
    done = optimise("sweep", "s.yaml", "-o", "out", *vary)
    assert "S105" in done.err
    assert "S106" not in done.err
    assert "S106" in optimise("check", "s.yaml").err


@pytest.mark.parametrize(
    ("path", "values", "best"),
    [
        ("objectives.gain", "maximise,minimise", ["1", ""]),
        ("indicators.gain.unit", "kt,t", ["1", ""]),
        ("indicators.gain.title", "a,b", ["1", "1"]),
    ],
)
def test_a_best_value_stands_under_its_own_sense_and_unit(
    optimise: Callable[..., Done], tmp_path: Path, path: str, values: str, best: list[str]
) -> None:
    """The least gain, where it is minimised, stood under *gain* with an arrow upwards; and a curve
    without a hypervolume was an internal error.
    """
    (tmp_path / "s.yaml").write_text(
        "optimise: 1\nname: s\nparameters: {p: 5}\nindicators: {cost: {}, gain: {}}\n"
        "technologies: {a: {effects: {cost: p, gain: 1}}}\n"
        "objectives: {cost: minimise, gain: maximise}\n",
        encoding="utf-8",
    )
    vary = ("--vary", f"{path}={values}", "--vary", "parameters.p=5,9", "--workers", "1")
    done = optimise("sweep", "s.yaml", "-o", "out", *vary, "--plot", "p.svg")
    assert done.code == 0
    rows = [line for line in done.out.splitlines() if line.startswith("v")][1:]
    first, second = values.split(",")
    for word, shown in ((first, best[0]), (second, best[1])):
        cells = next(row.split() for row in rows if word in row.split())
        assert cells[3:5] == (["0", shown] if shown else ["0", "2" if "unit" in path else "1"])
    record = json.loads((tmp_path / "out" / "sweep.json").read_text(encoding="utf-8"))
    others = [one["objectives"] for one in record["variants"] if "objectives" in one]
    assert len(others) == 2


def test_all_plans_of_all_variants_are_one_table(
    optimise: Callable[..., Done], scenario: str, tmp_path: Path
) -> None:
    vary = ("--vary", "technologies.extra.effects.co2=1,2", "--set-new", "--workers", "1")
    prices = ("--vary", "parameters.carbon_price=60,80")
    done = optimise("sweep", scenario, "-o", "out", *vary, *prices, "--plans", "plans.csv")
    assert done.code == 0, done.err
    text = (tmp_path / "plans.csv").read_text(encoding="utf-8")
    heads = text.partition("\n")[0].split(",")
    assert heads[:6] == ["variant", "plan", "rank", "score", *_PATHS]
    found = list(csv.DictReader(io.StringIO(text)))
    summaries = json.loads((tmp_path / "out" / "sweep.json").read_text(encoding="utf-8"))
    assert [row["variant"] for row in found] == [
        one["id"] for one in summaries["variants"] for _ in range(one["plans"])
    ]
    for one in summaries["variants"]:
        front = (tmp_path / "out" / one["id"] / "front.csv").read_text(encoding="utf-8")
        own = [row for row in found if row["variant"] == one["id"]]
        for row, kept in zip(own, csv.DictReader(io.StringIO(front)), strict=True):
            assert {name: row[name] for name in kept} == kept
            assert [float(row[path]) for path in _PATHS] == list(one["values"].values())
    again = optimise("sweep", "out", "--merge", "--plans", "plans.csv", "-q")
    assert (again.code, (tmp_path / "plans.csv").read_text(encoding="utf-8")) == (0, text)
    assert optimise("sweep", "out", "--merge", "--plans", "plans.txt").code == 2
    # whose ending cannot be told: it was taken for parquet
    (tmp_path / "loop").symlink_to("loop")
    assert optimise("sweep", "out", "--merge", "--plans", "loop/plans").code == 2


def test_a_variant_without_a_column_leaves_it_empty(
    optimise: Callable[..., Done], scenario: str, tmp_path: Path
) -> None:
    technologies = "{variant: {effects: {co2: 1, cost: 1}}},{pump: {effects: {co2: 2, cost: 1}}}"
    vary = ("--vary", f"technologies={technologies}", "--set-new", "--plans", "plans.csv")
    done = optimise("sweep", scenario, "-o", "out", *vary)
    assert done.code == 0, done.err
    found = list(csv.DictReader(io.StringIO((tmp_path / "plans.csv").read_text(encoding="utf-8"))))
    assert {(row["technologies.variant"], row["pump"]) for row in found} == {("0", ""), ("", "0")}


def test_shards_leave_no_table_until_they_are_merged(
    optimise: Callable[..., Done], scenario: str, tmp_path: Path
) -> None:
    for shard in ("0/2", "1/2"):
        assert optimise("sweep", scenario, "-o", "out", *PRICES, "--shard", shard).code == 0
        assert not (tmp_path / "out" / "sweep.csv").exists()
    done = optimise("sweep", "out", "--merge")
    assert "3 variants: 3 done" in done.out
    assert (tmp_path / "out" / "sweep.csv").exists()


def test_a_variant_that_fails_is_a_row_with_its_error(
    optimise: Callable[..., Done], scenario: str
) -> None:
    vary = ("--vary", "constraints.few.expr=co2 >= 0,co2 >= 999")
    done = optimise("sweep", scenario, "-o", "out", *vary, "--workers", "1", "--format", "csv")
    assert done.code == 0
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert [row["status"] for row in rows] == ["done", "failed"]
    assert rows[1]["error"]
    shown = optimise("sweep", "out", "--merge", "--lang", "zh")
    assert "失败的变体" in shown.out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("works.yaml", "-o", "out"), 2, "nothing is varied"),
        (("works.yaml", *PRICES), 2, "-o DIR"),
        (("works.yaml", "-o", "out", "--vary", "parameters.carbon_prize=1,2"), 3, "did you mean"),
        (("works.yaml", "-o", "out", *PRICES, "--shard", "3/3"), 2, "i from 0"),
        (("works.yaml", "-o", "out", *PRICES, "--cluster", "tcp://x:1"), 2, "choose one"),
        (("works.yaml", "-o", "out", *PRICES, "--over", "p"), 2, "--plot"),
        (("works.yaml", "-o", "out", *PRICES, "--plot", "p.gif"), 2, ".svg"),
        (("out", "--merge"), 2, "no sweep in out"),
        (("out", "--merge", *PRICES), 2, "--vary, --workers with --merge"),
        (("nowhere", "-o", "out", *PRICES), 2, "nowhere"),
        (("works.yaml", "-o", "works.yaml", *PRICES), 2, "works.yaml"),
    ],
)
def test_what_cannot_be_is_refused_with_help(
    optimise: Callable[..., Done], scenario: str, words: tuple[str, ...], code: int, said: str
) -> None:
    done = optimise("sweep", *words)
    assert (done.code, done.out) == (code, "")
    assert said in done.err
    assert not Path("out").exists()


def test_files_of_others_are_not_replaced(
    optimise: Callable[..., Done], scenario: str, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "sweep.csv").write_text("mine\n")
    assert optimise("sweep", scenario, "-o", "out", *PRICES).code == 2
    assert (tmp_path / "out" / "sweep.csv").read_text() == "mine\n"
    assert optimise("sweep", scenario, "-o", "out", *PRICES, "--overwrite").code == 0


def test_a_foreign_design_is_replaced_when_told(
    optimise: Callable[..., Done], scenario: str, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "design.json").write_text("mine\n")
    assert optimise("sweep", scenario, "-o", "out", *PRICES).code == 2
    assert (tmp_path / "out" / "design.json").read_text() == "mine\n"
    assert optimise("sweep", scenario, "-o", "out", *PRICES, "--overwrite").code == 0


@pytest.mark.parametrize("words", [("--plans", "out/sweep.csv"), ("--plans", "values.csv")])
def test_a_sweep_replaces_nothing_that_it_is_made_of(
    words: tuple[str, ...], optimise: Callable[..., Done], scenario: str, tmp_path: Path
) -> None:
    """The table of values, and its own table, were replaced by that of all plans."""
    values = "parameters.carbon_price\n60\n80\n"
    (tmp_path / "values.csv").write_text(values)
    asked = ("sweep", scenario, "-o", "out", "--vary", "values.csv", "--workers", "1")
    done = optimise(*asked, *words, "--overwrite")
    assert done.code == 2, done.err
    assert not Path("out").exists()
    assert optimise(*asked).code == 0
    table = Path("out/sweep.csv").read_bytes()
    gathered = optimise("sweep", "out", "--merge", "--plans", "out/sweep.csv", "--overwrite")
    assert gathered.code == 2
    assert Path("out/sweep.csv").read_bytes() == table
    assert (tmp_path / "values.csv").read_text() == values


@pytest.mark.parametrize("change", ["name", "state"])
def test_the_sweep_of_another_scenario_goes_only_when_told(
    change: str, optimise: Callable[..., Done], scenario: str, tmp_path: Path
) -> None:
    """Its tables were replaced without a word."""
    assert optimise("sweep", scenario, "-o", "out", *PRICES).code == 0
    before = {path: path.read_bytes() for path in Path("out").rglob("*") if path.is_file()}
    folders = {path for path in Path("out").iterdir() if path.is_dir()}
    text = Path(scenario).read_text(encoding="utf-8")
    edit = {"name": ("name: works", "name: others"), "state": ("co2 >= 0", "co2 >= 1")}[change]
    other = text.replace(*edit)
    assert other != text
    Path(scenario).write_text(other, encoding="utf-8")
    done = optimise("sweep", scenario, "-o", "out", *PRICES)
    assert (done.code, done.out) == (2, "")
    assert ("another scenario" if change == "name" else "earlier state") in done.err
    assert "--replace" in done.err
    assert {path: path.read_bytes() for path in Path("out").rglob("*") if path.is_file()} == before
    kept = sorted(folders)[0]
    (kept / "notes.txt").write_text("mine\n")
    assert optimise("sweep", scenario, "-o", "out", *PRICES, "--replace").code == 0
    after = {path for path in Path("out").iterdir() if path.is_dir()}
    assert after & folders == {kept}  # it holds a file of someone
    assert len(after) == len(folders) + 1
    # more values of the same scenario need no word
    more = ("--vary", "parameters.carbon_price=60,70,80,90", "--workers", "1")
    assert optimise("sweep", scenario, "-o", "out", *more).code == 0


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_keeps_what_is_there(scenario: str, tmp_path: Path, workers: str) -> None:
    vary = ("--vary", "parameters.carbon_price=50:140:3000", "--workers", workers)
    command = [
        sys.executable,
        str(ROOT / "cli.py"),
        "sweep",
        scenario,
        "-o",
        "out",
        *vary,
        "--json",
    ]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as program:
        for _ in range(1200):
            if len(list(tmp_path.glob("out/v*"))) > 3:
                break
            time.sleep(0.05)
        program.send_signal(signal.SIGINT)
        out, _ = program.communicate(timeout=120)
    assert program.returncode == 130
    status = [one["status"] for one in json.loads(out)["variants"]]
    assert 3 < status.count("done") < 3000
    assert status.count("done") + status.count("missing") == 3000
    assert status.count("done") == len(list(tmp_path.glob("out/v*/result.json")))


def test_a_table_that_cannot_be_kept_is_printed(
    optimise: Callable[..., Done], scenario: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a full disk the answer of a sweep was lost."""
    assert optimise("sweep", scenario, "-o", "out", *PRICES).code == 0

    def full(*_: object) -> None:
        raise UsageError("cannot write out/sweep.csv: No space left on device")

    monkeypatch.setattr(sweeping, "written", full)
    done = optimise("sweep", "out", "--merge")
    assert done.code == 2
    assert "3 variants: 3 done" in done.out
    assert "No space left on device" in done.err


@pytest.mark.parametrize("format", ["table", "json", "csv"])
def test_a_variant_that_cannot_be_saved_is_printed(
    optimise: Callable[..., Done], scenario: str, tmp_path: Path, format: str
) -> None:
    """On a full disk nothing was said of it but that it could not be written."""
    optimise("sweep", scenario, "-o", "whole", *PRICES)
    variants = sorted((tmp_path / "whole").glob("v*"))
    plans = (variants[1] / "front.csv").read_text(encoding="utf-8")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / variants[1].name).touch()
    done = optimise("sweep", scenario, "-o", "out", *PRICES, "--format", format)
    assert done.code == 2
    assert f"cannot save to out/{variants[1].name}: it is a file" in done.err
    assert variants[1].name in done.out
    if format == "json":
        record = json.loads(done.out)
        assert record["unsaved"] == {"variant": variants[1].name, "plans": plans}
        assert next(v for v in record["variants"] if v["id"] == variants[1].name)["ideal"]
    else:
        assert plans in (done.err if format == "csv" else done.out)
    (tmp_path / "out" / variants[1].name).unlink()
    again = optimise("sweep", scenario, "-o", "out", *PRICES)
    assert again.code == 0
    assert "3 variants: 3 done, 0 failed, 0 missing" in again.out
    assert (variants[1] / "front.csv").read_text(encoding="utf-8") == plans
