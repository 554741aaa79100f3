"""Every plan of every variant of a sweep in one table, for programs that analyse many results."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

from optimiser import paths
from optimiser.errors import UsageError
from optimiser.exports import parquet
from optimiser.language import tr
from optimiser.results.places import FRONT_FILE
from optimiser.results.table import FIXED, cell_text, table_text

if TYPE_CHECKING:
    from optimiser.sweeps.sweeping import Swept

__all__ = ["plans_csv", "plans_parquet"]

_VARIANT = "variant"


def plans_csv(found: Swept, folder: Path, /) -> str:
    """The plans as RFC 4180 text."""
    columns = _columns(found, folder)
    return table_text([tuple(columns), *zip(*columns.values(), strict=True)])


def plans_parquet(found: Swept, folder: Path, /) -> bytes:
    """The plans as typed columns; what a variant has not is null. Needs pyarrow."""
    about = {
        "scenario": found.design.name,
        "scenario_hash": found.design.scenario_hash,
        "varied": list(found.design.varied),
        "variants": {one["id"]: one["proof"] for one in found.summaries if one["proof"]},
    }
    objectives = {column["name"] for one in found.summaries for column in one["columns"]}
    return parquet.written(_columns(found, folder), about, numbers=("score", *objectives))


def _columns(found: Swept, folder: Path, /) -> dict[str, list[str]]:
    """Name -> a cell a plan: variant, plan, rank, score, the varied values, and what ``front.csv``
    of any variant has; empty where a variant has no such column.

    Raises:
        UsageError: the plans of a variant cannot be read.
    """
    done = [one for one in found.summaries if one["status"] == "done"]
    columns: dict[str, list[str]] = {name: [] for name in (_VARIANT, *FIXED, *found.design.varied)}
    rows = 0
    for one in done:
        heads, plans = _table(folder / one["id"] / FRONT_FILE)
        own = dict(zip(map(_named, heads), zip(*plans, strict=True), strict=True))
        own[_VARIANT] = (one["id"],) * len(plans)
        own |= {path: (cell_text(value),) * len(plans) for path, value in one["values"].items()}
        columns |= {name: [""] * rows for name in own if name not in columns}
        rows += len(plans)
        for name, cells in columns.items():
            cells.extend(own.get(name, ("",) * len(plans)))
    return columns


def _table(file: Path, /) -> tuple[list[str], list[list[str]]]:
    """The headings and the rows of the plans of a variant.

    Raises:
        UsageError: it is no such table.
    """
    try:
        text = paths.content(file).decode("utf-8")
        heads, *plans = csv.reader(io.StringIO(text, newline=""), strict=True)
    except FileNotFoundError:
        reason = tr("there is none")
    except (ValueError, csv.Error) as error:
        reason = str(error)
    else:
        named = tuple(heads[: len(FIXED)]) == FIXED and len(set(heads)) == len(heads)
        if named and plans and all(len(row) == len(heads) for row in plans):
            return heads, plans
        reason = tr("it is no table of plans")
    raise UsageError(
        tr("cannot read {path}: {reason}", path=file, reason=reason),
        help=tr("remove the folder of the variant, and start the sweep again"),
    )


def _named(heading: str, /) -> str:
    """A technology may be called like the column before it."""
    return f"technologies.{heading}" if heading == _VARIANT else heading
