"""A multi-objective engine that knows nothing of planning: problems in, fronts with what is proven
of them out.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optimiser.engine.choosing import choose, registry
    from optimiser.engine.contract import (
        Budget,
        Checkpoints,
        Options,
        Outcome,
        Progress,
        Saved,
        Solution,
        Solver,
    )
    from optimiser.engine.driver import run, solve

__all__ = [
    "Budget",
    "Checkpoints",
    "Options",
    "Outcome",
    "Progress",
    "Saved",
    "Solution",
    "Solver",
    "choose",
    "registry",
    "run",
    "solve",
]

# Loaded when first asked for: a problem, or a certificate of one, needs no solver.
_PLACES = {
    "contract": (
        "Budget",
        "Checkpoints",
        "Options",
        "Outcome",
        "Progress",
        "Saved",
        "Solution",
        "Solver",
    ),
    "driver": ("run", "solve"),
    "choosing": ("choose", "registry"),
}


def __getattr__(name: str) -> Any:
    for module, names in _PLACES.items():
        if name in names:
            found = getattr(import_module(f"{__name__}.{module}"), name)
            globals()[name] = found  # a module of the same name does not hide it
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
