"""Several plans side by side: what they have in common, then what differs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from optimiser.analysis.differences import decimals_apart, plans_apart
from optimiser.errors import UsageError
from optimiser.language import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimiser.results import Result
    from optimiser.results.naming_plans import NamedPlan

__all__ = ["MOST_PLANS", "SideBySide", "side_by_side"]

MOST_PLANS: Final = 6
"""More columns than that nobody compares."""


@dataclass(frozen=True, eq=False)
class SideBySide:
    """Plans of one result.

    Attributes:
        result: whose plans they are.
        plans: in the order in which they were named.
        common: the decisions that are the same in all, with their cell; "0" is not adopted.
        differs: the decisions that are not.
        change: of each plan the (m + q,) values of objectives, other indicators and figures, less
            those of the first; NaN where one of the two is undefined.
    """

    result: Result
    plans: tuple[NamedPlan, ...]
    common: tuple[tuple[str, str], ...]
    differs: tuple[str, ...]
    change: tuple[tuple[float, ...], ...]


def side_by_side(result: Result, plans: Sequence[NamedPlan], /) -> SideBySide:
    """Set plans side by side.

    Raises:
        UsageError: more than MOST_PLANS, or one of them twice.
    """
    if len(plans) > MOST_PLANS:
        raise UsageError(
            tr("{number} plans side by side", number=len(plans)),
            help=tr("choose up to {number}", number=MOST_PLANS),
        )
    ids = [plan.id for plan in plans]
    for plan in plans:
        if ids.count(plan.id) > 1:
            raise UsageError(
                tr("plan {plan} is named twice", plan=plan.id),
                help=tr("leave one of the two out"),
            )
    columns = list(zip(*(plan.cells for plan in plans), strict=True))
    names = result.front.decision_columns
    return SideBySide(
        result,
        tuple(plans),
        tuple((n, c[0]) for n, c in zip(names, columns, strict=True) if len(set(c)) == 1),
        tuple(n for n, c in zip(names, columns, strict=True) if len(set(c)) > 1),
        tuple(
            (
                *plans_apart(result, plan, plans[0]),
                *decimals_apart(plan.indicators, plans[0].indicators),
            )
            for plan in plans
        ),
    )
