"""Constants that expressions use by name: one value, or one a phase."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from pydantic import Field

from optimiser.language import marked
from optimiser.scenario.format.by_phase import ByPhase, End, in_phase, phase_values
from optimiser.scenario.format.fields import Line, Section
from optimiser.scenario.format.formulas import Formula
from optimiser.scenario.format.phases import Phase
from optimiser.scenario.format.values import phase_key

__all__ = ["HALF_YEAR", "Parameter", "constants_of"]

#: the constant that money grows by in half a year, where the rate depends on parameters
HALF_YEAR: Final = "growth of half a year"


def constants_of(
    parameters: Mapping[str, "Parameter"], phases: Sequence[Phase], half_year: Formula | None, /
) -> dict[str, "Parameter"]:
    """Every single number that is a parameter: plain ones by their names, the others once a phase,
    as ``name["2027"]``.
    """
    varying = {name for name, p in parameters.items() if p.by_phase is not None}
    found: dict[str, Parameter] = {}
    for name, parameter in parameters.items():
        if parameter.by_phase is None:
            found[name] = parameter
            continue
        ends = [parameter.by_phase, parameter.low, parameter.high]
        spread = [phase_values(end, phases) for end in ends]
        for place, phase in enumerate(phases):
            value, low, high = (
                None if (f := own[place]) is None else in_phase(f, phase.name, varying)
                for own in spread
            )
            if value is not None:
                found[phase_key(name, phase.name)] = parameter.model_copy(
                    update={"value": value, "by_phase": None, "low": low, "high": high}
                )
    if half_year is not None:
        found[HALF_YEAR] = Parameter(value=half_year)
    return found


class Parameter(Section):
    """A constant that expressions use by name."""

    value: Formula | None = Field(
        default=None,
        description=marked(
            "Its value: a number, or an expression over other parameters. What runs use, unless "
            "`--at` says otherwise."
        ),
    )
    by_phase: ByPhase | None = Field(
        default=None,
        description=marked(
            'In place of `value`, one a phase: [80, 95, 110], or {"2027": 80, ...}. '
            "Effects and baselines take the value of the phase in which they act, one_off ones "
            "that in which they are paid."
        ),
    )
    low: End | None = Field(
        default=None,
        description=marked(
            "An uncertain parameter: the smallest value that is reckoned with; for normal the 5 % "
            "quantile. `--at low` uses it. With by_phase also one a phase: a draw moves all phases "
            "by one quantile."
        ),
    )
    high: End | None = Field(
        default=None,
        description=marked(
            "An uncertain parameter: the largest value that is reckoned with; for normal the 95 % "
            "quantile. `--at high` uses it."
        ),
    )
    distribution: Literal["triangular", "uniform", "normal"] | None = Field(
        default=None,
        description=marked(
            "How likely the values between are: triangular (also meant without it; the likeliest "
            "is `value`), uniform, or normal "
            "(`value` is the mean; 90 % of the values lie between low and high, which are equally "
            "far from it)."
        ),
    )
    title: Line = Field(default="", description=marked("What it is, for people."))
    unit: Line = Field(default="", description=marked("Its unit."))
