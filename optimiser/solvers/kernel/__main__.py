"""Compile the engine now, so that no later run has to: ``python -m optimiser.solvers.kernel``."""

from __future__ import annotations

import numpy as np

from optimiser.solvers.kernel import IntegerProgram, solve_front

__all__: list[str] = []


def _compile() -> None:
    """A small front of each number of objectives goes through everything that is compiled."""
    rows = np.array([[3, 5, 2, 4, 0], [1, -1, 0, 0, 0]], dtype=np.int64)
    for m in (1, 2, 3):
        solve_front(
            IntegerProgram(
                objectives=np.array([[-4, -5, -3, -6, -2], [2, 7, 1, 3, 0], [5, 1, 4, 2, 1]], dtype=np.int64)[:m],
                rows=rows,
                row_lower=np.array([0, -1], dtype=np.int64),
                row_upper=np.array([9, 1], dtype=np.int64),
                lower=np.zeros(5, dtype=np.int64),
                upper=np.ones(5, dtype=np.int64),
                products={4: (0, 1)},
            )
        )


if __name__ == "__main__":
    _compile()
