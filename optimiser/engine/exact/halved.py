"""Least values where the compiled engine takes no program: by questions whether anything is within
limits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.exact.relaxed import Relaxed
    from optimiser.engine.exact.wide_program import WideProgram

    Integers = NDArray[np.int64]
    Limits = Sequence[int | None]
    Stop = Callable[[], bool]

__all__ = ["Halved"]

# nodes of a question, and how many times as many each time that one is left open
_NODES, _DEEPER = 64, 4


class Halved:
    """Least values by questions: the interval between what is proven and what is found is
    halved again and again.

    Args:
        asked: answers them.
        problem: what is asked about.

    Attributes:
        bound: what the objective asked about last is proven to be at least.
    """

    def __init__(self, asked: Relaxed, problem: WideProgram, /) -> None:
        self._asked, self._problem = asked, problem
        self.bound: int | None = None
        self._best: Integers | None = None

    @property
    def nodes(self) -> int:
        """Nodes of all questions so far."""
        return self._asked.nodes

    def incumbent(self) -> Integers | None:
        """The best plan (n,) so far of the search that is under way."""
        return self._best

    def find(
        self, k: int, highest: Limits, best: Integers | None, stop: Stop, /
    ) -> Iterator[tuple[Integers | None, bool] | None]:
        """None now and then, in the end the plan (n,) with the least objective k within limits, and
        whether it is proven.
        """
        self._best = best
        low, nodes = self._asked.bound(k), _NODES
        self.bound = low
        while self._best is None or self._problem.values(self._best)[k] > low:
            value = (
                None if self._best is None else (low + self._problem.values(self._best)[k] - 1) // 2
            )
            limits = [value if j == k else high for j, high in enumerate(highest)]
            x, settled = self._asked.ask(limits, nodes, None)
            if x is not None:
                self._best = x
            elif not settled:
                nodes *= _DEEPER
            elif value is None:
                yield None, True
                return
            else:
                low = self.bound = value + 1
            yield None
        yield self._best, True
