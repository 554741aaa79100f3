"""Solvers: one algorithm a file, found by the registry, run and checked by the driver."""

from __future__ import annotations

from optimiser.solvers.contract import Budget, Checkpoints, Options, Outcome, Progress, Saved, Solution, Solver
from optimiser.solvers.driver import run, solve
from optimiser.solvers.registry import choose, registry

__all__ = [
    "Budget",
    "Checkpoints",
    "Options",
    "Outcome",
    "Progress",
    "Saved",
    "Solution",
    "Solver",
    "choose",
    "registry",
    "run",
    "solve",
]
