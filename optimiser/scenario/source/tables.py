"""A table from a data file: a header, rows of texts, and the place of every cell.

CSV is read in ``csv_tables``, workbooks in ``workbooks``; what cells say, in ``cells``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import field, replace
from typing import Final

from optimiser.frozen import dataclass
from optimiser.language import marked, tr, trn
from optimiser.scenario.diagnostics import Findings, did_you_mean, known
from optimiser.scenario.nodes import Position, ScalarNode, Source
from optimiser.scenario.source.cells import literal, number_fault
from optimiser.scenario.source.dialect import Dialect
from optimiser.scenario.source.headings import header_row
from optimiser.scenario.source.yaml_scalars import NUMBER

__all__ = ["Place", "Table", "column_unit", "settled"]

_NAMES: Final = {",": marked("commas"), ";": marked("semicolons"), "\t": marked("tabs")}
_OPENING: Final = {"[": "]", "(": ")"}

#: where the cell of a row and a column is, and whether its text stands there as such
Place = Callable[[int, int], tuple[Position, bool]]


def column_unit(header: str, /) -> tuple[str, str | None]:
    """The name and the unit of a column: ``cost [M CNY]`` and ``cost (M CNY)`` are cost in M CNY.

    >>> column_unit("投资(万元)")
    ('投资', '万元')
    """
    for opening, closing in _OPENING.items():
        name, bracket, rest = header.partition(opening)
        if bracket and name.strip() and rest.endswith(closing) and closing not in rest[:-1]:
            return name.strip(), rest[:-1].strip()
    return header, None


def settled(
    rows: Sequence[Sequence[str]],
    place: Place,
    whole: Position,
    findings: Findings,
    /,
    *,
    dialect: Dialect,
    delimiter: str = "",
    elsewhere: str = "",
) -> Table | None:
    """The table that rows of texts make, blank rows left out, the first being the header; None,
    with the reasons in ``findings``, where they make none.

    Args:
        place: where a cell is, and whether its text stands there as such.
        whole: the file as a whole.
        delimiter: what stands between the cells of a text; none in a workbook, whose rows are as
            long as they need.
        elsewhere: the sheet of a workbook that looks like a table, where this one does not.
    """
    if not _begins(rows, place, whole, findings, dialect=dialect, elsewhere=elsewhere):
        return None
    width = len(rows[0]) if delimiter else max(map(len, rows))
    ragged = set()
    full: list[tuple[str, ...]] = []
    for number, row in enumerate(rows):
        if delimiter and len(row) != width:
            ragged.add(number - 1)
            _report_ragged(rows, number, place, findings, delimiter)
        full.append((*row[:width], *("" for _ in range(width - len(row)))))
    used = [i for i in range(width) if any(row[i] for row in full)]
    # Within a heading a line break is a blank, which nobody can type into an option.
    written = [" ".join(unicodedata.normalize("NFKC", full[0][i]).split()) for i in used]
    names, dialect = _renamed(written, dialect, whole, findings)
    kept = [i for i, name in enumerate(names) if name is not None]
    table = Table(
        whole.source,
        tuple(names[i] or "" for i in kept),
        tuple(tuple(row[used[i]] for i in kept) for row in full[1:]),
        frozenset(ragged),
        lambda row, column: place(row + 1, used[kept[column]]),
        dialect,
        elsewhere,
        delimiter,
    )
    _check_names(table, findings)
    return table


def _begins(
    rows: Sequence[Sequence[str]],
    place: Place,
    whole: Position,
    findings: Findings,
    /,
    *,
    dialect: Dialect,
    elsewhere: str,
) -> bool:
    """Whether the first row can be the header of others; reported where it cannot."""
    other = dialect.advice({"sheet": elsewhere}) if elsewhere else ""
    if dialect.header and (not rows or place(0, 0)[0].line != dialect.header):
        at = dialect.places.get("header", whole)
        message = tr(
            "row {header} of {name} is empty, and so no header",
            header=dialect.header,
            name=whole.source.name,
        )
        findings.error("S073", at, message, help=tr("count from 1, with empty rows"))
        return False
    if len(rows) < 2:
        message = tr("the table holds nothing")
        if rows:
            message = tr("the table holds only a header, and no rows")
        help = other or tr("the first row names the columns, the others hold cells")
        at = whole if not dialect.sheet else dialect.places.get("sheet", whole)
        findings.error("S070", at, message, help=help)
        return False
    guess = None if dialect.header else header_row(rows)
    if guess is None:
        return True
    first = next(i for i, cell in enumerate(rows[0]) if cell)
    line = place(guess, 0)[0].line
    message = tr("the first row does not name the columns; row {line} seems to", line=line)
    help = tr("remove the title or the notes above the header")
    advice = dialect.advice({"header": line})
    help = tr("{advice}; or {help}", advice=advice, help=help) if advice else help
    findings.error("S073", place(0, first)[0], message, help=help)
    return False


def _renamed(
    written: Sequence[str], dialect: Dialect, whole: Position, findings: Findings
) -> tuple[list[str | None], Dialect]:
    """The names of columns as they are called in the program: units stay, None is left out; and the
    dialect without headings that the table does not have, which no advice repeats.
    """
    names: list[str | None] = list(written)
    there: dict[str, str] = {}
    for heading, new in dialect.columns.items():
        found = [i for i, name in enumerate(written) if name == heading] or [
            i for i, name in enumerate(written) if column_unit(name)[0] == heading
        ]
        if not found:
            at = dialect.places.get(f"columns.{heading}", whole)
            help = did_you_mean(heading, written)
            if new and new in written:
                help = tr(
                    "the heading stands before the name: {new} is called {heading}",
                    new=new,
                    heading=heading,
                )
            findings.error(
                "S073",
                at,
                tr("{name} has no column '{heading}'", name=whole.source.name, heading=heading),
                label=known("columns", filter(None, written)),
                help=help,
            )
            continue
        there[heading] = new
        for i in found:
            unit = column_unit(written[i])[1]
            own = new if unit is None or column_unit(new)[1] is not None else f"{new} [{unit}]"
            names[i] = own if new else None
    return names, replace(dialect, columns=there)


def _check_names(table: Table, findings: Findings) -> None:
    """Report columns without a name, and names that two have."""
    header, rows = table.header, table.rows
    named = [i for i, name in enumerate(header) if name]
    if len(named) == 1 and len(header) > 2:
        message = tr("the first row names one of {number} columns", number=len(header))
        help = tr("the first row is the header: remove the title or the notes above it")
        findings.error("S073", table.at(-1, named[0]), message, help=help)
        return
    places: dict[str, int] = {}
    for i, name in enumerate(header):
        if not name:
            first = next(row for row in range(len(rows)) if rows[row][i])
            findings.error(
                "S073",
                table.at(first, i),
                tr("this column has no name"),
                help=tr("write one in the first row, or empty it"),
            )
        elif places.setdefault(name, i) < i:
            there = table.at(-1, places[name]).seen_from(table.at(-1, i))
            label = tr("first written in {there}", there=there) if table.source.sheet else ""
            findings.error(
                "S073",
                table.at(-1, i),
                tr("two columns are called '{name}'", name=name),
                label=label,
                help=tr("rename one of them"),
            )


def _report_ragged(
    rows: Sequence[Sequence[str]],
    number: int,
    place: Place,
    findings: Findings,
    delimiter: str,
) -> None:
    row, width = rows[number], len(rows[0])
    at = place(number, min(width, len(row) - 1))[0]
    message = trn(
        "this row has {number} cell, and the header has {width}",
        "this row has {number} cells, and the header has {width}",
        len(row),
        width=width,
    )
    names = tr(_NAMES[delimiter]) if delimiter in _NAMES else repr(delimiter)
    help = tr("cells are separated by {names}, as the header shows", names=names)
    if len(row) > width:
        help = tr(
            "cells are separated by {names}, as the header shows; write a decimal point as in 1.5, "
            "and put a text that holds a {delimiter!r} in quotes: {quoted}",
            names=names,
            delimiter=delimiter,
            quoted=f'"a{delimiter}b"',
        )
    findings.error("S071", at, message, help=help)


@dataclass(frozen=True, eq=False)
class Table:
    """A header and rows of texts.

    Attributes:
        source: the file, as messages show it.
        header: the columns' names as ``columns`` gives them, in NFKC; distinct and not empty, or
            that is among the findings.
        rows: the texts, without blanks around them, empty where a cell is; each as long as the
            header.
        ragged: the rows that are shorter or longer in the file, which is among the findings; their
            cells mean nothing.
        dialect: how it was read.
        elsewhere: the sheet of a workbook that looks like a table where this one does not.
        delimiter: what stands between the cells of a text; empty for a workbook.
    """

    source: Source
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    ragged: frozenset[int]
    _place: Place
    dialect: Dialect = field(default_factory=Dialect)
    elsewhere: str = ""
    delimiter: str = ""

    def at(self, row: int, column: int, /) -> Position:
        """Where a cell is; row -1 is the header."""
        return self._place(row, column)[0]

    def node(self, row: int, column: int, /) -> ScalarNode:
        """A cell as a node, null where it is empty."""
        text = self.header[column] if row < 0 else self.rows[row][column]
        position, verbatim = self._place(row, column)
        kind = "null" if not text else "number" if NUMBER.fullmatch(text) else "text"
        until = (position.line, position.column + position.length)
        if self.source.text and not verbatim:
            until = (len(self.source.lines), 1)
        return ScalarNode(position, until, text, kind, verbatim)

    def literal(self, row: int, column: int, /) -> str | None:
        """The number of a cell, as expressions write it, with its ``%``; None where it is none."""
        return literal(self.rows[row][column], decimal=self.dialect.decimal)

    def fault(
        self,
        row: int,
        column: int,
        /,
        *,
        named: Collection[str] | None = None,
        share: bool = False,
    ) -> tuple[str, str] | None:
        """What keeps a cell from being a number or an expression, and the easiest fix, as
        :func:`number_fault` says it.
        """
        return number_fault(
            self.rows[row][column],
            decimal=self.dialect.decimal,
            option=self.dialect.advice({"decimal": ","}),
            named=named,
            share=share,
        )
