"""A hunt: many cases of a kind, each in a folder of its own, every command judged."""

from __future__ import annotations

import re
import shutil
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

from tests.robustness import (
    crowds,
    disks,
    documents,
    growth,
    interruptions,
    orders,
    scenarios,
    strangers,
    streams,
    tables,
    trouble,
    workbooks,
)
from tests.robustness.judging import Trial
from tests.robustness.running import Server

__all__ = ["KINDS", "keep", "table", "trials"]

Kind = Callable[[Random, Server, Path, Trial], None]

KINDS: Mapping[str, Kind] = {
    "scenario-bytes": scenarios.scenario_bytes,
    "scenario-words": scenarios.scenario_words,
    "scenario-tree": scenarios.scenario_tree,
    "steer": orders.steer,
    "table-bytes": tables.table_bytes,
    "table-cells": tables.table_cells,
    "table-shape": tables.table_shape,
    "workbook-bytes": workbooks.workbook_bytes,
    "workbook-parts": workbooks.workbook_parts,
    "workbook-costly": workbooks.workbook_costly,
    "document-bytes": documents.document_bytes,
    "document-tree": documents.document_tree,
    "document-strangers": documents.document_strangers,
    "state-bytes": documents.state_bytes,
    "state-tree": documents.state_tree,
    "answers": strangers.kept_answers,
    "sweep-folders": strangers.sweep_folders,
    "plan-tables": strangers.plan_tables,
    "kept-runs": strangers.kept_runs,
    "typed-tables": strangers.typed_tables,
    "paths": trouble.paths,
    "streams": streams.streams,
    "disk-limit": disks.size_limit,
    "disk-full": disks.full_disk,
    "disk-calls": disks.failing_calls,
    "signal-moments": interruptions.moments,
    "signal-events": interruptions.events,
    "kill-events": interruptions.kills,
    "crowd": crowds.crowd,
    "namesakes": crowds.namesakes,
    "crowd-sweeps": crowds.sweeps,
    "growth": growth.growth,
}


def trials(kind: str, numbers: Sequence[int], server: Server, /) -> Iterator[tuple[Trial, Path]]:
    """The cases of a kind that have these numbers (a number is a seed), each with its folder,
    which is gone afterwards.
    """
    for number in numbers:
        trial = Trial(kind, number, "")
        with tempfile.TemporaryDirectory(prefix="robust-", ignore_cleanup_errors=True) as name:
            folder = Path(name)
            try:
                KINDS[kind](Random(f"{kind} {number}"), server, folder, trial)
            except Exception:
                # the suite's own fault, or a command's answer that it did not expect
                trial.add("trace", f"the suite: {traceback.format_exc()[-600:]}")
            yield trial, folder


def keep(trial: Trial, folder: Path, place: Path, /) -> Path:
    """Copy the folder of a case that found something, with what it found."""
    kept = place / f"{trial.kind}-{trial.number:05d}"
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(folder, kept, symlinks=True, ignore_dangling_symlinks=True)
    notes = [trial.words, *(f"{fault.kind}: {fault.text}" for fault in trial.faults)]
    text = "\n".join(notes) + "\n"
    (kept / "found.txt").write_text(text, encoding="utf-8", errors="backslashreplace")
    return kept


def table(done: Sequence[Trial], /) -> str:
    """What a hunt came to, a line a kind."""
    lines = ["| kind | cases | commands | exit codes | most s | most MB | faults |"]
    lines += ["|---|---|---|---|---|---|---|"]
    for kind in dict.fromkeys(trial.kind for trial in done):
        mine = [trial for trial in done if trial.kind == kind]
        codes = Counter(code for trial in mine for code in trial.codes)
        faults = Counter(name for trial in mine for name in {f.kind for f in trial.faults})
        lines.append(
            f"| {kind} | {len(mine)} | {sum(t.commands for t in mine)} | "
            f"{_counted(codes)} | {max(t.seconds for t in mine):.1f} | "
            f"{max(t.memory for t in mine) / 1e6:.0f} | {_counted(faults) or 'none'} |"
        )
    return "\n".join(lines)


def _counted(found: Counter) -> str:
    return re.sub(r"\s+", " ", ", ".join(f"{name}: {n}" for name, n in found.most_common()))
