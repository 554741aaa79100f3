"""A table of technologies without a scenario yet: what its columns of effects are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from optimiser import paths
from optimiser.errors import ScenarioError, UsageError
from optimiser.expressions import RESERVED
from optimiser.scenario.diagnostics import Findings
from optimiser.scenario.nodes import Position, ScalarNode, Source
from optimiser.scenario.source.catalogue import column_unit, read_catalogue
from optimiser.scenario.source.files import Files
from optimiser.scenario.source.identifiers import RESULT_COLUMNS

__all__ = ["EffectColumn", "effect_columns"]

_TAKEN: Final = frozenset(RESERVED) | RESULT_COLUMNS


@dataclass(frozen=True)
class EffectColumn:
    """A column of effects: the indicator, its unit where the header gives one, and the effects that
    are written.
    """

    name: str
    unit: str
    effects: tuple[str, ...]


def effect_columns(path: str | Path, /) -> tuple[EffectColumn, ...]:
    """The columns of effects of a catalogue, ``.csv`` or ``.xlsx``.

    Raises:
        UsageError: there is no such file.
        ScenarioError: it is no catalogue; ``diagnostics`` holds every reason, by position.
    """
    file = Path(path)
    there = paths.kind(file)
    if there != "file":
        folder = there == "folder"
        what = f"{path} is a folder, and no table" if folder else f"there is no table {path}"
        raise UsageError(what, help="name a .csv or .xlsx file with one technology a row")
    if file.suffix.lower() not in (".csv", ".xlsx"):
        raise UsageError(
            f"{path} is no table", help="save it as CSV with the encoding UTF-8, or as .xlsx"
        )
    findings = Findings()
    written = Position(Source(str(file)), 1, 1)
    table = Files(file, str(file), findings).table(
        ScalarNode(written, (1, 1), file.name, "text"), key="catalogue"
    )
    catalogue = None if table is None else read_catalogue(table, findings)
    if table is not None and catalogue is not None:
        for name, header in catalogue.columns.items():
            if not name.isidentifier() or name in _TAKEN:
                message = (
                    f"'{name}' cannot be the id of an indicator: a letter or _, then letters, "
                    "digits, _; no reserved word"
                )
                help = f"write for example '{_identifier(name)}'; a unit may follow as [M CNY]"
                findings.error("S018", header, message, help=help)
        if not catalogue.columns:
            help = "write a column for each indicator that the technologies change"
            findings.error("S073", table.at(-1, 0), "the table has no column of effects", help=help)
    if findings.errors or table is None or catalogue is None:
        diagnostics = [d for d in findings.ordered() if d.severity == "error"]
        count = len(diagnostics)
        raise ScenarioError(
            f"{count} error{'s' if count != 1 else ''} in {path}", diagnostics=diagnostics
        )
    places = {column_unit(header)[0]: i for i, header in enumerate(table.header)}
    return tuple(
        EffectColumn(
            name,
            catalogue.units.get(name, ""),
            tuple(row[places[name]] for row in table.rows if row[places[name]]),
        )
        for name in catalogue.columns
    )


def _identifier(name: str) -> str:
    """An id close to a header."""
    letters = "".join(c if f"a{c}".isidentifier() else "_" for c in name).strip("_")
    near = letters if letters.isidentifier() else f"_{letters}"
    return f"{near}_" if near in _TAKEN else near
