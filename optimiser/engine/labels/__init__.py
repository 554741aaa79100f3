"""Label setting on decision diagrams: a second engine for finite fronts of linear models, which
shares nothing with the search zones but the problem.

The search itself is compiled from ``native/``; an installation that was made without a C++
compiler does not have it.
"""

from __future__ import annotations

from importlib.util import find_spec

__all__ = ["compiled"]


def compiled() -> bool:
    """Whether this installation has the compiled part."""
    return find_spec(f"{__name__}._native") is not None
