"""The columns of a data file that a fitted model learns from: every cell a number, or reported."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from optimiser.language import tr, trn
from optimiser.scenario.diagnostics import did_you_mean, known
from optimiser.scenario.format.fitted_models import Fitted, FittedModel
from optimiser.scenario.format.formulas import Formula, decimal
from optimiser.scenario.source.draft import Draft, Path
from optimiser.scenario.source.tables import Table, column_unit

__all__ = ["DataColumns", "data_columns", "is_binary", "table_points"]

_MOST_POINTS: Final = 1_000


def data_columns(draft: Draft, name: str, model: FittedModel, table: Table) -> DataColumns | None:
    """The numbers of a model's columns; None, with every cell that is none in the findings."""
    assert model.target is not None
    headers = {column_unit(header)[0]: i for i, header in reversed(list(enumerate(table.header)))}
    headers |= {header: i for i, header in enumerate(table.header)}
    places: list[int] = []
    errors = draft.findings.errors
    own: Path = ("models", name)
    wanted = [((*own, "features", i), feature) for i, feature in enumerate(model.features)]
    for path, column in [*wanted, ((*own, "target"), model.target)]:
        if column in headers:
            places.append(headers[column])
            continue
        message = tr("{name} has no column '{column}'", name=table.source.name, column=column)
        label = known("columns", table.header)
        draft.findings.error(
            "S073", draft.at(*path), message, label=label, help=did_you_mean(column, headers)
        )
    if draft.findings.errors > errors:
        return None
    rows = tuple(row for row in range(len(table.rows)) if row not in table.ragged)
    columns = tuple(tuple(_number(draft, table, row, column) for row in rows) for column in places)
    return (
        None
        if draft.findings.errors > errors or table.ragged
        else DataColumns(table, tuple(places), rows, columns)
    )


def _number(draft: Draft, table: Table, row: int, column: int) -> Fraction:
    text = table.literal(row, column)
    value = None if text is None or text.endswith("%") else decimal(text)
    if value is not None:
        return Fraction(value)
    if not table.rows[row][column]:
        message = tr("a value is missing in column '{column}'", column=table.header[column])
        help = tr("fill it in, or remove the row")
    else:
        message, help = table.fault(row, column, named=()) or (
            tr("'{text}' is not a number that can be used", text=table.rows[row][column]),
            tr("write a decimal number"),
        )
    draft.findings.error("S072", table.at(row, column), message, help=help)
    return Fraction(0)


def table_points(draft: Draft, name: str, read: DataColumns) -> Fitted | None:
    """The points of a table, by ascending feature."""
    order = sorted(range(len(read.rows)), key=lambda i: read.columns[0][i])
    errors = draft.findings.errors
    for a, b in itertools.pairwise(order):
        if read.columns[0][a] == read.columns[0][b]:
            at = read.table.at(read.rows[max(a, b)], read.places[0])
            there = read.table.at(read.rows[min(a, b)], read.places[0]).seen_from(at)
            message = tr(
                "{value} has a point already, in {there}",
                value=read.table.rows[read.rows[b]][read.places[0]],
                there=there,
            )
            draft.findings.error(
                "S080",
                at,
                message,
                help=tr("keep one point for each value, for example their mean"),
            )
    if not 2 <= len(order) <= _MOST_POINTS:
        message = trn(
            "model '{name}' has {number} point, and a table takes 2 to {most:,}",
            "model '{name}' has {number} points, and a table takes 2 to {most:,}",
            len(order),
            name=name,
            most=_MOST_POINTS,
        )
        draft.findings.error(
            "S080",
            draft.at("models", name, "data"),
            message,
            help=tr("keep the points where the slope changes"),
        )
    if draft.findings.errors > errors:
        return None
    texts = [
        tuple(Formula.of(read.table.literal(read.rows[i], column)) for column in read.places)
        for i in order
    ]
    return Fitted(points=tuple((x, y) for x, y in texts), observations=len(order))


def is_binary(draft: Draft, read: DataColumns) -> bool:
    """Whether the target is 0 or 1 throughout; reported at the first cell that is not."""
    for row, value in zip(read.rows, read.columns[-1], strict=True):
        if value not in (0, 1):
            message = tr(
                "the target of a logistic model is 0 or 1, got {text}",
                text=read.table.rows[row][read.places[-1]],
            )
            help = tr(
                "write 1 where the event happened and 0 where it did not, or use kind: linear"
            )
            draft.findings.error("S080", read.table.at(row, read.places[-1]), message, help=help)
            return False
    return True


@dataclass(frozen=True, eq=False)
class DataColumns:
    """The columns of a model: features, then the target; ``places`` are their columns in the table,
    ``rows`` its rows.
    """

    table: Table
    places: tuple[int, ...]
    rows: tuple[int, ...]
    columns: tuple[tuple[Fraction, ...], ...]
