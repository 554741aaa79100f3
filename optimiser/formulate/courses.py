"""How the effects of something that is adopted come, and go."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optimiser.formulate.calendar import Calendar, Life
    from optimiser.formulate.decisions import Mode

__all__ = ["Course", "Lasting"]


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
