"""Compile what is compiled once, so that no later run has to: ``python -m optimiser.engine``."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from optimiser.engine.exact.kernel import IntegerProgram, solve_front
from optimiser.engine.exact.refuting import refute
from optimiser.engine.sparse_rows import sparse_rows

__all__: list[str] = []

_UNBOUNDED = 2**62


def _compile() -> None:
    """A small front of each number of objectives goes through everything that is compiled, and one
    is proven complete.
    """
    rows = np.array(
        [[3, 5, 2, 4, 0], [1, -1, 0, 0, 0], [1, 0, 0, 0, -1], [0, 1, 0, 0, -1], [-1, -1, 0, 0, 1]],
        dtype=np.int64,
    )
    low, high = (
        np.array([0, -1, 0, 0, -1], dtype=np.int64),
        np.array([9, 1, 1, 1, 0], dtype=np.int64),
    )
    objectives = np.array([[-4, -5, -3, -6, -2], [2, 7, 1, 3, 0], [5, 1, 4, 2, 1]], dtype=np.int64)
    zero, one = np.zeros(5, dtype=np.int64), np.ones(5, dtype=np.int64)
    for m in (1, 2, 3):
        program = IntegerProgram(
            objectives=objectives[:m],
            rows=sparse_rows([dict(enumerate(row)) for row in rows.tolist()], 5),
            row_lower=low,
            row_upper=high,
            lower=zero,
            upper=one,
            products={4: (0, 1)},
        )
        points = solve_front(program).points
        if m == 2:
            _refute(program, rows, points)


def _refute(program: IntegerProgram, rows: np.ndarray, points: np.ndarray) -> None:
    """The front of two objectives is complete: nothing lies between its points."""
    first, second = points[np.argsort(points[:, 0])].T
    boxes = np.column_stack([[*first, _UNBOUNDED], [_UNBOUNDED, *second]])
    count, known = len(rows), np.ones(5, dtype=bool)
    system = SimpleNamespace(
        matrix=np.vstack([program.objectives, rows]),
        constants=np.zeros(2, dtype=np.int64),
        low=program.row_lower,
        high=program.row_upper,
        low_known=np.ones(count, dtype=bool),
        high_known=np.ones(count, dtype=bool),
        lower=program.lower,
        upper=program.upper,
        lower_known=known,
        upper_known=known,
        whole=known,
    )
    for _ in refute(system, boxes.astype(np.int64)):
        pass


if __name__ == "__main__":
    _compile()
