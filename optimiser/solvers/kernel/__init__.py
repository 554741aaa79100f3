"""The exact engine: complete fronts of integer programs, compiled."""

from __future__ import annotations

from optimiser.solvers.kernel.engine import Answer, KernelOutcome, Limits, Progress, SubProblem, refusal, solve_front
from optimiser.solvers.kernel.integers import UNLIMITED, IntegerProgram

__all__ = [
    "UNLIMITED",
    "Answer",
    "IntegerProgram",
    "KernelOutcome",
    "Limits",
    "Progress",
    "SubProblem",
    "refusal",
    "solve_front",
]
