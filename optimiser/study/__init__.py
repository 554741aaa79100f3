"""A study: a scenario formulated, solved, ranked and set against its reference plans; certified,
resumed, ranked again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimiser.on_demand import on_demand

if TYPE_CHECKING:
    from optimiser.study.certifying import certify, check_certificate, read_certificate
    from optimiser.study.equal_plans import (
        MOST_EQUIVALENTS,
        Equivalents,
        equivalents,
        equivalents_of_all,
        with_equal_plans,
    )
    from optimiser.study.preparing import insist, limited
    from optimiser.study.resuming import RunState
    from optimiser.study.robust import ideals_to_solve, made_robust
    from optimiser.study.solving import rank_again, solve

__all__ = [
    "MOST_EQUIVALENTS",
    "Equivalents",
    "RunState",
    "certify",
    "check_certificate",
    "equivalents",
    "equivalents_of_all",
    "ideals_to_solve",
    "insist",
    "limited",
    "made_robust",
    "rank_again",
    "read_certificate",
    "solve",
    "with_equal_plans",
]


# Loaded when first asked for: no command needs all of them.
__getattr__ = on_demand(
    __name__,
    {
        "certifying": ("certify", "check_certificate", "read_certificate"),
        "equal_plans": (
            "MOST_EQUIVALENTS",
            "Equivalents",
            "equivalents",
            "equivalents_of_all",
            "with_equal_plans",
        ),
        "preparing": ("insist", "limited"),
        "resuming": ("RunState",),
        "robust": ("ideals_to_solve", "made_robust"),
        "solving": ("rank_again", "solve"),
    },
)
