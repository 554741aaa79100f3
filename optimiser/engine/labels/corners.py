"""The corners of a front by labels alone: the ranges that distances are measured by.

A corner is the plan that is best in one objective, of these the best in the next, and so on: one
search with a single objective after the other, what was reached before being a row.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.labels.listing import ALL, listed
from optimiser.engine.measuring import measurable

if TYPE_CHECKING:
    from optimiser.engine.contract import Budget, Options, Outcome
    from optimiser.engine.labels.reading import LabelModel

    Plan = list[int]

__all__ = ["LabelCorners"]

# seconds of a search after which they are looked for, and the share of a time limit; what they may
# take of the rest of it
_PATIENCE, _SHARE, _PART = 10.0, 0.1, 0.5


class LabelCorners:
    """Looked for once a search has taken a while: what is over sooner needs none.

    Args:
        given: the model.
        options: how long the run may take.
        budget: ends it.
    """

    def __init__(self, given: LabelModel, options: Options, budget: Budget, /) -> None:
        self._given, self._budget, self._part = given, budget, budget
        limit = options.time_limit
        self._begins = _PATIENCE if limit is None else min(_PATIENCE, _SHARE * limit)
        self._workers = options.workers
        self._scale: tuple[float, ...] | None = None
        self._plans: list[Plan] = []

    def turn(self) -> None:
        """Called by a search now and then."""
        if self._scale is None and self._budget.seconds() >= self._begins:
            self._part = self._budget.part(_PART * self._budget.remaining())
            self._scale = self._found() if measurable(self._given.problem) else ()

    def scale(self) -> tuple[float, ...]:
        """(m,) the ranges over the corners in the objectives' units, where these agree the proven
        range over all plans; empty where they are not known.
        """
        return self._scale or ()

    def also(self, outcome: Outcome, /) -> Outcome:
        """What a search came to, the corners with it where it lists what it has."""
        if outcome.status not in ("approximate", "covering"):
            return outcome
        return replace(outcome, x=np.vstack([outcome.x, self._given.decisions(self._plans)]))

    def _found(self) -> tuple[float, ...]:
        given, every = self._given, range(len(self._given.objective))
        for k in every:
            plan = self._best((k, *(j for j in every if j != k)))
            if plan is None:
                return ()
            self._plans.append(plan)
        plans = self._plans
        values = given.values(plans).T.tolist()
        scale = [max(own) - min(own) for own in values]
        for k in every if any(scale) else ():
            if not scale[k]:
                top = self._greatest(k)
                if top is None:
                    return ()
                scale[k] = top - values[k][0]
        measures = given.measures()
        return measures.scale(measures.frame(list(map(min, values)), scale, given.decisions(plans)))

    def _best(self, objectives: tuple[int, ...]) -> Plan | None:
        """The plan that is best in these, one after the other; None where that is not proven."""
        given, plan = replace(self._given, order=[]), None
        for k in objectives:
            plan = self._least(given, self._given.objective[k])
            if plan is None:
                return None
            ((*_, value),) = self._given.values([plan])[:, [k]].tolist()
            given = replace(
                given,
                row=[*given.row, self._given.objective[k]],
                bound=[*given.bound, value],
            )
        return plan

    def _greatest(self, k: int) -> int | None:
        """The greatest value of an objective over all plans."""
        plan = self._least(self._given, [-c for c in self._given.objective[k]])
        return None if plan is None else int(self._given.values([plan])[0, k])

    def _least(self, given: LabelModel, objective: list[int]) -> Plan | None:
        found = listed(
            replace(given, objective=[objective]),
            replace(ALL, workers=self._workers),
            lambda known, made: self._part.exhausted() is None,
        )
        return found.plans[0] if found.complete and found.plans else None
