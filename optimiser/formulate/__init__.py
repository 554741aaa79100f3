"""From a scenario to a problem: one file a modelling idea."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimiser.formulate.many import Outcomes
from optimiser.formulate.model import Model, Readings
from optimiser.formulate.roadmap import Roadmap

if TYPE_CHECKING:
    from optimiser.scenario import Scenario

__all__ = ["Model", "Outcomes", "Readings", "Roadmap", "formulate"]


def formulate(scenario: Scenario, /) -> Model:
    """Compile a scenario; parameters stay inputs of the model.

    Raises:
        ScenarioError: a bound or amount makes no sense.
    """
    return Model(scenario)
