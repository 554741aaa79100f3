"""The nonlinear engine."""

from __future__ import annotations

from optimiser.solvers.evolution.engine import Evolved, Progress, evolve
from optimiser.solvers.evolution.evaluation import Margins

__all__ = ["Evolved", "Margins", "Progress", "evolve"]
