"""The nonlinear engine: fronts of problems that are not linear, by evolution and polish, with an unbounded archive.

It proves nothing; every point that it hands back is feasible and none dominates another.
"""

from __future__ import annotations

from optimiser.solvers.evolution.archive import Archive
from optimiser.solvers.evolution.engine import evolve
from optimiser.solvers.evolution.evaluation import Margins
from optimiser.solvers.evolution.finish import Finish, Finished, finish
from optimiser.solvers.evolution.optimality import EFFICIENT, residuals
from optimiser.solvers.evolution.run import Evolved, Progress
from optimiser.solvers.evolution.selection import choose, complete

__all__ = [
    "EFFICIENT",
    "Archive",
    "Evolved",
    "Finish",
    "Finished",
    "Margins",
    "Progress",
    "choose",
    "complete",
    "evolve",
    "finish",
    "residuals",
]
