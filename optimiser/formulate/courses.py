"""How the effects of something that is adopted come, and go."""

from __future__ import annotations

from dataclasses import field
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Literal

from optimiser.errors import ScenarioError
from optimiser.frozen import dataclass
from optimiser.language import marked, tr

if TYPE_CHECKING:
    from optimiser.formulate.calendar import Calendar, Life
    from optimiser.formulate.decisions import Mode, Number
    from optimiser.scenario.format.formulas import Formula

__all__ = ["Course", "Lasting", "Shaping"]

# what shapes the model and parameters must not vary, and the fix
_SHAPED: Final = {
    "delay": (
        marked("the delay of '{name}' is {value:g} phases, and varied parameters make it {now:g}"),
        marked("write the delay as a number, or solve a scenario for each value"),
    ),
    "lifetime": (
        marked(
            "the lifetime of '{name}' is {value:g} years, and varied parameters make it {now:g}"
        ),
        marked("write the lifetime as a number, or solve a scenario for each value"),
    ),
    "length": (
        marked(
            "the length of phase '{name}' is {value:g} years, and varied parameters make it {now:g}"
        ),
        marked("write the length as a number, or solve a scenario for each value"),
    ),
}


@dataclass(frozen=True)
class Course:
    """A mode, after how many phases its effects begin, the nodes of the steps in which they grow,
    and the column of its amount.
    """

    mode: Mode
    delay: int
    steps: tuple[int, ...]
    amount: str = ""


@dataclass(frozen=True)
class Lasting(Course):
    """One that wears out."""

    life: Life = field(kw_only=True)

    def span(self, start: int, calendar: Calendar, /) -> tuple[Fraction, Fraction]:
        """From when to when it acts if it starts in a phase."""
        first = min(start + self.delay, len(calendar.years))
        return calendar.begins[first], calendar.end(start, self.life)


@dataclass(frozen=True)
class Shaping:
    """A number with the value that the model is shaped by: of the delay or lifetime of a mode, or
    the length of a phase, by its name.
    """

    kind: Literal["delay", "lifetime", "length"]
    name: str
    formula: Formula
    value: Fraction

    def insist(self, number: Number, /) -> None:
        """Insist that it has this value.

        Raises:
            ScenarioError: parameters give it another one.
        """
        if self.formula.literal is None and (now := number(self.formula)) != self.value:
            message, fix = _SHAPED[self.kind]
            values = {"value": float(self.value), "now": float(now)}
            raise ScenarioError(tr(message, name=self.name, **values), help=tr(fix))
