"""The nonlinear engine: fronts of problems that are not linear, by evolution and polish, with an unbounded archive.

It proves nothing; every point that it hands back is feasible and none dominates another.
"""

from __future__ import annotations

from optimiser.solvers.evolution.archive import Archive
from optimiser.solvers.evolution.engine import Evolved, Progress, evolve
from optimiser.solvers.evolution.evaluation import Margins
from optimiser.solvers.evolution.optimality import residuals
from optimiser.solvers.evolution.selection import choose

__all__ = ["Archive", "Evolved", "Margins", "Progress", "choose", "evolve", "residuals"]
