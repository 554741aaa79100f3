"""How the compiled functions of this package are compiled: once, to disk, without IEEE corner cases nobody relies on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba

__all__ = ["FEASIBLE", "compiled", "entry", "inlined", "outer"]

F = TypeVar("F", bound=Callable[..., Any])

# How far a basic variable may stand outside its bounds in floating point; every conclusion is checked in integers.
FEASIBLE = 1e-7

# Infinities stay meaningful (no ``ninf``): ratios without a candidate are infinite. Nothing produces a NaN that is used.
OPTIONS: dict[str, Any] = {"cache": True, "error_model": "numpy", "fastmath": {"contract", "reassoc", "nsz", "nnan"}}


def entry(function: F, /) -> F:
    """``function`` compiled at its first call and cached on disk, callable from Python."""
    result: F = numba.njit(**OPTIONS)(function)
    return result


def outer(function: F, /) -> F:
    """``function`` compiled for other compiled functions only, which saves the wrappers."""
    result: F = numba.njit(**OPTIONS, no_cpython_wrapper=True, no_cfunc_wrapper=True)(function)
    return result


def compiled(function: F, /) -> F:
    """``function`` compiled for other compiled functions only: no wrappers, and no counting of references.

    It must not create arrays (views are fine): its caller holds every array. Counting costs more than the arithmetic here:
    each of some thirty arrays would be counted up and down, atomically, at every call.
    """
    result: F = numba.njit(**OPTIONS, _nrt=False, no_cpython_wrapper=True, no_cfunc_wrapper=True)(function)
    return result


def inlined(function: F, /) -> F:
    """``function`` as part of its callers: for what is called in one or two places with many arrays."""
    result: F = numba.njit(**OPTIONS, _nrt=False, no_cpython_wrapper=True, no_cfunc_wrapper=True, inline="always")(function)
    return result
