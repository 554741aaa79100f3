"""The exact engine: complete fronts of integer programs, single searches on them, and trees that
refute boxes; compiled.

This is its face: nobody outside imports a module of it. What goes over to compiled code stands in
:mod:`.interface`.
"""

from __future__ import annotations

from optimiser.engine.exact.kernel.cache import compiled_before
from optimiser.engine.exact.kernel.integer_program import (
    UNLIMITED,
    IntegerProgram,
    NormalForm,
    Precision,
    RefusedError,
    normal_form,
    precision,
)
from optimiser.engine.exact.kernel.interface import (
    BoxLimits,
    Halt,
    RefutingArrays,
    TreeEnd,
    TreeRecord,
    TreeSpace,
    grow,
)
from optimiser.engine.exact.kernel.outcome import (
    KernelAnswer,
    KernelOutcome,
    KernelProgress,
    Limits,
    SubProblem,
)
from optimiser.engine.exact.kernel.plans import Preference, Preferred, equivalents, prefer
from optimiser.engine.exact.kernel.single import NODES_MOST, Single
from optimiser.engine.exact.kernel.snapshot import Snapshot
from optimiser.engine.exact.kernel.whole_front import refusal, solve_front

__all__ = [
    "NODES_MOST",
    "UNLIMITED",
    "BoxLimits",
    "Halt",
    "IntegerProgram",
    "KernelAnswer",
    "KernelOutcome",
    "KernelProgress",
    "Limits",
    "NormalForm",
    "Precision",
    "Preference",
    "Preferred",
    "RefusedError",
    "RefutingArrays",
    "Single",
    "Snapshot",
    "SubProblem",
    "TreeEnd",
    "TreeRecord",
    "TreeSpace",
    "compiled_before",
    "equivalents",
    "grow",
    "normal_form",
    "precision",
    "prefer",
    "refusal",
    "solve_front",
]
