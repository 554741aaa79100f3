"""A study: a scenario solved, ranked and set against its reference plans; saved, loaded and ranked again."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optimiser.study.certifying import certify, check_certificate, read_certificate
    from optimiser.study.claims import shortfalls
    from optimiser.study.equals import MOST_EQUIVALENTS, Equivalents, equivalents
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
        results_in,
    )
    from optimiser.study.result import ReferenceOutcome, Result
    from optimiser.study.resuming import State
    from optimiser.study.solving import Obtained, obtain, rank_again, solve
    from optimiser.study.starting import STARTER, start, start_from

__all__ = [
    "MOST_EQUIVALENTS",
    "STARTER",
    "Equivalents",
    "Examined",
    "Kept",
    "Obtained",
    "ReferenceOutcome",
    "Request",
    "Result",
    "State",
    "certify",
    "check_certificate",
    "equivalents",
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
    "results_in",
    "shortfalls",
    "solve",
    "start",
    "start_from",
]


# Loaded when first asked for: no command needs all of them.
_PLACES = {
    "certifying": ("certify", "check_certificate", "read_certificate"),
    "claims": ("shortfalls",),
    "equals": ("MOST_EQUIVALENTS", "Equivalents", "equivalents"),
    "keeping": ("Kept", "exit_code_of", "keep"),
    "request": (
        "Examined",
        "Request",
        "examine",
        "is_result",
        "open_scenario",
        "options_for",
        "parse_weights",
        "refuse_options",
        "refuse_unused",
        "results_in",
    ),
    "result": ("ReferenceOutcome", "Result"),
    "resuming": ("State",),
    "solving": ("Obtained", "obtain", "rank_again", "solve"),
    "starting": ("STARTER", "start", "start_from"),
}


def __getattr__(name: str) -> Any:
    for module, names in _PLACES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
