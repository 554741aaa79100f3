"""A list of runs for other programs: as a record for JSON, as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from optimiser.exports.escaping import markdown_table
from optimiser.language import tr
from optimiser.results.claim_words import claim_words
from optimiser.results.document import SCHEMA_VERSION
from optimiser.results.store import KeptRun, changed_words, changes
from optimiser.results.table import number, table_text

__all__ = ["FORMATS", "record", "text"]


def record(
    runs: Sequence[KeptRun],
    /,
    *,
    now: float,
    named: Sequence[bool],
    gone: Sequence[str] = (),
    notes: Sequence[str] = (),
) -> dict[str, Any]:
    """The answer as JSON has it.

    Args:
        runs: in their order.
        now: seconds since 1970.
        named: of each whether a person or its scenario named its folder.
        gone: the folders that were removed.
        notes: what else there is to say.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "command": "results",
        "scenario": "",
        "scenario_hash": "",
        "proof": None,
        "notes": list(notes),
        "runs": [_run(run, now, own) for run, own in zip(runs, named, strict=True)],
        "pruned": list(gone),
    }


def _run(run: KeptRun, now: float, named: bool) -> dict[str, Any]:
    return {
        "folder": run.folder.as_posix(),
        "named": named,
        "scenario": run.scenario,
        "scenario_hash": run.scenario_hash,
        "file": run.file,
        "overrides": {
            "set": list(run.overrides),
            "at": run.at or None,
            "robust": run.robust or None,
        },
        "plans": run.plans,
        "proof": dict(run.proof),
        "objectives": [dict(one) for one in run.objectives],
        "ideal": dict(run.ideal),
        "bounds": dict(run.bounds),
        "solver": run.solver,
        "version": run.versions.get("optimise", ""),
        "age": round(max(0.0, now - run.saved), 3),
        "seconds": run.seconds,
    }


def text(record: Mapping[str, Any], format: str, /) -> str:
    """The list in one of ``FORMATS``."""
    return FORMATS[format](record)


def _csv(record: Mapping[str, Any]) -> str:
    """One run a row; the best values under the names of their objectives."""
    runs = record["runs"]
    names = list(dict.fromkeys(name for run in runs for name in run["ideal"]))
    fixed = ("folder", "scenario", "overrides", "plans", "proof", "basis", "gap", "stopped")
    lines = [(*fixed, *(f"ideal.{name}" for name in names), "age", "seconds")]
    for run in runs:
        proof, gap = run["proof"], run["proof"]["gap"]
        lines.append(
            (
                run["folder"],
                run["scenario"],
                # a spreadsheet would run what begins with "-"
                "; ".join(changes(run["overrides"], form="{}: {}")),
                str(run["plans"]),
                proof["status"],
                proof["basis"] or "",
                "" if gap is None else number(gap),
                proof["stopped"] or "",
                *(number(run["ideal"][name]) if name in run["ideal"] else "" for name in names),
                number(run["age"]),
                number(run["seconds"]),
            )
        )
    return table_text(lines)


def _markdown(record: Mapping[str, Any]) -> str:
    heads = [tr("run"), tr("scenario"), tr("changed"), tr("proof"), tr("plans"), tr("seconds")]
    rows = [
        (
            run["folder"],
            run["scenario"],
            changed_words(run["overrides"]),
            claim_words(run["proof"]),
            str(run["plans"]),
            number(run["seconds"]),
        )
        for run in record["runs"]
    ]
    return markdown_table(heads, rows, left=4)


FORMATS: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {"csv": _csv, "md": _markdown}
