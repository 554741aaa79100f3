"""A study: a scenario solved, ranked and set against its reference plans; saved, loaded and ranked again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optimiser.study.keeping import Kept, exit_code_of, keep
from optimiser.study.request import (
    Examined,
    Request,
    examine,
    is_result,
    open_scenario,
    options_for,
    parse_weights,
    refuse_options,
    refuse_unused,
)
from optimiser.study.result import ReferenceOutcome, Result
from optimiser.study.resuming import State
from optimiser.study.solving import Obtained, obtain, rank_again, solve
from optimiser.study.starting import STARTER, start

if TYPE_CHECKING:
    from optimiser.study.certifying import certify, check_certificate, read_certificate

__all__ = [
    "STARTER",
    "Examined",
    "Kept",
    "Obtained",
    "ReferenceOutcome",
    "Request",
    "Result",
    "State",
    "certify",
    "check_certificate",
    "examine",
    "exit_code_of",
    "is_result",
    "keep",
    "obtain",
    "open_scenario",
    "options_for",
    "parse_weights",
    "rank_again",
    "read_certificate",
    "refuse_options",
    "refuse_unused",
    "solve",
    "start",
]


def __getattr__(name: str) -> Any:
    """Certificates are loaded when first asked for: most runs need none."""
    if name not in ("certify", "check_certificate", "read_certificate"):
        raise AttributeError(f"module 'optimiser.study' has no attribute {name!r}")
    from optimiser.study import certifying

    return getattr(certifying, name)
