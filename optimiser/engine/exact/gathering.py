"""All plans within limits of a program that was rounded outwards, many limits at a time.

Neighbouring limits mostly hold no plan, or the same: one tree serves sixteen of them, and what it
lists is looked at in the numbers as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.exact.form_rows import FormRows
from optimiser.engine.exact.kernel import NODES_MOST, Single, apart, clustered

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.exact.narrowed import Narrowed
    from optimiser.engine.exact.wide_program import WideProgram

    Integers = NDArray[np.int64]
    Limits = Sequence[int | None]
    Stop = Callable[[], bool]

__all__ = ["Gathering"]

# limits at a time, in so many nodes each; where these do not suffice, half as many
_TOGETHER, _NODES = 16, 2_000
# plans that are looked at for one of them
_LOOKED_AT = 1_000


class Gathering:
    """Lists plans.

    Args:
        problem: what is asked about.
        narrow: the same as the engine takes it.
    """

    def __init__(self, problem: WideProgram, narrow: Narrowed, /) -> None:
        self._problem, self._rows = problem, FormRows(problem, narrow)
        form, p = narrow.form, len(narrow.form.objectives)
        self._single = Single(form, form.objectives)
        n = len(problem.columns)
        ends = (form.lower[n : n + p], form.upper[n : n + p])
        self._low, self._high = (end.astype(np.int64) for end in ends)

    def within(
        self, highest: Sequence[Limits], stop: Stop, /
    ) -> Iterator[tuple[int, list[Integers] | None]]:
        """For each of the limits, in any order: its place, and all plans (n,) within it; None where
        that takes long, or was stopped.
        """
        rows, form = self._rows, self._rows.form
        limits = np.zeros((len(highest), len(form.objectives)), dtype=np.int64)
        asked = []
        for i, limit in enumerate(highest):
            own = None if form.infeasible else rows.limits(limit)
            if own is None or (own < self._low).any():
                yield i, []
                continue
            limits[i] = np.minimum(own, self._high)
            asked.append(i)
        some = np.array(asked, dtype=np.int64)
        together = _TOGETHER
        width = np.maximum(1, self._high - self._low)
        waiting = [some[group] for group in clustered(limits[some], _TOGETHER)][::-1]
        while waiting:
            group = waiting.pop()
            if len(group) > together:
                waiting += [group[together:], group[:together]]
                continue
            shares = (limits[group] - self._low) / width
            if (parts := apart(shares)) is not None:
                waiting += [group[part] for part in parts]
                continue
            nodes = NODES_MOST if len(group) == 1 else _NODES * len(group)
            found = None
            if not stop():
                aim = int(shares.mean(axis=0).argmin())
                found = self._single.within(limits[group], _LOOKED_AT, nodes, stop, aim=aim)
            if found is None and len(group) > 1 and not stop():
                together = max(1, len(group) // 2)
                waiting += [group[together:], group[:together]]
                continue
            together = min(_TOGETHER, max(together, 2 * len(group)))
            yield from self._sorted(group, highest, found)

    def _sorted(
        self,
        group: Integers,
        highest: Sequence[Limits],
        found: tuple[Integers, Integers] | None,
    ) -> Iterator[tuple[int, list[Integers] | None]]:
        """The plans that were found, by the limits that hold them."""
        plans, whose = (np.zeros((0, 0), dtype=np.int64),) * 2 if found is None else found
        held = [(self._problem.values(x), x) for x in plans if self._problem.holds(x)]
        listed = np.bincount(whose.ravel(), minlength=len(group))
        for at, i in enumerate(group.tolist()):
            if found is None or listed[at] > _LOOKED_AT:
                yield i, None
                continue
            yield i, [x for y, x in held if _below(y, highest[i])]


def _below(y: Sequence[int], highest: Limits) -> bool:
    return all(high is None or v <= high for v, high in zip(y, highest, strict=True))
