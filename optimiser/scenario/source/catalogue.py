"""A catalogue: technologies as the rows of a table, each as if it were written in the scenario that
names the table.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

from optimiser.frozen import dataclass
from optimiser.language import listed, tr
from optimiser.patterns import pattern
from optimiser.scenario.diagnostics import Findings, known
from optimiser.scenario.format.short_forms import expand
from optimiser.scenario.nodes import (
    Entry,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    text_position,
)
from optimiser.scenario.source.cell_kinds import MISSING
from optimiser.scenario.source.cells import is_words
from optimiser.scenario.source.headings import SUMS, named_columns
from optimiser.scenario.source.tables import Table, column_unit
from optimiser.scenario.source.yaml_nodes import MOST_MEMBERS

__all__ = [
    "COLUMNS",
    "Catalogue",
    "read_catalogue",
    "report_words",
]

#: the columns that are no indicators
COLUMNS: Final = ("id", "title", "layer", "requires", "excludes", "lifetime", "delay")
_LISTS: Final = ("requires", "excludes")
#: what people write between several names in place of ;
_SEPARATED: Final = pattern(r"\s*[,|/+&\uff0c\u3001\uff1b]\s*|\s+(?:and|und|or|oder)\s+|\s+|\u548c")
_ID: Final = pattern(r"[^\W\d]\w*(\.\w+)?")
_THOUSANDS: Final = pattern(r"[-+]?[1-9][0-9]{0,2}\.[0-9]{3}")
_MOST_COLUMNS: Final = 1_000
_NAMED: Final = 3  # places that a warning lists


def read_catalogue(
    table: Table, findings: Findings, /, *, named: Collection[str] | None = None
) -> Catalogue | None:
    """The technologies of a table; None, with the reasons in ``findings``, where it names none.

    Args:
        named: the parameters that a cell may name; None where they are not known yet.
    """
    columns = _places(table, findings)
    if "id" not in columns:
        _report_no_id(table, columns, findings)
        return None
    if _crowded(table, columns, findings):
        return None
    words = {
        name: texts
        for name, i in columns.items()
        if name not in COLUMNS and (texts := _words(table, i))
    }
    entries: dict[str, Entry] = {}
    for row in range(len(table.rows)):
        read = _row(table, row, columns, findings, words=words, named=named)
        if read is None:
            continue
        name, entry = read
        if name in entries:
            first = entries[name].key.seen_from(entry.key)
            findings.error(
                "S006",
                entry.key,
                tr("duplicate id '{name}'", name=name),
                label=tr("first written in {there}", there=first),
                help=tr("remove or rename one of them"),
            )
            continue
        entries[name] = entry
    _warn_of_mixtures(table, columns, findings)
    _warn_of_thousands(table, columns, findings)
    whole = MappingNode(table.at(-1, columns["id"]), (0, 0), entries)
    section = Entry(whole.start, whole)
    parts = MappingNode(whole.start, (0, 0), {"technologies": section})
    expanded = expand(parts).get("technologies")
    assert isinstance(expanded, MappingNode)
    effects = {name: table.node(-1, i) for name, i in columns.items() if name not in COLUMNS}
    units = {name: column_unit(table.header[columns[name]])[1] for name in effects}
    return Catalogue(
        expanded.entries,
        effects,
        {name: unit for name, unit in units.items() if unit is not None},
        words,
        table,
    )


def _crowded(table: Table, columns: Mapping[str, int], findings: Findings) -> bool:
    """Whether there are more columns, or more names in one, than can be checked."""
    if len(columns) > _MOST_COLUMNS:
        message = tr("the catalogue has {number:,} columns", number=len(columns))
        help = tr("at most {most:,} are read; is a row a technology?", most=_MOST_COLUMNS)
        findings.error("S003", table.at(-1, 0), message, help=help)
        return True
    for key in _LISTS:
        place = columns.get(key, math.inf)
        number = sum(row[int(place)].count(";") for row in table.rows if place < len(row))
        if number > MOST_MEMBERS:
            message = tr(
                "column '{key}' lists {number:,} technologies; at most {most:,} can be read",
                key=key,
                number=number,
                most=MOST_MEMBERS,
            )
            help = tr(
                "require what a technology needs directly: what that requires in turn need not be "
                "listed"
            )
            findings.error("S003", table.at(-1, int(place)), message, help=help)
            return True
    return False


def _places(table: Table, findings: Findings) -> dict[str, int]:
    """Column -> its place in the table; of two with one name the first."""
    columns: dict[str, int] = {}
    before: set[str] = set()
    for i, header in enumerate(table.header):
        name = header if header in COLUMNS else column_unit(header)[0]
        if name in columns and header not in before:
            there = table.at(-1, columns[name]).seen_from(table.at(-1, i))
            message = tr("two columns are called '{name}', with units or without", name=name)
            findings.error(
                "S073",
                table.at(-1, i),
                message,
                label=tr("the other: {there}", there=there),
                help=tr("rename one of them"),
            )
        before.add(header)
        if name:
            columns.setdefault(name, i)
    return columns


def _report_no_id(table: Table, columns: Mapping[str, int], findings: Findings) -> None:
    """Say which option would find the ids, where that can be told."""
    dialect = table.dialect
    near = next((header for header in columns if header.casefold() == "id"), None)
    meant = named_columns(table.header, table.rows)
    help = tr("name each technology in a column 'id'")
    if near:
        help = tr("write 'id' in place of '{near}'", near=near)
    elif len(table.header) == 1 and not table.source.sheet:
        help = tr(
            "name each technology in a column 'id'; cells are separated by commas, semicolons or "
            "tabs, and these rows have one cell"
        )
    advice = ""
    if table.elsewhere and not meant:
        advice = dialect.advice({"sheet": table.elsewhere})
    elif meant:
        advice = dialect.advice({"columns": meant})
    if advice:
        help = tr("{help}; or {advice}", help=help, advice=advice) if near else advice
    at = table.at(-1, columns[near] if near else 0)
    label = known("columns", filter(None, table.header))
    findings.error("S073", at, tr("the catalogue has no column 'id'"), label=label, help=help)


def _words(table: Table, column: int) -> str:
    """The first cell of a column that holds words and no number, as one of names does; empty for
    another column.
    """
    texts = [row[column] for row in table.rows if row[column]]
    # One word may be a parameter; words with blanks or dashes between them are none.
    if texts and all(is_words(text) or text.casefold() in MISSING for text in texts):
        return next((text for text in texts if is_words(text)), "")
    return ""


def _warn_of_mixtures(table: Table, columns: Mapping[str, int], findings: Findings) -> None:
    """Warn of columns with percentages and plain numbers: 0.07 beside 4% is hardly meant as it
    counts.
    """
    for name, column in columns.items():
        if name in COLUMNS:
            continue
        kinds: dict[bool, list[int]] = {True: [], False: []}
        for row in range(len(table.rows)):
            number = table.literal(row, column)
            if number is not None and number.strip("+-0.%"):
                kinds[number.endswith("%")].append(row)
        if not all(kinds.values()):
            continue
        shares, plain = kinds[True], kinds[False]
        odd = shares if len(shares) < len(plain) else plain
        at = table.at(odd[0], column)
        others = [table.at(row, column).seen_from(at) for row in odd[1 : _NAMED + 1]]
        more = len(odd) - 1 - len(others)
        message = tr(
            "column '{name}' mixes percentages and plain numbers: {share} is a share of the "
            "baseline, {plain} an amount in the indicator's unit",
            name=name,
            share=table.rows[shares[0]][column],
            plain=table.rows[plain[0]][column],
        )
        if more > 0:
            message = tr(
                "{message} (also {others} and {more} more)",
                message=message,
                others=listed(others),
                more=more,
            )
        elif others:
            message = tr("{message} (also {others})", message=message, others=listed(others))
        help = tr("write all of them in one way if they mean the same")
        findings.warning("S131", at, message, help=help)


def _warn_of_thousands(table: Table, columns: Mapping[str, int], findings: Findings) -> None:
    """Warn of columns in which every point stands before three digits, where semicolons between the
    cells speak of a spreadsheet with decimal commas: its 1.800 is eighteen hundred.
    """
    if table.delimiter != ";" or "decimal" in table.dialect.places:
        return
    for name, column in columns.items():
        pointed = [row for row in range(len(table.rows)) if "." in table.rows[row][column]]
        numbers = [table.rows[row][column] for row in pointed]
        if name in COLUMNS or len(numbers) < 2 or not all(map(_THOUSANDS.fullmatch, numbers)):
            continue
        message = tr(
            "in column '{name}' every point stands before three digits, as in {number}, and is "
            "read as a decimal point",
            name=name,
            number=numbers[0],
        )
        plain = numbers[0].replace(".", "")
        if advice := table.dialect.advice({"decimal": "."}):
            help = tr(
                "write {plain} if thousands are meant; where they are decimals {advice}",
                plain=plain,
                advice=advice,
            )
        else:
            help = tr("write {plain} if thousands are meant", plain=plain)
        findings.warning("S134", table.at(pointed[0], column), message, help=help)


def report_words(
    name: str, header: ScalarNode, catalogue: Catalogue, findings: Findings, /
) -> None:
    """Report a column of words, which was taken for an indicator."""
    message = tr(
        "the column '{name}' was taken for an indicator, and holds words: '{text}'",
        name=name,
        text=catalogue.words[name][:40],
    )
    leave_out = catalogue.table.dialect.advice({"columns": {name: None}})
    help = (
        tr("call it title, or leave it out: {advice}", advice=leave_out)
        if leave_out
        else tr("call it title, or leave it out")
    )
    findings.error("S012", header, message, help=help)


def _row(
    table: Table,
    row: int,
    columns: Mapping[str, int],
    findings: Findings,
    /,
    *,
    words: Collection[str],
    named: Collection[str] | None,
) -> tuple[str, Entry] | None:
    """The id and the technology of a row; None where it has no id. Of a ragged row only the id is
    known.
    """
    cell = table.node(row, columns["id"])
    if cell.kind == "null":
        if row not in table.ragged:
            _report_without_id(table, row, findings)
        return None
    if cell.text.casefold() in SUMS:
        help = tr(
            "remove the row if it adds up others: it would be a technology that can be adopted"
        )
        findings.warning(
            "S133", cell, tr("'{text}' is read as a technology", text=cell.text), help=help
        )
    content: dict[str, Entry] = {}
    effects: dict[str, Entry] = {}
    for name, column in columns.items() if row not in table.ragged else ():
        node = table.node(row, column)
        if name == "id" or node.kind == "null":
            continue
        if name in _LISTS:
            items = SequenceNode(node.start, node.until, _items(node, name, findings))
            content[name] = Entry(node.start, items)
        elif name in COLUMNS:
            content[name] = Entry(node.start, node)
        elif name not in words and (fault := table.fault(row, column, named=named, share=True)):
            findings.error(
                "S072",
                node,
                tr("{message}, in column '{column}'", message=fault[0], column=name),
                help=fault[1],
            )
        else:
            number = table.literal(row, column)
            if number is not None and number != node.text:
                node = replace(node, text=number, kind="number", verbatim=False)
            effects[name] = Entry(node.start, node)
    if effects:
        content["effects"] = Entry(cell.start, MappingNode(cell.start, cell.until, effects))
    name = unicodedata.normalize("NFKC", cell.text)
    return name, Entry(cell.start, MappingNode(cell.start, cell.until, content))


def _report_without_id(table: Table, row: int, findings: Findings) -> None:
    first = next(i for i, text in enumerate(table.rows[row]) if text)
    help = tr("name the technology in the column 'id', or empty the row")
    if row == 0:
        help = tr(
            "name the technology in the column 'id', or empty the row; a unit stands behind its "
            "heading, as in capex [M CNY]"
        )
    findings.error("S013", table.at(row, first), tr("this row has no id"), help=help)


def _items(node: ScalarNode, key: str, findings: Findings) -> tuple[Node, ...]:
    """The names in a cell, ``;`` between them."""
    found: list[Node] = []
    offset = 0
    if node.text.casefold() in MISSING:
        help = (
            tr("leave the cell empty where a technology requires nothing")
            if key == "requires"
            else tr("leave the cell empty where a technology excludes nothing")
        )
        findings.error(
            "S072",
            node,
            tr("'{text}' in column '{key}' is no technology", text=node.text, key=key),
            help=help,
        )
        return ()
    for part in node.text.split(";"):
        text = part.strip()
        if text:
            start = offset + len(part) - len(part.lstrip())
            at = text_position(node, start, start + len(text))
            several = _SEPARATED.split(text)
            if len(several) > 1 and all(_ID.fullmatch(name) for name in several):
                message = tr("'{text}' in column '{key}' is not one technology", text=text, key=key)
                help = tr(
                    "write ; between several: {names}",
                    names="; ".join(name.strip() for name in several),
                )
                findings.error("S018", at, message, help=help)
            else:
                until = (at.line, at.column + at.length)
                found.append(ScalarNode(at, until, text, "text", node.verbatim))
        offset += len(part) + 1
    return tuple(found)


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The technologies of a table.

    Attributes:
        rows: them by id, expanded.
        columns: the header of each column of effects, by indicator.
        units: the units that headers give, by indicator.
        words: the first cell of each column that holds words, by what it was taken for.
        table: where they stand.
    """

    rows: Mapping[str, Entry]
    columns: Mapping[str, ScalarNode]
    units: Mapping[str, str]
    words: Mapping[str, str]
    table: Table
