"""The front of a whole-number problem whose numbers are too wide for the compiled engine.

The engine lists the front of the program rounded outwards: plans that are proposals. Then every
zone of these, in the numbers as they are, is shown to be empty: the engine lists what the rounded
program has in it, and each of those plans is looked at in whole numbers of any width. A plan that
is better than the list joins it, and the zones that it leaves are asked about in turn. So the front
is complete exactly when every "there is nothing here" is right, whatever the rounding hid, and
rounding costs no more than the plans that it cannot tell from the listed ones.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from optimiser.dominance import undominated
from optimiser.engine import conflict
from optimiser.engine.contract import Outcome
from optimiser.engine.exact import kernel
from optimiser.engine.exact.anytime import above
from optimiser.engine.exact.compiled_search import begin, claimed, limits_of
from optimiser.engine.exact.corners import Frame
from optimiser.engine.exact.gathering import Gathering
from optimiser.engine.exact.narrowed import narrowed_to_list
from optimiser.engine.exact.notes import unsettled_by, unsettled_note
from optimiser.engine.exact.questions import Within
from optimiser.engine.exact.wide_program import WideProgram, wide_program
from optimiser.engine.measuring import stated
from optimiser.language import joined, stored

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimiser.engine.contract import Budget, Options, Stop
    from optimiser.engine.exact.beside import Beside
    from optimiser.engine.exact.compiled_search import Handed
    from optimiser.engine.exact.narrowed import Narrowed
    from optimiser.engine.exact.saving import Before
    from optimiser.engine.problem import Problem
    from optimiser.front import Floats

    Integers = NDArray[np.int64]
    Values = tuple[int, ...]
    Zone = tuple[int | None, ...]
    Number = int | float | Fraction

__all__ = ["wide_front"]

# nodes of a question about a zone, and plans of the rounded program that are looked at in it
_NODES, _LOOKED_AT = kernel.NODES_MOST, 20_000
# plans with equal objectives that are compared, and nodes that find them
_ALIKE, _ALIKE_NODES = 5_000, 100_000
# seconds between two saved states
_EVERY = 2.0


@dataclass(eq=False)
class _Listing:
    """What is listed, what is known to be empty, and what is known of the rounded program's front:
    its plans, and the boxes that others can still be in.
    """

    view: WideProgram
    narrow: Narrowed
    asked: Within
    gathering: Gathering
    budget: Budget
    beside: Beside
    earlier: Before
    plans: dict[Values, Integers] = field(default_factory=dict)
    empty: set[Zone] = field(default_factory=set)
    proposed: kernel.KernelOutcome | None = None
    solved: int = 0
    open: int = 0
    save_at: float = _EVERY

    def take(self, plans: Iterable[Integers], /) -> None:
        """Take in plans (n,); those that do not hold, or that others beat, are left out."""
        found = {self.view.values(x): x for x in plans if self.view.holds(x)}
        every = {**found, **self.plans}
        self.plans = {y: every[y] for y in _unbeaten(every)}

    def read(self, decisions: Floats, /) -> None:
        """Take in the plans whose decisions (k, n) are known."""
        linear = self.view.problem.linear
        if linear:
            full = linear.extend(decisions)
            self.take(x for row in full if (x := self.view.read(row)) is not None)

    def save(self) -> None:
        """Hand out the plans, for another run to go on from."""
        checkpoints, spread = self.budget.checkpoints, self.beside.state()
        if checkpoints is None:
            return
        own = self.decisions
        listed = own if spread is None else np.vstack([own, spread.plans])
        if len(listed):
            checkpoints.save(self.earlier.saved(listed, None, spread, {}, {}))
        self.save_at = self.budget.seconds() + _EVERY

    @property
    def decisions(self) -> Floats:
        """(k, n) of the plans."""
        plans = np.array([*self.plans.values()], dtype=np.int64)
        return self.view.decisions(plans.reshape(-1, len(self.view.columns)))

    def see(self, progress: kernel.KernelProgress, /) -> None:
        """Save what the engine has found, now and then."""
        if self.budget.checkpoints is not None and self.budget.seconds() >= self.save_at:
            self.take(progress.plans(0))

    def stop(self) -> bool:
        """Whether the time is over; the spread has its turn."""
        self.beside.turn()
        if self.budget.seconds() >= self.save_at:
            self.save()
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
    asked, gathering = Within(view, narrow, Frame.about(view.spans())), Gathering(view, narrow)
    listing = _Listing(view, narrow, asked, gathering, budget, beside, begun.earlier)
    listing.take(() if corners is None else corners)
    listing.read(begun.earlier.plans)
    try:
        counted = _propose(listing, options)
        while budget.exhausted() is None and _asked_about(listing):
            pass
    finally:
        beside.end()
    return _outcome(listing, counted)


def _propose(listing: _Listing, options: Options) -> Mapping[str, object]:
    """Take in the front of the rounded program, of two objectives the largest box first; what the
    engine counted.
    """

    def seen(progress: kernel.KernelProgress) -> bool:
        listing.budget.report(found=progress.points, solved=progress.subproblems)
        listing.see(progress)
        return listing.stop()

    limits = limits_of(replace(options, points=None))
    front = kernel.solve_front(listing.narrow.program, limits=limits, on_slice=seen)
    listing.take([*front.x, *front.tentative])
    if front.status in ("complete", "stopped"):
        listing.proposed = front
    listing.solved += front.subproblems
    return front.statistics


def _asked_about(listing: _Listing) -> bool:
    """Ask about every zone that is not known to be empty; whether anything was found."""
    view, found = listing.view, []
    zones = _zones(list(listing.plans), len(view.objectives))
    waiting = [zone for zone in zones if zone not in listing.empty]
    highest = [[None if u is None else u - 1 for u in zone] for zone in waiting]
    listing.open = 0
    for at, every in listing.gathering.within(highest, listing.stop):
        listing.solved += 1
        plans = _looked_for(listing, highest[at]) if every is None else every
        if plans is None:
            listing.open += 1
        elif plans:
            found += plans
        else:
            listing.empty.add(waiting[at])
    listing.take(found)
    listing.budget.report(found=len(listing.plans), solved=listing.solved)
    return bool(found)


def _looked_for(listing: _Listing, highest: Sequence[int | None]) -> list[Integers] | None:
    """A plan within limits, if there is one; None where that is left open."""
    if listing.stop():
        return None
    asked = listing.asked
    x, proven = asked.ask(highest, _NODES, listing.stop, looked=_LOOKED_AT)
    if x is None:
        return [] if proven else None
    return [asked.better(x, _NODES, listing.stop)]


def _outcome(listing: _Listing, counted: Mapping[str, object]) -> Outcome:
    """The strongest claim that holds."""
    budget, view, beside = listing.budget, listing.view, listing.beside
    stopped: Stop | None = budget.exhausted()
    told: dict[str, Any] = {
        "subproblems": listing.solved,
        "statistics": {"engine": "rounded", **counted},
    }
    if stopped is None and not listing.open:
        if not listing.plans:
            groups = conflict.conflicting_groups(view.problem, budget)
            return Outcome(listing.decisions, "infeasible", conflict=groups, basis="exact", **told)
        plans, left = _preferred(listing)
        told |= {"note": unsettled_note(left, len(plans)), "stopped": unsettled_by(left, budget)}
        return Outcome(view.decisions(plans), "complete", basis="exact", **told)
    beside.see(listing.plans.values())
    more = beside.finish()
    listing.take(() if more is None else more)
    listing.save()
    undecided = (
        stored("{number} zones could not be decided", number=listing.open)
        if stopped is None
        else ""
    )
    known = (beside.gap, listing.earlier.gap, _proposed_gap(listing))
    gaps = [gap for gap in known if gap is not None]
    note = joined(undecided, listing.earlier.words)
    gap = min(gaps, default=None)
    return claimed(listing.decisions, beside, gap, stopped, note=note, **told)


def _proposed_gap(listing: _Listing) -> float | None:
    """How far plans can be from those listed, by the rounded front: every plan is, at the least, at
    what some point of that front is worth rounded. Where that one is known, its plan is listed, or
    a better one; else it is in an open box, and what the ends of that are worth apart comes on top.
    """
    spread, frame, front = listing.beside.spread, listing.beside.frame, listing.proposed
    if spread is None or frame is None or front is None or not listing.plans:
        return None
    if not all(listing.view.holds(x) for x in front.x):
        return None
    narrow, measures = listing.narrow, spread.measures
    varying = [(k, Fraction(width)) for k, width in enumerate(frame.scale) if width]

    def apart(k: int, worth: Number, value: int) -> Fraction | None:
        least = measures.low(k, narrow.floor(k, value))
        known = math.isfinite(worth) and math.isfinite(least)
        return Fraction(worth) - Fraction(least) if known else None

    rounded, deepest = Fraction(0), Fraction(0)
    for x, values in zip(front.x, front.points.tolist(), strict=True):
        worths = measures.plan(listing.view.values(x))
        for k, width in varying:
            away = apart(k, worths[k], values[k])
            if away is None:
                return None
            rounded = max(rounded, away / width)
    for low, high in zip(front.floors.tolist(), front.zones.tolist(), strict=True):
        sides = [
            away / width
            for k, width in varying
            if low[k] > -kernel.UNLIMITED
            and high[k] < kernel.UNLIMITED
            and (away := apart(k, measures.high(k, narrow.floor(k, high[k])), low[k])) is not None
        ]
        deepest = max(deepest, min(sides, default=Fraction(1)))
    return stated(above(rounded + deepest))


def _preferred(listing: _Listing) -> tuple[Integers, int]:
    """(k, n) the canonical plan of each point, and of how many of them that is not proven."""
    points = list(listing.plans)
    found, left = [listing.plans[y] for y in points], 0
    for at, every in listing.gathering.within(points, listing.stop):
        equal, settled = every or [], every is not None
        if not settled and not listing.stop():
            equal, settled = listing.asked.alike(found[at], _ALIKE, _ALIKE_NODES, listing.stop)
        found[at] = min([found[at], *equal], key=listing.view.preference)
        left += not settled
    return np.array(found, dtype=np.int64), left


def _unbeaten(values: Iterable[Values]) -> list[Values]:
    """Those that no other is nowhere above, in lexicographic order."""
    ordered = sorted(values)
    if not ordered:
        return []
    ranks, _ = _ranked(ordered)
    return [
        y for y, kept in zip(ordered, undominated(ranks.astype(np.float64)), strict=True) if kept
    ]


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
