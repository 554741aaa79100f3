"""How the compiled functions of this package are compiled: once, to disk, without IEEE corner cases nobody relies on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba

__all__ = ["FEASIBLE", "compiled"]

F = TypeVar("F", bound=Callable[..., Any])

# How far a basic variable may stand outside its bounds in floating point; every conclusion is checked in integers.
FEASIBLE = 1e-7


def compiled(function: F, /) -> F:
    """``function`` compiled at its first call and cached on disk.

    Infinities stay meaningful (no ``ninf``; nothing here produces a NaN that is used): ratios without a candidate are infinite.
    """
    decorate = numba.njit(cache=True, error_model="numpy", fastmath={"contract", "reassoc", "nsz", "nnan"})
    result: F = decorate(function)
    return result
