"""What ``import optimiser`` gives: scenarios from files, names, mappings and objects; results that
are asked by their own methods, and that show themselves in a notebook.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimiser.on_demand import on_demand

if TYPE_CHECKING:
    from optimiser.face.answering import AnsweringResult
    from optimiser.face.plans import Plan
    from optimiser.face.plots import Plot
    from optimiser.face.solving import AskedOptions, rank, solve

__all__ = ["AnsweringResult", "AskedOptions", "Plan", "Plot", "rank", "solve"]

__getattr__ = on_demand(
    __name__,
    {
        "answering": ("AnsweringResult",),
        "plans": ("Plan",),
        "plots": ("Plot",),
        "solving": ("AskedOptions", "rank", "solve"),
    },
)
