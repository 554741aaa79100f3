"""What if: the plans of a result in a changed scenario that was solved again.

Each listed plan of the base is taken as it stands into the changed scenario: whether what it
decides can be decided there, whether it holds, what it is worth, and whether another plan is now
better. That a listed plan of the changed front dominates it is a fact, however far that front is
finished; that none does is one only where the front is complete and exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from optimiser.analysis.recomputing import ground_of
from optimiser.engine.holding import broken_rules, holding
from optimiser.errors import ScenarioError, UsageError
from optimiser.front import finite
from optimiser.language import stored, tr
from optimiser.patterns import pattern
from optimiser.results.claim_words import proof_words
from optimiser.results.mixtures import mixture_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from optimiser.analysis.recomputing import Ground, Plans
    from optimiser.engine.problem import Point
    from optimiser.front import Column, Floats
    from optimiser.results import Result
    from optimiser.results.naming_plans import NamedPlan
    from optimiser.scenario import Scenario

__all__ = [
    "PARTS",
    "Becomes",
    "PlanAfter",
    "ValueChange",
    "WhatIf",
    "carried",
    "changes",
    "what_if",
]

Becomes = Literal[
    "efficient", "listed", "open", "dominated", "within tolerance", "infeasible", "impossible"
]
"""What becomes of a plan. Listed: it is as good as a listed plan of an unfinished front; open: no
listed plan dominates it, and one that is not listed may; impossible: it decides what can no longer
be decided.
"""

PARTS: Final = "{...}"
"""In the place of what has parts of its own."""

_RANGE: Final = pattern(r"parameters\.[^.]+\.(low|high|distribution)")


@dataclass(frozen=True)
class ValueChange:
    """One value of a scenario that differs; None where it is not there.

    Attributes:
        path: as ``--set`` takes it.
        before: in the base.
        after: in the changed scenario.
    """

    path: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class PlanAfter:
    """A listed plan of the base in the changed scenario.

    Attributes:
        row: of the base's front.
        becomes: what it is there.
        proven: whether that rests on exact ground.
        before: its value in each of the changed scenario's m objectives, as the base has it; None
            where the base has no such value.
        after: the same in the changed scenario; None where it is undefined or impossible.
        violated: the rules that it breaks there, or the decision that cannot be made.
        equals: the row of the changed front with the same objectives.
        dominated_by: the best ranked row of the changed front that dominates it.
        mixed: on a front of segments and faces the rows of which a mixture is as good or better.
    """

    row: int
    becomes: Becomes
    proven: bool
    before: tuple[float | None, ...]
    after: tuple[float | None, ...]
    violated: tuple[str, ...] = ()
    equals: int | None = None
    dominated_by: int | None = None
    mixed: tuple[int, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether it holds every rule exactly."""
        return self.becomes not in ("within tolerance", "infeasible", "impossible")


@dataclass(frozen=True, eq=False)
class WhatIf:
    """A result and what becomes of it when its scenario changes.

    Attributes:
        base: the result.
        changed: the changed scenario, solved.
        changes: what differs between the two scenarios.
        plans: each listed plan of the base, in its rank order.
        new: the rows of the changed front whose objectives no plan of the base reaches there.
        notes: what the statements rest on, where that is less than two complete exact fronts.
    """

    base: Result
    changed: Result
    changes: tuple[ValueChange, ...]
    plans: tuple[PlanAfter, ...]
    new: tuple[int, ...]
    notes: tuple[str, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        """The m objectives of the changed scenario."""
        return self.changed.front.columns

    @property
    def best(self) -> tuple[tuple[float | None, float], ...]:
        """Of each objective the best listed value before and after."""
        front = self.base.front
        ideal = {
            (column.name, column.unit, column.sense): value
            for column, value in zip(front.columns, front.ideal.tolist(), strict=True)
        }
        return tuple(
            (ideal.get((column.name, column.unit, column.sense)), value)
            for column, value in zip(self.columns, self.changed.front.ideal.tolist(), strict=True)
        )

    def number(self, *kinds: Becomes) -> int:
        """How many plans of the base become one of these."""
        return sum(plan.becomes in kinds for plan in self.plans)


def what_if(base: Result, changed: Result, /) -> WhatIf:
    """What becomes of the plans of a result when its scenario changes.

    Args:
        base: as it was saved.
        changed: its scenario with changes, solved again.
    """
    ground = ground_of(changed, changed.decisions())
    entered, impossible = _entered(base, changed)
    rows = list(entered)
    found: dict[int, PlanAfter] = {}
    reached: set[int] = set()
    if rows:
        x = np.array(list(entered.values()))
        for plan, equal in _judged(base, ground, rows, x, _exactly(base, changed, rows)):
            found[plan.row] = plan
            reached.update(equal)
    nothing = (None,) * len(changed.front.columns)
    for row, words in impossible.items():
        found[row] = PlanAfter(row, "impossible", True, _before(base, changed, row), nothing, words)
    return WhatIf(
        base,
        changed,
        changes(base.scenario, changed.scenario),
        tuple(found[row] for row in sorted(found)),
        tuple(row for row in range(len(changed.front)) if row not in reached),
        tuple(_notes(base, changed, exact=ground.exact)),
    )


def carried(base: Result, changed: Result, wanted: str, /) -> tuple[NamedPlan, ...]:
    """The plans that a text names, as the changed scenario has them: those of the base, whose ids
    and ranks were read, else those of the changed front.

    Raises:
        UsageError: it names none, or one that can no longer be decided.
    """
    from optimiser.results.naming_plans import named_plans, typed_plan

    try:
        plans = named_plans(base, wanted)
    except UsageError:
        return named_plans(changed, wanted)
    known = changed.front.decision_columns
    found = []
    for plan in plans:
        cells = dict(zip(base.front.decision_columns, plan.cells, strict=True))
        gone = [name for name, cell in cells.items() if name not in known and cell != "0"]
        if gone:
            raise UsageError(
                tr("after the change there is no '{name}'", name=gone[0]),
                help=tr("name a plan without it"),
            )
        kept = {name: cells[name] for name in cells if name in known}
        found.append(typed_plan(changed, kept, name=plan.name))
    return tuple(found)


def changes(before: Scenario, after: Scenario, /) -> tuple[ValueChange, ...]:
    """What differs between two scenarios, value by value; what is gone or new as a whole is one
    change. That a parameter is certain at the value it is put at goes without saying.
    """
    return tuple(
        change
        for change in _differences(before.resolved(), after.resolved(), ())
        if not (change.after is None and _RANGE.fullmatch(change.path))
    )


def _differences(before: Any, after: Any, path: tuple[str, ...]) -> Iterator[ValueChange]:
    if before == after:
        return
    pairs: list[tuple[str, Any, Any]] = []
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        names = dict.fromkeys([*before, *after])
        pairs = [(str(name), before.get(name), after.get(name)) for name in names]
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = [(str(i), *pair) for i, pair in enumerate(zip(before, after, strict=True))]
    if not pairs:
        yield ValueChange(".".join(path), _written(before), _written(after))
    for name, one, other in pairs:
        yield from _differences(one, other, (*path, name))


def _written(value: Any) -> str | None:
    """A value as it is written; of what has parts only that it is there."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return _written(value["value"]) if list(value) == ["value"] else PARTS
    if isinstance(value, list):
        parts = [_written(part) or "null" for part in value]
        return f"[{', '.join(parts)}]"
    return str(value)


def _entered(base: Result, changed: Result) -> tuple[dict[int, Floats], dict[int, tuple[str, ...]]]:
    """The plans of the base as decisions of the changed scenario, and those that are none, with
    why.
    """
    model, front = changed.model, base.front
    known = set(model.decision_columns)
    entered: dict[int, Floats] = {}
    impossible: dict[int, tuple[str, ...]] = {}
    for row, line in enumerate(front.cells):
        cells = dict(zip(front.decision_columns, line, strict=True))
        gone = [name for name, cell in cells.items() if name not in known and cell != "0"]
        if gone:
            impossible[row] = tuple(stored("there is no '{name}'", name=name) for name in gone)
            continue
        try:
            entered[row] = model.encode({name: cells[name] for name in cells if name in known})
        except ScenarioError as error:
            impossible[row] = (error.message,)
    return entered, impossible


def _exactly(base: Result, changed: Result, rows: Sequence[int]) -> list[Point | None]:
    """The decisions of the base's plans where they are no decimals, for the same decisions in the
    changed scenario.
    """
    own = [domain.name for domain in changed.problem.decisions]
    if not any(base.front.stands) or [d.name for d in base.problem.decisions] != own:
        return [None] * len(rows)
    return base.points(rows)


def _judged(
    base: Result, ground: Ground, rows: Sequence[int], x: Floats, points: Sequence[Point | None]
) -> Iterator[tuple[PlanAfter, Sequence[int]]]:
    """Plans of the base as the changed scenario has them, each with the rows of the changed front
    that have its objectives.
    """
    changed = ground.result
    held = holding(ground.problem, x, points)
    mine = ground.read(x, points)
    values = _objectives(ground, mine, points)
    good = np.flatnonzero(held.exactly).tolist()
    listed, own = ground.order(ground.plans, mine.some(good))
    place = {i: j for j, i in enumerate(good)}
    for i, row in enumerate(rows):
        after = tuple(map(finite, values[i].tolist()))
        before = _before(base, changed, row)
        if i not in place:
            beyond, within = broken_rules(ground.problem, mine.points[i])
            becomes: Becomes = "infeasible" if beyond else "within tolerance"
            yield PlanAfter(row, becomes, True, before, after, beyond or within), ()
            continue
        difference = listed - own[place[i]]
        same = (difference == 0).all(axis=1)
        better = (difference <= 0).all(axis=1) & ~same
        yield (
            _placed(ground, PlanAfter(row, "open", False, before, after), same, better),
            np.flatnonzero(same).tolist(),
        )


def _objectives(ground: Ground, plans: Plans, points: Sequence[Point | None]) -> Floats:
    """(k, m) in the user's directions, exact values rounded once; figures, which take longest, are
    left alone where they can be.
    """
    if not ground.scenario.figures or plans.values is None:
        return ground.result.model.read(plans.x, points).objectives
    exact = np.array([[float(value) for value in row] for row in plans.values])
    return np.asarray(exact * ground.front.signs + 0.0)


def _placed(ground: Ground, plan: PlanAfter, same: Any, better: Any) -> PlanAfter:
    """A plan that holds against the changed front, of which it is known (k,) which plans have its
    objectives, and which dominate it.
    """
    front, proof = ground.front, ground.front.proof
    row, before, after = plan.row, plan.before, plan.after
    if better.any():
        by = int(np.argmax(better))
        return PlanAfter(row, "dominated", ground.exact, before, after, dominated_by=by)
    complete = proof.status == "complete"
    if same.any():
        equal = int(np.argmax(same))
        if not complete:
            return PlanAfter(row, "listed", True, before, after, equals=equal)
        return PlanAfter(
            row, "efficient", proof.proven and ground.exact, before, after, equals=equal
        )
    if proof.of == "cells" and None not in after:
        cell, on_it = mixture_of(front, np.array(after) * front.signs)
        if cell:
            # weights of mixtures are floating-point numbers
            becomes: Becomes = "dominated" if not on_it else "efficient" if complete else "listed"
            return PlanAfter(row, becomes, False, before, after, mixed=cell)
    return plan


def _before(base: Result, changed: Result, row: int) -> tuple[float | None, ...]:
    """What a listed plan is worth in the base, by the objectives of the changed scenario."""
    front = base.front
    columns = (*front.columns, *front.indicator_columns)
    known = {
        (column.name, column.unit): value
        for column, value in zip(
            columns, [*front.y[row].tolist(), *front.indicators[row].tolist()], strict=True
        )
    }
    found = (known.get((column.name, column.unit)) for column in changed.front.columns)
    return tuple(None if value is None else finite(value) for value in found)


def _notes(base: Result, changed: Result, *, exact: bool) -> Iterator[str]:
    front = changed.front
    if not (front.proof.status == "complete" and front.proof.proven and exact):
        yield tr(
            "which plans are efficient after the change rests on a front that is not proven "
            "complete: {claim}",
            claim=proof_words(front),
        )
    if not (base.front.proof.status == "complete" and base.front.proof.proven):
        yield tr(
            "before the change there may be plans that are not listed: {claim}",
            claim=proof_words(base.front),
        )
    if base.front.proof.of == "cells":
        yield tr("of segments and faces before the change only the listed ends are looked at")
    if front.proof.feasible_set == "tolerance":
        yield tr("after the change no plan holds every constraint exactly: tolerances count")
    units = {column.name: column.unit for column in base.front.columns}
    for column in front.columns:
        if column.name not in units:
            yield tr("{name} was no objective before the change", name=column.name)
        elif units[column.name] != column.unit:
            yield tr(
                "{name} is in {after} after the change, and was in {before}",
                name=column.name,
                before=units[column.name] or tr("no unit"),
                after=column.unit or tr("no unit"),
            )
