"""Plans as rows of cells, and their ids."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from optimiser.formulate.decisions import number_cell

if TYPE_CHECKING:
    from optimiser.formulate.decisions import Decision
    from optimiser.front import Floats

__all__ = ["named_plans"]

_FEW = 64  # plans


def named_plans(
    x: Floats, decisions: Sequence[Decision], /
) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
    """(k, n) columns -> k rows of cells, and k ids: ``p`` and 12 hex digits of SHA-256 over the
    sorted ``id=cell`` lines of the decisions that are not 0.

    Numbers enter an id with 9 significant digits, so that the last bits of a float never change it.
    """
    # which of two lines comes first is settled by their names; plans are there without any
    cells: list[list[str]] = []
    lines = {"": [""] * len(x)}
    start = 0
    for decision in decisions:
        stop = start + len(decision.columns)
        own, rows = _distinct(x[:, start:stop])
        texts = [decision.cell(values) for values in own]
        cells.append([texts[row] for row in rows])
        entries = [_line(decision, text) for text in texts]
        lines[f"{decision.name}="] = [entries[row] for row in rows]
        start = stop
    ids = [
        "p" + hashlib.sha256("\n".join(filter(None, row)).encode()).hexdigest()[:12]
        for row in zip(*(lines[name] for name in sorted(lines)), strict=True)
    ]
    return tuple(zip(*cells, strict=True)) if cells else ((),) * len(x), tuple(ids)


def _distinct(values: Floats) -> tuple[Sequence[Sequence[float]], list[int]]:
    """(k, columns) -> the distinct rows, and which of them each is: of few faster one by one."""
    if len(values) > _FEW:
        # most decisions are one column, and to sort rows takes ten times as long
        single = values.shape[1] == 1
        own, rows = np.unique(
            values[:, 0] if single else values, axis=None if single else 0, return_inverse=True
        )
        return own.reshape(len(own), -1).tolist(), rows.reshape(-1).tolist()
    places: dict[tuple[float, ...], int] = {}
    found = [places.setdefault(tuple(row), len(places)) for row in values.tolist()]
    return list(places), found


def _line(decision: Decision, cell: str) -> str:
    """What a cell adds to an id, nothing where it is 0."""
    text = cell
    if decision.kind in ("variable", "scale"):
        amount, separator, phase = cell.partition("@")
        text = number_cell(float(f"{float(amount):.9g}")) + separator + phase
    return "" if text == "0" else f"{decision.name}={text}"
