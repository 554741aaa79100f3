"""A study: a scenario formulated, solved, ranked and set against its reference plans; certified,
resumed, ranked again.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optimiser.study.certifying import certify, check_certificate, read_certificate
    from optimiser.study.equal_plans import MOST_EQUIVALENTS, Equivalents, equivalents
    from optimiser.study.resuming import RunState, checkpoints, forget
    from optimiser.study.robust import ideals_to_solve, made_robust
    from optimiser.study.solving import rank_again, solve

__all__ = [
    "MOST_EQUIVALENTS",
    "Equivalents",
    "RunState",
    "certify",
    "check_certificate",
    "checkpoints",
    "equivalents",
    "forget",
    "ideals_to_solve",
    "made_robust",
    "rank_again",
    "read_certificate",
    "solve",
]


# Loaded when first asked for: no command needs all of them.
_PLACES = {
    "certifying": ("certify", "check_certificate", "read_certificate"),
    "equal_plans": ("MOST_EQUIVALENTS", "Equivalents", "equivalents"),
    "resuming": ("RunState", "checkpoints", "forget"),
    "robust": ("ideals_to_solve", "made_robust"),
    "solving": ("rank_again", "solve"),
}


def __getattr__(name: str) -> Any:
    for module, names in _PLACES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
