"""From a scenario to a problem: one file a modelling idea."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimiser.errors import UsageError
from optimiser.language import tr
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

    Args:
        scenario: from :func:`optimiser.load`. ``Model(scenario)`` also compiles what this program
            itself makes of one, unchecked.

    Raises:
        UsageError: it was made or changed in Python since, so that nothing is known of it.
        ScenarioError: a bound or amount makes no sense.
    """
    from optimiser.formulate.model import Model

    if not scenario.checked:
        raise UsageError(
            tr("the scenario is not checked: it was made or changed in Python"),
            help=tr("write optimiser.load(scenario), which checks it"),
        )
    return Model(scenario)
