"""From a scenario to a problem: one file a modelling idea."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimiser.on_demand import on_demand

if TYPE_CHECKING:
    from optimiser.formulate.many import Outcomes
    from optimiser.formulate.model import Model, Readings
    from optimiser.formulate.roadmap import Roadmap
    from optimiser.scenario import Scenario

__all__ = ["Model", "Outcomes", "Readings", "Roadmap", "formulate"]

# Loaded when first asked for: advice asks what effects mean, and needs no model.
__getattr__ = on_demand(
    __name__, {"many": ("Outcomes",), "model": ("Model", "Readings"), "roadmap": ("Roadmap",)}
)


def formulate(scenario: Scenario, /) -> Model:
    """Compile a scenario; parameters stay inputs of the model.

    Raises:
        ScenarioError: a bound or amount makes no sense.
    """
    from optimiser.formulate.model import Model

    return Model(scenario)
