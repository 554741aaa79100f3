"""How the compiled functions of this package are compiled: once, to disk, without IEEE corner cases
nobody relies on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
from numba.core.caching import CompileResultCacheImpl, FunctionCache, UserProvidedCacheLocator

from optimiser import interrupts
from optimiser.engine.exact.kernel.cache import directory

__all__ = ["FEASIBLE", "compiled", "entry", "inlined", "outer"]

Function = Callable[..., Any]

# How far a basic variable may stand outside its bounds in floating point; every conclusion is
# checked in integers.
FEASIBLE = 1e-7

# Infinities stay meaningful (no ``ninf``): ratios without a candidate are infinite. Nothing
# produces a NaN that is used. No ``arcp``: floors of exact quotients must stay exact.
OPTIONS: dict[str, Any] = {
    "error_model": "numpy",
    "fastmath": {"contract", "reassoc", "nsz", "nnan"},
}
# Called from compiled code only: no wrappers. And no counting of references, since nothing here
# creates an array and the entry holds them all: some thirty arrays counted up and down, atomically,
# at every call cost more than the arithmetic.
INNER: dict[str, Any] = {
    **OPTIONS,
    "_nrt": False,
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}


def entry(function: Function, /) -> Any:
    """``function`` compiled at its first call and cached on disk, callable from Python, where other
    threads go on meanwhile.
    """
    return _decorated(function, {**OPTIONS, "nogil": True})


def outer(function: Function, /) -> Any:
    """``function`` compiled for other compiled functions, seldom called: it may take apart the
    named tuples of arrays.
    """
    return _decorated(function, {**OPTIONS, "no_cpython_wrapper": True, "no_cfunc_wrapper": True})


def compiled(function: Function, /) -> Any:
    """``function`` compiled for other compiled functions; it must not create arrays (views are
    fine).
    """
    return _decorated(function, INNER)


def inlined(function: Function, /) -> Any:
    """``function`` as part of its callers: for what is called in one or two places, very often,
    with many arrays.
    """
    return _decorated(function, {**INNER, "inline": "always"})


def _decorated(function: Function, options: dict[str, Any], /) -> Any:
    """``function`` compiled with ``options`` and cached in our own folder.

    One function must be decorated one way only: the cache does not tell with and without wrappers
    apart.
    """
    cache: Any = _InOneFolderCache
    dispatcher: Any = numba.njit(**options)(function)
    folder = directory()
    if folder is None:
        return dispatcher
    config: Any = numba.config
    before = config.CACHE_DIR
    config.CACHE_DIR = str(folder)
    try:
        dispatcher._cache = _KeptCode(cache(function))
    except (OSError, RuntimeError):  # nothing can be written there after all
        return dispatcher
    finally:
        config.CACHE_DIR = before
    return dispatcher


class _InOneFolder(CompileResultCacheImpl):
    """Compiled code in the folder that was found good, and nowhere else."""

    _locator_classes: Any = (UserProvidedCacheLocator,)


class _InOneFolderCache(FunctionCache):
    _impl_class = _InOneFolder


class _KeptCode:
    """A cache that may fail: what cannot be read is compiled, what cannot be written is not
    kept.
    """

    def __init__(self, cache: Any, /) -> None:
        self._cache = cache

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cache, name)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        try:
            return self._cache.load_overload(sig, target_context)
        except Exception:  # a damaged pickle raises what it likes
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        try:
            with interrupts.held():
                self._cache.save_overload(sig, data)
        except Exception:  # a full disk, a damaged index
            self._cache.disable()
