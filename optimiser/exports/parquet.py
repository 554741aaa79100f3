"""``.parquet``: the ranked plans in columns with types, for programs that analyse many results."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

from optimiser.exports.workbook import typed
from optimiser.language import marked
from optimiser.results.table import headings, rows
from optimiser.session.outputs import MARK

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from optimiser.results import Result

__all__ = ["NEEDS", "SUFFIX", "TITLE", "data", "written"]

SUFFIX = ".parquet"
TITLE = marked("the ranked plans as typed columns; needs pyarrow")
NEEDS = "pyarrow"

# whole numbers beyond are floats, of which not each is one
_WHOLE = 2**53


def data(result: Result, /) -> bytes:
    """The ranked plans, one a row, with the columns of ``front.csv``; under the key ``optimise``
    of the file's metadata, as JSON, what they are and what is claimed of them.
    """
    front, ranking = result.front, result.ranking
    shown = dict(zip(headings(front), zip(*rows(front, ranking), strict=True), strict=True))
    return written(shown, _about(result), numbers=("score", *_measured(result)))


def written(
    columns: Mapping[str, Sequence[str]],
    about: Mapping[str, Any],
    /,
    *,
    numbers: Sequence[str] = (),
) -> bytes:
    """A table of cells as typed columns: whole numbers, numbers, or texts where one is no number.

    Args:
        columns: name -> a cell a row; an empty one is null.
        about: what the metadata of the file say.
        numbers: the columns that hold floats whatever their cells look like.
    """
    import pyarrow
    from pyarrow import parquet

    made = {
        name: _column(pyarrow, cells, floats=name in numbers) for name, cells in columns.items()
    }
    table = pyarrow.table(made)
    stream = io.BytesIO()
    with parquet.ParquetWriter(stream, table.schema, store_schema=False) as writer:
        writer.write_table(table)
        said = json.dumps(about, ensure_ascii=False)
        writer.add_key_value_metadata({"optimise": said, "made": MARK})
    return stream.getvalue()


def _measured(result: Result, /) -> list[str]:
    front = result.front
    return [column.name for column in (*front.columns, *front.indicator_columns)]


def _column(pyarrow: Any, cells: Sequence[str], *, floats: bool) -> Any:
    """Whole numbers, numbers, or the cells as they are where one is a name or a phase."""
    found = [typed(cell) if cell else None for cell in cells]
    there = [value for value in found if value is not None]
    if any(isinstance(value, str) for value in there):
        return pyarrow.array([cell or None for cell in cells], pyarrow.string())
    if not floats and all(value == int(value) and abs(value) < _WHOLE for value in there):
        whole = [None if value is None else int(value) for value in found]
        return pyarrow.array(whole, pyarrow.int64())
    return pyarrow.array(
        [None if value is None else float(value) for value in found], pyarrow.float64()
    )


def _about(result: Result, /) -> dict[str, Any]:
    front, scenario = result.front, result.scenario
    columns = (*front.columns, *front.indicator_columns)
    return {
        "scenario": str(scenario.name),
        "scenario_hash": scenario.scenario_hash,
        "illustrative": scenario.illustrative,
        "proof": {
            "status": front.proof.status,
            "basis": front.proof.basis,
            "gap": front.proof.gap,
            "of": front.proof.of,
        },
        "columns": {
            column.name: {"title": column.title, "unit": column.unit, "sense": column.sense}
            for column in columns
        },
    }
