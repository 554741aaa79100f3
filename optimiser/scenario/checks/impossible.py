"""What propagation alone proves: technologies and levels that no plan adopts, or every plan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from optimiser.scenario.checks.prerequisites import Logic, logic
from optimiser.scenario.source.draft import Draft

__all__ = ["Certain", "advise_adoption"]


@dataclass(frozen=True)
class Certain:
    """Technologies and levels that no plan adopts, and those that every plan does."""

    never: frozenset[str]
    always: frozenset[str]


def advise_adoption(draft: Draft, /) -> Certain | None:
    """Warn of technologies and levels that a scenario without errors leaves no way to adopt.

    Returns:
        what is certain about adoption; None, with a warning, where no plan is possible.
    """
    rules = logic(draft)
    never = _never(draft, rules)
    if rules.always.conflict:
        at = draft.key("groups") if draft.declared["groups"] else draft.key("technologies")
        message = f"no plan is possible: {_chain(rules.always.conflict)} contradict one another"
        draft.findings.warning(
            "S107", at, message, help="a run will report the scenario as infeasible"
        )
        return None
    always = frozenset(name for name, holds in rules.always.holds.items() if holds)
    return Certain(never, always)


def _never(draft: Draft, rules: Logic) -> frozenset[str]:
    never = {name for name, holds in rules.always.holds.items() if not holds}
    if rules.always.conflict:
        return frozenset(never)
    for name, technology in draft.scenario.technologies.items():
        found = rules.adopting(name)
        reason = _chain(found.conflict)
        if found.conflict:
            never.add(name)
            never.update(f"{name}.{level}" for level in technology.levels)
            draft.findings.warning(
                "S101",
                draft.key("technologies", name),
                f"technology '{name}' can never be adopted: {reason}",
            )
            continue
        for level in technology.levels:
            member = f"{name}.{level}"
            choice = rules.adopting(member)
            if choice.conflict:
                never.add(member)
                message = (
                    f"level '{level}' of technology '{name}' can never be chosen: "
                    f"{_chain(choice.conflict)}"
                )
                draft.findings.warning(
                    "S101", draft.key("technologies", name, "levels", level), message
                )
    return frozenset(never)


def _chain(rules: Iterable[str]) -> str:
    texts = [text for text in rules if text]
    return "; ".join(texts[:6]) + ("; ..." if len(texts) > 6 else "")
