"""How a terminal looks: the only package that knows. Functions build what is shown; a Terminal
prints it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimiser.on_demand import on_demand

if TYPE_CHECKING:
    from optimiser.render.comparison_table import comparison, counted
    from optimiser.render.equal_plans import equivalents
    from optimiser.render.failure import checked, report, warn
    from optimiser.render.front_table import TOP, front
    from optimiser.render.listing import scenarios, verification
    from optimiser.render.messages import (
        count,
        counting,
        effort,
        error,
        finding,
        progress,
    )
    from optimiser.render.plan_table import plan
    from optimiser.render.terminal import Terminal

__all__ = [
    "TOP",
    "Terminal",
    "checked",
    "comparison",
    "count",
    "counted",
    "counting",
    "effort",
    "equivalents",
    "error",
    "finding",
    "front",
    "plan",
    "progress",
    "report",
    "scenarios",
    "verification",
    "warn",
]

__getattr__ = on_demand(
    __name__,
    {
        "comparison_table": ("comparison", "counted"),
        "equal_plans": ("equivalents",),
        "failure": ("checked", "report", "warn"),
        "front_table": ("TOP", "front"),
        "listing": ("scenarios", "verification"),
        "messages": (
            "count",
            "counting",
            "effort",
            "error",
            "finding",
            "progress",
        ),
        "plan_table": ("plan",),
        "terminal": ("Terminal",),
    },
)
