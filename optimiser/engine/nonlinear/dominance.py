"""Which points no other dominates, for every batch and for the archive: with many objectives half
of a run, compiled from ``native/`` where there was a C++ compiler.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from optimiser.engine.nonlinear.reaching import Positions
    from optimiser.engine.problem import Floats

__all__ = ["non_dominated"]

# with fewer objectives sorting is faster than a tree
_MANY = 4


def non_dominated(y: Floats, /) -> Positions:
    """(k, m) finite -> the increasing positions of the points that no other dominates; of equal
    ones that of the first.
    """
    if y.shape[1] >= _MANY and (compiled := _compiled()) is not None:
        return compiled(y)
    import moocore

    return np.flatnonzero(moocore.is_nondominated(y))


@cache
def _compiled() -> Callable[[Floats], Positions] | None:
    if find_spec("optimiser.engine.nonlinear._native") is None:
        return None
    from optimiser.engine.nonlinear._native import undominated

    return undominated
