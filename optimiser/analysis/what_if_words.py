"""What becomes of the plans of a result when its scenario changes, in words that never say more
than is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from optimiser.analysis.what_if import PARTS
from optimiser.language import listed, retold, tr, trn

if TYPE_CHECKING:
    from optimiser.analysis.what_if import PlanAfter, ValueChange, WhatIf

__all__ = ["becomes_words", "change_words", "count_words"]


def becomes_words(found: WhatIf, plan: PlanAfter, /) -> str:
    """What a plan of the base is in the changed scenario."""
    ids = found.changed.front.ids
    rules = listed(map(retold, plan.violated))
    if plan.becomes == "efficient":
        return tr("still efficient") if plan.proven else tr("still efficient, not proven")
    if plan.becomes == "dominated" and plan.dominated_by is not None:
        return tr("dominated by {plan}", plan=ids[plan.dominated_by])
    if plan.becomes == "dominated":
        plans = listed(ids[row] for row in plan.mixed)
        return tr("dominated by a mixture of {plans}, not proven", plans=plans)
    if plan.becomes == "listed":
        return tr("still listed")
    if plan.becomes == "open":
        return tr("holds, not known to be dominated")
    if plan.becomes == "within tolerance":
        return tr("breaks {rules} within the tolerance", rules=rules)
    if plan.becomes == "infeasible":
        return tr("breaks {rules}", rules=rules)
    return tr("impossible: {reasons}", reasons=rules)


def count_words(found: WhatIf, /) -> Iterator[str]:
    """How many plans still hold, how many of them are still efficient, and how many are new."""
    total = len(found.plans)
    holding = sum(plan.holds for plan in found.plans)
    yield trn(
        "{holding} of {number} plan before the change still holds",
        "{holding} of {number} plans before the change still hold",
        total,
        holding=holding,
    )
    efficient = found.number("efficient")
    dominated = found.number("dominated")
    if found.number("listed", "open"):
        yield tr(
            "of these {listed} are still listed, {open} not known to be dominated, {dominated} "
            "dominated",
            listed=found.number("listed"),
            open=found.number("open"),
            dominated=dominated,
        )
    elif holding:
        surely = sum(plan.becomes == "efficient" and plan.proven for plan in found.plans)
        yield (
            tr(
                "of these {efficient} are still efficient, proven; {dominated} are dominated now",
                efficient=efficient,
                dominated=dominated,
            )
            if surely == efficient
            else tr(
                "of these {efficient} are still efficient, {proven} of them proven; {dominated} "
                "are dominated now",
                efficient=efficient,
                proven=surely,
                dominated=dominated,
            )
        )
    yield trn(
        "after the change there is {number} plan, {new} with objectives that none of these reaches",
        "after the change there are {number} plans, {new} with objectives that none of these "
        "reaches",
        len(found.changed.front),
        new=len(found.new),
    )


def change_words(change: ValueChange, /) -> str:
    """What was changed, from what to what."""
    before, after = change.before, change.after
    if PARTS in (before, after) and None in (before, after):
        return (
            tr("{path}: new", path=change.path)
            if before is None
            else tr("{path}: gone", path=change.path)
        )
    if before is None:
        return tr("{path}: new, {after}", path=change.path, after=after)
    if after is None:
        return tr("{path}: was {before}, is gone", path=change.path, before=before)
    return tr("{path}: {before} → {after}", path=change.path, before=before, after=after)
