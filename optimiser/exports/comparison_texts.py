"""Comparisons as text for other programs: a spreadsheet, a pull request, a CI system.

The input is what :func:`optimiser.analysis.records.of_comparison` makes of each comparison.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from xml.sax.saxutils import quoteattr

from optimiser.analysis.measure_words import range_words, sides_words
from optimiser.exports.escaping import markdown
from optimiser.language import marked, tr
from optimiser.results.claim_words import status_words
from optimiser.results.printable import printable
from optimiser.results.table import number, table_text

__all__ = ["FORMATS", "text"]

Record = Mapping[str, Any]

# XML 1.0 has no way to write these.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


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
        lines += [f"## {markdown(record['base'])} → {markdown(record['new'])}", ""]
        lines += [tr("| metric | base | new | worse by |"), "| --- | ---: | ---: | ---: |"]
        lines += [
            f"| {markdown(name)} | "
            f"{' | '.join(sides_words(*map(_known, _sides(measure))))} | {_worse(measure)} |"
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
        lines += [
            f"- **{tr(_WORDS[gate['outcome']])}** "
            f"{markdown(gate['gate'])}: {markdown(gate['message'])}"
            for gate in record["gates"]
        ]
        lines += [""] * bool(record["gates"])
        lines += [f"- {markdown(note)}" for note in record["notes"]]
        lines += [""] * bool(record["notes"])
    return "\n".join(lines)


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


_WORDS: Final = {
    "pass": marked("pass"),
    "fail": marked("FAIL"),
    "not proven": marked("~ not proven"),
}


def _sides(measure: Record) -> tuple[Sequence[float | None], Sequence[float | None]]:
    return measure["base_interval"], measure["new_interval"]


def _known(interval: Sequence[float | None]) -> tuple[float, float]:
    low, high = interval
    return -math.inf if low is None else low, math.inf if high is None else high


def _worse(measure: Record) -> str:
    """By how much, where one number is proven."""
    if not measure["comparable"]:
        return tr("unlike units")
    low, high = measure["worse_interval"]
    if (low is not None and low > 0) or (high is not None and high <= 0):
        return (
            f"{max(0.0, measure['worse']) + 0.0:.6g}"
            if low == high or high <= 0
            else range_words(_known((low, high)))
        )
    return tr("not decided")


def _junit(records: Sequence[Record]) -> str:
    """A test suite a NEW, a test case a gate; one that is not decided is skipped, unless it fails
    for being strict.
    """
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites name="optimise compare">']
    for record in records:
        name = _attribute(f"{record['base']} -> {record['new']}")
        gates = record["gates"]
        failed = sum(not gate["passed"] for gate in gates)
        skipped = sum(gate["passed"] and gate["outcome"] == "not proven" for gate in gates)
        lines.append(
            f'  <testsuite name={name} tests="{len(gates)}" failures="{failed}" errors="0" '
            f'skipped="{skipped}">'
        )
        for gate in gates:
            case = f"    <testcase classname={name} name={_attribute(gate['gate'])}"
            if gate["outcome"] == "pass":
                lines.append(f"{case}/>")
                continue
            kind = "skipped" if gate["passed"] else "failure"
            words = (
                gate["message"]
                if gate["outcome"] == "fail"
                else tr("not proven: {message}", message=gate["message"])
            )
            lines.append(f"{case}><{kind} message={_attribute(words)}/></testcase>")
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>", ""])


def _attribute(words: str) -> str:
    return quoteattr(printable(_NOT_XML.sub("�", words)))


def _github(records: Sequence[Record]) -> str:
    """An annotation a gate that failed; one that is not decided is a notice."""
    lines = []
    for record in records:
        for gate in record["gates"]:
            if gate["outcome"] != "pass":
                message = (
                    tr("not proven: {message}", message=gate["message"])
                    if gate["outcome"] == "not proven"
                    else gate["message"]
                )
                words = printable(f"gate {gate['gate']}: {record['new']}: {message}")
                level = "notice" if gate["passed"] else "error"
                escaped = words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
                lines.append(f"::{level}::{escaped}\n")
    return "".join(lines)


FORMATS: Final[Mapping[str, Callable[[Sequence[Record]], str]]] = {
    "csv": _csv,
    "github": _github,
    "junit": _junit,
    "md": _markdown,
}
