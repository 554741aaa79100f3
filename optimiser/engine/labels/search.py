"""The front by labels, as the driver takes it: run the compiled search, claim what it proved.

References:
    D. Bergman, M. Bodur, C. Cardonha and A. A. Cire (2022). Network models for multiobjective
        discrete optimization. INFORMS Journal on Computing 34, 990-1005.
    C. Bazgan, H. Hugot and D. Vanderpooten (2009). Solving efficiently the 0-1 multi-objective
        knapsack problem. Computers & Operations Research 36, 260-279.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from optimiser.engine.contract import Outcome
from optimiser.engine.labels.parts import capped, independent, some_of, some_together, together
from optimiser.engine.labels.reading import reading
from optimiser.frozen import dataclass
from optimiser.language import stored

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from fractions import Fraction

    from optimiser.engine.contract import Budget, Options
    from optimiser.engine.labels._native import Found
    from optimiser.engine.labels.parts import Part
    from optimiser.engine.labels.reading import LabelArrays, LabelModel
    from optimiser.engine.problem import Problem

__all__ = ["Work", "searched", "worth"]

# What a search may use, counted: states of the diagram, labels made in all, labels of one layer.
_STATES, _LABELS, _KEPT = 1_500_000, 1_000_000_000, 4_000_000
# The same where the zones follow; columns, beyond which reading a model takes as long as a search.
_STATES_FIRST, _KEPT_FIRST, _COLUMNS_FIRST = 40_000, 1_000_000, 400
_PAIRS_FIRST = 1 << 24
# calls after its diagram of a look at a part that a stopped run did not come to
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
    "states": stored("more than {number} states would have to be told apart", number=_STATES),
    "bits": stored("too many prerequisites, groups and synergies are open at a time"),
    "labels": stored("there are too many partial plans"),
}


@dataclass(frozen=True)
class Work:
    """What a search may take: states of the diagram, labels of one layer, steps of about 7 ns in
    all, and so many more for every plan that is known; of each part, where there are several, and
    sums of plans of two of them; and threads.
    """

    states: int = _STATES
    kept: int = _KEPT
    steps: int = 1 << 50
    each: int = 0
    pairs: int = 1 << 40
    workers: int = 1


_ALL = Work()


def worth(problem: Problem, /) -> Work | None:
    """What a search may take that the zones follow; None where they had better begin.

    The zones need some sub-problems for every point, and there are at least as many points as
    plans are known: what labels may take is a share of that. So much is lost at the most where the
    zones have to do it all.
    """
    m = len(problem.objectives)
    if m < 2 or len(problem.decisions) > _COLUMNS_FIRST:
        return None
    given = reading(problem)
    if isinstance(given, str) or (m <= _FEW_UNTIED and not given.tied and not independent(given)):
        return None
    steps, share = _UNTIED if not given.tied else _TIED if m <= _FEW else _MANY
    columns = len(given.width)
    each = _SUB_PROBLEM + columns * (_ENTRY * len(given.row) + _PRODUCT * len(given.factors))
    solves = _SOLVES[min(m, len(_SOLVES)) - 1]
    if given.tied:
        # the more budgets, the fewer labels dominate others
        share *= 2.0 / (1.0 + max(1, given.budgets))
    return Work(_STATES_FIRST, _KEPT_FIRST, steps, int(share * solves * each), _PAIRS_FIRST)


def searched(
    given: LabelModel,
    options: Options,
    budget: Budget,
    most: Work = _ALL,
    turn: Callable[[], float | None] = lambda: None,
    /,
) -> Outcome:
    """All efficient plans, or those that were found before the search ended.

    Args:
        given: the model.
        options: as asked.
        budget: ends it.
        most: what it may take.
        turn: called now and then; what it proves of the gap is reported.
    """

    def going_on(found: int, made: int) -> bool:
        budget.report(found=found, solved=made, gap=turn())
        return budget.exhausted() is None

    most = replace(most, workers=options.workers)
    found = _by_parts(given, independent(given), most, going_on) or _listed(given, most, going_on)
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

        groups = conflict.conflicting_groups(given.problem, options, budget)
        return Outcome(x, "infeasible", conflict=groups, statistics=statistics, basis="exact")
    if found.complete:
        return Outcome(x, "complete", subproblems=found.made, statistics=statistics, basis="exact")
    return _unfinished(given, found, statistics, budget)


def _listed(given: LabelArrays, most: Work, going_on: Callable[[int, int], bool]) -> Found:
    from optimiser.engine.labels import _native

    return _native.solve(
        given.width,
        given.factors,
        given.objective,
        given.row,
        given.bound,
        given.order,
        nodes=most.states,
        labels=_LABELS,
        kept=most.kept,
        work=most.steps,
        each=most.each,
        workers=most.workers,
        going_on=going_on,
    )


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
    reason: str = "stopped"
    gap: float = 1.0
    scale: tuple[int, ...] = ()


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
        found = None if stopped else _listed(part, most, going_on)
        stopped = found is None or found.reason == "stopped"
        if stopped:
            shortly = _listed(part, most, _shortly(part))
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
    )


def _shortly(part: Part) -> Callable[[int, int], bool]:
    """Goes on for a moment: one call for each layer of the diagram, and some after."""
    calls = itertools.count()
    return lambda found, made: next(calls) < len(part.columns) + _SHORTLY


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
    given: LabelModel, found: Found | _Sum, statistics: dict[str, object], budget: Budget
) -> Outcome:
    """The plans so far, and how far others can be from them."""
    linear = given.problem.linear
    links = (linear.linked if linear else ()) or ("",) * len(given.unit)
    # behind a link shares of a range are other shares
    covering = found.gap < 1.0 and not any(links)
    return Outcome(
        given.decisions(found.plans),
        "covering" if covering else "approximate",
        gap=found.gap if covering else None,
        scale=tuple(
            float(unit * width) for unit, width in zip(given.unit, found.scale, strict=False)
        )
        if covering
        else (),
        stopped=budget.exhausted(),
        subproblems=found.made,
        note=_REASONS.get(found.reason, ""),
        statistics=statistics,
        basis="exact",
        bounds=_bounds(given, found, links),
    )


def _bounds(
    given: LabelModel, found: Found | _Sum, links: Sequence[str]
) -> tuple[Fraction | None, ...]:
    """Proven lower bounds of the objectives; where a function stands between, none."""
    return tuple(
        None if link else unit * bound + offset
        for link, unit, bound, offset in zip(
            links, given.unit, found.bounds, given.offset, strict=False
        )
    )
