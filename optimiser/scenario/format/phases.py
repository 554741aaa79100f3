"""Phases as the format writes them, and when each technology or level may start and how its effects
come.
"""

import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any, Protocol

from pydantic import AfterValidator, Field, model_serializer, model_validator

from optimiser.frozen import light
from optimiser.language import marked, tr
from optimiser.scenario.format.fields import LONGEST_ID, ONE, ZERO, Line, Member, Section
from optimiser.scenario.format.formulas import Formula, finding

__all__ = ["WHOLE", "Phase", "PhaseName", "Requirement", "Timed", "Timing", "timing"]


def _phase_name(value: str) -> str:
    name = unicodedata.normalize("NFKC", value.strip())
    if not name or "@" in name or '"' in name or not name.isprintable():
        raise finding(
            "S018",
            tr("'{name}' cannot be the name of a phase: no @, no quote, and not empty", name=value),
            help=tr('write for example name: "2027"'),
        )
    return name


PhaseName = Annotated[str, Field(max_length=LONGEST_ID), AfterValidator(_phase_name)]


class Phase(Section):
    """A part of the horizon, in the order of the list."""

    name: PhaseName = Field(description=marked('Its name, for example "2027"; any text without @.'))
    years: Formula = Field(
        default=ONE,
        description=marked("How long it is: the weight of its values in means and totals."),
    )
    limits: dict[str, Formula] = Field(
        default_factory=dict,
        description=marked("The most that may be spent in this phase, by one_off indicator."),
    )
    title: Line = Field(default="", description=marked("What it is, for people."))


#: The one phase of a scenario that writes none: everything happens at once.
WHOLE = Phase.model_construct(name="", years=ONE, limits={}, title="")


class Requirement(Section):
    """A technology that must be adopted too, and how much earlier. Short form: the technology
    alone.
    """

    technology: Member = Field(description=marked("The technology, or technology.level."))
    lead: Formula = Field(
        default=ZERO,
        description=marked(
            "How many phases earlier it must start, at least; 0 allows the same phase."
        ),
    )

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: object) -> object:
        return {"technology": value} if isinstance(value, str) else value

    @model_serializer
    def _plain(self) -> Any:
        return (
            self.technology
            if self.lead.literal == 0
            else {"technology": self.technology, "lead": self.lead.text}
        )

    def __str__(self) -> str:
        return self.technology


class Timed(Protocol):
    """What says when it may start and how its effects come; None leaves it to what is around it."""

    @property
    def earliest(self) -> str | None:
        """The first phase in which it may start."""

    @property
    def latest(self) -> str | None:
        """The last phase in which it may start."""

    @property
    def delay(self) -> Formula | None:
        """Phases from start to effect."""

    @property
    def ramp(self) -> tuple[Formula, ...] | None:
        """Shares of the effect in the first phases after the delay."""

    @property
    def lifetime(self) -> Formula | None:
        """Years from its start until it is worn out."""

    @property
    def replace(self) -> bool | None:
        """Whether it is bought again then."""


@light(frozen=True)
class Timing:
    """When something may start, and how its effects come; phases are positions in the list.

    Attributes:
        earliest: the first phase in which it may start.
        latest: the last one.
        delay: phases from start to effect.
        ramp: shares of the effect in the first phases after the delay, then 1.
        lifetime: years from its start until it is worn out; None where it never is.
        replace: whether it is bought again then, else its effects end.
    """

    earliest: int
    latest: int
    delay: Formula
    ramp: tuple[Formula, ...]
    lifetime: Formula | None = None
    replace: bool = True

    @property
    def starts(self) -> range:
        """The phases in which it may start."""
        return range(self.earliest, self.latest + 1)


def timing(technology: Timed, level: Timed | None, phases: Mapping[str, int], /) -> Timing:
    """What is written for a technology, or for a level of it, which comes before what its
    technology says.

    Args:
        technology: the technology.
        level: the level.
        phases: the position of each phase, at least one.
    """
    earliest, latest, delay, ramp = (
        technology.earliest,
        technology.latest,
        technology.delay,
        technology.ramp,
    )
    lifetime, replace = technology.lifetime, technology.replace
    if level is not None:
        earliest = level.earliest if level.earliest is not None else earliest
        latest = level.latest if level.latest is not None else latest
        delay = level.delay if level.delay is not None else delay
        ramp = level.ramp if level.ramp is not None else ramp
        lifetime = level.lifetime if level.lifetime is not None else lifetime
        replace = level.replace if level.replace is not None else replace
    return Timing(
        0 if earliest is None else phases[earliest],
        len(phases) - 1 if latest is None else phases[latest],
        ZERO if delay is None else delay,
        ramp or (),
        lifetime,
        replace is not False,
    )
