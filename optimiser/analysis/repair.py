"""When nothing fits: what conflicts, and the cheapest changes of limits that make it fit.

One conflict is a set of the scenario's own rules that cannot hold together and of which none can be
left out. A repair is a set of changed limits with new values: enough, since a plan that holds the
changed scenario is known, and minimal, since nothing fits where one of its changes is taken back.
Repairs come cheapest first; no one contains the limits of another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from optimiser.analysis.changeable import Limit, changeable, moved, overrides
from optimiser.analysis.cheapest import Loose, cheapest, nothing_left
from optimiser.analysis.covering import covering
from optimiser.analysis.decimals import rounded_up
from optimiser.analysis.elastic import elastic
from optimiser.analysis.naming_plans import NamedPlan
from optimiser.analysis.rules_in_words import Rule, rules_of_groups
from optimiser.engine.contract import Budget
from optimiser.engine.holding import excesses, holding
from optimiser.errors import UsageError
from optimiser.language import listed, tr
from optimiser.scenario.diagnostics import did_you_mean

if TYPE_CHECKING:
    from optimiser.formulate import Model
    from optimiser.scenario import Scenario

__all__ = ["Change", "Prices", "Repair", "Repaired", "at_once", "repair"]

#: repairs that are listed unless more are asked for
COUNT: Final = 3
#: that `run` spends on the best one
SECONDS: Final = 2.0
#: how often reading and formulating a scenario is paid again for a repair: the one that gives way,
#: the changed one, the places of rules, and some to spare
_AGAIN: Final = 3.0


@dataclass(frozen=True)
class Prices:
    """What is asked of repairs.

    Attributes:
        keep: limits that are never changed, by name or path.
        times: by name or path, what a limit's price is multiplied by.
    """

    keep: tuple[str, ...] = ()
    times: Mapping[str, float] | None = None


@dataclass(frozen=True)
class Change:
    """One limit that is changed; a rule is 1 before and left out after.

    Attributes:
        name: of the limit.
        path: as ``--set`` takes it.
        before: its bound; None where no one number bounds.
        after: its new bound, or None.
        by: the difference; None of a rule.
        set: what is typed behind ``--set``.
    """

    name: str
    path: str
    before: float | str | None
    after: float | str | None
    by: float | None
    set: str


@dataclass(frozen=True, eq=False)
class Repair:
    """Changes that make a plan possible.

    Attributes:
        cost: the sum of their prices.
        changes: one a path.
        overrides: in the order in which they are typed.
        model: of the changed scenario, and
        plan: one that holds there.
        enough: "proven" where it holds exactly.
        minimal: whether it is proven that nothing fits where one change is taken back.
    """

    cost: float
    changes: tuple[Change, ...]
    overrides: tuple[str, ...]
    model: Model
    plan: NamedPlan
    enough: Literal["proven", "numerical"]
    minimal: bool


@dataclass(frozen=True, eq=False)
class Repaired:
    """What conflicts, and what helps.

    Attributes:
        scenario: of which it is said.
        feasible: whether a plan holds as it is; None where neither is known.
        conflict: rules that cannot hold together; those that a given plan breaks.
        repairs: cheapest first.
        proven: whether it is proven that they are the cheapest, in this order.
        complete: whether it is proven that there are no others.
        notes: what the answer rests on.
        plan: whether it is about a given plan.
    """

    scenario: Scenario
    feasible: bool | None
    conflict: tuple[Rule, ...] = ()
    repairs: tuple[Repair, ...] = ()
    proven: bool = True
    complete: bool = True
    notes: tuple[str, ...] = ()
    plan: bool = False


def repair(
    model: Model,
    budget: Budget,
    /,
    *,
    count: int = COUNT,
    prices: Prices | None = None,
    cells: Mapping[str, str] | None = None,
    seed: int = 1,
    conflict: tuple[Rule, ...] | None = None,
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
        UsageError: a name is that of no limit, or a price is none.
    """
    limits = _priced(changeable(model), prices or Prices())
    if cells is not None:
        return _admitting(model, limits, cells, budget, count)
    loose = elastic(model.scenario, limits)
    if loose.problem.linear:
        space = _Space(
            Loose(loose.problem.linear, loose.costs), limits, loose.columns, loose.decided
        )
        search = _Search(model, space, budget, conflict=conflict)
        return search.answer(count, beyond=beyond)
    raise NotImplementedError(seed)


def at_once(
    model: Model, groups: Sequence[str], /, *, prepared: float, seconds: float = SECONDS
) -> Repaired:
    """What conflicts, and the best repair that is found and proven in a moment.

    Args:
        model: of a scenario that nothing fits.
        groups: of its rows that are in conflict.
        prepared: how long it took to read and formulate the scenario, which a repair asks for
            twice.
        seconds: that all of it may take.
    """
    rules = rules_of_groups(model.scenario, groups)
    left = seconds - _AGAIN * prepared
    if left <= 0:
        note = tr("repairs would take a while: optimise repair looks for them")
        return Repaired(model.scenario, False, rules, proven=False, complete=False, notes=(note,))
    return repair(model, Budget(left), count=1, conflict=rules, beyond=False)


def _admitting(
    model: Model,
    limits: tuple[Limit, ...],
    cells: Mapping[str, str],
    budget: Budget,
    count: int,
) -> Repaired:
    """The cheapest changes for one plan."""
    point = model.at().point(model.encode(cells).tolist())
    broken = tuple(dict.fromkeys(excess.rule for excess in excesses(model.at(), point)))
    if not broken:
        return Repaired(model.scenario, True, plan=True)
    rules = rules_of_groups(model.scenario, broken)
    rows = covering(model, limits, point)
    if rows is None:
        note = tr("the plan breaks a rule that no change of a limit loosens")
        return Repaired(model.scenario, False, rules, notes=(note,), plan=True)
    names = [domain.name for domain in model.at().decisions]
    decided = dict(zip(names, point, strict=True))
    space = _Space(rows, limits, tuple(range(len(limits))), lambda _: decided)
    found = _Search(model, space, budget, conflict=rules).answer(count)
    return replace(found, plan=True)


def _priced(limits: tuple[Limit, ...], prices: Prices) -> tuple[Limit, ...]:
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


@dataclass(frozen=True, eq=False)
class _Space:
    """Where repairs are looked for.

    Attributes:
        rows: with slacks.
        limits: whose slacks they are, and
        columns: each one's column, in multiples of its step.
        decided: a point of the rows -> the decisions of its plan, by their columns.
    """

    rows: Loose
    limits: tuple[Limit, ...]
    columns: tuple[int, ...]
    decided: Callable[[Sequence[Fraction]], Mapping[str, Fraction]]

    def changes(self, x: Sequence[Fraction], /) -> dict[Limit, Fraction]:
        """The limits that a point changes, and by how much."""
        return {
            limit: x[j] * (limit.step or 1)
            for limit, j in zip(self.limits, self.columns, strict=True)
            if x[j]
        }


class _Search:
    """One question."""

    def __init__(
        self,
        model: Model,
        space: _Space,
        budget: Budget,
        /,
        *,
        conflict: tuple[Rule, ...] | None = None,
    ) -> None:
        self._model, self._space, self._budget, self._known = model, space, budget, conflict
        self._scenario = model.scenario
        self._notes: list[str] = []
        self._proven = True

    def answer(self, count: int, *, beyond: bool = True) -> Repaired:
        """All of it."""
        space, rows = self._space, self._space.rows
        found = cheapest(rows, self._budget)
        if found.status == "found" and not found.value:
            return Repaired(self._scenario, True)
        conflict = self._conflict() if self._known is None else self._known
        repairs: list[Repair] = []
        sets: list[frozenset[int]] = []
        complete = False
        columns = dict(zip(space.limits, space.columns, strict=True))
        while True:
            if found.status != "found":
                complete = found.status == "none"
                self._proven &= complete
                break
            if len(repairs) == count:
                break
            changes = space.changes(found.x)
            made = self._made(found.x, changes, exactly=found.proven)
            if made is not None:
                self._proven &= found.proven and self._within_reach(found.value)
                repairs.append(made)
            if len(repairs) == count and not beyond:
                break
            sets.append(frozenset(columns[limit] for limit in changes))
            found = cheapest(rows.without(sets), self._budget)
        if not self._proven:
            self._notes.append(tr("that nothing is cheaper is not proven"))
        certain = all(limit.certain for limit in space.limits)
        return Repaired(
            self._scenario,
            False,
            conflict,
            tuple(repairs),
            self._proven,
            complete and certain,
            tuple(self._notes),
        )

    def _within_reach(self, value: Fraction) -> bool:
        """Whether a change beyond those that are looked at would cost more."""
        return all(
            limit.certain or value <= limit.price * limit.most for limit in self._space.limits
        )

    def _conflict(self) -> tuple[Rule, ...]:
        from optimiser.engine import conflict
        from optimiser.engine.contract import Options

        options = Options(feasibility=self._scenario.solver.feasibility)
        groups = conflict.explain(self._model.at(), options, self._budget)
        return rules_of_groups(self._scenario, groups)

    def _made(
        self,
        x: Sequence[Fraction],
        changes: Mapping[Limit, Fraction],
        *,
        exactly: bool,
    ) -> Repair | None:
        """The repair that a point is; None where the changed scenario is none."""
        from optimiser.advice import check_changed
        from optimiser.formulate import formulate

        rounded = {
            limit: change
            if limit.step
            else rounded_up(change, limit.old or Fraction(0), limit.sense)
            for limit, change in changes.items()
        }
        typed = overrides(self._scenario, rounded)
        texts = tuple(dict.fromkeys(text for own in typed.values() for text in own))
        changed, _ = check_changed(self._scenario, overrides=texts)
        if changed is None:
            return None
        model = formulate(changed)
        problem = model.at()
        decided = self._space.decided(x)
        point = tuple(decided[domain.name] for domain in problem.decisions)
        floats = np.array([[float(value) for value in point]])
        held = holding(problem, floats, [point])
        if not held.within[0] and not held.undecided[0]:
            return None
        readings = model.read(floats, [point])
        plan = NamedPlan(
            readings.ids[0],
            None,
            "",
            readings.cells[0],
            readings.objectives[0],
            readings.indicators[0],
        )
        return Repair(
            float(sum(limit.price * change for limit, change in rounded.items())),
            tuple(
                change
                for limit, own in typed.items()
                for change in _told(limit, rounded[limit], own)
            ),
            texts,
            model,
            plan,
            "proven" if held.exactly[0] else "numerical",
            (exactly and rounded == dict(changes)) or self._minimal(rounded),
        )

    def _minimal(self, changes: Mapping[Limit, Fraction]) -> bool:
        """Whether it is proven that no change can be taken back."""
        rows = self._space.rows
        columns = dict(zip(self._space.limits, self._space.columns, strict=True))
        steps = {columns[limit]: by / (limit.step or 1) for limit, by in changes.items()}
        return all(
            nothing_left(
                rows.at_most({j: by for j, by in steps.items() if j != taken}), self._budget
            )
            for taken in steps
        )


def _told(limit: Limit, by: Fraction, texts: Sequence[str]) -> list[Change]:
    if limit.kind == "rule":
        return [
            Change(limit.name, path, limit.name, None, None, text)
            for path, text in zip(limit.paths, texts, strict=True)
        ]
    old = limit.old
    before: float | str = limit.text if old is None else float(old)
    after: float | str = moved(limit, by) if old is None else float(old + limit.sense * by)
    signed = float(limit.sense * by)
    return [Change(limit.name, limit.paths[0], before, after, signed, texts[0])]
