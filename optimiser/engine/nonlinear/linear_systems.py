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
    a, b = (_finite(part, 1e200) for part in (a, b))
    with np.errstate(all="ignore"):
        try:
            found: Floats = np.asarray(np.linalg.solve(a, b), dtype=np.float64)
        except np.linalg.LinAlgError:
            found = np.asarray(
                np.linalg.pinv(np.clip(a, -1e100, 1e100), hermitian=True) @ b, dtype=np.float64
            )
        return _finite(found, 0.0)


def _finite(values: Floats, most: float) -> Floats:
    """The values themselves where all are finite, as nearly always; else with 0 for what is not a
    number.
    """
    if np.isfinite(values).all():
        return values
    return np.nan_to_num(values, posinf=most, neginf=-most)
