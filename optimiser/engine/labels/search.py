"""The front by labels, as the driver takes it: run the compiled search, claim what it proved.

References:
    D. Bergman, M. Bodur, C. Cardonha and A. A. Cire (2022). Network models for multiobjective
        discrete optimization. INFORMS Journal on Computing 34, 990-1005.
    C. Bazgan, H. Hugot and D. Vanderpooten (2009). Solving efficiently the 0-1 multi-objective
        knapsack problem. Computers & Operations Research 36, 260-279.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.contract import Outcome
from optimiser.engine.labels.gaps import proven_gap
from optimiser.engine.labels.listing import ALL, STATES, Work, listed
from optimiser.engine.labels.parts import capped, independent, some_of, some_together, together
from optimiser.engine.labels.reading import reading
from optimiser.engine.measuring import measurable
from optimiser.frozen import dataclass
from optimiser.language import stored

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from fractions import Fraction

    from optimiser.engine.contract import Budget, Options
    from optimiser.engine.labels._native import Found, Open
    from optimiser.engine.labels.parts import Part
    from optimiser.engine.labels.reading import LabelArrays, LabelModel
    from optimiser.engine.problem import Problem

__all__ = ["searched", "worth"]

# What a search may use (listing.py) where the zones follow; columns, beyond which reading a model
# takes as long as a search; states with two, three, ... objectives, where there are budgets,
# whose multipliers are computed for each state, and where there are none.
_KEPT_FIRST, _COLUMNS_FIRST, _PAIRS_FIRST = 1_000_000, 400, 1 << 24
_STATES_FIRST = (14_000, 60_000, 60_000, 60_000)
_STATES_WITHOUT = (40_000, 40_000, 60_000, 200_000)
# Columns beyond which the zones take less with two and three objectives, and where budgets alone
# tie columns, each counted so many times with 0, 1, 2, ... budgets: the more of these, the fewer
# labels dominate others. Without any, and with more objectives, labels take less at any size.
_LOAD, _LOAD_UNTIED, _TIMES = {2: 50.0, 3: 95.0}, 50.0, (0.0, 1.0, 1.15, 2.0, 2.2, 2.6)
# calls after its diagram of a short look at a part that a stopped run did not come to, or the whole
_SHORTLY = 40
# Sub-problems that the zones take for a point, with 1, 2, ... objectives; steps of about 7 ns that
# one takes, for itself, for every entry of its rows, and for every product and column.
_SOLVES = (1.0, 1.0, 1.9, 4.6, 11.6, 25.0)
_SUB_PROBLEM, _ENTRY, _PRODUCT = 15_000, 10, 120
# With so many objectives or fewer half of the zones are empty at most; and the zones are better at
# columns that only budgets tie.
_FEW, _FEW_UNTIED = 3, 4
# Steps at the beginning, when no plan is known, and the share of what the zones take that follows:
# where budgets alone tie columns, with few objectives, and with more, of whose zones most are
# empty.
_UNTIED, _TIED, _MANY = (1_500_000, 0.15), (1_500_000, 0.5), (4_000_000, 0.7)

_REASONS = {
    "states": stored("more than {number} states would have to be told apart", number=STATES),
    "bits": stored("too many prerequisites, groups and synergies are open at a time"),
    "labels": stored("there are too many partial plans"),
}


def worth(problem: Problem, /) -> Work | None:
    """What a search may take that the zones follow; None where they had better begin.

    The zones need some sub-problems for every point, and there are at least as many points as
    plans are known: what labels may take is a share of that. So much is lost at the most where the
    zones have to do it all, and nothing where it can be told before that they will take less.
    """
    m = len(problem.objectives)
    if m < 2 or len(problem.decisions) > _COLUMNS_FIRST:
        return None
    given = reading(problem)
    if isinstance(given, str) or (m <= _FEW_UNTIED and not given.tied and not independent(given)):
        return None
    if _long(given, _LOAD.get(m, math.inf) if given.tied else _LOAD_UNTIED):
        return None
    steps, share = _UNTIED if not given.tied else _TIED if m <= _FEW else _MANY
    columns = len(given.width)
    each = _SUB_PROBLEM + columns * (_ENTRY * len(given.row) + _PRODUCT * len(given.factors))
    solves = _SOLVES[min(m, len(_SOLVES)) - 1]
    if given.tied:
        # the more budgets, the fewer labels dominate others
        share *= 2.0 / (1.0 + max(1, given.budgets))
    states = (_STATES_FIRST if given.budgets else _STATES_WITHOUT)[min(m, 5) - 2]
    work = int(share * solves * each)
    return Work(states, _KEPT_FIRST, steps, work, _PAIRS_FIRST, foresee=True)


def _long(given: LabelModel, most: float) -> bool:
    """Whether a model, and a part of it where there are several, has more columns than that."""
    if _load(given) <= most:
        return False
    parts = independent(given)
    return not parts or max(map(_load, parts)) > most


def _load(part: LabelArrays) -> float:
    return len(part.width) * _TIMES[min(part.budgets, len(_TIMES) - 1)]


def searched(
    given: LabelModel,
    options: Options,
    budget: Budget,
    /,
    most: Work = ALL,
    *,
    turn: Callable[[], float | None] = lambda: None,
    scale: Callable[[], tuple[float, ...]] = tuple,
) -> Outcome:
    """All efficient plans, or those that were found before the search ended.

    Args:
        given: the model.
        options: as asked.
        budget: ends it.
        most: what it may take.
        turn: called now and then; what it proves of the gap is reported.
        scale: what a gap is a share of, asked where the search is stopped: (m,) in the objectives'
            units, empty where that is not known.
    """

    def going_on(found: int, made: int) -> bool:
        budget.report(found=found, solved=made, gap=turn())
        return budget.exhausted() is None

    most = replace(most, workers=options.workers)
    found = _by_parts(given, independent(given), most, going_on) or listed(given, most, going_on)
    x = given.decisions(found.plans)
    statistics: dict[str, object] = {
        "states": found.nodes,
        "widest": found.widest,
        "labels": found.kept,
        "work": found.work,
    }
    if isinstance(found, _Sum):
        statistics["parts"] = found.parts
    if not found.feasible:
        from optimiser.engine import conflict

        groups = conflict.conflicting_groups(given.problem, budget)
        return Outcome(x, "infeasible", conflict=groups, statistics=statistics, basis="exact")
    if found.complete:
        return Outcome(x, "complete", subproblems=found.made, statistics=statistics, basis="exact")
    return _unfinished(given, found, statistics, budget, scale())


@dataclass(frozen=True, eq=False)
class _Sum:
    """What the parts of a model came to together; as :class:`._native.Found` says it."""

    plans: list[list[int]]
    bounds: list[int]
    complete: bool
    feasible: bool
    nodes: int
    widest: int
    made: int
    kept: int
    work: int
    parts: int
    open: Open | None
    reason: str = "stopped"


def _by_parts(
    given: LabelModel, parts: list[Part], most: Work, going_on: Callable[[int, int], bool]
) -> _Sum | None:
    """The sums of the fronts of parts; None where there are not several, or one takes too much.

    In a run that is stopped the parts that it did not come to, or just began with, are looked at
    shortly, so that what the others found is not lost.
    """
    every: list[Found] = []
    stopped = False
    for part in parts:
        found = None if stopped else listed(part, most, going_on)
        stopped = found is None or found.reason == "stopped"
        if stopped:
            shortly = listed(part, most, _shortly(part))
            found = max(found or shortly, shortly, key=lambda one: len(one.plans))
        if found is None or found.reason not in ("", "stopped"):
            return None
        every.append(found)
        if not found.feasible:
            break
    if not every:
        return None
    somes = [some_of(given, part, one.plans) for part, one in zip(parts, every, strict=False)]
    feasible, ended = every[-1].feasible, ""
    whole = somes[0].taken(np.zeros(0, dtype=np.int64))
    if feasible:
        ended = "" if all(one.complete for one in every) else "stopped"
        if not ended:
            caps = capped(given)
            whole, ended = together(somes, caps, most.pairs, lambda found: going_on(found, found))
        feasible = bool(ended) or len(whole) > 0
        if ended == "pairs":
            return None
        if ended:
            whole = some_together(somes, capped(given))
    return _Sum(
        whole.x.tolist(),
        _total(given, parts, every),
        complete=not ended,
        feasible=feasible,
        nodes=sum(one.nodes for one in every),
        widest=max(one.widest for one in every),
        made=sum(one.made for one in every),
        kept=sum(one.kept for one in every),
        work=sum(one.work for one in every),
        parts=len(parts),
        # no part can say what plans of the others are left: a short look at the whole does
        open=listed(given, most, _shortly(given)).open if ended else None,
    )


def _shortly(part: LabelArrays) -> Callable[[int, int], bool]:
    """Goes on for a moment: one call for each layer of the diagram, and some after."""
    calls = itertools.count()
    return lambda found, made: next(calls) < len(part.width) + _SHORTLY


def _total(given: LabelModel, parts: Sequence[Part], every: Sequence[Found]) -> list[int]:
    """The sums (m,) of what is proven of each objective; none where something is not."""
    if len(every) < len(parts) or not all(one.bounds for one in every):
        return []
    total = [0] * len(given.objective)
    for part, one in zip(parts, every, strict=True):
        for k, low in zip(part.objectives, one.bounds, strict=True):
            total[k] += low
    return total


def _unfinished(
    given: LabelModel,
    found: Found | _Sum,
    statistics: dict[str, object],
    budget: Budget,
    scale: tuple[float, ...],
) -> Outcome:
    """The plans so far, and how far others can be from them."""
    gap = None
    if found.open is not None and scale:
        gap = proven_gap(given, found.open, found.plans, scale)
    return Outcome(
        given.decisions(found.plans),
        "approximate" if gap is None else "covering",
        gap=gap,
        scale=() if gap is None else scale,
        stopped=budget.exhausted(),
        subproblems=found.made,
        note=_REASONS.get(found.reason, ""),
        statistics=statistics,
        basis="exact",
        bounds=_bounds(given, found),
    )


def _bounds(given: LabelModel, found: Found | _Sum) -> tuple[Fraction | None, ...]:
    """Proven lower bounds of the objectives; none where nothing is known of them."""
    if not found.bounds or not measurable(given.problem):
        return ()
    measures = given.measures()
    return measures.bounds([measures.low(k, bound) for k, bound in enumerate(found.bounds)])
