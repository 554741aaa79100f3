"""The values of the parameters that a model is put at."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from optimiser.errors import UsageError
from optimiser.formulate.tolerances import SMALLEST
from optimiser.language import listed, tr
from optimiser.scenario.format.formulas import Formula
from optimiser.scenario.format.values import Values

if TYPE_CHECKING:
    from optimiser.scenario import Scenario

__all__ = ["unknown_parameter", "values_at"]


def unknown_parameter(name: str, known: Collection[str], /) -> UsageError:
    """What is said of a name that is no parameter, with those that are."""
    help = (
        tr("known parameters: {names}", names=listed(known))
        if known
        else tr("known parameters: none")
    )
    return UsageError(tr("unknown parameter '{name}'", name=name), help=help)


def values_at(scenario: Scenario, overrides: Mapping[str, float], /) -> Values:
    """Exact parameter values; those that depend on an overridden one follow it.

    Raises:
        UsageError: a name is no parameter, or a parameter would have no finite value.
    """
    formulas = scenario.values_written
    for name, value in overrides.items():
        if name not in formulas:
            raise unknown_parameter(name, formulas)
        try:
            size = float(value)
        except (TypeError, ValueError):
            size = math.nan
        if not (size == 0.0 or SMALLEST <= abs(size) <= 1 / SMALLEST):
            raise UsageError(
                tr("{value!r} for parameter '{name}'", value=value, name=name),
                help=tr("give a number, between 1e-300 and 1e300"),
            )
        formulas[name] = Formula.of(repr(size))
    found = Values(formulas)
    undefined = [name for name in formulas if name not in found.known]
    if undefined:
        raise UsageError(
            tr("parameter '{name}' has no finite value under these values", name=undefined[0]),
            help=tr("give others"),
        )
    return found
