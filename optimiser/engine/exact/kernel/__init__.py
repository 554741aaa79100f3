"""The exact engine: complete fronts of integer programs, compiled."""

from __future__ import annotations

from optimiser.engine.exact.kernel.cache import compiled_before
from optimiser.engine.exact.kernel.integer_program import UNLIMITED, IntegerProgram
from optimiser.engine.exact.kernel.plans import Preference, Preferred, equivalents, prefer
from optimiser.engine.exact.kernel.snapshot import Snapshot
from optimiser.engine.exact.kernel.whole_front import (
    KernelAnswer,
    KernelOutcome,
    KernelProgress,
    Limits,
    SubProblem,
    refusal,
    solve_front,
)

__all__ = [
    "UNLIMITED",
    "IntegerProgram",
    "KernelAnswer",
    "KernelOutcome",
    "KernelProgress",
    "Limits",
    "Preference",
    "Preferred",
    "Snapshot",
    "SubProblem",
    "compiled_before",
    "equivalents",
    "prefer",
    "refusal",
    "solve_front",
]
