"""Stacks of small linear systems, some of which may be singular."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from optimiser.engine.problem import Floats

__all__ = ["solve"]


def solve(a: Floats, b: Floats, /) -> Floats:
    """(k, n, n), (k, n, r) -> (k, n, r); where one system has no unique solution all get the
    shortest best one.
    """
    a, b = (
        np.nan_to_num(a, posinf=1e200, neginf=-1e200),
        np.nan_to_num(b, posinf=1e200, neginf=-1e200),
    )
    with np.errstate(all="ignore"):
        try:
            found: Floats = np.asarray(np.linalg.solve(a, b), dtype=np.float64)
        except np.linalg.LinAlgError:
            found = np.asarray(
                np.linalg.pinv(np.clip(a, -1e100, 1e100), hermitian=True) @ b, dtype=np.float64
            )
        return np.nan_to_num(found, nan=0.0, posinf=0.0, neginf=0.0)
