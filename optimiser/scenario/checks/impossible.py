"""What propagation alone proves: technologies and levels that no plan adopts, or every plan."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from optimiser.frozen import dataclass
from optimiser.language import retold, tr
from optimiser.scenario.checks.prerequisites import Logic, logic
from optimiser.scenario.source.draft import Draft, Path, describe

__all__ = ["Certain", "advise_adoption"]

#: of a group of 5,000 everything follows from each: what is not looked at is not warned of
_MOST_STEPS: Final = 1_000_000
_MOST_RULES: Final = 6


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
        message = tr(
            "no plan is possible: {reasons} contradict one another",
            reasons=_chain(rules.always.conflict),
        )
        draft.findings.warning(
            "S107", at, message, help=tr("a run will report the scenario as infeasible")
        )
        return None
    always = frozenset(name for name, holds in rules.always.holds.items() if holds)
    return Certain(never, always)


def _never(draft: Draft, rules: Logic) -> frozenset[str]:
    never = {name for name, holds in rules.always.holds.items() if not holds}
    if rules.always.conflict:
        return frozenset(never)
    # What follows from a technology that leads to no conflict leads to none either: those that
    # others require come last, and most of them need no look.
    sound: set[str] = set()
    steps = 0
    technologies = draft.scenario.technologies
    for name in sorted(technologies, key=rules.implied.__contains__):
        for member in (name, *(f"{name}.{level}" for level in technologies[name].levels)):
            if member in sound or not (member in never or member in rules.opposed):
                continue
            if steps > _MOST_STEPS:
                return frozenset(never)
            found = rules.adopting(member)
            steps += found.steps if found is not rules.always else 1
            if not found.conflict:
                sound.update(other for other, holds in found.holds.items() if holds)
                continue
            never.add(member)
            _report(draft, member, _chain(found.conflict))
            if member == name:
                never.update(f"{name}.{level}" for level in technologies[name].levels)
                break
    return frozenset(never)


def _report(draft: Draft, member: str, reason: str) -> None:
    name, _, level = member.partition(".")
    path: Path = ("technologies", name, "levels", level) if level else ("technologies", name)
    message = (
        tr("{place} can never be chosen: {reason}", place=describe(path), reason=reason)
        if level
        else tr("{place} can never be adopted: {reason}", place=describe(path), reason=reason)
    )
    draft.findings.warning("S101", draft.key(*path), message)


def _chain(rules: Iterable[str]) -> str:
    texts = [retold(text) for text in rules if text]
    return tr("; ").join(texts if len(texts) <= _MOST_RULES else [*texts[:_MOST_RULES], "..."])
