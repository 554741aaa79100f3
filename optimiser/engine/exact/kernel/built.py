"""Whether the compiled part of the kernel is there."""

from __future__ import annotations

from importlib.util import find_spec

__all__ = ["compiled"]


def compiled() -> bool:
    """Whether this installation has it; it needs a C++ compiler to be built."""
    return find_spec("optimiser.engine.exact.kernel._native") is not None
