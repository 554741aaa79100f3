"""How early technologies can start by what they require, and which of them that leaves no phase."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Final

from optimiser.frozen import light
from optimiser.language import marked, tr
from optimiser.scenario.checks.cycles import used_first
from optimiser.scenario.format.rules import prerequisites
from optimiser.scenario.source.draft import Draft

__all__ = ["too_late"]

# whether it can start at all, and whether its prerequisite has a lead
_TOO_LATE: Final = {
    (True, False): marked(
        "{name} requires {wanted}, which allows it not before {phase}, and it starts in {latest} "
        "at the latest"
    ),
    (True, True): marked(
        "{name} requires {wanted} {lead} before, which allows it not before {phase}, and it starts "
        "in {latest} at the latest"
    ),
    (False, False): marked(
        "{name} requires {wanted}, which allows it not within the phases, and it starts in "
        "{latest} at the latest"
    ),
    (False, True): marked(
        "{name} requires {wanted} {lead} before, which allows it not within the phases, and it "
        "starts in {latest} at the latest"
    ),
}


@light(frozen=True)
class _Behind:
    """The prerequisite behind a first start: the technology, what it wants and how many phases
    before; empty where a window alone says it.
    """

    name: str = ""
    wanted: str = ""
    lead: int = 0


def _first_starts(draft: Draft, /) -> dict[str, tuple[int, _Behind]]:
    """The phase before which a technology or level cannot start, by windows and leads, and the
    prerequisite behind it.
    """
    scenario = draft.scenario
    found = {mode: (when.earliest, _Behind()) for mode, when in draft.timings.items()}
    rules = {
        name: [rule for rule in prerequisites(name, technology) if rule.wanted]
        for name, technology in scenario.technologies.items()
    }
    uses = {
        name: [member.partition(".")[0] for rule in own for member in rule.wanted]
        for name, own in rules.items()
    }
    order = used_first(uses)
    # one round settles everything where nothing is required in a circle, as alternatives may be
    for _ in order:
        before = dict(found)
        for name in order:
            levels = scenario.technologies[name].levels
            own = [f"{name}.{level}" for level in levels] or [name]
            for rule in rules[name]:
                lead = int(draft.values.get(rule.lead) or 0)
                start, who = min((_start(found, member, draft), member) for member in rule.wanted)
                for mode in own:
                    if start + lead > found[mode][0]:
                        found[mode] = (start + lead, _Behind(name, who, lead))
        if found == before:
            break
    return found


def too_late(draft: Draft, /) -> Iterator[tuple[str, str]]:
    """Technologies without levels, and levels, whose prerequisites come too late for them, each
    with the reason.
    """
    if not draft.scenario.phases:
        return
    last = draft.timings
    names = list(draft.phases)
    for mode, (start, behind) in _first_starts(draft).items():
        if start > last[mode].latest:
            message = _TOO_LATE[start < len(names), behind.lead > 0]
            until = names[last[mode].latest]
            after = names[start] if start < len(names) else ""
            yield mode, tr(message, **asdict(behind), phase=after, latest=until)


def _start(found: Mapping[str, tuple[int, _Behind]], member: str, draft: Draft) -> int:
    levels = (
        draft.scenario.technologies[member].levels if member in draft.scenario.technologies else {}
    )
    return min(found[mode][0] for mode in ([f"{member}.{level}" for level in levels] or [member]))
