"""Plan which technologies to adopt: from a scenario to every plan that no other plan beats.

>>> import optimiser
>>> result = optimiser.solve("production_steps")
>>> len(result), result.front.proof.status
(10, 'complete')
"""

from __future__ import annotations

# typing takes long to load, and the command line hears signals first: optimiser/__main__.py
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from optimiser import errors
    from optimiser.advice import check
    from optimiser.analysis.calibrating import calibrate
    from optimiser.engine import Options, Progress
    from optimiser.face import AnsweringResult as Result
    from optimiser.face import Plan, Plot, rank, solve
    from optimiser.results.store import KeptRun, runs
    from optimiser.scenario import Scenario, load
    from optimiser.scenario.format.fitted_models import FittedModel
    from optimiser.scenario.format.options import Ranking, SolverOptions
    from optimiser.scenario.format.schema import (
        Constraint,
        Effect,
        Figure,
        Group,
        Indicator,
        Level,
        Objective,
        Parameter,
        Phase,
        ReferencePlan,
        Requirement,
        Scale,
        Synergy,
        Technology,
        Variable,
    )
    from optimiser.scenario.format.table_files import TableFile

    __version__: str

# Loaded when first asked for: `optimise --help` needs none of it. Module -> what it gives.
_PLACES = {
    "optimiser.advice": ("check",),
    "optimiser.analysis.calibrating": ("calibrate",),
    "optimiser.engine": ("Options", "Progress"),
    "optimiser.face": ("Plan", "Plot", "rank", "solve"),
    "optimiser.results.store": ("KeptRun", "runs"),
    "optimiser.scenario": ("Scenario", "load"),
    "optimiser.scenario.format.fitted_models": ("FittedModel",),
    "optimiser.scenario.format.options": ("Ranking", "SolverOptions"),
    "optimiser.scenario.format.schema": (
        "Constraint",
        "Effect",
        "Figure",
        "Group",
        "Indicator",
        "Level",
        "Objective",
        "Parameter",
        "Phase",
        "ReferencePlan",
        "Requirement",
        "Scale",
        "Synergy",
        "Technology",
        "Variable",
    ),
    "optimiser.scenario.format.table_files": ("TableFile",),
}

__all__ = [
    "Constraint",
    "Effect",
    "Figure",
    "FittedModel",
    "Group",
    "Indicator",
    "KeptRun",
    "Level",
    "Objective",
    "Options",
    "Parameter",
    "Phase",
    "Plan",
    "Plot",
    "Progress",
    "Ranking",
    "ReferencePlan",
    "Requirement",
    "Result",
    "Scale",
    "Scenario",
    "SolverOptions",
    "Synergy",
    "TableFile",
    "Technology",
    "Variable",
    "__version__",
    "calibrate",
    "check",
    "errors",
    "load",
    "rank",
    "runs",
    "solve",
]


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name == "errors":
        return import_module("optimiser.errors")
    if name == "Result":
        return import_module("optimiser.face").AnsweringResult
    if name == "__version__":
        return import_module("optimiser.results.versions").installed_version()
    for module, names in _PLACES.items():
        if name in names:
            return getattr(import_module(module), name)
    raise AttributeError(
        f"module 'optimiser' has no attribute {name!r}; it has {', '.join(__all__)}"
    )


def __dir__() -> list[str]:
    return __all__
