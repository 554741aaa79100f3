"""The rows of a catalogue among the technologies of the scenario that names it, and what they mean
there: which columns are indicators, and which words parameters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import replace

from optimiser.expressions import RESERVED
from optimiser.language import listed, tr
from optimiser.scenario.diagnostics import Findings, did_you_mean, known
from optimiser.scenario.nodes import Entry, MappingNode, Position, ScalarNode
from optimiser.scenario.source.catalogue import COLUMNS, Catalogue, report_words
from optimiser.scenario.source.cells import NUMBER_HELP, is_words, number_fault

__all__ = ["with_rows", "without_unknown_columns"]


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
            message = tr(
                "technology '{name}' is a row of the catalogue, and written in {there} as well",
                name=name,
                there=there,
            )
            help = tr(
                "remove or rename one of them; to change a row, write it in a file that "
                "extends this scenario, or use --set"
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
    """The scenario without the effects of columns that name no indicator, and of cells that name no
    parameter; each such column is an error, even an empty one, and each such cell.
    """
    written = scenario.get("indicators")
    indicators: Mapping[str, Entry] = written.entries if isinstance(written, MappingNode) else {}
    refused = set()
    for name, header in catalogue.columns.items():
        indicator = indicators[name].value if name in indicators else None
        if name not in indicators:
            refused.add(name)
            _report_unknown(name, header, indicators, catalogue, findings)
        elif isinstance(indicator, MappingNode):
            if "expr" in indicator.entries:
                refused.add(name)
                help = tr("put the effect on an indicator that its expr uses")
                findings.error(
                    "S040",
                    header,
                    tr("'{name}' is a derived indicator and takes no effects", name=name),
                    help=help,
                )
            _check_unit(name, header, indicator, catalogue, findings)
    entry = scenario.entries.get("technologies")
    if entry is None or not isinstance(entry.value, MappingNode):
        return scenario
    parameters = scenario.get("parameters")
    named = tuple(parameters.entries) if isinstance(parameters, MappingNode) else ()
    rows = {
        name: _without(
            item,
            refused | _unnamed(name, item, catalogue, findings, named=named, refused=refused),
        )
        if name in catalogue.rows
        else item
        for name, item in entry.value.entries.items()
    }
    return scenario.with_entries(
        {**scenario.entries, "technologies": replace(entry, value=entry.value.with_entries(rows))}
    )


def _unnamed(
    technology: str,
    item: Entry,
    catalogue: Catalogue,
    findings: Findings,
    /,
    *,
    named: Collection[str],
    refused: Collection[str],
) -> set[str]:
    """The indicators on which a technology has an effect from the table that names no parameter;
    each is reported.
    """
    effects = item.value.get("effects") if isinstance(item.value, MappingNode) else None
    found = set()
    for indicator, entry in effects.entries.items() if isinstance(effects, MappingNode) else ():
        node = entry.value.get("value") if isinstance(entry.value, MappingNode) else None
        if (
            indicator in refused
            or not isinstance(node, ScalarNode)
            or node.start.source is not catalogue.table.source
        ):
            continue
        text = node.text
        bare = text.isidentifier() and is_words(text) and text not in RESERVED
        fault = None if bare else number_fault(text, named=named, share=True)
        if fault is not None:
            found.add(indicator)
            message = tr("{message}, in column '{column}'", message=fault[0], column=indicator)
            findings.error("S072", node, message, help=fault[1])
        elif bare and text not in named:
            found.add(indicator)
            message = tr(
                "unknown parameter '{text}' in the effect on '{indicator}' of technology "
                "'{technology}'",
                text=text,
                indicator=indicator,
                technology=technology,
            )
            help = did_you_mean(text, named) or (tr(NUMBER_HELP))
            findings.error("S031", node, message, label=known("parameters", named), help=help)
    return found


def _report_unknown(
    name: str,
    header: ScalarNode,
    indicators: Mapping[str, Entry],
    catalogue: Catalogue,
    findings: Findings,
) -> None:
    near = did_you_mean(name, (*indicators, *COLUMNS))
    if name in catalogue.words and not near:
        report_words(name, header, catalogue, findings)
        return
    help = near or tr(
        "declare it, for example indicators: {{{name}: {{baseline: 0}}}}; other "
        "columns are {columns}",
        name=name,
        columns=listed(COLUMNS),
    )
    message = tr("unknown indicator '{name}' as a column of the catalogue", name=name)
    findings.error("S012", header, message, label=known("indicators", indicators), help=help)


def _check_unit(
    name: str, header: ScalarNode, indicator: MappingNode, catalogue: Catalogue, findings: Findings
) -> None:
    """A unit in the header is that of the indicator: the program converts none."""
    unit, declared = catalogue.units.get(name), indicator.get("unit")
    text = declared.text if isinstance(declared, ScalarNode) else ""
    if unit is not None and _spelled(unit) != _spelled(text):
        message = tr(
            "the column '{name}' is in {unit}, and the indicator in {other}",
            name=name,
            unit=unit or tr("no unit"),
            other=text or tr("no unit"),
        )
        findings.error(
            "S073", header, message, help=tr("convert the column, or correct one of the units")
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
