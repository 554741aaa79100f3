"""Questions to the compiled engine about one program: is there a plan within limits, and what is
the least value there?

Where the program was rounded outwards, "there is none" holds as it stands, and a plan is one only
if it holds in the numbers as they are; see :mod:`.posed`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.exact.form_rows import FormRows
from optimiser.engine.exact.kernel import (
    NODES_MOST,
    Halt,
    RefusedError,
    Single,
)
from optimiser.frozen import dataclass

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.exact.corners import Frame
    from optimiser.engine.exact.kernel import NormalForm
    from optimiser.engine.exact.narrowed import Narrowed
    from optimiser.engine.exact.wide_program import WideProgram

    Integers = NDArray[np.int64]
    Limits = Sequence[int | None]
    Stop = Callable[[], bool]

__all__ = ["LeastAnswer", "Within"]

# plans of a rounded program that are looked at before the question is left open
_LOOKED_AT = 64
_COLLECTED = 20_000
# a search for a corner has no budget of nodes: it is the clock that ends it
_ENDLESS = 1 << 30
_WIDEN = 4
# how far beyond the relaxation's bound a least value is looked for first, and how many times
# further each time
_AT_FIRST, _FURTHER = 1, 2
# bits of the numbers in the sum that guides a search: about as many as the rows have, or bounds
# drown
_GUIDE = (20, 28, 36, 12)


class Within:
    """Is there a plan whose objectives are nowhere above given limits?

    Args:
        problem: what is asked about.
        narrow: the same as the engine takes it.
        frame: the objectives' least values and ranges, or what is about that: a guide, no claim.
    """

    def __init__(self, problem: WideProgram, narrow: Narrowed, frame: Frame, /) -> None:
        self._rows = FormRows(problem, narrow)
        self._asking = _single_of(narrow.ordered)
        self._ideal, self._ranges = self._rows.framed(frame)
        self._cost, self._single = _guide(self._rows, frame.scale)
        self._every: Single | None = None

    @property
    def nodes(self) -> int:
        """Nodes of all searches so far but those for equal plans."""
        return self._asking.nodes + self._single.nodes

    def ask(
        self, highest: Limits, nodes: int, stop: Stop | None, /, *, looked: int = _LOOKED_AT
    ) -> tuple[Integers | None, bool]:
        """A plan (n,) within the limits, or None; and whether None is proven: where the program is
        rounded, so many plans of it are looked at.
        """
        rows = self._rows
        if rows.form.infeasible or (limits := rows.limits(highest)) is None:
            return None, True
        return self._first(limits, highest, nodes, stop, looked)

    def better(self, x: Integers, nodes: int, stop: Stop | None, /) -> Integers:
        """A plan nowhere above the plan (n,), with the least sum that so many nodes find: an
        efficient one, if they suffice.
        """
        single, y = self._single, self._rows.problem.values(x)
        limits = self._rows.limits(y)
        if limits is None or not single.start(limits, 0, -1, int(self._cost[0] @ x) - 1, nodes):
            return x
        single.advance(stop)
        best = single.best()
        return x if best is None or not self._rows.within(best, y) else best

    def alike(
        self, x: Integers, most: int, nodes: int, stop: Stop | None, /
    ) -> tuple[list[Integers], bool]:
        """At most so many plans nowhere above the plan (n,), and whether these are all."""
        y = self._rows.problem.values(x)
        limits = self._rows.limits(y)
        if limits is None:
            return [x], True
        self._every = self._every or self._listing()
        aim, cut = self._aim(limits)
        plans, complete = self._every.plans(limits, most, nodes, stop, cost=aim, cut=cut)
        return [x, *(plan for plan in plans if self._rows.within(plan, y))], complete

    def _listing(self) -> Single:
        """What lists every plan, those that exchanges of columns make of each other too."""
        form = self._rows.form
        return self._asking if form is self._asking.form else _single_of(form)

    def _aim(self, limits: Integers) -> tuple[int, int]:
        """The row that is minimised within limits (p,), and the cut: the limit that is nearest to
        the ideal. A cut fixes columns, which a row does not.
        """
        n = len(self._rows.problem.columns)
        aim = int(np.argmin((limits - self._ideal) / self._ranges))
        return aim, min(int(limits[aim]), int(self._rows.form.upper[n + aim]))

    def _first(
        self, limits: Integers, highest: Limits, nodes: int, stop: Stop | None, looked: int
    ) -> tuple[Integers | None, bool]:
        """The first plan of the search that holds as it stands."""
        single, (aim, cut) = self._asking, self._aim(limits)
        if not single.start(limits, aim, aim, cut, nodes, every=True):
            return None, True
        halt = Halt.PLANNED
        for _ in range(looked):
            halt = single.advance(stop)
            if halt != Halt.PLANNED:
                break
            x = single.plan()
            if self._rows.within(x, highest):
                return x, True
            if stop is not None and stop():
                return None, False
        return None, halt == Halt.ENDED


def _single_of(form: NormalForm) -> Single:
    """Single searches that minimise the form's objectives."""
    return Single(form, form.objectives)


def _guide(rows: FormRows, ranges: Sequence[int]) -> tuple[Integers, Single]:
    """The (1, n) sum that guides a search, and what searches with it: balanced where the rows'
    widths allow, else plain.
    """
    for bits in _GUIDE:
        cost = _sum(rows, ranges, bits)
        try:
            return cost, Single(rows.narrow.ordered, cost)
        except RefusedError:
            continue
    cost = rows.form.objectives.sum(axis=0)[None]
    return cost, Single(rows.narrow.ordered, cost)


def _sum(rows: FormRows, ranges: Sequence[int], bits: int) -> Integers:
    """(1, n) the objectives as shares of their ranges, added up, in whole numbers of about so many
    bits: a guide, no claim.
    """
    total = np.zeros(len(rows.problem.columns))
    for line, width in zip(rows.problem.objectives, ranges, strict=True):
        for j, c in line.terms.items():
            total[j] += c / max(1, width)
    largest = float(np.abs(total).max(initial=0.0)) or 1.0
    cost = np.rint(total * (2.0**bits / largest)).astype(np.int64)
    return (cost if cost.any() else np.ones_like(cost))[None]


class LeastAnswer:
    """The plan with the least value of one objective within limits on the others, slice by slice.

    Args:
        problem: what is asked about.
        narrow: the same as the engine takes it.

    Attributes:
        bound: what the objective asked about last is proven to be at least; None where nothing is.
    """

    def __init__(self, problem: WideProgram, narrow: Narrowed, /) -> None:
        self._rows, self._problem = FormRows(problem, narrow), problem
        self._costs = narrow.ordered.objectives
        self._single = _single_of(narrow.ordered)
        self.bound: int | None = None

    @property
    def infeasible(self) -> bool:
        """Whether nothing holds, as presolving proved."""
        return self._rows.form.infeasible

    @property
    def nodes(self) -> int:
        """Nodes of all searches so far."""
        return self._single.nodes

    def find(
        self, k: int, highest: Limits, best: Integers | None, stop: Stop, /
    ) -> Iterator[tuple[Integers | None, bool] | None]:
        """None after every slice; in the end the best plan (n,) (None where nothing is within the
        limits), and whether it is proven.

        Args:
            k: the objective.
            highest: limits on all of them; what is said of k itself is left to ``best``.
            best: a plan within the limits that is known already.
            stop: ends a slice.
        """
        rows = self._rows
        self.bound = None
        limits = rows.limits(highest)
        if limits is None or rows.form.infeasible or (best is not None and rows.constant(k)):
            yield best, True
            return
        aim = _Aim(k, max(rows.form.of[k], 0), highest, limits)
        x, ended = best, False
        for answer in self._lowest(aim, self._cut(aim, best), stop):
            if answer is None:
                yield None
            else:
                x, ended = answer
        if not ended:
            yield best, False
        elif x is None:
            yield best, True
        else:
            self.bound = rows.least(k, int(self._costs[aim.row] @ x))
            if rows.narrow.exact or (best is None and rows.constant(k) and rows.within(x, highest)):
                yield x, True
                return
            yield from self._checked(aim, x, best, stop)

    def incumbent(self) -> Integers | None:
        """The best plan (n,) so far of the search that is under way, where it holds."""
        x = self._single.best()
        return x if x is not None and self._problem.holds(x) else None

    def _cut(self, aim: _Aim, best: Integers | None) -> int:
        """The form's row where the objective is better than in ``best``."""
        n = len(self._problem.columns)
        cost, form = self._costs[aim.row], self._rows.form
        most = int(np.where(cost > 0, cost * form.upper[:n], cost * form.lower[:n]).sum())
        if best is None or form.of[aim.k] < 0:
            return most
        own: list[int | None] = [None] * len(self._problem.objectives)
        own[aim.k] = self._problem.values(best)[aim.k] - 1
        limits = self._rows.limits(own)
        return most if limits is None else min(most, int(limits[aim.row]))

    def _lowest(
        self, aim: _Aim, most: int, stop: Stop
    ) -> Iterator[tuple[Integers | None, bool] | None]:
        """The least value up to ``most``: first only a little beyond the relaxation's bound, as
        tight cuts fix more columns.
        """
        single = self._single
        cut, probe = most, _AT_FIRST
        while single.start(aim.limits, aim.row, aim.row, cut, _ENDLESS * NODES_MOST):
            halt = Halt.HALTED
            while halt == Halt.HALTED:
                halt = single.advance(stop)
                floor = single.floor
                if (
                    halt == Halt.HALTED
                    and cut == most
                    and floor is not None
                    and floor + probe < most
                ):
                    break
                if halt == Halt.HALTED:
                    yield None
            if halt == Halt.HALTED and floor is not None:
                cut = floor + probe
                continue
            if single.best() is not None or cut == most or halt != Halt.ENDED:
                yield single.best(), halt == Halt.ENDED
                return
            self.bound = self._rows.least(aim.k, cut + 1)
            probe = _FURTHER * probe + 1
            cut = min(most, cut if floor is None else floor + probe)
            yield None
        yield None, True

    def _checked(
        self, aim: _Aim, x: Integers, best: Integers | None, stop: Stop
    ) -> Iterator[tuple[Integers | None, bool] | None]:
        """The best plan in the numbers as they are: among all that the rounded ones do not tell
        from it.
        """
        value, step, looked = int(self._costs[aim.row] @ x), 1, 0
        most = self._cut(aim, None)
        best = self._better(aim, x, best)
        while True:
            cut = self._cut(aim, best) if best is not None else min(most, value + step)
            if cut < value:
                break
            ended = False
            for plan in self._all(aim, cut, stop):
                if plan is None:
                    yield None
                    continue
                looked, ended = looked + len(plan), not len(plan)
                if len(plan):
                    best = self._better(aim, plan, best)
                if looked > _COLLECTED * len(x):
                    break
            if not ended:
                yield best, False
                return
            if best is not None or cut >= most:
                break
            step *= _WIDEN
        yield best, True

    def _all(self, aim: _Aim, cut: int, stop: Stop) -> Iterator[Integers | None]:
        """Every plan with the objective at most ``cut``, None after every slice, and nothing, (0,),
        once these are all.
        """
        single, halt = self._single, Halt.ENDED
        if single.start(aim.limits, aim.row, aim.row, cut, _ENDLESS * NODES_MOST, every=True):
            while (halt := single.advance(stop)) in (Halt.HALTED, Halt.PLANNED):
                yield None if halt == Halt.HALTED else single.plan()
        if halt == Halt.ENDED:
            yield np.empty(0, dtype=np.int64)

    def _better(self, aim: _Aim, x: Integers, best: Integers | None) -> Integers | None:
        """``x`` where it is a plan within the limits and better than ``best``."""
        if not self._rows.within(x, aim.highest):
            return best
        values = self._problem.values
        return x if best is None or values(x)[aim.k] < values(best)[aim.k] else best


@dataclass(frozen=True, eq=False)
class _Aim:
    """What is minimised: objective k, its row of the form, within limits, and what these are for
    the form's rows.
    """

    k: int
    row: int
    highest: Limits
    limits: Integers
