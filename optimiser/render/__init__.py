"""How a terminal looks: the only package that knows. Functions build what is shown; a Terminal prints it."""

from __future__ import annotations

from optimiser.render.comparison import comparison
from optimiser.render.failure import checked, report, warn
from optimiser.render.front import TOP, front
from optimiser.render.listing import scenarios, verification
from optimiser.render.messages import count, effort, error, finding, github, json_list, progress
from optimiser.render.plan import plan
from optimiser.render.terminal import Terminal

__all__ = [
    "TOP",
    "Terminal",
    "checked",
    "comparison",
    "count",
    "effort",
    "error",
    "finding",
    "front",
    "github",
    "json_list",
    "plan",
    "progress",
    "report",
    "scenarios",
    "verification",
    "warn",
]
