"""The exact engine: complete fronts of integer programs, compiled."""

from __future__ import annotations

from optimiser.solvers.kernel.cache import compiled_before
from optimiser.solvers.kernel.engine import Answer, KernelOutcome, Limits, Progress, SubProblem, refusal, solve_front
from optimiser.solvers.kernel.integers import UNLIMITED, IntegerProgram
from optimiser.solvers.kernel.plans import Preference, Preferred, equivalents, prefer
from optimiser.solvers.kernel.snapshot import Snapshot

__all__ = [
    "UNLIMITED",
    "Answer",
    "IntegerProgram",
    "KernelOutcome",
    "Limits",
    "Preference",
    "Preferred",
    "Progress",
    "Snapshot",
    "SubProblem",
    "compiled_before",
    "equivalents",
    "prefer",
    "refusal",
    "solve_front",
]
