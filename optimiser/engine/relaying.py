"""Labels first, as far as a counted amount of work reaches; then the search zones.

Labels list a front many times faster where few facts are open at a time, and never end where many
are; how many partial plans there will be cannot be told from the model. So they begin, and go on
as long as that costs little beside what the zones would take at the least
(:func:`.labels.search.worth`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from optimiser.engine.methods.exact import Exact
from optimiser.engine.methods.labels import Labels
from optimiser.language import stored

if TYPE_CHECKING:
    from optimiser.engine.contract import Budget, Options, Outcome
    from optimiser.engine.exact.beside import Beside
    from optimiser.engine.exact.saving import Before
    from optimiser.engine.problem import Problem
    from optimiser.front import Floats

__all__ = ["LabelsFirst"]

# seconds before a spread of plans begins beside the labels, and the share of a time limit
_PATIENCE, _SHARE = 1.0, 0.03
# seconds between two saved states
_EVERY = 2.0
# plans of the labels that the spread is given to choose from
_HANDED = 2_000


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

        reason = Exact().declines(problem) or Labels().declines(problem)
        if reason is None and worth(problem) is None:
            return stored("the search zones are as fast where nothing ties decisions together")
        return reason

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
        spreading, after = _Spreading(problem, options, budget), Exact()
        if spreading.earlier is not None and spreading.earlier.engine:
            return replace(after.solve(problem, options, budget), solver=after.name)
        found = searched(given, options, budget, most, spreading.turn)
        if found.status in ("complete", "infeasible"):
            spreading.end()
            return found
        if found.stopped is not None:
            return spreading.claimed(found)
        beside = spreading.given(found.x)
        listed = after.solve(problem, options, budget, beside=beside)
        return replace(
            listed,
            solver=after.name,
            statistics={**listed.statistics, "before": {"labels": found.subproblems}},
        )


class _Spreading:
    """Plans spread over the front with a proven gap, begun once the labels have taken a while."""

    def __init__(self, problem: Problem, options: Options, budget: Budget, /) -> None:
        self._problem, self._options, self._budget = problem, options, budget
        limit = options.time_limit
        self._begins = _PATIENCE if limit is None else min(_PATIENCE, _SHARE * limit)
        self._beside: Beside | None = None
        self._save_at = _EVERY
        self.earlier: Before | None = None
        if budget.checkpoints is not None:
            from optimiser.engine.exact.saving import before

            self.earlier = before(problem, budget)

    def turn(self) -> float | None:
        """Called by the labels now and then: the gap that is proven so far."""
        if self._budget.seconds() < self._begins:
            return None
        beside = self._begun()
        beside.turn()
        if self._budget.seconds() >= self._save_at:
            began = self._budget.seconds()
            self._save(np.empty((0, len(self._problem.decisions))), beside)
            now = self._budget.seconds()
            self._save_at = now + max(_EVERY, 9.0 * (now - began))
        return beside.gap

    def end(self) -> None:
        """The labels came to their end."""
        if self._beside is not None:
            self._beside.end()

    def given(self, x: Floats, /) -> Beside:
        """The spread with plans (k, n) of the labels, for the zones to go on with."""
        beside, linear = self._begun(), self._problem.linear
        if linear:
            step = len(x) // _HANDED + 1
            for full in linear.extend(x[::step]):
                beside.note(full)
        return beside

    def claimed(self, found: Outcome, /) -> Outcome:
        """What a run that was stopped lists and proves."""
        from optimiser.engine.exact.compiled_search import claimed

        beside, earlier = self.given(found.x), self.earlier
        plans = beside.finish()
        if beside.spread is None or plans is None:
            return found
        listed = np.vstack([found.x, beside.spread.problem.decisions(plans)])
        self._save(listed, beside)
        gaps = [beside.gap]
        if earlier is not None:
            listed, gaps = np.vstack([listed, earlier.plans]), [beside.gap, earlier.gap]
        told = {
            "subproblems": found.subproblems,
            "statistics": found.statistics,
            "note": "" if earlier is None else earlier.words,
        }
        proven = min((gap for gap in gaps if gap is not None), default=None)
        spread = claimed(listed, beside, proven, found.stopped, **told)
        if found.gap is None or (spread.gap is not None and spread.gap <= found.gap):
            return spread
        # each in shares of its own ranges, which are stated beside it
        return replace(found, x=listed, bounds=spread.bounds, **told)

    def _save(self, plans: Floats, beside: Beside, /) -> None:
        """Hand out plans (k, n) and the state of the spread, for another run to go on from."""
        checkpoints, earlier, spread = self._budget.checkpoints, self.earlier, beside.state()
        if checkpoints is None or earlier is None:
            return
        every = plans if spread is None else np.vstack([plans, spread.plans])
        if len(every):
            checkpoints.save(earlier.saved(every, None, spread, {}, {}))

    def _begun(self) -> Beside:
        from optimiser.engine.exact.beside import Beside

        if self._beside is None:
            self._beside = Beside(self._problem, self._options, self._budget)
            if self.earlier is not None and (spread := self.earlier.spread()) is not None:
                self._beside.restore(spread)
        return self._beside
