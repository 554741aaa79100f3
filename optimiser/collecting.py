"""When Python looks for cycles among what was made.

It looks after so many new objects, at all that are new: of a large scenario or result, which are
kept, that takes a seventh of the time of reading them, and finds nothing.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator
from typing import Final

__all__ = ["SELDOM", "collecting_nothing"]

# a run makes many objects and few cycles: collecting after every 700 costs a tenth of a short run,
# looking at the older ones again with every tenth collection a tenth of reading a large scenario
SELDOM: Final = 100_000, 100, 100
"""The thresholds of a command's own process; who imports the package has others."""


@contextlib.contextmanager
def collecting_nothing(*, kept: bool = False) -> Iterator[None]:
    """Keep the collector of cycles off what is read.

    Args:
        kept: whether a command keeps it until it ends, so that it is not looked at afterwards
            either, where that would come at once; who imports the package may let go of it.
    """
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            if kept and gc.get_count()[0] > gc.get_threshold()[0] == SELDOM[0]:
                gc.freeze()
            gc.enable()
