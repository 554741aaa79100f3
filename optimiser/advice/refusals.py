"""Errors: what a run would refuse without solving anything, at the line that is meant."""

from __future__ import annotations

from optimiser.errors import ScenarioError
from optimiser.scenario.source.draft import Draft

__all__ = ["refuse"]

_SIDES = ("min", "max")


def refuse(draft: Draft, /) -> bool:
    """Report decisions without end in a model that is not linear; whether there is one.

    What else a run could refuse the checks know from the scenario alone; this depends on how it is
    formulated, which is asked for only where a decision is without end.
    """
    endless = [
        (name, side)
        for name, variable in draft.scenario.variables.items()
        if variable.values is None and variable.type != "binary"
        for side in _SIDES
        if (end := getattr(variable, side)) is None or end.infinite
    ]
    if not endless:
        return False
    from optimiser.formulate import formulate

    try:
        formulate(draft.scenario).at()
    except ScenarioError as error:
        at = draft.at("variables", *endless[0])
        draft.findings.error("S044", at, error.message, help=error.help)
        return True
    return False
