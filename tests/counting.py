"""Work counted instead of timed: a machine that is slow or has other things to do says the same."""

from __future__ import annotations

import sys
from collections.abc import Callable

__all__ = ["calls"]


def calls(what: Callable[[], object], /) -> int:
    """How many functions it calls, Python's and C's, once it has been called before."""
    found = 0

    def see(_: object, event: str, __: object) -> None:
        nonlocal found
        found += event.endswith("call")

    what()  # what is done once a process
    sys.setprofile(see)
    try:
        what()
    finally:
        sys.setprofile(None)
    return found
