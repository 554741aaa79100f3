"""What the vectors of a refutation exclude: weak duality in exact whole numbers, many vectors at a
time.

Nothing is rounded: floats serve where the sum of all absolute values provably stays within 53 bits,
64-bit numbers where it stays within 62, otherwise Python's own whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from optimiser.engine.certificate.bounds import UNBOUNDED
from optimiser.engine.certificate.error import CertificateError
from optimiser.engine.certificate.refuted_boxes import LEAF
from optimiser.language import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.certificate.refuted_boxes import Refutation
    from optimiser.engine.certificate.system import System

    Integers = NDArray[np.int64]
    Numbers = NDArray[Any]
    Flags = NDArray[np.bool_]

__all__ = ["excluded"]

# Numbers in the arrays of one block of vectors: what a processor's cache holds.
_BLOCK = 1 << 17
_SAFE = 2.0**62 * 0.99
# Whole numbers below are exact as floats too, sums in any order included, and floats multiply
# faster.
_FLOAT = 2.0**53 * 0.99


def excluded(system: System, refutation: Refutation, /) -> list[int]:
    """For every vector the boxes that it excludes from its node, as the bits of a number, the first
    box the lowest.
    """
    found: list[int] = []
    stops = np.cumsum(refutation.sizes)
    limits, unlimited = _limits(system, refutation.boxes)
    for first, last, nodes in _blocks(system, refutation):
        begin = int(stops[first - 1]) if first else 0
        end = int(stops[last - 1])
        rows, multipliers = refutation.rows[begin:end], refutation.multipliers[begin:end]
        starts = np.concatenate([[0], stops[first : last - 1] - begin]).astype(np.int64)
        widest = _widest(system, rows, multipliers, starts, limits)
        exact = np.float64 if widest < _FLOAT else np.int64 if widest < _SAFE else np.object_
        vectors = _vectors(len(system.matrix), rows, multipliers.astype(exact), starts)
        weights = vectors[:, : system.m]
        bound, holds = _bounds(system, nodes, weights, vectors[:, system.m :])
        gone = (
            (bound[:, None] > weights @ limits.T.astype(exact))
            & ~((weights > 0).astype(np.int64) @ unlimited.T > 0)
            & holds[:, None]
        )
        found += _bits(gone.astype(np.bool_))
    return found


def _limits(system: System, boxes: Integers) -> tuple[Integers, Integers]:
    """(b, m) the largest values inside the boxes, and which of them there are none of (1)."""
    unlimited = boxes >= UNBOUNDED
    return np.where(unlimited, 0, boxes - 1), unlimited.astype(np.int64)


def _blocks(system: System, refutation: Refutation) -> Iterator[tuple[int, int, Integers]]:
    """Consecutive vectors ``first`` up to ``last`` and their nodes' boxes (vectors, 2, n)."""
    n = len(system.whole)
    most = max(1, _BLOCK // (4 * n + 4 * len(system.matrix)))
    counts = refutation.counts.tolist()
    boxes = np.empty((most, 2, n), dtype=np.int64)
    first, held = 0, 0
    for node, box in enumerate(_node_boxes(system, refutation)):
        left = counts[node]
        while left:
            more = min(left, most - held)
            boxes[held : held + more] = box
            held, left = held + more, left - more
            if held == most:
                yield first, first + held, boxes
                first, held = first + held, 0
    if held:
        yield first, first + held, boxes[:held]


def _node_boxes(system: System, refutation: Refutation) -> Iterator[Integers]:
    """The box (2, n) of every node in turn; the array is used again."""
    box = np.stack([system.lower, system.upper])
    # (side, column, bound) that each branching on the way to the node has replaced
    replaced: list[tuple[int, int, int]] = []
    # (depth, side, column, bound) of the nodes that follow
    waiting = [(0, 0, 0, 0)]
    for column, value in zip(refutation.columns.tolist(), refutation.values.tolist(), strict=True):
        at, side, changed, bound = waiting.pop()
        while len(replaced) >= max(at, 1):
            before = replaced.pop()
            box[before[0], before[1]] = before[2]
        if at:
            replaced.append((side, changed, int(box[side, changed])))
            box[side, changed] = bound
        yield box
        if column != LEAF:
            if not box[0, column] <= value < box[1, column]:
                raise CertificateError(tr("a branching is outside its column's box"))
            waiting.append((at + 1, 0, column, value + 1))
            waiting.append((at + 1, 1, column, value))


def _widest(
    system: System, rows: Integers, multipliers: Integers, starts: Integers, limits: Integers
) -> float:
    """At least the sum of the absolute values of everything that is added for a vector, the largest
    of all vectors.
    """
    m = system.m
    sizes = np.maximum(
        np.abs(system.lower.astype(np.float64)), np.abs(system.upper.astype(np.float64))
    ).sum()
    sides = np.maximum(
        np.abs(system.low.astype(np.float64)), np.abs(system.high.astype(np.float64))
    )
    reach = np.abs(limits.astype(np.float64)).max(axis=0, initial=0.0)
    beside = np.concatenate([np.abs(system.constants.astype(np.float64)) + reach, sides])
    weight = (
        np.abs(system.matrix.astype(np.float64)).max(axis=1, initial=0.0) * (1.0 + sizes) + beside
    )
    return (
        float(
            np.add.reduceat(
                np.abs(multipliers.astype(np.float64)) * (1.0 + weight[rows]), starts
            ).max(initial=0.0)
        )
        + m
    )


def _vectors(height: int, rows: Integers, multipliers: Numbers, starts: Integers) -> Numbers:
    """(v, height) the multipliers of every vector, those of a row that comes twice added."""
    vector = np.zeros(len(rows), dtype=np.int64)
    vector[starts[1:]] = 1
    place = np.cumsum(vector) * height + rows
    found = np.zeros(len(starts) * height, dtype=multipliers.dtype)
    np.add.at(found, place, multipliers)
    return found.reshape(len(starts), height)


def _bounds(
    system: System, boxes: Integers, weights: Numbers, duals: Numbers, /
) -> tuple[Numbers, Flags]:
    """(v,) the bound of every vector, and whether it is one: an endless column must not matter.

    Args:
        system: the rows.
        boxes: (v, 2, n) of the vectors' nodes.
        weights: (v, m) of the objectives, in numbers that hold every sum.
        duals: (v, r) of the rows, likewise.
    """
    m, exact = system.m, weights.dtype
    matrix = system.matrix.astype(exact)
    sides = np.maximum(duals, 0) @ system.low.astype(exact)
    sides += np.minimum(duals, 0) @ system.high.astype(exact)
    reduced = weights @ matrix[:m] - duals @ matrix[m:]
    up, down = np.maximum(reduced, 0), np.minimum(reduced, 0)
    best = (up * boxes[:, 0] + down * boxes[:, 1]).sum(axis=1)
    holds: Flags = np.ones(len(boxes), dtype=np.bool_)
    if not (system.lower_known.all() and system.upper_known.all()):
        holds = ~(
            (up > 0)[:, ~system.lower_known].any(axis=1)
            | (down < 0)[:, ~system.upper_known].any(axis=1)
        )
    return weights @ system.constants.astype(exact) + sides + best, holds


def _bits(flags: Flags) -> list[int]:
    """Every row of (v, b) flags as a number."""
    if flags.shape[1] == 1:
        return [int(flag) for flag in flags[:, 0].tolist()]
    packed = np.packbits(flags, axis=1, bitorder="little")
    return [int.from_bytes(row.tobytes(), "little") for row in packed]
