"""Comparisons as text for other programs: a spreadsheet, a pull request, a CI system.

The input is what :func:`optimiser.analysis.records.of_comparison` makes of each comparison.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final
from xml.sax.saxutils import quoteattr

from optimiser.study.table import number, table_text
from optimiser.study.words import markdown

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


def _csv(records: Sequence[Record]) -> str:
    """One metric a row, as gates name them."""
    lines = [("base", "new", "metric", "base_value", "new_value", "worse", "noise")]
    for record in records:
        for metric, measure in _metrics(record):
            base, new, worse, noise = (number(measure[key]) for key in ("base", "new", "worse", "noise"))
            lines.append((record["base"], record["new"], metric, base, new, worse, noise))
    return table_text(lines)


def _metrics(record: Record) -> Iterator[tuple[str, Mapping[str, float]]]:
    for name, measure in record["best"].items():
        yield f"best.{name}", measure
    yield "hypervolume", record["hypervolume"]
    for name, value in (("epsilon", record["epsilon"]), ("lost-plans", len(record["lost"]))):
        yield name, {"base": 0, "new": value, "worse": value, "noise": 0}


def _markdown(records: Sequence[Record]) -> str:
    lines: list[str] = []
    for record in records:
        lines += [f"## {markdown(record['base'])} → {markdown(record['new'])}", ""]
        lines += ["| metric | base | new | worse by |", "| --- | ---: | ---: | ---: |"]
        lines += [
            f"| {markdown(name)} | {measure['base']:.6g} | {measure['new']:.6g} | {max(0.0, measure['worse']) + 0.0:.6g} |"
            for name, measure in _metrics(record)
        ]
        plans = record["plans"]
        lines += ["", f"{plans['base']} plans, now {plans['new']}: {len(record['lost'])} lost, {len(record['gained'])} gained."]
        lines += [f"Proof: {record['proof']['base']}, now {record['proof']['new']}.", ""]
        lines += [f"- **{_word(gate)}** {markdown(gate['gate'])}: {markdown(gate['message'])}" for gate in record["gates"]]
        lines += [""] * bool(record["gates"])
        lines += [f"- {markdown(note)}" for note in record["notes"]]
        lines += [""] * bool(record["notes"])
    return "\n".join(lines)


def _word(gate: Record) -> str:
    return "~" if gate["noise"] else "pass" if gate["passed"] else "FAIL"


def _junit(records: Sequence[Record]) -> str:
    """A test suite a NEW, a test case a gate."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites name="optimise compare">']
    for record in records:
        name = _attribute(f"{record['base']} -> {record['new']}")
        failed = sum(not gate["passed"] for gate in record["gates"])
        lines.append(f'  <testsuite name={name} tests="{len(record["gates"])}" failures="{failed}" errors="0" skipped="0">')
        for gate in record["gates"]:
            case = f"    <testcase classname={name} name={_attribute(gate['gate'])}"
            if gate["passed"]:
                lines.append(f"{case}/>")
            else:
                lines.append(f"{case}><failure message={_attribute(gate['message'])}/></testcase>")
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>", ""])


def _attribute(words: str) -> str:
    return quoteattr(_NOT_XML.sub("�", words))


def _github(records: Sequence[Record]) -> str:
    """An annotation a gate that failed; one that other seeds put in doubt is a notice."""
    lines = []
    for record in records:
        for gate in record["gates"]:
            if not gate["passed"] or gate["noise"]:
                words = f"gate {gate['gate']}: {record['new']}: {gate['message']}"
                level = "notice" if gate["passed"] else "error"
                lines.append(f"::{level}::{words.replace('%', '%25').replace(chr(13), '%0D').replace(chr(10), '%0A')}\n")
    return "".join(lines)


FORMATS: Final[Mapping[str, Callable[[Sequence[Record]], str]]] = {
    "csv": _csv,
    "github": _github,
    "junit": _junit,
    "md": _markdown,
}
