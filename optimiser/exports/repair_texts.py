"""What conflicts and what repairs it, for other programs: as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optimiser.analysis.records import head, of_unlisted_plan

if TYPE_CHECKING:
    from optimiser.analysis.repair import Repair, Repaired
    from optimiser.session import TypedScenario

__all__ = ["record"]


def record(found: Repaired, typed: TypedScenario, /, *, command: str = "repair") -> dict[str, Any]:
    """The whole answer, ready for JSON.

    Args:
        found: the answer.
        typed: the scenario as it was named.
        command: that answers.
    """
    return {
        **head(found.scenario, command, found.notes),
        "feasible": found.feasible,
        "conflict": [
            {"name": rule.name, "text": rule.text, "place": typed.place(rule.path)}
            for rule in found.conflict
        ],
        "repairs": [_repair(one, typed) for one in found.repairs],
        "complete": found.complete,
        "proven": found.proven,
    }


def _repair(one: Repair, typed: TypedScenario) -> dict[str, Any]:
    return {
        "cost": one.cost,
        "changes": [
            {
                "name": change.name,
                "path": change.path,
                "from": change.before,
                "to": change.after,
                "by": change.by,
                "set": change.set,
            }
            for change in one.changes
        ],
        "command": typed.command(one.overrides),
        "plan": of_unlisted_plan(one.model, one.plan),
        "enough": one.enough,
        "minimal": one.minimal,
    }
