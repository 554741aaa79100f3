"""Results: a front ranked and set against its reference plans; as a document, as a folder, as a
table, in words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optimiser.results.ranked_plans import ReferenceOutcome
    from optimiser.results.result import Result

__all__ = ["ReferenceOutcome", "Result"]


def __getattr__(name: str) -> Any:
    """What is heavy is loaded when first asked for."""
    if name in __all__:
        from optimiser.results import ranked_plans, result

        return getattr(ranked_plans if name == "ReferenceOutcome" else result, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
