"""Repairs one after the other, the cheapest first: each made into values that can be typed, and
tried in the changed scenario.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from optimiser.analysis.changeable import Changeable, moved, overrides
from optimiser.analysis.cheapest import Cheapest, Loose, cheapest, nothing_left
from optimiser.analysis.decimals import rounded_up
from optimiser.engine.holding import holding
from optimiser.results.naming_plans import NamedPlan

if TYPE_CHECKING:
    from optimiser.engine import Budget
    from optimiser.engine.problem import Point
    from optimiser.formulate import Model
    from optimiser.front import Floats

__all__ = ["InOrder", "LimitChange", "Repair", "RepairSearch", "RepairSpace"]

#: sets of limits that are tried and let nothing in, beyond those that are listed
_MORE: Final = 20


@dataclass(frozen=True)
class LimitChange:
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
    changes: tuple[LimitChange, ...]
    overrides: tuple[str, ...]
    model: Model
    plan: NamedPlan
    enough: Literal["proven", "numerical"]
    minimal: bool


@dataclass(frozen=True)
class InOrder:
    """Repairs, cheapest first.

    Attributes:
        repairs: each the cheapest that changes not all limits of one before it.
        proven: whether that is so.
        complete: whether it is proven that there are no others.
        more: whether there is another one for certain.
    """

    repairs: tuple[Repair, ...]
    proven: bool
    complete: bool
    more: bool = False


@dataclass(frozen=True, eq=False)
class RepairSpace:
    """Where repairs are looked for.

    Attributes:
        rows: with slacks.
        limits: whose slacks they are, and
        columns: each one's column, in multiples of its step.
        decided: a point of the rows -> the decisions of its plan, by their columns.
        certain: whether no slack beyond its bound could help.
    """

    rows: Loose
    limits: tuple[Changeable, ...]
    columns: tuple[int, ...]
    decided: Callable[[Sequence[Fraction]], Mapping[str, Fraction]]
    certain: bool

    def changes(self, x: Sequence[Fraction], /) -> dict[Changeable, Fraction]:
        """The limits that a point changes, and by how much."""
        return {
            limit: x[j] * (limit.step or 1)
            for limit, j in zip(self.limits, self.columns, strict=True)
            if x[j]
        }


class RepairSearch:
    """Repairs in the order of their prices."""

    def __init__(
        self,
        model: Model,
        space: RepairSpace,
        budget: Budget,
        /,
    ) -> None:
        self._space, self._budget = space, budget
        self._scenario = model.scenario

    def first(self) -> Cheapest:
        """What is known of the least price."""
        return cheapest(self._space.rows, self._budget)

    def infeasible(self) -> bool:
        """Whether it is proven that nothing holds where no limit is changed."""
        return nothing_left(self._space.rows.at_most({}), self._budget)

    def after(self, found: Cheapest, count: int, /, *, beyond: bool = True) -> InOrder:
        """The repairs from the first one on.

        Args:
            found: the first.
            count: how many repairs.
            beyond: whether to find out if there are others than those listed.
        """
        space, rows = self._space, self._space.rows
        repairs: list[Repair] = []
        sets: list[frozenset[int]] = []
        proven, complete = True, False
        columns = dict(zip(space.limits, space.columns, strict=True))
        exact = rows.linear.resolution is None
        while found.status == "found" and len(repairs) < count and len(sets) < count + _MORE:
            changes = space.changes(found.x)
            made = self._made(found.x, changes, exactly=exact and found.proven)
            proven &= (
                exact and made is not None and found.proven and self._within_reach(found.value)
            )
            repairs += [] if made is None else [made]
            if len(repairs) == count and not beyond:
                return InOrder(tuple(repairs), proven, False)
            sets.append(frozenset(columns[limit] for limit in changes))
            found = cheapest(rows.without(sets), self._budget)
        if found.status == "none":
            complete = space.certain
        elif found.status == "unknown":
            proven &= len(repairs) == count
        more = len(repairs) == count and found.status == "found"
        return InOrder(tuple(repairs), proven, complete and proven, more)

    def _within_reach(self, value: Fraction) -> bool:
        """Whether a change beyond those that are looked at would cost more."""
        return self._space.certain or all(
            limit.certain or value <= limit.price * limit.most for limit in self._space.limits
        )

    def _made(
        self,
        x: Sequence[Fraction],
        changes: Mapping[Changeable, Fraction],
        *,
        exactly: bool,
    ) -> Repair | None:
        """The repair that a point is; None where the changed scenario is none."""
        from optimiser.advice import check_changed
        from optimiser.formulate import formulate

        rounded = {
            limit: rounded_up(change, limit.old or Fraction(0), limit.sense)
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
        return Repair(
            float(sum(limit.price * change for limit, change in rounded.items())),
            tuple(
                change
                for limit, own in typed.items()
                for change in _told(limit, rounded[limit], own)
            ),
            texts,
            model,
            _plan(model, floats, point),
            "proven" if held.exactly[0] else "numerical",
            (exactly and rounded == dict(changes)) or self._minimal(rounded),
        )

    def _minimal(self, changes: Mapping[Changeable, Fraction]) -> bool:
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


def _plan(model: Model, x: Floats, point: Point) -> NamedPlan:
    """The one plan (1, n) whose decisions are exactly these."""
    found = model.read(x, [point])
    return NamedPlan(
        found.ids[0], None, "", found.cells[0], found.objectives[0], found.indicators[0]
    )


def _told(limit: Changeable, by: Fraction, texts: Sequence[str]) -> list[LimitChange]:
    if limit.kind == "rule":
        return [
            LimitChange(limit.name, path, limit.name, None, None, text)
            for path, text in zip(limit.paths, texts, strict=True)
        ]
    old = limit.old
    before: float | str = limit.text if old is None else float(old)
    after: float | str = moved(limit, by) if old is None else float(old + limit.sense * by)
    signed = float(limit.sense * by)
    return [LimitChange(limit.name, limit.paths[0], before, after, signed, texts[0])]
