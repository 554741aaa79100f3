"""The front of a whole-number problem whose numbers are too wide for the compiled engine.

The engine lists the front of the program rounded outwards: plans that are proposals. Then every
zone of these, in the numbers as they are, is shown to be empty: the engine lists what the rounded
program has in it, and each of those plans is looked at in whole numbers of any width. A plan that
is better than the list joins it, and the zones that it leaves are asked about in turn. So the front
is complete exactly when every "there is nothing here" is right, whatever the rounding hid, and
rounding costs no more than the plans that it cannot tell from the listed ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from optimiser.engine import conflict
from optimiser.engine.contract import Outcome
from optimiser.engine.exact import kernel
from optimiser.engine.exact.compiled_search import begin, claimed
from optimiser.engine.exact.narrowed import narrowed_to_list
from optimiser.engine.exact.notes import unsettled_note
from optimiser.engine.exact.questions import Within
from optimiser.engine.exact.wide_program import WideProgram, wide_program
from optimiser.language import joined, stored

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.contract import Budget, Options, Stop
    from optimiser.engine.exact.beside import Beside
    from optimiser.engine.exact.compiled_search import Handed
    from optimiser.engine.exact.narrowed import Narrowed
    from optimiser.engine.problem import Problem

    Integers = NDArray[np.int64]
    Values = tuple[int, ...]
    Zone = tuple[int | None, ...]

__all__ = ["wide_front"]

# nodes of a question about a zone, and plans of the rounded program that are looked at in it
_NODES, _LOOKED_AT = kernel.NODES_MOST, 20_000
# plans with equal objectives that are compared, and nodes that find them
_ALIKE, _ALIKE_NODES = 5_000, 100_000
# zones between two looks at the budget
_AT_ONCE = 16


@dataclass(eq=False)
class _Listing:
    """What is listed and what is known to be empty."""

    view: WideProgram
    narrow: Narrowed
    asked: Within
    budget: Budget
    beside: Beside
    plans: dict[Values, Integers] = field(default_factory=dict)
    empty: set[Zone] = field(default_factory=set)
    questions: int = 0
    open: int = 0

    def take(self, plans: Iterable[Integers], /) -> None:
        """Take in plans (n,); those that do not hold, or that others beat, are left out."""
        found = {self.view.values(x): x for x in plans if self.view.holds(x)}
        every = {**found, **self.plans}
        self.plans = {y: every[y] for y in _unbeaten(every)}

    def stop(self) -> bool:
        """Whether the time is over; the spread has its turn."""
        self.beside.turn()
        return self.budget.exhausted() is not None


def wide_front(
    problem: Problem, options: Options, budget: Budget, handed: Handed | None = None, /
) -> Outcome | None:
    """The front; None where the engine does not take even the rounded program."""
    linear, view = problem.linear, wide_program(problem)
    narrow = None if view is None else narrowed_to_list(view)
    if not linear or linear.resolution is not None or view is None or narrow is None:
        return None
    begun = handed or begin(problem, options, budget)
    beside = begun.beside
    corners = beside.corners()
    ranges = [high - low for low, high in view.spans()]
    listing = _Listing(view, narrow, Within(view, narrow, ranges), budget, beside)
    listing.take(() if corners is None else corners)
    earlier = linear.extend(begun.earlier.plans)
    listing.take(x for full in earlier if (x := view.read(full)) is not None)
    try:
        proposed = _proposed(listing, options)
        while budget.exhausted() is None and _asked_about(listing, options):
            pass
    finally:
        beside.end()
    return _outcome(problem, options, begun, listing, proposed)


def _proposed(listing: _Listing, options: Options) -> kernel.KernelOutcome:
    """The front of the rounded program."""

    def seen(progress: kernel.KernelProgress) -> bool:
        listing.budget.report(found=progress.points, solved=progress.subproblems)
        return listing.stop()

    found = kernel.solve_front(
        listing.narrow.program, limits=kernel.Limits(points=options.points), on_slice=seen
    )
    listing.take(found.x)
    return found


def _asked_about(listing: _Listing, options: Options) -> bool:
    """Ask about every zone that is not known to be empty; whether anything was found."""
    found: list[Integers] = []
    listing.open = 0
    for count, zone in enumerate(_zones(list(listing.plans), len(listing.view.objectives))):
        if zone in listing.empty:
            continue
        if count % _AT_ONCE == 0 and listing.stop():
            listing.open += 1
            break
        highest = [None if u is None else u - 1 for u in zone]
        listing.questions += 1
        x, proven = listing.asked.ask(highest, _NODES, listing.stop, looked=_LOOKED_AT)
        if x is not None:
            found.append(listing.asked.better(x, _NODES, listing.stop))
        elif proven:
            listing.empty.add(zone)
        else:
            listing.open += 1
    listing.take(found)
    listing.budget.report(found=len(listing.plans), solved=listing.questions)
    enough = options.points is not None and len(listing.plans) > options.points
    return bool(found) and not enough


def _outcome(
    problem: Problem, options: Options, begun: Handed, listing: _Listing, proposed: Any
) -> Outcome:
    """The strongest claim that holds."""
    budget, view, beside = listing.budget, listing.view, listing.beside
    solved = proposed.subproblems + listing.questions
    told: dict[str, Any] = {
        "subproblems": solved,
        "statistics": {"engine": "compiled, rounded outwards", **proposed.statistics},
    }
    stopped: Stop | None = budget.exhausted()
    if stopped is None and not listing.open:
        if not listing.plans:
            groups = conflict.conflicting_groups(problem, options, budget)
            none = view.decisions(np.zeros((0, len(view.columns)), dtype=np.int64))
            return Outcome(none, "infeasible", conflict=groups, basis="exact", **told)
        plans, left = _preferred(listing)
        note = unsettled_note(left, len(plans))
        return Outcome(view.decisions(plans), "complete", basis="exact", note=note, **told)
    plans = np.array([*listing.plans.values()], dtype=np.int64).reshape(-1, len(view.columns))
    beside.see(plans)
    more = beside.finish()
    if more is not None:
        listing.take(more)
        plans = np.array([*listing.plans.values()], dtype=np.int64).reshape(-1, len(view.columns))
    undecided = (
        stored("{number} zones could not be decided", number=listing.open)
        if stopped is None
        else ""
    )
    gaps = [gap for gap in (beside.gap, begun.earlier.gap) if gap is not None]
    note = joined(undecided, begun.earlier.words)
    return claimed(
        view.decisions(plans), beside, min(gaps, default=None), stopped, note=note, **told
    )


def _preferred(listing: _Listing) -> tuple[Integers, int]:
    """(k, n) the canonical plan of each point, and of how many of them that is not proven."""
    found, left = [], 0
    for x in listing.plans.values():
        equal, all_of_them = [x], False
        if not listing.stop():
            equal, all_of_them = listing.asked.alike(x, _ALIKE, _ALIKE_NODES, listing.stop)
        found.append(min(equal, key=listing.view.preference))
        left += not all_of_them
    return np.array(found, dtype=np.int64), left


def _unbeaten(values: Iterable[Values]) -> list[Values]:
    """Those that no other is nowhere above, in lexicographic order."""
    ordered = sorted(values)
    if ordered and len(ordered[0]) <= 2:
        kept: list[Values] = []
        for y in ordered:
            if not kept or y[-1] < kept[-1][-1]:
                kept.append(y)
        return kept if len(ordered[0]) == 2 else kept[:1]
    ranks, _ = _ranked(ordered)
    return [y for i, y in enumerate(ordered) if not (ranks[:i] <= ranks[i]).all(axis=1).any()]


def _ranked(values: list[Values]) -> tuple[Integers, list[list[int]]]:
    """(k, m) the place of each value among those of its objective, from 1 on, and these."""
    columns = [sorted(set(column)) for column in zip(*values, strict=True)]
    places = [{value: i + 1 for i, value in enumerate(column)} for column in columns]
    ranks = [[place[v] for place, v in zip(places, y, strict=True)] for y in values]
    return np.array(ranks, dtype=np.int64).reshape(len(values), len(columns)), columns


def _zones(points: list[Values], m: int) -> list[Zone]:
    """What unbeaten points leave: plans may be below all of a zone, None being no limit."""
    if not points:
        return [(None,) * m]
    ranks, columns = _ranked(points)
    tops = [len(column) + 1 for column in columns]
    return [
        tuple(
            None if u == top else column[u - 1]
            for u, top, column in zip(zone, tops, columns, strict=True)
        )
        for zone in kernel.zones_left(ranks, ideal=[0] * m, top=tops).tolist()
    ]
