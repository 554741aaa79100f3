"""The core index of every technology: the share of the plans that adopt it, those with equal
objectives counted as `decide` counts them.

References:
    Liesiö, Mild, Salo (2007), Preference programming for robust portfolio modeling and project
    selection, EJOR 181.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimiser.analysis.adoption import adopted, choices, shares
from optimiser.analysis.deciding import with_equals
from optimiser.language import tr
from optimiser.reports.chart import Bar, Chart, ChartAxis, Key, Mark, Panel, Role, Tick
from optimiser.results.wording import decision_title
from optimiser.study import equivalents_of_all

if TYPE_CHECKING:
    from optimiser.results import Result

__all__ = ["core_chart"]

_ROW = 22.0
_ROOM = 112.0  # per cent, with room for a word beside the longest bar


def core_chart(result: Result, /) -> Chart:
    """A bar for each technology, those in most plans first."""
    scenario, front = result.scenario, with_equals(result.front, equivalents_of_all(result))
    names = choices(scenario, front)
    found = shares(names, adopted(front, names))
    order = sorted(names, key=lambda name: -found[name])
    plans = len(front)
    marks: list[Mark] = []
    for place, name in enumerate(order):
        role, text = _standing(found[name], plans)
        marks.append(
            Bar(role, 0.0, place - 0.32, 100 * found[name], place + 0.32, text, f"{name}: {text}")
        )
    ticks = tuple(
        Tick(place, decision_title(scenario, name) or name) for place, name in enumerate(order)
    )
    title_across = tr("share of {number} plans", number=plans)
    percent = tuple(Tick(float(value), f"{value}") for value in (0, 20, 40, 60, 80, 100))
    roles = {mark.role for mark in marks}
    legend = (
        Key("good", tr("in every plan"), "area"),
        Key("plan", tr("in some"), "area"),
        Key("muted", tr("in none"), "area"),
    )
    title = scenario.title or scenario.name
    return Chart(
        "core",
        tr("Technologies in the plans of {title}", title=title),
        (
            Panel(
                (
                    ChartAxis(title_across, 0.0, _ROOM, percent, "%"),
                    ChartAxis("", max(1, len(order)) - 0.5, -0.5, ticks, lines=False),
                ),
                tuple(marks),
            ),
        ),
        tuple(key for key in legend if key.role in roles),
        words=tr("{number} technologies in {plans} plans.", number=len(names), plans=plans),
        size=(760.0, 120.0 + _ROW * len(order)),
    )


def _standing(share: float, plans: int) -> tuple[Role, str]:
    count = round(share * plans)
    role: Role = "good" if count == plans else "plan" if count else "muted"
    return role, tr("{count} of {plans}", count=count, plans=plans)
