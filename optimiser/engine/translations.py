"""Translations of a view of a problem: made once, and kept with the view."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

__all__ = ["kept"]

_View = TypeVar("_View")
_Made = TypeVar("_Made")


def kept(make: Callable[[_View], _Made], /) -> Callable[[_View], _Made]:
    """``make`` called once for each view, whose translation it is, and the answer kept with it."""
    name = f"{make.__module__}.{make.__qualname__}"

    @wraps(make)
    def once(view: _View, /) -> _Made:
        made = vars(view)
        if name not in made:
            made[name] = make(view)
        found: _Made = made[name]
        return found

    return once
