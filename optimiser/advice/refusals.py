"""Errors: what a run would refuse without solving anything, at the line that is meant."""

from __future__ import annotations

from optimiser.errors import ScenarioError, UsageError
from optimiser.scenario.source.draft import Draft

__all__ = ["refuse"]

_SIDES = ("min", "max")


def refuse(draft: Draft, /, *, method: str | None = None) -> bool:
    """Report decisions without end in a model that is not linear, and a method that cannot take the
    model; whether there is one.

    What else a run could refuse the checks know from the scenario alone; this depends on how it is
    formulated, which is asked for only where a decision is without end or a method is chosen.

    Args:
        method: what a run is asked for in the place of what the scenario says.
    """
    endless = [
        (name, side)
        for name, variable in draft.scenario.variables.items()
        if variable.values is None and variable.type != "binary"
        for side in _SIDES
        if (end := getattr(variable, side)) is None or end.infinite
    ]
    chosen = draft.scenario.solver.method if method is None else "auto"
    if not endless and chosen == "auto":
        return False
    from optimiser.formulate import Model

    try:
        problem = Model(draft.scenario).at()
    except ScenarioError as error:
        if not endless:
            raise
        at = draft.at("variables", *endless[0])
        draft.findings.error("S044", at, error.message, help=error.help)
        return True
    if chosen == "auto":
        return False
    from optimiser.engine import Options, choose

    try:
        choose(problem, Options(method=chosen))
    except UsageError as error:
        at = draft.at("solver", "method")
        help = error.help.replace("`method=auto`", "method: auto")
        draft.findings.error("S055", at, error.message, help=help)
        return True
    return False
