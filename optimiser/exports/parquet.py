"""``.parquet``: the ranked plans in columns with types, for programs that analyse many results."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

from optimiser.exports.workbook import typed
from optimiser.front import finite
from optimiser.language import marked
from optimiser.session.outputs import MARK

if TYPE_CHECKING:
    from optimiser.results import Result

__all__ = ["NEEDS", "SUFFIX", "TITLE", "data"]

SUFFIX = ".parquet"
TITLE = marked("the ranked plans as typed columns; needs pyarrow")
NEEDS = "pyarrow"


def data(result: Result, /) -> bytes:
    """The ranked plans, one a row, with the columns of ``front.csv``; under the key ``optimise``
    of the file's metadata, as JSON, what they are and what is claimed of them.
    """
    import pyarrow
    from pyarrow import parquet

    front, ranking = result.front, result.ranking
    numbers = {name: pyarrow.float64() for name in ("score", *_measured(result))}
    columns: dict[str, Any] = {
        "plan": pyarrow.array(front.ids, pyarrow.string()),
        "rank": pyarrow.array(ranking.rank.tolist(), pyarrow.int64()),
    }
    values = (ranking.score, *front.y.T, *front.indicators.T)
    for (name, kind), column in zip(numbers.items(), values, strict=True):
        columns[name] = pyarrow.array([finite(value) for value in column.tolist()], kind)
    for j, name in enumerate(front.decision_columns):
        columns[name] = _decision(pyarrow, [cells[j] for cells in front.cells])
    table = pyarrow.table(columns)
    written = io.BytesIO()
    with parquet.ParquetWriter(written, table.schema, store_schema=False) as writer:
        writer.write_table(table)
        about = json.dumps(_about(result), ensure_ascii=False)
        writer.add_key_value_metadata({"optimise": about, "made": MARK})
    return written.getvalue()


def _measured(result: Result, /) -> list[str]:
    front = result.front
    return [column.name for column in (*front.columns, *front.indicator_columns)]


def _decision(pyarrow: Any, cells: list[str], /) -> Any:
    """Whole numbers, numbers, or the cells as they are where one is a name or a phase."""
    found = [typed(cell) for cell in cells]
    if any(isinstance(cell, str) for cell in found):
        return pyarrow.array(cells, pyarrow.string())
    if all(isinstance(cell, int) for cell in found):
        return pyarrow.array(found, pyarrow.int64())
    return pyarrow.array(list(map(float, cells)), pyarrow.float64())


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
