"""When things happen, in years from the start of the horizon, exactly.

A phase begins where the one before it ends. What starts in a phase is paid for at its beginning.
With a lifetime n it is worn out n years after that: it is then paid for again, whenever that is
before the horizon H is over, in the year in which that falls; or it ends. Of what is bought at b,
the share max(0, b + n - H) / n is unused at the end.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from optimiser.frozen import dataclass

__all__ = ["Calendar", "Life", "Stretch"]


class Stretch(NamedTuple):
    """Part of a phase, from one moment to another; one of no length is the moment itself."""

    phase: int
    begin: Fraction
    end: Fraction

    def share(self, begin: Fraction, end: Fraction, /) -> Fraction:
        """The share of it that lies between two moments; of a moment whether it comes after the one
        and not after the other.
        """
        if self.begin == self.end:
            return Fraction(begin < self.begin <= end)
        return max(Fraction(0), min(end, self.end) - max(begin, self.begin)) / (
            self.end - self.begin
        )


class Life(NamedTuple):
    """How long something lasts, in years, and whether it is bought again then."""

    years: Fraction
    replaced: bool


@dataclass(frozen=True)
class Calendar:
    """The years of phases.

    Attributes:
        years: how long each phase is.
    """

    years: tuple[Fraction, ...]

    @cached_property
    def begins(self) -> tuple[Fraction, ...]:
        """When each phase begins, and last when the horizon ends."""
        return tuple(itertools.accumulate(self.years, initial=Fraction(0)))

    @property
    def horizon(self) -> Fraction:
        """When the last phase ends."""
        return self.begins[-1]

    def whole(self, phase: int, /) -> Stretch:
        """A whole phase."""
        return Stretch(phase, self.begins[phase], self.begins[phase + 1])

    def stretch(self, when: Stretch | int, /) -> Stretch:
        """A phase, or the part of one that is given."""
        return self.whole(when) if isinstance(when, int) else when

    @property
    def close(self) -> Stretch:
        """The end of the horizon."""
        return Stretch(len(self.years) - 1, self.horizon, self.horizon)

    def single_years(self, phase: int, /) -> Iterator[Stretch]:
        """The years of a phase, the last one perhaps a part."""
        _, begin, end = self.whole(phase)
        while begin < end:
            yield Stretch(phase, begin, min(begin + 1, end))
            begin += 1

    def uniform(self, phase: int, ends: Iterable[Fraction], /) -> Iterator[list[Stretch]]:
        """The years of a phase, those together between which nothing ends."""
        ends = sorted(ends)
        for _, group in itertools.groupby(
            self.single_years(phase),
            lambda year: (
                sum(end <= year.begin for end in ends),
                year.begin if any(year.begin < end < year.end for end in ends) else None,
            ),
        ):
            yield list(group)

    def renewals(self, start: int, life: Life, /) -> Iterator[tuple[Fraction, int]]:
        """When what starts in a phase is bought again: the years before that year, and the
        phase.
        """
        for moment in self._purchases(start, life)[1:]:
            phase = self._phase_of(moment)
            since = moment - self.begins[phase]
            yield self.begins[phase] + since.numerator // since.denominator, phase

    def unused(self, start: int, life: Life, /) -> tuple[Fraction, int]:
        """The share of what was bought last that is left at the end, and the phase in which that
        was.
        """
        moment = self._purchases(start, life)[-1]
        phase = self._phase_of(moment)
        return max(Fraction(0), moment + life.years - self.horizon) / life.years, phase

    def end(self, start: int, life: Life, /) -> Fraction:
        """When the effects of what starts in a phase end."""
        worn = self.begins[start] + life.years
        return self.horizon if life.replaced else min(self.horizon, worn)

    def _phase_of(self, moment: Fraction) -> int:
        return bisect.bisect_right(self.begins, moment, hi=len(self.years)) - 1

    def _purchases(self, start: int, life: Life) -> Sequence[Fraction]:
        moments = [self.begins[start]]
        while life.replaced and moments[-1] + life.years < self.horizon:
            moments.append(moments[-1] + life.years)
        return moments
