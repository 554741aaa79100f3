"""Nothing that a file, a disk, a stream, a signal or another process does breaks a command or loses
what was saved: a sample of what is read here, everything among the slow tests, thousands by hand.

Thousands: ``python -m tests.robustness --kind all --count 500 --keep FOLDER``. Whatever it finds
there becomes a test of its kind.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
import typer

from optimiser.commands import COMMANDS, application
from tests.robustness import (
    documents,
    growth,
    hunting,
    interruptions,
    lines,
    long_lines,
    orders,
    strangers,
    streams,
    trouble,
    workbooks,
)
from tests.robustness.judging import Fault, Trial, judge, judge_folder, judge_result
from tests.robustness.running import ROOT, Ended, Server

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are watched by /proc")

# Kinds whose cases are files, and how many of them a slow run tries.
_FILES = {
    "scenario-bytes": 150,
    "scenario-words": 150,
    "scenario-tree": 200,
    "table-bytes": 60,
    "table-cells": 100,
    "table-shape": 9,
    "workbook-bytes": 60,
    "workbook-parts": 100,
    "document-bytes": 60,
    "document-tree": 150,
    "state-bytes": 15,
    "state-tree": 60,
    "answers": 60,
    "sweep-folders": 40,
    "plan-tables": 60,
    "kept-runs": 40,
    "typed-tables": 60,
}
# Kinds whose cases are processes of their own.
_PROCESSES = {
    "disk-limit": 12,
    "disk-full": 20,
    "disk-calls": 30,
    "signal-moments": 18,
    "signal-events": 28,
    "kill-events": 42,
    "crowd": 8,
    "namesakes": 6,
    "crowd-sweeps": 6,
}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as process:
        yield process


def assert_no_fault(kind: str, numbers: range, server: Server) -> None:
    done = [trial for trial, _ in hunting.trials(kind, numbers, server)]
    wrong = [
        f"{trial.kind} {trial.number} ({trial.words[:100]}): {fault.kind}: {fault.text[:400]}"
        for trial in done
        for fault in trial.faults
    ]
    assert not wrong, ascii("\n".join([*wrong[:20], hunting.table(done)])).replace("\\n", "\n")


@pytest.mark.parametrize(
    "kind",
    [
        "scenario-bytes",
        "scenario-words",
        "scenario-tree",
        "table-bytes",
        "table-cells",
        "workbook-bytes",
        "workbook-parts",
        "document-bytes",
    ],
)
def test_a_sample_of_damaged_files(kind: str, server: Server) -> None:
    assert_no_fault(kind, range(1, 2), server)


@pytest.mark.slow
@pytest.mark.parametrize("kind", _FILES)
def test_damaged_files(kind: str, server: Server) -> None:
    assert_no_fault(kind, range(100, 100 + _FILES[kind]), server)


@pytest.mark.slow
@pytest.mark.parametrize("kind", _PROCESSES)
def test_disks_signals_and_crowds(kind: str, server: Server) -> None:
    assert_no_fault(kind, range(100, 100 + _PROCESSES[kind]), server)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(workbooks.COSTLY)), ids=sorted(workbooks.COSTLY))
def test_small_workbooks_cost_little(number: int, server: Server) -> None:
    assert_no_fault("workbook-costly", range(number, number + 1), server)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(documents.STRANGERS)), ids=list(documents.STRANGERS))
def test_what_no_result_has(number: int, server: Server) -> None:
    assert_no_fault("document-strangers", range(number, number + 1), server)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(trouble.OBSTACLES)), ids=list(trouble.OBSTACLES))
def test_paths_that_lead_nowhere(number: int, server: Server) -> None:
    count = len(trouble.OBSTACLES)
    assert_no_fault("paths", range(number, number + 3 * count, count), server)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(orders.ORDERS)), ids=map(repr, orders.ORDERS))
def test_orders_in_texts(number: int, server: Server) -> None:
    assert_no_fault("steer", range(number, number + 1), server)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(streams.WAYS)), ids=list(streams.WAYS))
def test_streams_that_are_closed_or_full(number: int, server: Server) -> None:
    count = len(streams.WAYS)
    assert_no_fault("streams", range(number, number + 3 * count, count), server)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(growth.GROWING)), ids=list(growth.GROWING))
def test_twice_as_much_takes_twice_as_long(number: int, server: Server) -> None:
    assert_no_fault("growth", range(number, number + 1), server)


# ---- every command is attacked

# Kind -> the commands that it takes, and those that it cannot: what reads no path or result, and
# what is over at once.
_ATTACKED = {
    "streams, steer": ({line.name for line in lines.LINES}, set()),
    "documents": (
        {line.name for line in lines.readers()},
        {"run", "check", "validate", "repair", "sweep", "serve", "init", "schema", "scenarios"},
    ),
    "paths": ({words[0] for words in trouble.replaced(Random(1))}, {"schema", "scenarios"}),
    "signal-moments": (
        {line.name for line in long_lines.LONG},
        {"validate", "init", "results", "schema", "scenarios"},
    ),
}


@pytest.mark.parametrize("kind", _ATTACKED)
def test_every_command_is_attacked(kind: str) -> None:
    """A new command has lines, and every kind that fits it takes them."""
    taken, left_out = _ATTACKED[kind]
    assert set(COMMANDS) - taken == left_out, f"add the command to the lines of {kind}"


def test_every_command_that_writes_meets_full_disks_and_kills() -> None:
    def writes(name: str) -> bool:
        options = {option for p in commands[name].params for option in p.opts}
        return name == "init" or "--output" in options

    commands = typer.main.get_group(application()).commands
    written = {line.name for line in lines.writers()}
    assert {name for name in COMMANDS if writes(name)} == written
    assert {words[0] for words in interruptions.WRITERS} == written


def test_the_page_says_what_is_done() -> None:
    """A kind that is not in its table, or a number that is no longer so."""
    page = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    table = page.split("## What is done")[1].split("## Figures")[0]
    named: list[str] = []
    for first in re.findall(r"^\| (`.+?) \| ", table, re.MULTILINE):
        for kind in re.findall(r"`([^`]+)`", first):  # `table-bytes`, `-cells`
            named.append(named[-1].rpartition("-")[0] + kind if kind[0] == "-" else kind)
    assert sorted(named) == sorted(hunting.KINDS)
    for words in (
        f"{len(orders.ORDERS)} orders in every text",
        f"{len(workbooks.COSTLY)} ways to be small and cost much",
        f"({len(documents.STRANGERS)} of them by name)",
        f"exchanged for {len(strangers.OBJECTS)} objects",
        f"{len(trouble.OBSTACLES)} obstacles",
        f"the end of {len(long_lines.LONG)} commands",
    ):
        assert words in table


# ---- the judge in the other direction


def seen(ended: Ended, *, size: int = 100) -> set[str]:
    trial = Trial("none", 1, "")
    judge(trial, ended, size=size)
    return {fault.kind for fault in trial.faults}


@pytest.mark.parametrize(
    ("ended", "kind"),
    [
        (Ended(("x",), 1, "", "error: internal error: KeyError"), "code"),
        (Ended(("x",), -11, "", ""), "code"),
        (Ended(("x",), 3, "", "Traceback (most recent call last):\n  File x\nKeyError"), "trace"),
        (Ended(("x",), 0, "", "Exception ignored in: <stdout>"), "trace"),
        (Ended(("x",), 3, "", ""), "silent"),
        (Ended(("x",), 0, "a\x1b[31mb", ""), "control"),
        (Ended(("x",), 0, "", "a\x9bb"), "control"),
        (Ended(("x",), None, "", ""), "cost"),
        (Ended(("x",), 0, "", "", seconds=21.0), "cost"),
        (Ended(("x",), 0, "", "", memory=1 << 31), "cost"),
        (Ended(("x",), 0, "", "", length=10_000_000), "length"),
        (Ended(("x",), 0, "", "", left=("x.tmp",)), "left"),
    ],
)
def test_a_fault_is_seen(ended: Ended, kind: str) -> None:
    assert kind in seen(ended)


def test_an_ordinary_end_is_none() -> None:
    assert seen(Ended(("x",), 3, "a\tb\r\n", "error[S012]: no\n", seconds=1.0)) == set()


def test_a_changed_folder_is_seen() -> None:
    trial = Trial("none", 1, "")
    before = {"a": "1", "b": "1", "r": "-", "r/front.csv": "1"}
    judge_folder(trial, before, {**before, "r/front.csv": "2"}, results=("r",))
    assert trial.faults == []
    judge_folder(trial, before, {**before, "a": "2", "r/.x": "1"}, results=("r",))
    assert {(f.kind, f.text.split()[0]) for f in trial.faults} == {("lost", "a"), ("left", "r/.x")}
    judge_folder(trial, before, {"a": "1"})
    assert ("lost", "b is gone") in {(fault.kind, fault.text) for fault in trial.faults}


def test_a_mixed_result_is_seen(tmp_path: Path) -> None:
    """A table of one run beside the document of another."""
    from tests.robustness.bases import saved

    place = saved(tmp_path)
    rows = (place / "front.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (place / "front.csv").write_text("".join(rows[:-1]), encoding="utf-8")
    trial = Trial("none", 1, "")
    judge_result(trial, place)
    assert "mixed" in {fault.kind for fault in trial.faults}


def test_the_suite_says_where_it_stumbles(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(_rng: Random, _server: Server, _folder: Path, _trial: Trial, /) -> None:
        raise KeyError("x")

    monkeypatch.setattr(hunting, "KINDS", {"odd": stumble})
    [(trial, _)] = hunting.trials("odd", range(1), server)
    assert isinstance(trial.faults[0], Fault)
    assert "KeyError" in trial.faults[0].text
