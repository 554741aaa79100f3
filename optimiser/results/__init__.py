"""Results: a front ranked and set against its reference plans; as a document, as a folder, as a
table, in words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimiser.on_demand import on_demand

if TYPE_CHECKING:
    from optimiser.results.ranked_plans import ReferenceOutcome
    from optimiser.results.result import Result

__all__ = ["ReferenceOutcome", "Result"]


# what is heavy is loaded when first asked for
__getattr__ = on_demand(__name__, {"ranked_plans": ("ReferenceOutcome",), "result": ("Result",)})
