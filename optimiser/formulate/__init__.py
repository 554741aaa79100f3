"""From a scenario to a problem: one file a modelling idea."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optimiser.formulate.many import Outcomes
    from optimiser.formulate.model import Model, Readings
    from optimiser.formulate.roadmap import Roadmap
    from optimiser.scenario import Scenario

__all__ = ["Model", "Outcomes", "Readings", "Roadmap", "formulate"]

# Loaded when first asked for: advice asks what effects mean, and needs no model.
_PLACES = {"Model": "model", "Outcomes": "many", "Readings": "model", "Roadmap": "roadmap"}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'optimiser.formulate' has no attribute {name!r}")
    return getattr(import_module(f"optimiser.formulate.{_PLACES[name]}"), name)


def formulate(scenario: Scenario, /) -> Model:
    """Compile a scenario; parameters stay inputs of the model.

    Raises:
        ScenarioError: a bound or amount makes no sense.
    """
    from optimiser.formulate.model import Model

    return Model(scenario)
