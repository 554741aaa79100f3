"""What conflicts and what repairs it, as plain values for JSON, and what is claimed of a repair."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from optimiser.analysis.records import head, of_unlisted_plan
from optimiser.language import marked, tr

if TYPE_CHECKING:
    from optimiser.analysis.repair import Repair, Repaired

__all__ = ["CLAIMS", "claim_of", "of_repaired"]

CLAIMS: Final = {
    ("proven", True): marked("enough and minimal (proven)"),
    ("proven", False): marked("enough (proven); that less would do is not ruled out"),
    ("numerical", True): marked("enough within tolerance (numerical); minimal (proven)"),
    ("numerical", False): marked("enough within tolerance (numerical), not proven minimal"),
}
"""By whether a repair is enough, and whether it is proven that less would not be."""


def claim_of(one: Repair, /) -> str:
    """What is claimed of a repair."""
    return tr(CLAIMS[one.enough, one.minimal])


def of_repaired(
    found: Repaired,
    /,
    *,
    place: Callable[[tuple[str | int, ...]], str],
    line: Callable[[Sequence[str]], str],
    command: str = "repair",
) -> dict[str, Any]:
    """The whole answer.

    Args:
        found: the answer.
        place: where a rule is written.
        line: that runs the scenario with these values changed.
        command: that answers.
    """
    return {
        **head(found.scenario, command, found.notes),
        "feasible": found.feasible,
        "conflict": [
            {"name": rule.name, "text": rule.text, "place": place(rule.path)}
            for rule in found.conflict
        ],
        "repairs": [_repair(one, line(one.overrides)) for one in found.repairs],
        "complete": found.complete,
        "proven": found.proven,
    }


def _repair(one: Repair, line: str) -> dict[str, Any]:
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
        "command": line,
        "plan": of_unlisted_plan(one.model, one.plan),
        "enough": one.enough,
        "minimal": one.minimal,
    }
