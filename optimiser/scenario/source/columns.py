"""A table of technologies without a scenario yet: what its columns of effects are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from optimiser.errors import ScenarioError, UsageError
from optimiser.expressions import RESERVED
from optimiser.language import tr, trn
from optimiser.scenario.diagnostics import Findings
from optimiser.scenario.nodes import Entry, MappingNode, Position, ScalarNode, Source
from optimiser.scenario.source.catalogue import Catalogue, read_catalogue, report_words
from optimiser.scenario.source.files import Files, insist_on_table
from optimiser.scenario.source.identifiers import RESULT_COLUMNS
from optimiser.scenario.source.tables import Table, column_unit

__all__ = ["EffectColumn", "EffectTable", "effect_table"]

_TAKEN: Final = frozenset(RESERVED) | RESULT_COLUMNS


@dataclass(frozen=True)
class EffectColumn:
    """A column of effects: the indicator, its unit where the header gives one, and the effects that
    are written.
    """

    name: str
    unit: str
    effects: tuple[str, ...]


@dataclass(frozen=True)
class EffectTable:
    """A table of technologies.

    Attributes:
        columns: its columns of effects.
        catalogue: what a scenario writes behind ``catalogue:`` to read it so.
    """

    columns: tuple[EffectColumn, ...]
    catalogue: str


def effect_table(path: str | Path, options: Mapping[str, Entry] | None = None, /) -> EffectTable:
    """What a catalogue, ``.csv`` or ``.xlsx``, holds.

    Args:
        options: how the table is read, as entries beside ``file``.

    Raises:
        UsageError: there is no such file.
        ScenarioError: it is no catalogue; ``diagnostics`` holds every reason, by position.
    """
    file = Path(path)
    insist_on_table(path, help=tr("name a .csv or .xlsx file with one technology a row"))
    if file.suffix.lower() not in (".csv", ".xlsx"):
        raise UsageError(
            tr("{path} is no table", path=path),
            help=tr("save it as CSV with the encoding UTF-8, or as .xlsx"),
        )
    findings = Findings()
    written = Position(Source(str(file)), 1, 1)
    named = ScalarNode(written, (1, 1), file.name, "text")
    table = Files(file, str(file), findings).table(
        MappingNode(written, (1, 1), {"file": Entry(written, named), **(options or {})}),
        key="catalogue",
        said="--from",
    )
    catalogue = None if table is None else read_catalogue(table, findings, named=())
    if table is not None and catalogue is not None:
        _check_names(table, catalogue, findings)
    if findings.errors or table is None or catalogue is None:
        diagnostics = [d for d in findings.ordered() if d.severity == "error"]
        raise ScenarioError(
            trn(
                "{number} error in {path}",
                "{number} errors in {path}",
                len(diagnostics),
                path=path,
            ),
            diagnostics=diagnostics,
        )
    places = {column_unit(header)[0]: i for i, header in enumerate(table.header)}
    rows = range(len(table.rows))
    columns = tuple(
        EffectColumn(
            name,
            catalogue.units.get(name, ""),
            tuple(
                table.literal(row, places[name]) or table.rows[row][places[name]]
                for row in rows
                if table.rows[row][places[name]]
            ),
        )
        for name in catalogue.columns
    )
    return EffectTable(columns, table.dialect.written({}))


def _check_names(table: Table, catalogue: Catalogue, findings: Findings) -> None:
    """Report the columns that cannot be indicators."""
    for name, header in catalogue.columns.items():
        if name in catalogue.words:
            report_words(name, header, catalogue, findings)
        elif not name.isidentifier() or name in _TAKEN:
            message = tr(
                "'{name}' cannot be the id of an indicator: a letter or _, then letters, "
                "digits, _; no reserved word",
                name=name,
            )
            near = _identifier(name)
            rename = table.dialect.advice({"columns": {name: near}})
            help = tr(
                "write for example '{near}'; a unit may follow as [M CNY]; or {rename}",
                near=near,
                rename=rename,
            )
            findings.error("S018", header, message, help=help)
    if not catalogue.columns:
        help = tr("write a column for each indicator that the technologies change")
        findings.error("S073", table.at(-1, 0), tr("the table has no column of effects"), help=help)


def _identifier(name: str) -> str:
    """An id close to a header."""
    letters = "".join(c if f"a{c}".isidentifier() else "_" for c in name).strip("_")
    near = letters if letters.isidentifier() else f"_{letters}"
    return f"{near}_" if near in _TAKEN else near
