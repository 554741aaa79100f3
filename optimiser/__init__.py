"""Plan which technologies to adopt: from a scenario to every plan that no other plan beats.

>>> import optimiser
>>> result = optimiser.solve(optimiser.load("production_steps"))
>>> len(result.front), result.front.proof.status
(10, 'complete')
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optimiser import errors
    from optimiser.advice import check
    from optimiser.analysis.calibrating import calibrate
    from optimiser.results import Result
    from optimiser.scenario import load
    from optimiser.study import rank_again as rank
    from optimiser.study import solve

__all__ = ["Result", "calibrate", "check", "errors", "load", "rank", "solve"]

# Loaded when first asked for: `optimise --help` needs none of it.
_PLACES = {
    "Result": ("optimiser.results", "Result"),
    "calibrate": ("optimiser.analysis.calibrating", "calibrate"),
    "check": ("optimiser.advice", "check"),
    "errors": ("optimiser.errors", ""),
    "load": ("optimiser.scenario", "load"),
    "rank": ("optimiser.study", "rank_again"),
    "solve": ("optimiser.study", "solve"),
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(
            f"module 'optimiser' has no attribute {name!r}; it has {', '.join(__all__)}"
        )
    module, attribute = _PLACES[name]
    found = import_module(module)
    return getattr(found, attribute) if attribute else found


def __dir__() -> list[str]:
    return __all__
