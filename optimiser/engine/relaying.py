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
    from optimiser.engine.problem import Problem
    from optimiser.front import Floats

__all__ = ["LabelsFirst"]

# seconds before a spread of plans begins beside the labels, and the share of a time limit
_PATIENCE, _SHARE = 1.0, 0.03
# plans of the labels that the spread is given to choose from
_HANDED = 2_000


class LabelsFirst:
    """Both exact engines, one after the other.

    A run that is stopped while labels are made has spread plans with a proven gap beside them, as
    the zones have.
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
        spreading = _Spreading(problem, options, budget)
        found = searched(given, options, budget, most, spreading.turn)
        if found.status != "approximate":
            spreading.end()
            return found
        if found.stopped is not None:
            return spreading.claimed(found)
        beside = spreading.given(found.x)
        after = Exact()
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

    def turn(self) -> float | None:
        """Called by the labels now and then: the gap that is proven so far."""
        if self._budget.seconds() < self._begins:
            return None
        beside = self._begun()
        beside.turn()
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

        beside = self.given(found.x)
        plans = beside.finish()
        if beside.spread is None or plans is None:
            return found
        listed = np.vstack([found.x, beside.spread.problem.decisions(plans)])
        return claimed(
            listed,
            beside,
            beside.gap,
            found.stopped,
            subproblems=found.subproblems,
            statistics=found.statistics,
        )

    def _begun(self) -> Beside:
        from optimiser.engine.exact.beside import Beside

        if self._beside is None:
            self._beside = Beside(self._problem, self._options, self._budget)
        return self._beside
