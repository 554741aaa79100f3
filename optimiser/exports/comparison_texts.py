"""Comparisons as text for other programs: a spreadsheet, a pull request, a CI system.

The input is what :func:`optimiser.analysis.records.of_comparison` makes of each comparison.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from optimiser.analysis.measure_words import range_words, sides_words
from optimiser.exports.escaping import annotation, attribute, markdown, markdown_table
from optimiser.language import marked, tr, trn
from optimiser.results.claim_words import status_words
from optimiser.results.printable import excerpt
from optimiser.results.table import number, table_text

__all__ = ["FORMATS", "text"]

Record = Mapping[str, Any]


def text(records: Sequence[Record], format: str, /) -> str:
    """Comparisons in one of ``FORMATS``.

    Args:
        records: one a NEW, in the order of the command line.
        format: csv, md, junit or github.
    """
    return FORMATS[format](records)


_ENDS = [f"{side}_{end}" for side in ("base", "new", "worse") for end in ("low", "high")]


def _csv(records: Sequence[Record]) -> str:
    """One metric a row, as gates name them; an end of an interval that is not known is empty."""
    lines = [
        ("base", "new", "metric", "base_value", "new_value", "worse", "noise", *_ENDS, "comparable")
    ]
    for record in records:
        if record["status"] != "compared":
            blank = [""] * (len(lines[0]) - 4)
            lines.append((record["base"] or "", record["new"] or "", record["status"], *blank, "0"))
        for metric, measure in record["measures"].items():
            values = [number(measure[key]) for key in ("base", "new", "worse", "noise")]
            ends = [end for side in ("base", "new", "worse") for end in measure[f"{side}_interval"]]
            known = ["" if end is None else number(end) for end in ends]
            lines.append(
                (
                    record["base"],
                    record["new"],
                    metric,
                    *values,
                    *known,
                    str(int(measure["comparable"])),
                )
            )
    return table_text(lines)


def _markdown(records: Sequence[Record]) -> str:
    lines: list[str] = []
    for record in records:
        if record.get("unchanged"):
            lines += [tr("unchanged: {name}", name=markdown(record["new"])), ""]
        elif record["status"] == "compared":
            lines += _compared(record)
        else:
            lines += [_unpaired(record), ""]
            lines += [f"- {markdown(_finding(one))}" for one in record["errors"]]
            lines += [""] * bool(record["errors"])
    return "\n".join(lines)


def _compared(record: Record) -> list[str]:
    """A comparison: what changed, best values, counts, proof, gates, notes."""
    lines = [f"## {markdown(record['base'])} → {markdown(record['new'])}", ""]
    if record["changes"]:
        heads = [tr("changed"), tr("old"), tr("new"), tr("place")]
        rows = [
            (
                one["path"],
                excerpt(one["old"] or ""),
                excerpt(one["new"] or ""),
                _place(one["file"], one["line"]),
            )
            for one in record["changes"][:_CHANGES]
        ]
        lines += [markdown_table(heads, rows, left=4)]
        more = len(record["changes"]) - len(rows)
        lines += [trn("and {number} more", "and {number} more", more), ""] if more else []
    lines += [tr("| metric | base | new | worse by |"), "| --- | ---: | ---: | ---: |"]
    lines += [
        f"| {markdown(name)} | {' | '.join(_told(measure))} | {_worse(measure)} |"
        for name, measure in record["measures"].items()
    ]
    plans, proof = record["plans"], record["proof"]
    counts = tr(
        "{base} plans, now {new}: {lost}, {gained}.",
        base=plans["base"],
        new=plans["new"],
        lost=_lost(len(record["lost"]), len(record["lost_undecided"])),
        gained=_gained(len(record["gained"]), len(record["gained_undecided"])),
    )
    lines += ["", counts]
    lines += [
        tr(
            "Proof: {base}, now {new}.",
            base=status_words(proof["base"]),
            new=status_words(proof["new"]),
        ),
        "",
    ]
    for gate in record["gates"]:
        name, message = markdown(gate["gate"]), markdown(gate["message"])
        words = tr("{label}: {words}", label=name, words=message)
        lines.append(f"- **{tr(_WORDS[gate['outcome']])}** {words}")
    lines += [""] * bool(record["gates"])
    lines += [f"- {markdown(note)}" for note in record["notes"]]
    return lines + [""] * bool(record["notes"])


def _unpaired(record: Record) -> str:
    """A line for what was not compared."""
    base, new = (markdown(record[side] or "") for side in ("base", "new"))
    if record["status"] == "new":
        return tr("**new**: {name}", name=new)
    if record["status"] == "gone":
        return tr("**gone**: {name}", name=base)
    return tr("**not compared**: {base} → {new}", base=base, new=new)


def _place(file: str, line: int) -> str:
    return f"{file}:{line}" if line else file


def _finding(one: Record) -> str:
    """An error in a line: its place, its code, what is wrong."""
    place = _place(one["file"], one["line"])
    words = f"[{one['code']}] {one['message']}" if one["code"] else str(one["message"])
    return tr("{label}: {words}", label=place, words=words) if place else words


def _lost(number: int, undecided: int) -> str:
    if undecided:
        return tr(
            "{number} lost ({undecided} more not decided)", number=number, undecided=undecided
        )
    return tr("{number} lost", number=number)


def _gained(number: int, undecided: int) -> str:
    if undecided:
        return tr(
            "{number} gained ({undecided} more not decided)", number=number, undecided=undecided
        )
    return tr("{number} gained", number=number)


_CHANGES: Final = 40  # values that are shown
_WORDS: Final = {
    "pass": marked("pass"),
    "fail": marked("FAIL"),
    "not proven": marked("~ not proven"),
}


def _told(measure: Record) -> tuple[str, str]:
    """What is known of both sides."""
    base, new = (_known(measure[f"{side}_interval"]) for side in ("base", "new"))
    return sides_words(base, new, same=measure["worse_interval"] == [0.0, 0.0])


def _known(interval: Sequence[float | None]) -> tuple[float, float]:
    low, high = interval
    return -math.inf if low is None else low, math.inf if high is None else high


def _worse(measure: Record) -> str:
    """By how much, where one number is proven."""
    if not measure["comparable"]:
        return tr("unlike units")
    low, high = measure["worse_interval"]
    if high is not None and high <= 0:
        return "0"
    return range_words(_known((low, high))) if low is not None and low > 0 else tr("not decided")


def _junit(records: Sequence[Record]) -> str:
    """A test suite a NEW, a test case a gate; one that is not decided is skipped, unless it fails
    for being strict.
    """
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites name="optimise compare">']
    for record in records:
        if record["status"] != "compared":
            lines += _junit_unpaired(record)
            continue
        name = attribute(f"{record['base']} -> {record['new']}")
        gates = record["gates"]
        failed = sum(not gate["passed"] for gate in gates)
        skipped = sum(gate["passed"] and gate["outcome"] == "not proven" for gate in gates)
        lines.append(
            f'  <testsuite name={name} tests="{len(gates)}" failures="{failed}" errors="0" '
            f'skipped="{skipped}">'
        )
        for gate in gates:
            case = f"    <testcase classname={name} name={attribute(gate['gate'])}"
            if gate["outcome"] == "pass":
                lines.append(f"{case}/>")
                continue
            kind = "skipped" if gate["passed"] else "failure"
            words = (
                gate["message"]
                if gate["outcome"] == "fail"
                else tr("not proven: {message}", message=gate["message"])
            )
            lines.append(f"{case}><{kind} message={attribute(words)}/></testcase>")
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>", ""])


def _junit_unpaired(record: Record) -> list[str]:
    """What was not compared: skipped where there was nothing to compare with, else an error."""
    failed = record["status"] == "failed"
    name = attribute(
        f"{record['base']} -> {record['new']}" if failed else record["base"] or record["new"]
    )
    words = "; ".join(map(_finding, record["errors"])) if failed else record["status"]
    kind = "error" if failed else "skipped"
    return [
        f'  <testsuite name={name} tests="1" failures="0" errors="{int(failed)}" '
        f'skipped="{int(not failed)}">',
        f"    <testcase classname={name} name={attribute(record['status'])}>"
        f"<{kind} message={attribute(words)}/></testcase>",
        "  </testsuite>",
    ]


def _github(records: Sequence[Record]) -> str:
    """An annotation a gate that failed, at its line; one that is not decided, and what is new or
    gone, is a notice.
    """
    lines = []
    for record in records:
        lines += _unpaired_annotations(record)
        for gate, place in zip(record["gates"], record["gate_places"], strict=True):
            if gate["outcome"] != "pass":
                message = (
                    tr("not proven: {message}", message=gate["message"])
                    if gate["outcome"] == "not proven"
                    else gate["message"]
                )
                said = tr(
                    "gate {gate}: {result}: {message}",
                    gate=gate["gate"],
                    result=record["new"],
                    message=message,
                )
                level = "notice" if gate["passed"] else "error"
                lines.append(annotation(level, said, file=place["file"], line=place["line"]))
    return "".join(lines)


def _unpaired_annotations(record: Record) -> list[str]:
    if record["status"] == "new":
        said = tr("new: {name}", name=record["new"])
        return [annotation("notice", said, file=record["file"])]
    if record["status"] == "gone":
        return [annotation("notice", tr("gone: {name}", name=record["base"]))]
    return [
        annotation(
            "error",
            f"{one['message']} [{one['code']}]" if one["code"] else one["message"],
            file=one["file"] or record["file"],
            line=one["line"],
            column=one["column"],
        )
        for one in record.get("errors", ())
    ]


FORMATS: Final[Mapping[str, Callable[[Sequence[Record]], str]]] = {
    "csv": _csv,
    "github": _github,
    "junit": _junit,
    "md": _markdown,
}
