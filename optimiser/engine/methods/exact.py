"""The whole front of a model with whole-number decisions and linear effects."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from optimiser.language import joined, stored

if TYPE_CHECKING:
    from optimiser.engine.contract import Budget, Options, Outcome
    from optimiser.engine.exact.compiled_search import Handed
    from optimiser.engine.problem import Problem

__all__ = ["Exact", "ZoneSearch"]

_WITHOUT: Final = stored(
    "this installation was built without a C++ compiler: HiGHS took every sub-problem"
)


class Exact:
    """Through the compiled engine, which proves every step in whole numbers; through HiGHS where
    that engine refuses.
    """

    name: ClassVar[str] = "exact"
    rank: ClassVar[int] = 20
    proof: ClassVar[bool] = True
    proves: ClassVar[str] = stored(
        "complete (linear effects and products of yes/no decisions, whole or listed decisions)"
    )

    def declines(self, problem: Problem, /) -> str | None:
        """What is not linear, and real-number decisions."""
        if not problem.linear:
            return problem.linear.reason
        for d in problem.decisions:
            if not d.discrete:
                return stored(
                    "decision {name!r} is a real number: the front is infinite", name=d.name
                )
        return None

    def suits(self, problem: Problem, /) -> str:
        """How many decisions there are, and of which kind."""
        n = len(problem.decisions)
        if all(d.binary for d in problem.decisions):
            if n == 1:
                return stored("1 yes/no decision, all effects linear")
            return stored("{number} yes/no decisions, all effects linear", number=n)
        if n == 1:
            return stored("1 whole-number decision, all effects linear")
        return stored("{number} whole-number decisions, all effects linear", number=n)

    def solve(
        self,
        problem: Problem,
        options: Options,
        budget: Budget,
        /,
        *,
        handed: Handed | None = None,
    ) -> Outcome:
        """The complete list, or few plans for it where these are asked for and it has more.

        ``handed`` is what has begun already.
        """
        spread = None
        if options.points is not None and len(problem.objectives) > 1:
            from optimiser.engine.exact.representing import represented
            from optimiser.engine.linear.mixed_coverage import covered

            # a few plans that stand for all; should there be no more than asked for, the search
            # below lists them completely
            few = represented(problem, options, budget)
            if few is not None and few.stopped == "points" and len(few.x) >= options.points:
                return few
            spread = few or covered(problem, options, budget)
            if spread.stopped in ("time_limit", "interrupted") or not len(spread.x):
                return spread
        outcome = self._listed(problem, options, budget, handed)
        more = spread is not None and (
            outcome.stopped is not None or len(outcome.x) > (options.points or 0)
        )
        return spread if spread is not None and more else outcome

    def _listed(
        self, problem: Problem, options: Options, budget: Budget, handed: Handed | None
    ) -> Outcome:
        from optimiser.engine.exact.kernel import compiled

        # a single objective's best value is proven or not: a share of what range would a gap be?
        outcome = None
        if options.gap is None or len(problem.objectives) == 1:
            from optimiser.engine.exact.compiled_search import compiled_search

            outcome = compiled_search(problem, options, budget, handed)
            outcome = outcome or _wider(problem, options, budget, handed)
        outcome = outcome or _by_highs(problem, options, budget)
        if compiled():
            return outcome
        return replace(outcome, note=joined(outcome.note, _WITHOUT))


def _wider(
    problem: Problem, options: Options, budget: Budget, handed: Handed | None
) -> Outcome | None:
    """Through the same engine, where numbers are too wide for it as they are."""
    from optimiser.engine.exact.wide_front import wide_front

    return wide_front(problem, options, budget, handed)


def _by_highs(problem: Problem, options: Options, budget: Budget) -> Outcome:
    """Spread over until the gap is small enough, to the last point where none is asked for."""
    from optimiser.engine.exact.representing import represented
    from optimiser.engine.exact.zone_search import searched

    found = represented(problem, options, budget)
    return searched(problem, options, budget) if found is None else found


class ZoneSearch(Exact):
    """The same by HiGHS alone: slower, and a second opinion on the compiled engine."""

    name: ClassVar[str] = "highs"
    rank: ClassVar[int] = 25
    proves: ClassVar[str] = stored("as exact, every sub-problem by HiGHS: a second opinion")

    def _listed(
        self, problem: Problem, options: Options, budget: Budget, handed: Handed | None
    ) -> Outcome:
        from optimiser.engine.exact.zone_search import searched

        if options.gap is not None and len(problem.objectives) > 1:
            return _by_highs(problem, options, budget)
        return searched(problem, options, budget)
