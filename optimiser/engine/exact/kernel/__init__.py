"""The exact engine: complete fronts of integer programs, single searches on them, and trees that
refute boxes; compiled from ``native/``.

This is its face: nobody outside imports a module of it. An installation that was made without a C++
compiler has all of it but the compiled part: :func:`compiled` says so.
"""

from __future__ import annotations

from optimiser.engine.exact.kernel.box_trees import BoxLimits, BoxTrees, RefutingArrays, TreeEnd
from optimiser.engine.exact.kernel.boxes import zones_left
from optimiser.engine.exact.kernel.built import compiled
from optimiser.engine.exact.kernel.clusters import clustered
from optimiser.engine.exact.kernel.integer_program import (
    UNLIMITED,
    IntegerProgram,
    NormalForm,
    RefusedError,
    normal_form,
)
from optimiser.engine.exact.kernel.machine import Halt
from optimiser.engine.exact.kernel.multipliers import costs_of, precision
from optimiser.engine.exact.kernel.outcome import (
    KernelAnswer,
    KernelOutcome,
    KernelProgress,
    Limits,
    SubProblem,
)
from optimiser.engine.exact.kernel.plans import Preference, Preferred, apart, equivalents, prefer
from optimiser.engine.exact.kernel.single import NODES_MOST, Single
from optimiser.engine.exact.kernel.snapshot import Snapshot
from optimiser.engine.exact.kernel.symmetries import without_symmetries
from optimiser.engine.exact.kernel.whole_front import refusal, solve_front

__all__ = [
    "NODES_MOST",
    "UNLIMITED",
    "BoxLimits",
    "BoxTrees",
    "Halt",
    "IntegerProgram",
    "KernelAnswer",
    "KernelOutcome",
    "KernelProgress",
    "Limits",
    "NormalForm",
    "Preference",
    "Preferred",
    "RefusedError",
    "RefutingArrays",
    "Single",
    "Snapshot",
    "SubProblem",
    "TreeEnd",
    "apart",
    "clustered",
    "compiled",
    "costs_of",
    "equivalents",
    "normal_form",
    "precision",
    "prefer",
    "refusal",
    "solve_front",
    "without_symmetries",
    "zones_left",
]
