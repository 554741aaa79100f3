"""What may be adopted, what that changes, and rules on how many technologies are adopted."""

from typing import Self

from pydantic import Field, model_validator

from optimiser.language import marked, tr
from optimiser.scenario.format.fields import ZERO, Flag, Line, Members, Prose, Section
from optimiser.scenario.format.formulas import Formula, finding
from optimiser.scenario.format.phases import PhaseName, Requirement

__all__ = ["Effect", "Group", "Level", "Scale", "Synergy", "Technology"]


class Effect(Section):
    """What an adoption changes in one indicator: an amount or a percentage."""

    value: Formula | None = Field(
        default=None,
        description=marked("An amount in the indicator's unit. Short form: the number alone."),
    )
    percent: Formula | None = Field(
        default=None,
        description=marked(
            "A percentage: of the baseline (add), or of what the other measures leave "
            "(compound). Short form: `+4%`."
        ),
    )

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.value is None) == (self.percent is None):
            raise finding(
                "S016",
                tr("an effect is either a value or a percent"),
                help=tr("write 1.8, +4%, {value: ...} or {percent: ...}"),
            )
        return self


Effects = dict[str, Effect]


class Level(Section):
    """One way to adopt a technology."""

    title: Line = Field(default="", description=marked("What it is, for people."))
    effects: Effects = Field(
        default_factory=dict,
        description=marked("Its effects, by indicator, on top of the technology's own."),
    )
    earliest: PhaseName | None = Field(
        default=None,
        description=marked("The first phase in which it can start, else the technology's."),
    )
    latest: PhaseName | None = Field(
        default=None,
        description=marked("The last phase in which it can start, else the technology's."),
    )
    delay: Formula | None = Field(
        default=None,
        description=marked("Phases from its start to its effects, else the technology's."),
    )
    ramp: tuple[Formula, ...] | None = Field(
        default=None,
        description=marked(
            "Shares of its effects in the first phases after the delay, else the technology's."
        ),
    )
    lifetime: Formula | None = Field(
        default=None, description=marked("Years until it is worn out, else the technology's.")
    )
    replace: Flag | None = Field(
        default=None, description=marked("Whether it is bought again then, else the technology's.")
    )


class Scale(Section):
    """The amount in which a technology is adopted: 0, or between min and max."""

    min: Formula = Field(description=marked("The smallest amount once adopted, above 0."))
    max: Formula = Field(description=marked("The largest amount."))
    step: Formula | None = Field(
        default=None,
        description=marked(
            "Amounts are min, min + step, ...; without it any amount between min and max."
        ),
    )
    unit: Line = Field(default="", description=marked("The unit of the amount."))


class Technology(Section):
    """A technology that may be adopted: yes or no, at one of several levels, or in an amount."""

    title: Line = Field(default="", description=marked("What it is, for people."))
    description: Prose = Field(default="", description=marked("More about it."))
    layer: Line = Field(
        default="",
        description=marked(
            "Where it belongs, for example infrastructure, platform, application, ecosystem."
        ),
    )
    effects: Effects = Field(
        default_factory=dict, description=marked("Its effects once adopted, by indicator.")
    )
    effects_per_unit: Effects = Field(
        default_factory=dict,
        description=marked("With scale: the effects of each unit of the amount, by indicator."),
    )
    levels: dict[str, Level] = Field(
        default_factory=dict,
        description=marked("The ways to adopt it, of which at most one is chosen."),
    )
    scale: Scale | None = Field(
        default=None, description=marked("The amounts in which it can be adopted; excludes levels.")
    )
    requires: tuple[Requirement, ...] = Field(
        default=(),
        description=marked(
            "Technologies (or technology.level) that must all be adopted with it; with phases in "
            "the same phase or before, or "
            "`{technology: iot, lead: 1}` for at least that many phases before."
        ),
    )
    requires_any: tuple[Members, ...] = Field(
        default=(),
        description=marked(
            "Lists of technologies, of each of which at least one must be adopted with it."
        ),
    )
    excludes: Members = Field(
        default=(),
        description=marked(
            "Technologies that cannot be adopted together with it, in either direction."
        ),
    )
    earliest: PhaseName | None = Field(
        default=None, description=marked("The first phase in which it can start, by name.")
    )
    latest: PhaseName | None = Field(
        default=None, description=marked("The last phase in which it can start, by name.")
    )
    delay: Formula = Field(
        default=ZERO, description=marked("Phases from its start to its ongoing effects.")
    )
    ramp: tuple[Formula, ...] = Field(
        default=(),
        description=marked(
            "Shares (0 to 1) of its ongoing effects in the first phases after the delay, then 1: "
            "[0.5, 0.8]."
        ),
    )
    lifetime: Formula | None = Field(
        default=None,
        description=marked(
            "Years from its start, delay included, until it is worn out: its one_off "
            "effects then fall due again, whenever that is before the end of the horizon."
        ),
    )
    replace: Flag = Field(
        default=True,
        description=marked(
            "With lifetime: false, and it is not bought again: its effects end, and its "
            "synergies with them."
        ),
    )


class Synergy(Section):
    """An effect that exists only when several technologies are adopted together."""

    between: Members = Field(
        description=marked("The technologies (or technology.level), two or more.")
    )
    effects: Effects = Field(
        description=marked("The additional effects, by indicator, of either sign.")
    )
    title: Line = Field(default="", description=marked("What it is, for people."))


class Group(Section):
    """A rule on how many of several technologies are adopted."""

    of: Members = Field(
        description=marked("The technologies (or technology.level) that are counted.")
    )
    at_least: Formula | None = Field(
        default=None, description=marked("The fewest that may be adopted.")
    )
    at_most: Formula | None = Field(
        default=None, description=marked("The most that may be adopted.")
    )
    exactly: Formula | None = Field(
        default=None, description=marked("How many must be adopted; excludes at_least and at_most.")
    )
    title: Line = Field(default="", description=marked("What it is, for people."))
