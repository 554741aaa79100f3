"""One engine hands over to another: labels first, then the search zones; or evolution between their
questions.

Labels list a front many times faster where few facts are open at a time, and never end where many
are; how many partial plans there will be cannot be told from the model. So they begin, and go on
as long as that costs little beside what the zones would take at the least
(:func:`.labels.search.worth`).

A compound effect inside a sum stands in rows as a chain of real columns, which HiGHS alone takes: a
plan in seconds, and every one of them proven. A run that is stopped there has a handful. So where
HiGHS has not come to its end soon, evolution has its turn, over the model as it is computed, and
what it found is listed beside the proven plans unless these become the whole front.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from optimiser.dominance import undominated
from optimiser.engine.holding import holding
from optimiser.engine.methods.evolutionary import Evolutionary
from optimiser.engine.methods.exact import Exact
from optimiser.engine.methods.labels import Labels
from optimiser.frozen import dataclass
from optimiser.language import stored

if TYPE_CHECKING:
    from fractions import Fraction

    from optimiser.engine.contract import Budget, Options, Outcome
    from optimiser.engine.exact.compiled_search import Handed
    from optimiser.engine.problem import Problem
    from optimiser.front import Floats

    Bounds = tuple[Fraction | float | None, ...]

__all__ = ["EvolutionBetween", "LabelsFirst"]

# seconds before a spread of plans begins beside the labels, and the share of a time limit
_PATIENCE, _SHARE = 1.0, 0.03
# seconds between two saved states
_EVERY = 2.0
# plans of the labels that the spread is given to choose from
_HANDED = 2_000
# looks of HiGHS at the budget, some four seconds, and the share of a time limit, before evolution
# has its turn; the shares of what is left then that corners and evolution may take, and how many of
# its plans are listed
_LOOKS, _SOON = 2_500, 0.1
_CORNERS, _EVOLVING, _EVOLVED = 0.1, 0.7, 500


class LabelsFirst:
    """Both exact engines, one after the other.

    A run that is stopped while labels are made has spread plans with a proven gap beside them, as
    the zones have; gone on with, it makes the labels again, and the spread goes on.
    """

    name: ClassVar[str] = Labels.name
    rank: ClassVar[int] = Exact.rank
    proof: ClassVar[bool] = True
    proves: ClassVar[str] = Exact.proves

    def declines(self, problem: Problem, /) -> str | None:
        """What labels cannot take, and what they are not better at."""
        from optimiser.engine.labels.search import worth

        reason = Exact().declines(problem)
        if reason is None and worth(problem) is None:
            reason = stored("the search zones are as fast")
        return reason or Labels().declines(problem)

    def suits(self, problem: Problem, /) -> str:
        """As the search zones say it."""
        return Exact().suits(problem)

    def solve(self, problem: Problem, options: Options, budget: Budget, /) -> Outcome:
        """The complete list by whichever comes to its end."""
        from optimiser.engine.labels.reading import reading
        from optimiser.engine.labels.search import searched, worth

        given, most = reading(problem), worth(problem)
        if isinstance(given, str) or most is None:
            raise ValueError("declined")
        meanwhile, after = _Meanwhile(problem, options, budget), Exact()
        if meanwhile.engine:
            return replace(after.solve(problem, options, budget), solver=after.name)
        found = searched(given, options, budget, most, turn=meanwhile.turn, scale=meanwhile.scale)
        if found.status in ("complete", "infeasible"):
            meanwhile.end()
            return found
        handed = meanwhile.given(found)
        if found.stopped is not None:
            return meanwhile.claimed(handed, found)
        listed = after.solve(problem, options, budget, handed=handed)
        tried = {"before": {"labels": found.subproblems}}
        return replace(listed, solver=after.name, statistics={**listed.statistics, **tried})


class EvolutionBetween:
    """HiGHS's zones, or its few plans, for what no other exact engine takes, and evolution once
    these have taken a while.

    The corners of objectives that need no such column come before that: they are found at once, and
    proven. What evolution lists proves nothing; a claim of the zones, a gap included, holds with
    more plans beside them.
    """

    name: ClassVar[str] = Exact.name
    rank: ClassVar[int] = Exact.rank
    proof: ClassVar[bool] = True
    proves: ClassVar[str] = Exact.proves

    def declines(self, problem: Problem, /) -> str | None:
        """What the compiled engines take, and what evolution cannot."""
        from optimiser.engine.exact.wide_program import wide_program

        reason = Exact().declines(problem) or Evolutionary().declines(problem)
        # of a single objective one plan is asked for, and its proof
        if reason is None and (wide_program(problem) is not None or len(problem.objectives) == 1):
            reason = stored("the search zones are as fast")
        return reason

    def suits(self, problem: Problem, /) -> str:
        """As the search zones say it."""
        return Exact().suits(problem)

    def solve(self, problem: Problem, options: Options, budget: Budget, /) -> Outcome:
        """The complete list, or what both found until the time was over."""
        found: list[_Evolved] = []
        seconds = _SOON * budget.remaining()
        budget.interlude(
            lambda: found.append(_evolved(problem, options, budget)), looks=_LOOKS, seconds=seconds
        )
        listed = Exact().solve(problem, options, budget)
        if not found or listed.status not in ("approximate", "covering") or not listed.stopped:
            return listed
        evolved = found[0]
        every = np.vstack([listed.x, evolved.plans])
        some = _spread_out(problem, every, len(listed.x), options.points)
        points = (*listed.points, *(None for _ in evolved.plans)) if listed.points else ()
        return replace(
            listed,
            x=every[some],
            points=tuple(points[i] for i in some) if points else (),
            bounds=_highest(listed.bounds, evolved.bounds),
            solver=Evolutionary.name if listed.status == "approximate" else "",
            statistics={**listed.statistics, "before": {Evolutionary.name: evolved.solved}},
        )


@dataclass(frozen=True, eq=False)
class _Evolved:
    """Plans (k, n), what every objective is at least, and evaluations."""

    plans: Floats
    bounds: Bounds
    solved: int


def _evolved(problem: Problem, options: Options, budget: Budget) -> _Evolved:
    """Corners of what is counted, and evolution from these on."""
    from optimiser.engine.exact.counted_part import counted_ends

    ends = counted_ends(problem, budget.part(_CORNERS * budget.remaining()))
    if ends.infeasible:
        return _Evolved(ends.plans[:0], ends.bounds, 0)
    seconds = _EVOLVING * budget.remaining()
    evolved = Evolutionary().solve(
        problem,
        replace(
            options,
            points=options.points or _EVOLVED,
            time_limit=None if options.time_limit is None else seconds,
        ),
        budget.part(seconds, reporting=True),
        starts=ends.plans if len(ends.plans) else None,
    )
    good = ends.plans[holding(problem, ends.plans).exactly]
    return _Evolved(np.vstack([good, evolved.x]), ends.bounds, evolved.subproblems)


def _spread_out(problem: Problem, x: Floats, first: int, most: int | None) -> list[int]:
    """Positions of plans (k, n): the first ones, and of the others as many as leave at most so
    many.
    """
    from optimiser.engine.nonlinear import complete

    if most is None or len(x) <= most:
        return list(range(len(x)))
    y = problem.evaluate(x)[0]
    good = np.flatnonzero(undominated(y))
    stay = np.flatnonzero(good < first) if good[0] < first else np.zeros(1, dtype=np.int64)
    found: list[int] = good[complete(y[good], stay, most)].tolist()
    return found


def _highest(one: Bounds, other: Bounds) -> Bounds:
    """Of two lower bounds (m,) each the greater one."""
    pairs = zip(one or (None,) * len(other), other, strict=True)
    return tuple(
        max((bound for bound in pair if bound is not None), default=None) for pair in pairs
    )


class _Meanwhile:
    """What goes on while labels are made: plans spread over the front, begun once that has taken a
    while, and a state that is saved.
    """

    def __init__(self, problem: Problem, options: Options, budget: Budget, /) -> None:
        self._problem, self._options, self._budget = problem, options, budget
        limit = options.time_limit
        self._begins = _PATIENCE if limit is None else min(_PATIENCE, _SHARE * limit)
        self._save_at = _EVERY
        self._begun: Handed | None = None

    @property
    def engine(self) -> bool:
        """Whether an earlier run came as far as the zones."""
        from optimiser.engine.exact.saving import before

        known = None if self._budget.checkpoints is None else self._budget.checkpoints.known
        return known is not None and before(self._problem, self._budget).engine

    def turn(self) -> float | None:
        """Called by the labels now and then: the gap that is proven so far."""
        now = self._budget.seconds()
        if now < self._begins:
            return None
        handed = self._begin()
        handed.beside.turn()
        if now >= self._save_at:
            self._save(handed, handed.earlier.plans, None)
            took = self._budget.seconds() - now
            self._save_at = self._budget.seconds() + max(_EVERY, 9.0 * took)
        return handed.beside.gap

    def scale(self) -> tuple[float, ...]:
        """(m,) the ranges between corners; empty where these are not known."""
        spread = None if self._begun is None else self._begun.beside.spread
        return () if spread is None else spread.scale

    def end(self) -> None:
        """The labels came to their end."""
        if self._begun is not None:
            self._begun.beside.end()

    def given(self, found: Outcome, /) -> Handed:
        """The spread, with plans of the labels to choose from, and what is known of all of them."""
        handed, linear = self._begin(), self._problem.linear
        beside, earlier = handed.beside, handed.earlier
        if linear:
            for full in linear.extend(found.x[:: len(found.x) // _HANDED + 1]):
                beside.note(full)
        return replace(handed, earlier=earlier.also(found.x, found.gap))

    def claimed(self, handed: Handed, found: Outcome, /) -> Outcome:
        """What a run that was stopped lists and proves."""
        from optimiser.engine.exact.compiled_search import claimed

        beside, earlier = handed.beside, handed.earlier
        plans, spread = beside.finish(), beside.spread
        listed = earlier.plans
        if spread is not None and plans is not None:
            listed = np.vstack([listed, spread.problem.decisions(plans)])
        self._save(handed, listed, found.gap)
        told: dict[str, Any] = {
            "subproblems": found.subproblems,
            "statistics": found.statistics,
            "note": earlier.words,
        }
        gaps = (beside.gap, earlier.gap, found.gap)
        proven = min((gap for gap in gaps if gap is not None), default=None)
        # a gap is a share of the ranges between corners: without these there is none
        known = None if beside.frame is None else proven
        return claimed(listed, beside, known, found.stopped, **told)

    def _save(self, handed: Handed, plans: Floats, gap: float | None, /) -> None:
        """Hand out plans (k, n) and what is proven, for another run to go on from."""
        checkpoints, spread = self._budget.checkpoints, handed.beside.state()
        every = plans if spread is None else np.vstack([plans, spread.plans])
        if checkpoints is None or not len(every):
            return
        checkpoints.save(handed.earlier.saved(every, gap, spread, {}, {}))

    def _begin(self) -> Handed:
        from optimiser.engine.exact.compiled_search import begin

        if self._begun is None:
            self._begun = begin(self._problem, self._options, self._budget)
        return self._begun
