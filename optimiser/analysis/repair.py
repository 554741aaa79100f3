"""When nothing fits: what conflicts, and the cheapest changes of limits that make it fit.

One conflict is a set of the scenario's own rules that cannot hold together and of which none can be
left out. A repair is a set of changed limits with new values: enough, since a plan that holds the
changed scenario is known, and minimal, since nothing fits where one of its changes is taken back.
Repairs come cheapest first; none changes all the limits that one before it changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import numpy as np

from optimiser.analysis.breaches import breaches
from optimiser.analysis.changeable import Changeable, changeable
from optimiser.analysis.cheapest import Loose, cheapest
from optimiser.analysis.covering import covering
from optimiser.analysis.elastic import elastic
from optimiser.analysis.points_near import points_near
from optimiser.analysis.repairs_in_order import (
    InOrder,
    LimitChange,
    Repair,
    RepairSearch,
    RepairSpace,
)
from optimiser.analysis.rules_in_words import NamedRule, broken_rules, rules_of_groups
from optimiser.engine import Budget
from optimiser.engine.holding import excesses
from optimiser.engine.problem import Linear
from optimiser.errors import InfeasibleError, ProofError, UsageError
from optimiser.formulate import Model
from optimiser.language import listed, tr
from optimiser.scenario.diagnostics import did_you_mean

if TYPE_CHECKING:
    from optimiser.engine.problem import Point
    from optimiser.scenario import Scenario

__all__ = ["LimitChange", "Prices", "Repair", "Repaired", "at_once", "holding", "repair"]

#: repairs that are listed unless more are asked for
COUNT: Final = 3
#: that `run` spends on the best one
SECONDS: Final = 2.0
#: how often reading and formulating a scenario is paid again for a repair: the one that gives way,
#: the changed one, the places of rules, and some to spare
_AGAIN: Final = 3.0
#: rows and columns that are read and formulated in a second, at the least
_A_SECOND: Final = 1000.0
#: searches in a model that is not linear, and the seconds that an ordinary run may take in it
_SEARCHES: Final = 4
_WHILE: Final = 5.0


@dataclass(frozen=True)
class Prices:
    """What is asked of repairs.

    Attributes:
        keep: limits that are never changed, by name or path.
        times: by name or path, what a limit's price is multiplied by.
    """

    keep: tuple[str, ...] = ()
    times: Mapping[str, float] | None = None


@dataclass(frozen=True, eq=False)
class Repaired:
    """What conflicts, and what helps.

    Attributes:
        scenario: of which it is said.
        feasible: whether a plan holds as it is; None where neither is known.
        conflict: rules that cannot hold together; those that a given plan breaks.
        repairs: cheapest first.
        proven: whether it is proven that they are the cheapest, in this order.
        complete: whether it is proven that there are no others: whatever else helps changes all
            the limits of one of these.
        notes: what the answer rests on.
        plan: whether it is about a given plan.
        more: whether there is another one for certain.
    """

    scenario: Scenario
    feasible: bool | None
    conflict: tuple[NamedRule, ...] = ()
    repairs: tuple[Repair, ...] = ()
    proven: bool = True
    complete: bool = True
    notes: tuple[str, ...] = ()
    plan: bool = False
    more: bool = False


def repair(
    model: Model,
    budget: Budget,
    /,
    *,
    count: int = COUNT,
    prices: Prices | None = None,
    cells: Mapping[str, str] | None = None,
    seed: int = 1,
    conflict: tuple[NamedRule, ...] | None = None,
    beyond: bool = True,
) -> Repaired:
    """One conflict of a scenario and its cheapest repairs.

    Args:
        model: the scenario, formulated.
        budget: ends the search; what was found until then is told.
        count: how many repairs.
        prices: what is kept, and what is dearer.
        cells: a plan that is to hold, by its decisions; None for any plan.
        seed: of the search where the model is not linear.
        conflict: where it is known.
        beyond: whether to find out if there are other repairs than those listed.

    Raises:
        UsageError: a name is that of no limit, a price is none, or limits are robust.
    """
    if model.scenario.robust is not None:
        raise UsageError(
            tr("a scenario with --robust is not repaired"),
            help=tr("repair it at the parameters' own values, or loosen a limit by hand"),
        )
    limits = _priced(changeable(model), prices or Prices())
    if cells is not None:
        return _admitting(model, limits, cells, budget, count)
    loose = elastic(model, limits)
    if not loose.problem.linear:
        return _searched(model, limits, budget, count=count, seed=seed, conflict=conflict)
    rows = Loose(loose.problem.linear, loose.costs)
    certain = all(limit.certain for limit in limits)
    space = RepairSpace(rows, limits, loose.columns, loose.decided, certain)
    search = RepairSearch(model, space, budget)
    first = search.first()
    if first.status == "found" and not first.value:
        return Repaired(model.scenario, True)
    if _within_tolerance(model, budget):
        note = tr("no plan holds every constraint exactly; one holds within the tolerance")
        return Repaired(model.scenario, True, notes=(note,))
    known = conflict is not None or first.status == "none" or first.proven
    feasible = False if known or search.infeasible() else None
    if conflict is None and feasible is False:
        conflict = _conflict(model, budget)
    found = search.after(first, count, beyond=beyond)
    return _answer(model.scenario, feasible, conflict or (), found)


def _answer(
    scenario: Scenario, feasible: bool | None, conflict: tuple[NamedRule, ...], found: InOrder
) -> Repaired:
    notes = []
    if feasible is None:
        notes.append(tr("whether a plan fits as it is was not found out"))
    if not found.proven and found.repairs:
        notes.append(tr("that nothing is cheaper is not proven"))
    elif not found.proven:
        notes.append(tr("none was found in the time that there was"))
    return Repaired(
        scenario,
        feasible,
        conflict,
        found.repairs,
        found.proven,
        found.complete,
        tuple(notes),
        more=found.more,
    )


def _conflict(model: Model, budget: Budget) -> tuple[NamedRule, ...]:
    from optimiser.engine import conflicting_groups

    return rules_of_groups(model.scenario, conflicting_groups(model.at(), budget))


def _within_tolerance(model: Model, budget: Budget) -> bool:
    """Whether a plan is known that holds every constraint within the tolerance."""
    if budget.exhausted() or not model.loosening_matters():
        return False
    loosened = model.at(loosened=True).linear
    return isinstance(loosened, Linear) and (
        cheapest(Loose(loosened, {}), budget).status == "found"
    )


def holding(about: Model | Scenario, note: str, /) -> Repaired:
    """That plans hold, so that there is nothing to repair."""
    return Repaired(about.scenario if isinstance(about, Model) else about, True, notes=(note,))


def at_once(
    about: Model | Scenario,
    groups: Sequence[str],
    /,
    *,
    prepared: float,
    seconds: float = SECONDS,
) -> Repaired:
    """What conflicts, and the best repair that is found and proven in a moment.

    Args:
        about: a scenario that nothing fits, formulated where it was.
        groups: of its rows that are in conflict.
        prepared: how long it took to read and formulate the scenario, which a repair asks for
            twice.
        seconds: that all of it may take.
    """
    scenario = about.scenario if isinstance(about, Model) else about
    rules = rules_of_groups(scenario, groups)
    if scenario.robust is not None or not isinstance(about, Model):
        return _robust(scenario, rules)
    model, linear = about, about.at().linear
    if isinstance(linear, Linear):
        # the first time is longer than the next, by what is loaded for it
        prepared = min(prepared, (len(linear.rows) + len(linear.columns)) / _A_SECOND)
    left = seconds - _AGAIN * prepared
    if left > 0:
        found = repair(model, Budget(left), count=1, conflict=rules, beyond=False)
        if found.repairs or found.proven or found.feasible:
            return found
    note = tr("repairs would take a while: optimise repair looks for them")
    return Repaired(scenario, False, rules, proven=False, complete=False, notes=(note,))


def _robust(scenario: Scenario, conflict: tuple[NamedRule, ...]) -> Repaired:
    """Limits that have to hold in a robust sense are not repaired."""
    note = tr(
        "limits hold in the sense of --robust here, and repairs are not looked for in that sense: "
        "loosen a limit by hand and run it again"
    )
    return Repaired(scenario, False, conflict, proven=False, complete=False, notes=(note,))


def _admitting(
    model: Model,
    limits: tuple[Changeable, ...],
    cells: Mapping[str, str],
    budget: Budget,
    count: int,
) -> Repaired:
    """The cheapest changes for one plan."""
    problem, x = model.at(), model.encode(cells)
    point = problem.point(x.tolist())
    if not excesses(problem, point):
        return Repaired(model.scenario, True, plan=True)
    compared = model.compared(x[np.newaxis])
    found = breaches(problem, point, compared[0] if compared else ())
    rules = broken_rules(model.scenario, found)
    rows = covering(model, limits, point)
    if rows is None:
        note = tr("the plan breaks a rule that no change of a limit loosens")
        return Repaired(model.scenario, False, rules, notes=(note,), plan=True)
    names = [domain.name for domain in model.at().decisions]
    decided = dict(zip(names, point, strict=True))
    space = RepairSpace(rows, limits, tuple(range(len(limits))), lambda _: decided, certain=True)
    search = RepairSearch(model, space, budget)
    answer = _answer(model.scenario, False, rules, search.after(search.first(), count))
    return replace(answer, plan=True)


def _priced(limits: tuple[Changeable, ...], prices: Prices) -> tuple[Changeable, ...]:
    known = list(dict.fromkeys(name for limit in limits for name in limit.names))
    for name in (*prices.keep, *(prices.times or {})):
        if name not in known:
            some = listed(dict.fromkeys(limit.name for limit in limits))
            raise UsageError(
                tr("'{name}' is no limit that can be changed", name=name),
                help=did_you_mean(name, known) or tr("limits: {names}", names=some),
            )
    for name, times in (prices.times or {}).items():
        if not 0 < times < float("inf"):
            raise UsageError(
                tr("{value:g} times the price of '{name}'", value=times, name=name),
                help=tr("give a number above 0"),
            )
    found = []
    for limit in limits:
        if set(limit.names) & set(prices.keep):
            continue
        price = limit.price
        for name, times in (prices.times or {}).items():
            if name in limit.names:
                price *= Fraction(repr(float(times)))
        found.append(replace(limit, price=price))
    return tuple(found)


def _searched(
    model: Model,
    limits: tuple[Changeable, ...],
    budget: Budget,
    /,
    *,
    count: int,
    seed: int,
    conflict: tuple[NamedRule, ...] | None,
) -> Repaired:
    """The same of a model that is not linear: plans that ask little of the limits are searched for,
    and what each asks for is exact.
    """
    known, feasible = _status(model, budget, conflict)
    if feasible:
        return Repaired(model.scenario, True)
    found: dict[frozenset[str], Repair] = {}
    left, tried = [limits], 0
    while left and tried < _SEARCHES and budget.exhausted() is None:
        own, tried = left.pop(0), tried + 1
        for point in points_near(model, own, budget, seed=seed):
            made = _repairs_of(model, own, point, budget)
            for one in made:
                key = frozenset(change.path for change in one.changes)
                if key not in found:
                    left += [tuple(x for x in own if path not in x.paths) for path in sorted(key)]
                if key not in found or one.cost < found[key].cost:
                    found[key] = replace(one, minimal=False)
    ordered = sorted(found.items(), key=lambda item: item[1].cost)
    kept = [one for key, one in ordered if not any(other < key for other in found)]
    notes = [tr("the model is not linear: repairs were searched for, and others may be cheaper")]
    if feasible is None:
        notes.insert(0, tr("whether a plan fits as it is was not found out"))
    return Repaired(
        model.scenario, feasible, known, tuple(kept[:count]), False, False, tuple(notes)
    )


def _repairs_of(
    model: Model, limits: tuple[Changeable, ...], point: Point, budget: Budget
) -> tuple[Repair, ...]:
    """The cheapest repair that lets a plan in, where there is one."""
    rows = covering(model, limits, point)
    if rows is None:
        return ()
    names = [domain.name for domain in model.at().decisions]
    decided = dict(zip(names, point, strict=True))
    space = RepairSpace(rows, limits, tuple(range(len(limits))), lambda _: decided, certain=True)
    search = RepairSearch(model, space, budget)
    return search.after(search.first(), 1, beyond=False).repairs


def _status(
    model: Model, budget: Budget, conflict: tuple[NamedRule, ...] | None
) -> tuple[tuple[NamedRule, ...], bool | None]:
    """One conflict, and whether a plan fits, as far as an ordinary run finds out in a while."""
    if conflict is not None:
        return conflict, False
    from optimiser import engine
    from optimiser.engine import Options

    seconds = min(_WHILE, budget.remaining())
    options = Options(time_limit=seconds, feasibility=model.scenario.solver.feasibility)
    try:
        engine.solve(model.at(), options)
    except InfeasibleError as error:
        return rules_of_groups(model.scenario, error.involved), False
    except ProofError:
        return (), None
    return (), True
