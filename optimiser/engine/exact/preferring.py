"""The canonical plan of each point, looked for beside the search where a second thread may be
used.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from numpy.typing import NDArray

    from optimiser.engine.contract import Budget
    from optimiser.engine.exact.kernel import IntegerProgram, KernelProgress, Preference

    Integers = NDArray[np.int64]

__all__ = ["Preferring"]

# Points are handed over at one look in so many: among more of them there are nearer neighbours, and
# these are settled in one tree.
_LOOKS = 16


class Preferring:
    """Settles which of the plans with equal objectives is listed.

    That is a question of its own for every point: its answer does not depend on who asks when, and
    the compiled engine lets other threads work, so that the answers are there about when the search
    ends.

    Args:
        program: arrays of whole numbers.
        weights: (w, n) what is minimised one after the other among plans with equal objectives.
        budget: watched now and then; once it is exhausted the remaining plans stay as they are.
        workers: threads that may be used, the search's own among them.
    """

    def __init__(
        self, program: IntegerProgram, weights: Integers, budget: Budget, /, *, workers: int
    ) -> None:
        self._program, self._weights, self._budget = program, weights, budget
        self._over = False
        self._pool = ThreadPoolExecutor(1) if workers > 1 else None
        self._waiting: list[Future[None]] = []
        self._seen = self._looks = 0
        self._preference: Preference | None = None
        self._settled: dict[tuple[int, ...], tuple[Integers, bool]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over = True
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def see(self, progress: KernelProgress, /) -> None:
        """Look at the points found so far, and hand them over now and then."""
        self._looks += 1
        if self._pool is None or self._looks % _LOOKS:
            return
        if progress.points > self._seen:
            self._waiting.append(self._pool.submit(self._settle, progress.plans(self._seen)))
            self._seen = progress.points

    def finish(self, plans: Integers, /) -> tuple[Integers, int]:
        """(k, n) the plans to list in place of these, and of how many points that is not proven."""
        for one in self._waiting:
            one.result()
        points = [tuple(y) for y in (plans @ self._program.objectives.T).tolist()]
        self._settle(
            np.array(
                [x for x, y in zip(plans, points, strict=True) if y not in self._settled],
                dtype=np.int64,
            )
        )
        found = [self._settled.get(y, (x, False)) for x, y in zip(plans, points, strict=True)]
        listed = np.array([x for x, _ in found], dtype=np.int64).reshape(plans.shape)
        return listed, sum(not proven for _, proven in found)

    def _stop(self) -> bool:
        return self._over or self._budget.exhausted() is not None

    def _settle(self, plans: Integers) -> None:
        from optimiser.engine.exact.kernel import Preference

        if not len(plans) or self._stop():
            return
        self._preference = self._preference or Preference(self._program, self._weights)
        found = self._preference.settle(plans, stop=self._stop)
        points = (plans @ self._program.objectives.T).tolist()
        for y, x, proven in zip(points, found.x, found.proven, strict=True):
            self._settled[tuple(y)] = (x, bool(proven))
