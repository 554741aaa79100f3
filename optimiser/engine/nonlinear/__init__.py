"""The nonlinear engine: fronts of problems that are not linear, by evolution and polish, with an
unbounded archive.

It proves nothing; every point that it hands back is feasible and none dominates another.
"""

from __future__ import annotations

from optimiser.engine.nonlinear.archive import Archive
from optimiser.engine.nonlinear.evaluator import Margins, margins_of
from optimiser.engine.nonlinear.evolve import evolve
from optimiser.engine.nonlinear.finish import Finish, Finished, finish
from optimiser.engine.nonlinear.optimality import residuals
from optimiser.engine.nonlinear.run import Evolved, SearchProgress
from optimiser.engine.nonlinear.selection import choose, complete
from optimiser.engine.nonlinear.tolerances import EFFICIENT

__all__ = [
    "EFFICIENT",
    "Archive",
    "Evolved",
    "Finish",
    "Finished",
    "Margins",
    "SearchProgress",
    "choose",
    "complete",
    "evolve",
    "finish",
    "margins_of",
    "residuals",
]
