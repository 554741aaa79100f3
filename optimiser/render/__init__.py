"""How a terminal looks: the only package that knows. Functions build what is shown; a Terminal
prints it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optimiser.render.comparison import comparison
from optimiser.render.failure import checked, report, warn
from optimiser.render.front import TOP, front
from optimiser.render.messages import (
    count,
    counting,
    effort,
    error,
    finding,
    github,
    json_list,
    progress,
)
from optimiser.render.plan import plan
from optimiser.render.terminal import Terminal

if TYPE_CHECKING:
    from optimiser.render.equal_plans import equivalents
    from optimiser.render.listing import scenarios, verification

__all__ = [
    "TOP",
    "Terminal",
    "checked",
    "comparison",
    "count",
    "counting",
    "effort",
    "equivalents",
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


def __getattr__(name: str) -> Any:
    """What few commands show is loaded when first asked for."""
    if name == "equivalents":
        from optimiser.render.equal_plans import equivalents

        return equivalents
    if name in ("scenarios", "verification"):
        from optimiser.render import listing

        return getattr(listing, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
