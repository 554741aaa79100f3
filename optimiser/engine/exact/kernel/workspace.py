"""The arrays of a run, made and grown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.exact.kernel.integer_program import NormalForm, Precision
from optimiser.engine.exact.kernel.interface import ModelArrays, Roots, SearchArrays, StateArrays
from optimiser.engine.exact.kernel.places import COUNT, HEADER, SCALARS, WIDEST, ZONE_SCALARS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

__all__ = ["grown", "model", "roots", "search", "state", "tableau_height"]

# bytes for kept relaxations: of hundreds of preferences among thousands of columns all would take
# gigabytes
_ROOTS = 256 << 20


def tableau_height(form: NormalForm, /) -> int:
    """Rows of a tableau: the dense ones, the sparse ones that may be in it at a time, the
    objective, one to spare.
    """
    n = int(form.objectives.shape[1])
    return len(form.dense) + min(len(form.sparse[0]) - 1, n + 32) + 2


def model(form: NormalForm, widths: Precision, costs: Integers, /) -> ModelArrays:
    """The compiled code's view of a normal form; ``costs`` (c, n) are what may be minimised."""
    return ModelArrays(
        np.ascontiguousarray(costs), form.dense, *form.sparse, *form.by_column, form.branchable,
        *form.products,
        form.lower, form.upper, widths.cap, np.array(widths.scale, dtype=np.int64),
    )  # fmt: skip


def roots(model: ModelArrays, height: int, /) -> Roots:
    """Room for one relaxation per cost, or for as many as are not too large together: then costs
    take turns.
    """
    total, (costs, n) = len(model.low), model.c.shape
    count = max(1, min(costs, _ROOTS // (8 * height * n)))
    return Roots(
        np.zeros((count, height, n)), np.zeros((count, height)), np.zeros((count, n)),
        np.zeros((count, height), dtype=np.int64), np.zeros((count, n), dtype=np.int64),
        np.zeros((count, total)), np.zeros((count, total)), np.full((count, 4),
        [0, 0, -1, -1], dtype=np.int64),
    )  # fmt: skip


def search(form: NormalForm, stack: int, /) -> SearchArrays:
    """Room for one tree whose open nodes take at most ``stack`` bytes."""
    d, n = form.dense.shape
    s = len(form.sparse[0]) - 1
    total, height = n + d + s, tableau_height(form)
    steps = (form.upper[:n] - form.lower[:n]).clip(min=0)
    trail = n + int(steps.sum()) + 8
    depth = trail + 1
    size = min(stack // 8, depth * (height * (n + 1) + n + 2))
    result = SearchArrays(
        _whole(SCALARS), np.zeros((height, n)), np.zeros(height), np.zeros(n), _whole(height),
        _whole(n), _whole(total),
        np.zeros(total), np.zeros(total), np.zeros(n), np.zeros(n), _whole(n), _whole(n), _whole(2,
        d + s), _whole(n),
        _whole(d, n), _whole(d), _whole(n), _whole(n), _whole(n), _whole(trail), np.zeros((trail,
        2)), np.empty(size),
        np.empty(min(stack // 8, depth * (height + n + d + HEADER)), dtype=np.int64), np.zeros(3),
    )  # fmt: skip
    result.S[WIDEST] = max(1, int(steps.max()))
    return result


def state(model: ModelArrays, p: int, zones: int, points: int, /) -> StateArrays:
    """One zone that holds everything, and room for more."""
    n = model.c.shape[1]
    top = model.high[n : n + p].astype(np.int64) + 1
    result = StateArrays(
        _whole(ZONE_SCALARS), _whole(zones, p), _whole(zones, p), np.zeros(zones), _whole(zones),
        _whole(points, p),
        np.zeros((points, n), dtype=np.int32), _whole(points, p),
        model.low[n : n + p].astype(np.int64), top, _whole(p),
        _whole(p), np.zeros(p),
    )  # fmt: skip
    result.U[0] = top
    result.defining[0] = -1
    result.score[0] = -1.0
    result.Z[COUNT] = 1
    return result


def _whole(*shape: int) -> Integers:
    return np.zeros(shape, dtype=np.int64)


def grown(state: StateArrays, /) -> StateArrays:
    """The same state with twice the room for zones and points."""
    bigger = {}
    for name, array in state._asdict().items():
        bigger[name] = array
        if name in ("U", "defining", "score", "direction", "Y", "X", "chain"):
            grown = np.zeros((2 * len(array), *array.shape[1:]), dtype=array.dtype)
            grown[: len(array)] = array
            bigger[name] = grown
    return type(state)(**bigger)
