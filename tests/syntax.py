"""Programs as trees, each parsed once a process: many rules look at every file of the house."""

from __future__ import annotations

import ast
from functools import cache

__all__ = ["parsed"]


@cache
def parsed(text: str, /) -> ast.Module:
    """The tree of a program, which nobody changes."""
    return ast.parse(text)
