"""A catalogue: technologies as the rows of a table, each as if it were written in the scenario that
names the table.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from optimiser.scenario.diagnostics import Findings, did_you_mean, known
from optimiser.scenario.format.short_forms import expand
from optimiser.scenario.nodes import (
    Entry,
    MappingNode,
    Node,
    Position,
    ScalarNode,
    SequenceNode,
    text_position,
)
from optimiser.scenario.source.tables import Table, number_fault

__all__ = [
    "COLUMNS",
    "Catalogue",
    "column_unit",
    "read_catalogue",
    "with_rows",
    "without_unknown_columns",
]

#: the columns that are no indicators
COLUMNS: Final = ("id", "title", "layer", "requires", "excludes", "lifetime", "delay")
_LISTS: Final = ("requires", "excludes")
_HEADER: Final = re.compile(r"(.+?)\s*\[([^\[\]]*)\]")


def column_unit(header: str, /) -> tuple[str, str | None]:
    """The name and the unit of a column: ``cost [M CNY]`` is cost in M CNY."""
    match = _HEADER.fullmatch(header)
    return (match[1], match[2].strip()) if match else (header, None)


def read_catalogue(table: Table, findings: Findings, /) -> Catalogue | None:
    """The technologies of a table; None, with the reasons in ``findings``, where it names none."""
    columns: dict[str, int] = {}
    for i, header in enumerate(table.header):
        name = header if header in COLUMNS else column_unit(header)[0]
        if name in columns and header not in table.header[:i]:
            there = table.at(-1, columns[name]).seen_from(table.at(-1, i))
            message = f"two columns are called '{name}', with units or without"
            findings.error(
                "S073",
                table.at(-1, i),
                message,
                label=f"the other: {there}",
                help="rename one of them",
            )
        if name:
            columns.setdefault(name, i)
    if "id" not in columns:
        near = next((header for header in columns if header.casefold() == "id"), None)
        help = (
            f"write 'id' in place of '{near}'" if near else "name each technology in a column 'id'"
        )
        at = table.at(-1, columns[near] if near else 0)
        label = known("columns", filter(None, table.header))
        findings.error("S073", at, "the catalogue has no column 'id'", label=label, help=help)
        return None
    entries: dict[str, Entry] = {}
    for row in range(len(table.rows)):
        read = _row(table, row, columns, findings)
        if read is None:
            continue
        name, entry = read
        if name in entries:
            first = entries[name].key.seen_from(entry.key)
            message = f"duplicate id '{name}'"
            findings.error(
                "S006",
                entry.key,
                message,
                label=f"first written in {first}",
                help="remove or rename one of them",
            )
            continue
        entries[name] = entry
    whole = MappingNode(table.at(-1, columns["id"]), (0, 0), entries)
    section = Entry(whole.start, whole)
    expanded = expand(MappingNode(whole.start, (0, 0), {"technologies": section})).get(
        "technologies"
    )
    assert isinstance(expanded, MappingNode)
    effects = {name: table.node(-1, i) for name, i in columns.items() if name not in COLUMNS}
    units = {name: column_unit(table.header[columns[name]])[1] for name in effects}
    return Catalogue(
        expanded.entries, effects, {name: unit for name, unit in units.items() if unit is not None}
    )


def with_rows(
    scenario: MappingNode, catalogue: Catalogue, key: Position, findings: Findings, /
) -> MappingNode:
    """The scenario with the rows behind its own technologies; an id that both have is an error.

    ``key`` is where the catalogue is named.
    """
    entry = scenario.entries.get("technologies")
    if entry is None:
        entry = Entry(key, MappingNode(key, (key.line, key.column + key.length), {}))
    if not isinstance(entry.value, MappingNode):
        return scenario
    found = dict(entry.value.entries)
    for name, row in catalogue.rows.items():
        if name in found:
            there = found[name].key.seen_from(row.key)
            message = (
                f"technology '{name}' is a row of the catalogue, and written in {there} as well"
            )
            help = (
                "remove or rename one of them; to change a row, write it in a file that extends "
                "this scenario, or use --set"
            )
            findings.error("S006", row.key, message, help=help)
        else:
            found[name] = row
    return scenario.with_entries(
        {**scenario.entries, "technologies": replace(entry, value=entry.value.with_entries(found))}
    )


def without_unknown_columns(
    scenario: MappingNode, catalogue: Catalogue, findings: Findings, /
) -> MappingNode:
    """The scenario without the effects of columns that name no indicator; each such column is an
    error, even an empty one.
    """
    written = scenario.get("indicators")
    indicators: Mapping[str, Entry] = written.entries if isinstance(written, MappingNode) else {}
    refused = set()
    for name, header in catalogue.columns.items():
        indicator = indicators[name].value if name in indicators else None
        if name not in indicators:
            refused.add(name)
            _report_unknown(name, header, indicators, findings)
        elif isinstance(indicator, MappingNode):
            if "expr" in indicator.entries:
                refused.add(name)
                help = "put the effect on an indicator that its expr uses"
                findings.error(
                    "S040",
                    header,
                    f"'{name}' is a derived indicator and takes no effects",
                    help=help,
                )
            _check_unit(name, header, indicator, catalogue, findings)
    entry = scenario.entries.get("technologies")
    if not refused or entry is None or not isinstance(entry.value, MappingNode):
        return scenario
    rows = {
        name: _without(item, refused) if name in catalogue.rows else item
        for name, item in entry.value.entries.items()
    }
    return scenario.with_entries(
        {**scenario.entries, "technologies": replace(entry, value=entry.value.with_entries(rows))}
    )


def _report_unknown(
    name: str, header: ScalarNode, indicators: Mapping[str, Entry], findings: Findings
) -> None:
    near = did_you_mean(name, (*indicators, *COLUMNS))
    help = (
        near
        or f"declare it, for example indicators: {{{name}: {{baseline: 0}}}}; other columns are "
        f"{', '.join(COLUMNS)}"
    )
    message = f"unknown indicator '{name}' as a column of the catalogue"
    findings.error("S012", header, message, label=known("indicators", indicators), help=help)


def _check_unit(
    name: str, header: ScalarNode, indicator: MappingNode, catalogue: Catalogue, findings: Findings
) -> None:
    """A unit in the header is that of the indicator: the program converts none."""
    unit, declared = catalogue.units.get(name), indicator.get("unit")
    text = declared.text if isinstance(declared, ScalarNode) else ""
    if unit is not None and _spelled(unit) != _spelled(text):
        message = (
            f"the column '{name}' is in {unit or 'no unit'}, and the indicator in "
            f"{text or 'no unit'}"
        )
        findings.error(
            "S073", header, message, help="convert the column, or correct one of the units"
        )


def _spelled(unit: str) -> str:
    return unicodedata.normalize("NFKC", "".join(unit.split()))


def _without(technology: Entry, indicators: set[str]) -> Entry:
    node = technology.value
    effects = node.entries.get("effects") if isinstance(node, MappingNode) else None
    if (
        not isinstance(node, MappingNode)
        or effects is None
        or not isinstance(effects.value, MappingNode)
    ):
        return technology
    kept = {name: entry for name, entry in effects.value.entries.items() if name not in indicators}
    changed = replace(effects, value=effects.value.with_entries(kept))
    return replace(technology, value=node.with_entries({**node.entries, "effects": changed}))


def _row(
    table: Table, row: int, columns: Mapping[str, int], findings: Findings
) -> tuple[str, Entry] | None:
    """The id and the technology of a row; None where it has no id. Of a ragged row only the id is
    known.
    """
    cell = table.node(row, columns["id"])
    if cell.kind == "null":
        if row not in table.ragged:
            first = next(i for i, text in enumerate(table.rows[row]) if text)
            help = "name the technology in the column 'id', or empty the row"
            findings.error("S013", table.at(row, first), "this row has no id", help=help)
        return None
    content: dict[str, Entry] = {}
    effects: dict[str, Entry] = {}
    for name, column in columns.items() if row not in table.ragged else ():
        node = table.node(row, column)
        if name == "id" or node.kind == "null":
            continue
        if name in _LISTS:
            content[name] = Entry(node.start, SequenceNode(node.start, node.until, _items(node)))
        elif name in COLUMNS:
            content[name] = Entry(node.start, node)
        elif fault := number_fault(node.text):
            findings.error("S072", node, f"{fault[0]}, in column '{name}'", help=fault[1])
        else:
            effects[name] = Entry(node.start, node)
    if effects:
        content["effects"] = Entry(cell.start, MappingNode(cell.start, cell.until, effects))
    name = unicodedata.normalize("NFKC", cell.text)
    return name, Entry(cell.start, MappingNode(cell.start, cell.until, content))


def _items(node: ScalarNode) -> tuple[Node, ...]:
    """The names in a cell, ``;`` between them."""
    found: list[Node] = []
    offset = 0
    for part in node.text.split(";"):
        text = part.strip()
        if text:
            start = offset + len(part) - len(part.lstrip())
            at = text_position(node, start, start + len(text))
            found.append(
                ScalarNode(at, (at.line, at.column + at.length), text, "text", node.verbatim)
            )
        offset += len(part) + 1
    return tuple(found)


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The technologies of a table.

    Attributes:
        rows: them by id, expanded.
        columns: the header of each column of effects, by indicator.
        units: the units that headers give, by indicator.
    """

    rows: Mapping[str, Entry]
    columns: Mapping[str, ScalarNode]
    units: Mapping[str, str]
