"""The nearest plans that are better in something, and what they ask for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimiser.analysis.differences import rows_apart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimiser.front import Floats, Front

__all__ = [
    "Difference",
    "Neighbour",
    "difference",
    "nearest_better",
    "neighbours",
]


@dataclass(frozen=True)
class Difference:
    """What another plan decides otherwise: what it adopts on top, what it does not adopt, and what
    it does at another level, by another amount or from another phase.
    """

    add: tuple[str, ...]
    drop: tuple[str, ...]
    alter: tuple[str, ...]


@dataclass(frozen=True)
class Neighbour:
    """A listed plan near another one.

    Attributes:
        row: in the front.
        gains: the objectives for each of which it is the nearest plan that is better.
        change: (m,) its values less those of the plan, the user's units and directions.
        differs: in what it decides otherwise.
    """

    row: int
    gains: tuple[int, ...]
    change: tuple[float, ...]
    differs: Difference


def neighbours(front: Front, own: int, scale: Floats, /) -> tuple[Neighbour, ...]:
    """For each objective the nearest of the plans of a front that are better in it than one of
    them, each plan once; distances are shares of the (m,) scale.
    """
    rows: dict[int, list[int]] = {}
    for k, row in enumerate(nearest_better(front.order, front.order[own], scale)):
        if row is not None:
            rows.setdefault(row, []).append(k)
    return tuple(
        Neighbour(
            row,
            tuple(gains),
            rows_apart(front, row, own),
            difference(front.decision_columns, front.cells[own], front.cells[row]),
        )
        for row, gains in rows.items()
    )


def nearest_better(values: Floats, own: Floats, scale: Floats, /) -> list[int | None]:
    """For each objective the row of the nearest plan that is better in it: the one whose largest
    difference is the least share of the scale; of several the first; None where none is better.

    Args:
        values: (k, m) minimised.
        own: (m,) of the plan, likewise.
        scale: (m,) what differences are shares of; an objective whose scale is 0 counts nothing.
    """
    if not np.isfinite(own).all():
        return [None] * len(own)
    ways = np.where(scale > 0.0, scale, np.inf)
    apart = (np.abs(values - own) / ways).max(axis=1)
    found: list[int | None] = []
    for k in range(len(own)):
        better = values[:, k] < own[k]
        far = np.where(better, apart, np.inf)
        found.append(int(np.argmin(far)) if better.any() else None)
    return found


def difference(names: Sequence[str], own: Sequence[str], other: Sequence[str], /) -> Difference:
    """What the other plan decides otherwise."""
    moved = [(n, a, b) for n, a, b in zip(names, own, other, strict=True) if a != b]
    return Difference(
        tuple(n for n, a, _ in moved if a == "0"),
        tuple(n for n, _, b in moved if b == "0"),
        tuple(n for n, a, b in moved if "0" not in (a, b)),
    )
